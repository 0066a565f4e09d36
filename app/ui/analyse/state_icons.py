"""A shape for each state of a recording, so that colour is never all that tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from app.core.palette import Colours
from app.engine.analyse.queue_row import RowState

_SIDE: Final = 18


def _waiting(painter: QPainter) -> None:
    """A clock."""
    painter.drawEllipse(QRectF(2.5, 2.5, 13, 13))
    painter.drawPolyline(QPolygonF([QPointF(9, 5.5), QPointF(9, 9.3), QPointF(11.6, 10.8)]))


def _running(painter: QPainter) -> None:
    """The sign to play."""
    painter.setBrush(painter.pen().color())
    painter.drawPolygon(QPolygonF([QPointF(5, 3.5), QPointF(14.5, 9), QPointF(5, 14.5)]))


def _paused(painter: QPainter) -> None:
    """Two bars."""
    painter.setBrush(painter.pen().color())
    for x in (4.5, 10.5):
        painter.drawRect(QRectF(x, 3.5, 3, 11))


def _done(painter: QPainter) -> None:
    """A tick."""
    painter.drawPolyline(QPolygonF([QPointF(3, 9.5), QPointF(7.2, 13.8), QPointF(15, 4.5)]))


def _failed(painter: QPainter) -> None:
    """A triangle with an exclamation mark."""
    painter.drawPolygon(QPolygonF([QPointF(9, 2), QPointF(16.5, 15.5), QPointF(1.5, 15.5)]))
    painter.drawLine(QPointF(9, 7), QPointF(9, 10.5))
    painter.drawPoint(QPointF(9, 13.2))


def _cancelled(painter: QPainter) -> None:
    """The sign to stop."""
    painter.drawRect(QRectF(4, 4, 10, 10))


_DRAWN: Final[dict[RowState, tuple[Callable[[QPainter], None], str]]] = {
    RowState.WAITING: (_waiting, "muted"),
    RowState.RUNNING: (_running, "accent"),
    RowState.PAUSED: (_paused, "accent"),
    RowState.DONE: (_done, "accent"),
    RowState.FAILED: (_failed, "error"),
    RowState.CANCELLED: (_cancelled, "muted"),
}


def state_icon(state: RowState, scheme: Colours) -> QIcon:
    """The shape of a state in the scheme's colour for it."""
    draw, colour = _DRAWN[state]
    made = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(_SIDE * ratio, _SIDE * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(ratio, ratio)
        pen = QPen(QColor(getattr(scheme, colour)), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        draw(painter)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        made.addPixmap(pixmap)
    return made
