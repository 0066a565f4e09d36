"""The geometry of a head: skull with relief, hair, ears, neck and shoulders.

Unit: half a face width. y = 0 at the eyes and grows downwards, z towards the camera.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from tests.classroom.controls import Controls
from tests.classroom.raster import Array, Surface, bump, noise, step

SKIN, HAIR, NECK, CLOTH = 1, 2, 3, 4
"""Materials."""

CROWN, CHIN = -1.56, 1.70
EYE_X, MOUTH_Y, MOUTH_X = 0.465, 0.99, 0.36
PIVOT = np.array([0.0, 1.05, -0.35], np.float32)
"""What the head turns about: the top of the spine."""

_WIDTH = [
    (-1.56, 0.0), (-1.53, 0.28), (-1.45, 0.49), (-1.3, 0.69), (-1.0, 0.885), (-0.6, 0.985),
    (-0.2, 1.0), (0.2, 0.985), (0.6, 0.93), (0.9, 0.855), (1.2, 0.71), (1.42, 0.535),
    (1.58, 0.36), (1.67, 0.19), (1.7, 0.0),
]  # fmt: skip
_FRONT = [
    (-1.56, 0.0), (-1.52, 0.30), (-1.4, 0.55), (-1.15, 0.78), (-0.8, 0.90), (-0.4, 0.95),
    (0.2, 0.97), (0.7, 0.96), (1.0, 0.96), (1.3, 0.92), (1.5, 0.86), (1.6, 0.75), (1.67, 0.5),
    (1.7, 0.0),
]  # fmt: skip
_BACK = [
    (-1.56, 0.0), (-1.5, 0.5), (-1.3, 0.85), (-1.0, 1.12), (-0.6, 1.3), (-0.2, 1.32),
    (0.2, 1.2), (0.6, 0.95), (1.0, 0.62), (1.4, 0.35), (1.6, 0.2), (1.7, 0.0),
]  # fmt: skip


@dataclass(frozen=True)
class Build:
    """How one person's head differs from the mean; factors about 1."""

    width: float = 1.0
    jaw: float = 1.0
    length: float = 1.0
    nose: float = 1.0
    nose_width: float = 1.0
    cheeks: float = 1.0
    eyes: float = 1.0
    lips: float = 1.0
    brows: float = 1.0


@dataclass(frozen=True)
class HairStyle:
    """A shell over the skull.

    Attributes:
        volume: size of the shell against the skull.
        hairline: (degrees from the front, y) of the lower edge, 0 to 180 degrees.
        rough: relief of curls or strands.
        ragged: unevenness of the edge.
        flare: width at the bottom of hair that hangs.
        bun: a knot on the crown.
        cloth: it is a scarf.
    """

    volume: float
    hairline: tuple[tuple[float, float], ...]
    rough: float = 0.02
    ragged: float = 0.035
    flare: float = 1.0
    bun: bool = False
    cloth: bool = False


def _curve(knots: list[tuple[float, float]], at: Array) -> Array:
    x, y = zip(*knots, strict=True)
    return np.asarray(PchipInterpolator(x, y)(np.clip(at, x[0], x[-1])), np.float32)


def _levels(profiles: list[Array], y: Array, n: int) -> Array:
    """n of the values ``y``, in equal steps along the profile that is steepest there."""
    steps = np.max([np.abs(np.diff(p)) for p in profiles], axis=0)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(steps, np.diff(y)))])
    return np.asarray(np.interp(np.linspace(0, length[-1], n), length, y), np.float32)


def _azimuths(reach: float, n: int) -> Array:
    """n angles from -reach to reach degrees, closer together at the front."""
    t = np.linspace(-1.0, 1.0, n)
    return np.asarray(np.radians(reach) * (t - 0.3 * np.sin(np.pi * t) / np.pi), np.float32)


def _shell(width: Array, front: Array, back: Array, azimuth: Array, power: float) -> Array:
    """(r, c, 2) x and z: round behind, superellipse of ``power`` in front."""
    sine = np.sin(azimuth)[None, :]
    ahead = np.cos(azimuth)[None, :] >= 0
    bulge = np.clip(1.0 - np.abs(sine) ** power, 0.0, None) ** (1.0 / power)
    x = width[:, None] * sine
    z = np.where(ahead, front[:, None] * bulge, -back[:, None] * np.sqrt(1.0 - sine**2))
    return np.stack([x, z], axis=2).astype(np.float32)


