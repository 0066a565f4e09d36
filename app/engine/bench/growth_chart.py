"""What ``roomread bench live --growth`` found, as one picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from app.core.palette import LIGHT
from app.engine.bench.growth import Growth
from app.session.report.charts import STYLE, WIDTH

_HEIGHT: Final = 2.5


def chart(grown: Sequence[Growth]) -> Figure:
    """A chart for each, side by side: what was measured, and the straight line nearest to it."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, _HEIGHT), layout="constrained")
        for number, (one, axes) in enumerate(
            zip(grown, figure.subplots(1, len(grown), squeeze=False)[0], strict=True)
        ):
            _draw(axes, one)
            if not number:
                axes.set_ylabel("ms of processor time a picture")
        handles, names = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=2, frameon=False)
    return figure


def _draw(axes: Axes, one: Growth) -> None:
    at, cost = np.array(one.at), 1000 * np.array(one.cost)
    axes.plot(at, cost, "o", color=LIGHT.accent, markersize=4, label="measured")
    if len(at) > 1:
        ends = np.array([0.0, at.max()])
        line = np.polyval(np.polyfit(at, cost, 1), ends)
        axes.plot(ends, line, "--", color=LIGHT.muted, linewidth=1.0, label="straight line")
    said = "at most linear" if one.linear else "faster than linear"
    axes.set_title(f"Over {one.over}: {said}", fontsize=8.5, color=LIGHT.text)
    axes.set_xlabel(one.over)
    axes.set_xlim(left=0)
    axes.set_ylim(0, 1.15 * float(cost.max()))
    axes.grid(axis="y", color=LIGHT.border, linewidth=0.5)
