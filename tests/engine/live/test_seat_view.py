from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.similarity import invert, move_boxes
from app.core.types import STILL, Expressions, Faces, FrameResult
from app.engine.live.seat_view import KEPT, SAMPLE_S, Place, SeatView, in_seats

SIZE = (1000, 500)
ADA, BEN = (200.0, 100.0, 40.0), (600.0, 300.0, 50.0)
"""x and y of the middle, and width, in pixels of the room."""


def result(
    timestamp: float,
    students: dict[int, tuple[float, float, float]],
    camera: NDArray[np.float64] = STILL,
) -> FrameResult:
    """These students at these places of the room, as a camera sees them that has moved."""
    raw = np.array([(x - w / 2, y - w / 2, w, w) for x, y, w in students.values()]).reshape(-1, 4)
    boxes = move_boxes(invert(camera), raw)
    faces = Faces.make(boxes, np.full(len(raw), 0.9), ids=np.array(list(students), np.int32))
    read = Expressions.unread(len(raw))
    return FrameResult(round(timestamp * 100), timestamp, SIZE, faces, read, camera=camera)


def test_nobody() -> None:
    seats = SeatView()
    assert seats.places() == {}
    seats.update(result(0.0, {}))
    assert seats.places() == {}


def test_a_seat_shows_with_the_first_frame_and_stays_when_the_student_goes() -> None:
    seats = SeatView()
    seats.update(result(0.0, {1: ADA}))
    seats.update(result(0.1, {2: BEN}))
    assert seats.places() == {
        1: pytest.approx(Place(0.2, 0.2, 0.04)),
        2: pytest.approx(Place(0.6, 0.6, 0.05)),
    }


def test_a_head_that_moves_does_not_move_the_seat() -> None:
    rng = np.random.default_rng(1)
    seats = SeatView()
    shown = []
    for k in range(2000):
        dx, dy = rng.normal(0, 6, 2)
        seats.update(result(k / 10, {1: (ADA[0] + dx, ADA[1] + dy, ADA[2])}))
        shown.append(seats.places()[1])
    assert len(set(shown)) <= 3
    assert shown[-1] == pytest.approx(Place(0.2, 0.2, 0.04), abs=0.011)


def test_a_walk_to_the_board_does_not_move_the_seat_but_a_new_seat_does() -> None:
    minute = KEPT * SAMPLE_S
    seats = SeatView()
    for k in range(round(2 * minute)):
        seats.update(result(float(k), {1: ADA}))
    for k in range(round(0.4 * minute)):
        seats.update(result(2 * minute + k, {1: (900.0, 50.0, 60.0)}))
    assert seats.places()[1] == pytest.approx(Place(0.2, 0.2, 0.04))
    for k in range(round(3 * minute)):
        seats.update(result(3 * minute + k, {1: BEN}))
    assert seats.places()[1] == pytest.approx(Place(0.6, 0.6, 0.05))


def test_a_camera_that_is_nudged_and_zooms_leaves_the_seats_where_they_are() -> None:
    seats = SeatView()
    for k in range(100):
        camera = STILL if k < 10 else np.array([[0.8, 0.1, 40.0], [-0.1, 0.8, 25.0]])
        seats.update(result(k * SAMPLE_S, {1: ADA, 2: BEN}, camera))
    places = seats.places()
    assert places[1] == pytest.approx(Place(0.2, 0.2, 0.04), abs=1e-3)
    assert places[2] == pytest.approx(Place(0.6, 0.6, 0.05), abs=1e-3)


def test_more_students_than_were_thought_of() -> None:
    seats = SeatView()
    for k in range(70):
        seats.update(result(k * 0.01, {k + 1: (10.0 * k + 5, 100.0, 9.0)}))
    places = seats.places()
    assert [round(places[k + 1].x * 100, 3) for k in range(70)] == [k + 0.5 for k in range(70)]


def test_who_sits_in_a_seat_that_opted_out() -> None:
    places = {1: Place(0.2, 0.2, 0.04), 2: Place(0.6, 0.6, 0.05)}
    seat = ((0.5, 0.5), (0.7, 0.5), (0.7, 0.7), (0.5, 0.7))
    assert in_seats(places, (seat,)) == {2}
    assert in_seats(places, ()) == set()
    assert in_seats({}, (seat,)) == set()
