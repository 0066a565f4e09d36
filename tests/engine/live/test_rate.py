from __future__ import annotations

import pytest

from app.engine.live.rate import Rate


def test_rate_over_the_last_seconds() -> None:
    rate = Rate(window=2.0)
    assert rate.at(0.0) == 0.0
    for i in range(50):
        rate.tick(i / 10)
    assert rate.at(4.9) == pytest.approx(10.0)
    assert 4 < rate.at(6.0) < 6  # a stall shows at once
    assert rate.at(20.0) == 0.0
