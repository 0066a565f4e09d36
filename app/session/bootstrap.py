"""How sure a share of a recording is: the block bootstrap of a ratio of two sums over time.

A face that smiles now smiles in the next second as well. Counted as independent, seconds or frames
give intervals that are far too narrow. Here blocks of time are drawn instead, long enough that one
says little of the next, with all that was seen in them.

Steps, for shares p = sum of parts / sum of wholes over the bins of a series:

- The series that chance works on is z = (part - p whole) / mean whole, the linearised ratio
  (Woodruff, 1971). Bins in which nothing was read are 0 in it and need no filling in.
- Blocks go round at the end (circular block bootstrap; Politis & Romano, 1992, "A circular
  block-resampling procedure for stationary data"). Their length is chosen from the series: Politis
  & White, 2004, "Automatic block-length selection for the dependent bootstrap", as corrected by
  Patton, Politis & White, 2009; the longest of those that the single shares ask for.
- The replicates are studentised with the variance between their own blocks (Gotze & Kunsch, 1996,
  "Second-order correctness of the blockwise bootstrap for stationary observations"), and the 95%
  quantile of the absolute value is taken (Hall, 1988, "On symmetric bootstrap confidence
  intervals"), at least that of the normal distribution.
- A reading that is held over several frames (``Expressions.age``) weighs as many seconds and is no
  observation more: a bin is a bin whatever its frames, and what holding makes alike in neighbouring
  bins is dependence like any other, which makes the effective size smaller.
- Blocks see nothing of what is longer than they are, so their variance is too small, the more so
  the slower expressions change. The largest of three is taken: that of the blocks, that of Politis
  & White's flat-top window, and that of a first-order autoregression with the bias of its
  coefficient taken off (Kendall, 1954; the prewhitening of Andrews & Monahan, 1992).
- Variance and quantile go into Wilson's interval for the effective sample size p (1 - p) /
  variance, as surveys with clusters do (Franco, Little, Louis & Slud, 2019, "Comparative study of
  confidence intervals for proportions in complex sample surveys"): it holds for shares near 0 and
  1 and never leaves 0..1. An expression that was never seen borrows the effective size of all.

Chosen by measured coverage against percentile, BCa and plain studentised intervals; docs/
statistics.md has the figures. Where the series is too short for its own slowness there is no
interval: a narrow one would be a lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.session.confidence import Z, share_band

REPLICATES: Final = 999
"""Resampled series that an interval rests on."""
LEAST_BINS: Final = 120
"""Bins under which a series is too short to say."""
LEAST_EFFECTIVE: Final = 20.0
"""Independent bins that a series must be worth; fewer, and it is too short to say."""

_MOST_DRAWN: Final = 1 << 15  # places of blocks held at once
_JOIN: Final = 6  # bins that become one where slower dependence is looked for
_LEAST_JOINED: Final = 40  # bins that must be left

Seed = int | tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ShareEstimates:
    """Shares that are parts of one whole, with the ends of their 95% intervals.

    Attributes:
        values: (k,) shares; NaN where there is nothing to share out.
        low, high: (k,) ends of the interval of each; NaN where the series is too short to say.
        effective_n: independent readings that would tell as much; NaN where too short to say.
        block: bins that a block of the bootstrap has; 0 where too short to say.
    """

    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    effective_n: float
    block: int

    @property
    def sure(self) -> bool:
        """Whether there are intervals: else it is too short to say."""
        return bool(np.isfinite(self.low).any())

    @classmethod
    def unsure(cls, values: NDArray[np.float64]) -> ShareEstimates:
        """Shares without intervals."""
        unknown = np.full(values.shape, np.nan)
        return cls(values, unknown, unknown.copy(), float("nan"), 0)


class Dependence(NamedTuple):
    """How a series depends on its own past.

    Attributes:
        variance: of one bin.
        long_run: n times the variance of the mean of n bins.
        block: length of the blocks that suit it, in bins.
    """

    variance: float
    long_run: float
    block: int


def dependence(series: NDArray[np.floating]) -> Dependence:
    """Block length and long-run variance of a stationary series.

    Politis & White (2004) with the correction of Patton, Politis & White (2009): the flat-top lag
    window is cut after the last of the autocorrelations that can't be told from 0.

    Args:
        series: (n,), n at least 3.
    """
    n = len(series)
    run = max(5, int(np.sqrt(np.log10(n))))
    most = min(int(np.ceil(np.sqrt(n))) + run, n - 1)
    lags = _autocovariances(series, most)
    if lags[0] <= 1e-15:
        return Dependence(0.0, 0.0, 1)
    slight = np.abs(lags[1:] / lags[0]) < 2.0 * np.sqrt(np.log10(n) / n)
    runs = np.lib.stride_tricks.sliding_window_view(slight, min(run, most)).all(axis=1)
    width = min(2 * max(int(runs.argmax()), 1), most) if runs.any() else most
    lag = np.arange(1, width + 1)
    weights = np.minimum(1.0, 2.0 * (1.0 - lag / width)) * lags[1 : width + 1]
    flat_top = float(lags[0] + 2.0 * weights.sum())
    slope = float(2.0 * (lag * weights).sum())
    longest = int(np.ceil(min(3.0 * np.sqrt(n), n / 3.0)))
    block = longest
    if flat_top > 0:
        block = int(np.ceil((1.5 * slope**2 / flat_top**2) ** (1 / 3) * n ** (1 / 3)))
    rho = float(lags[1] / lags[0])
    rho = min(rho + (1.0 + 3.0 * rho) / n, 1.0 - 1.0 / n)
    regressed = float(lags[0]) * (1.0 + rho) / (1.0 - rho)
    return Dependence(float(lags[0]), max(flat_top, regressed), min(max(block, 1), longest))


def slow_dependence(series: NDArray[np.floating]) -> Dependence:
    """The same, also of what is slow and drowned by quicker noise.

    The series is looked at in longer bins as well, in which noise averages out; the stronger of
    both counts.
    """
    found, n = dependence(series), len(series)
    if n // _JOIN < _LEAST_JOINED:
        return found
    joined = dependence(series[: n // _JOIN * _JOIN].reshape(-1, _JOIN).mean(axis=1))
    return Dependence(
        found.variance,
        max(found.long_run, _JOIN * joined.long_run),
        max(found.block, min(_JOIN * joined.block, n // 3)),
    )


def _autocovariances(series: NDArray[np.floating], most: int) -> NDArray[np.float64]:
    """(most + 1,) autocovariances from lag 0 on, by the fast Fourier transform."""
    n = len(series)
    transformed = np.fft.rfft(series - series.mean(), 1 << (2 * n - 1).bit_length())
    lags: NDArray[np.float64] = np.fft.irfft(np.abs(transformed) ** 2)[: most + 1] / n
    return lags


def shares_over_time(
    parts: NDArray[np.floating], whole: NDArray[np.floating]
) -> NDArray[np.float64]:
    """(k,) shares of a whole over time, without intervals; NaN where the whole is 0.

    Args:
        parts, whole: as for ``share_estimates``.
    """
    total = float(whole.sum(dtype=np.float64))
    if total <= 0:
        return np.full(parts.shape[1], np.nan)
    shares: NDArray[np.float64] = parts.sum(axis=0, dtype=np.float64) / total
    return np.clip(shares, 0.0, 1.0)


def share_estimates(
    parts: NDArray[np.floating],
    whole: NDArray[np.floating],
    seed: Seed,
    replicates: int = REPLICATES,
) -> ShareEstimates:
    """Shares of a whole over time, and their 95% intervals.

    Args:
        parts: (n, k) of each bin, in time order; 0 where nothing was read.
        whole: (n,) that they are parts of.
        seed: of the drawing.
        replicates: series to draw.
    """
    parts, whole = np.asarray(parts, np.float64), np.asarray(whole, np.float64)
    n, total = len(whole), float(whole.sum())
    values = shares_over_time(parts, whole)
    if total <= 0 or n < LEAST_BINS:
        return ShareEstimates.unsure(values)
    moved = (parts - values * whole[:, None]) / (total / n)
    known = [slow_dependence(column) for column in moved.T]
    variances, long_runs = np.array([one[:2] for one in known]).T
    if long_runs.sum() <= 0 or n * variances.sum() < LEAST_EFFECTIVE * long_runs.sum():
        return ShareEstimates.unsure(values)
    block = max(one.block for one in known)
    of_blocks = _block_sums(moved / n, block)
    errors = np.maximum(of_blocks.var(axis=0) * (n / block), long_runs / n)
    quantiles = _quantiles(parts, whole, values, block, seed, replicates)
    spread = values * (1.0 - values)
    pooled = float(spread.sum() / errors.sum())
    own = np.divide(spread, errors, out=np.full(len(values), pooled), where=errors > 1e-15)
    sizes = np.where(spread > 1e-15, own, pooled)
    low, high = share_band(values, sizes, quantiles)
    return ShareEstimates(values, low, high, pooled, block)


def _block_sums(series: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """(n, k) to (n, k): the sum of the block that begins at each bin and goes round at the end."""
    round_ = np.concatenate((series, series[:block]))
    sums = np.zeros((len(round_) + 1, series.shape[1]))
    np.cumsum(round_, axis=0, out=sums[1:])
    return sums[block : block + len(series)] - sums[: len(series)]


def _quantiles(
    parts: NDArray[np.floating],
    whole: NDArray[np.floating],
    values: NDArray[np.float64],
    block: int,
    seed: Seed,
    replicates: int,
) -> NDArray[np.float64]:
    """(k,) standard errors on either side that hold 95% of the studentised replicates."""
    n, k = parts.shape
    total = float(whole.sum())
    sums = _block_sums(np.column_stack((parts, whole)), block)
    part, entire = sums[:, :k], sums[:, k:]
    # The squares of (part - share * whole) over the blocks drawn, without going to each block.
    features = np.hstack((part, entire, part * part, part * entire, entire * entire))
    found = _drawn_sums(features, -(-n // block), replicates, np.random.default_rng(seed))
    a, w = found[:, :k], found[:, k : k + 1]
    aa, aw, ww = found[:, k + 1 : 2 * k + 1], found[:, 2 * k + 1 : 3 * k + 1], found[:, -1:]
    share = np.divide(a, w, out=np.full_like(a, np.nan), where=w > 0)
    error = np.sqrt(np.maximum(aa - 2.0 * share * aw + share**2 * ww, 0.0))
    # An expression that was not drawn at all tells nothing of its own spread.
    tells = error > 1e-9 * total
    away = np.divide(np.abs(a - values * w), error, out=np.full_like(a, np.nan), where=tells)
    some = tells.any(axis=0)
    found_at: NDArray[np.float64] = np.nanquantile(np.where(some, away, Z), 0.95, axis=0)
    return np.maximum(found_at, Z)


def _drawn_sums(
    features: NDArray[np.float64], drawn: int, replicates: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(replicates, f) sums of ``drawn`` rows of (n, f), drawn with replacement; memory is flat."""
    n, parts = len(features), []
    step = max(1, _MOST_DRAWN // drawn)
    for first in range(0, replicates, step):
        count = min(step, replicates - first)
        starts = rng.integers(0, n, count * drawn)
        parts.append(features[starts].reshape(count, drawn, -1).sum(axis=1))
    return np.concatenate(parts)
