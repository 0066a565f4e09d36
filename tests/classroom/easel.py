"""Draws flat shapes with smooth edges: what rooms and things are made of."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from tests.classroom.raster import Array, noise, shrink

FINE = 2
"""Everything is drawn this many times larger and shrunk, for smooth edges."""


@dataclass(frozen=True)
class Layer:
    """A picture in front of what was drawn before.

    ``colour`` (h, w, 3) is linear light times ``alpha`` (h, w); ``x``, ``y`` its corner.
    """

    colour: Array
    alpha: Array
    x: int
    y: int


class Easel:
    """Draws polygons in frame pixels on a finer linear canvas whose corner is at left, top."""

    def __init__(self, width: int, height: int, top: int = 0, left: int = 0) -> None:
        self._top, self._left = top, left
        self.colour = np.zeros((height * FINE, width * FINE, 3), np.float32)
        self.alpha = np.zeros((height * FINE, width * FINE), np.float32)

    def fill(self, points: list[tuple[float, float]], colour: Array, blur: float = 0.0,
             opacity: float = 1.0) -> None:  # fmt: skip
        """A filled polygon; ``blur`` in frame pixels softens it, for shadows and glow."""
        corners = np.array([(x - self._left, y - self._top) for x, y in points]) * FINE
        margin = 2 + int(3 * blur * FINE)
        low = np.maximum(np.floor(corners.min(axis=0)).astype(int) - margin, 0)
        high = np.maximum(np.ceil(corners.max(axis=0)).astype(int) + margin, low)
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        mask = np.zeros(self.alpha[part].shape, np.uint8)
        if not mask.size:
            return
        inside = np.round((corners - low) * 16).astype(np.int32)
        cv2.fillPoly(mask, [inside], 255, cv2.LINE_AA, 4)
        cover = mask.astype(np.float32) * np.float32(opacity / 255.0)
        if blur > 0:
            cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), blur * FINE), np.float32)
        self.colour[part] += (colour - self.colour[part]) * cover[..., None]
        self.alpha[part] += (1.0 - self.alpha[part]) * cover

    def box(self, x: float, y: float, w: float, h: float, colour: Array, blur: float = 0.0,
            opacity: float = 1.0) -> None:  # fmt: skip
        """A filled rectangle."""
        self.fill([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], colour, blur, opacity)

    def ramp(self, y: float, h: float, first: float, last: float) -> None:
        """Brightness that runs from factor ``first`` to ``last`` down a band."""
        low, high = round((y - self._top) * FINE), round((y + h - self._top) * FINE)
        part = self.colour[max(low, 0) : max(high, 0)]
        part *= np.linspace(first, last, len(part), dtype=np.float32)[:, None, None]

    def grain(self, rng: np.random.Generator, cells: tuple[int, int], depth: float) -> None:
        """Uneven brightness."""
        self.colour *= (1.0 + depth * noise(rng, self.alpha.shape, cells))[..., None]

    def shrunk(self) -> tuple[Array, Array]:
        """Colour times alpha, and alpha, at the frame's size."""
        size = (self.alpha.shape[1] // FINE, self.alpha.shape[0] // FINE)
        return shrink(self.colour * self.alpha[..., None], size), shrink(self.alpha, size)
