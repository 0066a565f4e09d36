from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from app.session.bootstrap import (
    LEAST_BINS,
    ShareEstimates,
    dependence,
    share_estimates,
    slow_dependence,
)
from app.session.confidence import share_band
from tests.session.series_of_shares import SHARES, autoregressive, classroom, level

Series = tuple[NDArray[np.float64], NDArray[np.float64]]


def covered(
    make: Callable[[np.random.Generator], Series], truth: NDArray[np.float64], times: int
) -> tuple[float, float, int]:
    """How often the interval and the naive one hold the truth; how often there was none."""
    rng = np.random.default_rng(8)
    ours, naive, none = [], [], 0
    for seed in range(times):
        parts, whole = make(rng)
        found = share_estimates(parts, whole, seed, 199)
        if not found.sure:
            none += 1
            continue
        ours.append((found.low <= truth) & (truth <= found.high))
        low, high = share_band(found.values, whole.sum())
        naive.append((low <= truth) & (truth <= high))
    return float(np.mean(ours)), float(np.mean(naive)), none


@pytest.mark.parametrize(
    ("make", "truth", "most_naive"),
    [
        (lambda rng: (level(rng, 900, 0.9), np.ones(900)), np.array([0.5, 0.5]), 0.7),
        (lambda rng: classroom(rng, 900, 8.0), SHARES, 0.6),
        (lambda rng: classroom(rng, 1500, 8.0, common=0.4), SHARES, 0.5),
        (lambda rng: classroom(rng, 900, 4.0, people=1), SHARES, 0.7),
    ],
    ids=["autoregression", "class", "class that moves together", "one student"],
)
def test_95_percent_of_intervals_hold_the_share(
    make: Callable[[np.random.Generator], Series], truth: NDArray[np.float64], most_naive: float
) -> None:
    ours, naive, none = covered(make, truth, 100)
    assert none <= 20
    assert 0.92 <= ours <= 0.99
    assert naive < most_naive


def test_independent_bins_have_no_wider_interval_than_they_need() -> None:
    rng = np.random.default_rng(2)
    parts = (rng.random((2000, 1)) < 0.3).astype(float)
    found = share_estimates(np.hstack((parts, 1 - parts)), np.ones(2000), 1)
    low, high = share_band(found.values, 2000)
    assert (found.high - found.low) / (high - low) == pytest.approx([1.1, 1.1], abs=0.15)
    assert found.effective_n == pytest.approx(2000, rel=0.3)


def test_too_short_a_series_has_no_interval() -> None:
    rng = np.random.default_rng(3)
    for bins, stay in ((LEAST_BINS - 1, 1.0), (150, 60.0), (600, 200.0)):
        parts, whole = classroom(rng, bins, stay)
        found = share_estimates(parts, whole, 1)
        assert np.isfinite(found.values).all()
        assert np.isnan(found.low).all()
        assert np.isnan(found.high).all()
        assert np.isnan(found.effective_n)
        assert (found.block, found.sure) == (0, False)


def test_what_never_changed_says_nothing_of_its_chance() -> None:
    parts = np.zeros((600, 3))
    parts[:, 1] = 1.0
    found = share_estimates(parts, np.ones(600), 1)
    assert found.values.tolist() == [0.0, 1.0, 0.0]
    assert not found.sure


def test_nothing_read_has_no_shares() -> None:
    found = share_estimates(np.zeros((300, 8)), np.zeros(300), 1)
    assert np.isnan(found.values).all()
    assert not found.sure
    assert not share_estimates(np.zeros((0, 8)), np.zeros(0), 1).sure


def test_what_was_never_shown_is_bounded_and_every_interval_holds_its_share() -> None:
    rng = np.random.default_rng(4)
    parts, whole = classroom(rng, 1200, 5.0)
    parts[:, 0] += parts[:, 7]
    parts[:, 7] = 0.0
    found = share_estimates(parts, whole, 1)
    assert found.low[7] == 0.0
    assert 0.0 < found.high[7] < 0.02
    assert (found.low <= found.values).all()
    assert (found.values <= found.high).all()
    assert found.low.min() >= 0.0
    assert found.high.max() <= 1.0


def test_the_same_seed_gives_the_same_interval() -> None:
    parts, whole = classroom(np.random.default_rng(5), 600, 4.0)

    def ends(seed: int) -> ShareEstimates:
        return share_estimates(parts, whole, seed)

    np.testing.assert_array_equal(ends(1).low, ends(1).low)
    assert not np.array_equal(ends(1).high, ends(2).high)


def test_dependence_of_an_autoregression() -> None:
    rng = np.random.default_rng(6)
    quick = [dependence(autoregressive(rng, 4000, 0.0)) for _ in range(20)]
    slow = [dependence(autoregressive(rng, 4000, 0.8)) for _ in range(20)]
    assert np.median([one.long_run for one in quick]) == pytest.approx(1.0, rel=0.1)
    # (1 + rho) / (1 - rho) for variance 1
    assert np.median([one.long_run for one in slow]) == pytest.approx(9.0, rel=0.2)
    assert np.median([one.block for one in quick]) <= 4
    # 1.5 (2 rho / (1 - rho^2))^2 n to the power of one third: Patton, Politis & White
    best = (1.5 * (2 * 0.8 / (1 - 0.64)) ** 2 * 4000) ** (1 / 3)
    assert np.median([one.block for one in slow]) == pytest.approx(best, rel=0.25)


def test_slow_change_is_found_under_noise() -> None:
    rng = np.random.default_rng(7)
    mixed = [autoregressive(rng, 2700, 0.97) + 2.0 * rng.standard_normal(2700) for _ in range(20)]
    truth = 1.97 / 0.03 + 4.0
    plain = np.median([dependence(one).long_run for one in mixed])
    found = np.median([slow_dependence(one).long_run for one in mixed])
    assert found > plain
    assert 0.6 * truth < found < 1.6 * truth
