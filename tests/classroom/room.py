"""The room behind the students: wall, noticeboard, window, door, and desks with things on them."""

from __future__ import annotations

import cv2
import numpy as np

from tests.classroom.easel import Easel, Layer
from tests.classroom.people import Colour
from tests.classroom.raster import Array, linear
from tests.classroom.scene import Row, Scene, Student
from tests.classroom.things import bag, poster


def wall(scene: Scene, margin: int = 0) -> Array:
    """(h, w, 3) linear light of the back of the room, a little out of focus.

    ``margin``: pixels more on every side than the scene's size.
    """
    width, height = scene.size
    s = height / 720.0
    rng = np.random.default_rng(scene.seed)
    full = width + 2 * margin
    easel = Easel(full, height + 2 * margin, -margin, -margin)
    floor = scene.rows[0].far + 6 * s
    easel.box(-margin, -margin, full, height + 2 * margin, linear(214, 206, 190))
    easel.grain(rng, (6, 11), 0.02)
    easel.ramp(-margin, floor + margin, 1.05, 0.86)
    easel.box(-margin, floor, full, height, linear(108, 98, 90))
    _window(easel, s, floor)
    _board(easel, rng, width, s, floor)
    _door(easel, width, s, floor)
    for sheet in scene.posters:
        poster(easel, sheet)
    easel.box(-margin, floor - 9 * s, full, 9 * s, linear(150, 138, 122))
    colour, _ = easel.shrunk()
    spill = np.linspace(1.12, 0.84, full, dtype=np.float32)[None, :, None]
    return np.asarray(cv2.GaussianBlur(colour * spill, (0, 0), 1.1 * s), np.float32)


def _window(easel: Easel, s: float, floor: float) -> None:
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


def _board(easel: Easel, rng: np.random.Generator, width: int, s: float, floor: float) -> None:
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


def _door(easel: Easel, width: int, s: float, floor: float) -> None:
    x, y, w = 0.835 * width, 30 * s, 128 * s
    easel.box(x - 9 * s, y - 9 * s, w + 18 * s, floor - y + 9 * s, linear(148, 122, 96))
    easel.box(x, y, w, floor - y, linear(158, 112, 74))
    for top in (y + 16 * s, y + 16 * s + 0.5 * (floor - y)):
        easel.box(x + 16 * s, top, w - 32 * s, 0.42 * (floor - y) - 6 * s, linear(142, 98, 62))
        easel.box(x + 19 * s, top + 3 * s, w - 38 * s, 0.42 * (floor - y) - 12 * s,
                  linear(162, 116, 78))  # fmt: skip
    easel.box(x + 8 * s, (y + floor) / 2, 12 * s, 5 * s, linear(206, 200, 188))


def desks(scene: Scene, index: int, margin: int = 0) -> Layer:
    """One row of desks with what lies on them, from the top edge down to the next row.

    ``margin``: pixels more on every side than the scene's size.
    """
    row = scene.rows[index]
    width, height = scene.size
    unit = (row.near - row.far) / 0.5
    top = int(max(row.far - 3.0 * unit, 0))
    rng = np.random.default_rng((scene.seed, index))
    bottom = int(min(row.foot + 3.0 * unit, height + margin))
    left, full = -9 - margin, width + 18 + 2 * margin
    easel = Easel(width + 2 * margin, bottom - top, top, -margin)
    wood = linear(206, 164, 116)
    easel.box(left, row.far, full, row.near - row.far, wood)
    easel.grain(rng, (60, 24), 0.035)
    easel.ramp(row.far, row.near - row.far, 0.80, 1.08)
    lip = 0.16 * unit
    easel.box(left, row.near, full, lip, wood * 1.12)
    easel.box(left, row.near + lip, full, row.foot - row.near - lip, linear(150, 112, 78))
    easel.box(left, row.near + lip, full, 0.5 * unit, linear(60, 42, 30), 0.22 * unit, 0.55)
    pitch = 4.6 * unit
    first = rng.uniform(0, pitch)
    first -= pitch * np.ceil(margin / pitch)
    for seam in np.arange(first, width + margin, pitch):
        easel.box(seam, row.near + lip, 0.08 * unit, row.foot - row.near, linear(92, 66, 46))
    easel.box(left, row.foot, full, height, linear(98, 88, 82))
    easel.box(left, row.foot, full, 0.4 * unit, linear(30, 26, 24), 0.25 * unit, 0.7)
    for student in scene.students:
        if student.row == index:
            _thing(easel, student, row, unit, rng)
    for thing in scene.bags:
        if thing.row == index:
            bag(easel, thing, row.far + 0.3 * unit)
    colour, alpha = easel.shrunk()
    colour *= np.linspace(1.06, 0.9, width + 2 * margin, dtype=np.float32)[None, :, None]
    return Layer(colour, alpha, -margin, top)


def _thing(easel: Easel, student: Student, row: Row, unit: float, rng: np.random.Generator) -> None:
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
