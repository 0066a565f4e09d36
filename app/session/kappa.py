"""Cohen's kappa and a share of agreement of a stratified sample, with 95% intervals."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.session.confidence import share_band


class Estimate(NamedTuple):
    """A figure with the ends of its 95% interval; all NaN where it can't be known."""

    value: float
    low: float
    high: float


NO_ESTIMATE: Final = Estimate(float("nan"), float("nan"), float("nan"))


class Sample:
    """Pairs of labels from a stratified sample, and what each stands for.

    Args:
        hand, machine: (n,) int labels, 0 or more.
        strata: (n,) int: the stratum that each was drawn from.
        weights: (n,) float above 0: how much each stands for; the same within a stratum.
        told: (n,) bool: those that figures are about; the others tell how many of a stratum are.
    """

    def __init__(
        self,
        hand: NDArray[np.integer],
        machine: NDArray[np.integer],
        strata: NDArray[np.integer],
        weights: NDArray[np.floating],
        told: NDArray[np.bool_],
    ) -> None:
        self._hand, self._machine, self._strata = hand, machine, strata
        self._weights = np.where(told, weights, 0.0)
        self._told = told

    def share(self) -> Estimate:
        """The share of equal labels, with Wilson's interval for the effective sample size.

        That is Korn & Graubard's (1998, "Confidence intervals for proportions with small expected
        number of positive counts estimated from survey data"): the size of a simple random sample
        with the same variance.
        """
        if not self._told.any():
            return NO_ESTIMATE
        same = self._hand == self._machine
        share = float(self._mean(same))
        low, high = share_band(share, self._size(share, self._variance(same - share)))
        return Estimate(share, float(low), float(high))

    def kappa(self, label: int | None = None) -> Estimate:
        """Cohen's kappa (1960), over all labels, or of one label against all others.

        The variance is that of kappa linearised (Fleiss, Cohen & Everitt, 1969, "Large sample
        standard errors of kappa and weighted kappa") within the strata (Cochran, 1977). As kappa is
        a share of agreement less chance, its interval is Wilson's for that share, with the sample
        size that gives this variance: so it holds in small samples and for perfect agreement, too.
        """
        hand, machine = self._hand, self._machine
        if label is not None:
            hand, machine = (hand == label).astype(int), (machine == label).astype(int)
        if not self._told.any():
            return NO_ESTIMATE
        same = hand == machine
        labels = 1 + int(max(hand.max(), machine.max()))
        rows = np.bincount(hand, self._weights, labels) / self._weights.sum()
        columns = np.bincount(machine, self._weights, labels) / self._weights.sum()
        observed, chance = float(self._mean(same)), float(rows @ columns)
        room = 1.0 - chance
        if room < 1e-9:  # one label only: nothing but chance
            return NO_ESTIMATE
        kappa = (observed - chance) / room
        drift = columns[hand] + rows[machine] - 2.0 * chance
        variance = self._variance((same - observed) - (1.0 - kappa) * drift)
        low, high = share_band(observed, self._size(observed, variance))
        ends = (np.array([low, high]) - chance) / room
        return Estimate(kappa, *np.clip(ends, -1.0, 1.0).tolist())

    def _mean(self, values: NDArray[np.generic]) -> np.float64:
        return np.float64(self._weights @ values / self._weights.sum())

    def _variance(self, deviations: NDArray[np.float64]) -> float:
        """Variance of a weighted mean whose units deviate from it so far.

        A stratum with a single unit has the mean variance of the others.
        """
        parts = self._weights / self._weights.sum() * deviations
        within: list[tuple[int, float]] = []
        for stratum in np.unique(self._strata):
            own = parts[self._strata == stratum]
            if len(own) > 1:
                within.append((len(own), len(own) * float(own.var(ddof=1))))
        lone = len(np.unique(self._strata)) - len(within)
        total = sum(variance for _, variance in within)
        return total * (1.0 + lone / len(within)) if within else float("nan")

    def _size(self, share: float, variance: float) -> float:
        """Effective sample size; no more than there are labels.

        Without that limit the intervals of rare labels hold far less often than they say, since a
        few faces of a stratum are often all alike.
        """
        weights = self._weights[self._told]
        kish = float(weights.sum() ** 2 / (weights @ weights))
        if not variance > 0 or not 0 < share < 1:
            return kish
        return min(share * (1.0 - share) / variance, float(len(weights)))
