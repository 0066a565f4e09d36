"""The description of a clip, as data: who sits where and does what, when.

Nothing here draws. A scene can be written by hand, by ``script.classroom`` or read from text
(``text.load_scene``). Times are seconds, lengths pixels of the frame, angles degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from app.core.expressions import LABELS
from tests.classroom.controls import Controls, blend
from tests.classroom.events import (
    Back,
    Bag,
    Hand,
    Lean,
    Leg,
    Nudge,
    Poster,
    Recording,
    Rest,
    Seat,
    Zoom,
)
from tests.classroom.figure import Pose
from tests.classroom.people import Look

FADE = 0.5
"""Seconds that an expression takes to replace the one before."""

TURN_TIME = 0.45
"""Seconds that a head takes to turn away or back."""

BLINK_TIME = 0.22


@dataclass(frozen=True)
class Phase:
    """From ``start`` on, until the next one, the student shows ``label``."""

    start: float
    label: str
    strength: float = 1.0

    def __post_init__(self) -> None:
        if self.label not in LABELS:
            raise ValueError(f"label: expected one of {LABELS}, got {self.label!r}")
        if not 0.0 <= self.strength <= 1.0:
            raise ValueError(f"strength: expected 0..1, got {self.strength}")


@dataclass(frozen=True)
class Turn:
    """The head is turned by these angles from ``start`` to ``end`` and then back."""

    start: float
    end: float
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    down: float = 0.0
    """How far the eyes look down, 0..1."""


@dataclass(frozen=True)
class Student:
    """One student.

    Attributes:
        id: 1-based; the true identity.
        row, seat: place in the room, from 0; row 0 is the farthest.
        x, y: pixel between the eyes at rest.
        face_width: pixels.
        look: appearance.
        facing: (yaw, pitch, roll) at rest.
        phases: expressions, by start; the first starts at or before 0.
        turns, blinks: what the head and the lids do.
        sway: phases (radians) of the six idle motions; idle: how large they are, 1 as a rule.
        item: what lies on the desk: "", "book", "laptop" or "bottle".
        legs: where the student is, by start, and away between them; None: always in the seat.
    """

    id: int
    row: int
    seat: int
    x: float
    y: float
    face_width: float
    look: Look
    facing: tuple[float, float, float]
    phases: tuple[Phase, ...]
    turns: tuple[Turn, ...] = ()
    blinks: tuple[float, ...] = ()
    sway: tuple[float, ...] = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    idle: float = 1.0
    item: str = ""
    legs: tuple[Leg, ...] | None = None

    def __post_init__(self) -> None:
        if not self.phases or self.phases[0].start > 0:
            raise ValueError(f"phases of student {self.id}: expected the first to start at 0")


@dataclass(frozen=True)
class Row:
    """A row of desks: pixel rows of the far and near edge of the top and of the panel's foot."""

    far: float
    near: float
    foot: float


@dataclass(frozen=True)
class Book:
    """A book that a student (by id) holds before the face."""

    student: int
    start: float
    end: float


@dataclass(frozen=True)
class Walker:
    """A teacher seen from behind who walks before the class.

    ``path`` is (time, x) by time; outside of it the teacher is not there. ``y`` is the pixel row
    of the eyes, above the picture where only the body is seen; ``yaw`` that of the head.
    """

    look: Look
    face_width: float
    y: float
    path: tuple[tuple[float, float], ...]
    yaw: float = 160.0


@dataclass(frozen=True)
class Scene:
    """A whole clip.

    Attributes:
        size: (width, height); fps, seconds: of the clip; seed: of the room and the noise.
        rows: desks from the farthest to the nearest.
        students: in any order.
        light: (time, factor) of the room's brightness, joined by straight lines.
        grain: standard deviation of the camera's noise in grey levels.
        books, hands, rests, leans: what students do that hides faces.
        walkers, backs, posters, bags: who and what else is there.
        nudges, zooms: of the camera, none at the same time as another.
        recording: what happens to the frames.
        spare: seats that nobody has at the start.
        fast: drawn from stored heads in few poses, ten times as fast and a little coarser.
    """

    size: tuple[int, int]
    fps: int
    seconds: float
    seed: int
    rows: tuple[Row, ...]
    students: tuple[Student, ...]
    books: tuple[Book, ...] = ()
    walkers: tuple[Walker, ...] = ()
    light: tuple[tuple[float, float], ...] = ((0.0, 1.0),)
    grain: float = 2.0
    hands: tuple[Hand, ...] = ()
    rests: tuple[Rest, ...] = ()
    leans: tuple[Lean, ...] = ()
    backs: tuple[Back, ...] = ()
    posters: tuple[Poster, ...] = ()
    bags: tuple[Bag, ...] = ()
    nudges: tuple[Nudge, ...] = ()
    zooms: tuple[Zoom, ...] = ()
    recording: Recording = field(default_factory=Recording)
    spare: tuple[Seat, ...] = ()
    fast: bool = False

    @cached_property
    def times(self) -> tuple[float, ...]:
        """Time of every frame in seconds, the first at 0; uneven where frames stray or are lost."""
        count = round(self.seconds * self.fps)
        how = self.recording
        if not (how.jitter or how.lost or how.gaps):
            return tuple(index / self.fps for index in range(count))
        rng = np.random.default_rng((self.seed, 4))
        stray = rng.uniform(-0.5, 0.5, count) * how.jitter
        kept = rng.random(count) >= how.lost
        # Whole milliseconds, which containers store without loss.
        found = np.round((np.arange(count) + stray - stray[0]) / self.fps, 3)
        for gap in how.gaps:
            kept &= ~((found >= gap.start) & (found < gap.end))
        kept[0] = True
        return tuple(float(t) for t in found[kept])

    @property
    def frames(self) -> int:
        """How many frames the clip has."""
        return len(self.times)

    def brightness(self, time: float) -> float:
        """Factor of the room's light."""
        times, factors = zip(*self.light, strict=True)
        return float(np.interp(time, times, factors))


