"""A recording's pace: when its frames are due, and whether it is read as fast as it plays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SETTLE: Final = 3.0
"""Seconds for which it must be behind: the first pictures of a run are always slow."""
BEHIND: Final = 0.9
"""Share of the recording's own speed below which it plays visibly slower."""


class PaceWatch:
    """Says that pictures come too slowly once that has lasted ``SETTLE`` seconds."""

    def __init__(self) -> None:
        self._since: float | None = None

    def behind(self, fps: float, wanted: float, now: float) -> bool:
        """Whether it is slow at ``now`` (seconds of any clock).

        Args:
            fps: pictures read a second.
            wanted: pictures a second of the recording; 0 where there is no pace to keep, which
                begins anew.
            now: seconds, never less than before.
        """
        if fps >= BEHIND * wanted:
            self._since = None
            return False
        self._since = now if self._since is None else self._since
        return now - self._since >= SETTLE


LATE: Final = 0.1
"""Seconds behind time after which a recording's clock is set anew, so that it never hurries."""


class Pace:
    """Says how long a recording's frame must wait for its time.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._zero: float | None = None

    def early(self, timestamp: float) -> float:
        """Seconds until ``timestamp`` is due; 0 or less: it is."""
        now = self._clock()
        if self._zero is None or now - self._zero - timestamp > LATE:
            self._zero = now - timestamp
        return self._zero + timestamp - now
