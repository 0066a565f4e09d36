"""Boxes: overlap and conversion. A box is x, y, width, height in pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def iou_matrix(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over union of every box of ``a`` (n, 4) with every box of ``b`` (m, 4).

    Returns (n, m) in 0..1.
    """
    overlap = _intersection(a, b)
    area_a = (a[:, 2] * a[:, 3]).astype(np.float64)
    area_b = (b[:, 2] * b[:, 3]).astype(np.float64)
    union = area_a[:, None] + area_b[None, :] - overlap
    return overlap / np.maximum(union, 1e-9)


def containment_matrix(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over the smaller area, (n, m) in 0..1: 1 where one box lies in the other."""
    overlap = _intersection(a, b)
    area_a = (a[:, 2] * a[:, 3]).astype(np.float64)
    area_b = (b[:, 2] * b[:, 3]).astype(np.float64)
    return overlap / np.maximum(np.minimum(area_a[:, None], area_b[None, :]), 1e-9)


def _intersection(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    low = np.maximum(a64[:, None, :2], b64[None, :, :2])
    high = np.minimum(a64[:, None, :2] + a64[:, None, 2:], b64[None, :, :2] + b64[None, :, 2:])
    sides = np.clip(high - low, 0.0, None)
    return np.asarray(sides[..., 0] * sides[..., 1])


def centres(boxes: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 2) box centres."""
    return np.asarray(boxes[:, :2] + boxes[:, 2:] / 2.0, dtype=np.float64)
