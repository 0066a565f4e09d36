"""How commands end: their exit status, and the line that says why."""

from __future__ import annotations

import sys
from typing import Final

EXIT_OK: Final = 0
EXIT_ERROR: Final = 1
EXIT_TRUNCATED: Final = 3
EXIT_STOPPED: Final = 130


def sorry(message: str, status: int = EXIT_ERROR) -> int:
    """Say why a command did not do all that was asked; returns ``status``."""
    print(f"roomread: {message}", file=sys.stderr)
    return status
