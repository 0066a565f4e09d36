from __future__ import annotations

import numpy as np
import pytest

from app.core.errors import SourceError
from app.core.geometry import iou_matrix
from app.engine.bench.crowd import SMALLEST, Seat, seats_for, shots
from tests.engine.bench.crowds import cast

SIZE = (640, 360)


def rectangles(seats: list[Seat]) -> np.ndarray:
    return np.array([(seat.x, seat.y, seat.width, seat.height) for seat in seats], np.float64)


@pytest.mark.parametrize("faces", [1, 2, 10, 50, 100])
def test_seats_do_not_overlap_and_lie_in_the_picture(faces: int) -> None:
    size = (1280, 720)
    places = rectangles(seats_for(cast(), faces, size))
    assert len(places) == faces
    assert (iou_matrix(places, places) > 0).sum() == faces
    assert (places[:, :2] >= 0).all()
    assert (places[:, :2] + places[:, 2:] <= size).all()


def test_far_faces_are_small_and_on_top_and_sizes_scale_with_the_picture() -> None:
    def widths(size: tuple[int, int]) -> np.ndarray:
        first = next(iter(shots(cast(), seats_for(cast(), 20, size), size, 1, 30.0)))
        assert first.boxes[:5, 1].max() < first.boxes[-5:, 1].min()
        return first.boxes[:, 2]

    small, large = widths((1280, 720)), widths((2560, 1440))
    assert small[0] == pytest.approx(14, abs=1)
    assert small[-1] == pytest.approx(60, abs=2)
    assert (np.diff(small) > 0).all()
    assert np.allclose(large, 2 * small, rtol=0.1)


def test_nobody_and_too_many() -> None:
    [shot] = shots(cast(), seats_for(cast(), 0, SIZE), SIZE, 1, 30.0)
    assert shot.boxes.shape == (0, 4)
    assert 20 < shot.image.mean() < 45  # the room, dimmed
    with pytest.raises(SourceError, match="200 faces have no room in 240 x 200 pixels"):
        seats_for(cast(), 200, (240, 200))
    least = seats_for(cast(), 50, (480, 270))[0]
    assert least.width * 20 / 40 >= SMALLEST - 1


def test_the_truth_lies_where_the_faces_are_drawn() -> None:
    seats = seats_for(cast(), 6, SIZE)
    pictures = list(shots(cast(), seats, SIZE, 40, 30.0))
    for shot in pictures[::13]:
        for (x, y, width, height), seat in zip(shot.boxes.astype(int).tolist(), seats, strict=True):
            face = shot.image[y + 2 : y + height - 2, x + 2 : x + width - 2].mean()
            beside = shot.image[seat.y + seat.height - 4, seat.x : seat.x + seat.width].mean()
            assert face > 95 > beside


def test_each_moves_in_a_time_of_its_own_and_no_two_pictures_are_equal() -> None:
    pictures = list(shots(cast(), seats_for(cast(), 6, SIZE), SIZE, 60, 30.0))
    moved = np.array([shot.boxes[:, 0] for shot in pictures])
    steps = np.diff(moved, axis=0)
    assert (np.abs(moved - moved[0]).max(axis=0) > 0.5).all()
    assert (steps > 0).any(axis=0).all()  # forth and back
    assert (steps < 0).any(axis=0).all()
    turns = {tuple(np.flatnonzero(np.diff(np.sign(column)))[:1]) for column in steps.T}
    assert len(turns) > 2
    assert (pictures[0].image != pictures[1].image).mean() > 0.5  # noise


def test_who_is_hidden_is_said_to_be() -> None:
    made = cast(students=1)
    made.students[0].seen[:] = [True, False, False, False, False, False]
    seen = [shot.seen[0] for shot in shots(made, seats_for(made, 1, SIZE), SIZE, 120, 30.0)]
    assert True in seen
    assert False in seen
