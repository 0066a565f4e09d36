"""Which faces are read now: those that have waited longest, sooner where more is to be learnt.

Every face has a weight: how often it is read against the others. It is the usual one; more where
the next reading may well say something new: an expression that changes, one that the app can only
just tell or just not, a head that moves; less, where there is not time for all, if the last picture
was too poor to tell anything. By its weight a face is owed readings as time goes by. After each
frame that is followed, as many faces are read as all are owed readings together, those that are
owed most (deficit round robin, Shreedhar and Varghese, 1995): so shares are exact in the long run.

No face starves. Whoever has waited for ``LIMIT`` rounds comes before all others, longest first; a
round is as many frames as it takes to read every face once. A face that is in view in every frame,
of at most n, with at least k read after each, is therefore read anew within
``(LIMIT + 1) * ceil(n / k) + 1`` frames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.types import Faces, FrameResult

USUAL: Final = 1.0
EAGER: Final = 1.4
POOR: Final = 0.6
"""Weights. ``POOR`` holds where the others are read ``SHORT`` times a second or less: who turns
back to the camera is read within half a second or so even then."""
SHORT: Final = 3.0

MOST: Final = 2.0
"""Readings that a face is owed at most, as after it was out of view; more would be no use."""

LIMIT: Final = 4
"""Rounds after which a face comes before all others."""

CLOSE: Final = 0.15
"""The best two expressions differ by less, or the best one from what it takes to be told: the next
reading may decide otherwise."""
CHANGED: Final = 0.08
"""Half of the sum of all differences between two readings, smoothed: an expression that begins or
fades; it is 0.02 and less where nothing happens."""
MOVED: Final = 0.3
"""Of its width, that a face moved or grew since it was read."""

FORGET: Final = 30.0
"""Seconds after which a student out of view is forgotten."""


@dataclass(slots=True)
class _Face:
    """What is known of a face since it was read last.

    Attributes:
        owed: readings, up to ``MOST``.
        waits: frames with it that were followed since.
        seen: seconds, of the newest frame with it.
        box: (4,) in that picture.
        probabilities: (8,) what was said then; NaN where it could not be read.
        restless: what was said then makes it worth reading soon.
        poor: the picture was.
    """

    owed: float
    waits: int
    seen: float
    box: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    restless: bool = False
    poor: bool = False


class Turns:
    """Says whose turn it is. ``choose`` and ``took`` for each frame that is followed, in order.

    Everything depends on the calls alone; the order of a frame's rows does not matter.

    Args:
        bar: probability from which on an expression is told.
        aim: times a second that a face of the usual weight is read where there is time for all.
    """

    def __init__(self, bar: float = 0.5, aim: float = 5.0) -> None:
        self._bar, self._aim = bar, aim
        self._poor = USUAL
        self._faces: dict[int, _Face] = {}
        self._credit = 0.0
        self._last: float | None = None

    def weights(self, faces: Faces) -> NDArray[np.float64]:
        """(n,) how often each face is read against the usual."""
        return np.array(
            [self._weight(*one) for one in zip(faces.ids.tolist(), faces.boxes, strict=True)],
            np.float64,
        )

    def due(self, faces: Faces, timestamp: float, reads: float) -> int:
        """How many faces of the frame at ``timestamp`` are due, 0..n; to be asked once a frame.

        Args:
            faces: of that frame.
            timestamp: seconds.
            reads: times a second that a face of the usual weight is read.
        """
        # Step by step, as the schedule must not jump to and fro between two of its own.
        spare = (reads - SHORT) / (self._aim - SHORT) if self._aim > SHORT else 1.0
        self._poor = POOR + (USUAL - POOR) * min(max(spare, 0.0), 1.0)
        since = 0.0 if self._last is None else max(0.0, timestamp - self._last)
        self._last = timestamp
        weights, new = self.weights(faces), 0
        for track_id, weight in zip(faces.ids.tolist(), weights.tolist(), strict=True):
            face = self._faces.get(track_id)
            if face is None:
                new += 1
            else:
                owed = face.owed + reads * weight * max(0.0, timestamp - face.seen)
                face.owed, face.seen = min(MOST, owed), max(face.seen, timestamp)
        wanted = self._credit + reads * since * float(weights.sum()) + new
        number = min(len(faces), math.floor(wanted + 1e-6))
        # What could not be used up is no debt: nobody is read twice in one frame.
        self._credit = max(0.0, min(wanted - number, 1.0))
        return number

    def choose(self, faces: Faces, number: int) -> NDArray[np.int64]:
        """Rows of ``faces`` that are read, ``number`` at most; rising.

        Never read ones first, then those who waited ``LIMIT`` rounds, then those owed most.
        """
        number = min(number, len(faces))
        if number <= 0:
            return np.zeros(0, np.int64)
        rounds = math.ceil(len(faces) / number)
        order = []
        for row, track_id in enumerate(faces.ids.tolist()):
            face = self._faces.get(track_id)
            if face is None:
                order.append((0, 0.0, track_id, row))
            elif face.waits >= LIMIT * rounds:
                order.append((1, -float(face.waits), track_id, row))
            else:
                order.append((2, -round(face.owed, 6), track_id, row))
        chosen = sorted(order)[:number]
        return np.array(sorted(row for *_, row in chosen), np.int64)

    def took(self, result: FrameResult) -> None:
        """A frame's faces were read, or held."""
        fresh, now = result.expressions.fresh, result.timestamp
        for row, track_id in enumerate(result.faces.ids.tolist()):
            face = self._faces.get(track_id)
            if fresh[row]:
                self._faces[track_id] = self._read(face, result, row)
            elif face is not None:
                face.waits, face.seen = face.waits + 1, now
        gone = [one for one, face in self._faces.items() if now - face.seen > FORGET]
        for track_id in gone:
            del self._faces[track_id]

    def _read(self, before: _Face | None, result: FrameResult, row: int) -> _Face:
        told, now = result.expressions, result.timestamp
        said = told.probabilities[row]
        second, best = np.partition(said, -2)[-2:]
        close = best - second < CLOSE or abs(best - self._bar) < CLOSE / 2
        changed = before is not None and np.abs(said - before.probabilities).sum() / 2 > CHANGED
        # Told apart from a good picture of an expression that is hard to tell.
        poor = not told.known[row] and best >= self._bar
        box = result.faces.boxes[row]
        owed = 0.0 if before is None else max(-1.0, before.owed - 1.0)
        return _Face(owed, 0, now, box, said, bool(close or changed), bool(poor))

    def _weight(self, track_id: int, box: NDArray[np.float32]) -> float:
        face = self._faces.get(track_id)
        if face is None:
            return EAGER
        if face.poor:
            return self._poor
        return EAGER if face.restless or _moved(face.box, box) else USUAL


def _moved(before: NDArray[np.float32], now: NDArray[np.float32]) -> bool:
    x, y, width, height = (float(one) for one in now - before)
    across = math.hypot(x + width / 2, y + height / 2)
    size = float(before[2])
    return max(across, abs(width)) > MOVED * size
