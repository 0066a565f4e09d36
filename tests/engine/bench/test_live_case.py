from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from app.core.types import FrameResult
from app.engine.bench.live_case import figures_of, matches
from tests.engine.bench.live_runs import BOXES, result, run, still_film


def test_a_run_in_which_all_is_well() -> None:
    found = figures_of(still_film(), run())
    assert (found.faces, found.size, found.seconds) == (3, (160, 90), 4.0)
    assert (found.there, found.found, found.followed, found.wrong) == (3, 3, 3, 0)
    assert found.shown_fps == pytest.approx(30)
    assert found.follow_fps == found.reads == found.reads_least == 10
    assert found.latency == pytest.approx((0.05, 0.05, 0.05))
    assert found.picture == pytest.approx((0.05, 0.05, 0.05))
    assert (found.skipped, found.lost) == (80, 0)
    assert found.busy == 2.0 / 4.0 / 2
    assert found.cost == pytest.approx(2.0 / (40 * 3))
    assert found.stages == pytest.approx(
        {"decode": 0.004, "detector": 0.03, "recognizer": 0.04, "paint": 0.01}
    )


def test_a_held_reading_is_not_read_again() -> None:
    def seldom(index: int) -> FrameResult:
        return result(index, fresh=(True, index % 6 == 0, index % 12 == 0))

    found = figures_of(still_film(), run(seldom))
    assert found.reads == 5
    assert found.reads_least == 2.5


def test_faces_that_are_lost_or_where_nobody_is() -> None:
    def two(index: int) -> FrameResult:
        elsewhere = np.array([[120, 60, 20, 20]])
        return result(index, np.concatenate([BOXES[:2], elsewhere]))

    found = figures_of(still_film(), run(two))
    assert (found.there, found.found, found.followed, found.wrong) == (3, 2, 2, 1)
    assert found.reads_least == 10  # of those who are found


def test_who_is_hidden_need_not_be_found() -> None:
    film = still_film()
    film.seen[:, 2] = False
    found = figures_of(film, run(lambda index: result(index, BOXES[:2], (1, 2), (True, True))))
    assert (found.there, found.found, found.wrong) == (2, 2, 0)
    assert figures_of(film, run()).wrong == 0  # nor is it wrong to follow one who is


def test_an_id_that_changes_is_not_followed() -> None:
    def changed(index: int) -> FrameResult:
        return result(index, ids=(1, 2, 3 if index < 90 else 4))

    assert figures_of(still_film(), run(changed)).followed == 2


def test_latency_counts_from_the_capture_of_the_picture_that_was_looked_at() -> None:
    log = run()
    later = [replace(one, result=max(-1, one.result - 3)) for one in log.painted]
    found = figures_of(still_film(), replace(log, painted=later))
    assert found.latency[0] == pytest.approx(0.05 + 0.1)
    assert found.picture[0] == pytest.approx(0.05)


def test_pictures_that_are_painted_twice_or_lost() -> None:
    log = run()
    assert figures_of(
        still_film(), replace(log, painted=[*log.painted, *log.painted])
    ).shown_fps == pytest.approx(30)
    found = figures_of(still_film(), run(lost=(40, 41, 99, 170)))
    assert found.lost == 3  # the last one was after the end
    assert found.found == 3


def test_a_run_in_which_nothing_comes() -> None:
    log = run()
    found = figures_of(still_film(), replace(log, painted=[], results=[], timings=[]))
    assert (found.found, found.followed, found.shown_fps, found.follow_fps) == (0, 0, 0, 0)
    assert all(math.isnan(one) for one in (found.reads, *found.latency, found.cost))


def test_each_box_is_one_students_and_the_best_come_first() -> None:
    boxes = np.array([[12, 10, 20, 20], [10, 10, 20, 20], [300, 0, 20, 20]], np.float32)
    assert matches(BOXES, boxes).tolist() == [1, -1, -1]
    near = np.array([[0, 0, 10, 10], [4, 0, 10, 10]], np.float64)
    assert matches(near, np.array([[3, 0, 10, 10], [1, 0, 10, 10]], np.float32)).tolist() == [1, 0]
    assert matches(np.array([[np.nan] * 4]), boxes).tolist() == [-1]
    assert matches(BOXES, np.zeros((0, 4))).tolist() == [-1, -1, -1]
