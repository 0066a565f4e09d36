"""How fast a long job goes and when it will be done."""

from __future__ import annotations

import math
from typing import Final

SMOOTH: Final = 15.0
"""Seconds; a change of speed shows by two thirds after this long."""
_SHORTEST: Final = 1.0
"""Seconds before which nothing is promised."""
_ENOUGH: Final = 5.0
"""Seconds after which something is, however little is done."""
_ENOUGH_SHARE: Final = 0.02
_STEP: Final = 0.25
"""Seconds; shorter steps are joined, since single frames differ a lot."""


class Estimate:
    """An exponentially weighted rate of progress, without the bias of its first moments.

    The weights' sum is divided out as in Adam (Kingma & Ba 2015, section 3), so the first
    figures are plain averages. Times are seconds of any steady clock; the first frame's own time
    is unknown, so the clock starts with it.
    """

    def __init__(self) -> None:
        self._begin: float | None = None
        self._last = (0.0, 0.0, 0.0)
        self._share = 0.0
        self._rates = (0.0, 0.0)
        self._weight = 0.0
        self._skipped = 0.0
        self._active = 0.0

    @property
    def active(self) -> float:
        """Seconds of work so far."""
        return self._active

    def update(self, share: float, media: float, now: float) -> None:
        """``share`` (0..1) of the whole is done, ``media`` seconds of the recording with it."""
        now -= self._skipped
        self._share = share
        if self._begin is None:
            self._begin = now
            self._last = (now, share, media)
            return
        self._active = now - self._begin
        then, old_share, old_media = self._last
        step = now - then
        if step < _STEP:
            return
        keep = math.exp(-step / SMOOTH)
        new = ((share - old_share) / step, (media - old_media) / step)
        self._rates = (
            keep * self._rates[0] + (1 - keep) * new[0],
            keep * self._rates[1] + (1 - keep) * new[1],
        )
        self._weight = keep * self._weight + (1 - keep)
        self._last = (now, share, media)

    def skip(self, seconds: float) -> None:
        """Nothing was done for so long: a pause."""
        self._skipped += seconds

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the end; None while too little is done to say."""
        known = self._active >= _ENOUGH or self._share >= _ENOUGH_SHARE
        if self._active < _SHORTEST or not known or self._rates[0] <= 0:
            return None
        return max(0.0, (1.0 - self._share) * self._weight / self._rates[0])

    @property
    def speed(self) -> float | None:
        """Seconds of the recording a second; None while too little is done to say."""
        if self._active < _SHORTEST or self._rates[1] <= 0:
            return None
        return self._rates[1] / self._weight
