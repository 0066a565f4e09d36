"""The regions of the room as outlines on the picture, and the surface to draw them on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QCoreApplication,
    QEvent,
    QObject,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from app.engine.region_editor import Drawing, Kind, Outline, Point
from app.ui.widgets.face_tags import INK, PLATE
from app.ui.widgets.video_view import VideoView
from app.ui.wording import percent

translate = QCoreApplication.translate

_NAMES: Final = {
    Kind.LOOK: QT_TRANSLATE_NOOP("regions", "Look here"),
    Kind.IGNORE: QT_TRANSLATE_NOOP("regions", "Ignore"),
    Kind.OPT_OUT: QT_TRANSLATE_NOOP("regions", "Opt-out seat"),
}

CASING = QColor(0, 0, 0, 150)
CHOSEN = QColor("#6cb2ee")
_DASHES: Final = {Kind.LOOK: [], Kind.IGNORE: [7.0, 4.0], Kind.OPT_OUT: [1.2, 2.6]}
"""Pattern of each kind's line, in line widths: whole, dashes, dots."""
_ICON_DASHES: Final = {Kind.LOOK: [], Kind.IGNORE: [3.0, 1.5], Kind.OPT_OUT: [1.0, 1.0]}
ICON: Final = QSize(22, 16)
_ARROWS: Final = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_FINE: Final = 0.2
"""Share of a step that an arrow with Shift goes."""


