from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.core.types import Expressions, Faces, FrameResult
from app.session.lingering import LINGER, Around, Seen, Strangers, belonging, students_at

NOBODY = np.zeros((0, 4))
STILL = np.eye(2, 3)
MOVED = np.array([[1.0, 0.0, -30.0], [0.0, 1.0, 0.0]])
"""The camera was pushed: everything lies 30 pixels farther right than in the first frame."""


def at(
    timestamp: float, places: dict[int, tuple[float, float]], camera: np.ndarray = STILL
) -> FrameResult:
    """Students of 20 by 20 pixels at these places."""
    n = len(places)
    boxes = np.array([(x, y, 20, 20) for x, y in places.values()], np.float32).reshape(n, 4)
    faces = Faces.make(boxes, np.full(n, 0.9), ids=np.array(list(places), np.int32))
    index = round(timestamp * 100)
    return FrameResult(index, timestamp, (320, 240), faces, Expressions.unread(n), camera=camera)


def covered(results: list[FrameResult], timestamp: float) -> list[list[float]]:
    return students_at([Seen.of(one) for one in results], timestamp).round(3).tolist()


def test_a_place_is_covered_before_a_face_is_found_and_after() -> None:
    results = [at(t, {1: (40, 60)} if t == 10 else {}) for t in range(20)]
    near = [t for t in np.arange(0, 19, 0.5) if covered(results, t)]
    assert near == list(np.arange(10 - LINGER, 10 + LINGER + 0.1, 0.5))


def test_where_a_face_is_found_it_is_covered_there_only() -> None:
    results = [at(t / 4, {1: (40 + 10 * t, 60)}) for t in range(8)]
    assert covered(results, 0.5) == [[60, 60, 20, 20]]
    assert covered(results, 0.6) == [[60, 60, 30, 20]]


def test_a_lost_face_is_covered_all_along_its_way() -> None:
    there: dict[int, tuple[float, float]] = {1: (40, 60)}
    results = [at(0, there), at(0.5, {}), at(1, {}), at(1.5, {1: (100, 70)})]
    for timestamp in (0.25, 0.5, 1.0):
        assert covered(results, timestamp) == [[40, 60, 80, 30]]


def test_neighbours_count_however_far_they_are() -> None:
    assert covered([at(0, {1: (40, 60)}), at(10, {1: (80, 60)})], 5) == [[40, 60, 60, 20]]


def test_places_are_taken_along_with_the_camera() -> None:
    results = [at(0, {1: (40, 60)}), at(1, {}, MOVED)]
    assert covered(results, 1) == [[70, 60, 20, 20]]
    assert covered(results, 0.5) == [[40, 60, 50, 20]]  # it was pushed some time in between
    assert covered([], 1) == []


def test_results_are_read_ahead_and_forgotten() -> None:
    results = [at(t / 2, {1: (t, 0)}) for t in range(200)]
    around = Around(results)
    for timestamp in (0.0, 1.2, 7.0, 80.3):
        seen = around.at(timestamp)
        assert len(seen) < 13
        expected = students_at([Seen.of(one) for one in results], timestamp)
        np.testing.assert_allclose(students_at(seen, timestamp), expected)
    sparse = Around([at(0, {1: (0, 0)}), at(50, {1: (9, 0)}), at(100, {})])
    assert [[one.timestamp for one in sparse.at(t)] for t in (20.0, 60.0)] == [[0, 50], [50, 100]]


def test_a_stranger_stays_covered_until_found_again() -> None:
    strangers, face = Strangers(), np.array([[40.0, 60.0, 20.0, 20.0]])
    assert strangers.at(0.0, STILL, face, NOBODY).tolist() == face.tolist()
    assert strangers.at(0.5, MOVED, NOBODY, NOBODY).tolist() == [[70, 60, 20, 20]]
    again = face + np.array([3.0, 0.0, 0.0, 0.0])
    assert strangers.at(1.0, STILL, again, NOBODY).tolist() == again.tolist()
    assert strangers.at(1.5, STILL, NOBODY, face).tolist() == []  # a student by now
    assert strangers.at(2.9, STILL, NOBODY, NOBODY).tolist() == again.tolist()
    assert strangers.at(3.1, STILL, NOBODY, NOBODY).tolist() == []
    strangers.at(4.0, STILL, face, NOBODY)
    assert strangers.at(0.0, STILL, NOBODY, NOBODY).tolist() == []  # a new run


@pytest.mark.parametrize("swapped", [False, True])
def test_each_student_has_one_face(swapped: bool) -> None:
    students = np.array([[40.0, 60.0, 40.0, 40.0], [200.0, 60.0, 20.0, 20.0]])
    found = np.array(
        [[50.0, 70.0, 20.0, 20.0], [62.0, 75.0, 20.0, 20.0], [120.0, 60.0, 20.0, 20.0]]
    )
    order = [1, 0, 2] if swapped else [0, 1, 2]
    assert belonging(found[order], students).tolist() == [not swapped, swapped, False]
    assert belonging(found, NOBODY).tolist() == [False] * 3
    assert belonging(NOBODY, students).tolist() == []


def test_who_comes_in_is_covered_before_the_tracker_trusts_them() -> None:
    results = [replace(at(t / 10, {1: (5, 5)} if t >= 5 else {})) for t in range(10)]
    assert all(covered(results, t / 10) for t in range(10))
