"""The words of a scene's text: what each line may say, checked by pydantic.

Times are seconds, lengths pixels, angles degrees, students the numbers from 1 of their seats,
counted from the back row.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Number = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0.0)]
Time = Annotated[float, Field(ge=0.0)]


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class _Span(_Text):
    start: Time
    end: Time

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"expected end after start {self.start:g}, got {self.end:g}")
        return self


class Hide(_Span):
    """The head turns aside or back, drops to the desk, or a hand or a book is before it."""

    kind: Literal["turn", "back", "desk", "hand", "book"]
    student: Number


class Over(_Span):
    """``student`` leans before the neighbour ``over``."""

    kind: Literal["lean"]
    student: Number
    over: Number


class Teacher(_Text):
    """A teacher walks past and stops before ``student`` for ``pause`` seconds at ``start``."""

    kind: Literal["teacher"]
    student: Number
    start: Time
    pause: Time = 1.0


class Passer(_Text):
    """Someone whose back of the head is seen walks through the picture."""

    kind: Literal["passer"]
    start: Time


class Leave(_Text):
    """A student walks out."""

    kind: Literal["leave"]
    student: Number
    start: Time


class Enter(_Text):
    """A student who was away, or not there yet, walks in to the own or to a free seat."""

    kind: Literal["enter"]
    student: Number
    start: Time
    seat: Literal["own", "free"] = "own"


class Away(_Span):
    """A student walks out at ``start`` and in again at ``end``."""

    kind: Literal["away"]
    student: Number
    seat: Literal["own", "free"] = "own"


class Swap(_Text):
    """Two students change places."""

    kind: Literal["swap"]
    students: tuple[Number, Number]
    start: Time


class Knock(_Text):
    """The camera is knocked, shakes and stays shifted."""

    kind: Literal["nudge"]
    start: Time
    shift: tuple[float, float] = (0.0, 0.0)
    angle: float = Field(0.0, ge=-10.0, le=10.0)


class ZoomTo(_Text):
    """The picture grows by ``factor``, slowly until ``end`` or at once."""

    kind: Literal["zoom"]
    start: Time
    end: Time | None = None
    factor: float = Field(ge=0.5, le=3.0)


class Exposure(_Text):
    """The picture gets brighter or darker within a fifth of a second."""

    kind: Literal["exposure"]
    start: Time
    factor: float = Field(ge=0.1, le=3.0)


class Drop(_Span):
    """No frame is stored."""

    kind: Literal["drop"]


Line = Annotated[
    Hide | Over | Teacher | Passer | Leave | Enter | Away | Swap | Knock | ZoomTo | Exposure | Drop,
    Field(discriminator="kind"),
]

OcclusionKind = Literal["turn", "back", "desk", "hand", "lean", "book", "teacher"]


class Occlusions(_Text):
    """Each student about ``rate`` times a minute, for a time in ``length``."""

    rate: Positive
    kinds: tuple[OcclusionKind, ...] = ("turn", "back", "desk", "hand", "lean", "book", "teacher")
    length: tuple[Positive, Positive] = (1.0, 30.0)


class Absences(_Text):
    """A ``share`` of the class goes out at a time in ``window`` and is back after ``seconds``."""

    share: Share
    seconds: Positive
    window: tuple[Time, Time]


class Moves(_Text):
    """How often that happens, spread over the clip."""

    swaps: Count = 0
    leave: Count = 0
    enter: Count = 0
    change: Count = 0
    """Out and in again to a free seat."""


class Clutter(_Text):
    """What takes in detectors. ``patterns``: on every shirt; ``passers``: seen from behind."""

    posters: Count = 0
    portraits: Count = 0
    bags: Count = 0
    backs: Count = 0
    passers: Count = 0
    patterns: bool = False


class RecordingText(_Text):
    """How frames are kept; see ``events.Recording``."""

    jitter: float = Field(0.0, ge=0.0, lt=1.0)
    lost: float = Field(0.0, ge=0.0, lt=1.0)
    crf: int | None = Field(None, ge=0, le=51)
    shutter: Positive = 1 / 40


class SceneText(_Text):
    """The whole text."""

    students: Number
    seconds: Positive
    size: tuple[Number, Number] = (1280, 720)
    fps: Number = 5
    seed: Count = 1
    faces: tuple[Positive, Positive] | None = None
    rows: Number | None = None
    spare: Count = 0
    pace: Positive = 1.0
    idle: float = Field(1.0, ge=0.0)
    grain: float = Field(2.0, ge=0.0)
    occlusions: Occlusions | None = None
    absences: Absences | None = None
    moves: Moves = Moves()
    clutter: Clutter = Clutter()
    recording: RecordingText = RecordingText()
    events: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if any(side % 2 for side in self.size):
            raise ValueError(f"size: expected even numbers, got {list(self.size)}")
        if self.faces and self.faces[0] > self.faces[1]:
            raise ValueError("faces: expected the width of the smallest, then of the largest")
        for line in self.events:
            if line.start >= self.seconds:
                raise ValueError(f"events: {line.kind} at {line.start:g} s is after the end")
            named = {name: getattr(line, name, 0) for name in ("student", "over")}
            named["students"] = max(getattr(line, "students", (0,)))
            for name, number in named.items():
                if number > self.students:
                    raise ValueError(f"events: {line.kind} at {line.start:g} s: {name}: expected"
                                     f" 1 to {self.students}, got {number}")  # fmt: skip
        return self
