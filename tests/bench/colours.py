"""What the app's own colour cue measures on patches of the students' hair and clothes.

Stands for ``ColourCue`` where no picture is drawn. Every student is painted a few times as a
patch of hair, skin and shirt with other shading and other shares of each, and the cue measures
those; a measurement in the simulation is one of them. On the demo clip, whose faces are drawn,
squared distances within a student are 0.036 in the median and 0.11 at 90%, between two students
0.15 at 10% and 0.42 in the median; of these patches 0.04, 0.08, 0.18 and 0.45.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import iou_matrix
from app.core.types import Frame
from app.stages.colour_cue import ColourCue
from tests.bench.ground_truth import Floats, GroundTruth

VARIANTS = 10
STRANGERS = 20
CHANGE_S = 3.0
"""Seconds over which a student comes to look a little different."""

CELL, FACE = 72, (24.0, 20.0, 24.0, 30.0)
"""Side of a patch, and the face's box in it, in pixels."""

WALL, SKIN = (150.0, 145.0, 135.0), (190.0, 145.0, 115.0)

TEXTURE = np.random.default_rng(0).standard_normal((CELL, CELL))
"""Folds and strands, in every patch alike."""


class PatchColours:
    """Implements the tracker's ``Cue`` from the truth instead of pictures."""

    def __init__(self, truth: GroundTruth, seed: int) -> None:
        self._truth, self._seed = truth, seed
        self._offsets = truth.faces.offsets(truth.frames)
        rng = np.random.default_rng((seed, 5))
        colours = [truth.colours[who] for who in sorted(truth.colours)]
        colours += list(rng.uniform(20, 230, (STRANGERS, 6)))
        self._row = {who: row for row, who in enumerate(sorted(truth.colours))}
        self._looks = np.stack([_measured(colours, rng) for _ in range(VARIANTS)])

    def measure(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float32]:
        """(n, k): the student's colours, mixed with a stranger's as far as the face is hidden."""
        first, last = self._offsets[frame.index : frame.index + 2]
        faces = self._truth.faces
        looks = self._now(frame.timestamp)
        stranger = looks[-1 - int(frame.timestamp / CHANGE_S) % STRANGERS]
        found = np.tile(stranger, (len(boxes), 1))
        overlap = iou_matrix(np.asarray(boxes, np.float64), faces.boxes[first:last])
        # Of two faces in one place the camera sees the one in front.
        shown = overlap * self._truth.visible[first:last]
        for number, best in enumerate(shown.argmax(axis=1) if last > first else ()):
            if overlap[number, best] >= 0.3:
                row = self._row[int(faces.ids[first + best])]
                share = float(self._truth.visible[first + best])
                found[number] = _mixed(looks[row], stranger, share)
        return found.astype(np.float32)

    def _now(self, time: float) -> Floats:
        """(people, k) on the way from one of the measured looks to another."""
        whole, part = divmod(time / CHANGE_S, 1.0)
        before, after = (self._variant(int(whole) + step) for step in (0, 1))
        return _mixed(after, before, part)

    def _variant(self, number: int) -> Floats:
        people = self._looks.shape[1]
        rng = np.random.default_rng((self._seed, 6, number))
        return np.asarray(self._looks[rng.integers(0, VARIANTS, people), np.arange(people)])


def _mixed(one: Floats, other: Floats, share: float) -> Floats:
    """``share`` of one and the rest of the other; the entries are square roots of shares."""
    return np.sqrt(share * one**2 + (1.0 - share) * other**2)


def _measured(colours: list[Floats], rng: np.random.Generator) -> Floats:
    """(n, k) what the cue says of each of these pairs of colours, painted once."""
    across = 8
    down = -(-len(colours) // across)
    picture = np.empty((down * CELL, across * CELL, 3))
    picture[:] = WALL
    boxes = []
    for number, pair in enumerate(colours):
        x, y = number % across * CELL, number // across * CELL
        picture[y : y + CELL, x : x + CELL] = _patch(pair, rng)
        boxes.append((x + FACE[0], y + FACE[1], *FACE[2:]))
    picture += rng.normal(0, 6.0, picture.shape)
    image = np.clip(picture, 0, 255).astype(np.uint8)
    return ColourCue().measure(Frame(image, 0, 0.0), np.array(boxes)).astype(np.float64)


def _patch(pair: Floats, rng: np.random.Generator) -> Floats:
    """(CELL, CELL, 3) a head above shoulders, before the wall."""
    x, y, width, height = FACE
    v, u = np.mgrid[:CELL, :CELL] + 0.5
    u, v = (u - x) / width - 0.5, (v - y) / height
    patch = np.empty((CELL, CELL, 3))
    patch[:] = WALL
    shift = rng.normal(0, 0.06)
    gain = np.exp(rng.normal(0, 0.08, 2) * rng.choice((1.0, 3.0), p=(0.85, 0.15)))
    # Folds, strands and the light from one side spread the colours.
    texture = np.exp(0.3 * TEXTURE)
    light = texture * (1.0 + (0.4 + 0.15 * rng.normal()) * u)
    shoulders = (v > 1.15 + shift) & (np.abs(u) < 0.55 + shift)
    patch[shoulders] = pair[3:] * gain[0]
    patch[(np.abs(u) < 0.25) & (v > 0.9) & (v < 1.35 + shift)] = SKIN
    patch[(u / 0.62) ** 2 + ((v - 0.35) / 0.6) ** 2 < 1] = pair[:3] * gain[1]
    patch[(u / 0.5) ** 2 + ((v - 0.5 - shift / 2) / 0.55) ** 2 < 1] = SKIN
    return np.asarray(patch * light[..., None])
