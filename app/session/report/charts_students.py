"""Charts with a line for every student, and of how students change together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from app.session.comovement import CoMovement
from app.session.markers import Marker
from app.session.report import charts
from app.session.report.over_time import ClassSteps, StudentSteps
from app.session.report.wording import Wording

MOST: Final = 18
"""Students of one chart: half a page."""
_ROW: Final = 0.22  # inches
_LEFT, _RIGHT = 1.2, 1.75


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """A student's line.

    Attributes:
        name: at its left.
        says: at its right: how much was read, what most often.
        steps: over time.
    """

    name: str
    says: str
    steps: StudentSteps


def students(
    lanes: Sequence[Lane], whole: ClassSteps, markers: Sequence[Marker], say: Wording
) -> Figure:
    """A strip a student: full height is the time that was looked at, white is not in view."""
    with mpl.rc_context(charts.STYLE):
        height = _ROW * len(lanes) + 1.2
        figure = Figure(figsize=(charts.WIDTH, height))
        axes = figure.add_axes(
            (
                _LEFT / charts.WIDTH,
                0.8 / height,
                1 - (_LEFT + _RIGHT) / charts.WIDTH,
                1 - 1.2 / height,
            )
        )
        for place, lane in enumerate(lanes):
            _strip(axes, len(lanes) - 1 - place, lane, whole)
        charts.time_axis(axes, float(whole.starts[0]), whole.end, say)
        axes.set_ylim(-0.1, len(lanes))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        charts.flags(axes, markers)
        top = axes.get_position().y1 + 0.07 / height
        figure.text(0.02, top, say("student"), color=charts.MUTED)
        figure.text(1 - (_RIGHT - 0.1) / charts.WIDTH, top, say("lane.says"), color=charts.MUTED)
        charts.legend_below(figure, say, withheld=False)
    return figure


def _strip(axes: Axes, base: int, lane: Lane, whole: ClassSteps) -> None:
    corners = charts.corners(whole)
    looked = np.maximum(whole.looked, 1e-9)
    read = lane.steps.labels / looked[:, None]
    cant_tell = np.maximum(lane.steps.seen - lane.steps.labels.sum(axis=1), 0.0) / looked
    parts = np.clip(np.column_stack((read, cant_tell)), 0.0, 1.0)
    tops = np.minimum(np.cumsum(parts, axis=1), 1.0).repeat(2, axis=0)
    lows = np.column_stack((np.zeros(len(tops)), tops[:, :-1]))
    axes.plot([corners[0], corners[-1]], [base, base], color=charts.RULE, linewidth=0.5)
    faces: tuple[charts.Fill, ...] = (*charts.colours(), charts.UNREAD)
    fills = zip(faces, (*charts.HATCHES, ""), strict=True)
    for part, (face, hatch) in enumerate(fills):
        there = (parts[:, part] > 0.002).repeat(2)
        if not there.any():
            continue
        axes.fill_between(
            corners,
            base + 0.82 * lows[:, part],
            base + 0.82 * tops[:, part],
            where=there.tolist(),
            facecolor=face,
            edgecolor=charts.edge_of(face),
            hatch=hatch,
            linewidth=0.1,
        )
    figure_width = 1 - (_LEFT + _RIGHT) / charts.WIDTH
    left = -(_LEFT - 0.14) / charts.WIDTH / figure_width
    where = axes.get_yaxis_transform()
    axes.text(left, base + 0.4, lane.name, transform=where, va="center", parse_math=False)
    right = 1 + 0.1 / charts.WIDTH / figure_width
    axes.text(right, base + 0.4, lane.says, transform=where, va="center", fontsize=7.5)


def co_movement(
    found: CoMovement, span: tuple[float, float], markers: Sequence[Marker], say: Wording
) -> Figure:
    """How much the class changed together, beside the band of chance."""
    with mpl.rc_context(charts.STYLE):
        figure, axes = charts.blank(2.1, bottom=0.35, top=0.6)
        middles = found.starts + found.window / 2
        axes.fill_between(middles, found.low, found.high, facecolor=charts.UNREAD, edgecolor="none")
        axes.plot(middles, found.values, color=charts.ACCENT, linewidth=1.4, marker=".")
        above = found.above
        axes.plot(
            middles[above],
            found.values[above],
            linestyle="",
            marker="^",
            markersize=7,
            markerfacecolor=charts.ACCENT,
            markeredgecolor=charts.INK,
        )
        axes.axhline(0, color=charts.MUTED, linewidth=0.6)
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=(1, 2, 5, 10)))
        charts.time_axis(axes, *span, say)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: say.number(at, 2)))
        charts.flags(axes, markers)
        handles = [
            Line2D([], [], color=charts.ACCENT, marker=".", label=say("together.line")),
            Patch(facecolor=charts.UNREAD, label=say("together.chance")),
            Line2D(
                [], [], linestyle="", marker="^", color=charts.ACCENT, label=say("together.above")
            ),
        ]
        figure.legend(handles=handles, loc="upper left", ncols=3, frameon=False, borderaxespad=0.1)
    return figure
