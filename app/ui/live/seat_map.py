"""The seat map: the room from above, as far as one camera tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from app.core.palette import Colours
from app.engine.live.seat_layout import SeatMark, lay_out, nearest, texts_of
from app.engine.live.viewmodel import StudentRow
from app.ui.jobs import Jobs
from app.ui.theme import colours
from app.ui.widgets.button import button
from app.ui.widgets.marks import paint_mark, word

_EDGE: Final = 20
"""Pixels at the top or bottom for the bar that says where the front is."""
_LOW: Final = 120
"""Pixels of height below which the map does without the line under it."""
_STEPS: Final = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class SeatCanvas(QWidget):
    """Draws every student as a mark with a code or name.

    Where each goes takes too long for the window's thread: it is found in a job, one at a time,
    when seats, names or the room for them have changed. Until then marks stay where they were.

    Args:
        describe: what to say of a student when the pointer rests on the mark.
        jobs: lays out.

    Signals:
        picked: id of the student whom the user chose, 0 for nobody.
    """

    picked = Signal(int)

    def __init__(
        self, describe: Callable[[int], str], jobs: Jobs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._describe, self._jobs = describe, jobs
        self._busy = self._rests = False
        self._rows: tuple[StudentRow, ...] = ()
        self._key: tuple[object, ...] = ()
        self._marks: tuple[SeatMark, ...] = ()
        self._selected = 0
        self._turned = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 30)
        self.setAccessibleName(self.tr("Seat map"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(320, 220)

    def show_students(self, rows: tuple[StudentRow, ...]) -> None:
        """Show the newest rows."""
        self._rows = rows
        here = {row.track_id for row in rows}
        if any(mark.row.track_id not in here for mark in self._marks):  # opted out, say
            self._marks = tuple(mark for mark in self._marks if mark.row.track_id in here)
        self._say()
        self._lay_out()
        self.update()

    def turn(self, turned: bool) -> None:
        """Show the front of the room at the top, or at the bottom."""
        self._turned = turned
        self._lay_out()
        self.update()

    def select(self, track_id: int) -> None:
        """Highlight one student; 0: nobody."""
        if track_id != self._selected:
            self._selected = track_id
            self._say()
            self.update()

    def marks(self) -> tuple[SeatMark, ...]:
        """Everyone as drawn now."""
        return self._marks

    def rest(self) -> None:
        """Lay nothing out any more: the window closes."""
        self._rests = True

    def _lay_out(self) -> None:
        """Have places found, unless they are as they should be or nobody looks."""
        rows, area, turned = self._rows, self._area(), self._turned
        key = (tuple(map(_place, rows)), area.width(), area.height(), turned, self.font().key())
        if self._busy or self._rests or key == self._key or not self.isVisible():
            return
        self._busy, self._key = True, key
        metrics, size = QFontMetricsF(self._font()), (area.width(), area.height())
        texts = {text for row in rows for text in texts_of(row)}
        widths = {text: metrics.horizontalAdvance(text) for text in texts}
        line = metrics.height()

        def work() -> tuple[SeatMark, ...]:
            return lay_out(rows, size, turned, widths.__getitem__, line)

        self._jobs.start("seats", work, self._on_laid, self._on_laid)

    def _on_laid(self, laid: tuple[SeatMark, ...] | str) -> None:
        """Show them, or after a fault leave everyone in place; then see to what has changed."""
        self._busy = False
        if not isinstance(laid, str):
            here = {row.track_id for row in self._rows}
            self._marks = tuple(mark for mark in laid if mark.row.track_id in here)
        self._lay_out()
        self.update()

    def _area(self) -> QRectF:
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        return area.adjusted(0, _EDGE, 0, 0) if self._turned else area.adjusted(0, 0, 0, -_EDGE)

    def _font(self) -> QFont:
        font = self.font()
        font.setPointSizeF(9.0)
        return font

    def _say(self) -> None:
        chosen = self._describe(self._selected) if self._selected else ""
        seated = sum(row.seat is not None for row in self._rows)
        said = self.tr("Seats known: {n}").format(n=seated)
        self.setAccessibleDescription(f"{said}. {chosen}" if chosen else said)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the front of the room, then everyone."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        scheme = colours(self.palette())
        self._paint_front(painter, scheme)
        now = {row.track_id: row for row in self._rows}
        painter.translate(self._area().topLeft())
        for mark in self._marks:
            self._paint_mark(painter, mark, now[mark.row.track_id], scheme)
        painter.resetTransform()
        if not self._marks:
            painter.setPen(QColor(scheme.muted))
            text = self.tr("Seats appear here as students are seen.")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self._area(), flags, text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(scheme.accent), 2.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _paint_front(self, painter: QPainter, scheme: Colours) -> None:
        width = min(150.0, self.width() * 0.5)
        top = 4.0 if self._turned else self.height() - _EDGE + 2.0
        bar = QRectF((self.width() - width) / 2, top, width, _EDGE - 6.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(scheme.track))
        painter.drawRoundedRect(bar, 4, 4)
        painter.setPen(QColor(scheme.muted))
        painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, self.tr("front"))

    def _paint_mark(
        self, painter: QPainter, mark: SeatMark, row: StudentRow, scheme: Colours
    ) -> None:
        place = QRectF(*mark.mark)
        if row.track_id == self._selected:
            painter.setPen(QPen(QColor(scheme.accent), 2.0))
            painter.setBrush(QColor(scheme.hover))
            painter.drawRoundedRect(_around(mark).adjusted(-1.5, -1.5, 1.5, 1.5), 4, 4)
        if row.in_view:
            paint_mark(painter, row.label, place)
        else:
            _paint_away(painter, place, scheme)
        if mark.text:
            painter.setPen(QColor(scheme.text if row.in_view else scheme.muted))
            painter.drawText(QRectF(*mark.label), Qt.AlignmentFlag.AlignCenter, mark.text)

    def _at(self, point: QPointF) -> int:
        inner = point - self._area().topLeft()
        for mark in self.marks():
            if _around(mark).contains(inner):
                return mark.row.track_id
        return 0

    def event(self, event: QEvent) -> bool:
        """Say who is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            track_id = self._at(QPointF(event.pos()))
            if track_id:
                QToolTip.showText(event.globalPos(), self._describe(track_id), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pick the student under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(self._at(event.position()))
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go from seat to seat; Esc lets go."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.picked.emit(nearest(self.marks(), self._selected, _STEPS[key]))
        elif key == Qt.Key.Key_Escape and self._selected:
            self.picked.emit(0)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay out anew."""
        super().resizeEvent(event)
        self._lay_out()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Catch up with what happened meanwhile."""
        super().showEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Lay out anew in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay_out()


class SeatMap(QWidget):
    """The map, and what its shapes mean.

    Args:
        describe, jobs: as of ``SeatCanvas``.

    Signals:
        picked: id of the student whom the user chose, 0 for nobody.
    """

    picked = Signal(int)

    def __init__(
        self, describe: Callable[[int], str], jobs: Jobs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.canvas = SeatCanvas(describe, jobs)
        self.canvas.picked.connect(self.picked)
        self.turn = button(
            self.tr("Turn the room"),
            "Ctrl+T",
            self.tr(
                "Front at the bottom, as the camera and the teacher see the class; or at the top, "
                "as on a seating plan"
            ),
            self,
        )
        self.turn.setProperty("small", True)
        self.turn.setCheckable(True)
        self.turn.toggled.connect(self.canvas.turn)
        self._key = _Key()
        self._foot = QWidget()
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._key, 1)
        row.addWidget(self.turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 6, 4)
        column.setSpacing(2)
        column.addWidget(self.canvas, 1)
        column.addWidget(self._foot)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """In a very low window all room is the map's; the key of the button works on."""
        self._foot.setVisible(self.height() >= _LOW)
        super().resizeEvent(event)

    def show_students(self, rows: tuple[StudentRow, ...]) -> None:
        """Show the newest rows."""
        self.canvas.show_students(rows)

    def select(self, track_id: int) -> None:
        """Highlight one student; 0: nobody."""
        self.canvas.select(track_id)


class _Key(QWidget):
    """What a ring and a dotted circle mean; the other shapes stand beside the bars."""

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(text) for text in self._texts())
        return QSize(words + 60, metrics.height() + 4)

    def _texts(self) -> tuple[str, str]:
        return word(-1), self.tr("out of view")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw both."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scheme, left = colours(self.palette()), 2.0
        for text, away in zip(self._texts(), (False, True), strict=True):
            place = QRectF(left, self.height() / 2 - 6, 12, 12)
            if away:
                _paint_away(painter, place, scheme)
            else:
                paint_mark(painter, -1, place)
            painter.setPen(QColor(scheme.muted))
            width = self.fontMetrics().horizontalAdvance(text) + 2.0
            where = QRectF(left + 17, 0, width, self.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)
            left += width + 30
        painter.end()


def _place(row: StudentRow) -> tuple[object, ...]:
    """What of a student the layout hangs on; a seat to about a pixel, since it wanders."""
    if row.seat is None:
        return row.track_id, row.name, None
    x, y = (round(250 * part) for part in row.seat)
    return row.track_id, row.name, x, y, round(250 * row.seat_size)


def _around(mark: SeatMark) -> QRectF:
    place, label = QRectF(*mark.mark), QRectF(*mark.label)
    return place.united(label) if mark.text else place


def _paint_away(painter: QPainter, place: QRectF, scheme: Colours) -> None:
    """A hollow dotted circle: the seat is there, the student is not in view."""
    pen = QPen(QColor(scheme.muted), 1.2, Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(place.adjusted(1, 1, -1, -1))
