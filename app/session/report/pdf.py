"""A report as a PDF of A4 pages, tagged with what each chart shows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Final

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from app.core.palette import LIGHT, rgb
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
_INK: Final = rgb(LIGHT.text)
_MUTED: Final = rgb(LIGHT.muted)
_RULE: Final = rgb(LIGHT.border)
_ACCENT: Final = rgb(LIGHT.accent)
_CARD: Final = rgb(LIGHT.window)
_NOTE: Final = rgb(LIGHT.note)
_NOTE_GROUND: Final = rgb(LIGHT.note_ground)
_MARGIN: Final = 18.0
_FOOT: Final = 16.0
_FONT: Final = "DejaVu"
_STYLES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_LINE: Final = 4.6
"""Millimetres of a line of text."""
_HEADING: Final = 8.5
"""Millimetres of a section's title."""
_LONG: Final = 8
"""Rows; a longer table is set in columns where it is narrow."""
_ROWS: Final = 22.0
"""Millimetres of a list or table that stay with what stands above it."""
_WHOLE: Final = 60.0
"""Millimetres; a lower table is not divided between pages."""
_SIZES: Final = {"plain": 9.5, "lead": 12.5, "note": 8.5, "warning": 9.0}
"""Points of a paragraph's type."""
_CAPTION: Final = 8.0
"""Points of a chart's."""
_ROW: Final = 0.5
"""Millimetres of a table's row for each point of its type."""
_BETWEEN: Final = 0.6
"""Millimetres between two of them."""
_SMALLEST: Final = 0.8
"""How far a chart is reduced where it then fits on the page."""


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
        self.set_margins(_MARGIN, _FOOT)
        self.c_margin = 0
        self.set_auto_page_break(True, _FOOT)
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
        """A section; its title and what introduces a chart or a list stay with it."""
        blocks = [one for one in section.blocks if not (isinstance(one, Table) and one.folded)]
        together = _HEADING
        for block in blocks:
            together += self._least(block)
            if not isinstance(block, Paragraph):
                break
        self.ln(4)
        self._keep(together)
        self._heading(section.title)
        for block in blocks:
            self._block(block)

    def numbers(self) -> None:
        """The closing line, then the tables behind the charts."""
        self.ln(2)
        self._type(8, colour=_MUTED)
        self._text(0, 4.2, self._document.closing)
        tables = [
            block
            for section in self._document.sections
            for block in section.blocks
            if isinstance(block, Table) and block.folded
        ]
        if tables:
            self.ln(4)
            self._keep(_HEADING + self._least(tables[0]))
            self._heading(self._document.numbers)
        for table in tables:
            self._table(table, 7.0)

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

    def _least(self, block: Block) -> float:
        """Millimetres of a block that stay with what stands above it."""
        match block:
            case Paragraph():
                return self._paragraph_height(block)
            case Picture():
                wide, high = block.figure.get_size_inches()
                return _SMALLEST * self.epw * float(high / wide) + self._caption_height(block)
            case _:
                return _ROWS

    def _paragraph_height(self, block: Paragraph) -> float:
        size = _SIZES[block.tone]
        self._type(size)
        if block.tone == "warning":
            return self._lines(self.epw - 4, block.text) * _LINE + 6.5
        return self._lines(self.epw, block.text) * size * 0.53 + 2.5

    def _caption_height(self, block: Picture) -> float:
        self._type(_CAPTION)
        return self._lines(self.epw, block.caption) * 4 + 3.5

    def _paragraph(self, block: Paragraph) -> None:
        size = _SIZES[block.tone]
        self._keep(self._paragraph_height(block) - 2.5)
        if block.tone == "warning":
            self._type(size, colour=_NOTE)
            self.set_fill_color(*_NOTE_GROUND)
            self._text(0, _LINE, block.text, fill=True, padding=2)
        else:
            self._type(size, colour=_MUTED if block.tone == "note" else _INK)
            self._text(0, size * 0.53, block.text)
        self.ln(2.5)

    def _tiles(self, block: Tiles) -> None:
        gap, high = 3.0, 20.0
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
        self._type(8.5)
        heights = [
            _LINE * max(self._lines(wide - 2, name), self._lines(self.epw - wide, value)) + 1.2
            for name, value in block.rows
        ]
        for place, (name, value) in enumerate(block.rows):
            self._keep(_with_last(heights, place))
            top = self.get_y()
            self._type(8.5, colour=_MUTED)
            self.multi_cell(wide - 2, _LINE, name, align="L")
            below = self.get_y()
            self.set_xy(self.l_margin + wide, top)
            self._type(8.5)
            self._text(self.epw - wide, _LINE, value)
            self.set_xy(self.l_margin, max(self.get_y(), below) + 0.4)
            self._rule()
        self.ln(3)

    def _bullets(self, block: Bullets) -> None:
        self._type(8.8)
        heights = [_LINE * self._lines(self.epw - 5, item) + 1.2 for item in block.items]
        for place, item in enumerate(block.items):
            self._keep(_with_last(heights, place) - 1.2)
            self.cell(5, _LINE, "•")
            self._text(self.epw - 5, _LINE, item)
            self.ln(1.2)

    def _picture(self, block: Picture) -> None:
        """A chart with its caption, reduced a little where it then fits on this page."""
        self._keep(self._least(block))
        wide, high = block.figure.get_size_inches()
        room = self.page_break_trigger - self.get_y() - self._caption_height(block)
        width = min(self.epw, room * float(wide / high))
        self.image(png(block.figure), x=self.l_margin, w=width, alt_text=block.alt)
        self._type(_CAPTION, colour=_MUTED)
        self._text(0, 4, block.caption)
        self.ln(3.5)

    def _table(self, block: Table, size: float) -> None:
        widths, rows = self._widths(block, size), block.rows
        across = max(1, int(self.epw // (sum(widths) + 2))) if len(rows) > _LONG else 1
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
        high = self._lines(self.epw, block.caption) * size * 0.52 + 1
        whole = high + (len(rows) + 1) * (size * _ROW + _BETWEEN)
        self._keep(whole if whole < _WHOLE else high + _ROWS)
        self._type(size, colour=_MUTED)
        self._text(0, size * 0.52, block.caption)
        self.ln(1)
        for place, row in enumerate(rows):
            rows_kept = 2 if place == len(rows) - 2 else 1
            below = self.get_y() + rows_kept * (size * _ROW + _BETWEEN)
            if place == 0 or below > self.page_break_trigger:
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
        high = size * _ROW
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
        self.set_xy(self.l_margin, bottom + _BETWEEN / 2)
        self._rule(_BETWEEN / 2)

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

    def _rule(self, below: float = 0.5) -> None:
        self.set_draw_color(*_RULE)
        self.set_line_width(0.15)
        self.line(self.l_margin, self.get_y(), self.l_margin + self.epw, self.get_y())
        self.set_y(self.get_y() + below)

    def _type(self, size: float, style: str = "", colour: Rgb = _INK) -> None:
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)

    def _keep(self, height: float) -> None:
        """Begin a page where less than so many millimetres are left, unless one has begun."""
        if self.get_y() + height > self.page_break_trigger and self.get_y() > self.t_margin + 1:
            self.add_page()


def _with_last(heights: Sequence[float], place: int) -> float:
    """Height of a row; the last two stay together."""
    return sum(heights[place:]) if place == len(heights) - 2 else heights[place]
