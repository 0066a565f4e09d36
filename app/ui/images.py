"""Pictures that are arrays, as Qt draws them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def rgb_over(pixels: NDArray[np.uint8]) -> QImage:
    """An image over the same buffer, contiguous (height, width, 3); the pixels must outlive it."""
    return _over(pixels, QImage.Format.Format_RGB888)


def rgb_image(pixels: NDArray[np.uint8]) -> QImage:
    """An image of its own of (height, width, 3) pixels, which are let go."""
    return rgb_over(np.ascontiguousarray(pixels)).copy()


def argb_image(pixels: NDArray[np.uint32]) -> QImage:
    """An image of its own of (height, width) pixels, each as ``QColor.rgba`` has it."""
    return _over(np.ascontiguousarray(pixels), QImage.Format.Format_ARGB32).copy()


def _over(pixels: NDArray[Any], layout: QImage.Format) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], layout)
