"""The session files of analysed recordings: they lie beside the recordings, this list says where.

Retention and "Delete everything" find them by it. It holds places of session files only, never of
tables, videos or recordings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from app.core.errors import SettingsError
from app.engine.keep import alone, keep_text, lock_of
from app.engine.live.session import sessions_folder

VERSION: Final = 1
_WHAT: Final = "the list of analysed recordings"
_ADVICE: Final = "free some space or check the folder's permissions"


def analysed_path() -> Path:
    """Where the list is kept, whether or not it exists."""
    return sessions_folder().parent / "analysed.json"


def analysed_sessions(file: Path) -> list[Path]:
    """The session files on the list, the oldest first; none where there is no list.

    Raises:
        SettingsError: the list is damaged, of a newer version, or can't be read.
    """
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["version"] != VERSION:
            raise ValueError("version")
        return [Path(str(one)) for one in kept["sessions"]]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(
            f"the list of analysed recordings in {file} can't be read ({error.strerror}): "
            "check its permissions"
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SettingsError(
            f"the list of analysed recordings in {file} is damaged, or of a newer version: move "
            "it away, and delete the sessions beside your recordings yourself"
        ) from error


def list_session(file: Path, session: Path) -> None:
    """Put a session file on the list; nothing where it is there already.

    Raises:
        SettingsError: the list can't be read or written.
    """
    with on_the_list(file, session):
        pass


@contextmanager
def on_the_list(file: Path, session: Path) -> Iterator[None]:
    """The same; while this lasts nobody changes the list, so the session file can be made.

    Raises:
        SettingsError: when it begins: the list can't be read or written.
    """
    with alone(file, _WHAT, _ADVICE):
        known, session = analysed_sessions(file), session.absolute()
        if session not in known:
            _save(file, [*known, session])
        yield


def forget_sessions(file: Path, gone: Callable[[Path], bool]) -> None:
    """Take session files off the list; it goes when none is left.

    Args:
        file: the list.
        gone: asked of each while nobody else, here or in another Roomread, changes the list.

    Raises:
        SettingsError: the list can't be read or written.
    """
    if not file.exists():
        return
    with alone(file, _WHAT, _ADVICE):
        known = analysed_sessions(file)
        left = [one for one in known if not gone(one)]
        if not left:
            _remove(file)
        elif left != known:
            _save(file, left)


def _save(file: Path, sessions: Iterable[Path]) -> None:
    kept = {"version": VERSION, "sessions": [str(one) for one in sessions]}
    keep_text(file, json.dumps(kept, indent=1) + "\n", _WHAT, _ADVICE)


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"{file} could not be deleted ({error.strerror})") from error
    with suppress(OSError):  # Windows lets go of it only when the lock is given back
        lock_of(file).unlink()
