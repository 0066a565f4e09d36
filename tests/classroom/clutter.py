"""What is in a room beside its students and takes in detectors: posters, bags, backs of heads."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from tests.classroom.events import Back, Bag, Poster
from tests.classroom.lines import Clutter, Passer, Teacher
from tests.classroom.people import SHIRTS, draw_look
from tests.classroom.scene import Scene, Walker
from tests.classroom.script import TEACHER

PATTERNS = ("stripes", "dots", "checks", "print")


def furnish(scene: Scene, wish: Clutter) -> Scene:
    """The scene with the things asked for, at places drawn by its seed."""
    rng = np.random.default_rng((scene.seed, 9))
    students = scene.students
    if wish.patterns:
        students = tuple(
            replace(s, look=replace(s.look, pattern=PATTERNS[s.id % len(PATTERNS)]))
            for s in students
        )
    return replace(
        scene, students=students, posters=_posters(scene, wish, rng),
        bags=_bags(scene, wish.bags, rng), backs=_backs(scene, wish.backs, rng),
    )  # fmt: skip


def _posters(scene: Scene, wish: Clutter, rng: np.random.Generator) -> tuple[Poster, ...]:
    """Beside the noticeboard first, then on it. Raises ValueError where there is no room."""
    width, height = scene.size
    scale, floor = height / 720.0, scene.rows[0].far - 12.0 * height / 720.0
    tall = min(0.44 * floor, 130.0 * scale)
    slots = [(x * width, y) for y in (24.0 * scale, 24.0 * scale + 1.08 * tall)
             for x in (0.165, 0.228, 0.765, 0.31, 0.41, 0.51, 0.61)]  # fmt: skip
    # The clock hangs there.
    slots = [s for s in slots if not (s[0] == 0.765 * width and s[1] < 30.0 * scale)]
    kinds = ["portrait"] * wish.portraits
    kinds += [("map", "chart", "smiley")[i % 3] for i in range(wish.posters)]
    if len(kinds) > len(slots):
        raise ValueError(f"clutter: expected at most {len(slots)} posters, got {len(kinds)}")
    return tuple(
        Poster(kind, slots[i][0], slots[i][1], float(rng.uniform(0.50, 0.60) * tall),
               float(rng.uniform(0.88, 1.0) * tall), int(rng.integers(2**31)))
        for i, kind in enumerate(kinds)
    )  # fmt: skip


def _bags(scene: Scene, count: int, rng: np.random.Generator) -> tuple[Bag, ...]:
    """Between the seats."""
    places = []
    for number in range(len(scene.rows)):
        row = sorted((s for s in scene.students if s.row == number), key=lambda s: s.x)
        places += [(number, (a.x + b.x) / 2.0, a.face_width)
                   for a, b in pairwise(row)]  # fmt: skip
    if count > len(places):
        raise ValueError(f"clutter: expected at most {len(places)} bags, got {count}")
    chosen = rng.permutation(len(places))[:count]
    return tuple(
        Bag(places[i][0], places[i][1], float(rng.uniform(0.9, 1.2) * places[i][2]),
            SHIRTS[int(rng.integers(len(SHIRTS)))], int(rng.integers(2**31)))
        for i in chosen
    )  # fmt: skip


def _backs(scene: Scene, count: int, rng: np.random.Generator) -> tuple[Back, ...]:
    """A row of students before the camera, seen from behind."""
    width, height = scene.size
    face = 1.15 * max(s.face_width for s in scene.students)
    return tuple(
        Back(draw_look(rng, 100 + i), float((i + 0.5 + rng.uniform(-0.15, 0.15)) * width / count),
             0.95 * height + float(rng.uniform(-0.1, 0.1)) * face, face,
             float(rng.uniform(0, 2 * np.pi)))
        for i in range(count)
    )  # fmt: skip


SPEED = 0.2
"""Picture widths a second of who walks before the class."""


def teacher(scene: Scene, line: Teacher) -> Walker:
    """Walks in from the left, stops before a student and walks out to the right."""
    student = next(s for s in scene.students if s.id == line.student)
    width, height = scene.size
    face = 124.0 * height / 720.0
    return Walker(TEACHER, face, -0.17 * height,
                  _path(width, 1.5 * face, line.start, line.pause, student.x))  # fmt: skip


def passer(scene: Scene, line: Passer) -> Walker:
    """Walks through the picture with the back of the head in full view."""
    rng = np.random.default_rng((scene.seed, round(line.start * 100)))
    width, height = scene.size
    face = float(rng.uniform(60.0, 110.0)) * height / 720.0
    pattern = PATTERNS[int(rng.integers(len(PATTERNS)))]
    look = replace(draw_look(rng, int(rng.integers(100))), pattern=pattern)
    path = _path(width, 1.5 * face, line.start + 0.5 / SPEED, 0.0, width / 2.0)
    return Walker(look, face, float(rng.uniform(0.35, 0.6)) * height, path, 180.0)


def _path(
    width: int, out: float, start: float, pause: float, x: float
) -> tuple[tuple[float, float], ...]:
    speed = SPEED * width
    return ((start - (x + out) / speed, -out), (start, x), (start + pause, x),
            (start + pause + (width + out - x) / speed, width + out))  # fmt: skip
