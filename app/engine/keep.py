"""Writing a small file so that the old one stays until the new one is whole."""

from __future__ import annotations

from pathlib import Path


def keep_text(path: Path, text: str) -> None:
    """Write ``text`` beside ``path`` and move it there; missing folders are made.

    Raises:
        OSError: it can't be written; what was in ``path`` is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
