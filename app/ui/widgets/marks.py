"""The coloured shapes that stand for expressions, drawn alike everywhere in the window."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.core.expressions import CANT_TELL, CANT_TELL_COLOUR, LABELS, MARKS, UNKNOWN

# Qt's tools find texts only where they are written out; these are ``LABELS`` and ``CANT_TELL``.
_TEXTS = (
    QT_TRANSLATE_NOOP("expression", "neutral"),
    QT_TRANSLATE_NOOP("expression", "happiness"),
    QT_TRANSLATE_NOOP("expression", "surprise"),
    QT_TRANSLATE_NOOP("expression", "sadness"),
    QT_TRANSLATE_NOOP("expression", "anger"),
    QT_TRANSLATE_NOOP("expression", "disgust"),
    QT_TRANSLATE_NOOP("expression", "fear"),
    QT_TRANSLATE_NOOP("expression", "contempt"),
    QT_TRANSLATE_NOOP("expression", "can't tell"),
)


def word(label: int) -> str:
    """What people read for a label index, in their language."""
    text = CANT_TELL if label == UNKNOWN else LABELS[label]
    return QCoreApplication.translate("expression", text)


def colour(label: int) -> QColor:
    """Fill colour of a label index."""
    return QColor(*(CANT_TELL_COLOUR if label == UNKNOWN else MARKS[label].colour))


@cache
def _unit_path(label: int) -> QPainterPath:
    path = QPainterPath()
    points = () if label == UNKNOWN else MARKS[label].points
    if points:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
        path.closeSubpath()
    else:
        path.addEllipse(QRectF(0.05, 0.05, 0.9, 0.9))
    return path


def paint_mark(painter: QPainter, label: int, rect: QRectF, edge: QColor | None = None) -> None:
    """Draw the mark of ``label`` into ``rect``.

    A face that can't be read is a hollow ring, so it differs from neutral's disc in shape too.
    ``edge`` outlines the mark; by default a darker shade, which keeps yellow apart from white.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width(), rect.height())
    fill = colour(label)
    pen = QPen(edge or fill.darker(150), 1.0)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if label == UNKNOWN:
        pen = QPen(fill, 0.2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawEllipse(QRectF(0.12, 0.12, 0.76, 0.76))
    else:
        painter.setBrush(QBrush(fill))
        painter.setPen(pen)
        painter.drawPath(_unit_path(label))
    painter.restore()


def mark_icon(label: int) -> QIcon:
    """The mark as an icon for lists."""
    icon = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(QSize(16, 16) * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, label, QRectF(1.5 * ratio, 1.5 * ratio, 13 * ratio, 13 * ratio))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # Qt would tint a selected one
            icon.addPixmap(pixmap, mode)
    return icon
