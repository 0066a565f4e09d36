"""Names of the files in the folder of an analysis that are no tables."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.core.errors import SessionError
from app.session.store import SUFFIX

SESSION_FILE: Final = f"session{SUFFIX}"
ANNOTATED_FILE: Final = "annotated.mp4"


def session_file(path: Path) -> Path:
    """The session file that a user means: ``path``, or where that is a folder the one in it.

    Raises SessionError where the folder is that of several analyses.
    """
    file = path / SESSION_FILE if path.is_dir() else path
    if file != path and not file.exists() and (sessions := sessions_below(path)):
        count = "a session" if len(sessions) == 1 else f"{len(sessions)} sessions"
        raise SessionError(
            f"{path} holds {count} in folders of their own: give one of them, such as "
            f"{sessions[0].parent}"
        )
    return file


def sessions_below(folder: Path) -> list[Path]:
    """The session files in the folders of ``folder``, as many recordings leave them, by name."""
    return sorted(folder.glob(f"*/{SESSION_FILE}"), key=lambda one: one.parent.name.casefold())
