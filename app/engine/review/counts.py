"""Counts of a finished session after its edits, for any stretch of it and any zoom.

Edits give pieces of tracks to other students and change no face. So the faces are read once, and
after an edit only who is who is looked up anew; every sum is made from there when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS, UNKNOWN
from app.core.types import student_code
from app.engine.review.timeline import (
    NOT_IN_VIEW,
    ClassTimeline,
    ReviewStudent,
    StretchSummary,
    StudentTimeline,
)
from app.session.confidence import share_band
from app.session.digest import ClassList, FaceList, FrameList, rests
from app.session.edits import Identities
from app.session.markers import Marker
from app.session.resting import mean_change, student_changes
from app.session.summary import shares_of

_KINDS = len(LABELS)
_EPSILON = 1e-9  # a timestamp of 4.999999999 belongs to the column that starts at 5


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Which frame falls into which column of a timeline.

    Attributes:
        starts: (k,) seconds.
        interval: seconds a column.
        cells: (f,) int64 column of every frame; -1 outside.
        shown: (k,) int64 the column whose counts are shown: another one where no frame begins in
            it, and the last frame before it is still standing for its middle.
    """

    starts: NDArray[np.float64]
    interval: float
    cells: NDArray[np.int64]
    shown: NDArray[np.int64]

    @classmethod
    def of(cls, frames: FrameList, columns: int, start: float, end: float) -> Columns:
        """Up to ``columns`` from ``start`` on and before ``end``; none shorter than a frame."""
        if columns < 1:
            raise ValueError(f"columns: expected 1 or more, got {columns}")
        length = max(end - start, _EPSILON)
        count = columns
        if frames.span > 0:
            count = min(columns, max(1, int(length / frames.span + 1e-6)))
        interval = length / count
        places = np.floor((frames.times - start) / interval + _EPSILON).astype(np.int64)
        inside = (frames.times >= start - _EPSILON) & (frames.times < end - _EPSILON)
        cells = np.where(inside, np.clip(places, 0, count - 1), -1)
        starts = start + np.arange(count, dtype=np.float64) * interval
        shown = np.arange(count)
        row = np.searchsorted(frames.times, starts + interval / 2, side="right") - 1
        reach = frames.times[row] + frames.seconds[row]
        held = (row >= 0) & (reach > starts + interval / 2) & (cells[row] >= 0)
        empty = np.bincount(cells[inside], minlength=count) == 0
        shown[empty & held] = cells[row[empty & held]]
        return cls(starts, interval, cells, shown)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.starts)

    def sums(self, values: NDArray[np.integer]) -> NDArray[np.int64]:
        """(f,) or (f, c) of the frames to (k,) or (k, c)."""
        inside = self.cells >= 0  # in time order, so each column is one run of frames
        edges = np.searchsorted(self.cells[inside], np.arange(self.count + 1))
        upto = np.zeros((int(inside.sum()) + 1, *values.shape[1:]), np.int64)
        np.cumsum(values[inside], axis=0, out=upto[1:])
        return np.diff(upto[edges], axis=0)


