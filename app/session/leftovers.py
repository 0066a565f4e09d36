"""What is left in the app's own folder of sessions whose file is gone: videos, and SQLite's logs.

A session file may be moved, or deleted by hand; its video shows the class all the same. The app
gives its own sessions the time at which they began for a name. What has another name, a user put
there, so it is never looked at here.
"""

from __future__ import annotations

import itertools
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.core.errors import SessionError
from app.session.database import SIDECARS
from app.session.store import SUFFIX

PICTURE_SUFFIX: Final = ".mp4"
"""A live session's video lies beside it, under the same name."""

_TIME: Final = "%Y-%m-%dT%H-%M-%SZ"
_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:-(?:[2-9]|[1-9]\d+))?", re.ASCII)
_TAILS: Final = (PICTURE_SUFFIX, *(SUFFIX + tail for tail in SIDECARS))


@dataclass(frozen=True, slots=True)
class Leftover:
    """What is left of one session.

    Attributes:
        path: where the session file was.
        created: when it began, UTC, as its name says.
        files: those that are left.
        size_bytes: of these.
    """

    path: Path
    created: datetime
    files: tuple[Path, ...]
    size_bytes: int

    def delete(self) -> None:
        """Delete it. Raises SessionError with one line."""
        try:
            if os.path.lexists(self.path):
                raise SessionError(f"session {self.path} is back, so its video is not deleted")
            for file in self.files:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise SessionError(
                f"what is left of session {self.path} could not be deleted ({error.strerror}): "
                "close whatever has it open and try again"
            ) from error


def free_path(folder: Path) -> Path:
    """``<UTC time>.roomread``, with a number where two sessions begin in one second."""
    stem = datetime.now(UTC).strftime(_TIME)
    names = itertools.chain([stem], (f"{stem}-{n}" for n in itertools.count(2)))
    return next(path for name in names if not (path := folder / f"{name}{SUFFIX}").exists())


def begun(stem: str) -> datetime | None:
    """When the session of this name began, UTC; None where the app gives no such name."""
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    try:
        return datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def leftovers(folder: Path) -> list[Leftover]:
    """What is left of each session in a folder of the app's own; the oldest first."""
    found: dict[str, list[Path]] = defaultdict(list)
    with suppress(OSError):  # not there yet, or may not be looked into
        for path in sorted(folder.iterdir()):
            stem = _stem(path.name)
            if begun(stem) is not None and path.is_file() and not path.is_symlink():
                found[stem].append(path)
    left = []
    for stem, files in found.items():
        session, created = folder / f"{stem}{SUFFIX}", begun(stem)
        # Asked after the folder was read: a session is there before its video.
        if created is not None and not os.path.lexists(session):
            left.append(Leftover(session, created, tuple(files), size_of(files)))
    return left


def size_of(files: Iterable[Path]) -> int:
    """Bytes of those that are there."""
    total = 0
    for file in files:
        with suppress(OSError):  # a log may go at any time
            total += file.stat().st_size
    return total


def _stem(name: str) -> str:
    """Name of the session that a file belongs to; "" where it is of no kind that the app writes."""
    tail = next((tail for tail in _TAILS if name.endswith(tail)), None)
    return "" if tail is None else name.removesuffix(tail)
