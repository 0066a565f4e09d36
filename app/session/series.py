"""A session as series over time: what was seen and read in each second, of each student.

Each frame counts with the seconds that it stands for (``summary.with_spans``), so that uneven
sampling gives no moment more weight than it lasted. Where frames are further apart than a second,
a bin is as long as one of them stands for. Memory grows with students and minutes, not with frames;
from four hours on the bins get longer, never more.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.types import ClassCounts, FrameResult
from app.session.store import Session
from app.session.summary import frame_span, with_spans

MOST_BINS: Final = 14_400
"""Bins of a series; where there would be more, neighbours are joined."""

_SHORTEST: Final = 1.0  # seconds of a bin
_KINDS: Final = len(LABELS)
SEEN: Final = 0
READ: Final = 1
SAID: Final = 2
BY_LABEL: Final = slice(3, 3 + _KINDS)
BY_PROBABILITY: Final = slice(3 + _KINDS, 3 + 2 * _KINDS)
WIDTH: Final = 3 + 2 * _KINDS
"""Columns of a series, all in seconds of faces: seen, read, read and said (not withheld), and what
was said, by labels and by probabilities."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Somebody over time.

    Attributes:
        places: (b,) int64 number of each bin in which somebody was seen, increasing; bin k lasts
            from k to k + 1 times the length of a bin, from the first frame on. Where frames are a
            second or more apart it begins half a frame's span earlier, so that a frame lies in the
            middle of its bin and not on its edge.
        values: (b, ``WIDTH``) float32.
        seconds: in which somebody was seen.
        faces_seen, faces_read, faces_said: over all frames.
    """

    places: NDArray[np.int64]
    values: NDArray[np.float32]
    seconds: float
    faces_seen: int
    faces_read: int
    faces_said: int

    def on(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """(n, ``WIDTH``) in these bins, increasing; 0 where nobody was seen."""
        spread = np.zeros((len(places), WIDTH))
        at = np.searchsorted(places, self.places)
        inside = at < len(places)
        inside[inside] = places[at[inside]] == self.places[inside]
        spread[at[inside]] = self.values[inside]
        return spread


class _Growing:
    """A series that is still being added to."""

    __slots__ = ("faces", "places", "seconds", "values")

    def __init__(self) -> None:
        self.places = array("q")
        self.values = np.zeros((8, WIDTH), np.float32)
        self.seconds = 0.0
        self.faces = np.zeros(3, np.int64)

    def add(
        self, place: int, row: NDArray[np.float32], seconds: float, faces: tuple[int, int, int]
    ) -> None:
        if not self.places or self.places[-1] != place:
            if len(self.places) == len(self.values):
                self.values = np.concatenate((self.values, np.zeros_like(self.values)))
            self.places.append(place)
        self.values[len(self.places) - 1] += row
        self.seconds += seconds
        self.faces += faces

    def join(self) -> None:
        halved, at = np.unique(np.array(self.places, np.int64) // 2, return_inverse=True)
        joined = np.zeros_like(self.values)
        np.add.at(joined, at, self.values[: len(self.places)])
        self.places, self.values = array("q", halved.tolist()), joined

    def series(self) -> Series:
        n = len(self.places)
        seen, read, said = self.faces.tolist()
        values = self.values[:n]  # the largest part of an export: not copied
        values.flags.writeable = False
        places = np.array(self.places, np.int64)
        return Series(places, values, self.seconds, seen, read, said)


class SeriesTally:
    """Makes the series of a session, one frame at a time.

    Args:
        span: seconds that a usual frame stands for; a bin is as long, but no shorter than a second.
        most: bins, 2 or more.

    Attributes:
        start, end: seconds from the first frame to where the last one's span ends; NaN without any.
    """

    def __init__(self, span: float = 0.0, most: int = MOST_BINS) -> None:
        if most < 2:
            raise ValueError(f"most: expected 2 or more, got {most}")
        self._most = most
        self._length = max(_SHORTEST, span)
        self._lead = span / 2.0 if span > 0.9 * _SHORTEST else 0.0
        self._class = _Growing()
        self._students: dict[int, _Growing] = {}
        self.start = self.end = float("nan")
        self._together: dict[int, int] = {}  # bin: most faces said in one frame

    @property
    def together(self) -> int:
        """Most faces whose expression was said in one frame."""
        return max(self._together.values(), default=0)

    @property
    def length(self) -> float:
        """Seconds of a bin."""
        return self._length

    @property
    def lead(self) -> float:
        """Seconds by which the bins begin before the first frame."""
        return self._lead

    def add(self, result: FrameResult, seconds: float) -> None:
        """Count a frame of students that stands for so many seconds, later than those before."""
        read, n = result.expressions, len(result.faces)
        labels, known = read.labels, read.known
        rows = np.zeros((n, WIDTH), np.float32)
        rows[:, SEEN] = seconds
        rows[known, READ] = rows[known, SAID] = seconds
        rows[known, BY_LABEL.start + labels[known]] = seconds
        rows[known, BY_PROBABILITY] = read.probabilities[known] * seconds
        place = self._place(result.timestamp, seconds)
        for student, row, told in zip(result.faces.ids.tolist(), rows, known.tolist(), strict=True):
            one = self._students.get(student)
            if one is None:
                one = self._students[student] = _Growing()
            one.add(place, row, seconds, (1, told, told))
        said = int(known.sum())
        self._add_class(place, rows.sum(axis=0), seconds, (n, said, said))

    def add_counts(self, counts: ClassCounts, seconds: float) -> None:
        """Count a frame of a class-only session."""
        said = int(counts.labels.sum())
        faces = (counts.seen, counts.read, said)
        row = np.concatenate((faces, counts.labels, counts.sums)) * seconds
        place = self._place(counts.timestamp, seconds)
        self._add_class(place, row.astype(np.float32), seconds, faces)

    def class_series(self) -> Series:
        """Everyone together; their values hold until the next frame is added."""
        return self._class.series()

    def together_in(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) the same of the frames in each of these bins."""
        return np.array([self._together.get(one, 0) for one in places.tolist()], np.int64)

    def students(self) -> dict[int, Series]:
        """Each student, by number; their values hold until the next frame is added."""
        return {student: one.series() for student, one in sorted(self._students.items())}

    def _add_class(
        self, place: int, row: NDArray[np.float32], seconds: float, faces: tuple[int, int, int]
    ) -> None:
        self._together[place] = max(self._together.get(place, 0), faces[2])
        if faces[0]:
            self._class.add(place, row, seconds, faces)

    def _place(self, timestamp: float, seconds: float) -> int:
        if np.isnan(self.start):
            self.start = timestamp
        self.end = timestamp + seconds
        since = timestamp - self.start + self._lead
        while since / self._length >= self._most:
            self._length *= 2.0
            for one in (self._class, *self._students.values()):
                one.join()
            joined: dict[int, int] = {}
            for place, most in self._together.items():
                joined[place // 2] = max(joined.get(place // 2, 0), most)
            self._together = joined
        return int(since / self._length + 1e-9)


def series_of(
    session: Session, start: float | None = None, end: float | None = None, most: int = MOST_BINS
) -> SeriesTally:
    """The series of a stored session after all edits, one pass over the file.

    Args:
        session: of students, or class-only.
        start, end: seconds; frames from ``start`` on and before ``end``. None: all.
        most: bins.

    Raises SessionError where the file is damaged.
    """
    low = -np.inf if start is None else start
    high = np.inf if end is None else end
    fps = session.info.source_fps
    span = frame_span(session.timestamps(), 1.0 / fps if fps > 0 else 0.0)
    tally = SeriesTally(span, most)
    if session.class_only:
        for counts, seconds in with_spans(session.class_counts(), span):
            if low <= counts.timestamp < high:
                tally.add_counts(counts, seconds)
    else:
        for result, seconds in with_spans(session.results(), span):
            if low <= result.timestamp < high:
                tally.add(result, seconds)
    return tally
