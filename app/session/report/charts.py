"""The charts of a report: colour, hatching and mark shapes say the same, so that black and white
print reads as well."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from numpy.typing import NDArray

from app.core.expressions import MARKS
from app.core.palette import LIGHT
from app.session.kappa import Estimate
from app.session.markers import Marker
from app.session.report.over_time import ClassSteps
from app.session.report.wording import Wording

WIDTH: Final = 7.2
"""Inches of every chart: the text of an A4 page."""
DPI: Final = 200
INK: Final = LIGHT.text
MUTED: Final = LIGHT.muted
Fill = tuple[float, float, float] | str
"""RGB, 0..1, or a CSS colour."""
RULE: Final = LIGHT.border
ACCENT: Final = LIGHT.accent
UNREAD: Final = "#d9dce0"
WITHHELD: Final = LIGHT.card
HATCHES: Final = ("", "//", "xx", "\\\\", "--", "||", "++", "////")
"""Of each expression, beside its colour; no dots, which take 180 kB each as vectors."""
WITHHELD_HATCH: Final = "\\\\\\"
_ROW: Final = 0.28  # inches of an expression with its two marks
_FONT: Final = "DejaVu Sans"
_ELSEWHERE: Final = "Verdana, sans-serif"
"""For pages on a machine without it: as wide, and never with serifs."""
STYLE: Final[Any] = {  # matplotlib types its keys one by one
    "font.family": _FONT,
    "font.size": 8.5,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "roomread",
}
_LONG_DECIMALS: Final = re.compile(r"(\d\.\d{2})\d+")
_TICKS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


def colours() -> tuple[tuple[float, float, float], ...]:
    """RGB of each expression, 0..1."""
    return tuple((r / 255, g / 255, b / 255) for (r, g, b), _, _ in MARKS)


@cache
def _letters() -> frozenset[int]:
    font = get_font(findfont(_FONT))
    return frozenset(font.get_charmap())


def drawable(text: str) -> bool:
    """Whether the charts' font has every letter of a text."""
    return _letters().issuperset(map(ord, text))


def mark(label: int) -> Path | str:
    """The mark shape of an expression as matplotlib draws markers."""
    points = MARKS[label].points
    if not points:
        return "o"
    return Path([(x - 0.5, 0.5 - y) for x, y in (*points, points[0])], closed=True)


def svg(figure: Figure) -> str:
    """A figure as an SVG picture, with its texts as texts."""
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue().replace(f"'{_FONT}'", f"'{_FONT}', {_ELSEWHERE}")
    return _LONG_DECIMALS.sub(r"\1", text[text.index("<svg") :])


def png(figure: Figure) -> io.BytesIO:
    """A figure as pixels for print."""
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="png", dpi=DPI)
    buffer.seek(0)
    return buffer


def blank(height: float, **margins: float) -> tuple[Figure, Axes]:
    """An empty chart; margins in inches."""
    figure = Figure(figsize=(WIDTH, height))
    left, right = margins.get("left", 0.55), margins.get("right", 0.3)
    bottom, top = margins.get("bottom", 0.4), margins.get("top", 0.15)
    place = (
        left / WIDTH,
        bottom / height,
        1 - (left + right) / WIDTH,
        1 - (bottom + top) / height,
    )
    return figure, figure.add_axes(place)


def time_axis(axes: Axes, start: float, end: float, say: Wording) -> None:
    """Round times along the bottom."""
    axes.set_xlim(start, end)
    ticks = next((one for one in _TICKS if (end - start) / one <= 10), 8 * 3600)
    axes.xaxis.set_major_locator(MultipleLocator(ticks))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: say.clock(at)))


def _percent_axis(axes: Axes, say: Wording) -> None:
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_locator(MultipleLocator(0.25))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda at, _: say.percent(at)))


def _whole_percent(axis: XAxis, write: Callable[[float], str]) -> None:
    """At most eight ticks at whole numbers of percent, 1, 2, 5, 10 ... apart."""
    axis.set_major_locator(MaxNLocator(8, steps=(1, 2, 5, 10)))
    axis.set_major_formatter(FuncFormatter(lambda at, _: write(at)))


def corners(steps: ClassSteps) -> NDArray[np.float64]:
    """(2 k,) where each step begins and ends.

    Each has both corners of its own: where a step is empty, its neighbours are still drawn whole.
    """
    return np.column_stack((steps.starts, steps.starts + steps.step)).ravel()


