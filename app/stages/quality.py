"""How good a picture of each face is: measured once, where the face is cut out.

The size of a face is in its box; the rest is here.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.types import Faces, Quality
from app.stages.crops import head_rolls

_NOSE_TO_EYES: Final = 0.9
_NOSE_TO_EARS: Final = 1.25
"""How far the nose tip lies before the line of the eyes, of the ears, in half their distance.

Fitted to the heads of the demo clip, whose turn is known, as our detector sees them: 3.8 degrees
off on average within ±45 (798 faces), less than the truth by 2 to 4 degrees beyond 10.
"""
_BLACK: Final = 10
_BURNT: Final = 245
"""Grey values at or beyond which a pixel holds no detail."""
_INNER: Final = (0.25, 0.31)
"""Half axes of the inner face, brows to chin without hair and room, in sides of the crop."""


def measure_quality(crops: NDArray[np.float32], faces: Faces) -> Quality:
    """Quality of each face's picture.

    Args:
        crops: (n, 1, s, s) float32, grey 0..255, upright.
        faces: the n faces that they show.
    """
    return Quality(sharpness(crops), head_yaws(faces), exposure(crops))


def sharpness(crops: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much fine detail each crop has: spread of its Laplacian over its contrast.

    Measured at half the crop's side, so that it tells motion blur and poor focus rather than
    how far a face was enlarged (after Pech-Pacheco et al., 2000, made free of contrast).

    Args:
        crops: (n, 1, s, s) float32, grey 0..255.

    Returns:
        (n,) float32, 0 (flat) upwards; a sharp face has about 1.
    """
    count, half = len(crops), crops.shape[-1] // 2
    fours = crops[:, 0, : 2 * half, : 2 * half].reshape(count, half, 2, half, 2)
    small = (fours[:, :, 0] + fours[:, :, 1]).sum(axis=3) / 4
    inner = small[:, 1:-1, 1:-1]
    detail = small[:, :-2, 1:-1] + small[:, 2:, 1:-1] + small[:, 1:-1, :-2] + small[:, 1:-1, 2:]
    detail -= 4 * inner
    return np.asarray(detail.std(axis=(1, 2)) / (small.std(axis=(1, 2)) + 4.0), np.float32)


def head_yaws(faces: Faces) -> NDArray[np.float32]:
    """(n,) float32 degrees by which each head is turned, to the image's right above 0.

    A head that turns carries its nose away from the middle of the eyes and, farther, of the ears:
    seen from afar, by ``depth * sin(yaw)``, while their distance shrinks with ``cos(yaw)``. The
    mean of what eyes and ears say; the eyes alone where the detector gives no ears; NaN where it
    gives no eyes or nose. Within ±90.
    """
    points = faces.keypoints.astype(np.float64)
    rolls = head_rolls(faces)[:, None]
    across = points[..., 0] * np.cos(rolls) + points[..., 1] * np.sin(rolls)
    nose = across[:, 2]
    by_eyes = _turn(nose, across[:, 0], across[:, 1], _NOSE_TO_EYES)
    by_ears = _turn(nose, across[:, 4], across[:, 5], _NOSE_TO_EARS)
    yaws = np.where(np.isnan(by_ears), by_eyes, (by_eyes + by_ears) / 2)
    return np.clip(yaws, -90.0, 90.0).astype(np.float32)


def _turn(
    nose: NDArray[np.float64], right: NDArray[np.float64], left: NDArray[np.float64], depth: float
) -> NDArray[np.float64]:
    """(n,) degrees of turn by places across the picture; of a profile, the pair may be swapped."""
    return np.degrees(np.arctan2((nose - (right + left) / 2) / depth, (left - right) / 2))


def exposure(crops: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of each inner face that is neither black nor burnt out: dark skin in good light has 1.

    Args:
        crops: (n, 1, s, s) float32, grey 0..255.

    Returns:
        (n,) float32, 0..1.
    """
    inner = crops[:, 0][:, _inner_face(crops.shape[-1])]
    return np.asarray(((inner > _BLACK) & (inner < _BURNT)).mean(axis=1), np.float32)


@cache
def _inner_face(side: int) -> NDArray[np.bool_]:
    """(side, side) an ellipse in the middle of a crop."""
    y, x = (np.mgrid[:side, :side] + 0.5) / side - 0.5
    return np.asarray((x / _INNER[0]) ** 2 + (y / _INNER[1]) ** 2 <= 1)
