from __future__ import annotations

import math

import pytest

from app.engine.live.enough import FEWEST, ReadsWatch
from app.engine.live.pace import SETTLE
from app.engine.live.schedule import Plan


def _at_last(reads: float, plan: Plan | None, aim: float = 5.0) -> bool:
    watch = ReadsWatch()
    assert not watch.too_few(reads, plan, aim, 0.0)
    assert not watch.too_few(reads, plan, aim, SETTLE - 0.1)
    return watch.too_few(reads, plan, aim, SETTLE)


@pytest.mark.parametrize(
    ("reads", "planned", "few"),
    [
        (4.9, 5.0, False),
        (FEWEST, FEWEST, False),
        (2.0, 5.0, True),  # the plan hopes, the faces are not read
        (4.0, 2.0, True),  # few faces now, and no room for more
        (math.nan, 2.0, True),
        (math.nan, 5.0, False),  # nobody is there
    ],
)
def test_too_few_is_what_lasts(reads: float, planned: float, few: bool) -> None:
    assert _at_last(reads, Plan(reads=planned)) is few


def test_a_recording_of_which_all_is_read_is_enough() -> None:
    assert not _at_last(math.nan, None)
    assert not _at_last(1.0, None)


def test_who_asks_for_fewer_gets_enough() -> None:
    assert not _at_last(2.0, Plan(reads=2.0), aim=2.0)


def test_a_better_moment_begins_anew() -> None:
    watch, poor = ReadsWatch(), Plan(reads=2.0)
    assert not watch.too_few(2.0, poor, 5.0, 0.0)
    assert not watch.too_few(5.0, Plan(), 5.0, 2.0)
    assert not watch.too_few(2.0, poor, 5.0, SETTLE)
    assert watch.too_few(2.0, poor, 5.0, 2 * SETTLE)
