"""A whole source, frame by frame, as fast as it goes."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.errors import SourceError
from app.core.types import STILL, Frame, FrameResult
from app.engine.pipeline import Pipeline
from app.session.store import FrameCounts
from app.stages.protocols import Source, SourceInfo

_ROUNDING = 0.0006
"""Seconds; Matroska and many phones round timestamps to milliseconds."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which frames of a source are analysed.

    Attributes:
        every: the first frame of the span and every n-th after it; None: all.
        fps: at most this many a second: of each slot of 1/fps s the first frame. Not with
            ``every``.
        start, end: the span in seconds, ``start <= timestamp < end``; None: from the
            beginning, to the end.

    Raises:
        ValueError: a value is out of range, in words for the user.
    """

    every: int | None = None
    fps: float | None = None
    start: float | None = None
    end: float | None = None

    def __post_init__(self) -> None:
        if self.every is not None and self.fps is not None:
            raise ValueError("give either every N or a number of frames a second, not both")
        if self.every is not None and self.every < 1:
            raise ValueError(f"every {self.every}: give a whole number of 1 or more")
        if self.fps is not None and not (math.isfinite(self.fps) and self.fps > 0):
            raise ValueError(f"frames a second {self.fps:g}: give a number above 0")
        if self.start is not None and not (math.isfinite(self.start) and self.start >= 0):
            raise ValueError(f"start {self.start:g}: give seconds, 0 or more")
        if self.end is not None and not self.end > (self.start or 0.0):
            raise ValueError(f"end {self.end:g}: give seconds after the start")


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """What an earlier run over the same source has done, for one that goes on.

    Attributes:
        first, start: number and timestamp (seconds) of its first analysed frame.
        last: number of its last one; frames up to it go to the pipeline and the sink again, so
            that the tracker knows who is there, but count for nothing.
        counts: its frames.
        camera: (2, 3) ``FrameResult.camera`` of the frame with which this run begins.
    """

    first: int
    start: float
    last: int
    counts: FrameCounts
    camera: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    Attributes:
        read: frames of the span seen so far.
        analysed: of these, analysed.
        timestamp: of the newest frame, seconds.
        done: seconds of the span up to the end of that frame.
        start: where the span begins, seconds.
        end: where it ends, seconds; None where nobody knows.
        faces: in the newest analysed frame.
        total_faces: faces found so far, each counted in every frame.
    """

    read: int
    analysed: int
    timestamp: float
    done: float
    start: float
    end: float | None
    faces: int
    total_faces: int

    @property
    def fraction(self) -> float | None:
        """Share of the span that is done, 0..1; None where nobody knows."""
        if self.end is None or self.end <= self.start:
            return None
        return min(1.0, max(0.0, self.done / (self.end - self.start)))


class _Chooser:
    """Decides frame by frame; each frame of the span is asked about once, in order."""

    def __init__(self, sampling: Sampling, earlier: Earlier | None = None) -> None:
        self._sampling = sampling
        self._zero = None if earlier is None else (earlier.first, earlier.start)
        self._slot = -1

    def takes(self, frame: Frame) -> bool:
        if self._zero is None:
            self._zero = frame.index, frame.timestamp
        first, start = self._zero
        if self._sampling.every is not None:
            return (frame.index - first) % self._sampling.every == 0
        if self._sampling.fps is None:
            return True
        slot = math.floor((frame.timestamp - start + _ROUNDING) * self._sampling.fps)
        fresh = slot > self._slot
        self._slot = max(slot, self._slot)
        return fresh


class BatchRun:
    """One run over a source, whose ``counts`` are right at any moment, also after an error.

    Args:
        source: is read to the end of the span and closed.
        pipeline: stays the caller's; it is reset at the start.
        sink: takes every result, in order.
        sampling: which frames to analyse.
        progress: told after every frame of the span.
        cancelled: once set, the run ends before the next frame.
        earlier: what was done already; the source begins shortly before its end.
    """

    def __init__(
        self,
        source: Source,
        pipeline: Pipeline,
        sink: Callable[[FrameResult], None],
        sampling: Sampling,
        progress: Callable[[Progress], None] | None = None,
        cancelled: threading.Event | None = None,
        earlier: Earlier | None = None,
    ) -> None:
        self._source, self._pipeline, self._sink = source, pipeline, sink
        self._sampling, self._progress = sampling, progress
        self._cancelled = cancelled or threading.Event()
        self._earlier = earlier
        self._read = self._analysed = self._faces = self._total_faces = 0
        if earlier is not None:
            self._read, self._analysed = earlier.counts.read, earlier.counts.analysed
        self.pictures: tuple[int, ...] = ()
        """``FrameResult.pictures`` of the newest frame."""

    @property
    def counts(self) -> FrameCounts:
        """Frames of the span so far."""
        return FrameCounts(self._read, self._analysed, self._read - self._analysed)

    def run(self) -> FrameCounts:
        """Run to the end of the span, or until cancelled.

        Returns:
            Frames of the span: read, analysed, and skipped by the sampling. Frames before the
            start are none of these.

        Raises:
            TruncatedSourceError: the recording is cut off; every frame before it went to the
                sink.
            SourceError: the source failed, or the span holds no frame.
            RoomreadError: whatever the pipeline or the sink raises.
        """
        sampling = self._sampling
        start = sampling.start or 0.0
        end = span_end(self._source.info, sampling)
        chooser = _Chooser(sampling, self._earlier)
        done = -1 if self._earlier is None else self._earlier.last
        self._pipeline.reset(STILL if self._earlier is None else self._earlier.camera)
        try:
            for frame in self._source.frames():
                if self._cancelled.is_set() or self._past(frame):
                    break
                if frame.timestamp < start:
                    continue
                if chooser.takes(frame):
                    result = self._pipeline.process(frame)
                    self._sink(result)
                    self._analysed += frame.index > done
                    self._faces = len(result.faces)
                    self.pictures = result.pictures
                    self._total_faces += self._faces
                self._read += frame.index > done
                self._tell(frame.timestamp, start, end)
        finally:
            self._source.close()
        if not self._read and not self._cancelled.is_set():
            raise SourceError(nothing_there(self._source.info, sampling))
        return self.counts

    def _past(self, frame: Frame) -> bool:
        return self._sampling.end is not None and frame.timestamp >= self._sampling.end

    def _tell(self, timestamp: float, start: float, end: float | None) -> None:
        if self._progress is None:
            return
        frame_end = timestamp + 1.0 / self._source.info.fps
        self._progress(
            Progress(
                read=self._read,
                analysed=self._analysed,
                timestamp=timestamp,
                done=(frame_end if end is None else min(frame_end, end)) - start,
                start=start,
                end=end,
                faces=self._faces,
                total_faces=self._total_faces,
            )
        )


def span_end(info: SourceInfo, sampling: Sampling) -> float | None:
    """Where the span ends, seconds; None where nobody knows."""
    ends = [value for value in (info.duration, sampling.end) if value is not None]
    return min(ends) if ends else None


def nothing_there(info: SourceInfo, sampling: Sampling) -> str:
    """One line for a span without a frame."""
    length = "" if info.duration is None else f", it is {info.duration:.1f} s long"
    if sampling.start is None:
        return f"{info.name} has no frame to analyse{length}"
    return f"{info.name} has no frame after {sampling.start:g} s{length}: choose an earlier start"
