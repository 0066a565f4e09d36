from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.core.privacy import Privacy
from app.session.comovement import co_movement, co_movement_of
from app.session.series import BY_PROBABILITY, READ, SAID, SEEN, WIDTH, Series, SeriesTally
from app.session.store import Session
from tests.session.builders import steady, write
from tests.session.classes import drifting, lesson_of


class Made(SeriesTally):
    """Series without a session."""

    def __init__(self, told: np.ndarray, known: np.ndarray) -> None:
        super().__init__()
        self._made: dict[int, Series] = {}
        frames = len(told)
        for student, (probabilities, read) in enumerate(
            zip(told.swapaxes(0, 1), known.T, strict=True), 1
        ):
            values = np.zeros((frames, WIDTH), np.float32)
            values[:, SEEN] = 1.0
            values[read, READ] = values[read, SAID] = 1.0
            values[read, BY_PROBABILITY] = probabilities[read]
            self._made[student] = Series(
                np.arange(frames), values, frames, frames, int(read.sum()), int(read.sum())
            )
        self.start, self.end = 0.0, float(frames)

    def students(self) -> dict[int, Series]:
        return self._made


def missing(rng: np.random.Generator, frames: int, people: int) -> np.ndarray:
    """Who is read when: on and off, some seconds at a time."""
    return np.repeat(rng.random((frames // 5 + 1, people)) < 0.8, 5, axis=0)[:frames]


@pytest.fixture
def empty(tmp_path: Path) -> Session:
    return Session.open(write(tmp_path / "s.roomread", []))


def test_planted_synchrony_is_found_where_it_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    told = drifting(rng, 900, 10, slice(300, 600))
    known = missing(rng, 900, 10)
    with Session.open(lesson_of(tmp_path / "s.roomread", told, known)) as session:
        found = co_movement(session, shifts=100)
        again = co_movement(session, shifts=100)
    assert found.starts.tolist() == [30.0 * k for k in range(30)]
    assert found.above[10:20].all()
    assert found.values[10:20].min() > 0.3
    quiet = np.r_[found.above[:10], found.above[20:]]
    assert quiet.mean() < 0.2
    assert found.p_value <= 0.02
    assert found.overall > found.overall_high
    assert (found.low < found.high).all()
    np.testing.assert_array_equal(found.high, again.high)


def test_without_synchrony_one_window_in_twenty_is_outside(empty: Session) -> None:
    rng = np.random.default_rng(2)
    outside, p_values = [], []
    for seed in range(20):
        made = Made(drifting(rng, 600, 8), missing(rng, 600, 8))
        found = co_movement_of(empty, made, shifts=100, seed=seed)
        outside.append((found.values > found.high) | (found.values < found.low))
        p_values.append(found.p_value)
    assert 0.015 < np.mean(outside) < 0.1
    assert np.mean(np.array(p_values) < 0.05) <= 0.2
    assert 0.3 < np.mean(p_values) < 0.7


def test_a_value_is_the_mean_correlation_with_the_others(empty: Session) -> None:
    rng = np.random.default_rng(3)
    told, known = drifting(rng, 60, 5), np.ones((60, 5), bool)
    known[3:9, 1] = False
    known[30:50, 2] = False  # too little of the second window
    found = co_movement_of(empty, Made(told, known), shifts=40)
    for window, students in ((0, [0, 1, 2, 3, 4]), (1, [0, 1, 3, 4])):
        part = told[30 * window : 30 * window + 30].astype(float)
        there = known[30 * window : 30 * window + 30]
        own = {}
        for k in students:
            own[k] = np.where(there[:, k, None], part[:, k], np.nan)
            own[k] = own[k] - np.nanmean(own[k], axis=0)
        correlations = []
        for k in students:
            others = np.nanmean([own[other] for other in students if other != k], axis=0)
            here = there[:, k]
            x, y = own[k][here], others[here]
            x, y = (x - x.mean(axis=0)).ravel(), (y - y.mean(axis=0)).ravel()
            correlations.append(x @ y / np.sqrt((x @ x) * (y @ y)))
        assert found.students[window] == len(students)
        if len(students) >= 5:
            assert found.values[window] == pytest.approx(np.mean(correlations), abs=1e-4)
        else:
            assert np.isnan(found.values[window])
            assert np.isnan(found.high[window])


def test_what_a_face_always_looks_like_does_not_count(empty: Session) -> None:
    rng = np.random.default_rng(4)
    told, known = drifting(rng, 300, 6), np.ones((300, 6), bool)
    shifted = told + rng.dirichlet(np.ones(8), 6).astype(np.float32)
    one = co_movement_of(empty, Made(told, known), shifts=40)
    other = co_movement_of(empty, Made(shifted, known), shifts=40)
    np.testing.assert_allclose(one.values, other.values, atol=1e-3)


def test_too_few_students_are_not_compared(tmp_path: Path) -> None:
    told = drifting(np.random.default_rng(5), 120, 4)
    with Session.open(lesson_of(tmp_path / "s.roomread", told)) as session:
        found = co_movement(session, shifts=40)
    assert found.students.tolist() == [4] * 4
    assert np.isnan(found.values).all()
    assert np.isnan([found.overall, found.p_value, found.overall_high]).all()
    assert not found.above.any()


def test_frames_that_are_far_apart(tmp_path: Path) -> None:
    told = drifting(np.random.default_rng(4), 300, 6)
    with Session.open(lesson_of(tmp_path / "s.roomread", told, fps=1 / 3)) as session:
        found = co_movement(session, shifts=40)
    assert len(found.starts) == 30
    assert found.window == pytest.approx(30.0, rel=0.01)
    assert (found.students == 6).all()
    assert np.isfinite(found.values).all()


def test_too_short_a_session_has_no_window(tmp_path: Path) -> None:
    frames = steady([float(k) for k in range(20)], dict.fromkeys(range(1, 8), "neutral"))
    for name, results in (("a", frames), ("b", [])):
        with Session.open(write(tmp_path / f"{name}.roomread", results)) as session:
            found = co_movement(session, shifts=40)
        assert len(found.values) == len(found.starts) == len(found.above) == 0
        assert np.isnan(found.overall)


def test_faces_that_never_change_tell_nothing(tmp_path: Path) -> None:
    frames = steady([float(k) for k in range(90)], dict.fromkeys(range(1, 8), "neutral"))
    with Session.open(write(tmp_path / "s.roomread", frames)) as session:
        found = co_movement(session, shifts=40)
    assert np.isnan(found.values).all()
    assert found.students.tolist() == [0, 0, 0]


def test_bad_arguments(tmp_path: Path, empty: Session) -> None:
    with pytest.raises(ValueError, match="window"):
        co_movement(empty, window=5)
    with pytest.raises(ValueError, match="shifts"):
        co_movement(empty, shifts=10)
    path = write(tmp_path / "c.roomread", [], privacy=Privacy(class_only=True))
    with Session.open(path) as session, pytest.raises(ValueError, match="class-only"):
        co_movement(session)
