"""The class over time: stacked shares of the expressions, one column an interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.core.expressions import LABELS
from app.engine.viewmodel import ClassView
from app.ui.theme import colours
from app.ui.widgets.card import card
from app.ui.widgets.marks import colour
from app.ui.wording import clock

SHORTEST = 60.0
"""Seconds that the axis shows at least."""


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
        span = max(high - low, 1e-9)
        steps = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
        fitting = [step for step in steps if size * step / span >= 70]
        return [(float(fitting[0] if fitting else steps[-1]), 0.0)]


class Timeline(QWidget):
    """The card "Class over time"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame, layout = card("Class over time")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        body = QWidget()
        self._stack = QStackedLayout(body)
        layout.addWidget(body, 1)
        self._empty = QLabel("Shares of the expressions appear here as the analysis goes on.")
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack.addWidget(self._empty)
        self._plot = pg.PlotWidget(axisItems={"bottom": ClockAxis("bottom")}, background=None)
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self._plot.setAccessibleName("Share of each expression over time")
        self._stack.addWidget(self._plot)
        self._bars: list[Any] = []
        self._shown: NDArray[np.float64] | None = None
        self._set_up()
        self._restyle()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(880, 190)

    def _set_up(self) -> None:
        item = self._plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.setYRange(0, 1.1, padding=0)  # room for the word at 100 %
        item.setXRange(0, SHORTEST, padding=0)
        item.getAxis("left").setTicks([[(0, "0 %"), (0.5, "50 %"), (1, "100 %")]])
        item.getAxis("left").setWidth(58)
        for label in range(len(LABELS)):
            bar = pg.BarGraphItem(
                x0=[], width=[], y0=[], height=[], brush=colour(label), pen=pg.mkPen(None)
            )
            item.addItem(bar)
            self._bars.append(bar)

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

    def show_view(self, view: ClassView) -> None:
        """Show the timeline of the newest view; nothing is drawn anew where it is the same."""
        if self._shown is view.timeline:
            return
        self._shown = view.timeline
        shares = np.nan_to_num(view.timeline)
        if not len(shares) or not shares.any():
            self._stack.setCurrentWidget(self._empty)
            return
        self._stack.setCurrentWidget(self._plot)
        tops = np.cumsum(shares, axis=1)
        for label, bar in enumerate(self._bars):
            bar.setOpts(
                x0=view.starts,
                width=view.interval,
                y0=tops[:, label] - shares[:, label],
                height=shares[:, label],
            )
        end = float(view.starts[-1]) + view.interval
        self._plot.getPlotItem().setXRange(0, max(SHORTEST, end), padding=0)
        newest = shares[-1]
        self._plot.setAccessibleDescription(
            f"{len(shares)} intervals of {view.interval:g} s; the newest is mostly "
            f"{LABELS[int(newest.argmax())]}"
        )
