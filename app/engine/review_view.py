"""What Review says of numbers: which change counts, and what a kappa means in words."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.engine.review_timeline import CANT_TELL, NOT_IN_VIEW

AT_REST: Final = -3
"""Label index of a face that looks as it does at rest."""
LEAST_RISE: Final = 0.15
"""Rise of a probability over rest below which a face counts as at rest."""

_SCALE: Final = (
    (0.0, "poor"),
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.0, "almost perfect"),
)


def strongest_rise(
    change: NDArray[np.floating], labels: NDArray[np.integer], least: float = LEAST_RISE
) -> NDArray[np.int8]:
    """The expression that is most above rest, in the place of the one read most often.

    Args:
        change: (n, k, 8) against rest; NaN where unknown.
        labels: (n, k) as ``StudentTimeline.labels``.
        least: smallest rise that counts.

    Returns:
        (n, k) index into ``LABELS``, ``AT_REST`` where none rose enough, ``CANT_TELL`` where
        the change is unknown; those out of view stay.
    """
    known = np.isfinite(change).all(axis=2)
    filled = np.where(known[..., None], change, -np.inf)
    rose = np.where(filled.max(axis=2) >= least, filled.argmax(axis=2), AT_REST)
    said = np.where(known, rose, CANT_TELL)
    return np.where(labels == NOT_IN_VIEW, NOT_IN_VIEW, said).astype(np.int8)


def kappa_word(kappa: float) -> str:
    """How strong an agreement of this Cohen's kappa is called; "" for NaN.

    After Landis & Koch (1977), "The measurement of observer agreement for categorical data".
    """
    if not math.isfinite(kappa):
        return ""
    return next((name for top, name in _SCALE if kappa <= top), _SCALE[-1][1])
