from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.regions import Polygon, Regions
from app.core.types import STILL, Faces, Frame, Suggestion
from app.stages.protocols import Tracked
from app.stages.regions import RegionFilter

WIDTH, HEIGHT = 200, 100
SEAT: Polygon = ((0.4, 0.4), (0.6, 0.4), (0.6, 0.8), (0.4, 0.8))
"""From 80, 40 to 120, 80 in pixels."""
INSIDE, NEAR, OUTSIDE = (100.0, 60.0), (125.0, 60.0), (150.0, 60.0)


def frame(timestamp: float, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Frame:
    return Frame(np.zeros((size[1], size[0], 3), np.uint8), round(timestamp * 100), timestamp)


def tracked(
    places: dict[int, tuple[float, float]], *suggestions: Suggestion, side: float = 16.0
) -> Tracked:
    middles = np.array(list(places.values())).reshape(-1, 2)
    boxes = np.concatenate([middles - side / 2, np.full((len(middles), 2), side)], axis=1)
    faces = Faces.make(boxes, np.full(len(boxes), 0.9), ids=np.array(list(places), np.int32))
    return Tracked(faces, suggestions)


class Room:
    """A filter with a clock."""

    def __init__(self, regions: Regions | None = None) -> None:
        self.filter = RegionFilter(Regions(opt_out=(SEAT,)) if regions is None else regions)
        self.now = 0.0

    def shown(
        self,
        places: dict[int, tuple[float, float]],
        *suggestions: Suggestion,
        seconds: float = 0.1,
        camera: NDArray[np.float64] = STILL,
    ) -> list[int]:
        """The ids that are left when this went on for some seconds."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.filter.begin(frame(self.now), camera)
            self.left = self.filter.withhold(tracked(places, *suggestions))
        return [int(i) for i in self.left.faces.ids]


def wanted(regions: Regions, middle: tuple[float, float], camera: NDArray[np.float64]) -> bool:
    keep = RegionFilter(regions)
    keep.begin(frame(0.0), STILL)
    keep.begin(frame(1.0), camera)
    return bool(keep.wanted(tracked({1: middle}).faces.boxes)[0])


def test_faces_count_where_the_user_wants_to_look() -> None:
    for middle, in_seat in ((INSIDE, True), (NEAR, False), (OUTSIDE, False)):
        assert wanted(Regions(), middle, STILL)
        assert wanted(Regions(look=(SEAT,)), middle, STILL) is in_seat
        assert wanted(Regions(ignore=(SEAT,)), middle, STILL) is not in_seat
        assert wanted(Regions(opt_out=(SEAT,)), middle, STILL)


@pytest.mark.parametrize(
    "camera",
    [
        np.array([[1.0, 0.0, -30.0], [0.0, 1.0, 12.0]]),
        np.array([[0.8, 0.0, 20.0], [0.0, 0.8, 10.0]]),
        np.array([[0.96, -0.28, 5.0], [0.28, 0.96, -9.0]]),
    ],
    ids=["nudge", "zoom", "turn"],
)
def test_regions_stay_with_the_room_when_the_camera_moves(camera: NDArray[np.float64]) -> None:
    turn, shift = camera[:, :2], camera[:, 2]
    for place, in_seat in (
        (INSIDE, True), ((84.0, 44.0), True), ((116.0, 76.0), True), ((76.0, 60.0), False),
        ((124.0, 60.0), False), ((100.0, 36.0), False), ((100.0, 84.0), False),
    ):  # fmt: skip
        seen = np.linalg.solve(turn, np.array(place) - shift)
        middle = (float(seen[0]), float(seen[1]))
        assert wanted(Regions(look=(SEAT,)), middle, camera) is in_seat
        assert wanted(Regions(ignore=(SEAT,)), middle, camera) is not in_seat
    for place, left in ((INSIDE, []), (OUTSIDE, [1])):
        seen = np.linalg.solve(turn, np.array(place) - shift)
        room = Room()
        assert room.shown({1: (float(seen[0]), float(seen[1]))}, camera=camera) == left


def test_places_are_those_of_the_first_frame_also_where_the_size_changes() -> None:
    keep = RegionFilter(Regions(look=(SEAT,)))
    keep.begin(frame(0.0), STILL)
    half = np.array([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    keep.begin(frame(1.0, (WIDTH // 2, HEIGHT // 2)), half)
    boxes = tracked({1: (50.0, 30.0), 2: (75.0, 30.0)}).faces.boxes
    assert keep.wanted(boxes).tolist() == [True, False]
    keep.reset()
    keep.begin(frame(0.0, (WIDTH // 2, HEIGHT // 2)), STILL)
    assert keep.wanted(boxes).tolist() == [True, False]


def test_an_opted_out_student_is_withheld_also_far_from_the_seat() -> None:
    room = Room()
    assert room.shown({1: INSIDE, 2: OUTSIDE}) == [2]
    assert room.shown({1: OUTSIDE, 2: (30.0, 30.0)}, seconds=120.0) == [2]
    assert room.shown({2: (30.0, 30.0)}) == [2]
    assert room.shown({1: (10.0, 10.0), 2: (30.0, 30.0)}) == [2]


def test_the_margin_grows_with_the_face() -> None:
    assert Room().shown({1: NEAR}) == []
    assert Room().shown({1: (129.0, 60.0)}) == [1]
    closer = np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]])  # zoomed in: 16 px are 8 of the room
    assert Room().shown({1: (250.0, 120.0)}, camera=closer) == [1]
    assert Room().shown({1: (246.0, 120.0)}, camera=closer) == []


def test_whoever_sits_down_there_belongs_there() -> None:
    room = Room()
    assert room.shown({1: OUTSIDE}, seconds=30.0) == [1]
    assert room.shown({1: INSIDE}) == []
    assert room.shown({1: INSIDE}, seconds=15.0) == []
    assert room.shown({1: OUTSIDE}, seconds=300.0) == []


def test_a_neighbour_who_bends_over_is_withheld_only_while_there() -> None:
    room = Room()
    assert room.shown({1: INSIDE, 2: OUTSIDE}) == [2]
    assert room.shown({2: INSIDE}, seconds=8.0) == []
    assert room.shown({2: OUTSIDE}) == [2]


def test_a_possible_return_of_the_opted_out_student_is_withheld() -> None:
    room = Room()
    room.shown({1: INSIDE, 2: OUTSIDE})
    guess, other = Suggestion(1, 3, 0.2, 0.4), Suggestion(2, 4, 0.2, 0.4)
    assert room.shown({3: OUTSIDE, 4: (20.0, 20.0)}, guess, other) == [4]
    assert room.left.suggestions == (other,)
    assert room.shown({3: OUTSIDE, 4: (20.0, 20.0)}) == [4]
    # The seat's track as the later one: its earlier self stays nameless too.
    assert room.shown({5: INSIDE}, Suggestion(4, 5, 0.3, 0.9)) == []
    assert room.left.suggestions == ()


def test_regions_change_with_the_next_frame() -> None:
    room = Room(Regions())
    assert room.shown({1: INSIDE, 2: OUTSIDE}) == [1, 2]
    room.filter.change(Regions(opt_out=(SEAT,)))
    assert room.filter.withhold(tracked({1: INSIDE})).faces.ids.tolist() == [1]
    assert room.shown({1: INSIDE, 2: OUTSIDE}) == [2]
    more: Polygon = ((0.7, 0.4), (0.8, 0.4), (0.8, 0.8), (0.7, 0.8))
    room.filter.change(Regions(opt_out=(SEAT, more)))
    assert room.shown({1: (20.0, 20.0), 2: OUTSIDE}) == []
    room.filter.change(Regions(opt_out=(SEAT,)))
    assert room.shown({1: (20.0, 20.0), 2: OUTSIDE}) == [2]
    room.filter.change(Regions())
    assert room.shown({1: INSIDE, 2: OUTSIDE}) == [1, 2]


def test_a_seat_drawn_later_withholds_from_earlier_frames_and_for_good() -> None:
    room = Room(Regions())
    assert room.shown({1: INSIDE, 2: OUTSIDE}) == [1, 2]
    before, regions = room.left, room.filter.current
    assert room.filter.withhold_since(before, STILL, regions) is before
    room.filter.change(Regions(opt_out=(SEAT,)))
    left = room.filter.withhold_since(before, STILL, regions)
    assert left.faces.ids.tolist() == [2]
    moved = np.array([[1.0, 0.0, -50.0], [0.0, 1.0, 0.0]])
    assert room.filter.withhold_since(before, moved, regions).faces.ids.tolist() == []
    assert room.shown({1: (20.0, 20.0)}) == []


def test_reset_forgets_who_sat_there() -> None:
    room = Room()
    assert room.shown({1: INSIDE}) == []
    room.filter.reset()
    assert room.shown({1: OUTSIDE}) == [1]


def test_an_empty_frame_is_fine() -> None:
    assert Room().shown({}) == []
    keep = RegionFilter(Regions(look=(SEAT,), ignore=(SEAT,)))
    keep.begin(frame(0.0), STILL)
    assert keep.wanted(np.zeros((0, 4))).shape == (0,)
