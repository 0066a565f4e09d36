"""What was measured over the last moments: frames a second, seconds a frame."""

from __future__ import annotations

import math
import statistics
from collections import deque


class Rate:
    """Events a second over the last ``window`` seconds of whatever clock the caller reads."""

    def __init__(self, window: float = 2.0) -> None:
        self._window = window
        self._times: deque[float] = deque()

    def tick(self, now: float) -> None:
        """It happened."""
        self._times.append(now)
        self._forget(now)

    def at(self, now: float) -> float:
        """Times a second."""
        self._forget(now)
        if len(self._times) < 2:
            return 0.0
        # Up to now where nothing came for longer than usual, so that a stall shows at once.
        between = (self._times[-1] - self._times[0]) / (len(self._times) - 1)
        since = max(0.0, now - self._times[-1] - between)
        span = self._times[-1] - self._times[0] + since
        return (len(self._times) - 1) / span if span > 0 else 0.0

    def _forget(self, now: float) -> None:
        while self._times and self._times[0] < now - self._window:
            self._times.popleft()


class RecentMedian:
    """The median of what came in the last ``window`` seconds of whatever clock the caller reads."""

    def __init__(self, window: float = 2.0) -> None:
        self._window = window
        self._values: deque[tuple[float, float]] = deque()

    def add(self, now: float, value: float) -> None:
        """It is ``value``."""
        self._values.append((now, value))
        self._forget(now)

    def at(self, now: float) -> float:
        """The median; NaN where nothing came."""
        self._forget(now)
        return statistics.median(v for _, v in self._values) if self._values else math.nan

    def _forget(self, now: float) -> None:
        while self._values and self._values[0][0] < now - self._window:
            self._values.popleft()
