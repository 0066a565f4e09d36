"""Whether a face is a picture on the wall: a living head always moves a little.

Small grey pictures of one place in the room, taken over half a minute, are compared with their
mean. By how much each is shifted against it comes from least squares on the picture's gradients
(Lucas and Kanade, 1981), together with a gain and an offset, since light and exposure change; what
the fit leaves over is change of another kind: a blink, a word, somebody who passes. Shifts are in
face widths. Noise adds to everything that is measured and nothing is subtracted for it, so a
picture too noisy to judge never counts as still. Codecs repeat what hardly changes, which would
make a student still too: a place that was not drawn anew in most pictures is never still either.

Measured over 30 s, in face widths (root mean square of the shift; 0.001 is 0.15 mm of a head)::

    printed portraits, drawn scene, H.264 at crf 21   0.0004 .. 0.0008    change 0.05 .. 0.12
    the same at crf 32, where fresh enough            0.0008              change 0.08 .. 0.15
    ``SHIFT`` and ``CHANGE``, the limits              0.0015              0.25
    drawn students who sway by 0.5 mm, never blink    0.0019 and more     change 0.05 and more
    the same by 0.9 mm                                0.0042 and more     change 0.06 and more
    real students, 2.7 s to and fro, 8 times slower   0.0071 and more     change 0.13 and more
    real students, the same at full speed             0.024 and more      change 0.27 and more
    drawn students                                    0.039 and more      change 2.1 and more

Those who sway were recorded at crf 21 to 42, and only what is fresh counts: what is not may seem as
still as 0.0007. Real ones at 270 and 180 lines, crf 12 to 46. There was no longer clip of real
students: eight times slower, half a minute is less than 4 s of life, as still as nobody sits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE: Final = 24
LEAST_SIDE: Final = 8
"""Pixels across a sample at most and at least; larger faces are shrunk."""

MARGIN: Final = 1.1
"""Side of the sampled square in sides of the face's box."""

SHIFT: Final = 0.0015
"""Root mean square of the shifts, in face widths, up to which a face is still."""
LARGEST_SHIFT: Final = 0.005
"""The largest of them."""
CHANGE: Final = 0.25
"""Largest change of 3 x 3 pixels, in standard deviations of the picture's grey levels."""
LEAST_CONTRAST: Final = 3.0
"""Grey levels, standard deviation: a place with less shows nothing."""
LEAST_GAIN: Final = 0.1
"""Contrast of a sample against the reference below which it shows something else."""
FRESH: Final = 0.75
"""Share of the samples that must differ from the one before."""


@dataclass(frozen=True, slots=True)
class Stillness:
    """How much a place changed.

    Attributes:
        shift, largest_shift: root mean square and largest, in face widths.
        change: largest change that is no shift, see ``CHANGE``.
        fresh: share of the samples that differ from the one before in any pixel.
    """

    shift: float
    largest_shift: float
    change: float
    fresh: float

    @property
    def proven(self) -> bool:
        """Whether nobody living can be there; False where in doubt."""
        moved = self.shift > SHIFT or self.largest_shift > LARGEST_SHIFT
        return not moved and self.change <= CHANGE and self.fresh >= FRESH


def cut(image: NDArray[np.uint8], box: NDArray[np.floating]) -> NDArray[np.float32] | None:
    """A sample of the face in ``box`` (4,), x, y, width, height in pixels of ``image`` (RGB).

    (k, k) grey levels; None where it would hang over the edge or is too small.
    """
    x, y, width, height = (float(value) for value in box)
    side = round(MARGIN * max(width, height))
    across, down = x + width / 2, y + height / 2
    room = min(across, down, image.shape[1] - across, image.shape[0] - down)
    if side < LEAST_SIDE or room < side / 2:
        return None
    middle = across - 0.5, down - 0.5
    patch = cv2.cvtColor(cv2.getRectSubPix(image, (side, side), middle), cv2.COLOR_RGB2GRAY)
    if side > SIDE:
        grey = cv2.resize(patch.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        return np.asarray(grey, np.float32)
    return patch.astype(np.float32)


class Reference:
    """What samples of one place are compared with: a sample, or the mean of some, (k, k)."""

    def __init__(self, grey: NDArray[np.float32]) -> None:
        self.grey = grey
        self._parts, self._solve = _system(grey)

    def compare(
        self, samples: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Shifts of the samples (n, k, k), (n, 2) in face widths, and what else differs (n, k, k).

        Shifts are infinite where they can't be told: in a picture of nothing, or where a sample
        shows nothing of it.
        """
        flat = samples.reshape(len(samples), -1)
        weights = flat @ self._solve.T
        gain = np.where(weights[:, 2:3] > LEAST_GAIN, weights[:, 2:3], np.nan)
        shifts = -weights[:, :2] / gain * (MARGIN / len(self.grey))
        rest = flat - weights @ self._parts
        told = np.where(np.isnan(shifts), np.inf, shifts).astype(np.float64)
        return told, rest.astype(np.float32).reshape(samples.shape)


def stillness(samples: NDArray[np.float32]) -> Stillness:
    """How much a place changed over the samples (n, k, k), two or more."""
    mean = samples.mean(axis=0)
    shifts, rest = Reference(mean).compare(samples)
    lengths = np.linalg.norm(shifts, axis=1)
    smooth = [np.abs(cv2.blur(one, (3, 3))[1:-1, 1:-1]).max() for one in rest]
    fresh = (samples[1:] != samples[:-1]).any(axis=(1, 2)).mean()
    return Stillness(
        shift=float(np.sqrt((lengths**2).mean())),
        largest_shift=float(lengths.max()),
        change=float(max(smooth) / max(mean.std(), LEAST_CONTRAST)),
        fresh=float(fresh),
    )


def _system(grey: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The parts that a sample is made of, (4, k * k): gradients across and down, the picture, a
    constant; and the matrix of the same shape that finds their weights."""
    down, across = np.gradient(grey)
    parts = np.stack([across, down, grey, np.ones_like(grey)]).reshape(4, -1)
    if grey.std() < LEAST_CONTRAST:
        return parts, np.zeros_like(parts)
    return parts, np.linalg.pinv(parts.T.astype(np.float64)).astype(np.float32)
