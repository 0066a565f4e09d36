"""Things that hide faces or look like some: books, hands, arms, posters and bags."""

from __future__ import annotations

import numpy as np

from tests.classroom.easel import Easel, Layer
from tests.classroom.events import Bag, Poster
from tests.classroom.people import HAIRS, SHIRTS, SKINS, Look
from tests.classroom.raster import Array, linear

Points = list[tuple[float, float]]


def book(seed: tuple[int, ...], look: Look, face_width: float) -> Layer:
    """A book held up with both hands, as large as needed to hide the face; corner at 0, 0."""
    unit = face_width / 2.0
    rng = np.random.default_rng(seed)
    w, h = 3.3 * unit, 3.0 * unit
    easel = Easel(int(w + 0.9 * unit), int(h + 0.2 * unit))
    x, cover = 0.4 * unit, linear(*rng.uniform(50, 170, 3))
    easel.box(x, 0, w, h, cover)
    easel.box(x + 0.04 * unit, 0.04 * unit, w / 2 - 0.1 * unit, h - 0.08 * unit, cover * 1.25)
    easel.box(x + w / 2 - 0.05 * unit, 0, 0.1 * unit, h, cover * 0.55)
    pale = np.clip(cover * 0.3 + 0.45, 0, 0.85)
    easel.box(x + w / 2 + 0.3 * unit, 0.45 * unit, w / 2 - 0.6 * unit, 0.35 * unit, pale)
    easel.box(x + w / 2 + 0.3 * unit, 1.0 * unit, w / 2 - 0.8 * unit, 0.12 * unit, pale)
    # One plain shape: drawn fingers look like a small face to a detector.
    skin = linear(*look.skin) * 0.62
    for left in (x - 0.12 * unit, x + w - 0.22 * unit):
        easel.box(left, h * 0.55, 0.34 * unit, 0.95 * unit, skin, 0.04 * unit)
    return _layer(easel)


def hand(look: Look, face_width: float, side: float) -> Layer:
    """A raised forearm with the palm before the face; corner so that the palm is at 0, 0.

    ``side`` is 1 for an elbow on the right, -1 on the left.
    """
    unit = face_width / 2.0
    easel = Easel(int(4.6 * unit), int(5.4 * unit))
    x, y = 2.3 * unit, 1.4 * unit

    def at(points: Points) -> Points:
        return [(x + side * px * unit, y + py * unit) for px, py in points]

    skin, cloth = linear(*look.skin) * 0.78, linear(*look.shirt) * 0.8
    soft = 0.03 * unit
    sleeve = [(0.10, 1.9), (1.10, 1.75), (1.95, 4.6), (0.6, 4.6)]
    easel.fill(at(sleeve), cloth, soft)
    easel.fill(at([(0.10, 1.9), (0.34, 1.86), (0.95, 4.6), (0.6, 4.6)]), cloth * 0.7, 0.1 * unit)
    easel.fill(at([(-0.30, 0.9), (0.72, 0.8), (0.98, 2.0), (0.18, 2.1)]), skin * 0.92, soft)
    # A mitten, as drawn fingers look like a small face to a detector.
    easel.fill(at(_oval(0.0, -0.12, 0.86, 1.08)), skin, soft)
    easel.fill(at(_oval(-0.72, 0.35, 0.26, 0.62, -0.5)), skin, soft)
    easel.fill(at(_oval(0.15, 0.10, 0.5, 0.7)), skin * 1.08, 0.2 * unit, 0.6)
    easel.fill(at(_oval(-0.45, 0.45, 0.10, 0.5, -0.4)), skin * 0.6, 0.08 * unit, 0.5)
    return _layer(easel, -round(x), -round(y))


