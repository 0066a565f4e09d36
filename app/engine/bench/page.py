"""Puts figures into a page, so that what it says is what was measured."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import fill
from typing import Final

from app.core.errors import ExportError
from app.core.machine import usable_cores
from app.engine.bench.analyze import Speed

_WIDTH: Final = 100


def speed_words(speed: Speed) -> str:
    """What a page says of ``roomread bench analyze``."""
    width, height = speed.size
    text = (
        f"{speed.name} ({speed.seconds:.0f} s, {width} x {height}, "
        f"{speed.faces / max(speed.read, 1):.0f} faces at a time) takes {speed.elapsed:.1f} s on "
        f"{usable_cores()} cores ({speed.provider}), {speed.seconds / speed.elapsed:.1f} times as "
        f"fast as it plays: {speed.frames / speed.elapsed:.0f} frames and "
        f"{speed.faces / speed.elapsed:.0f} readings of a face a second."
    )
    return fill(text, _WIDTH)


def put_into(page: Path, kind: str, text: str) -> None:
    """Replace what stands between the marks of this kind of bench in a Markdown file.

    The marks are the comments ``<!-- roomread bench KIND -->`` and ``<!-- end -->``, a line each.

    Raises:
        ExportError: the page can't be read or written, or has no such marks.
    """
    begin = f"<!-- roomread bench {kind} -->\n"
    marks = re.compile(rf"({re.escape(begin)}).*?(<!-- end -->)", re.DOTALL)
    try:
        before = page.read_text(encoding="utf-8")
        after, found = marks.subn(lambda one: f"{one[1]}{text}\n{one[2]}", before)
        if not found:
            raise ExportError(f"{page} has no line `{begin.strip()}` with `<!-- end -->` after it")
        page.write_text(after, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(f"the figures can't be put into {page}: {error}") from error
