"""What is remembered of how a student looks: a running mean of colours, in memory only.

No face template: the vectors come from ``app.stages.colour_cue`` and describe hair and clothes.
How far they stray by themselves, and how much students differ, is measured while running, so the
evidence is a log likelihood ratio whatever the light and however alike a class is dressed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

LOOK_S: Final = 20.0
"""Time constant of a look in seconds: the light of a room changes more slowly, and a jacket that
is put on is learned soon."""

LOOK_EVERY_S: Final = 0.2
"""Seconds from one learning to the next: colours change slowly."""

SURE_COUNT: Final = 2
"""A look of more measurements than this is known."""

ONE_THREAD: Final = 4 * 65536
"""Multiplications of one product of matrices up to which OpenBLAS takes one thread. With more it
takes them all, and waits for cores that the detector and the recognizer hold."""

DIMENSIONS: Final = 3.0
"""In how many independent ways colours stray: squared distances of rendered students to their own
looks spread like a chi-square of 3 to 4 degrees of freedom."""

TAIL: Final = 5.0
"""Degrees of freedom of Student's t, which stands for the normal distribution: now and then one
looks rather different, for seconds on end."""

STRAYING: Final = 0.05
"""Squared distance of a look to itself before any was measured."""

DIFFERING: Final = 0.5
"""Squared distance of two students before any was measured."""

PRIOR_COUNT: Final = 30
"""Measurements that weigh as much as ``STRAYING``."""

LEANING: Final = 0.25
"""How far one who leans over somebody is from the own look, to once that students differ."""

MOST_FOR: Final = 6.0
MOST_AGAINST: Final = 10.0
"""Bounds of the evidence from colours, in nats: models are never quite right. Strange colours
alone never say much against a student; those of somebody else do."""

KNOWN: Final = 0.8
"""At most so often is somebody else in one's place one of the class."""


@dataclass(slots=True)
class Look:
    """The running mean of one student's colours; NaN where nothing was seen.

    Attributes:
        mean: (k,), None before anything was seen.
        count: how often it was.
        when: seconds, the last time.
    """

    mean: NDArray[np.float64] | None = None
    count: int = 0
    when: float = 0.0

    def due(self, now: float) -> bool:
        """Whether it is time for another look."""
        return self.count <= SURE_COUNT or now - self.when >= LOOK_EVERY_S

    def learn(self, seen: NDArray[np.floating], now: float, lasting: float = LOOK_S) -> None:
        """Take in ``seen`` (k,) at ``now`` seconds; NaN entries say nothing.

        ``lasting``: time constant in seconds.
        """
        if not np.isfinite(seen).any():
            return
        if self.mean is None:
            self.mean = seen.astype(np.float64)
        else:
            share = max(1 / (self.count + 1), 1 - math.exp((self.when - now) / lasting))
            old = np.where(np.isfinite(self.mean), self.mean, seen)
            self.mean = np.where(np.isfinite(seen), old + share * (seen - old), self.mean)
        self.count += 1
        self.when = now


