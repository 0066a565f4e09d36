from __future__ import annotations

import pytest

from app.engine.analyse.estimate import Estimate


def steady(seconds: float, rate: float = 0.01, speed: float = 2.0, begin: float = 0.0) -> Estimate:
    """``seconds`` of work of which each does ``rate`` of the whole."""
    estimate = Estimate()
    for i in range(round(seconds * 10) + 1):
        now = i / 10
        estimate.update(rate * now, speed * now, begin + now)
    return estimate


def test_a_steady_rate_is_met_exactly() -> None:
    estimate = steady(20.0, begin=1234.5)
    assert estimate.active == pytest.approx(20.0)
    assert estimate.seconds_left == pytest.approx(80.0)
    assert estimate.speed == pytest.approx(2.0)


def test_nothing_is_promised_at_the_start() -> None:
    assert Estimate().seconds_left is None
    assert steady(0.9, rate=0.05).seconds_left is None, "less than a second"
    assert steady(3.0, rate=0.001).seconds_left is None, "0.3 % in 3 s"
    assert steady(3.0, rate=0.01).seconds_left == pytest.approx(97.0), "3 %"
    assert steady(5.5, rate=0.001).seconds_left == pytest.approx(994.5), "more than 5 s"
    assert steady(6.0, rate=0.0).seconds_left is None, "nothing is done at all"


def test_a_pause_counts_for_nothing() -> None:
    estimate = steady(10.0)
    estimate.skip(3600.0)
    estimate.update(0.11, 22.0, 3611.0)
    assert estimate.active == pytest.approx(11.0)
    assert estimate.seconds_left == pytest.approx(89.0)


def test_a_change_of_speed_shows_within_a_minute() -> None:
    estimate = steady(20.0)
    for i in range(1, 601):
        estimate.update(0.2 + 0.0001 * i, 40.0, 20 + i / 10)
    assert estimate.seconds_left == pytest.approx(0.74 / 0.001, rel=0.25)
