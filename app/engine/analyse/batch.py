"""A whole source, frame by frame, as fast as it goes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import SourceError
from app.core.types import STILL, FrameResult
from app.engine.analyse.overlap import ahead
from app.engine.analyse.sampling import Chooser, Sampling
from app.engine.analyse.steps import Steps, chosen, followed, read
from app.engine.analyse.unrest import Unrest
from app.engine.pipeline import Pipeline
from app.session.store import FrameCounts
from app.stages.protocols import Source, SourceInfo

AHEAD: Final = 3
"""Frames to be read that wait between two stages."""


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
        overlap: decode, follow and read in threads of their own, which changes no result; else
            one after the other in this one. ``sink`` and ``progress`` are called in this one.
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
        overlap: bool = True,
    ) -> None:
        self._source, self._pipeline, self._sink = source, pipeline, sink
        self._sampling, self._progress = sampling, progress
        self._cancelled = cancelled or threading.Event()
        self._earlier, self._overlap = earlier, overlap
        self._read = self._analysed = self._faces = self._total_faces = 0
        if earlier is not None:
            self._read, self._analysed = earlier.counts.read, earlier.counts.analysed

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
        done = -1 if self._earlier is None else self._earlier.last
        self._pipeline.reset(STILL if self._earlier is None else self._earlier.camera)
        steps = self._steps()
        try:
            for step in steps:
                if self._cancelled.is_set():
                    break
                if step.result is not None:
                    self._sink(step.result)
                    self._analysed += step.index > done
                    self._faces = len(step.result.faces)
                    self._total_faces += self._faces
                self._read += step.index > done
                self._tell(step.timestamp, start, end)
        finally:
            self._source.close()  # first: a stage may wait for its next frame
            steps.close()
        if not self._read and not self._cancelled.is_set():
            raise SourceError(nothing_there(self._source.info, sampling))
        return self.counts

    def _steps(self) -> Steps:
        """Every frame of the span, with the results of those that are read."""
        sampling, earlier = self._sampling, self._earlier
        zero = None if earlier is None else (earlier.first, earlier.start)
        most = AHEAD * sampling.stride(self._source.info.fps)
        steps = chosen(self._source, sampling, Chooser(sampling, zero))
        if self._overlap:
            steps = ahead(steps, most, "decode")
        steps = followed(self._going(steps), self._pipeline, Unrest())
        if self._overlap:
            steps = ahead(steps, most, "follow")
        steps = read(steps, self._pipeline)
        return ahead(steps, most, "read") if self._overlap else steps

    def _going(self, steps: Steps) -> Steps:
        """The same until cancelled: no other frame is begun, which may take long."""
        with closing(steps):
            for step in steps:
                if self._cancelled.is_set():
                    return
                yield step

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
