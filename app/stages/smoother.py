"""Steady expressions, and the one rule that says "can't tell"."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.types import Expressions, Faces, Quality

_FORGET_AFTER: Final = 30.0
"""Seconds after which an unseen student's readings are dropped; keeps memory flat."""

HOLD: Final = 1.5
"""Seconds for which a face that is not read again keeps what was read last: an expression that
lasts is seldom over sooner, and nobody takes an older one for what the face shows now."""


@dataclass(slots=True)
class _Memory:
    """Exponentially weighted sum of a student's readings."""

    total: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(LABELS)))
    weight: float = 0.0
    read_at: float = -math.inf
    known: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    """What was last said of a student.

    Attributes:
        at: seconds, when the picture was taken that it was read from.
        probabilities: (8,) float32.
        known: whether the expression could be told.
        quality: sharpness, yaw and exposure of the picture.
    """

    at: float
    probabilities: NDArray[np.float32]
    known: bool
    quality: tuple[np.float32, np.float32, np.float32]


class ExpressionSmoother:
    """A time-weighted mean of each student's readings, and the "can't tell" rule.

    A reading of age ``t`` weighs exp(-t / ``time_constant``), so labels are as steady at 5
    frames/s as at 30. The app can't tell where

    - the face is narrower than ``min_face_width``,
    - its crop is less sharp than ``min_sharpness``,
    - the head is turned aside by more than ``max_yaw``,
    - less of it is exposed well than ``min_exposure``, or
    - the smoothed probability of the best expression is under ``min_confidence``; a face that
      was known a moment ago stays so until ``hysteresis`` below that.

    Readings of faces for which one of the first four holds never enter the mean. What was not
    measured (NaN) never stands in the way.

    A face that is not read in a frame keeps what was said of it for ``HOLD`` seconds, the quality
    of that picture too, and tells its age; where it has meanwhile become too narrow, the app
    can't tell.

    Args:
        time_constant: seconds; 0 takes every reading as it is.
        min_face_width: pixels.
        min_sharpness: as ``stages.quality.sharpness`` measures it.
        min_confidence: 0..1.
        max_yaw: degrees.
        min_exposure: 0..1.
        hysteresis: 0..1.
    """

    def __init__(
        self,
        time_constant: float,
        min_face_width: float,
        min_sharpness: float,
        min_confidence: float,
        max_yaw: float = 60.0,
        min_exposure: float = 0.5,
        hysteresis: float = 0.05,
    ) -> None:
        self.time_constant = time_constant
        self.min_face_width = min_face_width
        self.min_sharpness = min_sharpness
        self.min_confidence = min_confidence
        self.max_yaw = max_yaw
        self.min_exposure = min_exposure
        self.hysteresis = hysteresis
        self._students: dict[int, _Memory] = {}
        self._held: dict[int, _Held] = {}

    def smooth(self, faces: Faces, expressions: Expressions, timestamp: float) -> Expressions:
        """See ``Smoother``; rows that are not legible keep their raw values, rows that were never
        read NaN."""
        legible = self._legible(faces, expressions)
        probabilities = expressions.probabilities.copy()
        known = np.zeros(len(faces), bool)
        for row in np.flatnonzero(legible):
            memory = self._students.setdefault(int(faces.ids[row]), _Memory())
            mean = self._remember(memory, expressions.probabilities[row], timestamp)
            probabilities[row] = mean
            bar = self.min_confidence - (self.hysteresis if memory.known else 0.0)
            memory.known = bool(mean.max() >= bar)
            known[row] = memory.known
        self._forget(timestamp)
        told = Expressions(probabilities, known, expressions.quality, expressions.age)
        return self._hold(faces, told, timestamp)

    def reset(self) -> None:
        """Forget everyone."""
        self._students.clear()
        self._held.clear()

    def _hold(self, faces: Faces, told: Expressions, timestamp: float) -> Expressions:
        """The same, where a face was not read with what was last said of it; keeps what is new."""
        fresh, quality = told.fresh, told.quality
        measured = np.stack([quality.sharpness, quality.yaw, quality.exposure])
        for row in np.flatnonzero(fresh):
            self._held[int(faces.ids[row])] = _Held(
                timestamp, told.probabilities[row], bool(told.known[row]), tuple(measured[:, row])
            )
        probabilities, known, age = told.probabilities.copy(), told.known.copy(), told.age.copy()
        for row in np.flatnonzero(~fresh):
            held = self._held.get(int(faces.ids[row]))
            if held is None or timestamp - held.at > HOLD:
                continue
            probabilities[row], age[row] = held.probabilities, timestamp - held.at
            known[row] = held.known and faces.boxes[row, 2] >= self.min_face_width
            measured[:, row] = held.quality
        return Expressions(probabilities, known, Quality(*measured), age)

    def _legible(self, faces: Faces, expressions: Expressions) -> NDArray[np.bool_]:
        """(n,) faces that were read from a picture good enough for the reading to count."""
        quality = expressions.quality
        # Comparisons with NaN are False: what was not measured is not held against a face.
        poor = faces.boxes[:, 2] < self.min_face_width
        poor |= quality.sharpness < self.min_sharpness
        poor |= np.abs(quality.yaw) > self.max_yaw
        poor |= quality.exposure < self.min_exposure
        return np.asarray(expressions.known & ~poor)

    def _remember(
        self, memory: _Memory, reading: NDArray[np.float32], timestamp: float
    ) -> NDArray[np.float64]:
        """Add a reading; the weighted mean, which sums to 1."""
        age = timestamp - memory.read_at
        keep = math.exp(-age / self.time_constant) if self.time_constant > 0 else 0.0
        memory.total = memory.total * keep + reading
        memory.weight = memory.weight * keep + float(reading.sum())
        memory.read_at = timestamp
        return memory.total / memory.weight

    def _forget(self, timestamp: float) -> None:
        gone = [k for k, m in self._students.items() if timestamp - m.read_at > _FORGET_AFTER]
        for student in gone:
            del self._students[student]
        self._held = {k: held for k, held in self._held.items() if timestamp - held.at <= HOLD}