def _stack(axes: Axes, steps: ClassSteps) -> None:
    """Stack the shares from the bottom on."""
    shares = steps.shares
    tops = np.cumsum(shares, axis=1).repeat(2, axis=0)
    lows = np.column_stack((np.zeros(len(tops)), tops[:, :-1]))
    faces: tuple[Fill, ...] = (*colours(), UNREAD, WITHHELD)
    hatches = (*HATCHES, "", WITHHELD_HATCH)
    for part, (face, hatch) in enumerate(zip(faces, hatches, strict=True)):
        if not np.nansum(shares[:, part]) > 0:
            continue
        axes.fill_between(
            corners(steps),
            lows[:, part],
            tops[:, part],
            facecolor=face,
            edgecolor=edge_of(face),
            hatch=hatch,
            linewidth=0.25,
        )


def edge_of(face: Fill) -> tuple[float, float, float, float]:
    """RGBA of the hatching that is seen on a colour, in print too."""
    light = float(np.dot(mpl.colors.to_rgb(face), (0.3, 0.59, 0.11)))
    return (*mpl.colors.to_rgb(INK if light > 0.42 else "white"), 0.6)


def legend_below(figure: Figure, say: Wording, withheld: bool, marks: bool = False) -> None:
    """Say under the chart which fill, and which mark on it, is what; see ``_legend_fills``."""
    handles: list[Patch | tuple[Patch, Line2D]] = [*_legend_fills(say, withheld)]
    labels = [str(fill.get_label()) for fill in _legend_fills(say, withheld)]
    if marks:
        for label, fill in enumerate(_legend_fills(say, withheld)[: len(MARKS)]):
            handles[label] = (fill, Line2D([], [], **_look(label)))
    figure.legend(
        handles=handles,
        labels=labels,
        loc="lower center",
        ncols=5,
        frameon=False,
        handlelength=2.6,
        handleheight=1.2,
        columnspacing=1.6,
    )


def _legend_fills(say: Wording, withheld: bool) -> list[Patch]:
    """A patch of every expression, can't tell and, if any, withheld."""
    handles = [
        Patch(facecolor=face, hatch=hatch, edgecolor=edge_of(face), linewidth=0.4, label=label)
        for face, hatch, label in zip(colours(), HATCHES, say.labels, strict=True)
    ]
    handles.append(Patch(facecolor=UNREAD, edgecolor=MUTED, linewidth=0.4, label=say("cant_tell")))
    if withheld:
        handles.append(
            Patch(
                facecolor=WITHHELD,
                hatch=WITHHELD_HATCH,
                edgecolor=MUTED,
                linewidth=0.4,
                label=say("withheld"),
            )
        )
    return handles


def class_timeline(steps: ClassSteps, markers: Sequence[Marker], say: Wording) -> Figure:
    """Expressions of the class over time, stacked to all faces in view."""
    with mpl.rc_context(STYLE):
        figure, axes = blank(3.1, bottom=0.8, top=0.3)
        _stack(axes, steps)
        _marks_on(axes, steps)
        time_axis(axes, float(steps.starts[0]), steps.end, say)
        _percent_axis(axes, say)
        flags(axes, markers)
        legend_below(figure, say, bool(steps.withheld.any()), marks=True)
    return figure


def _marks_on(axes: Axes, steps: ClassSteps) -> None:
    """The mark of each expression where its band is thickest."""
    shares = steps.shares
    tops = np.cumsum(shares, axis=1)
    for label in range(len(MARKS)):
        band = shares[:, label]
        if not np.nanmax(band, initial=0.0) > 0.06:
            continue
        at = int(np.nanargmax(band))
        axes.plot(
            steps.starts[at] + steps.step / 2,
            tops[at, label] - band[at] / 2,
            **_look(label),
        )


def _look(label: int) -> dict[str, Any]:
    """How the mark of an expression is drawn on its own fill."""
    return {
        "marker": mark(label),
        "markersize": 8,
        "markerfacecolor": "white",
        "markeredgecolor": INK,
        "markeredgewidth": 0.8,
        "linestyle": "",
    }


