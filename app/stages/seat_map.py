"""Where each student usually is: people in a class room sit.

A seat is a robust running mean of a student's places, learned with the spread and the size of the
face there. A face that passes by or a walk to the blackboard does not move it; a student who
stays somewhere else for a while has a new one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SETTLE_S: Final = 20.0
"""Time constant of the mean in seconds: longer than a lean, shorter than a lesson."""

MOVE_S: Final = 60.0
"""Seconds of stay at another place that make it the seat; half of the time spent at the old one is
enough, but not less than ``REST_S``."""

REST_S: Final = 3.0

REACH: Final = 1.2
"""Face sizes: farther from the mean than this is not at the seat. Neighbours sit 1.4 or more
apart; a head on the desk is about 1 lower."""

SPREAD: Final = 0.22
"""Standard deviation of a place about its seat in face sizes, before anything is known: heads of
the rendered class sway by 0.1 to 0.2, and come back a little aside."""

SIZE_SPREAD: Final = 0.15
"""Standard deviation of the logarithm of a face's size at its seat; detectors jitter by 0.1."""

SAME_SEAT: Final = 0.8
"""Face sizes between two seats that are one; neighbours sit 1.4 or more apart."""

SEAT_REACH: Final = 0.8
"""Face sizes from a seat within which a face may be that of its owner."""

LEAN_REACH: Final = 10.0
"""Face sizes from one's seat to that of a neighbour to lean over to, at most; in a back row of few
they sit far apart."""

ASIDE: Final = 0.5
"""Most that a neighbour's seat is higher or lower, to once that it is aside."""

KNOWN_S: Final = 5.0
"""Seconds of evidence that weigh as much as ``SPREAD``."""


@dataclass(slots=True)
class Seat:
    """The usual place of one student, in pixels of the room (the first frame).

    Attributes:
        x, y: middle of the face.
        size: geometric mean of width and height.
        seconds: how long the student was seen there.
        former: (x, y) of the seat before this one, where the student may go back to.
    """

    x: float
    y: float
    size: float
    seconds: float = 0.0
    former: tuple[float, float] | None = None
    _var: float = SPREAD**2
    _other: tuple[float, float] = (0.0, 0.0)
    _other_s: float = 0.0

    @property
    def spread(self) -> float:
        """Standard deviation of the places along one axis, in face sizes."""
        return math.sqrt(self._var)

    def learn(self, centre: tuple[float, float], size: float, dt: float) -> None:
        """The face was at ``centre`` with ``size`` for ``dt`` seconds."""
        x, y = centre
        away = math.hypot(x - self.x, y - self.y) / self.size
        if away > REACH:
            self._look_elsewhere(x, y, size, dt)
            return
        self._other_s = max(0.0, self._other_s - dt)
        self.seconds += dt
        share = max(dt / self.seconds, dt / (dt + SETTLE_S)) if self.seconds else 1.0
        self.x += share * (x - self.x)
        self.y += share * (y - self.y)
        self.size *= (size / self.size) ** share
        calm = dt / (dt + min(self.seconds, SETTLE_S) + KNOWN_S)
        self._var += calm * (away**2 / 2 - self._var)

    def _look_elsewhere(self, x: float, y: float, size: float, dt: float) -> None:
        other_x, other_y = self._other
        if math.hypot(x - other_x, y - other_y) > REACH * size:
            self._other, self._other_s = (x, y), 0.0
            return
        self._other_s += dt
        share = dt / self._other_s if self._other_s else 1.0
        self._other = other_x + share * (x - other_x), other_y + share * (y - other_y)
        if self._other_s >= min(MOVE_S, max(self.seconds / 2, min(REST_S, self.seconds + dt))):
            self.former = (self.x, self.y) if self.seconds >= REST_S / 2 else self.former
            self.x, self.y = self._other
            self.size, self.seconds = size, self._other_s
            self._var, self._other_s = SPREAD**2, 0.0


def seat_distances(
    seats: Sequence[Seat], centres: NDArray[np.float64], sizes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far faces are from seats.

    Args:
        seats: n of them.
        centres: (m, 2) pixels of the room; sizes: (m,).

    Returns:
        (n, m) distance in face sizes, to the former seat where that is nearer, and (n, m) absolute
        logarithm of the ratio of sizes.
    """
    place = np.array([(s.x, s.y) for s in seats]).reshape(-1, 2)
    usual = np.array([s.size for s in seats])
    former = np.array([s.former or (s.x, s.y) for s in seats]).reshape(-1, 2)
    gap = np.minimum(_gaps(place, centres), _gaps(former, centres))
    return gap / ((usual[:, None] + sizes[None]) / 2), np.abs(np.log(usual[:, None] / sizes))


def beside(seats: Sequence[Seat], reach: float) -> NDArray[np.bool_]:
    """(n, n) whether seat k is beside seat i, up to ``reach`` of its face sizes away."""
    places = np.array([(s.x, s.y) for s in seats]).reshape(-1, 2)
    size = np.array([s.size for s in seats])
    x, y = np.abs(places[:, None] - places[None]).transpose(2, 0, 1) / size[:, None]
    return np.asarray((x > SAME_SEAT) & (x <= reach) & (y <= ASIDE * x))


def _gaps(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(a[:, None] - b[None], axis=2))
