"""What lies over a face in the picture: its box, and the plate that says who and what.

Dozens of faces are drawn beside an analysis that needs the processor, over pictures that come more
often than news of the faces: all is drawn into a layer that is kept until there are any. Boxes are
filled rectangles on whole pixels, several times cheaper than outlines of rounded ones, and a plate
is kept as long as it says the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from app.ui.widgets.marks import colour, paint_mark

PLATE: Final = QColor(12, 15, 19, 215)
INK: Final = QColor("#ffffff")
MARK: Final = 10.0
PAD: Final = 4.0
HELD: Final = 1.0
"""Seconds from which on a face that was not read again looks paler."""
PALE: Final = 0.55
"""Opacity of a plate whose reading is that old."""
_CASING: Final = QColor(0, 0, 0, 170)
_KEPT: Final = 512
"""Plates; a class of fifty changes among a few each."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One face as drawn: where, and what its plate says; rectangles in widget pixels.

    The plate is empty where no place for it was free; the box's colour and tooltip remain.
    ``held``: the face was last read more than ``HELD`` seconds ago.
    """

    track_id: int
    label: int
    box: QRectF
    plate: QRectF
    text: str
    held: bool = False


class TagLayer:
    """Draws the tags of all faces."""

    def __init__(self) -> None:
        self._plates = Plates()
        self._tags: list[Tag] = []
        self._key: tuple[object, ...] = ()
        self._layer = QPixmap()

    def of(self, tags: list[Tag], chosen: int, font: QFont, size: QSize, ratio: float) -> QPixmap:
        """A transparent layer with these tags: boxes, then plates, so that no box crosses a text.

        Args:
            tags: of the faces; the same list is drawn once.
            chosen: id of the student whose box has a halo.
            font: of the plates.
            size: of the widget.
            ratio: pixels of the screen per pixel of the widget.
        """
        key = (chosen, font.key(), size.width(), size.height(), ratio)
        if tags is not self._tags or key != self._key:
            self._tags, self._key = tags, key
            self._layer = _clear(QSizeF(size), ratio)
            painter = QPainter(self._layer)
            for tag in tags:
                paint_box(painter, tag, tag.track_id == chosen)
            for tag in tags:
                if not tag.plate.isEmpty():
                    self._plates.paint(painter, tag, font, ratio)
            painter.end()
        return self._layer


class Plates:
    """Draws plates, and keeps them as they are drawn."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], QPixmap] = {}

    def paint(self, painter: QPainter, tag: Tag, font: QFont, ratio: float) -> None:
        """Draw the plate of ``tag``; ``ratio``: pixels of the screen per pixel of the widget."""
        size = tag.plate.size()
        key = (tag.text, tag.label, tag.held, size.width(), size.height(), font.key(), ratio)
        plate = self._kept.get(key)
        if plate is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            plate = self._kept[key] = _draw(tag, size, font, ratio)
        # On whole pixels of the screen: between them its words would blur.
        left, top = (round(at * ratio) / ratio for at in (tag.plate.left(), tag.plate.top()))
        painter.drawPixmap(QPointF(left, top), plate)


def _clear(size: QSizeF, ratio: float) -> QPixmap:
    layer = QPixmap((size * ratio).toSize())
    layer.setDevicePixelRatio(ratio)
    layer.fill(Qt.GlobalColor.transparent)
    return layer


def _draw(tag: Tag, size: QSizeF, font: QFont, ratio: float) -> QPixmap:
    plate = _clear(size, ratio)
    area = QRectF(0, 0, size.width(), size.height())
    painter = QPainter(plate)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(PALE if tag.held else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(area, 4, 4)
    top = area.center().y() - MARK / 2
    paint_mark(painter, tag.label, QRectF(PAD, top, MARK, MARK), INK)
    painter.setPen(INK)
    painter.setFont(font)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(area.adjusted(MARK + 2 * PAD, 0, 0, 0), flags, tag.text)
    painter.end()
    return plate


def paint_box(painter: QPainter, tag: Tag, chosen: bool) -> None:
    """Draw the box of ``tag`` in the colour of its expression, cased; ``chosen``: with a halo."""
    box = tag.box.toRect()
    if chosen:
        _ring(painter, box.adjusted(-5, -5, 5, 5), 6, INK)
    else:
        _ring(painter, box.adjusted(-2, -2, 2, 2), 4, _CASING)
    _ring(painter, box.adjusted(-1, -1, 1, 1), 2, colour(tag.label))


def _ring(painter: QPainter, outer: QRect, thick: int, fill: QColor) -> None:
    """A frame without its four corner pixels, which looks softer."""
    x, y, w, h = outer.x(), outer.y(), outer.width(), outer.height()
    painter.fillRect(x + 1, y, w - 2, thick, fill)
    painter.fillRect(x + 1, y + h - thick, w - 2, thick, fill)
    painter.fillRect(x, y + 1, 1, h - 2, fill)
    painter.fillRect(x + w - 1, y + 1, 1, h - 2, fill)
    inner = h - 2 * thick
    painter.fillRect(x + 1, y + thick, thick - 1, inner, fill)
    painter.fillRect(x + w - thick, y + thick, thick - 1, inner, fill)
