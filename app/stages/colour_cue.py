"""The colours of hair and clothes around a face: a short-lived cue to who is who.

No face template: the face itself is left out, so nothing here could know a student in another
session or in other clothes. Two soft histograms of colour, of the strip above the face and of
what is below the chin, relative to the light of the whole picture. The square roots of their
entries are returned, so the squared Euclidean distance of two is Hellinger's (Bhattacharyya,
1943), 0 for the same colours and 2 for none in common.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.types import Frame

HAIR: Final = (0.15, -0.32, 0.85, 0.06)
"""Left, top, right and bottom of the hair in face widths and heights from the box's corner."""

CLOTHES: Final = (-0.25, 1.25, 1.25, 1.95)
"""The same of the clothes: below the neck, and out to the shoulders."""

GRID: Final = (7, 5)
"""Points across and down at which a region is looked at."""

BINS: Final = (5, 4, 4)
"""Of lightness and of the two colour differences (red - green, yellow - blue)."""

LOW: Final = (-2.2, -0.5, -0.6)
HIGH: Final = (0.9, 0.9, 1.0)
"""Range of the natural logarithms that the bins cover; beyond it counts as its edge."""

LIGHT_STEP: Final = 16
"""Every so many pixels are looked at for the light of the picture."""


class ColourCue:
    """Implements the tracker's ``Cue``. Keeps nothing: what is remembered is the tracker's."""

    def measure(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float32]:
        """Colours around every face.

        Args:
            frame: the picture.
            boxes: (n, 4) x, y, width, height in its pixels.

        Returns:
            (n, k) float32; NaN in the half of a region that is mostly out of the picture.
        """
        at = [_points(frame, boxes, region) for region in (HAIR, CLOTHES)]
        x, y, inside = (np.concatenate(parts) for parts in zip(*at, strict=True))
        n, points = x.shape
        place = _place(frame.image[y.ravel(), x.ravel()], frame.image)
        counts = _soft_counts(place, np.repeat(np.arange(n), points), inside.ravel(), n)
        total = counts.sum(axis=1, keepdims=True)
        seen = total >= points / 2
        roots = np.sqrt(np.where(seen, counts / np.maximum(total, 1e-9), np.nan) / 2)
        return np.concatenate(np.split(roots, 2), axis=1).astype(np.float32)


def _points(
    frame: Frame, boxes: NDArray[np.floating], region: tuple[float, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """x and y of the pixels (n, points) of one region of every face; which are in the picture."""
    left, top, right, bottom = region
    across, down = GRID
    u, v = np.meshgrid(
        left + (right - left) * (np.arange(across) + 0.5) / across,
        top + (bottom - top) * (np.arange(down) + 0.5) / down,
    )
    x = np.floor(boxes[:, :1] + boxes[:, 2:3] * u.ravel()).astype(np.int64)
    y = np.floor(boxes[:, 1:2] + boxes[:, 3:4] * v.ravel()).astype(np.int64)
    width, height = frame.size
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return np.clip(x, 0, width - 1), np.clip(y, 0, height - 1), inside


def _place(pixels: NDArray[np.uint8], image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Where in the histogram each of the pixels (m, 3) falls, in bins along each axis (m, 3)."""
    light = image[::LIGHT_STEP, ::LIGHT_STEP].reshape(-1, 3).mean(axis=0) + 8.0
    # Logarithms, so that brighter or warmer light shifts nothing; dark noise must not count.
    red, green, blue = np.log((pixels + 8.0) / light).T
    axes = np.stack([(red + green + blue) / 3, red - green, (red + green) / 2 - blue], axis=1)
    span = np.subtract(HIGH, LOW)
    return np.asarray(np.clip((axes - LOW) / span, 0, 1) * (np.array(BINS) - 1))


def _soft_counts(
    place: NDArray[np.float64], owner: NDArray[np.int64], inside: NDArray[np.bool_], n: int
) -> NDArray[np.float64]:
    """(n, bins) counts; each pixel is shared among the eight bins around its colour."""
    low = np.minimum(place.astype(np.int64), np.array(BINS) - 2)
    upper = place - low
    total = int(np.prod(BINS))
    strides = np.array([BINS[1] * BINS[2], BINS[2], 1])
    first = owner * total + low @ strides
    indices, shares = [], []
    for corner in np.ndindex(2, 2, 2):
        sides = [upper[:, i] if far else 1 - upper[:, i] for i, far in enumerate(corner)]
        indices.append(first + int(strides @ corner))
        shares.append(sides[0] * sides[1] * sides[2] * inside)
    counts = np.bincount(np.concatenate(indices), np.concatenate(shares), n * total)
    return counts.reshape(n, total).astype(np.float64)
