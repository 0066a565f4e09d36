"""What is done with each frame of a recording, one generator a stage.

``chosen`` decodes and decides, ``followed`` finds out who is where, ``read`` what they show. Each
takes from the one before it and hands every frame on, in order.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from app.core.types import Frame, FrameResult, Suggestion
from app.engine.analyse.sampling import Chooser, Sampling, Take
from app.engine.pipeline import Followed, Pipeline
from app.stages.protocols import Picture, PictureSource, Source

Steps: TypeAlias = "Generator[Step, None, None]"


@dataclass(slots=True, eq=False)
class Step:
    """A frame on its way; what a stage has used is let go.

    Attributes:
        index, timestamp: those of the frame.
        frame: to be read; None: not.
        picture: to be followed at most; None: not.
        followed: who is where, of a frame to be read.
        result: what the pipeline makes of it.
    """

    index: int
    timestamp: float
    frame: Frame | None = None
    picture: Picture | None = None
    followed: Followed | None = None
    result: FrameResult | None = None


class Pace(Protocol):
    """Decides whether a frame that need not be read is followed."""

    def wants(self, timestamp: float) -> bool:
        """Whether to follow faces in the frame at this time, in seconds."""

    def saw(self, followed: Followed) -> None:
        """Take in the newest frame that was followed."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Implements ``Picture`` for a source that knows only frames."""

    _frame: Frame

    @property
    def index(self) -> int:
        """See ``Picture``."""
        return self._frame.index

    @property
    def timestamp(self) -> float:
        """See ``Picture``."""
        return self._frame.timestamp

    def frame(self) -> Frame:
        """See ``Picture``."""
        return self._frame


def chosen(source: Source, sampling: Sampling, chooser: Chooser) -> Steps:
    """The frames of the span, those to be read made RGB."""
    for picture in _pictures(source):
        at = picture.timestamp
        if sampling.end is not None and at >= sampling.end:
            return
        if at < (sampling.start or 0.0):
            continue
        take = chooser.take(picture)
        yield Step(
            picture.index,
            at,
            picture.frame() if take is Take.READ else None,
            picture if take is Take.MAY_FOLLOW else None,
        )


def followed(steps: Steps, pipeline: Pipeline, pace: Pace) -> Steps:
    """The same, with who is where in those to be read.

    What the tracker suggests in a frame that is only followed is said of the next one read.
    """
    waiting: tuple[Suggestion, ...] = ()
    with closing(steps):
        for step in steps:
            frame, picture = step.frame, step.picture
            step.frame = step.picture = None
            if frame is not None:
                found = pipeline.follow(frame)
                pace.saw(found)
                tracked = found.tracked
                if waiting:
                    tracked = replace(tracked, suggestions=waiting + tracked.suggestions)
                    waiting = ()
                step.followed = replace(found, tracked=tracked)
            elif picture is not None and pace.wants(step.timestamp):
                found = pipeline.follow(picture.frame())
                pace.saw(found)
                waiting += found.tracked.suggestions
            yield step


def read(steps: Steps, pipeline: Pipeline) -> Steps:
    """The same, with the results of those to be read."""
    with closing(steps):
        for step in steps:
            if step.followed is not None:
                step.result = pipeline.read(step.followed)
                step.followed = None
            yield step


def _pictures(source: Source) -> Iterator[Picture]:
    if isinstance(source, PictureSource):
        return source.pictures()
    return map(Ready, source.frames())
