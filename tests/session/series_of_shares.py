"""Series with known shares, to see how often an interval holds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.stats import norm

SHARES = np.array([0.55, 0.2, 0.08, 0.06, 0.05, 0.03, 0.02, 0.01])


def autoregressive(rng: np.random.Generator, bins: int, rho: float) -> NDArray[np.float64]:
    """(bins,) of mean 0 and variance 1, AR(1)."""
    noise = rng.standard_normal(bins)
    noise[1:] *= np.sqrt(1.0 - rho**2)
    found: NDArray[np.float64] = lfilter([1.0], [1.0, -rho], noise)
    return found


def level(rng: np.random.Generator, bins: int, rho: float) -> NDArray[np.float64]:
    """(bins, 2) shares of two expressions, each one half in the long run."""
    found = norm.cdf(autoregressive(rng, bins, rho))
    return np.stack((found, 1.0 - found), axis=1)


def states(
    rng: np.random.Generator, bins: int, people: int, shares: NDArray[np.float64], stay: float
) -> NDArray[np.int64]:
    """(bins, people) Markov chains that stay for ``stay`` bins on average, then draw anew."""
    jump = rng.random((bins, people)) < 1.0 / stay
    jump[0] = True
    drawn = rng.choice(len(shares), size=(bins, people), p=shares)
    last = np.maximum.accumulate(np.where(jump, np.arange(bins)[:, None], 0), axis=0)
    return np.take_along_axis(drawn, last, axis=0)


def classroom(
    rng: np.random.Generator, bins: int, stay: float, people: int = 12, common: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(bins, 8) faces of each label and (bins,) faces read; people are read on and off, and show
    the same as all others for a share of ``common`` of the time."""
    shown = states(rng, bins, people, SHARES, stay)
    leader = states(rng, bins, 1, SHARES, stay)
    along = states(rng, bins, people, np.array([1.0 - common, common]), 20.0) == 1
    shown = np.where(along, leader, shown)
    read = states(rng, bins, people, np.array([0.4, 0.6]), 8.0) == 1
    labels = np.stack([((shown == k) & read).sum(axis=1) for k in range(len(SHARES))], axis=1)
    return labels.astype(float), read.sum(axis=1).astype(float)
