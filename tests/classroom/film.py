"""Renders a scene frame by frame, with the exact truth of every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.classroom.controls import PRESETS
from tests.classroom.figure import Figure, Pose, Sprite
from tests.classroom.raster import Array
from tests.classroom.room import Layer, book, desks, wall
from tests.classroom.scene import Scene, State, Student, book_raise, state, walker_x

BACK_VIEW = Pose(yaw=160.0)
"""The teacher walks to the right and looks at the class."""

LENS_BLUR = 0.55
"""Standard deviation in pixels of the picture's softness at 720 rows."""


@dataclass(frozen=True)
class FaceTruth:
    """One student in one frame.

    Attributes:
        id: of the student.
        box: x, y, width, height in pixels, from ear to ear and hairline to chin, hidden or not.
        label, strength: the scripted expression that is shown most, and how far, 0..1.
        yaw, pitch, roll: degrees, to the image's right, down, clockwise.
        visible: share of the head's skin that nothing hides, 0..1.
    """

    id: int
    box: tuple[float, float, float, float]
    label: str
    strength: float
    yaw: float
    pitch: float
    roll: float
    visible: float


@dataclass(frozen=True)
class Shot:
    """One frame: (h, w, 3) uint8 RGB and the truth of every student, by id."""

    image: NDArray[np.uint8]
    timestamp: float
    faces: tuple[FaceTruth, ...]


class _Picture:
    """The frame while it is composed, from back to front."""

    def __init__(self, background: Array) -> None:
        self.colour = background.copy()
        self.owner = np.zeros(background.shape[:2], np.uint8)

    def _window(self, shape: tuple[int, ...], x: int, y: int) -> tuple[slice, slice, slice, slice]:
        height, width = len(self.owner), len(self.owner[0])
        top, left = max(y, 0), max(x, 0)
        bottom, right = max(min(y + shape[0], height), top), max(min(x + shape[1], width), left)
        return (slice(top, bottom), slice(left, right), slice(top - y, bottom - y),
                slice(left - x, right - x))  # fmt: skip

    def lay(self, layer: Layer) -> None:
        """Put a layer in front."""
        down, across, rows, columns = self._window(layer.alpha.shape, layer.x, layer.y)
        alpha = layer.alpha[rows, columns]
        part = self.colour[down, across]
        part *= 1.0 - alpha[..., None]
        part += layer.colour[rows, columns]
        self.owner[down, across][alpha > 0.5] = 0

    def mark(self, face: Array, x: int, y: int, number: int) -> int:
        """Note whose face the topmost pixels are; how many there would be with nothing before."""
        down, across, rows, columns = self._window(face.shape, x, y)
        self.owner[down, across][face[rows, columns] > 0.5] = number
        return int(np.count_nonzero(face > 0.5))


