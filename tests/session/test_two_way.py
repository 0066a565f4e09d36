from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.types import STILL, Expressions, Faces, FrameResult, Suggestion
from app.session.edits import Exclude, Merge
from app.session.two_way import assign, look_both_ways, margins

FPS = 2.5
FACE = 20.0
SEATS = {name: (100.0 + 40.0 * k, 200.0) for k, name in enumerate("abcdef")}
"""Neighbours are two faces apart."""


@dataclass
class Stay:
    """A track at a place from one second to another; ``to``: where it walks to meanwhile."""

    track: int
    start: float
    end: float
    place: tuple[float, float]
    size: float = FACE
    score: float = 0.9
    to: tuple[float, float] | None = None


def recording(
    stays: Sequence[Stay],
    suggestions: Sequence[Suggestion] = (),
    end: float = 300.0,
    cameras: Sequence[tuple[float, NDArray[np.float64]]] = (),
) -> Iterator[FrameResult]:
    """Results of a whole recording; places are those of the room, heads sway.

    From each time in ``cameras`` on the camera stands so; the transform takes its pixels to the
    room.
    """
    rng = np.random.default_rng(1)
    told = sorted(suggestions, key=lambda one: one.timestamp)
    for index in range(int(end * FPS)):
        now = index / FPS
        camera = next((one for since, one in reversed(cameras) if since <= now), STILL)
        here = [one for one in stays if one.start <= now < one.end]
        boxes = np.array([box(one, now, camera, rng) for one in here]).reshape(-1, 4)
        scores = np.array([one.score for one in here])
        faces = Faces.make(boxes, scores, ids=np.array([one.track for one in here], np.int32))
        newly = tuple(one for one in told if now - 1 / FPS < one.timestamp <= now)
        unread = Expressions.unread(len(here))
        yield FrameResult(index, now, (640, 480), faces, unread, {}, camera, newly)


