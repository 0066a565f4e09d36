"""The five seams of the pipeline: source → detector → tracker → recognizer → smoother.

Detector and tracker help each other: the tracker expects faces at certain places, the detector
looks there closely and elsewhere now and then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from app.core.types import Expressions, Faces, Frame, Suggestion


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source before its frames are read.

    Attributes:
        name: file path or camera name, for people.
        live: True for a camera: frames that nobody takes in time are lost.
        size: (width, height) in pixels after rotation.
        fps: nominal frames a second; the frames' own timestamps are the truth.
        duration: seconds, None where unknown (cameras).
        frames: number of frames as the file's header has it, None where unknown.
    """

    name: str
    live: bool
    size: tuple[int, int]
    fps: float
    duration: float | None
    frames: int | None


class Source(Protocol):
    """Where frames come from."""

    @property
    def info(self) -> SourceInfo:
        """What is known before reading."""

    def frames(self) -> Iterator[Frame]:
        """Frames in time order, strictly increasing index and timestamp.

        Raises SourceError (and TruncatedSourceError after the last readable frame).
        """

    def close(self) -> None:
        """Free the device or file; may be called twice and while ``frames`` is running."""


class Picture(Protocol):
    """A frame that is decoded and not made RGB yet: most of a recording's are never looked at."""

    @property
    def index(self) -> int:
        """As ``Frame.index``."""

    @property
    def timestamp(self) -> float:
        """As ``Frame.timestamp``."""

    def frame(self) -> Frame:
        """The frame itself; made anew by every call."""


@runtime_checkable
class PictureSource(Source, Protocol):
    """A source that can be read without making every frame RGB."""

    def pictures(self) -> Iterator[Picture]:
        """As ``frames``."""


@runtime_checkable
class PatientSource(Source, Protocol):
    """A live source that waits for its camera when that goes away."""

    @property
    def waiting(self) -> str:
        """One line for the user while it waits, else ""."""


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """What the tracker expects of a frame before anybody has looked for faces in it.

    Attributes:
        boxes: (m, 4) float64 x, y, width, height in pixels of this frame: where the faces that
            are followed, trusted or not, should be now, also those just out of sight.
        camera: (2, 3) float64: pixels of this frame to pixels of the first, as
            ``FrameResult.camera``.
    """

    boxes: NDArray[np.float64]
    camera: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """What the tracker makes of a frame's faces.

    Attributes:
        faces: those that belong to a student, each with its id above 0, in order of id.
        suggestions: who may be whom, of tracks that became trusted in this frame.
        pictures: tracks that proved to be pictures on the wall, and still do.
    """

    faces: Faces
    suggestions: tuple[Suggestion, ...] = ()
    pictures: tuple[int, ...] = ()


class Detector(Protocol):
    """Finds faces."""

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        """All faces of the frame, ids 0. Boxes match what a person would draw around a face.

        ``expected`` is ``Expectation.boxes``; a detector that looks everywhere all the time
        does not need it.
        """

    def reset(self) -> None:
        """Forget what was seen, as for a new recording."""

    def close(self) -> None:
        """Free the model."""


class Tracker(Protocol):
    """Follows faces. For each frame ``expect`` is called first, then ``update``."""

    def expect(self, frame: Frame) -> Expectation:
        """Where the followed faces should be in ``frame``.

        ``frame.timestamp`` must increase; ValueError where it does not.
        """

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        """Say whose the faces of ``frame`` are, after ``expect`` was called with it.

        Faces that are not (yet) trusted to be a student are left out.
        """

    def reset(self) -> None:
        """Forget everyone; the next id is 1 again."""


class Recognizer(Protocol):
    """Reads expressions."""

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        """Probabilities and picture quality of every face, all of them marked known."""


class Smoother(Protocol):
    """Steadies expressions over time and decides where the app can't tell."""

    def smooth(self, faces: Faces, expressions: Expressions, timestamp: float) -> Expressions:
        """Smoothed probabilities and ``known``, same rows."""

    def reset(self) -> None:
        """Forget everyone."""
