"""The figures of ``roomread bench live`` as one picture: three charts over the number of faces."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from app.core.errors import ExportError
from app.core.palette import LIGHT
from app.engine.bench.live_case import LiveFigures
from app.engine.bench.live_report import FLOOR, GOAL
from app.session.report.charts import STYLE, WIDTH, png, svg

_HEIGHT: Final = 2.9
_LINES: Final = (
    (LIGHT.accent, "o", "-"),
    ("#b2560d", "s", "--"),
    ("#2f7d4f", "^", "-."),
    ("#7a3f98", "D", ":"),
)
"""Colour, mark and stroke of each size of the picture."""


class Panel(NamedTuple):
    """One of the charts.

    Attributes:
        title: what it shows.
        name: key of ``FLOOR`` and ``GOAL``.
        value: what is drawn of a case.
        least: a second value of it, drawn thin; None for none.
        factor: of floor and goal.
    """

    title: str
    name: str
    value: Callable[[LiveFigures], float]
    least: Callable[[LiveFigures], float] | None = None
    factor: float = 1.0


PANELS: Final = (
    Panel("Pictures shown a second", "shown_fps", lambda one: one.shown_fps),
    Panel(
        "Reads a second and face\n(thin: student read least)",
        "reads",
        lambda one: one.reads,
        lambda one: one.reads_least,
    ),
    Panel(
        "Capture to overlay, ms\n(95 of 100; thin: half)",
        "latency",
        lambda one: 1000 * one.latency[1],
        lambda one: 1000 * one.latency[0],
        1000.0,
    ),
)


def chart(figures: Sequence[LiveFigures]) -> Figure:
    """The three charts side by side; a line for each size of the picture."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, _HEIGHT), layout="constrained")
        for panel, axes in zip(PANELS, figure.subplots(1, len(PANELS)), strict=True):
            _draw(axes, panel, figures)
        handles, names = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=6, frameon=False)
    return figure


def write_chart(folder: Path, name: str, figure: Figure) -> list[Path]:
    """Write a figure into ``folder`` as ``name``.svg and ``name``.png.

    Raises:
        ExportError: they can't be written.
    """
    drawing, pixels = folder / f"{name}.svg", folder / f"{name}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drawing.write_text(svg(figure), encoding="utf-8")
        pixels.write_bytes(png(figure).getvalue())
    except OSError as error:
        raise ExportError(f"the chart can't be written to {folder} ({error.strerror})") from error
    return [drawing, pixels]


def _draw(axes: Axes, panel: Panel, figures: Sequence[LiveFigures]) -> None:
    sizes = list(dict.fromkeys(one.size for one in figures))
    for size, (colour, mark, stroke) in zip(sizes, _LINES * len(sizes), strict=False):
        cases = sorted((one for one in figures if one.size == size), key=lambda one: one.faces)
        faces = [one.faces for one in cases]
        axes.plot(
            faces, [panel.value(one) for one in cases], stroke, color=colour, marker=mark,
            markersize=4, linewidth=1.6, label=f"{size[0]} × {size[1]}",
        )  # fmt: skip
        if panel.least is not None:
            axes.plot(
                faces, [panel.least(one) for one in cases], stroke, color=colour, linewidth=0.8
            )
    for words, aim, dots in (("floor", FLOOR, ":"), ("goal", GOAL, "--")):
        at = panel.factor * aim[panel.name]
        if math.isfinite(at):  # of some there is no floor
            axes.axhline(at, color=LIGHT.muted, linewidth=0.9, linestyle=dots)
            axes.annotate(
                words, (0.01, at), xycoords=("axes fraction", "data"), xytext=(0, 2),
                textcoords="offset points", fontsize=7, color=LIGHT.muted,
            )  # fmt: skip
    axes.set_title(panel.title, fontsize=8.5, color=LIGHT.text)
    axes.set_xlabel("students in the film")
    axes.set_xlim(left=0)
    axes.set_xticks(sorted({one.faces for one in figures}))
    axes.set_ylim(0, 1.05 * axes.get_ylim()[1])
    axes.grid(axis="y", color=LIGHT.border, linewidth=0.5)
