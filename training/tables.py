"""Markdown tables."""

from __future__ import annotations


def line(*cells: str) -> str:
    """One row."""
    return "| " + " | ".join(cells) + " |"


def head(*cells: str) -> list[str]:
    """The row of headings, and the rule under it."""
    return [line(*cells), "|" + "---|" * len(cells)]


def number(value: float | None, digits: int | None = None) -> str:
    """A figure with so many decimals, or as many as it has; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:g}" if digits is None else f"{value:.{digits}f}"