class People:
    """Who is in a session after its edits; never changes, edits make a new one.

    Args:
        frames, faces: of the session.
        now: who is who.
        probabilities: (n, 8) as ``FaceList.probabilities``, to give changes against rest.
    """

    def __init__(
        self,
        frames: FrameList,
        faces: FaceList,
        now: Identities,
        probabilities: NDArray[np.float16] | None = None,
    ) -> None:
        self._frames, self._faces, self._now = frames, faces, now
        who = faces.students(frames, now)
        self._kept = who > 0
        numbers = np.bincount(who)  # quicker than sorting a million of them
        self.ids = np.flatnonzero(numbers[1:]) + 1
        place_of = np.zeros(len(numbers), np.int64)
        place_of[self.ids] = np.arange(len(self.ids))
        self._places = place_of[who]
        self._excluded = np.isin(self.ids, list(now.excluded))
        left_out = np.ones(len(numbers), bool)
        left_out[self.ids] = self._excluded
        counted = ~left_out[who]
        self.classes = ClassList.count(frames, faces, counted)
        self._probabilities = probabilities
        self._rests = np.full((len(self.ids), _KINDS), np.nan)
        if probabilities is not None:
            known = rests(frames, faces, who, probabilities)
            for place, student in enumerate(self.ids.tolist()):
                self._rests[place] = known.get(student, np.nan)

    def students(self, first: int, last: int) -> tuple[ReviewStudent, ...]:
        """Everyone in view from frame row ``first`` on and before ``last``, by id."""
        faces, count = self._faces, len(self.ids)
        chosen = self._kept & (faces.rows >= first) & (faces.rows < last)
        places, rows, labels = self._places[chosen], faces.rows[chosen], faces.labels[chosen]
        seen = np.bincount(places, minlength=count)
        seconds = np.bincount(places, self._frames.seconds[rows], minlength=count)
        read = labels >= 0
        cells = places[read] * _KINDS + labels[read]
        each = np.bincount(cells, minlength=count * _KINDS).reshape(count, _KINDS)
        shares = shares_of(each)
        from_row = np.full(count, len(self._frames.times), np.int32)
        to_row = np.full(count, -1, np.int32)
        np.minimum.at(from_row, places, rows)
        np.maximum.at(to_row, places, rows)
        names = self._now.names
        return tuple(
            ReviewStudent(
                id=student,
                code=student_code(student),
                name=names.get(student, ""),
                seconds=float(seconds[k]),
                faces_read=int(each[k].sum()),
                read_share=float(each[k].sum() / seen[k]),
                shares=shares[k],
                seen_from=float(self._frames.times[from_row[k]]),
                seen_to=float(self._frames.times[to_row[k]]),
                excluded=bool(self._excluded[k]),
            )
            for k, student in enumerate(self.ids.tolist())
            if seen[k]
        )

    def different(self, columns: Columns) -> NDArray[np.int64]:
        """(k,) students in each column, without those who are left out."""
        cells, chosen = self._cells(columns)
        here = np.zeros(len(self.ids) * columns.count, bool)
        here[self._places[chosen] * columns.count + cells] = True
        present = here.reshape(len(self.ids), columns.count)[~self._excluded]
        found: NDArray[np.int64] = present.sum(axis=0, dtype=np.int64)
        return found

    def labels(self, columns: Columns) -> NDArray[np.int8]:
        """(m, k) as ``StudentTimeline.labels``."""
        cells, chosen = self._cells(columns)
        places = self._places[chosen] * columns.count + cells
        size = len(self.ids) * columns.count
        kinds = _KINDS + 1
        counts = np.bincount(
            places * kinds + self._faces.labels[chosen] + 1, minlength=size * kinds
        )
        counts = counts.reshape(len(self.ids), columns.count, kinds)[:, columns.shown]
        read, seen = counts[..., 1:].sum(axis=-1), counts.sum(axis=-1)
        told = np.where(2 * read >= seen, counts[..., 1:].argmax(axis=-1), UNKNOWN)
        return np.where(seen > 0, told, NOT_IN_VIEW).astype(np.int8)

    def changes(self, columns: Columns) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """Changes against rest: (m, k, 8) of each student, and (k, 8) of the class.

        See ``session.resting`` for what they are.
        """
        if self._probabilities is None:
            raise ValueError("changes need probabilities")
        cells, chosen = self._cells(columns)
        read = self._faces.labels[chosen] >= 0
        places = self._places[chosen][read] * columns.count + cells[read]
        told = self._probabilities[chosen][read]
        size, shape = len(self.ids) * columns.count, (len(self.ids), columns.count)
        counts = np.bincount(places, minlength=size).reshape(shape)
        each_sum = [np.bincount(places, told[:, k], minlength=size) for k in range(_KINDS)]
        sums = np.stack(each_sum, axis=-1).astype(np.float64).reshape(*shape, _KINDS)
        each = student_changes(sums, counts, self._rests)
        mean = mean_change(each[~self._excluded])
        return each[:, columns.shown].astype(np.float32), mean[columns.shown]

    def _cells(self, columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Column and place in ``FaceList`` of every face inside the columns."""
        cells = columns.cells[self._faces.rows]
        chosen = np.flatnonzero((cells >= 0) & self._kept)
        return cells[chosen], chosen


class ReviewCounts:
    """Timelines and summaries of a session after its edits.

    Args:
        frames: of the session.
        people: in it; None where it is class-only.
        classes: of a class-only session; else those of ``people`` are taken.
        baseline: give changes against rest; ``people`` must have probabilities.
    """

    def __init__(
        self,
        frames: FrameList,
        people: People | None,
        classes: ClassList | None = None,
        baseline: bool = False,
    ) -> None:
        if people is not None:
            classes = people.classes
        if classes is None:
            raise ValueError("expected people, or the counts of a class-only session")
        self._frames, self._people, self._classes = frames, people, classes
        self._baseline = baseline

    @property
    def most_read(self) -> int:
        """Most faces in one frame whose expression the app could tell."""
        return int(self._classes.read.max(initial=0))

    def class_timeline(self, columns: Columns) -> ClassTimeline:
        """The class in these columns."""
        shown, counts = columns.shown, self._classes
        seen, read, each = (columns.sums(one) for one in (counts.seen, counts.read, counts.labels))
        shares = shares_of(each)
        low, high = share_band(shares, self._at_a_time(columns, counts.labels.sum(axis=1))[:, None])
        change = None
        if self._people is not None:
            students = self._people.different(columns)
            if self._baseline:
                change = self._people.changes(columns)[1]
        else:
            students = np.zeros(columns.count, np.int64)
            inside = columns.cells >= 0
            np.maximum.at(students, columns.cells[inside], counts.seen[inside])
        return ClassTimeline(
            starts=columns.starts,
            interval=columns.interval,
            shares=shares[shown],
            low=low[shown],
            high=high[shown],
            read=np.where(seen > 0, read / np.maximum(seen, 1), np.nan)[shown],
            students=students[shown],
            withheld=((read > 0) & (each.sum(axis=1) == 0))[shown],
            change=change,
        )

    def student_timeline(self, columns: Columns) -> StudentTimeline:
        """Every student in these columns; ValueError where the session is class-only."""
        if self._people is None:
            raise ValueError("a class-only session has no students")
        change = self._people.changes(columns)[0] if self._baseline else None
        labels = self._people.labels(columns)
        return StudentTimeline(columns.starts, columns.interval, self._people.ids, labels, change)

    def students(self) -> tuple[ReviewStudent, ...]:
        """Everyone over the whole session; () where it is class-only."""
        people = self._people
        return () if people is None else people.students(0, len(self._frames.times))

    def stretch(self, start: float, end: float, markers: tuple[Marker, ...]) -> StretchSummary:
        """What is from ``start`` on and before ``end``; of the markers those inside are kept."""
        columns = Columns.of(self._frames, 1, start, end)
        line = self.class_timeline(columns)
        coverage = self._at_a_time(columns, self._classes.seen)
        read_low, read_high = share_band(line.read, coverage)
        rows = np.flatnonzero(columns.cells >= 0)
        first, last = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
        return StretchSummary(
            start=start,
            end=end,
            frames=last - first,
            seconds=float(self._frames.seconds[first:last].sum()),
            shares=line.shares[0],
            low=line.low[0],
            high=line.high[0],
            read=float(line.read[0]),
            read_low=float(read_low[0]),
            read_high=float(read_high[0]),
            withheld=bool(line.withheld[0]),
            change=None if line.change is None else line.change[0],
            students=() if self._people is None else self._people.students(first, last),
            markers=tuple(one for one in markers if start <= one.timestamp < end),
        )

    def _at_a_time(self, columns: Columns, faces: NDArray[np.int64]) -> NDArray[np.float64]:
        """(k,) mean of ``faces`` (f,) over the frames that have any, see ``confidence``."""
        frames = columns.sums((faces > 0).astype(np.int64))
        return columns.sums(faces) / np.maximum(frames, 1)
