"""Which part of a session a time axis shows, and where on it a moment lies. Knows no screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

NARROWEST: Final = 2.0
"""Seconds that an axis shows at least."""
STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
"""Seconds between two ticks: whole steps of a clock."""


def clock_step(span: float, pixels: float, apart: float = 70.0) -> int:
    """The least of ``STEPS`` whose ticks are ``apart`` pixels or more on ``span`` seconds."""
    fitting = [step for step in STEPS if pixels * step / max(span, 1e-9) >= apart]
    return fitting[0] if fitting else STEPS[-1]


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The part ``low`` to ``high`` of a session from ``start`` to ``end``, all in seconds."""

    start: float
    end: float
    low: float
    high: float

    @classmethod
    def whole(cls, start: float, end: float) -> TimeWindow:
        """All of a session; one that is shorter than an axis gets empty time at its end."""
        end = max(end, start + NARROWEST)
        return cls(start, end, start, end)

    @property
    def span(self) -> float:
        """Seconds shown."""
        return self.high - self.low

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.low <= self.start and self.high >= self.end

    def zoomed(self, at: float, factor: float) -> TimeWindow:
        """``factor`` times closer (below 1: farther), ``at`` (seconds) staying where it is."""
        span = min(max(self.span / factor, NARROWEST), self.end - self.start)
        low = at - (at - self.low) * span / self.span
        return self._at(low, span)

    def moved(self, seconds: float) -> TimeWindow:
        """Later by so many seconds, earlier where negative, as far as the session reaches."""
        return self._at(self.low + seconds, self.span)

    def showing(self, at: float) -> TimeWindow:
        """Turned like a page where ``at`` lies outside, so that it is at the left; else as is."""
        if self.low <= at <= self.high:
            return self
        return self._at(at - self.span * 0.05, self.span)

    def fraction(self, seconds: float) -> float:
        """Where a moment lies: 0 at the left end of the axis, 1 at the right one."""
        return (seconds - self.low) / self.span

    def seconds(self, fraction: float) -> float:
        """The moment at this place of the axis, within the session."""
        return min(max(self.low + fraction * self.span, self.start), self.end)

    def ticks(self, pixels: float, apart: float = 70.0) -> list[float]:
        """Moments to write on an axis ``pixels`` long, at least ``apart`` pixels between them."""
        step = clock_step(self.span, pixels, apart)
        first = int(-(-self.low // step))
        return [float(place * step) for place in range(first, int(self.high // step) + 1)]

    def _at(self, low: float, span: float) -> TimeWindow:
        low = min(max(low, self.start), self.end - span)
        return replace(self, low=low, high=low + span)
