"""Pictures in 8 bits that are kept and laid over others: the parts of quick drawing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.classroom.raster import Array

HEADROOM = 1.3
"""Light, in that of white paper, that the brightest stored grey level stands for."""

Bytes = NDArray[np.uint8]
Window = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the scene."""


@dataclass(frozen=True)
class Stamp:
    """A picture to lay over another.

    Attributes:
        colour: (h, w, 4) uint8: red, green, blue times alpha, alpha.
        face: (h, w) uint8, above 127 where the face is; None where there is none.
        x, y: corner, relative to the point that is placed.
        seen: pixels of the face.
    """

    colour: Bytes
    face: Bytes | None
    x: int
    y: int
    seen: int = 0


def encode(colour: Array, alpha: Array, blur: float) -> Bytes:
    """(h, w, 4) uint8 from linear light times alpha (h, w, 3) and alpha, softened by the lens."""
    both = cv2.GaussianBlur(np.dstack([colour, alpha]).astype(np.float32), (0, 0), blur)
    cover = both[..., 3:]
    light = both[..., :3] / np.maximum(cover, 1e-4) / HEADROOM
    grey = cv2.pow(np.clip(light, 0.0, 1.0), 1.0 / 2.2) * cover
    return np.asarray(np.round(255.0 * np.dstack([grey, np.clip(cover, 0.0, 1.0)])), np.uint8)


def transformed(
    stamp: Stamp, scale: float, roll: float, target: tuple[float, float],
    centre: tuple[float, float] = (0.0, 0.0),
) -> Stamp:  # fmt: skip
    """``stamp`` enlarged and rolled (degrees, clockwise) so that ``centre`` comes to ``target``."""
    a = scale * float(np.cos(np.radians(roll)))
    b = scale * float(np.sin(np.radians(roll)))
    turn = np.array([[a, -b], [b, a]])
    height, width = stamp.colour.shape[:2]
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]])
    corners += (stamp.x, stamp.y)
    found = (corners - centre) @ turn.T + target
    left, top = np.floor(found.min(axis=0)).astype(int)
    right, bottom = np.ceil(found.max(axis=0)).astype(int)
    # Pixel p of the stamp is the point (x, y) + p, and pixel q of the result (left, top) + q.
    shift = turn @ (np.array([stamp.x, stamp.y]) - centre) + target - (left, top)
    matrix = np.hstack([turn, shift[:, None]])
    size = (int(right - left), int(bottom - top))
    colour = np.asarray(cv2.warpAffine(stamp.colour, matrix, size), np.uint8)
    face, seen = None, 0
    if stamp.face is not None:
        face = np.asarray(cv2.warpAffine(stamp.face, matrix, size), np.uint8)
        seen = int(np.count_nonzero(face > 127))
    return Stamp(colour, face, int(left), int(top), seen)


class Sheet:
    """The frame while it is composed, from back to front."""

    def __init__(self, background: Bytes, margin: int) -> None:
        """``background`` (h, w, 3) has ``margin`` pixels more than the scene on every side."""
        self._margin = margin
        self.colour = background.copy()
        self.owner = np.zeros(background.shape[:2], np.uint8)

    def lay(self, stamp: Stamp, x: int, y: int, floor: int, number: int = 0) -> Window:
        """Put ``stamp`` in front at x, y, above pixel row ``floor``; what of it is in the picture.

        The face is noted in ``owner`` as ``number``; what else is covered is nobody's.
        """
        height, width = self.owner.shape
        margin = self._margin
        across, down = x + stamp.x + margin, y + stamp.y + margin
        left, top = min(max(across, 0), width), min(max(down, 0), height)
        right = max(min(across + stamp.colour.shape[1], width), left)
        bottom = max(min(down + stamp.colour.shape[0], height, floor + margin), top)
        if right > left and bottom > top:
            inner = (slice(top - down, bottom - down), slice(left - across, right - across))
            outer = (slice(top, bottom), slice(left, right))
            colour = stamp.colour[inner]
            alpha = colour[..., 3]
            rest = cv2.merge([255 - alpha] * 3)
            behind = cv2.multiply(self.colour[outer], rest, scale=1.0 / 255.0)
            self.colour[outer] = cv2.add(behind, colour[..., :3])
            self.owner[outer][alpha > 127] = 0
            if number and stamp.face is not None:
                self.owner[outer][stamp.face[inner] > 127] = number
        return left - margin, top - margin, right - margin, bottom - margin
