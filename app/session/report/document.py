"""What a report is made of, before it is a web page or a PDF: plain texts, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matplotlib.figure import Figure

Tone = Literal["plain", "lead", "note", "warning"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Tile:
    """A main figure in large type, and what it is."""

    figure: str
    says: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """A row of main figures."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first column names the rows.

    Attributes:
        caption: what it holds.
        head: a title for each column.
        rows: as many cells each.
        folded: the numbers behind a chart, closed until asked for.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A chart.

    Attributes:
        figure: drawn.
        alt: what it shows, with the numbers, for who can't see it.
        caption: how to read it.
    """

    figure: Figure
    alt: str
    caption: str


Block = Paragraph | Tiles | Facts | Bullets | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a title; ``key`` is its own in the document."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Attributes:
        language: "en" or "de".
        title: of the file.
        heading, subheading: what was recorded; when and for how long.
        opening: the main figures, before the first section.
        sections: in order.
        closing: the last line.
        numbers: what a folded table is called.
    """

    language: str
    title: str
    heading: str
    subheading: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    closing: str
    numbers: str
