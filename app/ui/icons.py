"""The pictures of the rail, drawn here so that they are sharp at every size and in every theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

SIDE: Final = 24
"""The grid that the pictures are drawn on."""


def _live(painter: QPainter) -> None:
    """A camera."""
    painter.drawRoundedRect(QRectF(2.5, 6.5, 13, 11), 2.5, 2.5)
    lens = [QPointF(15.5, 10.5), QPointF(21.5, 7.5), QPointF(21.5, 16.5), QPointF(15.5, 13.5)]
    painter.drawPolyline(QPolygonF(lens))
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(QPointF(6.7, 10.6), 0.9, 0.9)


def _analyse(painter: QPainter) -> None:
    """Bars that grow."""
    painter.drawLine(QPointF(3, 20.5), QPointF(21, 20.5))
    for x, top in ((6, 14.0), (12, 9.0), (18, 4.0)):
        painter.drawRoundedRect(QRectF(x - 2, top, 4, 20.5 - top), 1, 1)


def _review(painter: QPainter) -> None:
    """Going back in time, and playing."""
    path = QPainterPath()
    path.arcMoveTo(QRectF(3, 3, 18, 18), 160)
    path.arcTo(QRectF(3, 3, 18, 18), 160, -320)
    painter.drawPath(path)
    painter.drawPolyline(QPolygonF([QPointF(2.6, 4.2), QPointF(3.6, 9.0), QPointF(8.4, 8.2)]))
    painter.setBrush(painter.pen().color())
    painter.drawPolygon(QPolygonF([QPointF(10, 8.8), QPointF(15.4, 12), QPointF(10, 15.2)]))


def _settings(painter: QPainter) -> None:
    """Sliders."""
    for y, x in ((6, 15.5), (12, 8.0), (18, 13.0)):
        painter.drawLine(QPointF(3, y), QPointF(x - 2.4, y))
        painter.drawLine(QPointF(x + 2.4, y), QPointF(21, y))
        painter.drawEllipse(QPointF(x, y), 2.2, 2.2)


def _help(painter: QPainter) -> None:
    """A question mark."""
    painter.drawEllipse(QRectF(2.5, 2.5, 19, 19))
    path = QPainterPath(QPointF(9.2, 9.6))
    path.cubicTo(QPointF(9.2, 5.8), QPointF(15, 5.9), QPointF(15, 9.5))
    path.cubicTo(QPointF(15, 11.9), QPointF(12, 11.8), QPointF(12, 14.2))
    painter.drawPath(path)
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(QPointF(12, 17.1), 0.6, 0.6)


_DRAWN: Final[dict[str, Callable[[QPainter], None]]] = {
    "live": _live,
    "analyse": _analyse,
    "review": _review,
    "settings": _settings,
    "help": _help,
}


def icon(name: str, colour: QColor) -> QIcon:
    """One of live, analyse, review, settings and help, as lines of this colour."""
    made = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(SIDE * ratio, SIDE * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(ratio, ratio)
        pen = QPen(colour, 1.7)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        _DRAWN[name](painter)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        made.addPixmap(pixmap)
    return made
