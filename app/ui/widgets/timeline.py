"""The class over time: stacked shares of the expressions, one column an interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent
from PySide6.QtWidgets import QFrame, QLabel, QStackedLayout, QToolTip, QVBoxLayout, QWidget

from app.core.expressions import CANT_TELL_COLOUR, LABELS, UNKNOWN
from app.engine.live.viewmodel import ClassView, empty_view
from app.engine.time_window import clock_step
from app.session.markers import Marker
from app.ui.theme import colours
from app.ui.widgets.button import button
from app.ui.widgets.card import card
from app.ui.widgets.marks import colour, word
from app.ui.wording import clock, percent

SHORTEST = 60.0
"""Seconds that the axis shows at least."""
RECENT = 300.0
"""Seconds that it shows at most while only the last minutes are wanted."""
_TOP = 1.22
"""End of the vertical axis: room above 100 % for the markers' texts."""
_TEXT_AT = 1.115
_LEAST_TEXT = 34.0
"""Pixels to the next marker below which a marker is a line without a text."""


class ClockAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph is untyped
    """A time axis in minutes and seconds."""

    def tickStrings(  # noqa: N802
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        """One string a tick."""
        return [clock(value) for value in values]

    def tickSpacing(  # noqa: N802
        self, low: float, high: float, size: float
    ) -> list[tuple[float, float]]:
        """Whole steps of a clock, at least 70 pixels apart."""
        return [(float(clock_step(high - low, size)), 0.0)]


class Timeline(QWidget):
    """The card "Class over time".

    A column is as high as the share of the faces that were read, and grey above: "can't tell" is
    seen as such, and the colours are shares of all faces seen. It is blank where nobody was seen.
    """

    def __init__(self, parent: QWidget | None = None, *corner: QWidget) -> None:
        super().__init__(parent)
        self.recent = button(
            self.tr("Last 5 min"), "Ctrl+L", self.tr("Show the last minutes only, or all"), self
        )
        self.recent.setProperty("small", True)
        self.recent.setCheckable(True)
        self.recent.setChecked(True)
        self.recent.toggled.connect(self._set_range)
        frame, layout = card(self.tr("Class over time"), *corner, self.recent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        body = QWidget()
        self._stack = QStackedLayout(body)
        layout.addWidget(body, 1)
        self._empty = QLabel()
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack.addWidget(self._empty)
        self._plot = pg.PlotWidget(axisItems={"bottom": ClockAxis("bottom")}, background=None)
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self._plot.setAccessibleName(self.tr("Share of each expression over time"))
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # there is nothing to do in it
        self._stack.addWidget(self._plot)
        self._bars: list[Any] = []
        self._unread: Any = None
        self._lines: list[Any] = []
        self._texts: list[Any] = []
        self._view = empty_view()
        self._set_up()
        self._restyle()
        self._draw_columns()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(880, 190)

    def _set_up(self) -> None:
        item = self._plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.setYRange(0, _TOP, padding=0)
        item.setXRange(0, SHORTEST, padding=0)
        item.getAxis("left").setTicks([[(at, percent(at)) for at in (0, 0.5, 1)]])
        item.getAxis("left").setWidth(58)
        for label in range(len(LABELS)):
            self._bars.append(self._add_bars(QBrush(colour(label))))
        grey = QColor(*CANT_TELL_COLOUR)
        grey.setAlpha(90)
        self._unread = self._add_bars(QBrush(grey))
        item.getViewBox().sigResized.connect(self._place_texts)
        self._plot.viewport().installEventFilter(self)

    def _add_bars(self, brush: QBrush) -> Any:
        bars = pg.BarGraphItem(x0=[], width=[], y0=[], height=[], brush=brush, pen=pg.mkPen(None))
        self._plot.getPlotItem().addItem(bars)
        return bars

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow a change from light to dark."""
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        scheme = colours(self.palette())
        self._plot.setBackground(QColor(scheme.card))
        for name in ("left", "bottom"):
            axis = self._plot.getPlotItem().getAxis(name)
            axis.setPen(QColor(scheme.border))
            axis.setTextPen(QColor(scheme.muted))
            axis.setStyle(tickLength=-4)
        self._draw_markers()

    def show_view(self, view: ClassView) -> None:
        """Show the timeline of the newest view; nothing is drawn anew where it is the same."""
        old, self._view = self._view, view
        if old.markers != view.markers:
            self._draw_markers()
        if old.timeline is not view.timeline:
            self._draw_columns()

    def _draw_columns(self) -> None:
        view = self._view
        shares = np.nan_to_num(view.timeline)
        withheld = self._withheld()
        if not len(shares) or withheld.all():
            self._empty.setText(
                self.tr("Shares are withheld while so few faces are read.")
                if len(shares)
                else self.tr("Shares of the expressions appear here as the analysis goes on.")
            )
            self._stack.setCurrentWidget(self._empty)
            return
        self._stack.setCurrentWidget(self._plot)
        read, nobody = np.nan_to_num(view.timeline_read), self._nobody()
        heights = shares * read[:, None]
        tops = np.cumsum(heights, axis=1)
        for label, bar in enumerate(self._bars):
            bar.setOpts(
                x0=view.starts,
                width=view.interval,
                y0=tops[:, label] - heights[:, label],
                height=heights[:, label],
            )
        # What was read and is withheld is left blank: it is not "can't tell". Nor is nobody.
        unread = np.where(withheld | nobody, 0.0, 1.0 - tops[:, -1])
        self._unread.setOpts(x0=view.starts, width=view.interval, y0=tops[:, -1], height=unread)
        self._set_range()
        self._plot.setAccessibleDescription(self._say(len(shares) - 1))

    def _withheld(self) -> NDArray[np.bool_]:
        """(k,) where faces were read and their expressions are not said."""
        view = self._view
        return np.isnan(view.timeline).all(axis=1) & (np.nan_to_num(view.timeline_read) > 0)

    def _nobody(self) -> NDArray[np.bool_]:
        """(k,) where no face was seen."""
        return np.isnan(self._view.timeline_read)

    def _set_range(self) -> None:
        if not len(self._view.starts):
            return
        end = max(SHORTEST, float(self._view.starts[-1]) + self._view.interval)
        start = max(0.0, end - RECENT) if self.recent.isChecked() else 0.0
        self._plot.getPlotItem().setXRange(start, end, padding=0)
        self._place_texts()

    def _draw_markers(self) -> None:
        item, ink = self._plot.getPlotItem(), QColor(colours(self.palette()).text)
        for old in (*self._lines, *self._texts):
            item.removeItem(old)
        self._lines, self._texts = [], []
        for marker in self._view.markers:
            pen = pg.mkPen(ink, width=1.6, style=Qt.PenStyle.DashLine)
            line = pg.InfiniteLine(marker.timestamp, 90, pen=pen)
            text = pg.TextItem(color=ink, anchor=(0, 0.5))
            for new in (line, text):
                item.addItem(new, ignoreBounds=True)
            self._lines.append(line)
            self._texts.append(text)
        self._place_texts()

    def _place_texts(self) -> None:
        """Write as much of each marker's text as there is room for up to the next one."""
        if not self._texts:
            return
        box = self._plot.getPlotItem().getViewBox()
        (start, end), width = box.viewRange()[0], box.width()
        scale = width / max(end - start, 1e-9)
        times = [marker.timestamp for marker in self._view.markers] + [end]
        metrics = self.fontMetrics()
        for at, (marker, text) in enumerate(zip(self._view.markers, self._texts, strict=True)):
            room = (times[at + 1] - marker.timestamp) * scale - 10
            shown = start <= marker.timestamp <= end and room >= _LEAST_TEXT
            text.setVisible(shown)
            if shown:
                text.setFont(self.font())
                middle = Qt.TextElideMode.ElideRight
                text.setText(metrics.elidedText(marker.text, middle, int(room)))
                text.setPos(marker.timestamp, _TEXT_AT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Say what a column holds when the pointer rests on it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            box = self._plot.getPlotItem().getViewBox()
            at = box.mapSceneToView(self._plot.mapToScene(event.pos()))
            QToolTip.showText(event.globalPos(), self.describe(QPointF(at).x()), self._plot)
            return True
        return super().eventFilter(watched, event)

    def describe(self, seconds: float) -> str:
        """What was read at a time, and the marker that is there."""
        column = int(np.searchsorted(self._view.starts, seconds, side="right")) - 1
        inside = column >= 0 and seconds < self._view.starts[column] + self._view.interval
        lines = [self._say(column)] if inside else []
        near = self._marker_near(seconds)
        if near is not None:
            lines.append(f"{clock(near.timestamp)} {near.text}")
        return "\n".join(lines)

    def _marker_near(self, seconds: float) -> Marker | None:
        start, end = self._plot.getPlotItem().getViewBox().viewRange()[0]
        reach = (end - start) * 0.01
        for marker in self._view.markers:
            if abs(marker.timestamp - seconds) <= reach:
                return marker
        return None

    def _say(self, column: int) -> str:
        """One line on a column: its time, the expressions from much to little, what is unread."""
        time = clock(self._view.starts[column])
        if self._nobody()[column]:
            return self.tr("{time}: nobody in view").format(time=time)
        if self._withheld()[column]:
            return self.tr("{time}: withheld").format(time=time)
        shares, read = self._view.timeline[column], float(self._view.timeline_read[column])
        order = np.argsort(-np.nan_to_num(shares), kind="stable").tolist()
        said = [
            f"{word(label)} {percent(shares[label] * read)}"
            for label in order
            if np.isfinite(shares[label]) and shares[label] * read >= 0.005
        ]
        unread = 1.0 - read
        if unread >= 0.005:
            said.append(f"{word(UNKNOWN)} {percent(unread)}")
        text = self.tr("{time}, of all faces seen: {shares}")
        return text.format(time=time, shares=", ".join(said))
