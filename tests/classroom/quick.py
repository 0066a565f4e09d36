"""Composes pictures from stored heads, fast enough to draw minutes of a full class.

A head is drawn once for every step of its angles and expressions and then only moved, rolled and
laid over what is behind it. Everything is kept in 8 bits and as bright as on the screen, so that
the light of a moment is one look-up and the noise one addition.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.classroom.camera import overscan, streak, view
from tests.classroom.controls import blend
from tests.classroom.easel import Layer
from tests.classroom.figure import Figure, Pose, face_box
from tests.classroom.painter import (
    LENS_BLUR,
    Picture,
    Shares,
    make,
    seen,
    smeared,
    tone,
    zoom,
)
from tests.classroom.room import desks, wall
from tests.classroom.scene import Scene
from tests.classroom.staging import Desk, Held, Item, Person
from tests.classroom.stamp import HEADROOM, Bytes, Sheet, Stamp, Window, encode, transformed

ANGLE, ROLL = 6.0, 12.0
"""Degrees between stored heads: of yaw and pitch, and of roll, which is turned in the picture."""

STORED = 150
"""Heads of one person that are kept."""

SHARPNESS = 72.0
"""Heads are drawn about this many pixels wide and then shrunk."""


class QuickFigure:
    """Draws one person at one size from stored parts."""

    def __init__(self, person: Person, blur: float) -> None:
        self.look, self.face_width = person.look, person.face_width
        self._blur = blur
        self.body = self._body(person.bottom)
        fineness = float(np.ceil(2.0 * SHARPNESS / person.face_width)) / 2.0
        self._figure = Figure(person.look, person.face_width, 3.0, max(fineness, 1.0))
        self._heads: OrderedDict[tuple[object, ...], Stamp] = OrderedDict()

    def _body(self, bottom: float) -> Stamp:
        sprite = Figure(self.look, self.face_width, bottom, 2.0).body()
        x, y = sprite.anchor
        return Stamp(encode(sprite.colour, sprite.alpha, self._blur), None, -x, -y)

    def head(self, pose: Pose, pitch: float, weights: tuple[tuple[str, float], ...],
             shut: float) -> tuple[Stamp, Pose]:  # fmt: skip
        """The stored head nearest to what is asked for, and its pose."""
        mix = tuple(sorted((label, round(2.0 * w) / 2.0) for label, w in weights if w >= 0.25))
        near = Pose(
            ANGLE * round(pose.yaw / ANGLE), ANGLE * round(pitch / ANGLE),
            ROLL * round(pose.roll / ROLL),
            gaze=(round(1.5 * pose.gaze[0]) / 1.5, round(1.5 * pose.gaze[1]) / 1.5),
        )  # fmt: skip
        if abs(near.yaw) > 95.0:
            mix = (("neutral", 1.0),)
            near = replace(near, gaze=(0.0, 0.0))
        lids = round(2.0 * shut) / 2.0
        key = (near, mix, lids)
        found = self._heads.get(key)
        if found is None:
            found = self._heads[key] = self._draw(near, mix, lids)
            if len(self._heads) > STORED:
                self._heads.popitem(last=False)
        self._heads.move_to_end(key)
        return found, near

    def _draw(self, pose: Pose, mix: tuple[tuple[str, float], ...], lids: float) -> Stamp:
        controls = blend(dict(mix))
        # The pitch of the expression is in the pose already.
        controls = replace(controls, lid=controls.lid * (1.0 - lids), pitch=0.0)
        sprite = self._figure.render(pose, controls, with_body=False)
        face = np.asarray(np.round(255.0 * sprite.face), np.uint8)
        x, y = sprite.anchor
        rows = np.flatnonzero(sprite.alpha.any(axis=1))
        columns = np.flatnonzero(sprite.alpha.any(axis=0))
        # Two pixels more for the blur, and for the interpolation when it is moved.
        top, left = max(rows[0] - 2, 0), max(columns[0] - 2, 0)
        part = (slice(top, rows[-1] + 3), slice(left, columns[-1] + 3))
        colour = encode(sprite.colour[part], sprite.alpha[part], self._blur)
        return Stamp(colour, face[part], int(left) - x, int(top) - y)


class QuickPainter:
    """Draws the items of a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._blur = LENS_BLUR * scene.size[1] / 720.0
        self._margin = overscan(scene)
        layers = [desks(scene, i, self._margin) for i in range(len(scene.rows))]
        self._desks = [self._stamp(layer) for layer in layers]
        background = wall(scene, self._margin)
        for layer in layers:
            top = layer.y + self._margin
            part = background[top : top + len(layer.alpha)]
            part *= 1.0 - layer.alpha[..., None]
            part += layer.colour
        opaque = np.ones(background.shape[:2], np.float32)
        self._background = np.ascontiguousarray(encode(background, opaque, self._blur)[..., :3])
        self._figures: dict[int, list[QuickFigure]] = {}
        self._held: dict[tuple[str, int, float], Stamp] = {}
        self._grain = self._noise()

    def _stamp(self, layer: Layer) -> Stamp:
        return Stamp(encode(layer.colour, layer.alpha, self._blur), None, layer.x, layer.y)

    def _noise(self) -> NDArray[np.int8]:
        """Noise larger than the picture, of which every frame takes another part."""
        rng = np.random.default_rng((self.scene.seed, 3))
        width, height = self.scene.size
        shape = (height + 64, width + 256)
        grain = rng.standard_normal(shape, np.float32)[..., None]
        tint = rng.standard_normal((*shape, 1), np.float32) * np.array((1.0, 0.0, -1.0), np.float32)
        noise = self.scene.grain * (0.9 * grain + 0.4 * tint)
        return np.asarray(np.clip(np.round(noise), -127, 127), np.int8)

    def paint(
        self, items: list[Item], time: float, rng: np.random.Generator
    ) -> tuple[Picture, Shares]:
        """The picture, with noise from ``rng``, and how much is seen of every student's face."""
        sheet = Sheet(self._background, self._margin)
        touched: list[Window] = []
        totals: Shares = {}
        for item in items:
            if isinstance(item, Desk):
                self._desk(sheet, item.row, touched)
                touched = []
            elif isinstance(item, Held):
                touched.append(sheet.lay(self._thing(item), item.x, item.y, item.bottom))
            else:
                totals[item.student] = self._person(sheet, item, touched)
        look = view(self.scene, time)
        owner = seen(sheet.owner, self.scene, look)
        counts = cv2.calcHist([owner], [0], None, [256], [0, 256]).ravel()
        shares = {s: min(float(counts[s]) / max(total, 1.0) / zoom(look), 1.0)
                  for s, total in totals.items() if s}  # fmt: skip
        return self._develop(sheet.colour, look, time, rng), shares

    def _desk(self, sheet: Sheet, row: int, touched: list[Window]) -> None:
        """Before what was drawn behind it; elsewhere the background shows it already."""
        stamp = self._desks[row]
        for left, top, right, bottom in touched:
            rows = slice(max(top - stamp.y, 0), max(bottom - stamp.y, 0))
            columns = slice(left - stamp.x, right - stamp.x)
            part = Stamp(stamp.colour[rows, columns], None, left, max(top, stamp.y))
            sheet.lay(part, 0, 0, bottom)

    def _person(self, sheet: Sheet, person: Person, touched: list[Window]) -> float:
        """Lays body and head; how many pixels the face alone has."""
        figure = self._figure(person)
        scale = person.face_width / figure.face_width
        body = figure.body
        if scale != 1.0:
            body = transformed(body, scale, 0.0, (0.0, 0.0))
        touched.append(sheet.lay(body, person.x, person.y, person.floor))
        pose, pitch = person.state.pose, person.state.pitch
        head, near = figure.head(pose, pitch, person.state.weights, person.state.shut)
        # The stored head is moved so that its face is exactly where the truth says.
        own = face_box(figure.look, figure.face_width, near, near.pitch)
        wanted = face_box(person.look, person.face_width, pose, pitch)
        centre = (own[0] + own[2] / 2.0, own[1] + own[3] / 2.0)
        target = (wanted[0] + wanted[2] / 2.0, wanted[1] + wanted[3] / 2.0)
        head = transformed(head, scale, pose.roll - near.roll, target, centre)
        window = sheet.lay(head, person.x, person.y, person.floor, person.student)
        touched.append(window)
        return float(head.seen)

    def _figure(self, person: Person) -> QuickFigure:
        """The one of the nearest size; walkers change theirs all the time."""
        known = self._figures.setdefault(person.look.seed, [])
        near = [f for f in known if 0.85 < f.face_width / person.face_width < 1.18]
        if near:
            return min(near, key=lambda f: abs(f.face_width - person.face_width))
        known.append(QuickFigure(person, self._blur))
        return known[-1]

    def _thing(self, item: Held) -> Stamp:
        key = (item.kind, item.student, item.face_width)
        if key not in self._held:
            self._held[key] = self._stamp(make(self.scene, item))
        return self._held[key]

    def _develop(
        self, picture: Bytes, look: NDArray[np.float64], time: float, rng: np.random.Generator
    ) -> Picture:
        """Camera, light, sensor."""
        image = smeared(seen(picture, self.scene, look), streak(self.scene, time))
        flicker = 1.0 + 0.004 * np.sin(time * 11.0)
        light = (np.arange(256, dtype=np.float32) / 255.0) ** 2.2 * HEADROOM
        exposed = tone(light[None] * np.float32(self.scene.brightness(time) * flicker))
        table = np.asarray(np.round(255.0 * exposed), np.uint8)
        image = cv2.LUT(image, table)
        down, across = int(rng.integers(64)), int(rng.integers(256))
        height, width = image.shape[:2]
        noise = self._grain[down : down + height, across : across + width]
        return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)
