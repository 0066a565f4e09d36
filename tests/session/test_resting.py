from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from app.core.expressions import LABELS
from app.core.types import Expressions, Faces, FrameResult, Quality
from app.session.editor import Editor
from app.session.edits import Exclude, Merge
from app.session.resting import (
    LEARN_S,
    LEAST_S,
    ReadingSums,
    RecentReadings,
    RestingLearner,
    geometric_median,
    learn,
    mean_change,
    resting_of,
    student_changes,
)
from app.session.store import Session
from tests.session.builders import SIZE, held_between, result, write

HAPPY = LABELS.index("happiness")
CALM = np.array([0.60, 0.05, 0.03, 0.25, 0.02, 0.02, 0.02, 0.01])
"""A face that looks a little sad at rest."""
SMILE = np.array([0.04, 0.90, 0.02, 0.01, 0.01, 0.01, 0.005, 0.005])


def about(rng: np.random.Generator, centre: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """(n, 8) readings that scatter around ``centre`` as smoothed ones do."""
    return rng.dirichlet(60 * centre, n)


def frame(
    index: int, timestamp: float, readings: dict[int, NDArray[np.float64] | None]
) -> FrameResult:
    """Students with these readings; None: can't tell."""
    n = len(readings)
    rows = [np.full(8, np.nan) if one is None else one for one in readings.values()]
    boxes = np.array([(10 + 40 * k, 100, 20, 24) for k in range(n)]).reshape(n, 4)
    return FrameResult(
        index,
        timestamp,
        SIZE,
        Faces.make(boxes, np.full(n, 0.9), ids=np.array(list(readings), np.int32)),
        Expressions(
            np.array(rows, np.float32).reshape(n, 8),
            np.array([one is not None for one in readings.values()], bool),
            Quality.unmeasured(n),
        ),
    )


def lesson(
    readings: Sequence[NDArray[np.float64] | None], fps: float = 1.0, student: int = 1
) -> list[FrameResult]:
    return [frame(k, k / fps, {student: one}) for k, one in enumerate(readings)]


def rest_of(results: Iterable[FrameResult], student: int = 1) -> NDArray[np.float64]:
    rest = learn(results).resting(student)
    assert rest is not None
    return rest


def test_the_median_is_where_the_summed_distance_is_least() -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 3, 7, 40):
        points = rng.dirichlet(np.full(8, 0.5), n)

        def cost(at: NDArray[np.float64], points: NDArray[np.float64] = points) -> float:
            return float(np.linalg.norm(points - at, axis=1).sum())

        found = geometric_median(points)
        best = minimize(cost, points.mean(axis=0), method="Powell", options={"xtol": 1e-9})
        assert cost(found) <= best.fun + 1e-4
        assert found.sum() == pytest.approx(1)
        assert (found >= 0).all()


def test_the_median_may_be_one_of_the_points() -> None:
    """Weiszfeld's own algorithm divides by zero here; more than half of the points are one."""
    points = np.array([CALM] * 5 + [SMILE] * 4)
    np.testing.assert_allclose(geometric_median(points, CALM), CALM, atol=1e-4)
    np.testing.assert_allclose(geometric_median(points, SMILE), CALM, atol=1e-3)
    np.testing.assert_allclose(geometric_median(points[:5]), CALM)


def test_smiling_for_a_fifth_of_the_time_hardly_shifts_rest() -> None:
    rng = np.random.default_rng(2)
    calm, smiles = about(rng, CALM, LEARN_S), about(rng, SMILE, LEARN_S)
    at_rest = rest_of(lesson([*calm]))
    np.testing.assert_allclose(at_rest, CALM, atol=0.03)
    for share, most in ((0.2, 0.04), (0.4, 0.12)):
        smiling = np.arange(LEARN_S) % 10 < 10 * share
        mixed = np.where(smiling[:, None], smiles, calm)
        moved = np.abs(rest_of(lesson([*mixed])) - at_rest).max()
        assert moved < most
        assert moved < 0.3 * np.abs(mixed.mean(axis=0) - at_rest).max()


def test_rest_is_unknown_until_enough_was_read() -> None:
    learner = RestingLearner()
    readings = [None] * 10 + [CALM] * (LEAST_S + 1)
    for one in lesson(readings)[:-1]:
        learner.add(one)
        assert learner.resting(1) is None
        assert np.isnan(learner.change(one)).all()
    last = lesson(readings)[-1]
    learner.add(last)
    np.testing.assert_allclose(learner.resting(1), CALM, atol=1e-6)
    np.testing.assert_allclose(learner.change(last), 0.0, atol=1e-6)
    assert learner.seconds_learnt(1) == LEAST_S
    assert learner.resting(2) is None
    assert learner.seconds_learnt(2) == 0


def test_a_fast_camera_learns_no_faster() -> None:
    rng = np.random.default_rng(4)
    learner = learn(lesson([*about(rng, CALM, 30 * 15)], fps=30))
    assert learner.seconds_learnt(1) == 14
    assert learner.resting(1) is None


def test_what_comes_later_does_not_change_rest() -> None:
    rng = np.random.default_rng(5)
    calm = [*about(rng, CALM, LEARN_S + 1)]
    first = rest_of(lesson(calm))
    np.testing.assert_array_equal(rest_of(lesson([*calm, *about(rng, SMILE, 600)])), first)


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.integers(LEAST_S, 3 * LEARN_S))
def test_asking_all_the_time_gives_about_the_same_rest(seed: int, seconds: int) -> None:
    """While it learns it does not look at every second anew."""
    rng = np.random.default_rng(seed)
    results = lesson([*about(rng, CALM, seconds + 1)])
    asked = RestingLearner()
    for one in results:
        asked.add(one)
        asked.resting(1)
    np.testing.assert_allclose(asked.resting(1), rest_of(results), atol=0.02)


