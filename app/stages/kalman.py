"""Where a face will be: a Kalman filter whose velocity fades.

Position and velocity follow an integrated Ornstein-Uhlenbeck process, the continuous form of
the constant-velocity model with damping (Singer, 1970, does the same with acceleration). Over a
few frames it is the constant-velocity filter of SORT (Bewley et al., 2016); over a gap of
seconds the prediction stops near the seat instead of sailing off, and its uncertainty grows.
Its transition is exact for every time step, so frames may be unevenly spaced.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FADE_S: Final = 0.4
"""Seconds after which a velocity has faded to 1/e."""

SPEED: Final = 2.5
"""Standard deviation of an unknown head's velocity, in face sizes a second."""

SEATED_SPEED: Final = 0.8
"""The same of one who was seen to sit still: the narrower gate keeps passers-by out."""

RESTLESS_S: Final = 1.5
"""Time constant of how fast a head was of late."""

MEASURED: Final = 0.1
"""Standard deviation of a detected centre, in face sizes."""

RESIZING: Final = 0.12
"""Standard deviation of the logarithm of a face's size after a second."""

SIZE_MEASURED: Final = 0.12
"""Standard deviation of the logarithm of a detected size."""


@dataclass(slots=True)
class _Axis:
    """One coordinate: value, velocity and their covariance, in units of pixels and seconds."""

    value: float
    value_var: float
    speed_var: float
    speed: float = 0.0
    cov: float = 0.0

    def predict(self, dt: float, speed_std: float) -> None:
        fade = math.exp(-dt / FADE_S)
        lever = FADE_S * (1 - fade)
        q = speed_std**2
        grown = q * FADE_S**2 * (2 * dt / FADE_S - 3 + 4 * fade - fade**2)
        self.value += self.speed * lever
        self.speed *= fade
        self.value_var += 2 * lever * self.cov + lever**2 * self.speed_var + max(0.0, grown)
        self.cov = fade * (self.cov + lever * self.speed_var) + q * FADE_S * (1 - fade) ** 2
        self.speed_var = fade**2 * self.speed_var + q * (1 - fade**2)

    def update(self, measured: float, std: float) -> None:
        total = self.value_var + std**2
        gain, speed_gain = self.value_var / total, self.cov / total
        missed = measured - self.value
        self.value += gain * missed
        self.speed += speed_gain * missed
        self.speed_var -= speed_gain * self.cov
        self.cov *= 1 - gain
        self.value_var *= 1 - gain


@dataclass(slots=True)
class FaceFilter:
    """The filter of one face. Start it with ``FaceFilter.start`` from its first box."""

    _x: _Axis
    _y: _Axis
    _log_size: float
    _log_var: float = SIZE_MEASURED**2
    _speed_var: float = SPEED**2  # in face sizes a second, squared
    _since: float = 0.0  # seconds predicted since the last update
    _shape: float = 1.0  # square root of width over height, as last seen

    @classmethod
    def start(cls, box: NDArray[np.floating]) -> FaceFilter:
        """At rest where ``box`` (4,) x, y, width, height in pixels is."""
        x, y, size = _centre_and_size(box)
        variances = (MEASURED * size) ** 2, (SPEED * size) ** 2
        found = cls(_Axis(x, *variances), _Axis(y, *variances), math.log(size))
        found._shape = math.sqrt(box[2] / box[3])
        return found

    @property
    def centre(self) -> tuple[float, float]:
        """x, y in pixels."""
        return self._x.value, self._y.value

    @property
    def size(self) -> float:
        """Geometric mean of width and height in pixels."""
        return math.exp(self._log_size)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x, y, width, height in pixels."""
        width, height = self.size * self._shape, self.size / self._shape
        return self._x.value - width / 2, self._y.value - height / 2, width, height

    @property
    def speed(self) -> float:
        """In face sizes a second."""
        return math.hypot(self._x.speed, self._y.speed) / self.size

    @property
    def spread(self) -> float:
        """Standard deviation of the next measured centre about the prediction, in face sizes."""
        return math.sqrt((self._x.value_var + self._y.value_var) / 2 / self.size**2 + MEASURED**2)

    @property
    def size_spread(self) -> float:
        """Standard deviation of the logarithm of the next measured size."""
        return math.sqrt(self._log_var + SIZE_MEASURED**2)

    def miss(self, box: NDArray[np.floating]) -> float:
        """How far the middle of ``box`` is from the prediction, in standard deviations."""
        x, y, _ = _centre_and_size(box)
        gap = math.hypot(x - self._x.value, y - self._y.value)
        return gap / self.size / self.spread

    def jump(self, box: NDArray[np.floating]) -> None:
        """Take in that the face, at rest or not, is suddenly off to ``box``: the way it went tells
        its speed."""
        for axis, value in zip((self._x, self._y), _centre_and_size(box), strict=False):
            seconds = max(self._since, 1e-3)
            # The velocity fades and is measured anew: what it was counts for nothing.
            axis.speed = (value - axis.value) / seconds
            axis.value = value
            axis.value_var = (MEASURED * self.size) ** 2
            axis.speed_var = (SPEED * self.size) ** 2 + 2 * axis.value_var / seconds**2
            axis.cov = axis.value_var / seconds
        self._speed_var = SPEED**2
        self.update(box)

    def predict(self, dt: float) -> None:
        """Move on by ``dt`` seconds (above 0)."""
        speed = math.sqrt(min(max(self._speed_var, SEATED_SPEED**2), SPEED**2)) * self.size
        self._x.predict(dt, speed)
        self._y.predict(dt, speed)
        self._since += dt
        self._log_var += RESIZING**2 * dt

    def update(self, box: NDArray[np.floating]) -> None:
        """Take in where the face was found: ``box`` (4,) x, y, width, height in pixels."""
        x, y, size = _centre_and_size(box)
        std = MEASURED * self.size
        self._x.update(x, std)
        self._y.update(y, std)
        speed_var = (self._x.speed**2 + self._y.speed**2) / self.size**2
        share = 1 - math.exp(-self._since / RESTLESS_S)
        self._speed_var += share * (speed_var - self._speed_var)
        self._since = 0.0
        self._shape = math.sqrt(box[2] / box[3])
        gain = self._log_var / (self._log_var + SIZE_MEASURED**2)
        self._log_size += gain * (math.log(size) - self._log_size)
        self._log_var *= 1 - gain


def _centre_and_size(box: NDArray[np.floating]) -> tuple[float, float, float]:
    x, y, width, height = (float(v) for v in box)
    return x + width / 2, y + height / 2, math.sqrt(width * height)
