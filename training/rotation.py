"""The rotation test of the STN-CNN paper (its section 5.3): accuracy by the angle of the face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from training import measure
from training.augment_paper import turned

ANGLES: Final = (-45, -30, -15, 0, 15, 30, 45)
"""Degrees, counter-clockwise. The paper turns each face of JAFFE both ways and names no angle."""

Images = NDArray[np.uint8]


def rotation_test(
    predict: measure.Predict,
    images: Images,
    labels: NDArray[np.int64],
    angles: Sequence[int] = ANGLES,
    prepare: Callable[[Images], Images] | None = None,
) -> dict[int, NDArray[np.bool_]]:
    """Turn every face by every angle, and have it read.

    Args:
        predict: see ``measure.Predict``; seven or eight columns.
        images: (n, s, s) uint8 faces, upright.
        labels: (n,) columns of ``LABELS``; contempt is never the answer of a system of seven.
        angles: degrees; borders are reflected.
        prepare: turned (n, s, s) faces to those that ``predict`` gets, for a system that levels
            the eyes first; None for the faces as they are.

    Returns:
        By angle, (n,) whether a face was read right.
    """
    right = {}
    for angle in angles:
        faces = np.stack([turned(image, angle) for image in images]) if angle else images
        seen = faces if prepare is None else prepare(faces)
        shares = measure.probabilities_of(predict, seen, len(LABELS))
        right[angle] = shares.argmax(axis=1) == labels
    return right
