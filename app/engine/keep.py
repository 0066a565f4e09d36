"""Writing a small file so that the old one stays until the new one is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.core.errors import SettingsError

CHECK: Final = "check its folder's permissions"
"""What to do where nothing better is known."""


def keep_text(path: Path, text: str, what: str, advice: str = CHECK) -> None:
    """Write ``text`` beside ``path`` and move it there; missing folders are made.

    Args:
        path: the file.
        text: all of its content.
        what: what it holds, and ``advice`` what to do, as the user reads it in an error.

    Raises:
        SettingsError: it can't be written; what was in ``path`` is as it was.
    """
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(
            f"{what} can't be kept in {path} ({error.strerror}): {advice}"
        ) from error
