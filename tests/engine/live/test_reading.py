from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.types import Expressions, Faces, FrameResult, Quality
from app.engine.live.reading import EAGER, LIMIT, POOR, USUAL, Turns

SURE = np.array([0.02, 0.86] + [0.02] * 6, np.float32)
TORN = np.array([0.4, 0.38] + [0.22 / 6] * 6, np.float32)
OTHER = np.array([0.86, 0.02] + [0.02] * 6, np.float32)


def faces(ids: Sequence[int], shift: float = 0.0) -> Faces:
    boxes = np.array([[40.0 * k + shift, 10.0, 20.0, 24.0] for k in ids]).reshape(-1, 4)
    return Faces.make(boxes, np.full(len(ids), 0.9), ids=np.array(ids, np.int32))


def result(
    seen: Faces,
    rows: NDArray[np.integer],
    timestamp: float,
    said: dict[int, NDArray[np.float32]] | None = None,
    unknown: Sequence[int] = (),
) -> FrameResult:
    """These rows were read, the others held; ``said`` by id, else surely happy."""
    told = np.stack([(said or {}).get(k, SURE) for k in seen.ids.tolist()])
    age = np.full(len(seen), 0.1, np.float32)
    age[rows] = 0.0
    known = ~np.isin(seen.ids, list(unknown))
    read = Expressions(told, known, Quality.unmeasured(len(seen)), age)
    return FrameResult(round(timestamp * 100), timestamp, (4000, 100), seen, read)


def live(
    turns: Turns, ids: Sequence[int], seconds: float, reads: float, **more: object
) -> dict[int, int]:
    """How often each is read at ten frames a second, after a second to settle."""
    counts = dict.fromkeys(ids, 0)
    for k in range(round((seconds + 1) * 10)):
        seen, now = faces(ids), k / 10
        rows = turns.choose(seen, turns.due(seen, now, reads))
        turns.took(result(seen, rows, now, **more))  # type: ignore[arg-type]
        for one in seen.ids[rows].tolist() if now >= 1 else ():
            counts[one] += 1
    return counts


class TestHowOften:
    @pytest.mark.parametrize("reads", [1.0, 3.0, 5.0])
    def test_as_often_as_asked_for_and_everybody_alike(self, reads: float) -> None:
        counts = live(Turns(), range(1, 51), 20.0, reads)
        assert min(counts.values()) >= 20 * reads - 1
        assert max(counts.values()) <= 20 * reads + 1

    def test_sooner_where_it_is_hard_to_tell(self) -> None:
        counts = live(Turns(), range(1, 11), 20.0, 5.0, said={3: TORN})
        assert counts[3] == pytest.approx(100 * EAGER, abs=5)
        assert min(counts.values()) >= 99

    def test_sooner_while_it_changes(self) -> None:
        turns, seen = Turns(), faces([1, 2])
        turns.took(result(seen, np.array([0, 1]), 0.0))
        turns.took(result(seen, np.array([0, 1]), 0.2, {2: OTHER}))
        assert turns.weights(seen).tolist() == [USUAL, EAGER]
        turns.took(result(seen, np.array([0, 1]), 0.4, {2: OTHER}))
        assert turns.weights(seen).tolist() == [USUAL, USUAL]

    def test_sooner_when_it_has_moved(self) -> None:
        turns = Turns()
        turns.took(result(faces([1]), np.array([0]), 0.0))
        assert turns.weights(faces([1], shift=5.0)).tolist() == [USUAL]
        assert turns.weights(faces([1], shift=7.0)).tolist() == [EAGER]

    def test_poor_pictures_are_tried_less_often_only_where_there_is_not_time_for_all(self) -> None:
        ids = range(1, 21)
        assert min(live(Turns(), ids, 20.0, 5.0, unknown=[4]).values()) >= 99
        counts = live(Turns(), ids, 20.0, 3.0, unknown=[4])
        assert counts.pop(4) == pytest.approx(60 * POOR, abs=3)
        assert min(counts.values()) >= 59

    def test_a_new_face_is_read_at_once_whatever_is_due(self) -> None:
        turns = Turns()
        seen = faces(range(1, 6))
        assert turns.due(seen, 0.0, 1.0) == 5
        turns.took(result(seen, np.arange(5), 0.0))
        more = faces(range(1, 8))
        assert turns.due(more, 0.1, 1.0) == 2
        assert turns.choose(more, 2).tolist() == [5, 6]

    def test_nothing_is_made_up_for_after_a_pause(self) -> None:
        turns = Turns()
        live(turns, [1, 2, 3], 2.0, 5.0)
        seen = faces([1, 2, 3])
        assert turns.due(seen, 100.0, 5.0) == 3
        turns.took(result(seen, np.arange(3), 100.0))
        assert turns.due(seen, 100.1, 5.0) <= 2

    def test_nobody_is_there(self) -> None:
        turns = Turns()
        assert turns.due(faces([]), 0.0, 5.0) == 0
        assert turns.choose(faces([]), 3).shape == (0,)

    def test_who_is_long_gone_is_new_again(self) -> None:
        turns = Turns()
        turns.took(result(faces([1, 2]), np.arange(2), 0.0))
        turns.took(result(faces([2]), np.arange(1), 31.0))
        assert turns.due(faces([1, 2]), 31.0, 0.001) == 1


