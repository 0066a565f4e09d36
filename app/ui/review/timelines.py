"""The time axis of a session: the class and every student over time, to scrub and to choose in."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from app.core.expressions import LABELS
from app.engine.review.timeline import NOT_IN_VIEW, ClassTimeline
from app.engine.review.view import AT_REST
from app.ui.review.timeline_lanes import FLAGS, Lanes
from app.ui.widgets.marks import word
from app.ui.wording import clock, percent


class Timelines(Lanes):
    """The lanes, to scrub and to choose in.

    Signals:
        seek_wanted: seconds, while the user scrubs.
        stretch_wanted: from and to in seconds; the same twice where none is wanted any more.
        student_picked: id, and whether it joins those chosen before.
        marker_picked: number, 0 for none.
        marker_edit_wanted: number.
        menu_wanted: where on the screen.
    """

    seek_wanted = Signal(float)
    stretch_wanted = Signal(float, float)
    student_picked = Signal(int, bool)
    marker_picked = Signal(int)
    marker_edit_wanted = Signal(int)
    menu_wanted = Signal(QPoint)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Scrub, begin a stretch, take a handle, or pick a student or marker."""
        if event.button() != Qt.MouseButton.LeftButton or self._class is None:
            return
        point = event.position()
        place, joins = self._row_at(point.y()), _joins(event.modifiers())
        if place >= 0 and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.student_picked.emit(self._ids[place], joins)
        if point.x() < self._left() or (joins and place >= 0):
            return
        number = self._flag_at(point)
        self.marker_picked.emit(number)
        if number:
            (at,) = (flag.timestamp for flag in self._flags if flag.number == number)
            self.seek_wanted.emit(at)
            return
        handle = self._handle_at(point.x())
        if handle >= 0 and self._stretch is not None:
            self._drag, self._anchor = "stretch", self._stretch[1 - handle]
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._drag, self._anchor = "stretch", self._seconds(point.x())
            self.stretch_wanted.emit(self._anchor, self._anchor)
        else:
            self._drag = "scrub"
            self.seek_wanted.emit(self._seconds(point.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on with what was begun."""
        at = self._seconds(event.position().x())
        if self._drag == "scrub":
            self.seek_wanted.emit(at)
        elif self._drag == "stretch":
            self.stretch_wanted.emit(min(at, self._anchor), max(at, self._anchor))
        else:
            near = self._handle_at(event.position().x()) >= 0
            shape = Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End it."""
        self._drag = ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Rename a marker."""
        number = self._flag_at(event.position())
        if number:
            self.marker_edit_wanted.emit(number)
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Pick what is under the pointer and ask for the menu."""
        place = self._row_at(event.pos().y())
        if place >= 0 and self._ids[place] not in self._chosen:
            self.student_picked.emit(self._ids[place], False)
        self.marker_picked.emit(self._flag_at(QPointF(event.pos())))
        if self._class is not None:
            self.menu_wanted.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom with Ctrl, scroll sideways with Shift, through the students otherwise."""
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1.25 ** (turned.y() / 120), self._seconds(event.position().x()))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or turned.x():
            steps = (turned.x() or turned.y()) / 120
            self._set_window(self.window_shown.moved(-steps * self.window_shown.span * 0.08))
        else:
            super().wheelEvent(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and right scrub, with Shift they choose a stretch; up and down pick a student."""
        key, shift = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        window, step = self.window_shown, self.window_shown.span / 100
        targets = {
            Qt.Key.Key_Left: self._position - step,
            Qt.Key.Key_Right: self._position + step,
            Qt.Key.Key_Home: window.start,
            Qt.Key.Key_End: window.end,
        }
        if key in targets:
            at = min(max(targets[Qt.Key(key)], window.start), window.end)
            if shift:
                self._grow(at)
            self.seek_wanted.emit(at)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down} and self._ids:
            ids = list(self._ids)
            now = [ids.index(one) for one in self._chosen if one in ids]
            place = (now[0] + (1 if key == Qt.Key.Key_Down else -1)) if now else 0
            self.student_picked.emit(ids[min(max(place, 0), len(ids) - 1)], False)
        else:
            super().keyPressEvent(event)

    def _grow(self, at: float) -> None:
        """Choose from the far end of the stretch, or from the playhead, to ``at``."""
        low, high = self._stretch or (self._position, self._position)
        anchor = low if abs(self._position - high) <= abs(self._position - low) else high
        self.stretch_wanted.emit(min(anchor, at), max(anchor, at))

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Say what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.describe(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def describe(self, point: QPointF) -> str:
        """What lies at a point of the viewport, in words; "" for nothing."""
        number = self._flag_at(point)
        if number:
            return next(flag.text for flag in self._flags if flag.number == number)
        if self._class is None or point.x() < self._left():
            return ""
        at, place = self._seconds(point.x()), self._row_at(point.y())
        if place >= 0:
            return self._describe_row(place, at)
        if FLAGS <= point.y() < self._coverage_lane().bottom:
            return self._describe_class(self._class, at)
        return ""

    def _describe_row(self, place: int, at: float) -> str:
        column = self._grid.at(at)
        label = NOT_IN_VIEW if column < 0 else int(self._labels[place, column])
        said = {
            NOT_IN_VIEW: self.tr("out of view"),
            AT_REST: self.tr("as at rest"),
        }.get(label) or word(label)
        student = self._ids[place]
        text = self.tr("{who}, {time}: {what}")
        text = text.format(who=self._who(student), time=clock(at), what=said)
        out = self.tr("left out")
        return f"{text} ({out})" if student in self._excluded else text

    def _describe_class(self, timeline: ClassTimeline, at: float) -> str:
        column = self._grid.at(at)
        if column < 0:
            return ""
        lines = [self.tr("Class, {time}").format(time=clock(at))]
        if bool(timeline.withheld[column]):
            lines.append(self.tr("withheld: too few faces to say"))
        change = timeline.change
        values = (timeline.shares if change is None else change)[column].tolist()
        order = sorted(range(len(LABELS)), key=lambda one: -abs(values[one]))
        lines += [
            f"{word(label)} {percent(values[label], signed=change is not None)}"
            for label in order
            if abs(values[label]) >= 0.005
        ]
        if np.isfinite(timeline.read[column]):
            lines.append(self.tr("faces read {share}").format(share=percent(timeline.read[column])))
        return "\n".join(lines)


def _joins(modifiers: Qt.KeyboardModifier) -> bool:
    return bool(modifiers & Qt.KeyboardModifier.ControlModifier)
