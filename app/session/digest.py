"""A session boiled down to what counting needs, so that any stretch of it is summed at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.session.edits import Identities
from app.session.frames import FaceColumns
from app.session.resting import RestingLearner
from app.session.sightings import Sightings
from app.session.store import Session
from app.session.summary import frame_span, longest_span

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class FrameList:
    """Every analysed frame.

    Attributes:
        numbers: (f,) int64 as in the source.
        times: (f,) float64 seconds, increasing.
        seconds: (f,) float64 that each stands for, see ``summary.with_spans``.
        span: seconds that a usual frame stands for.
    """

    numbers: NDArray[np.int64]
    times: NDArray[np.float64]
    seconds: NDArray[np.float64]
    span: float

    @classmethod
    def of(cls, session: Session) -> FrameList:
        """Read it from a session."""
        numbers, times = session.frames.numbered()
        fps = session.info.source_fps
        span = frame_span(times.tolist(), 1.0 / fps if fps > 0 else 0.0)
        seconds = np.append(np.minimum(np.diff(times), longest_span(span)), span)[: len(times)]
        return cls(numbers, times, seconds, span)


@dataclass(frozen=True, slots=True, eq=False)
class FaceList:
    """Every face as tracked, by track and then time: 22 bytes each.

    Attributes:
        rows: (n,) int32 into ``FrameList``.
        tracks: (n,) int32.
        labels: (n,) int8 index into ``LABELS``; -1 where the app can't tell.
        held: (n,) bool: the reading is an earlier frame's, see ``Expressions.age``.
        scores: (n,) float32.
        order: (n,) int64: the place of each in the session file, face by face.
    """

    rows: NDArray[np.int32]
    tracks: NDArray[np.int32]
    labels: NDArray[np.int8]
    held: NDArray[np.bool_]
    scores: NDArray[np.float32]
    order: NDArray[np.int64]

    @classmethod
    def of(cls, session: Session, frames: FrameList, progress: Progress | None = None) -> FaceList:
        """Read it from a session; one pass over the file."""
        parts = []
        for part in session.frames.faces():
            labels = np.where(part.known, part.probabilities.argmax(axis=1), -1).astype(np.int8)
            rows = np.searchsorted(frames.numbers, part.frames).astype(np.int32)
            parts.append((rows, part.tracks, labels, part.held, part.scores))
            _report(progress, part, frames)
        kinds = (np.int32, np.int32, np.int8, np.bool_, np.float32)
        rows, tracks, labels, held, scores = (
            np.concatenate([np.zeros(0, kind), *(part[place] for part in parts)])
            for place, kind in enumerate(kinds)
        )
        order = np.argsort(tracks, kind="stable")
        return cls(rows[order], tracks[order], labels[order], held[order], scores[order], order)

    def __len__(self) -> int:
        return len(self.rows)

    def sightings(self, frames: FrameList) -> Sightings:
        """When every track is seen."""
        return Sightings(frames.times, [(self.rows, self.tracks)])

    def probabilities(
        self, session: Session, frames: FrameList, progress: Progress | None = None
    ) -> NDArray[np.float16]:
        """(n, 8) of every face, NaN where the app can't tell; another pass over the file.

        Half precision is plenty for means over many frames, and half the memory.
        """
        parts = []
        for part in session.frames.faces():
            told = np.where(part.known[:, None], part.probabilities, np.nan)
            parts.append(told.astype(np.float16))
            _report(progress, part, frames)
        found = np.concatenate(parts) if parts else np.zeros((0, len(LABELS)), np.float16)
        return found[self.order]

    def in_order(self, students: NDArray[np.int32], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Places of the ``chosen`` (n,) faces, by student (n,) and then time.

        A student may be made of several tracks, so the order of faces is not that one.
        """
        places = np.flatnonzero(chosen)
        return places[np.lexsort((self.rows[places], students[places]))]

    def students(self, frames: FrameList, now: Identities) -> NDArray[np.int32]:
        """(n,) whose face each is after all edits, by the rules of ``Identities.seen_in``.

        0 where another piece of the same student shows the surer face in the same frame. Those who
        are left out keep their numbers.
        """
        students = self.tracks.copy()
        if not now.moved:
            return students
        found, starts = np.unique(self.tracks, return_index=True)
        ends = np.append(starts[1:], len(self))
        spans = {
            track: (start, end)
            for track, start, end in zip(
                found.tolist(), starts.tolist(), ends.tolist(), strict=True
            )
        }
        for student, pieces in now.pieces(found.tolist()).items():
            parts = []
            for piece in pieces:
                start, end = spans[piece.track]
                times = frames.times[self.rows[start:end]]
                low, high = np.searchsorted(times, (piece.start, piece.end))
                parts.append(np.arange(start + low, start + high))
            faces = np.concatenate(parts)
            students[faces] = student
            if len(parts) > 1:
                surest = np.lexsort((self.tracks[faces], -self.scores[faces], self.rows[faces]))
                again = np.diff(self.rows[faces[surest]], prepend=-1) == 0
                students[faces[surest[again]]] = 0
        return students


def rests(
    frames: FrameList,
    faces: FaceList,
    students: NDArray[np.int32],
    probabilities: NDArray[np.float16],
) -> dict[int, NDArray[np.float64]]:
    """(8,) of every student whose rest is known; ``resting.RestingLearner`` learns it.

    Args:
        frames, faces: of the session.
        students: as ``FaceList.students``.
        probabilities: as ``FaceList.probabilities``.
    """
    read = faces.in_order(students, (faces.labels >= 0) & ~faces.held & (students > 0))
    times = frames.times[faces.rows[read]]
    found, starts = np.unique(students[read], return_index=True)
    ends = np.append(starts[1:], len(read))
    learner = RestingLearner()
    known: dict[int, NDArray[np.float64]] = {}
    for student, start, end in zip(found.tolist(), starts, ends, strict=True):
        learner.add_readings(student, times[start:end], probabilities[read[start:end]])
        rest = learner.resting(student)
        if rest is not None:
            known[student] = rest
    return known


@dataclass(frozen=True, slots=True, eq=False)
class ClassList:
    """The class in every frame: arrays (f,), ``labels`` (f, 8), all int64; see ``ClassCounts``."""

    seen: NDArray[np.int64]
    read: NDArray[np.int64]
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, session: Session) -> ClassList:
        """Read it from a class-only session, one pass over the file."""
        counts = list(session.class_counts())
        return cls(
            np.array([one.seen for one in counts], np.int64),
            np.array([one.read for one in counts], np.int64),
            np.array([one.labels for one in counts], np.int64).reshape(-1, len(LABELS)),
        )

    @classmethod
    def count(cls, frames: FrameList, faces: FaceList, counted: NDArray[np.bool_]) -> ClassList:
        """Sum up those of the faces that are ``counted`` (n,)."""
        rows, labels = faces.rows[counted], faces.labels[counted]
        read, size, kinds = labels >= 0, len(frames.times), len(LABELS)
        cells = rows[read].astype(np.int64) * kinds + labels[read]
        each = np.bincount(cells, minlength=size * kinds).reshape(size, kinds)
        return cls(np.bincount(rows, minlength=size), each.sum(axis=1), each)


def _report(progress: Progress | None, part: FaceColumns, frames: FrameList) -> None:
    if progress is not None and len(part.frames):
        done = np.searchsorted(frames.numbers, part.frames[-1], side="right")
        progress(float(done) / len(frames.numbers))
