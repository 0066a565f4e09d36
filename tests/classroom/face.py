"""Painting: the colour of every visible pixel from its place on the head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.classroom.controls import Controls
from tests.classroom.head import EYE_X, MOUTH_X, MOUTH_Y, mouth_lines
from tests.classroom.people import STYLES, Look
from tests.classroom.raster import Array, bump, linear, noise, step

EYE_HALF, IRIS = 0.235, 0.112
SKIN_WRAP = (0.42, 0.30, 0.26)
HAIR_WRAP = (0.25, 0.25, 0.25)


@dataclass
class Paint:
    """Colour of n pixels while it is painted.

    Attributes:
        albedo: (n, 3) linear reflectance.
        gloss: (n,) strength of the highlight.
    """

    albedo: Array
    gloss: Array

    def lay(self, colour: Array, cover: Array, gloss: float | None = None) -> None:
        """Paint over with ``colour`` (3,) or (n, 3) where ``cover`` (n,) is 1."""
        self.albedo += (colour - self.albedo) * cover[:, None]
        if gloss is not None:
            self.gloss += (gloss - self.gloss) * cover

    def darken(self, cover: Array, tint: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> None:
        """Take away the share ``cover`` (n,) of each channel times ``tint``."""
        self.albedo *= 1.0 - cover[:, None] * np.array(tint, np.float32)


CREASE = (0.85, 1.0, 1.05)
"""Folds of skin keep a little more red."""


def paint_skin(chart: Array, look: Look, c: Controls, gaze: tuple[float, float]) -> Paint:
    """The face; ``chart`` is (n, 3): x, y, contact shadow. ``gaze`` shifts the irises."""
    x, y, shadow = chart[:, 0], chart[:, 1], chart[:, 2]
    skin = linear(*look.skin)
    paint = Paint(np.repeat(skin[None], len(x), 0), np.full(len(x), 0.05, np.float32))
    ax = np.abs(x)
    flush = 0.5 * bump(ax - 0.55, 0.26) * bump(y - 0.52, 0.24) + 0.4 * bump(ax, 0.2) * bump(
        y - 0.55, 0.16
    )
    paint.lay(skin * np.array([1.06, 0.80, 0.76], np.float32), flush * 0.8)
    rng = np.random.default_rng(look.seed)
    spots = noise(rng, (64, 48), (30, 22))
    u = np.clip(((x + 1.2) * 20).astype(int), 0, 47)
    v = np.clip(((y + 1.0) * 21).astype(int), 0, 63)
    paint.albedo *= (1.0 + 0.018 * spots[v, u])[:, None]
    paint.gloss += 0.05 * bump(ax, 0.3) * bump(y + 0.7, 0.3) + 0.07 * bump(ax, 0.1) * bump(
        y - 0.5, 0.12
    )
    _lines(paint, ax, y, c)
    _eyes(paint, x, y, look, c, gaze)
    _brows(paint, ax, y, look, c)
    _mouth(paint, x, y, look, c)
    paint.darken(0.75 * bump(ax - 0.10 * look.build.nose_width, 0.042) * bump(y - 0.675, 0.03))
    paint.darken(1.0 - shadow)
    return paint


def _lines(paint: Paint, ax: Array, y: Array, c: Controls) -> None:
    """Creases and the shadows that the sky does not reach."""
    paint.darken(0.28 * bump(ax - 0.36, 0.26) * bump(y + 0.10, 0.12), CREASE)
    paint.darken(0.10 * bump(ax - 0.42, 0.2) * bump(y - 0.17, 0.06), CREASE)
    paint.darken(0.26 * bump(ax, 0.19) * bump(y - 0.72, 0.055), CREASE)
    paint.darken(0.22 * bump(ax, 0.22) * bump(y - 1.22 - c.jaw, 0.06), CREASE)
    paint.darken(0.12 * bump(ax - 0.17, 0.05) * bump(y - 0.45, 0.2), CREASE)
    line = 0.25 + 0.27 * np.clip((y - 0.60) / 0.42, 0.0, 1.0) ** 1.2
    extent = step(0.50, 0.64, y) * step(1.12, 0.92, y)
    paint.darken((0.06 + 0.46 * c.fold) * bump(ax - line, 0.042) * extent, CREASE)
    glabella = bump(ax - 0.07, 0.028) * bump(y + 0.24 - c.brow_inner * 0.5, 0.12)
    paint.darken(0.55 * c.frown * glabella, CREASE)
    paint.darken(0.28 * c.sneer * bump(ax - 0.09, 0.035) * bump(y - 0.06, 0.07), CREASE)
    paint.darken(0.50 * c.frown * bump(ax - 0.28, 0.22) * bump(y + 0.10, 0.07), CREASE)
    waves = sum(bump(y + at + 0.04 * np.cos(ax * 4.0), 0.026) for at in (0.66, 0.80, 0.93))
    paint.darken(0.30 * c.forehead * np.asarray(waves) * step(0.65, 0.35, ax), CREASE)
    paint.darken(0.26 * c.lower_lid * bump(y - 0.155 - 0.1 * (ax - EYE_X) ** 2, 0.028)
                 * bump(ax - EYE_X, 0.2), CREASE)  # fmt: skip


def _eyes(
    paint: Paint, x: Array, y: Array, look: Look, c: Controls, gaze: tuple[float, float]
) -> None:
    side = np.sign(x)
    ax = np.abs(x)
    half = EYE_HALF * look.build.eyes
    u = np.clip((ax - EYE_X) / half, -1.0, 1.0)
    within = step(1.02, 0.92, np.abs((ax - EYE_X) / half))
    dome = np.clip(1.0 - np.abs(u) ** 2.3, 0.0, None)
    slant = c.lid_slant * 0.06 * (u + 1.0)
    rise = 0.118 * look.build.eyes * c.lid - slant * min(c.lid, 1.0)
    tilt = -0.012 * u
    shut = 0.035 * (1.0 - min(c.lid, 1.0))
    upper = tilt + shut - np.clip(rise * (1.0 - 0.62 * max(gaze[1], 0.0)), 0.0, None) * dome
    lower = tilt + 0.035 + (0.04 - 0.045 * c.lower_lid) * min(c.lid, 1.0) * dome
    upper = np.minimum(upper, lower)
    soft = 0.016
    opening = step(-soft, soft, y - upper) * step(-soft, soft, lower - y) * within
    opening *= step(0.005, 0.05, lower - upper)
    white = np.array([0.54, 0.505, 0.48], np.float32)
    paint.lay(white, opening, 0.01)
    cx, cy = gaze[0] * 0.10, -0.012 + gaze[1] * 0.06
    distance = np.hypot(x - side * EYE_X - cx, y - cy)
    iris = step(IRIS + 0.012, IRIS - 0.012, distance) * opening
    paint.lay(linear(*look.iris) * 0.85, iris, 0.0)
    paint.darken(0.6 * iris * bump(distance - IRIS, 0.025))
    paint.lay(np.full(3, 0.006, np.float32), step(0.058, 0.042, distance) * opening)
    glint = step(0.034, 0.020, np.hypot(x - side * EYE_X - cx + 0.04, y - cy + 0.045))
    paint.lay(np.full(3, 0.95, np.float32), glint * opening)
    paint.darken(0.5 * opening * step(0.07, 0.0, y - upper))
    lashes = bump(y - upper + 0.012, 0.024) * within
    paint.darken(0.78 * lashes)
    paint.darken(0.22 * bump(y - lower - 0.005, 0.018) * within)
    crease = bump(y - upper + 0.075, 0.022) * bump(u, 0.9) * step(1.1, 0.8, np.abs(u))
    paint.darken(0.26 * crease * min(c.lid + 0.2, 1.0), CREASE)


def _brows(paint: Paint, ax: Array, y: Array, look: Look, c: Controls) -> None:
    """Hair along an arch from the inner end (0) to the outer end (1)."""
    start = 0.16 - c.brow_knit * 0.9
    along = (ax - start) / (0.76 - start)
    t = np.clip(along, 0.0, 1.0)
    arch = -0.255 - 0.062 * np.sin(np.pi * np.clip(t * 0.85 + 0.02, 0, 1)) + 0.03 * t**2
    lift = c.brow_inner * (1.0 - t) ** 1.3 + c.brow_outer * np.sin(np.pi * (0.15 + 0.6 * t))
    centre = arch - lift + 0.045 * c.brow_knit * 4.0 * bump(t, 0.25)
    thick = (0.062 - 0.034 * t**1.5) * look.build.brows
    band = np.exp(-(np.abs((y - centre) / thick) ** 3.0))
    ends = step(-0.06, 0.06, along) * step(1.05, 0.9, along)
    dark = linear(*look.hair) * 0.6 if not STYLES[look.style].cloth else linear(44, 32, 28)
    lighter = np.minimum(dark, linear(*look.skin) * 0.30)
    paint.lay(lighter, np.asarray(0.86 * band * ends, np.float32), 0.02)


def _mouth(paint: Paint, x: Array, y: Array, look: Look, c: Controls) -> None:
    half = MOUTH_X * c.mouth_width
    within = step(1.03, 0.93, np.abs(x) / half)
    top, upper, lower, bottom = mouth_lines(x, c, look.build)
    lip = step(-0.014, 0.014, y - top) * step(-0.018, 0.018, bottom - y) * within
    rosy = linear(*look.skin) * np.array([0.66, 0.36, 0.36], np.float32)
    paint.lay(rosy, lip * 0.85, 0.05)
    paint.darken(0.20 * lip * step(0.0, -0.03, y - (upper + lower) / 2), (0.9, 1.0, 1.0))
    open_ = step(-0.012, 0.012, y - upper) * step(-0.012, 0.012, lower - y) * within
    open_ *= step(0.012, 0.05, lower - upper)
    paint.lay(linear(58, 22, 22), open_, 0.03)
    height = lower - upper
    tongue = step(0.55, 0.85, (y - upper) / np.maximum(height, 1e-3)) * bump(x, half * 0.6)
    paint.lay(linear(150, 72, 70), tongue * open_ * 0.7 * (1.0 - c.lower_teeth), 0.06)
    ivory = np.array([0.78, 0.75, 0.69], np.float32) * (1.0 - 0.35 * (x / half) ** 2)[:, None]
    above = step(0.02, -0.012, y - upper - c.upper_teeth * np.minimum(height, 0.18))
    below = step(0.02, -0.012, lower - c.lower_teeth * np.minimum(height, 0.16) - y)
    front = step(0.92, 0.78, np.abs(x) / half)
    paint.lay(ivory, open_ * front * above * min(c.upper_teeth * 4, 1.0), 0.04)
    paint.lay(ivory * 0.62, open_ * front * below * min(c.lower_teeth * 4, 1.0), 0.04)
    paint.darken(0.40 * open_ * step(0.03, 0.0, y - upper))
    closed = bump(y - (upper + lower) / 2, 0.020) * within * step(0.06, 0.02, height)
    paint.darken(0.68 * closed, CREASE)
    end = bump(np.abs(x) - half * 0.97, 0.04) * bump(y - MOUTH_Y - 0.0 + c.corner * 0.7, 0.045)
    paint.darken(0.38 * end, CREASE)
    paint.darken(0.20 * bump(y - bottom - 0.045, 0.04) * bump(x, half * 0.75), CREASE)


def paint_hair(chart: Array, look: Look) -> Paint:
    """Strands with a soft sheen; a scarf is even cloth. ``chart``: azimuth, y, noise."""
    tone = chart[:, 2]
    colour = linear(*look.hair)
    if STYLES[look.style].cloth:
        return Paint(np.repeat(colour[None], len(tone), 0) * 0.9, np.full(len(tone), 0.01))
    share = np.clip(1.0 + 0.20 * tone, 0.45, 1.7)[:, None]
    sheen = 0.07 * bump(chart[:, 1] + 0.95, 0.34) * np.clip(0.7 + 0.5 * tone, 0.0, None)
    return Paint(
        np.asarray(colour * share + 0.004, np.float32), np.asarray(0.025 + sheen, np.float32)
    )


def paint_neck(chart: Array, look: Look) -> Paint:
    """Skin, or the scarf, in the shadow of the chin."""
    colour = linear(*(look.hair if STYLES[look.style].cloth else look.skin))
    paint = Paint(np.repeat(colour[None], len(chart), 0), np.full(len(chart), 0.02, np.float32))
    paint.darken(1.0 - chart[:, 2], (0.92, 1.0, 1.03))
    return paint


def paint_cloth(chart: Array, look: Look) -> Paint:
    """A shirt; ``chart`` is x, y, folds."""
    x, y, folds = chart[:, 0], chart[:, 1], chart[:, 2]
    colour = linear(*look.shirt)
    paint = Paint(np.repeat(colour[None], len(x), 0), np.full(len(x), 0.012, np.float32))
    paint.albedo *= (1.0 + 0.05 * folds)[:, None]
    if look.pattern == "stripes":
        band = step(-0.15, 0.15, np.sin(y * 11.0).astype(np.float32)) * step(2.35, 2.45, y)
        paint.lay(np.clip(colour * 2.2 + 0.05, 0, 0.75), band * 0.8)
    if look.pattern == "print":
        badge = step(0.55, 0.50, np.hypot(x / 1.1, y - 3.35))
        paint.lay(np.clip(0.85 - colour, 0.05, 0.8), badge * 0.8)
    if look.pattern == "dots":
        row = np.floor(y / 0.26)
        across = (x / 0.3 + 0.5 * (row % 2.0)) % 1.0 - 0.5
        spot = step(0.34, 0.26, np.hypot(across, (y / 0.26) % 1.0 - 0.5))
        paint.lay(np.clip(0.9 - colour, 0.05, 0.8), spot * step(2.2, 2.3, y) * 0.9)
    if look.pattern == "checks":
        lines = [0.5 + 0.5 * np.sign(np.sin(v * 9.0)) for v in (x, y)]
        paint.lay(colour * 0.3, np.asarray(0.5 * (lines[0] + lines[1]), np.float32) * 0.85)
    if look.pattern == "hood":
        paint.darken(0.5 * bump(np.abs(x) - 0.28, 0.035) * step(2.3, 2.4, y) * step(3.1, 2.9, y))
    collar = y - 2.06 - 0.26 * bump(x, 0.55)
    bare = linear(*(look.hair if STYLES[look.style].cloth else look.skin))
    paint.lay(bare * 0.62, step(0.02, -0.02, collar), 0.02)
    paint.darken(0.35 * bump(collar - 0.035, 0.03) + 0.25 * bump(collar - 0.1, 0.12))
    paint.darken(0.30 * bump(np.abs(x) - 1.52 * look.broad, 0.09) * step(2.8, 3.3, y))
    return paint
