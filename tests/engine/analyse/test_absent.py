"""Who of those out of sight at a break a new number may be."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest

from app.core.types import Expressions, Faces, FrameResult, Suggestion
from app.engine.analyse.absent import MOST, Absent

FACE = 20.0
SEATS = {1: 100.0, 2: 140.0, 3: 180.0}
"""x of each student's face; neighbours are two faces apart."""


def before(seen: dict[int, float], suggestions: tuple[Suggestion, ...] = ()) -> list[FrameResult]:
    """100 s, two frames a second; ``seen``: until when each student is, in seconds."""
    results = []
    for index in range(200):
        here = [one for one, end in seen.items() if index / 2 < end]
        boxes = np.array([(SEATS[one], 50.0, FACE, FACE) for one in here]).reshape(-1, 4)
        faces = Faces.make(boxes, np.full(len(here), 0.9), ids=np.array(here, np.int32))
        told = suggestions if index == 150 else ()
        unread = Expressions.unread(len(here))
        results.append(FrameResult(index, index / 2, (320, 240), faces, unread, suggestions=told))
    return results


def told(
    absent: Absent, x: float, now: float, size: float = FACE, number: int = 9
) -> tuple[int, float] | None:
    one = absent.suggest(number, np.array([x, 50.0, size, size]), now)
    assert one is None or (one.later, one.timestamp) == (number, now)
    return None if one is None else (one.earlier, one.confidence)


def make(seen: dict[int, float], present: Collection[int] = (), max_gap: float = 3600.0) -> Absent:
    return Absent(before(seen), present, max_gap)


def test_whoever_sits_down_where_a_student_left() -> None:
    absent = make({1: 100.0, 2: 80.0, 3: 90.0}, present=[1])
    earlier, confidence = told(absent, SEATS[2] + 3, 110.0) or (0, 0.0)
    assert earlier == 2
    assert 0.7 < confidence <= MOST
    assert told(absent, SEATS[2], 140.0, number=10) is None, "is back already"
    assert (told(absent, SEATS[3], 110.0, number=11) or (0, 0))[0] == 3


def test_the_longer_a_seat_was_empty_the_likelier_somebody_else_took_it() -> None:
    soon = told(make({1: 100.0, 2: 50.0}, [1]), SEATS[2], 110.0) or (0, 0.0)
    late = told(make({1: 100.0, 2: 50.0}, [1]), SEATS[2], 1100.0) or (0, 0.0)
    assert soon[0] == late[0] == 2
    assert soon[1] > late[1] + 0.2


@pytest.mark.parametrize(
    ("x", "size"), [(SEATS[2] + 60, FACE), (SEATS[1], FACE), (SEATS[2], 3 * FACE)]
)
def test_nobody_elsewhere_nor_of_another_size(x: float, size: float) -> None:
    assert told(make({1: 100.0, 2: 50.0}, present=[1]), x, 110.0, size) is None


def test_nobody_who_was_seen_too_briefly_or_is_away_for_too_long() -> None:
    assert told(make({1: 100.0, 2: 0.5}, [1]), SEATS[2], 110.0) is None
    assert told(make({1: 100.0, 2: 80.0}, [1], max_gap=20.0), SEATS[2], 110.0) is None
    assert told(make({1: 100.0, 2: 80.0}, [1], max_gap=40.0), SEATS[2], 110.0) is not None


def test_nobody_who_is_there_or_was_taken_for_one_who_is() -> None:
    seen = {1: 100.0, 2: 50.0}
    assert told(make(seen, present=[1, 2]), SEATS[2], 110.0) is None
    joined = Suggestion(2, 5, 75.0, 0.8)
    assert told(Absent(before(seen, (joined,)), [1], 3600.0), SEATS[2], 110.0) is None


def test_nothing_before_the_break() -> None:
    assert told(Absent([], [], 3600.0), SEATS[2], 110.0) is None
