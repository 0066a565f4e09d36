"""Cutting faces out of a frame for a model: upright, at one size, as the model was trained.

Shrinking averages areas and enlarging is bicubic; training degrades faces the same way, and a
test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.card import CropSpec
from app.core.types import Faces

_MOST_ROLL: Final = np.deg2rad(60.0)
_LEAST_EYE_DISTANCE: Final = 0.15
"""Of the box width: closer eyes are those of a profile, whose line says nothing of roll."""

_SPARE: Final = 4
"""Pixels around a crop that bicubic enlarging looks at, and one for rounding."""


def cut_faces(
    image: NDArray[np.uint8], faces: Faces, spec: CropSpec, side: int
) -> NDArray[np.float32]:
    """Cut every face.

    Args:
        image: (height, width, 3) uint8 RGB.
        faces: n faces of it.
        spec: where the crop lies around the detector's box.
        side: of the crops in pixels.

    Returns:
        (n, 1, side, side) float32, grey 0..255.
    """
    crops = np.empty((len(faces), 1, side, side), np.float32)
    if not len(faces):
        return crops
    rolls = head_rolls(faces) if spec.upright else np.zeros(len(faces))
    box_sides = faces.boxes[:, 2:].max(axis=1).astype(np.float64)
    middles = faces.boxes[:, :2] + faces.boxes[:, 2:] / 2.0
    turned = _rotate(np.tile(spec.shift, (len(faces), 1)), rolls)
    middles = middles + turned * box_sides[:, None]
    extents = box_sides * spec.scale
    for row, (grey, corner) in enumerate(_grey_around(image, middles, extents, rolls)):
        crops[row, 0] = _cut(grey, middles[row] - corner, extents[row], rolls[row], side)
    return crops


def head_rolls(faces: Faces) -> NDArray[np.float64]:
    """(n,) roll of the head in radians, clockwise on screen; 0 where it can't be trusted.

    The eye line and the line from the eyes to the mouth both turn with the head's roll, but also,
    each in its own way, when a face looks aside and down. So only what both agree on counts.
    """
    points = faces.keypoints.astype(np.float64)
    eye_line = points[:, 1] - points[:, 0]
    down = points[:, 3] - (points[:, 0] + points[:, 1]) / 2
    by_eyes = np.arctan2(eye_line[:, 1], eye_line[:, 0])
    by_mouth = np.arctan2(-down[:, 0], down[:, 1])
    agreed = np.where(np.abs(by_eyes) < np.abs(by_mouth), by_eyes, by_mouth)
    with np.errstate(invalid="ignore"):
        usable = np.hypot(eye_line[:, 0], eye_line[:, 1]) > _LEAST_EYE_DISTANCE * faces.boxes[:, 2]
        usable &= (by_eyes * by_mouth > 0) & (np.abs(agreed) <= _MOST_ROLL)
    return np.where(usable, agreed, 0.0)


def _rotate(points: NDArray[np.float64], angles: NDArray[np.float64]) -> NDArray[np.float64]:
    cos, sin = np.cos(angles), np.sin(angles)
    x, y = points[:, 0], points[:, 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=1)


def _cut(
    grey: NDArray[np.uint8], middle: NDArray[np.float64], extent: float, roll: float, side: int
) -> NDArray[np.uint8]:
    """One square crop, ``extent`` frame pixels wide."""
    shrink = max(1, int(np.ceil(extent / side)))
    fine = side * shrink
    step = extent / fine
    cos, sin = np.cos(roll) * step, np.sin(roll) * step
    # Output pixel (i, j) lies at its centre, half a pixel in; so do the frame's.
    centre = fine / 2.0 - 0.5
    matrix = np.array(
        [
            [cos, -sin, middle[0] - 0.5 - cos * centre + sin * centre],
            [sin, cos, middle[1] - 0.5 - sin * centre - cos * centre],
        ]
    )
    enlarging = step < 1.0 and shrink == 1
    crop = cv2.warpAffine(
        grey,
        matrix,
        (fine, fine),
        flags=(cv2.INTER_CUBIC if enlarging else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    if shrink > 1:
        crop = cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(crop, np.uint8)


def _grey_around(
    image: NDArray[np.uint8],
    middles: NDArray[np.float64],
    extents: NDArray[np.float64],
    rolls: NDArray[np.float64],
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
    """As much of the image in grey as each crop needs, and the x, y of its corner.

    The rest of the frame is most of it, and takes as long as ten faces.
    """
    size = np.array(image.shape[1::-1])
    reach = (extents * (np.abs(np.cos(rolls)) + np.abs(np.sin(rolls))) / 2)[:, None]
    low = np.floor(middles - reach).astype(np.int64) - _SPARE
    high = np.ceil(middles + reach).astype(np.int64) + _SPARE
    # Beyond the frame's edge as much of what lies within is mirrored.
    starts = np.clip(np.minimum(low, 2 * size - high), 0, size - 1)
    ends = np.clip(np.maximum(high, -low), starts + 1, size)
    for start, (left, top), (right, bottom) in zip(
        starts, starts.tolist(), ends.tolist(), strict=True
    ):
        part = image[top:bottom, left:right]
        yield np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.uint8), start
