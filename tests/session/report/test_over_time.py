from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.session.report.over_time import MOST_STEPS, OverTime, read_over_time, step_length
from app.session.store import Session
from tests.session.builders import result, steady, write

HAPPY = LABELS.index("happiness")


def steps(path: Path) -> OverTime:
    with Session.open(path) as session:
        return read_over_time(session)[1]


@pytest.mark.parametrize(
    ("seconds", "step"), [(0.0, 1.0), (90.0, 1.0), (91.0, 2.0), (2700.0, 30.0), (36_000.0, 600.0)]
)
def test_steps_are_round(seconds: float, step: float) -> None:
    assert step_length(seconds) == step


def test_steps_stay_few_for_any_length() -> None:
    for hours in (0.01, 1, 10, 100, 1000):
        assert hours * 3600 / step_length(hours * 3600) <= MOST_STEPS


def test_seconds_of_faces_are_summed(tmp_path: Path) -> None:
    students = {1: "happiness", 2: None, 3: "anger"}
    frames = steady([k / 2 for k in range(8)], students)
    found = steps(write(tmp_path / "a.roomread", frames, privacy=Privacy(min_group=2)))
    whole = found.whole
    np.testing.assert_allclose(whole.starts, [0, 1, 2, 3])
    np.testing.assert_allclose(whole.looked, 1.0)
    np.testing.assert_allclose(whole.seen, 3.0)
    np.testing.assert_allclose(whole.cant_tell, 1.0)
    np.testing.assert_allclose(whole.labels[:, HAPPY], 1.0)
    np.testing.assert_allclose(whole.shares.sum(axis=1), 1.0)
    assert not whole.withheld.any()
    assert [one.student for one in found.students] == [1, 2, 3]
    np.testing.assert_allclose(found.students[1].seen, 1.0)
    assert not found.students[1].labels.any()


def test_a_step_of_too_few_students_says_nothing_of_the_class(tmp_path: Path) -> None:
    frames = [result(k, k / 2, {1: "happiness", 2: "anger"}) for k in range(4)]
    frames += [result(k, k / 2, {1: "happiness", 2: "anger", 3: "fear"}) for k in range(4, 8)]
    whole = steps(write(tmp_path / "a.roomread", frames, privacy=Privacy(min_group=3))).whole
    np.testing.assert_allclose(whole.withheld, [2, 2, 0, 0])
    np.testing.assert_allclose(whole.labels.sum(axis=1), [0, 0, 3, 3])


def test_students_read_one_by_one_are_no_group(tmp_path: Path) -> None:
    frames = [result(k, k / 4, {k % 4 + 1: "happiness"}) for k in range(16)]
    found = steps(write(tmp_path / "a.roomread", frames, privacy=Privacy(min_group=2)))
    assert len(found.students) == 4
    np.testing.assert_allclose(found.whole.withheld, 1.0)


def test_a_class_only_session_has_no_students(tmp_path: Path) -> None:
    privacy = Privacy(class_only=True, min_group=3)
    frames = [result(k, k / 2, {1: "happiness", 2: "anger"}) for k in range(4)]
    frames += [result(k, k / 2, {1: "fear", 2: "fear", 3: "fear", 4: None}) for k in range(4, 8)]
    found = steps(write(tmp_path / "a.roomread", frames, privacy=privacy))
    assert found.students == ()
    assert found.legibility is None
    np.testing.assert_allclose(found.whole.withheld, [2, 2, 0, 0])
    np.testing.assert_allclose(found.whole.cant_tell, [0, 0, 1, 1])


def test_the_last_frame_ends_the_last_step(tmp_path: Path) -> None:
    frames = steady([k / 15 for k in range(180)], {1: "happiness", 2: None})
    whole = steps(write(tmp_path / "a.roomread", frames)).whole
    assert (len(whole.starts), whole.end) == (12, 12.0)
    assert (whole.seen > 0).all()


def test_an_empty_session_has_no_steps(tmp_path: Path) -> None:
    assert len(steps(write(tmp_path / "a.roomread", [])).whole.starts) == 0