def test_change_is_against_each_students_own_rest() -> None:
    tired, merry = CALM, 0.5 * CALM + 0.5 * SMILE
    readings = {3: tired, 1: merry, 8: None, 7: tired}
    results = [frame(k, float(k), {3: tired, 1: merry}) for k in range(60)]
    learner = learn(results)
    now = frame(60, 60.0, {**readings, 3: SMILE})
    change = learner.change(now)
    assert change.dtype == np.float32
    np.testing.assert_allclose(change[0], SMILE - tired, atol=1e-3)
    np.testing.assert_allclose(change[1], 0.0, atol=1e-3)
    assert np.isnan(change[2]).all()  # can't tell
    assert np.isnan(change[3]).all()  # not known yet
    assert learner.change(frame(61, 61.0, {})).shape == (0, 8)


def test_every_student_counts_the_same_in_the_change_of_the_class() -> None:
    learner = learn(frame(k, float(k), {1: CALM, 2: CALM}) for k in range(60))
    recent = RecentReadings(seconds=5.0)
    assert np.isnan(recent.class_change(learner)).all()
    recent.add(frame(0, 60.0, dict.fromkeys((1, 2, 3), SMILE)))  # too old in the end
    for k in range(20):
        readings = {1: SMILE, 2: CALM if k == 3 else None, 3: SMILE}  # rest of 3 is not known
        recent.add(frame(k, 65.0 + k / 4, readings))
    np.testing.assert_allclose(recent.class_change(learner), (SMILE - CALM) / 2, atol=1e-3)
    for k in range(20):
        recent.add(frame(k, 70.0 + k / 4, {}))
    assert np.isnan(recent.class_change(learner)).all()


def test_changes_over_several_stretches_at_once() -> None:
    sums = np.array([[4 * CALM, 2 * SMILE], [3 * SMILE, 0 * CALM], [CALM, CALM]])
    counts = np.array([[4, 2], [3, 0], [1, 1]])
    rests = np.array([CALM, CALM, np.full(8, np.nan)])
    changes = student_changes(sums, counts, rests)
    wanted = [[0 * CALM, SMILE - CALM], [SMILE - CALM, CALM * np.nan], [CALM * np.nan] * 2]
    np.testing.assert_allclose(changes, wanted, atol=1e-12)
    mean = mean_change(changes)
    np.testing.assert_allclose(mean, [(SMILE - CALM) / 2, SMILE - CALM], atol=1e-12)
    assert np.isnan(mean_change(changes[2:])).all()


def test_of_a_stored_session_after_edits(tmp_path: Path) -> None:
    """Two tracks of one student, too short each, and a poster."""
    path = write(
        tmp_path / "s.roomread",
        [result(k, float(k), {1 if k < 15 else 2: "sadness", 3: "happiness"}) for k in range(31)],
    )
    with Session.open(path) as session:
        rests = resting_of(session)
        assert rests.resting(1) is None
        assert rests.resting(2) is None
        Editor(session).apply(Merge(1, 2))
        Editor(session).apply(Exclude(3))
        rests = resting_of(session)
        assert rests.seconds_learnt(1) == 30
        rest = rests.resting(1)
        assert rest is not None
        assert rest.argmax() == LABELS.index("sadness")
        assert rests.resting(3) is None


def test_memory_is_flat() -> None:
    students: dict[int, NDArray[np.float64] | None] = dict.fromkeys(range(1, 31), CALM)
    learner = learn(frame(k, k / 2, students) for k in range(2 * LEARN_S + 4))
    tracemalloc.start()
    try:
        for k in range(2 * LEARN_S + 4, 2 * LEARN_S + 400):
            learner.add(frame(k, k / 2, students))
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 20_000


@pytest.mark.parametrize(("seconds", "least"), [(10, 0), (10, 11)])
def test_the_limits_must_fit(seconds: int, least: int) -> None:
    with pytest.raises(ValueError, match="expected 1 <= least <= seconds"):
        RestingLearner(seconds, least)


def test_a_held_reading_is_no_second_more() -> None:
    """Read every 1.5 s and held between: a third of the seconds has no reading of its own."""
    rng = np.random.default_rng(6)
    read = lesson([*about(rng, CALM, 20)], fps=1 / 1.5)
    held = held_between(read, 15)
    learner, again = learn(read), learn(held)
    assert again.seconds_learnt(1) == learner.seconds_learnt(1) == 19
    assert again.resting(1) is None
    longer = lesson([*about(rng, CALM, 40)], fps=1 / 1.5)
    np.testing.assert_array_equal(rest_of(held_between(longer, 15)), rest_of(longer))


def test_a_change_is_of_the_time_that_a_reading_is_held() -> None:
    """Who changes is read more often; that alone must not make the change larger."""
    learner = learn(lesson([CALM] * 30))
    sums = ReadingSums()
    for index in range(20):  # calm for a second, read once; then smiling, read in each frame
        one = frame(index, index / 10, {1: CALM if index < 10 else SMILE})
        age = np.array([index / 10 if index < 10 else 0.0], np.float32)
        sums.add(replace(one, expressions=replace(one.expressions, age=age)))
    _, changes = sums.changes(learner)
    np.testing.assert_allclose(changes[0], (SMILE - CALM) / 2, atol=1e-6)
