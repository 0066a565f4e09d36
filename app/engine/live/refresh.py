"""How often each face is really read."""

from __future__ import annotations

import numpy as np

from app.core.types import FrameResult
from app.engine.live.rate import Rate


class Refresh:
    """Readings a second of each student, over the last 2 s of the source's time.

    A frame counts for a student whose face was found in it and read, whether or not the
    expression could be told.
    """

    def __init__(self) -> None:
        self._rates: dict[int, Rate] = {}

    def update(self, result: FrameResult) -> None:
        """Take in the newest result."""
        read = np.isfinite(result.expressions.probabilities).all(axis=1)
        for track_id in result.faces.ids[read].tolist():
            self._rates.setdefault(track_id, Rate()).tick(result.timestamp)

    def at(self, track_id: int, now: float) -> float:
        """Readings a second; 0 for whoever was read once or never."""
        rate = self._rates.get(track_id)
        return 0.0 if rate is None else rate.at(now)