@dataclass(frozen=True)
class State:
    """A student at one moment.

    ``label`` is the expression that is shown most and ``strength`` how far, 0..1 (a change
    passes through low strengths). ``weights`` are those of all that are mixed into ``controls``,
    and ``shut`` how far the lids are closed by a blink, 0..1.
    """

    pose: Pose
    controls: Controls
    label: str
    strength: float
    weights: tuple[tuple[str, float], ...] = (("neutral", 1.0),)
    shut: float = 0.0

    @property
    def pitch(self) -> float:
        """With the part that belongs to the expression."""
        return self.pose.pitch + self.controls.pitch


def ease(start: float, length: float, time: float) -> float:
    """0 before ``start``, 1 ``length`` later, smooth between."""
    t = min(max((time - start) / length, 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def state(student: Student, time: float) -> State:
    """What the student does at ``time``."""
    weights = _expression(student, time)
    mixed = tuple(weights.items())
    controls = _blend(mixed)
    shut = max(
        (ease(b, BLINK_TIME / 2, time) - ease(b + BLINK_TIME / 2, BLINK_TIME / 2, time)
         for b in student.blinks), default=0.0,
    )  # fmt: skip
    if shut > 0.0:
        controls = replace(controls, lid=controls.lid * (1.0 - shut))
    label = max(weights, key=weights.__getitem__)
    return State(_pose(student, time), controls, label, weights[label], mixed, shut)


@lru_cache(maxsize=256)
def _blend(weights: tuple[tuple[str, float], ...]) -> Controls:
    """The same faces are asked for in frame after frame."""
    return blend(dict(weights))


def _expression(student: Student, time: float) -> dict[str, float]:
    """Weight of every label that is shown; neutral fills up to 1."""
    weights = {"neutral": 1.0}
    for phase in student.phases:
        share = 1.0 if phase.start <= 0 else ease(phase.start, FADE, time)
        if share == 0.0:
            break
        weights = {label: w * (1.0 - share) for label, w in weights.items()}
        weights[phase.label] = weights.get(phase.label, 0.0) + share * phase.strength
        if phase.label != "neutral":
            weights["neutral"] = weights.get("neutral", 0.0) + share * (1.0 - phase.strength)
    return weights


def _pose(student: Student, time: float) -> Pose:
    yaw, pitch, roll = student.facing
    s = [student.idle * math.sin(time * rate + phase) for rate, phase in
         zip((0.9, 1.7, 1.1, 0.8, 1.3, 0.7), student.sway, strict=True)]  # fmt: skip
    yaw += 3.5 * s[0] + 1.0 * s[1]
    pitch += 1.8 * s[2]
    roll += 1.8 * s[3]
    down = 0.0
    aside = 0.0
    for turn in student.turns:
        away = ease(turn.start, TURN_TIME, time) - ease(turn.end - TURN_TIME, TURN_TIME, time)
        yaw += away * turn.yaw
        pitch += away * turn.pitch
        roll += away * turn.roll
        down += away * turn.down
        aside += away * turn.yaw / 90.0
    return Pose(
        yaw, pitch, roll, shift=(0.05 * s[4], 0.03 * s[5]),
        gaze=(0.25 * s[1] + 0.6 * aside, down),
    )  # fmt: skip


def walker_x(walker: Walker, time: float) -> float | None:
    """Where the teacher is, None while away."""
    times, places = zip(*walker.path, strict=True)
    if not times[0] <= time <= times[-1]:
        return None
    return float(np.interp(time, times, places))


def book_raise(book: Book, time: float) -> float:
    """How far the book is up: 0 on the desk, 1 before the face."""
    return ease(book.start, TURN_TIME, time) - ease(book.end - TURN_TIME, TURN_TIME, time)