def flags(axes: Axes, markers: Sequence[Marker]) -> None:
    """A numbered line at every marker that is in sight."""
    low, high = axes.get_xlim()
    for number, marker in enumerate(markers, 1):
        if not low <= marker.timestamp <= high:
            continue
        axes.axvline(marker.timestamp, color=INK, linewidth=1.1, linestyle=(0, (4, 2)))
        axes.annotate(
            str(number),
            (marker.timestamp, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=8,
            color="white",
            bbox={"boxstyle": "round,pad=0.25", "facecolor": INK, "edgecolor": "none"},
        )


def coverage(steps: ClassSteps, say: Wording) -> Figure:
    """Faces in view at a time, and those of them that were read."""
    with mpl.rc_context(STYLE):
        figure, axes = blank(1.7, bottom=0.35, top=0.35)
        looked = np.where(steps.looked > 0, steps.looked, np.nan)
        seen, read = steps.seen / looked, (steps.seen - steps.cant_tell) / looked
        for values, face, edge in ((seen, UNREAD, MUTED), (read, ACCENT, ACCENT)):
            axes.fill_between(
                corners(steps), values.repeat(2), facecolor=face, edgecolor=edge, linewidth=0.8
            )
        time_axis(axes, float(steps.starts[0]), steps.end, say)
        axes.set_ylim(0, max(1.0, float(np.nanmax(seen, initial=0.0))) * 1.08)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        handles = [
            Patch(facecolor=UNREAD, edgecolor=MUTED, label=say("coverage.seen")),
            Patch(facecolor=ACCENT, label=say("coverage.read")),
        ]
        figure.legend(handles=handles, loc="upper left", ncols=2, frameon=False, borderaxespad=0.1)
    return figure


@dataclass(frozen=True, slots=True)
class Row:
    """A line of ``shares``: an expression by its labels and by its summed probabilities."""

    label: int
    labels: Estimate
    probabilities: Estimate


def shares(rows: Sequence[Row], say: Wording) -> Figure:
    """Shares of the class with their intervals; the filled mark by labels, the ring by sums."""
    with mpl.rc_context(STYLE):
        figure, axes = blank(_ROW * len(rows) + 0.75, left=1.15, right=0.2, top=0.3)
        for place, row in enumerate(rows):
            _whisker(axes, place - 0.16, row.labels, mark(row.label), colours()[row.label])
            _whisker(axes, place + 0.2, row.probabilities, "o", "white", size=4.5)
        _name_rows(axes, [say.labels[row.label] for row in rows])
        found = [value for row in rows for value in (*row.labels, *row.probabilities)]
        most = max((value for value in found if np.isfinite(value)), default=1.0)
        most = max(0.1, most * 1.08)
        axes.set_xlim(-0.02 * most, min(1.02, most))
        _whole_percent(axes.xaxis, say.percent)
        axes.grid(axis="x", color=RULE, linewidth=0.6)
        _two_kinds(figure, say)
    return figure


def differences(rows: Sequence[Row], say: Wording) -> Figure:
    """The second session less the first, in percentage points."""
    with mpl.rc_context(STYLE):
        figure, axes = blank(_ROW * len(rows) + 0.9, left=1.15, right=0.2, bottom=0.55, top=0.3)
        for place, row in enumerate(rows):
            _whisker(axes, place - 0.16, row.labels, mark(row.label), colours()[row.label])
            _whisker(axes, place + 0.2, row.probabilities, "o", "white", size=4.5)
        _name_rows(axes, [say.labels[row.label] for row in rows])
        found = [abs(value) for row in rows for value in (*row.labels, *row.probabilities)]
        most = max((value for value in found if np.isfinite(value)), default=0.1)
        axes.set_xlim(-max(0.05, most * 1.15), max(0.05, most * 1.15))
        axes.axvline(0, color=INK, linewidth=0.9)
        _whole_percent(axes.xaxis, lambda at: say.points(at, 0))
        axes.set_xlabel(say("percent_points"))
        axes.grid(axis="x", color=RULE, linewidth=0.6)
        _two_kinds(figure, say)
    return figure


def _two_kinds(figure: Figure, say: Wording) -> None:
    plain: dict[str, Any] = {"color": INK, "linewidth": 1.2}
    handles = [
        Line2D([], [], marker="D", markersize=6, label=say("by_labels"), **plain),
        Line2D([], [], marker="o", markersize=4.5, mfc="white", label=say("by_sums"), **plain),
    ]
    figure.legend(handles=handles, loc="upper left", ncols=2, frameon=False, borderaxespad=0.1)


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names, color=INK)
    axes.set_ylim(len(names) - 0.5, -0.6)
    axes.tick_params(axis="y", length=0)


def _whisker(
    axes: Axes, at: float, found: Estimate, shape: Path | str, fill: Any, size: float = 8.0
) -> None:
    if not np.isfinite(found.value):
        return
    if np.isfinite(found.low):
        axes.plot([found.low, found.high], [at, at], color=INK, linewidth=1.2)
    axes.plot(
        found.value,
        at,
        marker=shape,
        markersize=size,
        markerfacecolor=fill,
        markeredgecolor=INK,
        markeredgewidth=0.8,
        linestyle="",
        clip_on=False,
    )
