"""How often each face is really read."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from app.core.types import FrameResult
from app.engine.live.rate import Rate

WINDOW: Final = 4.0
"""Seconds over which readings are counted: some faces are read once in two seconds only."""
SETTLED: Final = 1.0
"""Seconds after which a face's rate says something."""


class Refresh:
    """Readings a second of each student, over the last ``WINDOW`` of the source's time.

    A frame counts for a student whose face was found in it and really read, whether or not the
    expression could be told; a reading that is held is no new one.
    """

    def __init__(self) -> None:
        self._rates: dict[int, Rate] = {}
        self._since: dict[int, float] = {}
        self._seen: dict[int, float] = {}

    def update(self, result: FrameResult) -> None:
        """Take in the newest result."""
        for track_id in result.faces.ids[result.expressions.fresh].tolist():
            self._rates.setdefault(track_id, Rate(WINDOW)).tick(result.timestamp)
        now = result.timestamp
        for track_id in result.faces.ids.tolist():
            # Who was away for longer than readings are counted begins anew.
            if now - self._seen.get(track_id, -math.inf) > WINDOW:
                self._since[track_id] = now
            self._seen[track_id] = now

    def at(self, track_id: int, now: float) -> float:
        """Readings a second; 0 for whoever was read once or never."""
        rate = self._rates.get(track_id)
        return 0.0 if rate is None else rate.at(now)

    def spread(self, newest: FrameResult) -> tuple[float, float]:
        """Readings a second of the faces in ``newest``: the median, and of the one read least.

        NaN where there is none. A face counts from ``SETTLED`` seconds after it came into view,
        with 0 where it was not read by then.
        """
        now = newest.timestamp
        rates = [
            self.at(track_id, now)
            for track_id in newest.faces.ids.tolist()
            if now - self._since.get(track_id, now) >= SETTLED
        ]
        return (float(np.median(rates)), min(rates)) if rates else (math.nan, math.nan)
