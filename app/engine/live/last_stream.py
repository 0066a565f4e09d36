"""The address of a network camera that was used last, kept without user and password."""

from __future__ import annotations

from pathlib import Path

from app.core.address import NOTHING, check_address, without_password
from app.core.errors import SourceError
from app.engine.keep import keep_text
from app.engine.settings import settings_path


def last_stream_path() -> Path:
    """Where it is kept, whether or not there is one."""
    return settings_path().with_name("last_stream.txt")


def last_stream(path: Path) -> str:
    """The address; "" where none is kept or it can't be read."""
    try:
        return check_address(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, SourceError):
        return ""


def keep_stream(address: str, path: Path) -> None:
    """Keep an address for the next time, as ``without_password`` leaves it, if that is anything.

    Raises:
        SettingsError: the file can't be written.
    """
    kept = without_password(address)
    if not kept.endswith(NOTHING):
        keep_text(path, kept + "\n", "the address")