def mouth_lines(x: Array, c: Controls, b: Build) -> tuple[Array, Array, Array, Array]:
    """y of the outline of the lips at x: top, upper inner, lower inner and bottom edge."""
    half = MOUTH_X * c.mouth_width
    m = np.clip(np.abs(x) / half, 0.0, 1.0)
    middle = MOUTH_Y - 0.02 + 0.30 * c.corner - c.corner * m**1.6
    rounding = 0.5 - 0.25 * c.square
    arch = np.clip(1.0 - m**2, 0.0, None) ** rounding
    full = np.clip(1.0 - m**2, 0.0, None) ** 0.7
    upper = middle - 0.22 * c.gape * arch - 0.05 * c.sneer * bump(m - 0.45, 0.4)
    lower = middle + 0.78 * c.gape * arch
    cupid = 1.0 - 0.22 * bump(m, 0.16)
    top = upper - 0.092 * c.lips * b.lips * full * cupid
    bottom = lower + 0.125 * c.lips * b.lips * full
    return top, upper, lower, bottom


class Skull:
    """The face and the front of the skull of one person."""

    def __init__(self, build: Build, rows: int = 116, columns: int = 120) -> None:
        self.build = build
        fine = np.linspace(CROWN, CHIN, 2000, dtype=np.float32)
        y = _levels([_curve(_WIDTH, fine), _curve(_FRONT, fine)], fine, rows)
        azimuth = _azimuths(128.0, columns)
        jaw = 1.0 + (build.jaw - 1.0) * step(0.4, 1.3, y)
        width = _curve(_WIDTH, y) * jaw * build.width
        shell = _shell(width, _curve(_FRONT, y), _curve(_BACK, y), azimuth, 2.5)
        self._x, self._z = shell[..., 0], shell[..., 1]
        self._y = np.repeat(y[:, None], columns, axis=1)
        self._front = np.repeat(step(-0.05, 0.45, np.cos(azimuth))[None], rows, axis=0)
        self._azimuth = np.abs(np.degrees(azimuth))[None, :]
        self._fixed = self._relief()

    def _relief(self) -> Array:
        """Height of what does not move: nose, sockets, brows, cheekbones, chin."""
        b, x, y = self.build, np.abs(self._x), self._y
        nose_y = [-0.4, -0.22, -0.08, 0.1, 0.32, 0.48, 0.57, 0.63, 0.70, 0.78]
        nose_z = [0.0, 0.03, 0.07, 0.15, 0.29, 0.40, 0.43, 0.36, 0.12, 0.0]
        nose_w = [0.10, 0.10, 0.10, 0.115, 0.14, 0.165, 0.175, 0.175, 0.17, 0.16]
        height = np.interp(y, nose_y, nose_z) * b.nose
        flank = np.exp(-((x / (np.interp(y, nose_y, nose_w) * b.nose_width)) ** 2.2))
        alae = 0.16 * bump(x - 0.19 * b.nose_width, 0.085) * bump(y - 0.585, 0.085)
        socket = -0.17 * bump(x - 0.43, 0.25) * bump(y + 0.03, 0.17)
        ball = 0.09 * bump(x - EYE_X, 0.17) * bump(y, 0.11)
        ridge = 0.075 * bump(x - 0.38, 0.33) * bump(y + 0.27, 0.10)
        bone = 0.075 * b.cheeks * bump(x - 0.60, 0.24) * bump(y - 0.40, 0.22)
        hollow = -0.05 * bump(x - 0.62, 0.2) * bump(y - 0.95, 0.25)
        muzzle = 0.07 * bump(x, 0.42) * bump(y - 1.0, 0.28)
        groove = -0.07 * bump(x, 0.30) * bump(y - 1.25, 0.07)
        chin = 0.10 * bump(x, 0.26) * bump(y - 1.47, 0.17)
        philtrum = -0.018 * bump(x, 0.05) * bump(y - 0.83, 0.07)
        total = height * flank + alae + socket + ball + ridge + bone + hollow
        return np.asarray(total + muzzle + groove + chin + philtrum, np.float32)

    def surface(self, c: Controls, hairline: Array | None) -> Surface:
        """The skin, before the head turns. The chart is x, y, contact shadow."""
        x, y = np.abs(self._x), self._y
        drop = c.jaw * step(0.78, 1.25, y)
        moved = y + drop
        top, upper, lower, bottom = mouth_lines(self._x, c, self.build)
        thick = np.clip((bottom - lower + upper - top) * 5.0, 0.0, 1.0)
        mouth = bump(x, MOUTH_X * c.mouth_width)
        lips = 0.06 * thick * mouth * bump(moved - (top + upper) / 2, 0.06)
        lips += 0.075 * thick * mouth * bump(moved - (lower + bottom) / 2, 0.07)
        inside = step(0.0, 0.05, moved - upper) * step(0.0, 0.05, lower - moved)
        lips -= 0.10 * inside * mouth * min(c.gape * 6.0, 1.0)
        cheek = 0.11 * c.cheek * bump(x - 0.52, 0.22) * bump(y - 0.42, 0.17)
        line = 0.27 + 0.26 * np.clip((y - 0.62) / 0.4, 0.0, 1.0) ** 1.2
        fold = -0.035 * c.fold * bump(x - line, 0.055) * step(0.52, 0.66, y) * step(1.12, 0.9, y)
        knit = -0.03 * c.frown * bump(x - 0.07, 0.03) * bump(y + 0.24, 0.11)
        wrinkle = 0.03 * c.sneer * bump(x, 0.13) * bump(y - 0.02, 0.06)
        brow = 0.03 * c.frown * bump(x - 0.2, 0.14) * bump(y + 0.20, 0.08)
        z = self._z + self._front * (self._fixed + lips + cheek + fold + knit + wrinkle + brow)
        tall = np.where(moved > 0.0, moved * self.build.length, moved)
        points = np.stack([self._x, tall, z], axis=2).astype(np.float32)
        shadow = self._contact(hairline)
        chart = np.stack([self._x, moved, shadow], axis=2).astype(np.float32)
        return Surface(points, chart, np.ones_like(z, np.float32), SKIN)

    def _contact(self, hairline: Array | None) -> Array:
        """1 in the open, less close below the hair."""
        if hairline is None:
            return np.ones_like(self._y)
        edge = np.interp(self._azimuth, np.arange(181), hairline)
        gap = np.clip(self._y - edge, 0.0, None)
        return np.asarray(1.0 - 0.5 * np.exp(-gap / 0.10) - 0.12 * np.exp(-gap / 0.3), np.float32)


