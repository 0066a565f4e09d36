"""Similarities: what a camera's nudge, turn and zoom do to places in the picture.

A similarity is a (2, 3) float64 array that takes x, y, 1 to x, y; see ``FrameResult.camera``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def compose(second: NDArray[np.float64], first: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3): ``first``, then ``second``."""
    turned = second[:, :2] @ first
    turned[:, 2] += second[:, 2]
    return np.asarray(turned)


def invert(transform: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3) that undoes a similarity."""
    back = np.linalg.inv(transform[:, :2])
    return np.concatenate([back, -back @ transform[:, 2:]], axis=1)


def move_points(
    transform: NDArray[np.float64], points: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Points (n, 2) taken along by a similarity."""
    return np.asarray(points @ transform[:, :2].T + transform[:, 2], np.float64)


def move_boxes(transform: NDArray[np.float64], boxes: NDArray[np.floating]) -> NDArray[np.float64]:
    """Boxes (n, 4) taken along by a similarity; they stay upright."""
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    middle = move_points(transform, boxes[:, :2] + boxes[:, 2:] / 2.0)
    sides = boxes[:, 2:] * scale
    return np.concatenate([middle - sides / 2, sides], axis=1)
