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
_END: Final = "<!-- end -->"
_ADVICE: Final = "choose another file"


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
    after, _ = _marks(kind).subn(lambda one: f"{one[1]}{text}\n{one[2]}", _marked(page, kind))
    try:
        page.write_text(after, encoding="utf-8")
    except OSError as error:
        raise ExportError(f"{_cannot(page)} ({error.strerror}): {_ADVICE}") from error


def check_page(page: Path, kind: str) -> None:
    """That ``put_into`` will work, before what takes minutes; the page stays as it is.

    Raises:
        ExportError: the page can't be read or written, or has no such marks.
    """
    _marked(page, kind)


def _marked(page: Path, kind: str) -> str:
    """What is in a page that can be written and has the marks."""
    lines = f"`{_begin(kind)}` and `{_END}`"
    try:
        with page.open("r+", encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError as error:
        raise ExportError(
            f"{_cannot(page)}, which is not there: make the file and put these two lines into it: "
            f"{lines}"
        ) from error
    except OSError as error:
        raise ExportError(f"{_cannot(page)} ({error.strerror}): {_ADVICE}") from error
    except UnicodeDecodeError as error:
        raise ExportError(f"{_cannot(page)}, which is no text in UTF-8: {_ADVICE}") from error
    if not _marks(kind).search(text):
        raise ExportError(
            f"{_cannot(page)}, which does not say where: put these two lines into it, one after "
            f"the other: {lines}"
        )
    return text


def _begin(kind: str) -> str:
    return f"<!-- roomread bench {kind} -->"


def _marks(kind: str) -> re.Pattern[str]:
    return re.compile(rf"({re.escape(_begin(kind))}\n).*?({re.escape(_END)})", re.DOTALL)


def _cannot(page: Path) -> str:
    return f"the figures can't be put into {page}"
