"""The class in the same five seconds, as Live, Review and the tables say it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.core.types import ClassCounts, FrameResult
from app.engine.live.viewmodel import ClassroomModel, ClassView
from app.engine.review.review import Review
from app.session.formats import ExportOptions
from app.session.summary import ClassInterval, IntervalTally
from tests.session.builders import result, write

START, END, FPS = 145.0, 150.0, 4


@pytest.fixture
def lesson() -> list[FrameResult]:
    """After 130 s S01 smiles and is always read; S02 stays calm, is read now and then, and is not
    always there; S03 came too late for rest to be known."""
    frames = []
    for index in range(int(END * FPS)):
        time = index / FPS
        students: dict[int, str | None] = {1: "neutral" if time < 130 else "happiness"}
        if time < 140 or index % 3:
            students[2] = "neutral" if time < 130 or index % 8 == 1 else None
        if time > 140:
            students[3] = "fear"
        frames.append(result(index, time, students))
    return frames


def table(path: Path) -> dict[str, str]:
    """The last five seconds of a table, its first row of them."""
    with path.open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if float(row["start"]) == START)


def intervals(results: list[FrameResult]) -> Iterator[ClassInterval]:
    tally = IntervalTally(END - START, smallest=1)
    for one in results:
        yield from tally.add(ClassCounts.of(one), one.faces.ids.tolist())
    yield from tally.finish(1 / FPS)


def live(results: list[FrameResult]) -> ClassView:
    model = ClassroomModel(interval=END - START)
    model.set_baseline(True)
    for one in results:
        model.update(one)
    model.refresh()
    return model.view


def test_change_shares_and_bands_are_the_same_everywhere(
    lesson: list[FrameResult], tmp_path: Path
) -> None:
    view = live(lesson)
    two = Privacy(min_group=2)
    path = write(tmp_path / "s.roomread", lesson, source_fps=float(FPS), privacy=two)
    with Review.open(path) as review:
        review.set_baseline(True)
        stretch = review.stretch(START, END)
        (column,) = review.class_timeline(1, START, END).change
        review.export(tmp_path / "out", options=ExportOptions(END - START))
    assert stretch.change is not None
    change, shares = (table(tmp_path / "out" / name) for name in ("change.csv", "class.csv"))
    assert change["student"] == "class"

    # S01 smiles with 0.65 instead of 0.05 and S02 does not: half of it, however often read.
    assert stretch.change[LABELS.index("happiness")] == pytest.approx(0.3, abs=0.001)
    np.testing.assert_allclose(column, stretch.change)
    np.testing.assert_allclose(view.change, stretch.change, atol=0.001)
    told = [float(change[label]) for label in LABELS]
    np.testing.assert_allclose(told, stretch.change, atol=0.001)

    np.testing.assert_allclose(view.shares, stretch.shares)
    np.testing.assert_allclose(view.low, stretch.low)
    np.testing.assert_allclose(view.high, stretch.high)
    *_, row = intervals(lesson)
    assert row.start == START
    np.testing.assert_allclose(row.low, stretch.low)
    np.testing.assert_allclose(row.high, stretch.high)
    figures = [view.read, view.read_low, view.read_high]
    assert figures == pytest.approx([stretch.read, stretch.read_low, stretch.read_high])
    assert [float(shares[label]) for label in LABELS] == pytest.approx(view.shares, abs=6e-5)
    assert float(shares["share_read"]) == pytest.approx(view.read, abs=6e-5)