class Hair:
    """The hair or scarf of one person. The chart is azimuth, y, strand noise."""

    def __init__(
        self, style: HairStyle, build: Build, rng: np.random.Generator,
        rows: int = 100, columns: int = 170,
    ) -> None:  # fmt: skip
        self.style = style
        degrees, heights = zip(*style.hairline, strict=True)
        self.hairline = np.asarray(PchipInterpolator(degrees, heights)(np.arange(181)), np.float32)
        bottom = float(self.hairline.max()) + 0.15
        hangs = bottom > 1.2
        fine = np.linspace(CROWN, bottom, 2000, dtype=np.float32)
        y = _levels([_hanging(p, fine, hangs, 1.0) for p in _PROFILES], fine, rows)
        azimuth = _azimuths(180.0, columns)
        width, front, back = (
            _hanging(p, y, hangs, low)
            for p, low in zip(_PROFILES, (style.flare, 0.72, 1.16), strict=True)
        )
        shell = _shell(width * build.width, front, back, azimuth, 2.25)
        edge = np.interp(np.abs(np.degrees(azimuth)), np.arange(181), self.hairline)
        edge = edge + _seamless(noise(rng, (1, columns), (1, 64)))[0] * style.ragged
        gap = edge[None, :] - y[:, None]
        # Near the forehead the hair leaves the skin instead of floating before it.
        root = np.where(edge < 0.4, step(0.0, 0.45, gap), 1.0)
        grow = 1.035 + (style.volume - 1.035) * root
        grow = grow + style.rough * self._strands(rng, rows, columns) * root
        tall = np.repeat(y[:, None], columns, 1)
        points = np.stack([shell[..., 0], tall, shell[..., 1]], 2)
        centre = np.stack([np.zeros_like(y), np.clip(y, -0.3, None), np.full_like(y, -0.12)], 1)
        self._points = (centre[:, None] + (points - centre[:, None]) * grow[..., None]).astype(
            np.float32
        )
        self._cover = np.clip(0.5 + gap / 0.3, 0.0, 1.0).astype(np.float32)
        tone = self._tone(rng, rows, columns)
        self._chart = np.stack([np.repeat(azimuth[None], rows, 0), tall, tone], 2).astype(
            np.float32
        )

    def _strands(self, rng: np.random.Generator, rows: int, columns: int) -> Array:
        if self.style.rough > 0.035:
            return _seamless(noise(rng, (rows, columns), (17, 34)))
        fine = noise(rng, (rows, columns), (2, 56)) + noise(rng, (rows, columns), (4, 16))
        return _seamless(fine * 0.6)

    def _tone(self, rng: np.random.Generator, rows: int, columns: int) -> Array:
        down = 3 if self.style.rough <= 0.035 else 24
        fine = noise(rng, (rows, columns), (down, 90)) + noise(rng, (rows, columns), (down, 30))
        return _seamless(fine * 0.7)

    @property
    def covers_ears(self) -> bool:
        """Whether the ears lie beneath."""
        return bool(self.hairline[92] > 0.5)

    def surfaces(self) -> list[Surface]:
        """Shell and knot, before the head turns."""
        found = [Surface(self._points, self._chart, self._cover, HAIR, two_sided=True)]
        if self.style.bun:
            found.append(ellipsoid((0.0, -1.68, -0.45), (0.44, 0.38, 0.44), HAIR))
        return found


