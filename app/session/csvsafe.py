"""CSV as every tool reads it, and names that a spreadsheet takes for text, never for a formula.

UTF-8 without a byte-order mark, lines end with \\n, quotes as RFC 4180 has them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TextIO

_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")
"""First characters that make spreadsheets run a cell (OWASP, "CSV Injection")."""
_QUOTED: Final = frozenset(',"\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029')
"""The first four must be quoted; readers that split lines like Python see the others as ends."""


def safe_text(text: str) -> str:
    """``text`` with an apostrophe in front if a spreadsheet could run it as a formula.

    What counts is the first character that is not blank, since spreadsheets trim blanks.
    """
    trimmed = text.lstrip()
    starts = {text[:1], trimmed[:1]}
    return "'" + text if starts & _FORMULA else text


def line(cells: Iterable[str]) -> str:
    """One CSV line with its end."""
    return ",".join(_quote(cell) for cell in cells) + "\n"


def tab_line(cells: Iterable[str]) -> str:
    """One tab-separated line with its end; tabs and line ends inside a cell become blanks.

    Cells with a quotation mark are quoted as in CSV.
    """
    return "\t".join(map(_quote_marks, (" ".join(cell.split()) for cell in cells))) + "\n"


def number(value: float, decimals: int) -> str:
    """``value`` with so many decimals and a dot; an empty cell for NaN, never "-0.0"."""
    if math.isnan(value):
        return ""
    text = f"{value:.{decimals}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def open_csv(path: Path) -> TextIO:
    """Open a file to write lines at its end; made if missing.

    A file name that is no Unicode, which Python reads as lone surrogates, gets question marks.
    """
    return path.open("a", encoding="utf-8", errors="replace", newline="\n")


def _quote(cell: str) -> str:
    return cell if _QUOTED.isdisjoint(cell) else _in_quotes(cell)


def _quote_marks(cell: str) -> str:
    return _in_quotes(cell) if '"' in cell else cell


def _in_quotes(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
