from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.analyse.plans import Plan
from app.engine.analyse.queue_row import QueueRow, RowState, out_folder
from app.engine.analyse.queue_time import time_left


def row(state: RowState, plan: Plan | None = None, **more: float | None) -> QueueRow:
    return QueueRow(1, Path("a"), Path("b"), plan or Plan(), state, **more)  # type: ignore[arg-type]


def test_rows_that_are_over_take_no_time() -> None:
    over = [row(RowState.DONE), row(RowState.FAILED), row(RowState.CANCELLED)]
    assert time_left(over, {}) == 0.0
    assert time_left([], {}) == 0.0


def test_what_runs_and_what_waits() -> None:
    rows = [
        row(RowState.RUNNING, length=100.0, seconds_left=30.0),
        row(RowState.WAITING, length=200.0),
        row(RowState.WAITING, Plan(None), length=50.0),
    ]
    assert time_left(rows, {Plan(): 0.5, Plan(None): 2.0}) == pytest.approx(30 + 100 + 100)


def test_unknown_lengths_are_usual_ones_and_unknown_plans_go_as_the_last() -> None:
    rows = [
        row(RowState.DONE, length=100.0),
        row(RowState.WAITING),
        row(RowState.WAITING, Plan(2.0), length=300.0),
    ]
    assert time_left(rows, {Plan(): 0.5}) == pytest.approx(0.5 * 200 + 0.5 * 300)


def test_nobody_can_say() -> None:
    assert time_left([row(RowState.RUNNING, length=1.0)], {}) is None
    assert time_left([row(RowState.WAITING, length=1.0)], {}) is None
    assert time_left([row(RowState.WAITING)], {Plan(): 1.0}) is None


def test_no_two_recordings_share_a_folder() -> None:
    first = out_folder(Path("/a/lesson.mp4"), None, set())
    assert first == Path("/a/lesson-roomread")
    second = out_folder(Path("/a/lesson.mov"), None, {first})
    assert second == Path("/a/lesson-2-roomread")
    assert out_folder(Path("/b/lesson.mp4"), Path("/a"), {first, second}) == Path(
        "/a/lesson-3-roomread"
    )
