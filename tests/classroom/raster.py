"""From surfaces to shaded pixels: point splatting into a z-buffer, deferred shading, light.

Lengths of surfaces are half face widths (x right, y down, z towards the camera); the camera is
orthographic. Splatting after Pfister et al., "Surfels" (2000), reduced to one pixel a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

SPACING = 0.8
"""Greatest usual distance in pixels between neighbouring points of a surface."""


def step(low: float, high: float, value: Array) -> Array:
    """Smooth step: 0 below ``low``, 1 above ``high`` (or falling where high < low)."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def bump(distance: Array, width: float) -> Array:
    """Gaussian bell of height 1."""
    return np.asarray(np.exp(-((distance / width) ** 2)), np.float32)


def noise(rng: np.random.Generator, shape: tuple[int, int], cells: tuple[int, int]) -> Array:
    """(height, width) smooth noise of about unit deviation with ``cells`` bumps down, across."""
    seeds = rng.standard_normal((cells[0] + 3, cells[1] + 3)).astype(np.float32)
    fine = cv2.resize(seeds, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine, np.float32)


def shrink(image: Array, size: tuple[int, int]) -> Array:
    """``image`` at (width, height), each pixel the mean of those it covers."""
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


@dataclass(frozen=True)
class Surface:
    """A grid of points on one material.

    Attributes:
        points: (r, c, 3) positions.
        chart: (r, c, 3) coordinates that the painter of the material reads.
        cover: (r, c) the surface exists where this is above 0.5.
        material: number of the material, from 1.
        two_sided: the inside is seen too, with normals turned to the camera.
    """

    points: Array
    chart: Array
    cover: Array
    material: int
    two_sided: bool = False


@dataclass
class Pixels:
    """What the camera sees.

    Attributes:
        depth: (h, w) z of the nearest point, -inf where there is none.
        material: (h, w) uint8, 0 where there is nothing.
        normal: (h, w, 3) unit vectors.
        chart: (h, w, 3) of the surface.
    """

    depth: Array
    material: NDArray[np.uint8]
    normal: Array
    chart: Array

    @classmethod
    def empty(cls, width: int, height: int) -> Pixels:
        return cls(
            np.full((height, width), -np.inf, np.float32),
            np.zeros((height, width), np.uint8),
            np.zeros((height, width, 3), np.float32),
            np.zeros((height, width, 3), np.float32),
        )


def rotation(yaw: float, pitch: float, roll: float) -> Array:
    """(3, 3) matrix. Degrees: yaw to the image's right, pitch down, roll clockwise."""
    a, b, c = np.radians((yaw, pitch, roll))
    turn = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    nod = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    tilt = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(tilt @ nod @ turn, np.float32)


def normals(points: Array) -> Array:
    """(r, c, 3) unit normals of a grid whose columns run to the right and rows down."""
    down = np.empty_like(points)
    down[1:-1] = points[2:] - points[:-2]
    down[0], down[-1] = points[1] - points[0], points[-1] - points[-2]
    right = np.empty_like(points)
    right[:, 1:-1] = points[:, 2:] - points[:, :-2]
    right[:, 0], right[:, -1] = points[:, 1] - points[:, 0], points[:, -1] - points[:, -2]
    out = np.empty_like(points)
    out[..., 0] = right[..., 1] * down[..., 2] - right[..., 2] * down[..., 1]
    out[..., 1] = right[..., 2] * down[..., 0] - right[..., 0] * down[..., 2]
    out[..., 2] = right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0]
    length = np.sqrt(np.einsum("ijk,ijk->ij", out, out))
    return np.asarray(out / np.maximum(length, 1e-9)[..., None], np.float32)


