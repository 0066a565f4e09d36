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
    return np.asarray(overlap / np.maximum(union, 1e-9, out=union))


def containment_matrix(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """Intersection over the smaller area, (n, m) in 0..1: 1 where one box lies in the other."""
    overlap = _intersection(a, b)
    area_a = (a[:, 2] * a[:, 3]).astype(np.float64)
    area_b = (b[:, 2] * b[:, 3]).astype(np.float64)
    return overlap / np.maximum(np.minimum(area_a[:, None], area_b[None, :]), 1e-9)


def _intersection(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    one, two = a.T.astype(np.float64)[:, :, None], b.T.astype(np.float64)[:, None]
    # One axis at a time: arrays whose last dimension is 2 take NumPy four times as long.
    return _shared(one[0], one[2], two[0], two[2]) * _shared(one[1], one[3], two[1], two[3])


def _shared(
    start: NDArray[np.float64],
    length: NDArray[np.float64],
    other_start: NDArray[np.float64],
    other_length: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Length that spans (n, 1) have in common with others (1, m): (n, m)."""
    shared = np.minimum(start + length, other_start + other_length)
    shared -= np.maximum(start, other_start)
    return np.maximum(shared, 0.0, out=shared)


def centres(boxes: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 2) box centres."""
    return np.asarray(boxes[:, :2] + boxes[:, 2:] / 2.0, dtype=np.float64)
