"""Whether a recording is read as fast as it plays."""

from __future__ import annotations

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
