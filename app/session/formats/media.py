"""Where a recording is and when it was analysed, as other programs want to know it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path, PureWindowsPath

from app.session.store import Session


def recording(session: Session) -> Path:
    """The recording, looked for where it was, beside the session, and a folder above.

    Sessions of older versions may have a path that was right in one folder only. As the session
    has it where it isn't there; not for a camera.
    """
    there = Path(session.info.source_name)
    name = PureWindowsPath(session.info.source_name).name  # of either kind of path
    folder = session.path.absolute().parent
    for place in (there, folder / name, folder.parent / name):
        with suppress(OSError):
            if place.is_file():
                return place.absolute()
    return there


def stem(name: str) -> str:
    """A recording's name without folder and ending, of either kind of path."""
    return PureWindowsPath(name).stem


def without_zone(created: str) -> str:
    """``yyyy-MM-ddThh:mm:ss`` in UTC of an ISO 8601 time; as it stands where it is none."""
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        return created
    plain = when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
    return plain.isoformat(timespec="seconds")
