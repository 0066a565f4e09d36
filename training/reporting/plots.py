"""The pictures of a report: small, plain, and readable with any kind of colour vision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from training.figures import COVERAGE
from training.measure import Score

_INK: Final = "#333333"
_FAINT: Final = "#cccccc"
# Okabe-Ito; each line also has a symbol of its own, so colour never stands alone.
_LINES: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_SYMBOLS: Final = ("o", "s", "^", "D", "v", "P", "X")
_DPI: Final = 100
_COLOURS: Final = 64
_FEW: Final = 10


def confusion(score: Score, path: Path) -> None:
    """Share of each true class (a row) that is read as each class, with counts."""
    counts = np.array(score.confusion)
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = len(score.classes)
    axes = _axes(5.6, 5.0, f"Faces of {score.pixels} px: percent of each row (faces)")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    for row in range(side):
        for column in range(side):
            if counts[row, column]:
                axes.text(
                    column, row, f"{shares[row, column]:.0f}\n({counts[row, column]})",
                    ha="center", va="center", fontsize=7.5,
                    color="white" if shares[row, column] > 55 else _INK,
                )  # fmt: skip
    axes.set_xticks(range(side), score.classes, rotation=40, ha="right")
    axes.set_yticks(range(side), score.classes)
    axes.set_xlabel("read as")
    axes.set_ylabel("true")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    _save(axes, path)


def reliability(scores: Sequence[Score], path: Path) -> None:
    """Claimed against true shares of right readings; a dot's area tells how many faces.

    A bin of fewer than ``_FEW`` faces is left out: its share is chance.
    """
    axes = _axes(5.2, 4.4, "Is a reading as sure as it says?")
    axes.plot([0, 100], [0, 100], color=_FAINT, linewidth=1, linestyle="--")
    for place, score in enumerate(scores):
        colour, _ = _style(place)
        bins = [b for b in score.bins if b.faces >= _FEW]
        x = [b.confidence for b in bins]
        y = [b.accuracy for b in bins]
        areas = [8 + 220 * b.faces / score.faces for b in bins]
        axes.plot(
            x, y, color=colour, linewidth=1.2, label=f"{score.pixels} px, ECE {score.ece:.1f}%"
        )
        axes.scatter(x, y, s=areas, color=colour, alpha=0.6, linewidths=0)
    axes.set_xlabel(f"confidence, % (bins of {_FEW} faces or more)")
    axes.set_ylabel("read right, %")
    axes.set_xlim(0, 101)
    axes.set_ylim(0, 101)
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    _save(axes, path)


def risk_coverage(scores: Sequence[Score], path: Path) -> None:
    """Accuracy of the faces that are read, from the surest few to all."""
    axes = _axes(5.6, 4.2, "Reading only the surest faces")
    for place, score in enumerate(scores):
        points = [(c.coverage, c.wa) for c in score.curve if c.wa is not None]
        colour, symbol = _style(place)
        axes.plot(
            *zip(*points, strict=True), color=colour, linewidth=1.4, marker=symbol, markersize=4,
            markevery=10, label=f"{score.pixels} px",
        )  # fmt: skip
    axes.axvline(100 * COVERAGE, color=_FAINT, linewidth=1, linestyle="--")
    axes.set_xlabel("faces read, %")
    axes.set_ylabel("of these read right, %")
    axes.set_xlim(0, 100.5)
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    _save(axes, path)


def by_size(runs: Mapping[str, Sequence[Score]], path: Path) -> None:
    """Accuracy by the size of the face, with 95% intervals; one line a run."""
    axes = _axes(5.6, 4.2, "Accuracy by size of the face")
    sizes = sorted({s.pixels for scores in runs.values() for s in scores})
    for place, (name, scores) in enumerate(runs.items()):
        ordered = sorted(scores, key=lambda s: s.pixels)
        middle = np.array([s.wa for s in ordered])
        edges = np.array([s.whole.wa_interval for s in ordered]).T
        colour, symbol = _style(place)
        # Beside each other, or the intervals of like runs would hide one another.
        apart = 1 + 0.012 * (place - (len(runs) - 1) / 2)
        axes.errorbar(
            [s.pixels * apart for s in ordered], middle, yerr=np.abs(edges - middle), color=colour,
            linewidth=1.4, elinewidth=1, capsize=2, marker=symbol, markersize=4.5, label=name,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    axes.set_xlabel("side of the face, pixels")
    axes.set_ylabel("WA, %")
    axes.grid(axis="y", color=_FAINT, linewidth=0.5)
    if len(runs) > 1:
        axes.legend(frameon=False, fontsize=8, loc="lower right")
    _save(axes, path)


def by_angle(runs: Mapping[str, Mapping[int, float]], path: Path) -> None:
    """Accuracy by the angle that the faces were turned by; one line a run."""
    axes = _axes(5.6, 4.2, "Accuracy by rotation of the face")
    for place, (name, shares) in enumerate(runs.items()):
        colour, symbol = _style(place)
        axes.plot(
            list(shares), list(shares.values()), color=colour, linewidth=1.4, marker=symbol,
            markersize=4.5, label=name,
        )  # fmt: skip
    axes.set_xlabel("degrees")
    axes.set_ylabel("WA, %")
    axes.grid(axis="y", color=_FAINT, linewidth=0.5)
    if len(runs) > 1:
        axes.legend(frameon=False, fontsize=8)
    _save(axes, path)


def history(columns: Mapping[str, Sequence[tuple[float, float]]], path: Path) -> None:
    """What a run logged: losses on the left, validation accuracy on the right.

    Args:
        columns: name in the log to (epoch, value); names that begin with ``val`` are accuracies.
        path: of the picture.
    """
    figure = _figure(8.4, 3.6)
    sides = figure.subplots(1, 2)
    for axes, title, wanted in (
        (sides[0], "Loss while learning", False),
        (sides[1], "Accuracy on validation faces, %", True),
    ):
        _dress(axes, title)
        chosen = {k: v for k, v in columns.items() if k.startswith("val") == wanted}
        for place, (name, points) in enumerate(chosen.items()):
            colour, symbol = _style(place)
            axes.plot(
                *zip(*points, strict=True), color=colour, linewidth=1.4,
                marker=symbol if len(points) < 40 else None, markersize=3.5,
                label=name.removesuffix("_epoch"),
            )  # fmt: skip
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if chosen:
            axes.legend(frameon=False, fontsize=8)
    _write(figure, path)


def _style(place: int) -> tuple[str, str]:
    return _LINES[place % len(_LINES)], _SYMBOLS[(place + place // len(_LINES)) % len(_SYMBOLS)]


def _figure(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), dpi=_DPI, layout="constrained")


def _axes(width: float, height: float, title: str) -> Axes:
    axes = _figure(width, height).add_subplot()
    _dress(axes, title)
    return axes


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=11, color=_INK, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_FAINT)
    axes.tick_params(colors=_INK, labelsize=8.5)


def _save(axes: Axes, path: Path) -> None:
    figure = axes.get_figure()
    assert isinstance(figure, Figure)
    _write(figure, path)


def _write(figure: Figure, path: Path) -> None:
    """As a PNG of 64 colours: a third of the size, and nobody sees it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
