"""Who came back, who sat down elsewhere, and what a nudge of the camera changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.types import STILL, Faces, Frame, Suggestion
from app.stages.association import Found, Gate, pair_costs
from app.stages.bytetrack import RECENT_S, ByteTracker
from app.stages.looks import Looks
from app.stages.returns import Candidate, weigh
from app.stages.track import Track
from tests.stages.test_bytetrack import HEIGHT, WIDTH, at, ids_at, see, times

Place = tuple[float, float]
Scene = Callable[[float], Mapping[int, Place]]
"""Where each person is at a time; who is not there is not listed."""

SEATS: dict[int, Place] = {who: (60.0 + 50 * (who % 4), 60.0 + 60 * (who // 4)) for who in range(8)}
ALIKE = np.random.default_rng(8).uniform(0, 1, (20, 6))


class Wardrobe:
    """A cue: the colours of whoever is nearest, a little different each time."""

    def __init__(self, looks: NDArray[np.float64] = ALIKE) -> None:
        self.looks, self.there = looks, dict[int, Place]()
        self._rng = np.random.default_rng(9)

    def measure(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float32]:
        people = list(self.there)
        places = np.array([self.there[who] for who in people]).reshape(-1, 2)
        middles = boxes[:, :2] + boxes[:, 2:] / 2
        nearest = np.linalg.norm(middles[:, None] - places[None], axis=2).argmin(axis=1)
        seen = self.looks[[people[i] for i in nearest]]
        return np.asarray(seen + self._rng.normal(0, 0.04, seen.shape), np.float32)


class Shove:
    """A camera motion that is known."""

    def __init__(self, camera: Callable[[float], NDArray[np.float64]]) -> None:
        self.camera, self.resets = camera, 0

    def update(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float64]:
        return self.camera(frame.timestamp)

    def reset(self) -> None:
        self.resets += 1


def play(
    tracker: ByteTracker, cue: Wardrobe, scene: Scene, moments: Iterable[float]
) -> tuple[list[dict[int, int]], list[Suggestion]]:
    """The id of each person in every frame, and all suggestions."""
    rng = np.random.default_rng(10)
    shown, suggestions = [], []
    for t in moments:
        cue.there = dict(scene(t))
        places = {w: tuple(p + rng.normal(0, 0.8, 2)) for w, p in cue.there.items()}
        frame = at(float(t))
        tracker.expect(frame)
        tracked = tracker.update(see(*places.values()), frame)
        suggestions += tracked.suggestions
        found = ids_at(tracked.faces)
        near = {i: min(places, key=lambda w: np.hypot(*np.subtract(places[w], p)))
                for i, p in found.items()}  # fmt: skip
        shown.append({who: i for i, who in near.items()})
    return shown, suggestions


def without(*who: int) -> dict[int, Place]:
    return {w: p for w, p in SEATS.items() if w not in who}


def test_the_same_colours_at_the_same_seat_after_half_a_minute_are_the_same_student() -> None:
    cue = Wardrobe()
    tracker = ByteTracker(cue=cue)
    away = {1: (5.0, 40.0), 2: (6.0, 38.0), 6: (8.0, 45.0)}
    seen, suggestions = play(
        tracker, cue, lambda t: without(*(w for w, (a, b) in away.items() if a < t < b)),
        times(0, 50, fps=10),
    )  # fmt: skip
    assert seen[-1] == seen[0]
    assert suggestions == []
    assert tracker._next_id == 9


@pytest.mark.parametrize("minutes", [1, 5, 20])
def test_a_lesson_later_too(minutes: int) -> None:
    cue = Wardrobe()
    tracker = ByteTracker(cue=cue)
    first, _ = play(tracker, cue, lambda _: SEATS, times(0, 40, fps=5))
    play(tracker, cue, lambda _: without(3, 5), times(40, 40 + 60 * minutes, fps=1))
    end = 40 + 60 * minutes
    last, suggestions = play(tracker, cue, lambda _: SEATS, times(end, end + 3, fps=5))
    assert last[-1] == first[0]
    assert suggestions == []


def test_other_colours_at_the_seat_are_somebody_else() -> None:
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        return SEATS if t < 8 else {**without(5), **({9: SEATS[5]} if t > 20 else {})}

    seen, suggestions = play(ByteTracker(cue=cue), cue, scene, times(0, 30, fps=10))
    assert seen[-1][9] == 9
    assert all(s.earlier == seen[0][5] and s.confidence < 0.5 for s in suggestions)


def test_the_same_colours_at_a_free_seat_are_suggested_but_not_assumed() -> None:
    cue, free = Wardrobe(), (260.0, 120.0)

    def scene(t: float) -> dict[int, Place]:
        return SEATS if t < 15 else {**without(2), **({2: free} if t > 25 else {})}

    seen, suggestions = play(ByteTracker(cue=cue), cue, scene, times(0, 35, fps=10))
    assert seen[-1][2] == 9
    assert [(s.earlier, s.later) for s in suggestions] == [(seen[0][2], 9)]
    assert suggestions[0].confidence > 0.8


def test_two_who_swap_seats_do_not_swap_ids() -> None:
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        if t < 15:
            return SEATS
        return {**without(1, 6), **({1: SEATS[6], 6: SEATS[1]} if t > 21 else {})}

    seen, suggestions = play(ByteTracker(cue=cue), cue, scene, times(0, 35, fps=10))
    assert {seen[-1][1], seen[-1][6]} == {9, 10}
    assert {(s.earlier, s.later) for s in suggestions} == {
        (seen[0][1], seen[-1][1]),
        (seen[0][6], seen[-1][6]),
    }


def test_a_neighbour_who_leans_over_keeps_the_own_id_and_takes_none() -> None:
    """She hides him for three seconds, in his very place, and both are themselves after it."""
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        over = np.clip((t - 10) / 0.4, 0, 1) - np.clip((t - 13) / 0.4, 0, 1)
        (x, y), (there, _) = SEATS[1], SEATS[2]
        leaning = {1: (x + over * (there - x), y)}
        return {**without(1, *([2] if over > 0.6 else [])), **leaning}

    seen, _ = play(ByteTracker(cue=cue), cue, scene, times(0, 20))
    assert all(now.get(1, seen[0][1]) == seen[0][1] for now in seen)
    assert all(now.get(2, seen[0][2]) == seen[0][2] for now in seen)
    assert seen[-1] == seen[0]
    assert sum(1 in now for now in seen) > 0.95 * len(seen)


@pytest.mark.parametrize("unseen", [0.5, 2.0, 6.0])
def test_a_lean_that_is_found_late_is_no_new_student(unseen: float) -> None:
    """Nobody sees her on the way, nor him behind her; a sweep finds her in his place."""
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        if not 10 < t < 20:
            return SEATS
        found = {1: (SEATS[2][0] - 4, SEATS[2][1] + 3)} if t > 10 + unseen else {}
        return {**without(1, 2), **found}

    seen, suggestions = play(ByteTracker(cue=cue), cue, scene, times(0, 23, fps=5))
    assert seen[-8] == seen[0]
    assert {now[1] for now in seen if 1 in now} == {seen[0][1]}
    assert sum(1 in now for now in seen) / 5 > 23 - unseen - 1
    assert suggestions == []


def test_a_stranger_before_an_empty_seat_is_nobody_who_leans() -> None:
    """Neighbours who are out of sight do not make one of them out of new colours."""
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        return SEATS if t < 10 else {**without(1, 2), **({9: SEATS[2]} if t > 12 else {})}

    seen, _ = play(ByteTracker(cue=cue), cue, scene, times(0, 20, fps=5))
    assert seen[-1][9] == 9


@pytest.mark.parametrize(("share", "hers"), [(0.0, True), (0.45, True), (0.6, False)])
def test_the_student_behind_one_who_leans_is_no_part_of_her(share: float, hers: bool) -> None:
    """She leaned over to him; what is seen there now has ``share`` of his colours."""
    colours, dt = ALIKE[:2], 0.2
    tracks = []
    for number, place in enumerate((50.0, 100.0)):
        track = Track.start(np.array([place, 50.0, WIDTH, HEIGHT]), 0.0, 0)
        track.id = number + 1
        for k in range(1, 100):
            track.motion.predict(dt)
            track.sight(np.array([place, 50.0, WIDTH, HEIGHT]), k * dt, 0)
            track.look.learn(colours[number], k * dt)
        tracks.append(track)
    there = np.array([100.0, 50.0, WIDTH, HEIGHT])
    for k in range(100, 110):
        tracks[0].motion.predict(dt)
        tracks[0].sight(there, k * dt, 0)
    tracks[1].followed = False
    seen = (1 - share) * colours[:1] + share * colours[1:]
    found = Found(there[None], np.array([0.9]), seen.astype(np.float32))
    cost = pair_costs(tracks, found, Looks(), Gate(0.8, 0.53, 0.68), dt).cost
    assert np.isfinite(cost[0, 0]) == hers
    assert np.isfinite(cost[1, 0])


class Masked(Wardrobe):
    """Somebody's colours are another's for a while."""

    def __init__(self, who: int, until: float) -> None:
        super().__init__()
        self._who, self._until = who, until

    def measure(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float32]:
        self.looks = ALIKE.copy()
        if frame.timestamp < self._until and self._who in self.there:
            self.looks[self._who] = ALIKE[15] if frame.timestamp > 10 else ALIKE[self._who]
        return super().measure(frame, boxes)


@pytest.mark.parametrize("masked", [1.0, 2.5, 4.0])
def test_who_comes_out_from_behind_a_book_is_no_new_student(masked: float) -> None:
    """Found before the book is down: the strange colours are soon forgotten."""
    cue = Masked(5, 14 + masked)
    seen, suggestions = play(
        ByteTracker(cue=cue), cue, lambda t: without(5) if 10 < t < 14 else SEATS,
        times(0, 14 + masked + 3, fps=5),
    )  # fmt: skip
    assert seen[-1] == seen[0]
    assert all(now.get(5, seen[0][5]) == seen[0][5] for now in seen)
    assert suggestions == []


def test_a_student_who_gets_up_fast_is_followed_by_the_colours() -> None:
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        return {**SEATS, 3: (210 + 140 * min(max(t - 8, 0), 2), 60 - 20 * min(max(t - 8, 0), 1))}

    seen, _ = play(ByteTracker(cue=cue), cue, scene, times(0, 12))
    assert {now[3] for now in seen if 3 in now} == {seen[0][3]}


def test_reset_forgets_colours_and_camera() -> None:
    cue, camera = Wardrobe(), Shove(lambda _: STILL)
    tracker = ByteTracker(cue=cue, motion=camera)
    play(tracker, cue, lambda _: SEATS, times(0, 10, fps=5))
    play(tracker, cue, lambda _: without(2), times(10, 20, fps=5))
    tracker.reset()
    assert camera.resets == 1
    seen, suggestions = play(tracker, cue, lambda _: {2: SEATS[2]}, times(0, 1, fps=5))
    assert seen[0] == {2: 1}
    assert suggestions == []
    assert [t.id for t in tracker._tracks] == [1]


def test_a_face_that_is_not_trusted_yet_is_expected() -> None:
    """A sweep finds it once; from then on it is looked for where it was."""
    tracker = ByteTracker()
    tracker.expect(at(0))
    tracker.update(see((40, 60)), at(0))
    tracker.expect(at(0.1))
    tracker.update(see((40, 60), (120, 90)), at(0.1))
    expected = tracker.expect(at(0.2)).boxes
    np.testing.assert_allclose(expected[:, :2] + expected[:, 2:] / 2, [(40, 60), (120, 90)])
    for t in (0.2, 0.3, 0.4, 0.5):
        if t > 0.2:
            tracker.expect(at(t))
        tracked = tracker.update(see((40, 60), (120, 90, 0.5 if t < 0.4 else 0.8)), at(t))
    assert tracked.faces.ids.tolist() == [1, 2]


def test_empty_seats_are_looked_at_in_turn() -> None:
    cue = Wardrobe()
    tracker = ByteTracker(cue=cue)
    play(tracker, cue, lambda _: SEATS, times(0, 10, fps=5))
    play(tracker, cue, lambda _: {}, times(10, 10 + RECENT_S + 1, fps=5))
    looked = [tracker.expect(at(20 + i)).boxes for i in range(2)]
    assert [len(boxes) for boxes in looked] == [4, 4]
    middles = np.concatenate(looked)[:, :2] + np.concatenate(looked)[:, 2:] / 2
    gaps = np.linalg.norm(middles[:, None] - np.array(list(SEATS.values()))[None], axis=2)
    assert sorted(gaps.argmin(axis=1).tolist()) == list(range(8))
    assert gaps.min(axis=1).max() < 2


nudges = st.tuples(
    st.floats(-300, 300), st.floats(-200, 200), st.floats(-0.2, 0.2), st.floats(0.6, 1.6)
)


@given(nudges, st.integers(0, 2**16), st.floats(0.1, 4.9))
@settings(max_examples=25)
def test_a_nudge_that_is_known_changes_no_id(
    nudge: tuple[float, float, float, float], seed: int, when: float
) -> None:
    """The same faces before a camera that is moved, turned and zoomed at some moment."""
    dx, dy, angle, scale = nudge
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    look = np.concatenate([turn, [[dx], [dy]]], axis=1)
    back = np.concatenate([np.linalg.inv(turn), -np.linalg.inv(turn) @ [[dx], [dy]]], axis=1)
    camera = Shove(lambda t: back if t >= when else STILL)
    plain, nudged = ByteTracker(), ByteTracker(motion=camera)
    rng = np.random.default_rng(seed)
    for t in times(0, 5, fps=8):
        there = [w for w in SEATS if rng.random() > 0.2]
        places = [tuple(SEATS[w] + rng.normal(0, 1.5, 2)) for w in there]
        plain.expect(at(t))
        here = see(*places)
        one = plain.update(here, at(t)).faces
        moved = look if t >= when else STILL
        middles = (here.boxes[:, :2] + here.boxes[:, 2:] / 2) @ moved[:, :2].T + moved[:, 2]
        sides = here.boxes[:, 2:] * (scale if t >= when else 1.0)
        seen = Faces.make(np.concatenate([middles - sides / 2, sides], axis=1), here.scores)
        expected = nudged.expect(at(t))
        np.testing.assert_array_equal(expected.camera, camera.camera(t))
        other = nudged.update(seen, at(t)).faces
        assert one.ids.tolist() == other.ids.tolist()


def test_whoever_sat_there_last_is_back() -> None:
    """Pieces of one student that shared a return evenly would make each return less certain."""
    box, dt = np.array([50.0, 50.0, 20.0, 24.0]), 0.2
    pieces = []
    for start in (0.0, 100.0, 200.0):
        track = Track.start(box, start, 0)
        for k in range(1, 100):
            track.motion.predict(dt)
            track.sight(box, start + k * dt, 0)
        track.followed = False
        pieces.append(track)
    face = Candidate((60.0, 62.0), track.motion.size, None, 230.0, (60.0, 62.0))
    weighed = weigh(pieces, [face], Looks(), 230.0, (0.8, 0.5))
    assert weighed.home[2, 0] > 10 * weighed.home[:2, 0].sum()
    assert weighed.home[2, 0] > 0.5
