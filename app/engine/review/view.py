"""What Review says of numbers: which change counts, and what a kappa means in words."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import UNKNOWN
from app.engine.review.timeline import NOT_IN_VIEW
from app.session.kappa import Estimate

AT_REST: Final = -3
"""Label index of a face that looks as it does at rest."""
LEAST_RISE: Final = 0.15
"""Rise of a probability over rest below which a face counts as at rest."""

WIDEST: Final = 0.4
"""Width of kappa's 95% interval beyond which its strength has no word: a word stands for 0.2, so a
wider interval touches three words of the scale or more: from "fair" to "substantial", say."""
FINE: Final = 0.2
"""Width from which on more labels hardly help: it is that of a single word."""
FIRST_LABELS: Final = 20
"""Labels to begin with, while nothing is known."""

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
        (n, k) index into ``LABELS``, ``AT_REST`` where none rose enough, ``UNKNOWN`` where
        the change is unknown; those out of view stay.
    """
    known = np.isfinite(change).all(axis=2)
    filled = np.where(known[..., None], change, -np.inf)
    rose = np.where(filled.max(axis=2) >= least, filled.argmax(axis=2), AT_REST)
    said = np.where(known, rose, UNKNOWN)
    return np.where(labels == NOT_IN_VIEW, NOT_IN_VIEW, said).astype(np.int8)


def kappa_word(kappa: float) -> str:
    """How strong an agreement of this Cohen's kappa is called; "" for NaN.

    After Landis & Koch (1977), "The measurement of observer agreement for categorical data".
    """
    if not math.isfinite(kappa):
        return ""
    return next((name for top, name in _SCALE if kappa <= top), _SCALE[-1][1])


def strength(kappa: Estimate) -> str:
    """How strong an agreement surely is, as ``kappa_word``; "" where too little is known to say.

    The word is that of the lower end of the interval: what a few labels that happen to agree do
    not rule out is not promised. See ``WIDEST`` for when there is none.
    """
    return kappa_word(kappa.low) if _width(kappa) <= WIDEST else ""


def labels_wanted(kappa: Estimate, labelled: int) -> int:
    """About how many more labels would help, a multiple of 10; 0 where they hardly would.

    So many bring the interval down to ``WIDEST``, or where it is narrower already to ``FINE``, as
    its width goes with the square root of the number of labels.

    Args:
        kappa: with its interval.
        labelled: labels that it comes from.
    """
    width = _width(kappa)
    if not math.isfinite(width):
        return FIRST_LABELS
    if width <= FINE:
        return 0
    wanted = WIDEST if width > WIDEST else FINE
    return 10 * math.ceil(labelled * ((width / wanted) ** 2 - 1.0) / 10)


def _width(kappa: Estimate) -> float:
    """Of the interval; infinite where there is none."""
    width = kappa.high - kappa.low
    return width if math.isfinite(width) else math.inf