def arms(look: Look, face_width: float) -> Layer:
    """Arms crossed on the desk; corner so that their middle is at 0, 0."""
    unit = face_width / 2.0
    easel = Easel(int(5.2 * unit), int(1.8 * unit))
    x, y = 2.6 * unit, 0.8 * unit

    def at(points: Points) -> Points:
        return [(x + px * unit, y + py * unit) for px, py in points]

    cloth, skin = linear(*look.shirt), linear(*look.skin)
    soft = 0.03 * unit
    easel.fill(at(_oval(0.0, 0.46, 2.2, 0.22)), linear(40, 30, 24), 0.1 * unit, 0.6)
    for side, dark in ((-1.0, 0.62), (1.0, 0.85)):
        # From the elbow outside, low, to the other arm's crook.
        arm = [(2.15, 0.10), (1.95, -0.35), (0.9, -0.62), (-0.9, -0.30), (-1.0, 0.16), (-0.6, 0.34),
               (1.7, 0.46)]  # fmt: skip
        easel.fill(at([(side * px, py) for px, py in arm]), cloth * dark, soft)
        ridge = [(1.8, -0.18), (0.9, -0.45), (-0.7, -0.16), (0.8, -0.24)]
        easel.fill(at([(side * px, py) for px, py in ridge]), cloth * dark * 1.3, 2.0 * soft, 0.7)
        under = [(1.8, 0.36), (-0.5, 0.28), (-0.2, 0.12), (1.6, 0.18)]
        easel.fill(at([(side * px, py) for px, py in under]), cloth * dark * 0.5, 2.5 * soft, 0.7)
    easel.fill(at(_oval(-1.15, 0.12, 0.42, 0.24, -0.25)), skin * 0.72, soft)
    return _layer(easel, -round(x), -round(y))


def poster(easel: Easel, sheet: Poster) -> None:
    """A poster on the wall."""
    rng = np.random.default_rng(sheet.seed)
    x, y, w, h = sheet.x, sheet.y, sheet.width, sheet.height
    easel.box(x + 0.02 * w, y + 0.03 * w, w, h, linear(80, 72, 64), 0.03 * w, 0.6)
    paper = linear(*rng.uniform((190, 186, 170), (248, 244, 236)))
    easel.box(x, y, w, h, paper)
    if sheet.kind == "portrait":
        _portrait(easel, sheet, rng)
    elif sheet.kind == "smiley":
        _smiley(easel, sheet)
    elif sheet.kind == "chart":
        for i, share in enumerate(rng.uniform(0.15, 0.6, 5)):
            bar = linear(*SHIRTS[int(rng.integers(len(SHIRTS)))])
            easel.box(x + (0.12 + 0.16 * i) * w, y + (0.85 - share) * h, 0.11 * w, share * h, bar)
        easel.box(x + 0.1 * w, y + 0.08 * h, 0.8 * w, 0.07 * h, linear(60, 60, 70))
    else:
        easel.box(x + 0.05 * w, y + 0.05 * h, 0.9 * w, 0.9 * h, linear(168, 202, 226))
        for _ in range(6):
            cx, cy = x + rng.uniform(0.25, 0.75) * w, y + rng.uniform(0.2, 0.8) * h
            land = linear(*rng.uniform((130, 150, 80), (220, 200, 140)))
            blob = [
                (
                    cx + 0.18 * w * px * rng.uniform(0.6, 1.2),
                    cy + 0.14 * h * py * rng.uniform(0.6, 1.2),
                )
                for px, py in _oval(0, 0, 1, 1, n=14)
            ]
            easel.fill(blob, land)


def _portrait(easel: Easel, sheet: Poster, rng: np.random.Generator) -> None:
    """A flat drawing of someone, as in a history book."""
    x, y, w, h = sheet.x, sheet.y, sheet.width, sheet.height
    unit = 0.21 * w
    cx, cy = x + 0.5 * w, y + 0.42 * h

    def oval(px: float, py: float, a: float, b: float, colour: Array) -> None:
        easel.fill([(cx + qx * unit, cy + qy * unit) for qx, qy in _oval(px, py, a, b)], colour)

    skin = linear(*SKINS[int(rng.integers(len(SKINS)))])
    hair = linear(*list(HAIRS.values())[int(rng.integers(len(HAIRS)))])
    coat = linear(*SHIRTS[int(rng.integers(len(SHIRTS)))])
    low, high = 0.05 * w, 0.86 * h
    easel.box(x + low, y + low, w - 2 * low, high, linear(*rng.uniform(90, 200, 3)))
    foot = y + low + high
    easel.fill([(cx - 0.62 * unit, cy + 1.7 * unit), (cx + 0.62 * unit, cy + 1.7 * unit),
                (cx + 1.9 * unit, cy + 2.4 * unit), (cx + 2.0 * unit, foot),
                (cx - 2.0 * unit, foot), (cx - 1.9 * unit, cy + 2.4 * unit)], coat)  # fmt: skip
    oval(0, -0.25, 1.16, 1.5, hair)
    oval(0, 1.6, 0.45, 0.7, skin * 0.8)
    oval(0, 0.25, 0.95, 1.35, skin)
    oval(0, -0.95, 0.95, 0.45, hair)
    for side in (-1.0, 1.0):
        oval(side * 0.42, 0.0, 0.2, 0.1, linear(236, 232, 226))
        oval(side * 0.42, 0.0, 0.09, 0.09, linear(40, 32, 28))
        oval(side * 0.42, -0.28, 0.26, 0.05, hair * 0.7)
    oval(0.06, 0.5, 0.1, 0.22, skin * 0.72)
    oval(0, 0.98, 0.36, 0.09, linear(150, 70, 66))
    easel.box(x + 0.15 * w, y + 0.93 * h, 0.7 * w, 0.03 * h, linear(50, 50, 50))