class Film:
    """A scene made visible. Frames must be asked for in order to get the same noise."""

    def __init__(self, scene: Scene) -> None:
        if len(scene.students) > 255:
            raise ValueError(f"students: expected at most 255, got {len(scene.students)}")
        self.scene = scene
        self._wall = wall(scene)
        self._desks = [desks(scene, i) for i in range(len(scene.rows))]
        self._figures = {
            s.id: Figure(
                s.look, s.face_width, (scene.rows[s.row].far - s.y) / s.face_width * 2 + 0.6
            )
            for s in scene.students
        }
        students = {s.id: s for s in scene.students}
        self._books = [(b, book(scene, students[b.student])) for b in scene.books]
        self._walkers = [
            (w, Figure(w.look, w.face_width, (scene.size[1] - w.y) / w.face_width * 2 + 0.8).render(
                BACK_VIEW, PRESETS["neutral"]))
            for w in scene.walkers
        ]  # fmt: skip

    def shots(self) -> Iterator[Shot]:
        """All frames in time order."""
        rng = np.random.default_rng((self.scene.seed, 2))
        for index in range(self.scene.frames):
            yield self.shot(index / self.scene.fps, rng)

    def shot(self, time: float, rng: np.random.Generator) -> Shot:
        """The frame at ``time`` with noise from ``rng``."""
        picture = _Picture(self._wall)
        found: list[tuple[Student, State, Sprite, int]] = []
        for row in range(len(self.scene.rows)):
            here = (s for s in self.scene.students if s.row == row)
            found.extend(self._seat(picture, student, time) for student in here)
            picture.lay(self._desks[row])
            self._raise_books(picture, row, time)
        for walker, sprite in self._walkers:
            x = walker_x(walker, time)
            if x is not None:
                bob = 0.03 * walker.face_width * abs(np.sin(time * 5.2))
                self._place(picture, sprite, x, walker.y - bob)
        counts = np.bincount(picture.owner.ravel(), minlength=256)
        faces = tuple(
            self._truth(student, moment, sprite, int(counts[student.id]) / max(total, 1))
            for student, moment, sprite, total in sorted(found, key=lambda f: f[0].id)
        )
        return Shot(self._develop(picture.colour, time, rng), time, faces)

    def _seat(
        self, picture: _Picture, student: Student, time: float
    ) -> tuple[Student, State, Sprite, int]:
        moment = state(student, time)
        sprite = self._figures[student.id].render(moment.pose, moment.controls)
        x, y = self._place(picture, sprite, student.x, student.y)
        return student, moment, sprite, picture.mark(sprite.face, x, y, student.id)

    @staticmethod
    def _place(picture: _Picture, sprite: Sprite, x: float, y: float) -> tuple[int, int]:
        """Lay a person so that the anchor is at the pixel nearest to x, y."""
        left, top = round(x) - sprite.anchor[0], round(y) - sprite.anchor[1]
        picture.lay(Layer(sprite.colour, sprite.alpha, left, top))
        return left, top

    def _raise_books(self, picture: _Picture, row: int, time: float) -> None:
        students = {s.id: s for s in self.scene.students if s.row == row}
        for held, layer in self._books:
            lift = book_raise(held, time)
            if held.student not in students or lift <= 0.0:
                continue
            student = students[held.student]
            unit = student.face_width / 2.0
            height, width = layer.alpha.shape
            up, down = student.y - 0.75 * unit, self.scene.rows[row].far
            top = round(down + (up - down) * lift)
            shown = min(height, max(round(self.scene.rows[row].far + 0.2 * unit) - top, 0))
            picture.lay(Layer(layer.colour[:shown], layer.alpha[:shown],
                              round(student.x) - width // 2, top))  # fmt: skip

    @staticmethod
    def _truth(student: Student, moment: State, sprite: Sprite, visible: float) -> FaceTruth:
        x, y, width, height = sprite.box
        return FaceTruth(
            student.id,
            (x + round(student.x), y + round(student.y), width, height),
            moment.label, moment.strength, moment.pose.yaw, moment.pitch, moment.pose.roll,
            min(visible, 1.0),
        )  # fmt: skip

    def _develop(self, colour: Array, time: float, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Light, lens, sensor: linear light to 8 bits with noise."""
        flicker = 1.0 + 0.004 * np.sin(time * 11.0)
        soft = cv2.GaussianBlur(colour, (0, 0), LENS_BLUR * self.scene.size[1] / 720.0)
        exposed = soft * np.float32(self.scene.brightness(time) * flicker)
        # Highlights roll off instead of clipping, as a camera's do.
        exposed = np.where(exposed > 0.8, 1.0 - 0.2 * np.exp(-(exposed - 0.8) / 0.2), exposed)
        image = cv2.pow(np.clip(exposed, 0.0, 1.0), 1.0 / 2.2) * 255.0
        grain = rng.standard_normal(image.shape[:2], np.float32)[..., None]
        colour_grain = rng.standard_normal((*image.shape[:2], 1), np.float32)
        image += self.scene.grain * (0.9 * grain + 0.4 * colour_grain * (1.0, 0.0, -1.0))
        return np.asarray(np.clip(np.round(image), 0, 255), np.uint8)
