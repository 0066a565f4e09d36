"""The session files of analysed recordings: they lie beside the recordings, this list says where.

Retention and "Delete everything" find them by it. It holds places of session files only, never of
tables, videos or recordings.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from app.core.errors import SettingsError
from app.engine.keep import keep_text
from app.engine.live.session import sessions_folder

VERSION: Final = 1
_LOCK: Final = threading.Lock()


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
    with _LOCK:
        known, session = analysed_sessions(file), session.absolute()
        if session not in known:
            _save(file, [*known, session])


def forget_sessions(file: Path, sessions: Iterable[Path]) -> None:
    """Take session files off the list.

    Raises:
        SettingsError: the list can't be read or written.
    """
    with _LOCK:
        known, gone = analysed_sessions(file), set(sessions)
        left = [one for one in known if one not in gone]
        if left != known:
            _save(file, left)


def _save(file: Path, sessions: Iterable[Path]) -> None:
    kept = {"version": VERSION, "sessions": [str(one) for one in sessions]}
    keep_text(
        file,
        json.dumps(kept, indent=1) + "\n",
        "the list of analysed recordings",
        "free some space or check the folder's permissions",
    )
