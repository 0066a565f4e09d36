"""More frames a second show more: who walks, and the moment when a head moves before another."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.types import Frame
from app.stages.association import MOMENT_S, Found, Gate, pair_costs
from app.stages.bytetrack import ByteTracker
from app.stages.looks import Looks
from app.stages.returns import Candidate, weigh
from app.stages.track import Track
from tests.stages.test_bytetrack import HEIGHT, WIDTH, times
from tests.stages.test_returns import ALIKE, SEATS, Place, Wardrobe, play, without

RATES = [5.0, 10.0, 15.0]
RIGHT = np.array([1.0, 0.0, 0.0, 0.0])
PACE = 5 * WIDTH
"""Pixels a second of one who walks along the rows."""


class Passing(Wardrobe):
    """Around the face of ``who`` is for a time some of what it passes."""

    def __init__(self, who: int, span: tuple[float, float]) -> None:
        super().__init__()
        self._who, self._span = who, span

    def measure(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float32]:
        self.looks = ALIKE.copy()
        if self._span[0] < frame.timestamp < self._span[1]:
            self.looks[self._who] = 0.7 * ALIKE[self._who] + 0.3 * ALIKE[15]
        return super().measure(frame, boxes)


def walk(start: Place, end: Place, t: float) -> Place:
    """Where one is ``t`` seconds after setting out."""
    whole = float(np.hypot(*np.subtract(end, start)))
    share = min(1.0, max(0.0, PACE * t / whole))
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


@pytest.mark.parametrize("fps", RATES)
def test_who_walks_to_the_seat_gets_no_id_on_the_way(fps: float) -> None:
    door = (SEATS[5][0] + 300, 180.0)
    cue = Passing(5, (15, 18.2))

    def scene(t: float) -> dict[int, Place]:
        if t < 10:
            return SEATS
        return {**without(5), **({5: walk(door, SEATS[5], t - 15)} if t > 15 else {})}

    seen, suggestions = play(ByteTracker(cue=cue), cue, scene, times(0, 22, fps))
    assert {now[5] for now in seen if 5 in now} == {seen[0][5]}
    assert seen[-1] == seen[0]
    assert suggestions == []


@pytest.mark.parametrize("fps", RATES)
def test_a_newcomer_who_walks_in_has_an_id_soon(fps: float) -> None:
    """Nobody is away whom it could be, so there is nothing to wait for."""
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        return {**SEATS, **({9: walk((560.0, 240.0), (360.0, 240.0), t - 10)} if t > 10 else {})}

    seen, _ = play(ByteTracker(cue=cue), cue, scene, times(0, 14, fps))
    assert seen[-1][9] == 9
    if fps > 10:
        assert 9 in seen[int(10.6 * fps)]


@pytest.mark.parametrize("fps", [5.0, 15.0])
def test_who_is_recognised_on_the_way_out_keeps_the_seat(fps: float) -> None:
    """Lost on getting up and found again on foot, looking strange at first."""
    cue, door = Passing(6, (10, 11.4)), (SEATS[6][0] + 20, 700.0)

    def scene(t: float) -> dict[int, Place]:
        gone = 10.0 <= t < 10.8 or 14 < t < 22
        here = {6: SEATS[6] if t < 10 or t >= 22 else walk(SEATS[6], door, t - 10)}
        return {**without(6), **({} if gone else here)}

    tracker = ByteTracker(cue=cue)
    seen, suggestions = play(tracker, cue, scene, times(0, 25, fps))
    assert any(6 in now for now in seen[int(12 * fps) : int(14 * fps)])
    assert seen[-1] == seen[0]
    assert {now[6] for now in seen if 6 in now} == {seen[0][6]}
    assert suggestions == []
    home = next(t for t in tracker._tracks if t.id == seen[0][6])
    assert home.seat.seconds > 10
    assert np.hypot(home.seat.x - SEATS[6][0], home.seat.y - SEATS[6][1]) < WIDTH / 2


class Merging(Wardrobe):
    """While 1 comes to cover 2, what is around the face is of both."""

    def measure(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float32]:
        self.looks = ALIKE.copy()
        if 10.25 < frame.timestamp < 10.35:
            self.looks[1] = 0.4 * ALIKE[1] + 0.6 * ALIKE[2]
        return super().measure(frame, boxes)


@pytest.mark.parametrize("fps", RATES)
def test_who_is_covered_does_not_take_over_the_face_before(fps: float) -> None:
    cue = Merging()

    def scene(t: float) -> dict[int, Place]:
        share = min(1.0, max(0.0, (t - 10) / 0.3))
        x = SEATS[1][0] + share * (SEATS[2][0] - SEATS[1][0]) + 2 * share
        return {**without(1, *([2] if share > 0.75 else [])), 1: (x, SEATS[1][1] + 2 * share)}

    seen, suggestions = play(ByteTracker(cue=cue), cue, scene, times(0, 13, fps))
    assert {now[1] for now in seen if 1 in now} == {seen[0][1]}
    assert sum(1 in now for now in seen) > len(seen) - 0.3 * fps
    assert suggestions == []


def test_a_head_that_stops_suddenly_is_where_it_was_a_moment_ago() -> None:
    """With colours that say nothing, the place alone must do."""
    dt, speed = 1 / 15, 8 * WIDTH
    box = np.array([50.0, 50.0, WIDTH, HEIGHT])
    costs = []
    for pause in (dt, 0.2):
        track = Track.start(box, 0.0, 0)
        for k in range(1, 5):
            track.motion.predict(dt)
            track.sight(box + speed * dt * k * RIGHT, k * dt, 0)
        track.motion.predict(pause)
        track.unseen = pause
        there = Found((box + speed * dt * 4 * RIGHT)[None], np.array([0.9]), np.zeros((1, 0)))
        gone_on = track.motion.box[0] - there.boxes[0, 0]
        assert gone_on > WIDTH / 4
        pairs = pair_costs([track], there, Looks(), Gate(0.8, 0.53, 0.68), pause)
        costs.append(float(pairs.cost[0, 0]))
    assert costs[0] < 0 < costs[1]


@pytest.mark.parametrize("fps", [10.0, 15.0, 30.0])
def test_doubt_lasts_a_moment_only(fps: float) -> None:
    """1 goes, and 2 looks strange from then on: it is still 2."""
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        if t >= 6:
            cue.looks = ALIKE.copy()
            cue.looks[2] = 0.4 * ALIKE[2] + 0.6 * ALIKE[15]
        return SEATS if t < 6 else without(1)

    seen, _ = play(ByteTracker(cue=cue), cue, scene, times(0, 9, fps))
    assert all(now[2] == seen[0][2] for now in seen if 2 in now)
    missing = [k for k, now in enumerate(seen) if 2 not in now]
    assert missing, "the colours leave no doubt"
    assert (missing[-1] - missing[0] + 1) / fps <= MOMENT_S + 1 / fps


@pytest.mark.parametrize("on_foot", [False, True])
def test_who_walks_past_a_neighbours_seat_does_not_lean_there(on_foot: bool) -> None:
    lost = []
    for x, colours in ((50.0, ALIKE[1]), (110.0, ALIKE[2])):
        track = Track.start(np.array([x, 50.0, WIDTH, HEIGHT]), 0.0, 0)
        for k in range(1, 100):
            track.motion.predict(0.2)
            track.sight(np.array([x, 50.0, WIDTH, HEIGHT]), k * 0.2, 0)
            track.look.learn(colours, k * 0.2)
        track.id, track.followed = len(lost) + 1, False
        lost.append(track)
    place = lost[1].motion.centre
    face = Candidate(place, lost[1].motion.size, ALIKE[1], 25.0, place, on_foot)
    looks = Looks()
    looks.differ([t.look for t in lost])
    weighed = weigh(lost, [face], looks, 25.0, (0.8, 0.5))
    assert (weighed.home[0, 0] > 0.9) is not on_foot
