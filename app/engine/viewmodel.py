"""What the live window shows, computed beside the analysis and handed over ready to paint.

``ClassroomModel.update`` runs in the analysis thread; the window only picks up the newest
``ClassView``, an immutable picture of the class. Nothing here knows Qt.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.types import ClassCounts, FrameResult, student_code
from app.session.interval import INTERVAL
from app.session.summary import ALWAYS_COUNTED, ClassSummary, StreamMedian, longest_span

REFRESH = 0.25
"""Seconds of real time between two views; people can't read faster changes."""


class State(Enum):
    """What the window is doing."""

    EMPTY = auto()  # no source chosen
    OPENING = auto()  # looking at the source for its first frame
    READY = auto()  # may be started
    PREPARING = auto()  # getting the models ready to start
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()
    DONE = auto()  # stopped or at its end; may be exported or started anew
    CLOSING = auto()


@dataclass(frozen=True, slots=True)
class StudentRow:
    """One line of the student list.

    Attributes:
        track_id: 1-based number of the track.
        code: the pseudonym, "S01".
        name: what the user typed, "" where nothing.
        label: index into ``LABELS``; -1 where the app can't tell or the student is out of view.
        in_view: found in the newest frame.
        seconds: time seen so far.
    """

    track_id: int
    code: str
    name: str
    label: int
    in_view: bool
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class ClassView:
    """The class as it is now and how it came to be.

    Attributes:
        in_view: students in the newest frame.
        shares: (8,) share of each expression among the faces read in the last seconds, in the
            order of ``LABELS``; NaN where no face was read.
        read: share of the faces seen in the last seconds that were read; NaN where none seen.
        starts: (k,) start of each interval of the timeline in seconds.
        interval: length of an interval in seconds.
        timeline: (k, 8) share of each expression an interval; NaN where none was read.
        students: everyone seen so far, by id, but for pictures on the wall without a name.
    """

    in_view: int
    shares: NDArray[np.float64]
    read: float
    starts: NDArray[np.float64]
    interval: float
    timeline: NDArray[np.float64]
    students: tuple[StudentRow, ...]


def empty_view(interval: float = INTERVAL) -> ClassView:
    """A class in which nobody was seen yet."""
    return ClassView(
        in_view=0,
        shares=np.full(len(LABELS), np.nan),
        read=float("nan"),
        starts=np.zeros(0),
        interval=interval,
        timeline=np.zeros((0, len(LABELS))),
        students=(),
    )


class ClassroomModel:
    """Turns results into views. Safe to use from several threads.

    Args:
        interval: seconds a column of the timeline.
        wall: seconds of real time; paces how often a view is made.
    """

    def __init__(
        self, interval: float = INTERVAL, wall: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.Lock()
        self._summary = ClassSummary(interval=interval)
        self._wall = wall
        self._made = -np.inf
        self._gaps = StreamMedian(0.0001)
        self._newest: FrameResult | None = None
        self._seconds: dict[int, float] = {}
        self._names: dict[int, str] = {}
        self._view = empty_view(interval)

    @property
    def view(self) -> ClassView:
        """The newest view; cheap, made elsewhere."""
        return self._view

    def update(self, result: FrameResult) -> None:
        """Take in the newest result; makes a view when the last one is old enough."""
        with self._lock:
            self._count_seconds(result)
            self._newest = result
            self._summary.update(ClassCounts.of(result))
            now = self._wall()
            if now - self._made >= REFRESH:
                self._made = now
                self._view = self._make()

    def refresh(self) -> None:
        """Make a view of all results so far, as at the end."""
        with self._lock:
            self._view = self._make()

    def set_names(self, names: Mapping[int, str]) -> None:
        """Take over the names of the session."""
        with self._lock:
            self._names = dict(names)
            rows = tuple(
                replace(row, name=self._names.get(row.track_id, "")) for row in self._view.students
            )
            self._view = replace(self._view, students=rows)

    def _count_seconds(self, result: FrameResult) -> None:
        """Give the frame before the time up to this one, by ``session.summary.with_spans``."""
        before = self._newest
        if before is not None:
            gap = result.timestamp - before.timestamp
            self._gaps.add(gap)
            # The median takes time; it is asked for where it matters.
            span = gap if gap <= ALWAYS_COUNTED else min(gap, longest_span(self._gaps.value))
            for track_id in before.faces.ids.tolist():
                self._seconds[track_id] = self._seconds.get(track_id, 0.0) + span
        for track_id in result.faces.ids.tolist():
            self._seconds.setdefault(track_id, 0.0)

    def _make(self) -> ClassView:
        if self._newest is None:
            return self._view
        faces, labels = self._newest.faces, self._newest.expressions.labels
        here = dict(zip(faces.ids.tolist(), labels.tolist(), strict=True))
        rows = tuple(
            StudentRow(
                track_id=track_id,
                code=student_code(track_id),
                name=self._names.get(track_id, ""),
                label=here.get(track_id, -1),
                in_view=track_id in here,
                seconds=seconds,
            )
            for track_id, seconds in sorted(self._seconds.items())
            if track_id not in self._newest.pictures or track_id in self._names
        )
        now, timeline = self._summary.now, self._summary.timeline()
        return ClassView(
            in_view=now.students,
            shares=now.shares,
            read=now.read_share,
            starts=timeline.starts,
            interval=self._summary.interval,
            timeline=timeline.shares,
            students=rows,
        )
