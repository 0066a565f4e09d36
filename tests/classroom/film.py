"""Renders a scene frame by frame, with the exact truth of every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tests.classroom.camera import view
from tests.classroom.painter import Painter, Picture, Shares
from tests.classroom.quick import QuickPainter
from tests.classroom.scene import Scene
from tests.classroom.staging import Item, Person, staging
from tests.classroom.truth import FaceTruth, Moment, moment

__all__ = ["FaceTruth", "Film", "Shot"]


@dataclass(frozen=True, eq=False)
class Shot(Moment):
    """One frame: (h, w, 3) uint8 RGB and the truth of every student, by id."""

    image: NDArray[np.uint8]


class _Painter(Protocol):
    def paint(
        self, items: list[Item], time: float, rng: np.random.Generator
    ) -> tuple[Picture, Shares]: ...


class Film:
    """A scene made visible. Frames must be asked for in order to get the same noise."""

    def __init__(self, scene: Scene) -> None:
        if len(scene.students) > 255:
            raise ValueError(f"students: expected at most 255, got {len(scene.students)}")
        self.scene = scene
        self._painter: _Painter = QuickPainter(scene) if scene.fast else Painter(scene)

    def shots(self) -> Iterator[Shot]:
        """All frames in time order."""
        rng = np.random.default_rng((self.scene.seed, 2))
        for time in self.scene.times:
            yield self.shot(time, rng)

    def shot(self, time: float, rng: np.random.Generator) -> Shot:
        """The frame at ``time`` with noise from ``rng``."""
        items = staging(self.scene, time)
        image, shares = self._painter.paint(items, time, rng)
        people = [item for item in items if isinstance(item, Person) and item.student]
        told = moment(time, [(p, shares[p.student]) for p in people], view(self.scene, time))
        return Shot(told.timestamp, told.faces, told.camera, image)