class RegionCanvas(QWidget):
    """Lies over a ``VideoView``; takes pointer and keys only while the user draws.

    Points are shares of the picture.

    Signals:
        pressed, hovered, released: x and y of the pointer.
        moved: steps of the cross to the right and down.
        corner_wanted, close_wanted, cancel_wanted, undo_wanted, delete_wanted: a key.
        next_wanted: 1 for the next region, -1 for the one before.
    """

    pressed = Signal(float, float)
    hovered = Signal(float, float)
    released = Signal(float, float)
    moved = Signal(float, float)
    corner_wanted = Signal()
    close_wanted = Signal()
    cancel_wanted = Signal()
    undo_wanted = Signal()
    delete_wanted = Signal()
    next_wanted = Signal(int)

    def __init__(self, video: VideoView) -> None:
        super().__init__(video)
        self._video = video
        self._drawing = Drawing()
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Regions on the picture"))
        self.show_drawing(Drawing())
        video.installEventFilter(self)

    def show_drawing(self, drawing: Drawing) -> None:
        """Show this, and listen to the user if it is active."""
        self._drawing = drawing
        active = drawing.active
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not active)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if active else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.CrossCursor if active else Qt.CursorShape.ArrowCursor)
        self.setAccessibleDescription(describe(drawing))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay as large as the picture's widget."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._video.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw outlines, their names, then what is being drawn."""
        area, drawing = self._video.picture_rect(), self._drawing
        if area.isEmpty():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for outline in drawing.outlines:
            _paint_outline(painter, outline, _shape(outline.points, area), drawing.active)
        font = self._label_font()
        painter.setFont(font)
        for outline in drawing.outlines:
            _paint_name(painter, outline, _shape(outline.points, area), area)
        if drawing.active:
            _paint_draft(painter, drawing, area)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(CHOSEN, 2.0))
                painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Hand the point up."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(*self._share(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Hand the point up."""
        self.hovered.emit(*self._share(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Hand the point up."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit(*self._share(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A double click ends a region that is drawn corner by corner."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.close_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Draw with the keys."""
        key = Qt.Key(event.key())
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        plain = {
            Qt.Key.Key_Space: self.corner_wanted,
            Qt.Key.Key_Return: self.close_wanted,
            Qt.Key.Key_Enter: self.close_wanted,
            Qt.Key.Key_Escape: self.cancel_wanted,
            Qt.Key.Key_Backspace: self.undo_wanted,
            Qt.Key.Key_Delete: self.delete_wanted,
        }
        if key in _ARROWS:
            x, y = _ARROWS[key]
            length = _FINE if fine else 1.0
            self.moved.emit(x * length, y * length)
        elif key in {Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
            self.next_wanted.emit(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in plain:
            plain[key].emit()
        else:
            super().keyPressEvent(event)

    def _share(self, event: QMouseEvent) -> Point:
        area, at = self._video.picture_rect(), event.position()
        return (
            (at.x() - area.left()) / max(1.0, area.width()),
            (at.y() - area.top()) / max(1.0, area.height()),
        )

    def _label_font(self) -> QFont:
        font = self.font()
        font.setPointSizeF(8.5)
        return font


def name(kind: Kind) -> str:
    """What people read for a kind of region."""
    return translate("regions", str(_NAMES[kind]))


def describe(drawing: Drawing) -> str:
    """What a screen reader says of the regions."""
    chosen = translate("regions", "{name} (selected)")
    names = [
        chosen.format(name=name(o.kind)) if o.selected else name(o.kind) for o in drawing.outlines
    ]
    said = [", ".join(names) if names else translate("regions", "No regions")]
    if drawing.cursor is not None:
        x, y = drawing.cursor
        text = translate("regions", "The cross is at {x} from the left, {y} from the top")
        said.append(text.format(x=percent(x), y=percent(y)))
    if drawing.draft:
        text = translate("regions", "Corners so far: {n}")
        said.append(text.format(n=len(drawing.draft)))
    return ". ".join(said)


def kind_icon(kind: Kind, ink: QColor) -> QIcon:
    """The line pattern of a kind, for its button."""
    icon = QIcon()
    for ratio in (1, 2):
        pixmap = QPixmap(ICON * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setPen(_pen(kind, ink, 2.0, _ICON_DASHES))
        painter.drawRect(1, 1, ICON.width() - 2, ICON.height() - 2)
        if kind is Kind.IGNORE:
            painter.setPen(QPen(ink, 1.0))
            for left in (4, 9, 14):
                painter.drawLine(left, ICON.height() - 4, left + 4, 4)
        painter.end()
        icon.addPixmap(pixmap)
    return icon


def _pen(
    kind: Kind, ink: QColor, width: float, dashes: Mapping[Kind, list[float]] = _DASHES
) -> QPen:
    pen = QPen(ink, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if dashes[kind]:
        pen.setDashPattern(dashes[kind])
    return pen


def _hatch(kind: Kind, ink: QColor) -> QBrush:
    """What is ignored is hatched."""
    faint = QColor(ink)
    faint.setAlpha(70)
    return QBrush(faint, Qt.BrushStyle.BDiagPattern) if kind is Kind.IGNORE else QBrush()


def _at(point: Point, area: QRectF) -> QPointF:
    return QPointF(area.left() + point[0] * area.width(), area.top() + point[1] * area.height())


def _shape(points: tuple[Point, ...], area: QRectF) -> QPolygonF:
    return QPolygonF([_at(point, area) for point in points])


def _paint_outline(painter: QPainter, outline: Outline, shape: QPolygonF, active: bool) -> None:
    ink = CHOSEN if outline.selected else INK
    width = 2.6 if outline.selected else 2.0 if active else 1.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(CASING, width + 2.0))
    painter.drawPolygon(shape)
    painter.setBrush(_hatch(outline.kind, ink))
    painter.setPen(_pen(outline.kind, ink, width))
    painter.drawPolygon(shape)


def _paint_name(painter: QPainter, outline: Outline, shape: QPolygonF, area: QRectF) -> None:
    """The name inside the region's upper left corner, kept in the picture."""
    metrics = QFontMetricsF(painter.font())
    text = name(outline.kind)
    plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 10, metrics.height() + 2)
    bounds = shape.boundingRect()
    plate.moveTopLeft(
        QPointF(
            min(max(bounds.left(), area.left()), area.right() - plate.width()),
            min(max(bounds.top(), area.top()), area.bottom() - plate.height()),
        )
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(plate, 3, 3)
    painter.setPen(CHOSEN if outline.selected else INK)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def _paint_draft(painter: QPainter, drawing: Drawing, area: QRectF) -> None:
    """Corners so far, the line to the cross, a rectangle that is dragged, and the cross."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    corners = [_at(corner, area) for corner in drawing.draft]
    cursor = _at(drawing.cursor, area) if drawing.cursor else None
    line = QPolygonF(corners if cursor is None else [*corners, cursor])
    for pen in (QPen(CASING, 4.0), _pen(drawing.kind, CHOSEN, 2.0)):
        painter.setPen(pen)
        if drawing.rubber is not None:
            grip, end = drawing.rubber
            painter.drawRect(QRectF(_at(grip, area), _at(end, area)).normalized())
        elif drawing.draft:
            painter.drawPolyline(line)
    painter.setPen(QPen(QColor(0, 0, 0), 1.0))
    painter.setBrush(CHOSEN)
    for corner in corners:
        painter.drawRect(QRectF(corner.x() - 3.5, corner.y() - 3.5, 7, 7))
    if cursor is not None:
        for ink, width in ((CASING, 4.0), (INK, 1.6)):
            painter.setPen(QPen(ink, width))
            painter.drawLine(cursor - QPointF(9, 0), cursor + QPointF(9, 0))
            painter.drawLine(cursor - QPointF(0, 9), cursor + QPointF(0, 9))
