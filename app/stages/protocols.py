"""The five seams of the pipeline: source → detector → tracker → recognizer → smoother."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from app.core.types import Expressions, Faces, Frame


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


class Detector(Protocol):
    """Finds faces."""

    def detect(self, frame: Frame) -> Faces:
        """All faces of the frame, ids 0. Boxes match what a person would draw around a face."""

    def close(self) -> None:
        """Free the model."""


class Tracker(Protocol):
    """Follows faces."""

    def update(self, faces: Faces, frame: Frame) -> Faces:
        """The faces that belong to a student in this frame, each with its id above 0.

        Faces that are not (yet) trusted to be a student are left out. ``frame.timestamp`` must
        increase; ValueError where it does not.
        """

    def reset(self) -> None:
        """Forget everyone; the next id is 1 again."""


class Recognizer(Protocol):
    """Reads expressions."""

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        """Probabilities and crop sharpness of every face, all of them marked known."""


class Smoother(Protocol):
    """Steadies expressions over time and decides where the app can't tell."""

    def smooth(self, faces: Faces, expressions: Expressions, timestamp: float) -> Expressions:
        """Smoothed probabilities and ``known``, same rows."""

    def reset(self) -> None:
        """Forget everyone."""
