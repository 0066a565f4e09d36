from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.core.types import Expressions, Faces, FrameResult, Quality
from app.engine.live.refresh import Refresh
from tests.fakes import grid_boxes


def result(timestamp: float, read: dict[int, bool]) -> FrameResult:
    """A frame with these students; False: found and not read. None of them is known."""
    n = len(read)
    faces = Faces.make(grid_boxes(n), np.full(n, 0.9), ids=np.array(list(read), np.int32))
    chances = np.full((n, 8), 0.125, np.float32)
    chances[~np.array(list(read.values()), bool)] = np.nan
    expressions = Expressions(chances, np.zeros(n, bool), Quality.unmeasured(n))
    return FrameResult(round(timestamp * 100), timestamp, (160, 120), faces, expressions)


def test_every_face_has_its_own_rate() -> None:
    refresh = Refresh()
    for k in range(101):
        # Student 2 is read in every fourth frame only, student 3 is found and never read.
        refresh.update(result(k / 10, {1: True, 2: k % 4 == 0, 3: False}))
    assert refresh.at(1, 10.0) == pytest.approx(10.0)
    assert refresh.at(2, 10.0) == pytest.approx(2.5)
    assert refresh.at(3, 10.0) == 0.0
    assert refresh.at(4, 10.0) == 0.0


def test_a_face_that_is_no_longer_read_falls_to_nothing() -> None:
    refresh = Refresh()
    for k in range(21):
        refresh.update(result(k / 10, {1: True}))
    assert refresh.at(1, 2.0) == pytest.approx(10.0)
    assert refresh.at(1, 3.0) < 7.0
    assert refresh.at(1, 6.5) == 0.0


def test_a_reading_that_is_held_is_no_new_one() -> None:
    refresh = Refresh()
    for k in range(41):
        one = result(k / 10, {1: True, 2: True})
        age = np.array([0.0, 0.0 if k % 2 == 0 else 0.1], np.float32)
        refresh.update(replace(one, expressions=replace(one.expressions, age=age)))
    assert refresh.at(1, 4.0) == pytest.approx(10.0)
    assert refresh.at(2, 4.0) == pytest.approx(5.0)


def test_the_median_and_the_least_of_those_in_view() -> None:
    refresh = Refresh()
    assert np.isnan(refresh.spread(result(0.0, {1: True}))).all()
    for k in range(41):
        who = {1: True, 2: True, 3: k % 5 == 0, 4: k % 2 == 0}
        newest = result(k / 10, {**who, 5: True} if k > 35 else who)
        refresh.update(newest)
    # Student 5 came half a second ago: nobody can say yet how often.
    assert refresh.spread(newest) == pytest.approx((7.5, 2.0))
    assert refresh.spread(result(4.0, {1: True})) == pytest.approx((10.0, 10.0))


def test_a_face_that_is_never_read_is_the_one_read_least() -> None:
    refresh = Refresh()
    for k in range(41):
        newest = result(k / 10, {1: True, 2: False} if k > 5 else {1: True})
        refresh.update(newest)
        if k == 14:  # student 2 came less than a second ago
            assert refresh.spread(newest)[1] > 9.0
    assert refresh.spread(newest) == pytest.approx((5.0, 0.0))


def test_who_comes_back_begins_anew() -> None:
    refresh = Refresh()
    for k in range(121):
        newest = result(k / 10, {1: True, 2: True} if k < 20 or k > 119 else {1: True})
        refresh.update(newest)
    assert refresh.spread(newest)[1] > 9.0
