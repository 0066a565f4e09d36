"""What is known of a clip, as arrays: who is where in which frame, and what the camera did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.core.types import STILL
from tests.classroom.camera import streak
from tests.classroom.scene import Scene
from tests.classroom.truth import truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes with ids, frame after frame: a truth or what a tracker says.

    Attributes:
        frame: (n,) number of the frame, ascending.
        ids: (n,) whose box it is, 1-based, each once in a frame.
        boxes: (n, 4) x, y, width, height in pixels.
    """

    frame: Ints
    ids: Ints
    boxes: Floats

    def __len__(self) -> int:
        return len(self.frame)

    def select(self, rows: NDArray[np.bool_] | Ints) -> Boxes:
        """These rows (a mask or indices)."""
        return Boxes(self.frame[rows], self.ids[rows], self.boxes[rows])

    def offsets(self, frames: int) -> Ints:
        """(frames + 1,): rows ``offsets[i]`` to ``offsets[i + 1]`` are those of frame i."""
        return np.searchsorted(self.frame, np.arange(frames + 1)).astype(np.int64)

    @classmethod
    def stack(cls, frames: list[tuple[Ints, Floats]]) -> Self:
        """From (ids, boxes) of every frame."""
        numbers = [np.full(len(ids), i, np.int64) for i, (ids, _) in enumerate(frames)]
        return cls(
            np.concatenate([np.zeros(0, np.int64), *numbers]),
            np.concatenate([np.zeros(0, np.int64), *(ids for ids, _ in frames)]),
            np.concatenate([np.zeros((0, 4)), *(boxes.reshape(-1, 4) for _, boxes in frames)]),
        )


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """The truth of a clip, drawn or not.

    Attributes:
        name: for people.
        size: (width, height) in pixels.
        timestamps: (f,) seconds of every frame.
        faces: of every student who is in the room, hidden or not.
        visible: (n,) share of the face that nothing hides, row by row beside ``faces``.
        yaw, pitch: (n,) degrees to the image's right and down.
        camera: (f, 2, 3) pixels of each frame to pixels of the first.
        exposure: (f,) brightness against the room's normal light.
        blur: (f,) length of the motion blur in pixels.
        colours: of hair and shirt by id, sRGB 0..255, 6 numbers.
    """

    name: str
    size: tuple[int, int]
    timestamps: Floats
    faces: Boxes
    visible: Floats
    yaw: Floats
    pitch: Floats
    camera: Floats
    exposure: Floats
    blur: Floats
    colours: dict[int, Floats]

    @property
    def frames(self) -> int:
        """How many."""
        return len(self.timestamps)

    def at(self, frames: Ints) -> Self:
        """The same at these frames only (ascending), which are counted anew from 0."""
        place = np.full(self.frames, -1)
        place[frames] = np.arange(len(frames))
        number = place[self.faces.frame]
        rows = number >= 0
        return replace(
            self,
            timestamps=self.timestamps[frames],
            faces=replace(self.faces, frame=number).select(rows),
            visible=self.visible[rows],
            yaw=self.yaw[rows],
            pitch=self.pitch[rows],
            camera=self.camera[frames],
            exposure=self.exposure[frames],
            blur=self.blur[frames],
        )

    @property
    def interval(self) -> float:
        """Usual seconds from one frame to the next."""
        return float(np.median(np.diff(self.timestamps)))


def of_scene(scene: Scene, name: str = "") -> GroundTruth:
    """The truth of a scene without drawing it: an hour of class takes seconds."""
    moments = list(truth(scene))
    faces = [face for moment in moments for face in moment.faces]
    return GroundTruth(
        name=name,
        size=scene.size,
        timestamps=np.array([moment.timestamp for moment in moments]),
        faces=Boxes.stack(
            [
                (np.array([f.id for f in m.faces], np.int64), np.array([f.box for f in m.faces]))
                for m in moments
            ]
        ),
        visible=np.array([face.visible for face in faces]),
        yaw=np.array([face.yaw for face in faces]),
        pitch=np.array([face.pitch for face in faces]),
        camera=np.array([moment.camera for moment in moments]),
        exposure=np.array([scene.brightness(moment.timestamp) for moment in moments]),
        blur=np.array([np.hypot(*streak(scene, moment.timestamp)) for moment in moments]),
        colours={s.id: np.array([*s.look.hair, *s.look.shirt], float) for s in scene.students},
    )


def still(frames: int) -> Floats:
    """(frames, 2, 3): a camera that does not move."""
    return np.tile(STILL, (frames, 1, 1))
