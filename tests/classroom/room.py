"""The room behind the students: wall, noticeboard, window, door, and desks with things on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from tests.classroom.people import Colour
from tests.classroom.raster import Array, linear, noise, shrink
from tests.classroom.scene import Row, Scene, Student

FINE = 2
"""Everything here is drawn this many times larger and shrunk, for smooth edges."""


@dataclass(frozen=True)
class Layer:
    """A picture in front of what was drawn before.

    ``colour`` (h, w, 3) is linear light times ``alpha`` (h, w); ``x``, ``y`` its corner.
    """

    colour: Array
    alpha: Array
    x: int
    y: int


class _Easel:
    """Draws polygons in frame pixels on a finer linear canvas."""

    def __init__(self, width: int, height: int, top: int = 0) -> None:
        self._top = top
        self.colour = np.zeros((height * FINE, width * FINE, 3), np.float32)
        self.alpha = np.zeros((height * FINE, width * FINE), np.float32)

    def fill(self, points: list[tuple[float, float]], colour: Array, blur: float = 0.0,
             opacity: float = 1.0) -> None:  # fmt: skip
        """A filled polygon; ``blur`` in frame pixels softens it, for shadows and glow."""
        corners = np.array([(x, y - self._top) for x, y in points]) * FINE
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


def wall(scene: Scene) -> Array:
    """(h, w, 3) linear light of the back of the room, a little out of focus."""
    width, height = scene.size
    s = height / 720.0
    rng = np.random.default_rng(scene.seed)
    easel = _Easel(width, height)
    floor = scene.rows[0].far + 6 * s
    easel.box(0, 0, width, height, linear(214, 206, 190))
    easel.grain(rng, (6, 11), 0.02)
    easel.ramp(0, floor, 1.05, 0.86)
    easel.box(0, floor, width, height, linear(108, 98, 90))
    _window(easel, s, floor)
    _board(easel, rng, width, s, floor)
    _door(easel, width, s, floor)
    easel.box(0, floor - 9 * s, width, 9 * s, linear(150, 138, 122))
    colour, _ = easel.shrunk()
    spill = np.linspace(1.12, 0.84, width, dtype=np.float32)[None, :, None]
    return np.asarray(cv2.GaussianBlur(colour * spill, (0, 0), 1.1 * s), np.float32)


def _window(easel: _Easel, s: float, floor: float) -> None:
    """A window seen at an angle in the left corner, with sky and a tree line."""
    top, sill = 22 * s, floor - 62 * s
    frame = linear(236, 234, 228)
    easel.fill([(0, 0), (168 * s, top), (168 * s, sill + 10 * s), (0, sill + 38 * s)], frame)
    for left, right in ((-4, 66), (80, 156)):
        rise, drop = (22 - 0.13 * left) * s, 0.16 * (156 - left) * s
        pane = [(left * s, rise), (right * s, rise + 6 * s), (right * s, sill), (left * s, sill)]
        easel.fill(pane, linear(196, 222, 246))
        easel.fill(
            [
                (left * s, rise),
                (right * s, rise),
                (right * s, rise + 60 * s),
                (left * s, rise + 70 * s),
            ],
            linear(232, 242, 252),
            blur=14 * s,
            opacity=0.6,
        )
        hedge = [(left * s, sill - drop - 12 * s), (right * s, sill - 30 * s), (right * s, sill),
                 (left * s, sill)]  # fmt: skip
        easel.fill(hedge, linear(126, 156, 112), blur=3 * s, opacity=0.85)
        easel.fill(pane, linear(255, 252, 240), blur=26 * s, opacity=0.25)


def _board(easel: _Easel, rng: np.random.Generator, width: int, s: float, floor: float) -> None:
    """A noticeboard with sheets, and a clock."""
    x, y, w, h = 0.29 * width, 26 * s, 0.40 * width, floor - 112 * s
    easel.box(x + 3 * s, y + 7 * s, w, h, linear(90, 80, 70), blur=5 * s, opacity=0.5)
    easel.box(x - 7 * s, y - 7 * s, w + 14 * s, h + 14 * s, linear(126, 88, 56))
    easel.box(x, y, w, h, linear(186, 150, 104))
    paper: tuple[Colour, ...] = (
        (242, 240, 232), (250, 244, 220), (186, 212, 232), (244, 196, 180), (206, 226, 184),
        (246, 222, 140),
    )  # fmt: skip
    columns = 9
    for column in range(columns):
        wide, tall = rng.uniform(30, 46) * s, rng.uniform(36, 56) * s
        left = x + (column + 0.5) * w / columns - wide / 2 + rng.uniform(-4, 4) * s
        for up in (y + 10 * s, y + h - tall - 10 * s):
            if rng.random() < 0.22 or h < 2 * tall:
                continue
            at = up + rng.uniform(-3, 3) * s
            easel.box(left + 2 * s, at + 2 * s, wide, tall, linear(96, 76, 54), 1.5 * s, 0.6)
            sheet = linear(*paper[int(rng.integers(len(paper)))])
            easel.box(left, at, wide, tall, sheet)
            if rng.random() < 0.4:
                tint = linear(*rng.uniform(60, 210, 3))
                easel.box(left + 5 * s, at + 6 * s, wide - 10 * s, tall * 0.45, tint, 1.0 * s, 0.8)
            for line in np.arange(at + tall * 0.62, at + tall - 5 * s, 5 * s):
                easel.box(left + 5 * s, line, wide - 10 * s, 1.5 * s, sheet * 0.45)
    dial = [(x + w + 62 * s + 24 * s * np.cos(a), 66 * s + 24 * s * np.sin(a))
            for a in np.linspace(0, 2 * np.pi, 40)]  # fmt: skip
    easel.fill(dial, linear(176, 158, 132))
    easel.fill(
        [
            (x + w + 62 * s + (px - x - w - 62 * s) * 0.86, 66 * s + (py - 66 * s) * 0.86)
            for px, py in dial
        ],
        linear(244, 242, 236),
    )
    easel.box(x + w + 61 * s, 49 * s, 2.4 * s, 18 * s, linear(40, 40, 44))
    easel.box(x + w + 61 * s, 65 * s, 14 * s, 2.4 * s, linear(40, 40, 44))


def _door(easel: _Easel, width: int, s: float, floor: float) -> None:
    x, y, w = 0.835 * width, 30 * s, 128 * s
    easel.box(x - 9 * s, y - 9 * s, w + 18 * s, floor - y + 9 * s, linear(148, 122, 96))
    easel.box(x, y, w, floor - y, linear(158, 112, 74))
    for top in (y + 16 * s, y + 16 * s + 0.5 * (floor - y)):
        easel.box(x + 16 * s, top, w - 32 * s, 0.42 * (floor - y) - 6 * s, linear(142, 98, 62))
        easel.box(x + 19 * s, top + 3 * s, w - 38 * s, 0.42 * (floor - y) - 12 * s,
                  linear(162, 116, 78))  # fmt: skip
    easel.box(x + 8 * s, (y + floor) / 2, 12 * s, 5 * s, linear(206, 200, 188))


def desks(scene: Scene, index: int) -> Layer:
    """One row of desks with what lies on them, from the top edge down to the next row."""
    row = scene.rows[index]
    width, height = scene.size
    unit = (row.near - row.far) / 0.5
    top = int(max(row.far - 3.0 * unit, 0))
    rng = np.random.default_rng((scene.seed, index))
    bottom = int(min(row.foot + 3.0 * unit, height))
    easel = _Easel(width, bottom - top, top)
    wood = linear(206, 164, 116)
    easel.box(-9, row.far, width + 18, row.near - row.far, wood)
    easel.grain(rng, (60, 24), 0.035)
    easel.ramp(row.far, row.near - row.far, 0.80, 1.08)
    lip = 0.16 * unit
    easel.box(-9, row.near, width + 18, lip, wood * 1.12)
    easel.box(-9, row.near + lip, width + 18, row.foot - row.near - lip, linear(150, 112, 78))
    easel.box(-9, row.near + lip, width + 18, 0.5 * unit, linear(60, 42, 30), 0.22 * unit, 0.55)
    pitch = 4.6 * unit
    for seam in np.arange(rng.uniform(0, pitch), width, pitch):
        easel.box(seam, row.near + lip, 0.08 * unit, row.foot - row.near, linear(92, 66, 46))
    easel.box(-9, row.foot, width + 18, height, linear(98, 88, 82))
    easel.box(-9, row.foot, width + 18, 0.4 * unit, linear(30, 26, 24), 0.25 * unit, 0.7)
    for student in scene.students:
        if student.row == index:
            _thing(easel, student, row, unit, rng)
    colour, alpha = easel.shrunk()
    colour *= np.linspace(1.06, 0.9, width, dtype=np.float32)[None, :, None]
    return Layer(colour, alpha, 0, top)


def _thing(
    easel: _Easel, student: Student, row: Row, unit: float, rng: np.random.Generator
) -> None:
    """What the student has on the desk, and the shadow that the student throws on it."""
    x, far = student.x, row.far
    easel.box(x - 1.9 * unit, far, 3.8 * unit, 0.22 * unit, linear(70, 48, 34), 0.14 * unit, 0.6)
    side = float(rng.choice((-1.0, 1.0)))
    if student.item == "book":
        paper = linear(238, 234, 222)
        left = x + side * 0.5 * unit - 0.9 * unit
        easel.fill(
            [
                (left + 0.12 * unit, far + 0.1 * unit),
                (left + 1.7 * unit, far + 0.1 * unit),
                (left + 1.85 * unit, far + 0.42 * unit),
                (left, far + 0.42 * unit),
            ],
            paper,
        )
        easel.box(left + 0.88 * unit, far + 0.1 * unit, 0.06 * unit, 0.32 * unit, paper * 0.6)
    elif student.item == "laptop":
        lid = linear(128, 132, 140)
        left, up = x - 1.25 * unit, far - 0.95 * unit
        easel.fill(
            [
                (left + 0.1 * unit, up),
                (left + 2.4 * unit, up),
                (left + 2.5 * unit, far + 0.3 * unit),
                (left, far + 0.3 * unit),
            ],
            lid,
        )
        easel.box(left, far + 0.26 * unit, 2.5 * unit, 0.08 * unit, lid * 0.5)
    elif student.item == "bottle":
        left = x + side * 1.75 * unit
        tint = linear(*rng.uniform(50, 190, 3))
        easel.box(left, far - 1.05 * unit, 0.5 * unit, 1.35 * unit, tint)
        easel.box(left + 0.08 * unit, far - 1.0 * unit, 0.1 * unit, 1.2 * unit, tint * 1.8 + 0.1,
                  0.05 * unit, 0.7)  # fmt: skip
        easel.box(left + 0.12 * unit, far - 1.3 * unit, 0.26 * unit, 0.26 * unit, tint * 0.4)


def book(scene: Scene, student: Student) -> Layer:
    """A book held up with both hands, as large as needed to hide the face; corner at 0, 0."""
    unit = student.face_width / 2.0
    rng = np.random.default_rng((scene.seed, student.id, 1))
    w, h = 3.3 * unit, 3.0 * unit
    easel = _Easel(int(w + 0.9 * unit), int(h + 0.2 * unit))
    x, cover = 0.4 * unit, linear(*rng.uniform(50, 170, 3))
    easel.box(x, 0, w, h, cover)
    easel.box(x + 0.04 * unit, 0.04 * unit, w / 2 - 0.1 * unit, h - 0.08 * unit, cover * 1.25)
    easel.box(x + w / 2 - 0.05 * unit, 0, 0.1 * unit, h, cover * 0.55)
    pale = np.clip(cover * 0.3 + 0.45, 0, 0.85)
    easel.box(x + w / 2 + 0.3 * unit, 0.45 * unit, w / 2 - 0.6 * unit, 0.35 * unit, pale)
    easel.box(x + w / 2 + 0.3 * unit, 1.0 * unit, w / 2 - 0.8 * unit, 0.12 * unit, pale)
    # One plain shape: drawn fingers look like a small face to a detector.
    skin = linear(*student.look.skin) * 0.62
    for left in (x - 0.12 * unit, x + w - 0.22 * unit):
        easel.box(left, h * 0.55, 0.34 * unit, 0.95 * unit, skin, 0.04 * unit)
    colour, alpha = easel.shrunk()
    return Layer(colour, alpha, 0, 0)
