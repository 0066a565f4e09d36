"""What Review draws between two analysed frames."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from app.engine.review.review import Review
from app.session.store import Session
from tests.session.builders import steady, write
from tests.session.lessons import lesson, long_lesson


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    with Review.open(lesson(tmp_path / "a.roomread")) as opened:
        yield opened


def test_between_two_analysed_frames_faces_are_moved_along(review: Review) -> None:
    review.merge(2, 6)
    review.exclude(4)
    with Session.open(review.path) as session:
        seen = list(session.results())
    for earlier, later in pairwise(seen[90:110]):
        both = np.intersect1d(earlier.faces.ids, later.faces.ids)
        for share in (0.2, 0.5, 0.9):
            at = earlier.timestamp + share * (later.timestamp - earlier.timestamp)
            found = review.moved_to(at)
            assert found is not None
            assert sorted(found.faces.ids) == both.tolist()
            old = earlier.faces.boxes[np.isin(earlier.faces.ids, found.faces.ids)]
            tops = (old[:, 1] + share).tolist()  # by a pixel a frame
            np.testing.assert_allclose(found.faces.boxes[:, 1], tops, atol=1e-3)
            assert earlier.index <= found.index <= later.index
            assert found.timestamp == at
    for one in seen[::20]:
        exact = review.moved_to(one.timestamp + 5e-5)
        assert exact is not None
        assert (exact.index, exact.timestamp) == (one.index, one.timestamp)
    assert review.moved_to(-0.01) is None
    last = review.moved_to(49.75 + 0.4)
    assert last is not None, "nobody knows what comes, so the last one stands"
    assert last.timestamp == 49.75


def test_where_frames_are_far_apart_the_last_one_stands(tmp_path: Path) -> None:
    with Review.open(write(tmp_path / "a.roomread", steady([0.0, 2.0, 4.0], {1: "fear"}))) as one:
        found = one.moved_to(1.0)
        assert found is not None
        assert found.timestamp == 0.0


@pytest.mark.alone
def test_moving_forty_faces_along_takes_less_than_a_millisecond(tmp_path: Path) -> None:
    with Review.open(long_lesson(tmp_path / "a.roomread", hours=0.02, students=40)) as review:
        review.merge(1, 101)
        times = np.linspace(20.1, 30.1, 21)
        for at in times:
            review.moved_to(at)  # read from the file
        spent = []
        for at in times:
            began = time.perf_counter()
            review.moved_to(at)
            spent.append(time.perf_counter() - began)
    assert np.median(spent) < 1e-3
