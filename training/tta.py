"""Test-time augmentation (Vo, Lee, Yang & Kim, 2020): mean score of a face in random poses."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

POSES: Final = 8

Scores = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(n, 1, s, s) float32 grey 0..255 to (n, classes) raw scores."""


def with_poses(
    scores: Scores,
    seed: int,
    poses: int = POSES,
    angle: float = 10.0,
    zoom: tuple[float, float] = (1.0, 1.1),
) -> Scores:
    """A function that scores every face as the mean over poses: turned and zoomed at random.

    The paper gives the number of poses and no ranges; the ranges here are the defaults of
    fastai, which it used. A face's poses depend on the seed and its own pixels alone, so
    neither the batch nor its place in it changes them.

    Args:
        scores: what is wrapped.
        seed: of the poses.
        poses: at least 1; the face as it is isn't one of them.
        angle: degrees, either way.
        zoom: smallest and largest.

    Raises:
        ValueError: no poses, or a zoom that is empty or not above 0.
    """
    if poses < 1 or not 0 < zoom[0] <= zoom[1]:
        raise ValueError("test-time augmentation needs at least 1 pose and a zoom above 0")

    def mean_scores(crops: NDArray[np.float32]) -> NDArray[np.float32]:
        draws = [_draws(crop, seed, poses, angle, zoom) for crop in crops]
        total = np.float32(0)
        for pose in range(poses):
            posed = [_posed(crop[0], *draw[pose]) for crop, draw in zip(crops, draws, strict=True)]
            total = total + scores(np.stack(posed)[:, None])
        return np.asarray(total / poses, np.float32)

    return mean_scores


def _draws(
    crop: NDArray[np.float32], seed: int, poses: int, angle: float, zoom: tuple[float, float]
) -> NDArray[np.float64]:
    """(poses, 2) angle in degrees and zoom."""
    rng = np.random.default_rng((seed, zlib.crc32(np.ascontiguousarray(crop).tobytes())))
    return np.stack([rng.uniform(-angle, angle, poses), rng.uniform(*zoom, poses)], axis=1)


def _posed(image: NDArray[np.float32], angle: float, zoom: float) -> NDArray[np.float32]:
    """(s, s) turned by degrees and zoomed about its centre."""
    side = image.shape[0]
    matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), angle, zoom)
    posed = cv2.warpAffine(
        image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(posed, np.float32)
