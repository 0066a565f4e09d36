from __future__ import annotations

import math

import pytest

from app.engine.live.rate import Rate, RecentMedian


def test_rate_over_the_last_seconds() -> None:
    rate = Rate(window=2.0)
    assert rate.at(0.0) == 0.0
    for i in range(50):
        rate.tick(i / 10)
    assert rate.at(4.9) == pytest.approx(10.0)
    assert 4 < rate.at(6.0) < 6  # a stall shows at once
    assert rate.at(20.0) == 0.0


def test_the_median_of_the_last_seconds() -> None:
    median = RecentMedian(window=2.0)
    assert math.isnan(median.at(0.0))
    for now, value in ((0.0, 9.0), (1.0, 1.0), (2.0, 5.0), (3.0, 2.0)):
        median.add(now, value)
    assert median.at(3.0) == 2.0
    assert median.at(3.5) == 3.5
    assert math.isnan(median.at(9.0))
