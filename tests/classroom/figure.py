"""One person rendered: head, hair, neck and shoulders as a picture with transparency."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tests.classroom.controls import Controls
from tests.classroom.face import (
    HAIR_WRAP,
    SKIN_WRAP,
    paint_cloth,
    paint_hair,
    paint_neck,
    paint_skin,
)
from tests.classroom.head import (
    CLOTH,
    EYE_X,
    HAIR,
    MOUTH_Y,
    NECK,
    PIVOT,
    SKIN,
    Hair,
    Skull,
    ears,
    neck,
    torso,
)
from tests.classroom.people import STYLES, Look
from tests.classroom.raster import Array, Pixels, Surface, rotation, shade, shrink, splat

SHARPNESS = 130.0
"""Faces are drawn at least about this many pixels wide and then shrunk."""

BOX_WIDTH, BOX_HEIGHT, BOX_LIFT = 1.02, 1.28, 0.075
"""The truth box is what a person would draw: ear to ear, hairline to chin. In face widths, with
its centre above the middle between eyes and mouth."""


@dataclass(frozen=True)
class Pose:
    """How a head is held.

    Degrees: yaw to the image's right, pitch down, roll clockwise. ``shift`` moves the head over
    the shoulders, in half face widths; ``gaze`` turns the eyes, -1..1 right and down.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    gaze: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Sprite:
    """A rendered person.

    Attributes:
        colour: (h, w, 3) linear light times alpha.
        alpha: (h, w) cover, 0..1.
        face: (h, w) cover of the head without hair and neck.
        anchor: (x, y) pixel in the picture of the point (0, 0) of the upright head.
        box: truth box relative to the anchor: x, y, width, height.
    """

    colour: Array
    alpha: Array
    face: Array
    anchor: tuple[int, int]
    box: tuple[float, float, float, float]


class Figure:
    """Renders one person in any pose at one size."""

    def __init__(
        self, look: Look, face_width: float, bottom: float = 4.2, fineness: float | None = None
    ) -> None:
        """``face_width`` in pixels; the body is drawn to ``bottom`` half face widths.

        ``fineness``: how many times larger it is drawn before it is shrunk, in halves; None: as
        large as ``SHARPNESS`` asks for.
        """
        rng = np.random.default_rng(look.seed)
        self.look = look
        self.unit = face_width / 2.0
        self._skull = Skull(look.build)
        self._hair = Hair(STYLES[look.style], look.build, rng)
        self._ears = [] if self._hair.covers_ears else ears(look.build)
        self._factor = fineness or float(np.clip(np.ceil(SHARPNESS / face_width), 2, 7))
        left, up = int(np.ceil(2.6 * self.unit)), int(np.ceil(2.5 * self.unit))
        self._anchor = (left, up)
        self._size = (2 * left, up + int(np.ceil(bottom * self.unit)))
        if self._factor % 1.0:
            self._size = (self._size[0], self._size[1] // 2 * 2)
        self._body = Pixels.empty(*(round(side * self._factor) for side in self._size))
        for part in (torso(rng, bottom + 0.5, look.broad), neck()):
            self._splat(self._body, part)
        self._body_colour = np.zeros((*self._body.material.shape, 3), np.float32)
        self._shade(self._body, self._body_colour, (NECK, CLOTH), Controls(), (0.0, 0.0))

    def _splat(self, pixels: Pixels, surface: Surface) -> None:
        factor = self._factor
        origin = (self._anchor[0] * factor, self._anchor[1] * factor)
        splat(pixels, surface, self.unit * factor, origin)

    def body(self) -> Sprite:
        """Neck and shoulders alone."""
        alpha = shrink((self._body.material > 0).astype(np.float32), self._size)
        colour = shrink(self._body_colour, self._size)
        box = face_box(self.look, 2.0 * self.unit, Pose(), 0.0)
        return Sprite(colour, alpha, np.zeros_like(alpha), self._anchor, box)

    def render(self, pose: Pose, controls: Controls, with_body: bool = True) -> Sprite:
        """Draw the person, or without the body only what of the head is before it."""
        turn = rotation(pose.yaw, pose.pitch + controls.pitch, pose.roll)
        shift = np.array([*pose.shift, 0.0], np.float32) + PIVOT
        pixels = Pixels(
            self._body.depth.copy(), self._body.material.copy(), self._body.normal.copy(),
            self._body.chart.copy(),
        )  # fmt: skip
        head = [self._skull.surface(controls, self._hair.hairline), *self._ears]
        for part in [*head, *self._hair.surfaces()]:
            points = (part.points - PIVOT) @ turn.T + shift
            self._splat(pixels, replace(part, points=points))
        colour = self._body_colour.copy() if with_body else np.zeros_like(self._body_colour)
        self._shade(pixels, colour, (SKIN, HAIR), controls, pose.gaze)
        solid = pixels.material > 0 if with_body else np.isin(pixels.material, (SKIN, HAIR))
        alpha = solid.astype(np.float32)
        face = (pixels.material == SKIN).astype(np.float32)
        size = self._size
        return Sprite(
            shrink(colour, size),
            shrink(alpha, size),
            shrink(face, size),
            self._anchor,
            face_box(self.look, 2.0 * self.unit, pose, pose.pitch + controls.pitch),
        )

    def _shade(
        self, pixels: Pixels, colour: Array, materials: tuple[int, ...], controls: Controls,
        gaze: tuple[float, float],
    ) -> None:  # fmt: skip
        """Fill ``colour`` where ``pixels`` shows one of ``materials``."""
        for material in materials:
            here = np.flatnonzero(pixels.material.ravel() == material)
            chart = pixels.chart.reshape(-1, 3)[here]
            if material == SKIN:
                paint = paint_skin(chart, self.look, controls, gaze)
            elif material == HAIR:
                paint = paint_hair(chart, self.look)
            elif material == NECK:
                paint = paint_neck(chart, self.look)
            else:
                paint = paint_cloth(chart, self.look)
            wrap = SKIN_WRAP if material in (SKIN, NECK) else HAIR_WRAP
            normal = pixels.normal.reshape(-1, 3)[here]
            colour.reshape(-1, 3)[here] = shade(paint.albedo, normal, paint.gloss, wrap)


def face_box(
    look: Look, face_width: float, pose: Pose, pitch: float
) -> tuple[float, float, float, float]:
    """Upright truth box around the face, hidden or not, relative to the point (0, 0) of the head.

    ``pitch`` is the whole of it, with what the expression adds to the pose.
    """
    turn = rotation(pose.yaw, pitch, pose.roll)
    shift = np.array([*pose.shift, 0.0], np.float32) + PIVOT
    marks = np.array(
        [[-EYE_X, 0.0, 0.80], [EYE_X, 0.0, 0.80], [0.0, MOUTH_Y * look.build.length, 1.05]],
        np.float32,
    )
    eyes_and_mouth = (marks - PIVOT) @ turn.T + shift
    middle = (eyes_and_mouth[:2].mean(axis=0) + eyes_and_mouth[2]) / 2.0 * (face_width / 2.0)
    x, y = float(middle[0]), float(middle[1]) - BOX_LIFT * face_width
    width, height = BOX_WIDTH * face_width, BOX_HEIGHT * face_width
    return (x - width / 2.0, y - height / 2.0, width, height)
