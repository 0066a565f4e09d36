"""How good a picture of each face is: measured once, where the face is cut out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.types import Faces, Quality


def measure_quality(crops: NDArray[np.float32], faces: Faces) -> Quality:
    """Quality of each face's picture.

    Args:
        crops: (n, 1, s, s) float32, grey 0..255, upright.
        faces: the n faces that they show.
    """
    unmeasured = Quality.unmeasured(len(faces))
    return Quality(sharpness(crops), unmeasured.yaw, unmeasured.exposure)


def sharpness(crops: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much fine detail each crop has: spread of its Laplacian over its contrast.

    Measured at half the crop's side, so that it tells motion blur and poor focus rather than
    how far a face was enlarged (after Pech-Pacheco et al., 2000, made free of contrast).

    Args:
        crops: (n, 1, s, s) float32, grey 0..255.

    Returns:
        (n,) float32, 0 (flat) upwards; a sharp face has about 1.
    """
    values = np.zeros(len(crops), np.float32)
    for row, crop in enumerate(crops):
        half = crop.shape[-1] // 2
        small = cv2.resize(crop[0], (half, half), interpolation=cv2.INTER_AREA)
        detail = cv2.Laplacian(small, cv2.CV_32F)[1:-1, 1:-1]
        values[row] = detail.std() / (small.std() + 4.0)
    return values
