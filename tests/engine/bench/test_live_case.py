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
    assert (found.reads, found.reads_least) == (10, 0)


def test_students_who_are_hardly_found_count_as_hardly_read() -> None:
    def one(index: int) -> FrameResult:
        return result(index, BOXES[:1], (1,), (True,))

    found = figures_of(still_film(), run(one))
    assert (found.there, found.found) == (3, 1)
    assert (found.reads, found.reads_least) == (0, 0)
    film = still_film()
    film.seen[:, 1:] = False  # the others are never there
    alone = figures_of(film, run(one))
    assert (alone.reads, alone.reads_least) == (10, 10)


def test_reads_of_those_who_are_found_count_while_they_are_in_view() -> None:
    def two(index: int) -> FrameResult:
        return result(index, BOXES[:2], (1, 2), (True, index % 6 == 0))

    found = figures_of(still_film(), run(two))
    assert (found.missed, found.reads_least, found.reads_found) == (1, 0, 5)
    film = still_film()
    film.seen[::2] = False  # hidden half of the time; what is read then is no read of a face
    hidden = figures_of(film, run())
    assert hidden.there == pytest.approx(1.5, abs=0.2)
    assert (hidden.missed, hidden.reads_found) == (0, pytest.approx(10))
    nobody = figures_of(still_film(), run(lambda index: result(index, BOXES[:0], (), ())))
    assert nobody.missed == 3
    assert math.isnan(nobody.reads_found)


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


def test_what_was_never_painted_came_later_than_all_that_was() -> None:
    log = run()
    passed = [index for index in range(30, 150, 15) if index % 3 == 0]  # each fifth result
    painted = [one for one in log.painted if one.result not in passed]
    found = figures_of(still_film(), replace(log, painted=painted))
    assert found.unpainted == 8
    assert found.latency[0] == pytest.approx(0.05)
    assert found.latency[1:] == (math.inf, math.inf)
    assert figures_of(still_film(), log).unpainted == 0


def test_a_result_that_was_on_its_way_at_the_end_is_not_lost() -> None:
    log = run()
    _, end = log.span
    on_the_way = [one for one in log.painted if one.ended < end - 0.25]
    assert figures_of(still_film(), replace(log, painted=on_the_way)).unpainted == 0
    frozen = [one for one in log.painted if one.ended < end - 2]
    found = figures_of(still_film(), replace(log, painted=frozen))
    assert found.unpainted >= 9
    assert found.latency[2] == math.inf
    assert figures_of(still_film(), replace(log, painted=[])).unpainted == 30


def test_what_warms_up_is_in_no_stage() -> None:
    log = run()
    cold = {**log.timings, 0: {"recognizer": 2.0, "loading": 1.0}, 27: {"recognizer": 2.0}}
    found = figures_of(still_film(), replace(log, timings=cold)).stages
    assert found["recognizer"] == pytest.approx(0.04)
    assert "loading" not in found


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
    found = figures_of(still_film(), replace(log, painted=[], results=[], timings={}))
    assert (found.found, found.followed, found.shown_fps, found.follow_fps) == (0, 0, 0, 0)
    assert all(math.isnan(one) for one in (found.reads, *found.latency, found.cost))


def test_each_box_is_one_students_and_the_best_come_first() -> None:
    boxes = np.array([[12, 10, 20, 20], [10, 10, 20, 20], [300, 0, 20, 20]], np.float32)
    assert matches(BOXES, boxes).tolist() == [1, -1, -1]
    near = np.array([[0, 0, 10, 10], [4, 0, 10, 10]], np.float64)
    assert matches(near, np.array([[3, 0, 10, 10], [1, 0, 10, 10]], np.float32)).tolist() == [1, 0]
    assert matches(np.array([[np.nan] * 4]), boxes).tolist() == [-1]
    assert matches(BOXES, np.zeros((0, 4))).tolist() == [-1, -1, -1]
