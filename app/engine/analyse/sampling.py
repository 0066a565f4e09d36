"""Which frames of a recording are analysed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final, Self

from app.stages.protocols import Picture

USUAL_FPS: Final = 5.0
"""Frames a second that are read where nobody asks for others."""
MOST_FPS: Final = 15.0
"""Frames a second in which faces are followed at most, where there are more."""
_ROUNDING: Final = 0.0006
"""Seconds; Matroska and many phones round timestamps to milliseconds."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which frames of a source are analysed.

    Attributes:
        every: the first frame of the span and every n-th after it; None: all.
        fps: at most this many a second: of each slot of 1/fps s the first frame. Not with
            ``every``.
        start, end: the span in seconds, ``start <= timestamp < end``; None: from the
            beginning, to the end.
        adaptive: with ``fps``: where much moves (``app.engine.analyse.unrest``), faces are followed
            in the frames between as well, up to ``MOST_FPS`` a second, so that nobody is mistaken
            for a neighbour. These are neither read nor stored: what the tables say is evenly
            spaced, and busy moments count no more than others.

    Raises:
        ValueError: a value is out of range, in words for the user.
    """

    every: int | None = None
    fps: float | None = None
    start: float | None = None
    end: float | None = None
    adaptive: bool = False

    def __post_init__(self) -> None:
        if self.every is not None and self.fps is not None:
            raise ValueError("give either every N or a number of frames a second, not both")
        if self.adaptive and self.fps is None:
            raise ValueError("adaptive: give frames a second, too")
        if self.every is not None and self.every < 1:
            raise ValueError(f"every {self.every}: give a whole number of 1 or more")
        if self.fps is not None and not (math.isfinite(self.fps) and self.fps > 0):
            raise ValueError(f"frames a second {self.fps:g}: give a number above 0")
        if self.start is not None and not (math.isfinite(self.start) and self.start >= 0):
            raise ValueError(f"start {self.start:g}: give seconds, 0 or more")
        if self.end is not None and not self.end > (self.start or 0.0):
            raise ValueError(f"end {self.end:g}: give seconds after the start")

    @classmethod
    def asked(
        cls,
        every: int | None = None,
        fps: float | None = None,
        start: float | None = None,
        end: float | None = None,
    ) -> Self:
        """What a user asks for; the usual where it is neither of ``every`` and ``fps``."""
        if every is None and fps is None:
            return cls(None, USUAL_FPS, start, end, adaptive=True)
        return cls(every, fps, start, end)

    def stride(self, source_fps: float) -> int:
        """Frames of the source from one that is read to the next, about; 1 or more."""
        if self.every is not None:
            return self.every
        return 1 if self.fps is None else max(1, round(source_fps / self.fps))


class Take(Enum):
    """What is done with a frame: it is read, may be followed if needed, or is passed over."""

    READ = "read"
    MAY_FOLLOW = "may follow"
    PASS = "pass"


class Chooser:
    """Decides frame by frame; each frame of the span is asked about once, in order.

    Args:
        sampling: the rule.
        zero: number and timestamp of the span's first frame, where it was seen earlier; None: it is
            the first that is asked about.
    """

    def __init__(self, sampling: Sampling, zero: tuple[int, float] | None = None) -> None:
        self._sampling = sampling
        self._zero = zero
        self._read, self._follow = -1, -1  # the newest slots

    def take(self, frame: Picture) -> Take:
        """What to do with the next frame."""
        if self._zero is None:
            self._zero = frame.index, frame.timestamp
        first, start = self._zero
        sampling, seconds = self._sampling, frame.timestamp - start + _ROUNDING
        if sampling.every is not None:
            return Take.PASS if (frame.index - first) % sampling.every else Take.READ
        if sampling.fps is None:
            return Take.READ
        slot, fine = math.floor(seconds * sampling.fps), math.floor(seconds * MOST_FPS)
        read, follow = slot > self._read, sampling.adaptive and fine > self._follow
        self._read, self._follow = max(slot, self._read), max(fine, self._follow)
        return Take.READ if read else Take.MAY_FOLLOW if follow else Take.PASS
