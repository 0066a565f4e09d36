"""Names of the files in the folder of an analysis that are no tables."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.session.store import SUFFIX

SESSION_FILE: Final = f"session{SUFFIX}"
ANNOTATED_FILE: Final = "annotated.mp4"


def session_file(path: Path) -> Path:
    """The session file that a user means: ``path``, or where that is a folder the one in it."""
    return path / SESSION_FILE if path.is_dir() else path
