"""How often something happens: frames a second, measured over the last moments."""

from __future__ import annotations

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