def _refine(surface: Surface, scale: float) -> tuple[Array, ...] | None:
    """Points, normals and charts, dense enough for ``scale`` pixels a unit, facing us."""
    facing = normals(surface.points)
    if surface.two_sided:
        facing *= np.where(facing[..., 2:] < 0.0, -1.0, 1.0)
    seen = (facing[..., 2] > -0.02) & (surface.cover > 0.0)
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return None
    part = (
        slice(max(rows[0] - 1, 0), rows[-1] + 2),
        slice(max(columns[0] - 1, 0), columns[-1] + 2),
    )
    grid = np.concatenate(
        [surface.points, facing, surface.chart, surface.cover[..., None]], axis=2, dtype=np.float32
    )[part]
    flat = grid[..., :2] * scale
    across = np.linalg.norm(np.diff(flat, axis=1), axis=2)
    along = np.linalg.norm(np.diff(flat, axis=0), axis=2)
    fine = (
        max(int(np.percentile(across, 97) / SPACING * grid.shape[1]), 2),
        max(int(np.percentile(along, 97) / SPACING * grid.shape[0]), 2),
    )
    # Half-pixel centres of resize would shave the rim off; a one-cell frame keeps it.
    framed = cv2.copyMakeBorder(grid, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    dense: Array = np.asarray(cv2.resize(framed, fine), np.float32).reshape(-1, 10)
    dense = dense[(dense[:, 5] > 0.0) & (dense[:, 9] > 0.5)]
    return dense[:, 0:3], dense[:, 3:6], dense[:, 6:9]


def splat(pixels: Pixels, surface: Surface, scale: float, origin: tuple[float, float]) -> None:
    """Add a surface to ``pixels``; ``origin`` is the pixel of the point (0, 0)."""
    dense = _refine(surface, scale)
    if dense is None:
        return
    points, facing, chart = dense
    height, width = pixels.depth.shape
    column = np.floor(points[:, 0] * scale + origin[0]).astype(np.int64)
    row = np.floor(points[:, 1] * scale + origin[1]).astype(np.int64)
    inside = np.flatnonzero((column >= 0) & (column < width) & (row >= 0) & (row < height))
    if not len(inside):
        return
    # Depth above index in one number, so that the nearest point wins whatever the order.
    # 53 bits of a double: 24 of depth, 28 of index.
    level = np.clip((points[inside, 2] + 8.0) * 2.0**20, 1, 2**24 - 1).astype(np.int64)
    key = (level * 2**28 + inside).astype(np.float64)
    nearest = np.zeros(height * width)
    np.maximum.at(nearest, row[inside] * width + column[inside], key)
    nearest = _close_holes(nearest.reshape(height, width)).ravel()
    hits = np.flatnonzero(nearest)
    index = nearest[hits].astype(np.int64) % 2**28
    wins = points[index, 2] > pixels.depth.ravel()[hits]
    hits, index = hits[wins], index[wins]
    pixels.depth.ravel()[hits] = points[index, 2]
    pixels.material.ravel()[hits] = surface.material
    pixels.normal.reshape(-1, 3)[hits] = facing[index]
    pixels.chart.reshape(-1, 3)[hits] = chart[index]


def _close_holes(nearest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill single missing pixels from their neighbours."""
    filled = (nearest > 0).astype(np.float32)
    around = cv2.boxFilter(filled, -1, (3, 3), normalize=False)
    hole = (filled == 0) & (around >= 5)
    if hole.any():
        nearest[hole] = cv2.dilate(nearest, np.ones((3, 3), np.uint8))[hole]
    return nearest


KEY = np.array([-0.50, -0.52, 0.69], np.float32)
"""Direction to the main light: a window at the upper left, before the class."""


def shade(albedo: Array, normal: Array, gloss: Array, wrap: tuple[float, float, float]) -> Array:
    """(n, 3) linear light that leaves the pixels.

    Wrapped Lambert (wider for the red that skin scatters), a hemisphere of sky and floor, and
    a small Blinn highlight. ``albedo`` (n, 3), ``normal`` (n, 3), ``gloss`` (n,).
    """
    toward = normal @ KEY
    soft = np.array(wrap, np.float32)
    key = np.clip((toward[:, None] + soft) / (1.0 + soft), 0.0, None) * 0.85
    sky = 0.30 - 0.13 * normal[:, 1]
    rim = 0.07 * np.clip(normal[:, 0], 0.0, None)
    half = KEY + np.array([0.0, 0.0, 1.0], np.float32)
    half /= np.linalg.norm(half)
    shine = np.clip(normal @ half, 0.0, None) ** 22 * gloss
    return np.asarray(albedo * (key + (sky + rim)[:, None]) + shine[:, None], np.float32)


def linear(red: float, green: float, blue: float) -> Array:
    """Linear light of an sRGB colour given as 0..255."""
    return np.asarray((np.array([red, green, blue]) / 255.0) ** 2.2, np.float32)