@st.composite
def courses(draw: st.DrawFn) -> tuple[int, int, list[set[int]], list[set[int]]]:
    """Faces, how many are read a frame, and who is restless and poor in each frame."""
    n = draw(st.integers(1, 24))
    k = draw(st.integers(1, n))
    who = st.sets(st.integers(1, n))
    frames = draw(st.integers(1, 6))
    lists = st.lists(who, min_size=frames, max_size=frames)
    return n, k, draw(lists), draw(lists)


class TestNobodyStarves:
    @given(courses())
    @settings(max_examples=60)
    def test_everybody_is_read_within_the_bound(
        self, course: tuple[int, int, list[set[int]], list[set[int]]]
    ) -> None:
        n, k, restless, poor = course
        bound = (LIMIT + 1) * math.ceil(n / k) + 1
        turns, waited = Turns(), np.zeros(n + 1, int)
        turns.due(faces([1]), 0.0, 1.0)
        for frame in range(3 * bound):
            seen, now = faces(range(1, n + 1)), frame / 10
            turns.due(seen, now, 1.0)  # short of time: poor ones weigh least
            rows = turns.choose(seen, k)
            assert len(rows) == len(set(rows.tolist())) == k
            waited[1:] += 1
            waited[seen.ids[rows]] = 0
            assert waited.max() <= bound
            # Whoever is restless shows something else each time.
            odd = restless[frame % len(restless)]
            said = dict.fromkeys(odd, OTHER if frame % 2 else SURE)
            turns.took(result(seen, rows, now, said, sorted(poor[frame % len(poor)])))

    @given(st.integers(1, 30), st.integers(0, 30), st.randoms(use_true_random=False))
    @settings(max_examples=40)
    def test_the_order_of_the_rows_does_not_matter(self, n: int, k: int, random: object) -> None:
        ids = list(range(1, n + 1))
        shuffled = ids.copy()
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        chosen = []
        for order in (ids, shuffled):
            turns, picks = Turns(), []
            for frame in range(6):
                seen, now = faces(order), frame / 10
                number = turns.due(seen, now, 5.0) if frame % 2 else k
                rows = turns.choose(seen, number)
                assert len(rows) == min(number, n)
                picks.append(sorted(seen.ids[rows].tolist()))
                turns.took(result(seen, rows, now, {1: TORN, 2: OTHER if frame % 2 else SURE}))
            chosen.append(picks)
        assert chosen[0] == chosen[1]

    @given(st.lists(st.tuples(st.integers(0, 20), st.floats(0.01, 0.5)), min_size=1, max_size=30))
    @settings(max_examples=40)
    def test_no_more_is_due_than_there_are_faces_nor_than_was_asked_for(
        self, frames: list[tuple[int, float]]
    ) -> None:
        turns, now, total, allowed, known = Turns(), 0.0, 0, 1.0, 0
        for n, pause in frames:
            now += pause
            seen = faces(range(1, n + 1))
            allowed += 5.0 * pause * n * EAGER + max(0, n - known)
            known = max(known, n)
            number = turns.due(seen, now, 5.0)
            assert 0 <= number <= n
            total += number
            assert total <= allowed + 1e-6
            if n:
                turns.took(result(seen, turns.choose(seen, number), now))
