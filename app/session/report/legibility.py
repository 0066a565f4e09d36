"""Why the app could not tell: which of its own bars each unread face failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.types import FrameResult

REASONS: Final = ("small", "turned", "dark", "blurred", "unsure")
"""In the order in which they are looked at: a face counts for the first that holds."""
_BARS: Final = ("min_face_width", "max_yaw", "min_exposure", "min_sharpness")
_PER_PIXEL: Final = 10
_WIDEST: Final = 2000  # pixels; wider faces count as this


@dataclass(frozen=True, slots=True, eq=False)
class Legibility:
    """How well the faces could be seen.

    Attributes:
        widths: lower quartile, median, upper quartile of the faces' widths in pixels; NaN where
            nobody was seen.
        reasons: (5,) seconds of faces, summed, for each of ``REASONS``.
        known: the session says at which bars a face was taken for unreadable; else all is
            "unsure".
    """

    widths: tuple[float, float, float]
    reasons: NDArray[np.float64]
    known: bool


class LegibilityTally:
    """Adds up the frames of a session.

    Args:
        settings: of the session, whose ``smoother`` has the bars.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        bars = settings.get("smoother")
        self._known = isinstance(bars, Mapping) and all(
            isinstance(bars.get(name), int | float) for name in _BARS
        )
        # What is compared with NaN never holds.
        self._bars = [float(bars[name]) if self._known and bars else np.nan for name in _BARS]
        self._reasons = np.zeros(len(REASONS))
        self._widths = np.zeros(_PER_PIXEL * _WIDEST + 1)

    def add(self, result: FrameResult, seconds: float) -> None:
        """Count a frame that stands for so many seconds."""
        if not len(result.faces):
            return
        widths, quality = result.faces.boxes[:, 2], result.expressions.quality
        places = np.minimum(widths * _PER_PIXEL, len(self._widths) - 1).astype(np.int64)
        np.add.at(self._widths, places, seconds)
        unread = result.expressions.labels < 0
        if not unread.any():
            return
        width, yaw, exposure, sharpness = self._bars
        fails = np.array(
            (
                widths < width,
                np.abs(quality.yaw) > yaw,
                quality.exposure < exposure,
                quality.sharpness < sharpness,
                np.ones(len(widths), bool),
            )
        )
        first = fails[:, unread].argmax(axis=0)
        self._reasons += np.bincount(first, minlength=len(REASONS)) * seconds

    def found(self) -> Legibility:
        """What was added up so far."""
        upto = np.cumsum(self._widths)
        if not upto[-1] > 0:
            quartiles = (float("nan"),) * 3
        else:
            low, middle, high = np.searchsorted(upto, upto[-1] * np.array((0.25, 0.5, 0.75)))
            quartiles = (low / _PER_PIXEL, middle / _PER_PIXEL, high / _PER_PIXEL)
        return Legibility(quartiles, self._reasons.copy(), self._known)
