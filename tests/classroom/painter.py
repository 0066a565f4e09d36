"""Composes the picture of one moment with every head drawn anew: exact, about 50 ms a face."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.types import STILL
from tests.classroom import things
from tests.classroom.camera import overscan, streak, view
from tests.classroom.easel import Layer
from tests.classroom.figure import Figure
from tests.classroom.raster import Array
from tests.classroom.room import desks, wall
from tests.classroom.scene import Scene
from tests.classroom.staging import Desk, Held, Item, Person

LENS_BLUR = 0.55
"""Standard deviation in pixels of the picture's softness at 720 rows."""

Picture = NDArray[np.uint8]
Shares = dict[int, float]
"""By student, the share of the face that is seen."""


class Painter:
    """Draws the items of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._margin = overscan(scene)
        self._wall = wall(scene, self._margin)
        self._desks = [desks(scene, i, self._margin) for i in range(len(scene.rows))]
        self._figures: dict[tuple[int, float], Figure] = {}
        self._held: dict[tuple[str, int, float], Layer] = {}

    def paint(self, items: list[Item], time: float, rng: np.random.Generator) -> tuple[
        Picture, Shares
    ]:  # fmt: skip
        """The picture, with noise from ``rng``, and how much is seen of every student's face."""
        picture = _Canvas(self._wall, self._margin)
        totals = {}
        for item in items:
            if isinstance(item, Desk):
                picture.lay(self._desks[item.row])
            elif isinstance(item, Held):
                picture.lay(cut(self._thing(item), item))
            else:
                total = self._person(picture, item)
                if item.student:
                    totals[item.student] = total
        look = view(self.scene, time)
        counts = np.bincount(seen(picture.owner, self.scene, look).ravel(), minlength=256)
        shares = {s: min(int(counts[s]) / max(total, 1) / zoom(look), 1.0)
                  for s, total in totals.items()}  # fmt: skip
        return self._develop(picture.colour, look, time, rng), shares

    def _person(self, picture: _Canvas, person: Person) -> int:
        """Lays a person so that the anchor is at x, y; how many pixels the face alone has."""
        key = (person.look.seed, person.face_width)
        if key not in self._figures:
            self._figures[key] = Figure(person.look, person.face_width, person.bottom)
        sprite = self._figures[key].render(person.state.pose, person.state.controls)
        x, y = person.x - sprite.anchor[0], person.y - sprite.anchor[1]
        picture.lay(Layer(sprite.colour, sprite.alpha, x, y))
        return picture.mark(sprite.face, x, y, person.student)

    def _thing(self, item: Held) -> Layer:
        key = (item.kind, item.student, item.face_width)
        if key not in self._held:
            self._held[key] = make(self.scene, item)
        return self._held[key]

    def _develop(
        self, colour: Array, look: NDArray[np.float64], time: float, rng: np.random.Generator
    ) -> Picture:
        """Camera, light, lens, sensor: linear light to 8 bits with noise."""
        flicker = 1.0 + 0.004 * np.sin(time * 11.0)
        soft = cv2.GaussianBlur(colour, (0, 0), LENS_BLUR * self.scene.size[1] / 720.0)
        soft = smeared(seen(soft, self.scene, look), streak(self.scene, time))
        exposed = soft * np.float32(self.scene.brightness(time) * flicker)
        image = tone(exposed) * 255.0
        grain = rng.standard_normal(image.shape[:2], np.float32)[..., None]
        colour_grain = rng.standard_normal((*image.shape[:2], 1), np.float32)
        image += self.scene.grain * (0.9 * grain + 0.4 * colour_grain * (1.0, 0.0, -1.0))
        return np.asarray(np.clip(np.round(image), 0, 255), np.uint8)


def tone(exposed: Array) -> Array:
    """Linear light to 0..1 as a camera stores it: highlights roll off instead of clipping."""
    exposed = np.where(exposed > 0.8, 1.0 - 0.2 * np.exp(-(exposed - 0.8) / 0.2), exposed)
    return np.asarray(cv2.pow(np.clip(exposed, 0.0, 1.0), 1.0 / 2.2))


def make(scene: Scene, item: Held) -> Layer:
    """The thing, its corner relative to the x, y of the item."""
    if item.kind == "book":
        layer = things.book((scene.seed, item.student, 1), item.look, item.face_width)
        return Layer(layer.colour, layer.alpha, -(layer.alpha.shape[1] // 2), 0)
    if item.kind == "hand":
        return things.hand(item.look, item.face_width, 1.0 if item.student % 2 else -1.0)
    return things.arms(item.look, item.face_width)


def cut(layer: Layer, item: Held) -> Layer:
    """The thing in its place, without what is below its bottom."""
    top = item.y + layer.y
    shown = min(len(layer.alpha), max(item.bottom - top, 0))
    return Layer(layer.colour[:shown], layer.alpha[:shown], item.x + layer.x, top)


def seen(canvas: Array, scene: Scene, look: NDArray[np.float64]) -> Array:
    """What a camera at ``look`` sees of a canvas with ``overscan``, at the scene's size.

    Numbers (whole, without channels) are not mixed.
    """
    margin = (canvas.shape[1] - scene.size[0]) // 2
    if not margin and (look == STILL).all():
        return canvas
    matrix = look.copy()
    matrix[:, 2] -= look[:, :2] @ (margin, margin)
    how = cv2.INTER_NEAREST if canvas.ndim == 2 else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(canvas, matrix, scene.size, flags=how,
                                     borderMode=cv2.BORDER_REPLICATE))  # fmt: skip


def smeared(image: Array, blur: tuple[float, float]) -> Array:
    """The image of a camera that moves by ``blur`` (x, y) pixels during the exposure."""
    length = float(np.hypot(*blur))
    if length < 0.7:
        return image
    half = int(np.ceil(length / 2.0))
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for share in np.linspace(-0.5, 0.5, 8 * half + 1):
        kernel[round(half + share * blur[1]), round(half + share * blur[0])] += 1.0
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()))


def zoom(look: NDArray[np.float64]) -> float:
    """By how much the camera enlarges an area."""
    return float(abs(np.linalg.det(look[:, :2])))


class _Canvas:
    """The frame while it is composed, from back to front."""

    def __init__(self, background: Array, margin: int) -> None:
        self._margin = margin
        self.colour = background.copy()
        self.owner = np.zeros(background.shape[:2], np.uint8)

    def _window(self, shape: tuple[int, ...], x: int, y: int) -> tuple[slice, slice, slice, slice]:
        height, width = self.owner.shape
        x, y = x + self._margin, y + self._margin
        top, left = min(max(y, 0), height), min(max(x, 0), width)
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
        if number:
            self.owner[down, across][face[rows, columns] > 0.5] = number
        return int(np.count_nonzero(face > 0.5))
