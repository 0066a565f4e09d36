"""How commands end: their exit status, and the line that says why."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final

from app.core.commands import FROM_MENU
from app.core.errors import RoomreadError

EXIT_OK: Final = 0
EXIT_ERROR: Final = 1
EXIT_TRUNCATED: Final = 3
EXIT_STOPPED: Final = 130


def sorry(message: str, status: int = EXIT_ERROR) -> int:
    """Say why a command did not do all that was asked; returns ``status``."""
    print(f"roomread: {message}", file=sys.stderr)
    return status


def show_where_nobody_reads(message: str) -> None:
    """Say it in a dialog where there is no terminal: started from a menu or by a double click."""
    if sys.stderr is None or os.environ.get(FROM_MENU):
        with contextlib.suppress(ImportError, RoomreadError):
            from app.ui.app import show_problem  # noqa: PLC0415

            show_problem(message)
