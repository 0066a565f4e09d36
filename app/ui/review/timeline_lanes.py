"""The lanes of the time axis: what they hold, where they lie, how they are painted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.core.types import student_code
from app.engine.review.timeline import ClassTimeline
from app.engine.time_window import TimeWindow
from app.session.markers import Marker
from app.ui.review import timeline_paint as paint
from app.ui.review.snapshots import TimelinesShown
from app.ui.review.timeline_paint import Canvas, Flag, Grid, Lane
from app.ui.theme import colours

GUTTER: Final = 104
EDGE: Final = 8
FLAGS: Final = 20
CLASS: Final = 62
COVERAGE: Final = 12
ROW: Final = 21
CLOCK: Final = 22
"""Pixels: the names at the left, the space at the right, then the lanes from top to bottom."""
GRIP: Final = 6
"""Pixels beside a handle within which it is taken."""


class Lanes(QAbstractScrollArea):
    """Paints everything at once into one picture; only what moves is painted anew over it.

    Signals:
        window_changed: what is shown has become another part of the session.
    """

    window_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Timelines of the class and of every student"))
        self.viewport().setMouseTracking(True)
        self._class: ClassTimeline | None = None
        self._grid = Grid(0.0, 1.0, 0)
        self._class_image = self._coverage_image = self._student_image = QImage()
        self._labels = np.zeros((0, 0), np.int8)
        self._ids: tuple[int, ...] = ()
        self._names: dict[int, str] = {}
        self._excluded: frozenset[int] = frozenset()
        self._markers: list[tuple[int, float, str]] = []
        self._flags: list[Flag] = []
        self._position = 0.0
        self._stretch: tuple[float, float] | None = None
        self._chosen: frozenset[int] = frozenset()
        self._marker = 0
        self._drag = ""
        self._anchor = 0.0
        self._picture: QPixmap | None = None
        self.window_shown = TimeWindow.whole(0.0, 0.0)
        self.horizontalScrollBar().valueChanged.connect(self._on_sideways)
        self.verticalScrollBar().valueChanged.connect(self._forget)

    # What it shows

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(880, FLAGS + CLASS + COVERAGE + 7 * ROW + CLOCK)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for the class and two students."""
        return QSize(360, FLAGS + CLASS + COVERAGE + 2 * ROW + CLOCK + 14)

    def show_session(self, start: float, end: float) -> None:
        """Begin anew with a session of this length in seconds."""
        self._class, self._ids, self._markers = None, (), []
        self._labels, self._stretch, self._marker = np.zeros((0, 0), np.int8), None, 0
        self._chosen, self._position = frozenset(), start
        self._set_window(TimeWindow.whole(start, end))
        self.verticalScrollBar().setValue(0)
        self._fit()

    def show_timelines(self, timelines: TimelinesShown) -> None:
        """The class and the students over time; stretched until finer ones come."""
        self._class, self._labels = timelines.classroom, timelines.labels
        self._class_image, self._student_image = timelines.class_image, timelines.student_image
        self._coverage_image = timelines.coverage_image
        starts = timelines.classroom.starts
        first = float(starts[0]) if len(starts) else 0.0
        self._grid = Grid(first, timelines.classroom.interval, len(starts))
        self._ids = timelines.ids
        self._fit()

    def show_students(self, names: Mapping[int, str], excluded: frozenset[int]) -> None:
        """What students are called; those ``excluded`` are drawn pale."""
        self._names, self._excluded = dict(names), excluded
        self._forget()

    def show_markers(self, markers: Sequence[Marker]) -> None:
        """The markers of the session, by time."""
        self._markers = [(one.number, one.timestamp, one.text) for one in markers]
        self._forget()

    def show_position(self, seconds: float, follow: bool) -> None:
        """Move the playhead; ``follow`` turns the page when it leaves what is shown."""
        if seconds == self._position:
            return
        self._position = seconds
        if follow and not self._drag:
            self._set_window(self.window_shown.showing(seconds))
        self.viewport().update()

    def show_stretch(self, stretch: tuple[float, float] | None) -> None:
        """Shade all but this stretch (seconds); None: nothing is chosen."""
        self._stretch = stretch
        self.viewport().update()

    def select(self, students: frozenset[int]) -> None:
        """Mark the rows of these students and bring the first one into view."""
        if students == self._chosen:
            return
        self._chosen = students
        places = [place for place, one in enumerate(self._ids) if one in students]
        if places:
            lane, bar = self._body(), self.verticalScrollBar()
            top = places[0] * ROW
            if not bar.value() <= top <= bar.value() + lane.height - ROW:
                bar.setValue(top - round(lane.height / 2 / ROW) * ROW)  # whole rows from the top
        self._forget()

    def select_marker(self, number: int) -> None:
        """Mark a marker; 0: none."""
        self._marker = number
        self._forget()

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Closer by ``factor``, around ``at`` (seconds) or the playhead."""
        middle = (self.window_shown.low + self.window_shown.high) / 2
        inside = self.window_shown.low <= self._position <= self.window_shown.high
        centre = at if at is not None else self._position if inside else middle
        self._set_window(self.window_shown.zoomed(centre, factor))

    def show_whole(self) -> None:
        """All of the session."""
        self._set_window(TimeWindow.whole(self.window_shown.start, self.window_shown.end))

    # Where things are

    def _left(self) -> float:
        return float(GUTTER)

    def _width(self) -> float:
        return max(20.0, float(self.viewport().width() - GUTTER - EDGE))

    def _class_lane(self) -> Lane:
        if self._ids:
            return Lane(FLAGS, CLASS)
        return Lane(FLAGS, max(40.0, self.viewport().height() - FLAGS - COVERAGE - CLOCK - 8))

    def _coverage_lane(self) -> Lane:
        return Lane(self._class_lane().bottom + 3, COVERAGE)

    def _clock_lane(self) -> Lane:
        return Lane(self.viewport().height() - CLOCK, CLOCK)

    def _body(self) -> Lane:
        top = self._coverage_lane().bottom + 4
        return Lane(top, max(0.0, self._clock_lane().top - top - 1))

    def _row_lane(self, place: int) -> Lane:
        top = self._body().top + place * ROW - self.verticalScrollBar().value()
        return Lane(top + 1, ROW - 2)

    def _canvas(self, painter: QPainter) -> Canvas:
        scheme = colours(self.palette())
        return Canvas(painter, self._left(), self._width(), self.window_shown, scheme)

    def _seconds(self, x: float) -> float:
        return self.window_shown.seconds((x - self._left()) / self._width())

    def _who(self, student: int) -> str:
        return f"{student_code(student)} {self._names.get(student, '')}".strip()

    def _x(self, seconds: float) -> float:
        return self._left() + self._width() * self.window_shown.fraction(seconds)

    def _row_at(self, y: float) -> int:
        body = self._body()
        if not body.top <= y < body.bottom:
            return -1
        place = int((y - body.top + self.verticalScrollBar().value()) // ROW)
        return place if place < len(self._ids) else -1

    def _flag_at(self, point: QPointF) -> int:
        hits = [flag.number for flag in self._flags if flag.where.contains(point)]
        return hits[-1] if hits else 0

    def _handle_at(self, x: float) -> int:
        """Which end of the stretch is under the pointer: 0, 1, or -1 for none."""
        if self._stretch is None:
            return -1
        away = [abs(self._x(end) - x) for end in self._stretch]
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= GRIP else -1

    # Painting

    def _forget(self) -> None:
        self._picture = None
        self.viewport().update()

    def _fit(self) -> None:
        """Set the scroll bars to what there is."""
        body, bar = self._body(), self.verticalScrollBar()
        bar.setRange(0, max(0, int(len(self._ids) * ROW - body.height)))
        bar.setPageStep(max(1, int(body.height)))
        bar.setSingleStep(ROW)
        window, across = self.window_shown, self.horizontalScrollBar()
        blocked = across.blockSignals(True)
        across.setRange(0, round((window.end - window.start - window.span) * 100))
        across.setPageStep(max(1, round(window.span * 100)))
        across.setSingleStep(max(1, round(window.span * 5)))
        across.setValue(round((window.low - window.start) * 100))
        across.blockSignals(blocked)
        self._forget()

    def _set_window(self, window: TimeWindow) -> None:
        if window != self.window_shown:
            self.window_shown = window
            self._fit()
            self.window_changed.emit()

    def _on_sideways(self, value: int) -> None:
        window = self.window_shown
        self._set_window(window.moved(window.start + value / 100 - window.low))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay the lanes out anew."""
        self._fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow a change from light to dark."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._forget()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Put the picture down and draw what moves over it."""
        ratio = self.viewport().devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = self._paint_picture(ratio)
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas, bottom = self._canvas(painter), self._clock_lane().top
        if self._class is not None:
            if self._stretch is not None:
                paint.paint_stretch(canvas, FLAGS, bottom, self._stretch)
            paint.paint_playhead(canvas, FLAGS - 4, bottom, self._position)
        if self.hasFocus():
            painter.setPen(QColor(canvas.scheme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_picture(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.viewport().size() * ratio)
        picture.setDevicePixelRatio(ratio)
        scheme = colours(self.palette())
        picture.fill(QColor(scheme.card))
        painter = QPainter(picture)
        font = self.font()
        font.setPointSizeF(9.0)
        painter.setFont(font)
        if self._class is not None:
            canvas = self._canvas(painter)
            plot = QRectF(canvas.left, 0, canvas.width, self.viewport().height())
            painter.setClipRect(plot)
            self._paint_class(canvas, self._class, ratio)
            self._paint_rows(canvas, ratio)
            painter.setClipping(False)
            paint.paint_clock(canvas, self._clock_lane(), self._class_lane().top)
            self._paint_names(canvas)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._flags = paint.flags(canvas, Lane(1, FLAGS - 3), self._markers)
            for flag in self._flags:
                paint.paint_flag(canvas, flag, self._clock_lane().top, flag.number == self._marker)
        painter.end()
        return picture

    def _paint_class(self, canvas: Canvas, timeline: ClassTimeline, ratio: float) -> None:
        lane, grid = self._class_lane(), self._grid
        if timeline.change is not None:
            paint.paint_change(canvas, lane, grid, timeline.change, ratio)
        else:
            paint.paint_image(canvas, lane, grid, self._class_image)
            paint.paint_withheld(canvas, lane, grid, timeline.withheld)
            paint.paint_class_marks(canvas, lane, grid, timeline.shares, ratio)
        paint.paint_image(canvas, self._coverage_lane(), grid, self._coverage_image)

    def _visible_rows(self) -> range:
        body, offset = self._body(), self.verticalScrollBar().value()
        return range(offset // ROW, min(len(self._ids), int((offset + body.height) // ROW) + 1))

    def _paint_rows(self, canvas: Canvas, ratio: float) -> None:
        body = self._body()
        canvas.painter.save()
        canvas.painter.setClipRect(QRectF(0, body.top, self.viewport().width(), body.height))
        for place in self._visible_rows():
            lane, faded = self._row_lane(place), self._ids[place] in self._excluded
            paint.paint_row(canvas, lane, self._grid, self._student_image, place, faded)
            if not faded:
                paint.paint_row_marks(canvas, lane, self._grid, self._labels[place], ratio)
        canvas.painter.restore()

    def _paint_names(self, canvas: Canvas) -> None:
        painter, scheme = canvas.painter, canvas.scheme
        muted, text = QColor(scheme.muted), QColor(scheme.text)
        paint.paint_name(painter, self._class_lane(), GUTTER, self.tr("Class"), text)
        paint.paint_name(painter, self._coverage_lane(), GUTTER, self.tr("Faces read"), muted)
        body = self._body()
        painter.save()
        painter.setClipRect(QRectF(0, body.top, GUTTER, body.height))
        for place in self._visible_rows():
            student, lane = self._ids[place], self._row_lane(place)
            faded = student in self._excluded
            if student in self._chosen:
                ground = QRectF(0, lane.top - 1, GUTTER - 3, ROW)
                painter.fillRect(ground, QColor(scheme.hover))
                painter.fillRect(QRectF(0, lane.top - 1, 3, ROW), QColor(scheme.accent))
            inner = Lane(lane.top, lane.height)
            painter.translate(5, 0)
            ink, who = muted if faded else text, self._who(student)
            paint.paint_name(painter, inner, GUTTER - 5, who, ink, struck=faded)
            painter.translate(-5, 0)
        painter.restore()
