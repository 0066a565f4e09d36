"""A report as a PDF of A4 pages, tagged with what each chart shows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import chain, takewhile, zip_longest
from pathlib import Path
from typing import Final

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from app.session.report.charts import png
from app.session.report.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Paragraph,
    Picture,
    Section,
    Table,
    Tiles,
)
from app.session.report.wording import Wording

Rgb = tuple[int, int, int]
_INK: Final[Rgb] = (26, 31, 38)
_MUTED: Final[Rgb] = (86, 96, 112)
_RULE: Final[Rgb] = (211, 216, 222)
_ACCENT: Final[Rgb] = (27, 94, 155)
_CARD: Final[Rgb] = (244, 246, 248)
_NOTE: Final[Rgb] = (111, 82, 0)
_NOTE_GROUND: Final[Rgb] = (252, 244, 220)
_MARGIN: Final = 18.0
_FONT: Final = "DejaVu"
_STYLES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_LINE: Final = 4.9
"""Millimetres of a line of text."""
_LONG: Final = 20
"""Rows; a longer table is set in columns where it is narrow."""


def to_pdf(document: Document, say: Wording) -> bytes:
    """The pages; tables behind charts are at the end."""
    # It says on stderr which letters its font has not; they are drawn as boxes.
    logging.getLogger("fpdf").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    pages = _Pages(document, say)
    pages.opening()
    for section in document.sections:
        pages.section(section)
    pages.numbers()
    return bytes(pages.output())


class _Pages(FPDF):
    """Draws one document.

    Args:
        document: to draw.
        say: its language.
    """

    def __init__(self, document: Document, say: Wording) -> None:
        super().__init__(format="A4")
        self._document, self._say = document, say
        fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
        for style, name in _STYLES.items():
            self.add_font(_FONT, style, fonts / name)
        self.set_margins(_MARGIN, _MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, _MARGIN)
        self.set_lang(document.language)
        self.set_title(document.title)
        self.set_creator("Roomread")
        self.alias_nb_pages("{pages}")
        self.add_page()

    def footer(self) -> None:
        """The page's number, on every page."""
        self.set_y(-12)
        self._type(7.5, colour=_MUTED)
        self.cell(0, 5, self._say("page", page=self.page_no(), pages="{pages}"), align="R")

    def opening(self) -> None:
        """The head of the first page."""
        document = self._document
        self._type(9.5, "B", _ACCENT)
        self._text(0, 5, "Roomread")
        self._type(18, "B")
        self._text(0, 8.5, document.heading)
        self._type(9, colour=_MUTED)
        self._text(0, 5, document.subheading)
        self.ln(3)
        for block in document.opening:
            self._block(block)

    def section(self, section: Section) -> None:
        """A section; its title never stands alone at the foot of a page."""
        self.ln(5)
        before = list(takewhile(lambda block: not isinstance(block, Picture), section.blocks))
        picture = next((block for block in section.blocks if isinstance(block, Picture)), None)
        if picture is not None and all(isinstance(block, Paragraph) for block in before):
            self._keep(12 + 18 * len(before) + self._height(picture))
        else:
            self._keep(32)
        self._heading(section.title)
        for block in section.blocks:
            if not (isinstance(block, Table) and block.folded):
                self._block(block)

    def numbers(self) -> None:
        """The tables behind the charts, then the closing line."""
        tables = [
            block
            for section in self._document.sections
            for block in section.blocks
            if isinstance(block, Table) and block.folded
        ]
        if tables:
            self.add_page()
            self._heading(self._document.numbers)
        for table in tables:
            self._table(table, 7.0)
        self.ln(4)
        self._type(8, colour=_MUTED)
        self._text(0, 4.2, self._document.closing)

    def _heading(self, title: str) -> None:
        self._type(13, "B")
        self.start_section(title)
        self._text(0, 7, title)
        self.ln(1.5)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block)
            case Tiles():
                self._tiles(block)
            case Facts():
                self._facts(block)
            case Bullets():
                self._bullets(block)
            case Picture():
                self._picture(block)
            case Table():
                self._table(block, 8.5)

    def _paragraph(self, block: Paragraph) -> None:
        if block.tone == "warning":
            self._type(9, colour=_NOTE)
            self.set_fill_color(*_NOTE_GROUND)
            self._text(0, _LINE, block.text, fill=True, padding=2)
        else:
            size = {"lead": 12.5, "note": 8.5}.get(block.tone, 9.5)
            self._type(size, colour=_MUTED if block.tone == "note" else _INK)
            self._text(0, size * 0.53, block.text)
        self.ln(2.5)

    def _tiles(self, block: Tiles) -> None:
        gap, high = 3.0, 22.0
        self._keep(high + 4)
        wide = (self.epw - gap * (len(block.tiles) - 1)) / len(block.tiles)
        top = self.get_y()
        self.set_fill_color(*_CARD)
        self.set_draw_color(*_RULE)
        for place, tile in enumerate(block.tiles):
            left = self.l_margin + place * (wide + gap)
            self.rect(left, top, wide, high, style="DF", round_corners=True, corner_radius=2)
            self.set_xy(left + 3, top + 2)
            self._type(17, "B")
            self.cell(wide - 6, 8, tile.figure)
            self.set_xy(left + 3, top + 10.5)
            self._type(7.5, colour=_MUTED)
            self.multi_cell(wide - 5, 3.5, tile.says, align="L")
        self.set_xy(self.l_margin, top + high + 4)

    def _facts(self, block: Facts) -> None:
        wide = 46.0
        for name, value in block.rows:
            self._type(8.5)
            self._keep(_LINE * self._lines(self.epw - wide, value) + 2)
            top = self.get_y()
            self._type(8.5, colour=_MUTED)
            self.multi_cell(wide - 2, _LINE, name, align="L")
            below = self.get_y()
            self.set_xy(self.l_margin + wide, top)
            self._type(8.5)
            self._text(self.epw - wide, _LINE, value)
            self.set_xy(self.l_margin, max(self.get_y(), below) + 0.7)
            self._rule()
        self.ln(3)

    def _bullets(self, block: Bullets) -> None:
        for item in block.items:
            self._type(8.8)
            self._keep(_LINE * self._lines(self.epw - 5, item))
            self.cell(5, _LINE, "•")
            self._text(self.epw - 5, _LINE, item)
            self.ln(1.2)

    def _height(self, block: Picture) -> float:
        """Millimetres of a chart with its caption."""
        wide, high = block.figure.get_size_inches()
        return float(self.epw * high / wide) + 14

    def _picture(self, block: Picture) -> None:
        self._keep(self._height(block))
        self.image(png(block.figure), x=self.l_margin, w=self.epw, alt_text=block.alt)
        self._type(8, colour=_MUTED)
        self._text(0, 4, block.caption)
        self.ln(3.5)

    def _table(self, block: Table, size: float) -> None:
        self._keep(24)
        self._type(size, colour=_MUTED)
        self._text(0, size * 0.52, block.caption)
        self.ln(1)
        widths, rows = self._widths(block, size), block.rows
        across = int(self.epw // (sum(widths) + 6)) if len(rows) > _LONG else 1
        if across > 1:  # a long narrow table goes on beside itself
            lines = -(-len(rows) // across)
            parts = [rows[first : first + lines] for first in range(0, len(rows), lines)]
            none = ("",) * len(widths)
            rows = tuple(
                tuple(chain.from_iterable(row)) for row in zip_longest(*parts, fillvalue=none)
            )
            across = len(parts)
            spare = (self.epw - across * sum(widths)) / across
            widths[-1] += spare
        for place, row in enumerate(rows):
            if place == 0 or self.get_y() + size * 1.2 > self.page_break_trigger:
                if place:
                    self.add_page()
                self._row(block.head * across, widths * across, size, "B")
            self._row(row, widths * across, size)
        self.ln(4)

    def _widths(self, block: Table, size: float) -> list[float]:
        """Each column as wide as its widest cell needs; the widest gives way where it must."""
        self._type(size, "B")
        needs = [
            max(self.get_string_width(row[column]) for row in (block.head, *block.rows)) + 4
            for column in range(len(block.head))
        ]
        widest = needs.index(max(needs))
        needs[widest] -= max(0.0, sum(needs) - self.epw)
        return needs if needs[widest] > 15 else [self.epw / len(needs)] * len(needs)

    def _row(
        self, cells: Sequence[str], widths: Sequence[float], size: float, style: str = ""
    ) -> None:
        high = size * 0.55
        self._type(size, style, _MUTED if style else _INK)
        fits = all(
            self.get_string_width(cell) < wide - 1.5
            for cell, wide in zip(cells, widths, strict=True)
        )
        left, top = self.l_margin, self.get_y()
        bottom = top + high
        if not fits:
            lines = max(map(self._lines, widths, cells))
            self._keep(high * lines + 1)
            top = self.get_y()
            bottom = top + high * lines
        for cell, wide in zip(cells, widths, strict=True):
            self.set_xy(left, top)
            if fits:
                self.cell(wide, high, cell)
            else:
                self.multi_cell(wide, high, cell, align="L")
            left += wide
        self.set_xy(self.l_margin, bottom + 0.4)
        self._rule()

    def _text(
        self, width: float, line: float, text: str, fill: bool = False, padding: int = 0
    ) -> None:
        """Text over as many lines as it takes; goes on at the left margin below it."""
        self.multi_cell(
            width,
            line,
            text,
            align="L",
            fill=fill,
            padding=padding,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def _lines(self, width: float, text: str) -> int:
        """How many lines a text takes in the type that is set."""
        lines = self.multi_cell(width, _LINE, text, dry_run=True, output=MethodReturnValue.LINES)
        return len(lines) if isinstance(lines, list) else 1

    def _rule(self) -> None:
        self.set_draw_color(*_RULE)
        self.set_line_width(0.15)
        self.line(self.l_margin, self.get_y(), self.l_margin + self.epw, self.get_y())
        self.set_y(self.get_y() + 0.7)

    def _type(self, size: float, style: str = "", colour: Rgb = _INK) -> None:
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)

    def _keep(self, height: float) -> None:
        """Begin a page where less than so many millimetres are left, unless one has begun."""
        if self.get_y() + height > self.page_break_trigger and self.get_y() > self.t_margin + 1:
            self.add_page()
