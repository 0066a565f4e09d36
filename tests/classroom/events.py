"""What can happen in a class beside turned heads, as data.

Times are seconds, lengths pixels of the first frame unless said otherwise, angles degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.classroom.people import Colour, Look


@dataclass(frozen=True)
class Seat:
    """A place behind a desk. ``x``, ``y``: between the eyes of who sits there."""

    row: int
    seat: int
    x: float
    y: float
    face_width: float


@dataclass(frozen=True)
class Leg:
    """From ``start`` to ``end`` a student sits (``origin`` is ``target``) or walks along a row."""

    start: float
    end: float
    origin: Seat
    target: Seat

    @property
    def walks(self) -> bool:
        """Whether the student is on foot."""
        return self.origin != self.target


@dataclass(frozen=True)
class Hand:
    """A student (by id) holds a hand before the own face."""

    student: int
    start: float
    end: float


@dataclass(frozen=True)
class Rest:
    """A student (by id) lays the head on the arms on the desk."""

    student: int
    start: float
    end: float


@dataclass(frozen=True)
class Lean:
    """A student (by id) leans before the face of ``over``, a neighbour in the same row."""

    student: int
    over: int
    start: float
    end: float


@dataclass(frozen=True)
class Back:
    """Someone who sits with the back to the camera, before the class; no student of the truth.

    Attributes:
        look: appearance.
        x, y: pixel in the middle of the head at the height of the eyes.
        face_width: pixels.
        sway: phase of the idle motion in radians.
    """

    look: Look
    x: float
    y: float
    face_width: float
    sway: float


@dataclass(frozen=True)
class Poster:
    """A poster on the wall: "map", "chart", "portrait" (drawn, flat) or "smiley"."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    seed: int


@dataclass(frozen=True)
class Bag:
    """A bag on the desk of ``row`` (from 0) with its middle at ``x``, ``width`` pixels wide."""

    row: int
    x: float
    width: float
    colour: Colour
    seed: int


@dataclass(frozen=True)
class Nudge:
    """Someone knocks against the camera: it shakes for ``settle`` seconds and stays shifted.

    ``shift`` is how far the picture moves, right and down; ``angle`` turns it clockwise.
    """

    start: float
    shift: tuple[float, float]
    angle: float = 0.0
    settle: float = 0.5

    @property
    def end(self) -> float:
        """When the camera is still again."""
        return self.start + self.settle


@dataclass(frozen=True)
class Zoom:
    """The picture is enlarged by ``factor`` of what it was, at once where start is end."""

    start: float
    end: float
    factor: float


@dataclass(frozen=True)
class Gap:
    """Frames from ``start`` to before ``end`` are lost."""

    start: float
    end: float


@dataclass(frozen=True)
class Recording:
    """How the camera and the file treat the frames.

    Attributes:
        jitter: how far the time between frames strays, a share of it; 0 is a constant rate.
        lost: share of the frames, drawn at random, that are lost.
        gaps: spans in which all are.
        crf: x264's constant rate factor, higher is coarser; None: what the writer is told.
        shutter: seconds that a frame is exposed; blurs what moves with the camera.
    """

    jitter: float = 0.0
    lost: float = 0.0
    gaps: tuple[Gap, ...] = ()
    crf: int | None = None
    shutter: float = 1 / 40