def box(
    one: Stay, now: float, camera: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """x, y, width, height in pixels of the frame."""
    place = np.array(one.place)
    if one.to is not None:
        place = place + (now - one.start) / (one.end - one.start) * (np.array(one.to) - place)
    back = np.linalg.inv(camera[:, :2])
    middle = back @ (place + rng.normal(0, 0.15 * one.size, 2) - camera[:, 2])
    side = one.size * np.sqrt(np.linalg.det(back)) * rng.uniform(0.95, 1.05)
    return np.array([*(middle - side / 2), side, side])


def neighbours(*but: str, end: float = 300.0) -> list[Stay]:
    """Everyone else sits there all the time, from track 21 on."""
    seats = [place for name, place in SEATS.items() if name not in but]
    return [Stay(21 + k, 0.0, end, place) for k, place in enumerate(seats)]


class TestReturns:
    def test_back_at_the_seat(self) -> None:
        stays = [Stay(1, 0, 100, SEATS["c"]), Stay(31, 130, 300, SEATS["c"])]
        told = [Suggestion(1, 31, 130.4, 0.8)]
        assert look_both_ways(recording([*neighbours("c"), *stays], told)) == [Merge(1, 31)]

    def test_nobody_is_joined_to_a_picture(self) -> None:
        stays = [Stay(1, 0, 100, SEATS["c"]), Stay(31, 130, 300, SEATS["c"])]
        told = [Suggestion(1, 31, 130.4, 0.8)]
        everyone = [*neighbours("c"), *stays]
        assert look_both_ways(recording(everyone, told), left_out=(1,)) == []
        assert look_both_ways(recording(everyone, told), left_out=(21,)) == [Merge(1, 31)]

    def test_in_many_pieces(self) -> None:
        stays = [Stay(1 + 30 * k, 60 * k, 60 * k + 50, SEATS["c"]) for k in range(5)]
        told = [Suggestion(1 + 30 * k, 31 + 30 * k, 60 * k + 60.4, 0.8) for k in range(4)]
        found = look_both_ways(recording([*neighbours("c"), *stays], told, end=400))
        assert found == [Merge(1, 31), Merge(1, 61), Merge(1, 91), Merge(1, 121)]

    def test_over_the_door(self) -> None:
        """A student who walks back in is at the door when the new track begins."""
        stays = [
            Stay(1, 0, 100, SEATS["c"]),
            Stay(31, 150, 156, (620.0, 100.0), to=SEATS["c"]),
            Stay(31, 156, 300, SEATS["c"]),
        ]
        told = [Suggestion(1, 31, 150.4, 0.6)]
        assert look_both_ways(recording([*neighbours("c"), *stays], told)) == [Merge(1, 31)]

    def test_two_who_were_away_at_the_same_time(self) -> None:
        stays = [
            Stay(1, 0, 100, SEATS["c"]),
            Stay(2, 0, 105, SEATS["d"]),
            Stay(31, 130, 300, SEATS["d"]),
            Stay(32, 133, 300, SEATS["c"]),
        ]
        told = [Suggestion(2, 31, 130.4, 0.8), Suggestion(1, 32, 133.4, 0.75)]
        found = look_both_ways(recording([*neighbours("c", "d"), *stays], told))
        assert found == [Merge(2, 31), Merge(1, 32)]

    def visit(self, seconds: float, back: str = "c") -> list[object]:
        """A student goes to the teacher's desk for so long, and then to a seat."""
        end = 110 + seconds
        stays = [
            Stay(1, 0, 100, SEATS["c"]),
            Stay(31, 110, end, (500.0, 400.0)),
            Stay(32, end + 10, 300, SEATS[back]),
        ]
        told = [Suggestion(1, 31, 110.4, 0.95), Suggestion(31, 32, end + 10.4, 0.95)]
        everyone = [*neighbours("c", back), *stays]
        return list(look_both_ways(recording(everyone, told)))

    def test_after_a_visit_elsewhere(self) -> None:
        assert self.visit(20.0) == [Merge(1, 31), Merge(1, 32)]

    def test_a_glimpse_on_the_way_stays_what_it_is(self) -> None:
        assert self.visit(0.8) == [Merge(1, 32)]

    def test_who_does_not_come_back_to_the_seat(self) -> None:
        assert self.visit(20.0, back="e") == []

    def test_nudge_and_zoom(self) -> None:
        """The camera zooms in and is nudged while the student is away."""
        moved = np.array([[0.7, 0.1, 35.0], [-0.1, 0.7, 60.0]])
        stays = [Stay(1, 0, 100, SEATS["c"]), Stay(31, 130, 300, SEATS["c"])]
        told = [Suggestion(1, 31, 130.4, 0.8)]
        everyone = [*neighbours("c"), *stays]
        assert look_both_ways(recording(everyone, told, cameras=[(110, moved)])) == [Merge(1, 31)]
        seen_elsewhere = [
            FrameResult(one.index, one.timestamp, one.size, one.faces, one.expressions,
                        suggestions=one.suggestions)
            for one in recording(everyone, told, cameras=[(110, moved)])
        ]  # fmt: skip
        assert look_both_ways(seen_elsewhere) == []


class TestDoubt:
    def one_returns(self, confidence: float, end: float = 300.0, **changes: object) -> list[object]:
        later = Stay(**{"track": 31, "start": 130, "end": end, "place": SEATS["c"], **changes})
        stays = [Stay(1, 0, 100, SEATS["c"]), later]
        told = [Suggestion(1, 31, 130.4, confidence)]
        return list(look_both_ways(recording([*neighbours("c", end=end), *stays], told, end=end)))

    def test_the_same_student_as_a_check(self) -> None:
        assert self.one_returns(0.6) == [Merge(1, 31)]

    def test_the_tracker_does_not_believe_it(self) -> None:
        assert self.one_returns(0.2) == []

    def test_the_recording_ends_too_soon_to_tell(self) -> None:
        assert self.one_returns(0.6, end=135.0) == []

    def test_another_seat(self) -> None:
        x, y = SEATS["c"]
        assert self.one_returns(0.9, place=(x + 1.2 * FACE, y)) == []

    def test_another_size(self) -> None:
        assert self.one_returns(0.9, size=1.5 * FACE) == []

    def test_somebody_who_walks_by(self) -> None:
        x, y = SEATS["c"]
        assert self.one_returns(0.9, place=(x - 200, y), to=(x + 200, y)) == []

    def test_nobody_suggested_it(self) -> None:
        stays = [Stay(1, 0, 100, SEATS["c"]), Stay(31, 130, 300, SEATS["c"])]
        assert look_both_ways(recording([*neighbours("c"), *stays])) == []

    def test_seen_together(self) -> None:
        stays = [Stay(1, 0, 131, SEATS["c"]), Stay(31, 130, 300, SEATS["c"])]
        told = [Suggestion(1, 31, 130.4, 0.9)]
        assert look_both_ways(recording([*neighbours("c"), *stays], told)) == []

    def test_somebody_else_was_at_the_seat_meanwhile(self) -> None:
        x, y = SEATS["c"]
        stays = [
            Stay(1, 0, 100, SEATS["c"]),
            Stay(9, 110, 112, (x - 100, y), to=(x, y)),
            Stay(9, 112, 114, (x, y), to=(x + 100, y)),
            Stay(31, 130, 300, SEATS["c"]),
        ]
        told = [Suggestion(1, 31, 130.4, 0.8)]
        assert look_both_ways(recording([*neighbours("c"), *stays], told)) == []

    def test_two_neighbours_may_be_the_one_who_came_back(self) -> None:
        """Both left, one came back to a place between them."""
        (x, y), (x2, _) = SEATS["c"], SEATS["d"]
        stays = [
            Stay(1, 0, 100, (x + 8, y)),
            Stay(2, 0, 100, (x2 - 8, y)),
            Stay(31, 130, 300, ((x + x2) / 2, y)),
        ]
        told = [Suggestion(1, 31, 130.4, 0.55)]
        assert look_both_ways(recording([*neighbours("c", "d"), *stays], told)) == []
        # When the other one comes back to the old seat, it is clear who this is.
        stays.append(Stay(32, 140, 300, (x2 + 8, y)))
        told = [Suggestion(1, 31, 130.4, 0.8), Suggestion(2, 32, 140.4, 0.8)]
        found = look_both_ways(recording([*neighbours("c", "d"), *stays], told))
        assert Merge(1, 31) in found


class TestSwaps:
    STAYS = (
        Stay(1, 0, 100, SEATS["c"]),
        Stay(2, 0, 102, SEATS["d"]),
        Stay(31, 130, 300, SEATS["c"]),  # this is 2
        Stay(32, 132, 300, SEATS["d"]),  # and this is 1
    )

    @pytest.mark.parametrize(
        "told",
        [
            [],
            [(2, 31, 0.7), (1, 32, 0.7)],
            [(2, 31, 0.95), (1, 32, 0.95)],
            [(1, 31, 0.5), (2, 32, 0.5)],
            [(1, 31, 0.6), (2, 32, 0.6)],
            [(1, 31, 0.7), (1, 32, 0.7)],
            [(2, 31, 0.6), (2, 32, 0.6)],
        ],
        ids=str,
    )
    def test_nothing_is_joined_across(self, told: list[tuple[int, int, float]]) -> None:
        suggestions = [
            Suggestion(earlier, later, 130.4 if later == 31 else 132.4, confidence)
            for earlier, later, confidence in told
        ]
        assert look_both_ways(recording([*neighbours("c", "d"), *self.STAYS], suggestions)) == []

    @pytest.mark.parametrize(("confidence", "away"), [(0.9, 30), (0.96, 30), (0.9, 60)], ids=str)
    def test_one_of_two_was_taken_for_the_other_already(
        self, confidence: float, away: float
    ) -> None:
        """The tracker brought 2 back at another's seat; this one sits where 2 sat."""
        stays = [
            Stay(1, 0, 100, SEATS["c"]),
            Stay(2, 0, 102, SEATS["d"]),
            Stay(2, 100 + away, 300, SEATS["d"]),
            Stay(31, 132, 300, SEATS["c"]),
        ]
        told = [Suggestion(1, 31, 132.4, confidence)]
        found = look_both_ways(recording([*neighbours("c", "d"), *stays], told))
        in_doubt = confidence < 0.95 and away == 30
        assert found == ([] if in_doubt else [Merge(1, 31)])

    def test_seen_on_the_way(self) -> None:
        """A student who is followed to the other seat, and lost and found again there."""
        walk = 6.0
        stays = [
            Stay(1, 0, 100, SEATS["c"]),
            Stay(1, 100, 100 + walk, SEATS["c"], to=SEATS["f"]),
            Stay(1, 106, 200, SEATS["f"]),
            Stay(31, 220, 300, SEATS["f"]),
            Stay(32, 222, 300, SEATS["c"]),
        ]
        told = [Suggestion(1, 31, 220.4, 0.7)]
        found = look_both_ways(recording([*neighbours("c", "f"), *stays], told))
        assert found == [Merge(1, 31)]


class TestFalseFaces:
    def test_a_few_weak_frames_where_nobody_sits(self) -> None:
        poster = Stay(9, 50, 50.8, (600.0, 50.0), score=0.7)
        assert look_both_ways(recording([*neighbours(), poster])) == [Exclude(9)]

    @pytest.mark.parametrize(
        "face",
        [
            Stay(9, 50, 50.8, (600.0, 50.0), score=0.95),
            Stay(9, 50, 53, (600.0, 50.0), score=0.7),
            Stay(9, 50, 50.8, (SEATS["c"][0] + 25, 200.0), score=0.7),
        ],
        ids=["sure", "longer", "at a seat"],
    )
    def test_what_may_be_a_student(self, face: Stay) -> None:
        assert look_both_ways(recording([*neighbours("c"), face])) == []

    def test_who_was_suggested_to_be_somebody(self) -> None:
        face = Stay(29, 50, 50.8, (600.0, 50.0), score=0.7)
        told = [Suggestion(21, 29, 50.6, 0.1)]
        assert look_both_ways(recording([*neighbours("c"), face], told)) == []

    def test_nobody_to_compare_with(self) -> None:
        face = Stay(9, 5, 5.8, (600.0, 50.0), score=0.7)
        assert look_both_ways(recording([face], end=20)) == []


def test_nobody_at_all() -> None:
    assert look_both_ways([]) == []
    assert look_both_ways(recording([], end=3)) == []


costs = st.integers(1, 4).flatmap(
    lambda n: st.lists(
        st.lists(
            st.floats(-5, 5).map(lambda x: round(x, 2)) | st.just(float("inf")),
            min_size=n,
            max_size=n,
        ),
        min_size=1,
        max_size=4,
    )
)


def cheapest(costs: NDArray[np.float64], without: tuple[int, int] | None = None) -> float:
    """Total of the best assignment, all of them tried."""
    n, m = costs.shape
    best = 0.0
    for choice in itertools.product(range(-1, m), repeat=n):
        pairs = [(i, j) for i, j in enumerate(choice) if j >= 0]
        if len({j for _, j in pairs}) == len(pairs) and without not in pairs:
            best = min(best, sum(costs[i, j] for i, j in pairs))
    return best


@given(costs.map(np.array))
def test_margins_are_those_of_trying_everything(costs: NDArray[np.float64]) -> None:
    partner = assign(costs)
    total = sum(costs[i, j] for i, j in enumerate(partner) if j >= 0)
    assert total == pytest.approx(cheapest(costs))
    for i, margin in enumerate(margins(costs, partner)):
        if partner[i] < 0:
            assert margin == np.inf
        else:
            other = cheapest(costs, without=(i, int(partner[i])))
            assert margin == pytest.approx(other - total, abs=1e-6)
