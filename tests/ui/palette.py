"""Small PNGs: 192 colours are enough for a picture of a window."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.core.expressions import LABELS
from app.ui.widgets.marks import colour

SAMPLE = 40_000
"""Pixels that the colours are chosen by."""
FLAT = 80
"""Of the colours, those that stay as they are: marks, and what fills most of the picture."""


def save_small(image: QImage, path: Path, colours: int = 192) -> None:
    """Write a picture as a PNG of ``colours`` colours.

    The commonest colours are kept; the others are the centres of k-means over the rest.

    Raises OSError where it can't be written.
    """
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    height, width = rgb.height(), rgb.width()
    lines = np.frombuffer(rgb.constBits(), np.uint8).reshape(height, rgb.bytesPerLine())
    pixels = lines[:, : width * 3].reshape(-1, 3)
    table = _table(pixels, colours)
    nearest = cv2.BFMatcher(cv2.NORM_L2)
    seen, place = np.unique(_packed(pixels), return_inverse=True)
    found = nearest.match(_unpacked(seen).astype(np.float32), table.astype(np.float32))
    index = np.array([one.trainIdx for one in found], np.uint8)[place].reshape(height, width)
    stride = (width + 3) // 4 * 4
    padded = np.zeros((height, stride), np.uint8)
    padded[:, :width] = index
    small = QImage(padded.data, width, height, stride, QImage.Format.Format_Indexed8)
    small.setColorTable([0xFF000000 | int(one) for one in _packed(table)])
    if not small.save(str(path), "PNG", 0):  # type: ignore[call-overload]  # 0: smallest
        raise OSError(f"{path} can't be written")


def _packed(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    wide = rgb.astype(np.uint32)
    return wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]


def _unpacked(packed: NDArray[np.uint32]) -> NDArray[np.uint8]:
    return np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], 1).astype(np.uint8)


def _table(pixels: NDArray[np.uint8], colours: int) -> NDArray[np.uint8]:
    """(n, 3) colours to draw with."""
    seen, counts = np.unique(_packed(pixels), return_counts=True)
    marks = np.array([colour(label).rgb() & 0xFFFFFF for label in range(-1, len(LABELS))])
    order = np.lexsort((-counts, ~np.isin(seen, marks)))
    flat = _unpacked(seen[order[:FLAT]])
    rest = _unpacked(seen[order[FLAT:]])
    if len(rest) <= colours - FLAT:
        return np.concatenate((flat, rest))
    rng = np.random.default_rng(0)
    # The square root: a few small bright marks count beside a large wall.
    weight = np.sqrt(counts[order[FLAT:]])
    drawn = rest[rng.choice(len(rest), SAMPLE, p=weight / weight.sum())].astype(np.float32)
    cv2.setRNGSeed(0)
    ends = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    _, _, centres = cv2.kmeans(
        drawn,
        colours - FLAT,
        None,
        ends,
        1,
        cv2.KMEANS_PP_CENTERS,  # type: ignore[call-overload]
    )
    return np.concatenate((flat, centres.round().astype(np.uint8)))
