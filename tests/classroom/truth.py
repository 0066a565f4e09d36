"""What is true of a frame, known without drawing it.

``truth`` gives boxes, expressions and angles exactly as ``film.Film`` draws them; how much of a
face is seen comes from outlines instead of pixels and agrees within some hundredths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.core.types import STILL
from tests.classroom.camera import inverse, view
from tests.classroom.outlines import seen_shares
from tests.classroom.scene import FADE, Scene, Student, ease
from tests.classroom.staging import Person, staging

CHAPTER = 10.0
"""Seconds that are looked at together, so that hours take no longer a frame than minutes."""

PROFILE = (70.0, 90.0)
NOD = (50.0, 70.0)
"""Degrees of yaw and pitch over which a face goes from seen to not seen."""


@dataclass(frozen=True)
class FaceTruth:
    """One student in one frame.

    Attributes:
        id: of the student.
        box: x, y, width, height in pixels, from ear to ear and hairline to chin, hidden or not.
        label, strength: the scripted expression that is shown most, and how far, 0..1.
        yaw, pitch, roll: degrees, to the image's right, down, clockwise.
        visible: share of the face's skin that nothing hides, 0..1; less from profile on, and 0
            for the back of a head, a head on the desk and a face outside of the picture.
    """

    id: int
    box: tuple[float, float, float, float]
    label: str
    strength: float
    yaw: float
    pitch: float
    roll: float
    visible: float


@dataclass(frozen=True, eq=False)
class Moment:
    """One frame without its picture.

    Attributes:
        timestamp: seconds.
        faces: of every student who is in the room, by id.
        camera: (2, 3) float64, pixels of this frame to pixels of the first.
    """

    timestamp: float
    faces: tuple[FaceTruth, ...]
    camera: NDArray[np.float64]


def truth(scene: Scene) -> Iterator[Moment]:
    """All frames of ``scene`` in time order, without drawing them."""
    part, until = scene, 0.0
    for time in scene.times:
        if time >= until:
            until = (time // CHAPTER + 1) * CHAPTER
            part = chapter(scene, time, until)
        items = staging(part, time)
        look = view(part, time)
        shares = seen_shares(part, items, look)
        people = [item for item in items if isinstance(item, Person) and item.student]
        yield moment(time, [(p, shares[p.student]) for p in people], look)


def moment(time: float, people: list[tuple[Person, float]], look: NDArray[np.float64]) -> Moment:
    """The truth of people of whose face the given share is seen, through the camera ``look``."""
    faces = (_face(person, share, look) for person, share in people)
    return Moment(time, tuple(sorted(faces, key=lambda f: f.id)), inverse(look))


def _face(person: Person, share: float, look: NDArray[np.float64]) -> FaceTruth:
    pose, pitch = person.state.pose, person.state.pitch
    box, roll = person.box, pose.roll
    if (look != STILL).any():
        scale = float(np.hypot(look[0, 0], look[1, 0]))
        width, height = box[2:]
        middle = look @ (*person.middle, 1.0)
        box = (float(middle[0]) - scale * width / 2.0, float(middle[1]) - scale * height / 2.0,
               scale * width, scale * height)  # fmt: skip
        roll += float(np.degrees(np.arctan2(look[1, 0], look[0, 0])))
    return FaceTruth(
        person.student, box, person.state.label, person.state.strength, pose.yaw, pitch, roll,
        min(share, 1.0) * facing(pose.yaw, pitch),
    )  # fmt: skip


def facing(yaw: float, pitch: float) -> float:
    """1 for a face turned to the camera, 0 from profile and from a bowed head on."""
    aside = 1.0 - ease(PROFILE[0], PROFILE[1] - PROFILE[0], abs((yaw + 180.0) % 360.0 - 180.0))
    return aside * (1.0 - ease(NOD[0], NOD[1] - NOD[0], abs(pitch)))


def chapter(scene: Scene, start: float, end: float) -> Scene:
    """The scene with only that which matters from ``start`` to ``end``."""

    def during(things: tuple) -> tuple:
        return tuple(t for t in things if t.start < end and t.end > start)

    def trim(student: Student) -> Student:
        past = [p for p in student.phases if p.start + FADE <= start]
        later = tuple(p for p in student.phases if start - FADE < p.start < end)
        first = (replace(past[-1], start=0.0),) if past else ()
        return replace(
            student, phases=first + later, turns=during(student.turns),
            blinks=tuple(b for b in student.blinks if start - 1.0 < b < end),
            legs=None if student.legs is None else during(student.legs),
        )  # fmt: skip

    return replace(
        scene, students=tuple(trim(s) for s in scene.students), books=during(scene.books),
        hands=during(scene.hands), rests=during(scene.rests), leans=during(scene.leans),
        walkers=tuple(w for w in scene.walkers if w.path[0][0] < end and w.path[-1][0] >= start),
    )  # fmt: skip
