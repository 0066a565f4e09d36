"""Who was away for about half a minute and is back in the same seat: is it still the same id?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, chi2

from app.core.geometry import centres
from tests.bench.ground_truth import Boxes, Floats, GroundTruth
from tests.bench.score import counted, matches

AWAY_S = (25.0, 45.0)
"""Seconds out of sight."""

NEAR_S = 5.0
"""Seconds before and after in which the id that is shown most is the student's."""

SETTLE_S = 2.0
"""Seconds after coming back that a tracker has to make up its mind."""

SAME_SEAT = 1.0
"""Face widths."""


@dataclass(frozen=True)
class Returns:
    """How many came back, and how many of them under the old id."""

    count: int = 0
    kept: int = 0

    def __add__(self, other: Returns) -> Returns:
        return Returns(self.count + other.count, self.kept + other.kept)

    @property
    def interval(self) -> tuple[float, float]:
        """95% interval of the share that is kept (Wilson, 1927)."""
        found = binomtest(self.kept, self.count).proportion_ci(method="wilson")
        return float(found.low), float(found.high)


def returns(truth: GroundTruth, result: Boxes) -> Returns:
    """Count the returns to the same seat of students who had an id before."""
    asked, ids = counted(truth), matches(truth, result)
    place = _in_room(truth)
    total = Returns()
    for who in np.unique(truth.faces.ids):
        rows = np.flatnonzero((truth.faces.ids == who) & asked)
        times = truth.timestamps[truth.faces.frame[rows]]
        for gap in np.flatnonzero(np.diff(times) >= AWAY_S[0]):
            left, back = times[gap], times[gap + 1]
            before = rows[(times > left - NEAR_S) & (times <= left)]
            after = rows[(times >= back + SETTLE_S) & (times < back + SETTLE_S + NEAR_S)]
            if back - left > AWAY_S[1] or not len(after):
                continue
            # The median, since who leaves and comes back stands up.
            moved = np.linalg.norm(np.median(place[before], 0) - np.median(place[after], 0))
            known = _usual(ids[before])
            if known and moved <= SAME_SEAT * truth.faces.boxes[rows[gap], 2]:
                total += Returns(1, int(_usual(ids[after]) == known))
    return total


def poisson_interval(count: int) -> tuple[float, float]:
    """95% interval of the mean of which ``count`` events are a sample (Garwood, 1936)."""
    low = float(chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(0.975, 2 * count + 2)) / 2


def _in_room(truth: GroundTruth) -> Floats:
    """(n, 2) centres of all faces in pixels of the first frame."""
    camera = truth.camera[truth.faces.frame]
    middle = centres(truth.faces.boxes)
    return np.asarray(np.einsum("nij,nj->ni", camera[:, :, :2], middle) + camera[:, :, 2])


def _usual(ids: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """The id that is there most often, 0 where none is."""
    seen = ids[ids > 0]
    return int(np.bincount(seen).argmax()) if len(seen) else 0
