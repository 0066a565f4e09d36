"""What each student looked like over time, in memory that grows with students only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.types import FrameResult
from app.session.summary import StreamMedian, shares_of, with_spans


@dataclass(frozen=True, slots=True, eq=False)
class StudentSummary:
    """One student over a whole session.

    Attributes:
        track_id: 1-based.
        seen_from, seen_to: timestamps of the first and last frame with this student.
        seconds_seen: total of the time spans of the frames with this student.
        faces_seen: frames with this student.
        faces_read: those in which the app could tell the expression.
        median_face_width: pixels, over all frames with this student, to 0.1.
        shares: (8,) share of each expression among faces read; NaN where none was.
    """

    track_id: int
    seen_from: float
    seen_to: float
    seconds_seen: float
    faces_seen: int
    faces_read: int
    median_face_width: float
    shares: NDArray[np.float64]


class _Student:
    """What is counted of one student."""

    def __init__(self, first: float) -> None:
        self.first = self.last = first
        self.seconds = 0.0
        self.seen = 0
        self.widths = StreamMedian(0.1)
        self.counts = np.zeros(len(LABELS), np.int64)


class StudentTally:
    """Counts every student's frames, one result at a time; memory grows with students only."""

    def __init__(self) -> None:
        self._students: dict[int, _Student] = {}

    def add(self, result: FrameResult, seconds: float) -> None:
        """Count a result that stands for so many seconds (see ``with_spans``)."""
        widths = result.faces.boxes[:, 2].tolist()
        rows = zip(result.faces.ids.tolist(), widths, result.expressions.labels, strict=True)
        for track_id, width, label in rows:
            student = self._students.get(track_id)
            if student is None:
                student = self._students[track_id] = _Student(result.timestamp)
            student.last = result.timestamp
            student.seconds += seconds
            student.seen += 1
            student.widths.add(width)
            if label >= 0:
                student.counts[label] += 1

    def students(self) -> list[StudentSummary]:
        """Everyone so far, by id."""
        return [
            StudentSummary(
                track_id,
                one.first,
                one.last,
                one.seconds,
                one.seen,
                int(one.counts.sum()),
                one.widths.value,
                shares_of(one.counts),
            )
            for track_id, one in sorted(self._students.items())
        ]


def summarise_students(results: Iterable[FrameResult], span: float) -> list[StudentSummary]:
    """Every student of a session, by id.

    Args:
        results: in time order.
        span: seconds that a usual frame stands for, see ``frame_span``.
    """
    tally = StudentTally()
    for result, seconds in with_spans(results, span):
        tally.add(result, seconds)
    return tally.students()