_PROFILES = (_WIDTH, _FRONT, _BACK)


def _hanging(profile: list[tuple[float, float]], y: Array, hangs: bool, low: float) -> Array:
    """A skull profile that, for hair that hangs, does not fall below ``low`` again."""
    skull = _curve(profile, y)
    if not hangs:
        return skull
    return np.asarray(np.maximum(skull, low * step(-1.9, 0.6, y)), np.float32)


def _seamless(around: Array) -> Array:
    """Make the last columns run into the first."""
    n = max(around.shape[1] // 8, 2)
    share = np.linspace(0.0, 1.0, n, dtype=np.float32)
    around[:, -n:] = around[:, -n:] * (1.0 - share) + around[:, :1] * share
    return np.asarray(around, np.float32)


def ellipsoid(
    centre: tuple[float, float, float], radii: tuple[float, float, float], material: int
) -> Surface:
    """A closed ellipsoid. The chart is azimuth (or centre x for skin), y, 0 (1 for skin)."""
    t = np.linspace(0.0, np.pi, 24, dtype=np.float32)[:, None]
    a = np.linspace(-np.pi, np.pi, 40, dtype=np.float32)[None, :]
    ball = np.stack([np.sin(t) * np.sin(a), -np.cos(t) + 0 * a, np.sin(t) * np.cos(a)], 2)
    points = ball * np.array(radii, np.float32) + np.array(centre, np.float32)
    first = a + 0 * t if material == HAIR else np.full_like(points[..., 0], centre[0] * 2.0)
    last = np.full_like(first, 0.0 if material == HAIR else 1.0)
    chart = np.stack([first, points[..., 1], last], 2).astype(np.float32)
    return Surface(points.astype(np.float32), chart, np.ones_like(first), material)


def ears(build: Build) -> list[Surface]:
    """Both ears, before the head turns."""
    side = 0.99 * build.width
    return [ellipsoid((s * side, 0.17, -0.16), (0.12, 0.29, 0.17), SKIN) for s in (-1.0, 1.0)]


def neck() -> Surface:
    """A column that stays upright. The chart is x, y, shadow of the chin."""
    y = np.linspace(0.7, 2.55, 40, dtype=np.float32)
    azimuth = _azimuths(180.0, 60)
    radius = np.interp(y, [0.7, 1.6, 2.05, 2.55], [0.55, 0.56, 0.60, 0.60])
    shell = _shell(radius.astype(np.float32), radius * 0.95, radius, azimuth, 2.0)
    tall = np.repeat(y[:, None], 60, 1)
    points = np.stack([shell[..., 0], tall, shell[..., 1] - 0.28 - 0.04 * tall], 2)
    shadow = step(1.55, 2.35, tall) * 0.62 + 0.38
    chart = np.stack([shell[..., 0], tall, shadow], 2).astype(np.float32)
    return Surface(points.astype(np.float32), chart, np.ones_like(shadow), NECK)


def torso(rng: np.random.Generator, bottom: float, broad: float) -> Surface:
    """Shoulders, chest and upper arms down to y = ``bottom``. The chart is x, y, folds."""
    ys = [1.82, 1.9, 2.05, 2.2, 2.4, 2.65, 3.0, 3.6, 4.6, 7.0, 16.0]
    widths = [0.35, 0.62, 0.86, 1.18, 1.72, 2.06, 2.24, 2.32, 2.36, 2.36, 2.10]
    depths = [0.3, 0.5, 0.62, 0.72, 0.84, 0.96, 1.06, 1.12, 1.1, 1.08, 1.05]
    y = np.concatenate([np.linspace(1.82, 2.7, 40), np.linspace(2.72, bottom, 60)])
    azimuth = _azimuths(180.0, 120)
    width = PchipInterpolator(ys, widths)(y).astype(np.float32) * broad
    depth = PchipInterpolator(ys, depths)(y).astype(np.float32)
    shell = _shell(width, depth, depth, azimuth, 2.2)
    tall = np.repeat(y[:, None], 120, 1).astype(np.float32)
    folds = noise(rng, (100, 120), (5, 20)) + 0.5 * noise(rng, (100, 120), (9, 40))
    arm = bump(np.abs(shell[..., 0]) - 1.52 * broad, 0.10) * step(2.75, 3.2, tall)
    x, z = shell[..., 0], shell[..., 1] - 0.40
    z = z + np.sign(shell[..., 1]) * (0.035 * folds * step(2.3, 3.0, tall) - 0.20 * arm)
    sag = 0.10 * bump(x, 0.7) * (z > -0.4)
    points = np.stack([x, tall + sag, z], 2).astype(np.float32)
    chart = np.stack([x, tall, folds], 2).astype(np.float32)
    return Surface(points, chart, np.ones_like(tall), CLOTH)