class Looks:
    """How much colours of one student stray, and how much students differ."""

    def __init__(self) -> None:
        self._strayed = STRAYING * PRIOR_COUNT
        self._count = float(PRIOR_COUNT)
        self._differing = DIFFERING

    def stray(self, squared: NDArray[np.float64]) -> None:
        """Take in squared distances (n,) of students to their own looks; NaN says nothing."""
        known = squared[np.isfinite(squared)]
        # Old measurements fade, and one that is far off counts no more than it may.
        bound = 9.0 * self.straying
        self._strayed = 0.999 * self._strayed + float(np.minimum(known, bound).sum())
        self._count = 0.999 * self._count + len(known)

    def differ(self, looks: Sequence[Look]) -> None:
        """Take in the looks of all known students."""
        means = [look.mean for look in looks if look.mean is not None]
        if len(means) < 3:
            return
        apart = squared_distances(means, np.stack(means))
        apart = apart[np.triu_indices(len(means), 1)]
        apart = apart[np.isfinite(apart)]
        if len(apart):
            self._differing = float((apart.sum() + 3 * DIFFERING) / (len(apart) + 3))

    @property
    def straying(self) -> float:
        """Mean squared distance of a measurement to the student's own look."""
        return self._strayed / self._count

    @property
    def _spread(self) -> float:
        # Students who all look alike tell nothing, but never less than nothing.
        return max(self._differing, 1.5 * self.straying)

    def evidence(
        self,
        own: NDArray[np.float64],
        others: NDArray[np.float64],
        chance: NDArray[np.float64],
        strange: float,
    ) -> NDArray[np.float64]:
        """Log likelihood ratio that a face is the student's own and not somebody else's.

        Args:
            own: (n, m) squared distance of face j to the look of student i.
            others: (p, m) the same to people that it might be instead.
            chance: (n, p) of somebody else in the place of i being k; rows may sum to less than 1,
                the rest are people with colours that were not seen yet.
            strange: how often a student's own colours look like nobody's: behind a raised arm,
                under a hood.

        Returns:
            (n, m) nats, bounded; 0 where nothing is known.
        """
        if not np.isfinite(own).any():
            return np.zeros(own.shape)
        # Colours that were not seen yet: a stranger's, or one's own behind a raised arm.
        unseen = math.exp(-DIMENSIONS / 2 * (math.log(self._spread / self.straying) + 0.5))
        mine = (1 - strange) * self._likelihood(own) + strange * unseen
        known = np.where(np.isfinite(others), self._likelihood(others), 0.0)
        total = chance.sum(axis=1, keepdims=True)
        share = chance * np.minimum(1.0, KNOWN / np.maximum(total, 1e-9))
        theirs = share @ known + (1 - share.sum(axis=1, keepdims=True)) * unseen
        evidence = np.log(mine) - np.log(theirs)
        return np.asarray(np.clip(np.nan_to_num(evidence), -MOST_AGAINST, MOST_FOR))

    def rather(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, m) nats that a face is of one of two students, one of whom leans over the other.

        ``one``, ``other``: (n, m) squared distances to their looks. Below the face is some of both.
        """
        scale = DIMENSIONS / TAIL / (LEANING * self._spread)
        ratio = (1 + scale * other) / (1 + scale * one)
        nats = np.nan_to_num((DIMENSIONS + TAIL) / 2 * np.log(ratio))
        return np.asarray(np.clip(nats, -MOST_FOR, MOST_FOR))

    def _likelihood(self, squared: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled = DIMENSIONS / TAIL * squared / self.straying
        return np.asarray((1 + scaled) ** (-(DIMENSIONS + TAIL) / 2))


def squared_distances(
    means: Sequence[NDArray[np.float64] | None], seen: NDArray[np.floating]
) -> NDArray[np.float64]:
    """(n, m) squared distance of looks (None: unknown) to colours (m, k).

    Entries that are NaN on either side are left out and the rest stands for them; NaN where
    nothing is left.
    """
    k = seen.shape[1]
    rows = (
        np.stack([np.full(k, np.nan) if m is None else m for m in means])
        if means
        else (np.zeros((0, k)))
    )
    known, there = np.isfinite(rows), np.isfinite(seen)
    a, b = np.where(known, rows, 0.0), np.where(there, seen, 0.0).astype(np.float64)
    held, given = known.astype(np.float64), there.astype(np.float64).T
    squared, whole = (b**2).T, np.empty((len(rows), len(seen)))
    step = max(1, ONE_THREAD // max(1, seen.size))
    for part in (np.s_[i : i + step] for i in range(0, len(rows), step)):
        left = held[part] @ given
        apart = (a[part] ** 2) @ given + held[part] @ squared - 2 * a[part] @ b.T
        mean = np.maximum(apart, 0.0) * k / np.maximum(left, 1.0)
        whole[part] = np.where(left > 0, mean, np.nan)
    return whole
