"""Pictures that are arrays, as Qt draws them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter


def rgb_over(pixels: NDArray[np.uint8]) -> QImage:
    """An image over the same buffer, contiguous (height, width, 3); the pixels must outlive it."""
    return _over(pixels, QImage.Format.Format_RGB888)


def rgb_image(pixels: NDArray[np.uint8]) -> QImage:
    """An image of its own of (height, width, 3) pixels, which are let go."""
    return rgb_over(np.ascontiguousarray(pixels)).copy()


class FrameImage:
    """The newest of many pictures, as Qt scales it at once.

    A smooth drawing of 24-bit pixels at another size takes five times as long as one of 32 bits,
    more than the change to them. The buffer is kept: a new one for each picture would cost as much.
    """

    def __init__(self) -> None:
        self._pixels: NDArray[np.uint8] | None = None
        self._image = QImage()

    def of(self, pixels: NDArray[np.uint8]) -> QImage:
        """An image of (height, width, 3) pixels, RGB; valid until the next call."""
        if pixels is self._pixels:
            return self._image
        height, width = pixels.shape[:2]
        if (self._image.width(), self._image.height()) != (width, height):
            self._image = QImage(width, height, QImage.Format.Format_RGB32)
        painter = QPainter(self._image)
        painter.drawImage(0, 0, rgb_over(np.ascontiguousarray(pixels)))
        painter.end()
        self._pixels = pixels
        return self._image


def argb_image(pixels: NDArray[np.uint32]) -> QImage:
    """An image of its own of (height, width) pixels, each as ``QColor.rgba`` has it."""
    return _over(np.ascontiguousarray(pixels), QImage.Format.Format_ARGB32).copy()


def _over(pixels: NDArray[Any], layout: QImage.Format) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], layout)
