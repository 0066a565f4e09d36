"""What a user types, as a file can keep it."""

from __future__ import annotations


def clean(text: str) -> str:
    """Without what no file can hold, and without space around it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