def _smiley(easel: Easel, sheet: Poster) -> None:
    cx, cy, r = sheet.x + 0.5 * sheet.width, sheet.y + 0.42 * sheet.height, 0.38 * sheet.width

    def oval(px: float, py: float, a: float, b: float, colour: Array) -> None:
        easel.fill([(cx + qx * r, cy + qy * r) for qx, qy in _oval(px, py, a, b)], colour)

    yellow, black = linear(246, 206, 62), linear(40, 34, 30)
    oval(0, 0, 1.0, 1.0, yellow)
    oval(-0.34, -0.22, 0.11, 0.19, black)
    oval(0.34, -0.22, 0.11, 0.19, black)
    oval(0, 0.26, 0.58, 0.40, black)
    oval(0, 0.10, 0.64, 0.36, yellow)


def bag(easel: Easel, thing: Bag, floor: float) -> None:
    """A backpack that stands with its foot at pixel row ``floor``."""
    rng = np.random.default_rng(thing.seed)
    w = thing.width
    x, y = thing.x, floor - 1.2 * w
    cloth = linear(*thing.colour) * 0.8

    def at(points: Points) -> Points:
        return [(x + px * w, y + py * w) for px, py in points]

    easel.fill(at(_oval(0, 1.18, 0.62, 0.08)), linear(30, 26, 24), 0.05 * w, 0.6)
    easel.fill(at(_oval(0, -0.02, 0.16, 0.14)), cloth * 0.4)
    easel.fill(at(_oval(0, -0.01, 0.10, 0.09)), linear(150, 130, 108))
    easel.fill(at([(-0.36, 0.06), (-0.22, 0.0), (0.22, 0.0), (0.36, 0.06), (0.47, 0.4),
                   (0.5, 1.14), (0.44, 1.2), (-0.44, 1.2), (-0.5, 1.14), (-0.47, 0.4)]),
               cloth, 0.01 * w)  # fmt: skip
    easel.fill(at([(-0.5, 0.5), (-0.36, 0.06), (-0.44, 1.2), (-0.5, 1.14)]), cloth * 0.6, 0.05 * w)
    easel.fill(at([(-0.38, 0.62), (0.38, 0.62), (0.40, 1.1), (-0.40, 1.1)]), cloth * 1.2, 0.01 * w)
    easel.fill(at([(-0.40, 0.58), (0.40, 0.58), (0.40, 0.66), (-0.40, 0.66)]), cloth * 0.45)
    metal = linear(*rng.uniform(150, 220, 3))
    for side in (-0.24, 0.24):
        easel.fill(at([(side - 0.03, 0.2), (side + 0.03, 0.2), (side + 0.03, 0.8),
                       (side - 0.03, 0.8)]), cloth * 0.4)  # fmt: skip
        easel.fill(at(_oval(side, 0.64, 0.07, 0.055)), metal)


def _oval(x: float, y: float, a: float, b: float, turn: float = 0.0, n: int = 36) -> Points:
    """An ellipse about x, y, turned clockwise by ``turn`` radians."""
    t = np.linspace(0.0, 2.0 * np.pi, n, endpoint=False)
    u, v = a * np.cos(t), b * np.sin(t)
    across, down = u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn)
    return list(zip((x + across).tolist(), (y + down).tolist(), strict=True))


def _layer(easel: Easel, x: int = 0, y: int = 0) -> Layer:
    colour, alpha = easel.shrunk()
    return Layer(colour, alpha, x, y)
