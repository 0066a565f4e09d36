"""What the live window shows, computed beside the analysis and handed over ready to paint.

``ClassroomModel.update`` runs in the analysis thread; the window only picks up the newest
``ClassView``, an immutable picture of the class. Nothing here knows Qt.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.privacy import Privacy
from app.core.regions import Polygon, Regions
from app.core.types import ClassCounts, FrameResult, student_code
from app.engine.live.refresh import Refresh
from app.engine.live.seat_view import SeatView, in_seats
from app.session.confidence import share_band
from app.session.interval import INTERVAL
from app.session.markers import Marker
from app.session.resting import RecentReadings, RestingLearner
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


def _unknown() -> NDArray[np.float64]:
    return np.full(len(LABELS), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class StudentRow:
    """One line of the student list, and one seat of the map.

    Attributes:
        track_id: 1-based number of the track.
        code: the pseudonym, "S01".
        name: what the user typed, "" where nothing.
        label: index into ``LABELS``; -1 where the app can't tell or the student is out of view.
        in_view: found in the newest frame.
        seconds: time seen so far.
        refresh: readings a second over the last seconds; NaN out of view.
        seat: usual middle of the face, 0..1 of the first picture's width and height; None where
            it is not known.
        seat_size: usual width of the face, 0..1 of the first picture's width; 0 without a seat.
        change: (8,) probability of each expression in the newest frame, less that at rest; NaN
            where unknown.
    """

    track_id: int
    code: str
    name: str
    label: int
    in_view: bool
    seconds: float
    refresh: float = float("nan")
    seat: tuple[float, float] | None = None
    seat_size: float = 0.0
    change: NDArray[np.float32] | NDArray[np.float64] = field(default_factory=_unknown)


@dataclass(frozen=True, slots=True, eq=False)
class ClassView:
    """The class as it is now and how it came to be.

    Attributes:
        in_view: students in the newest frame.
        shares: (8,) share of each expression among the faces read in the last seconds, in the
            order of ``LABELS``; NaN where no face was read.
        low, high: (8,) ends of the 95% band of each share; NaN where ``shares`` is.
        read: share of the faces seen in the last seconds that were read; NaN where none seen.
        read_low, read_high: ends of its 95% band.
        starts: (k,) start of each interval of the timeline in seconds.
        interval: length of an interval in seconds.
        timeline: (k, 8) share of each expression an interval; NaN where none was read.
        timeline_read: (k,) share of the faces seen an interval that were read; NaN where none
            was seen.
        students: everyone seen so far, by id, but for pictures on the wall without a name and
            whoever has opted out; nobody in a class-only session.
        class_only: only the class as a whole may be shown.
        withheld: faces were read in the last seconds and the group was too small to say more.
        markers: moments that the user named, by time.
        change: (8,) change of the class against rest in the last seconds, those of ``shares``; see
            ``session.resting``. NaN where it is known of nobody, and unless it was asked for.
    """

    in_view: int
    shares: NDArray[np.float64]
    read: float
    starts: NDArray[np.float64]
    interval: float
    timeline: NDArray[np.float64]
    students: tuple[StudentRow, ...]
    low: NDArray[np.float64] = field(default_factory=_unknown)
    high: NDArray[np.float64] = field(default_factory=_unknown)
    read_low: float = float("nan")
    read_high: float = float("nan")
    timeline_read: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    class_only: bool = False
    withheld: bool = False
    markers: tuple[Marker, ...] = ()
    change: NDArray[np.float64] = field(default_factory=_unknown)


def empty_view(interval: float = INTERVAL, class_only: bool = False) -> ClassView:
    """A class in which nobody was seen yet."""
    return ClassView(
        in_view=0,
        shares=_unknown(),
        read=float("nan"),
        starts=np.zeros(0),
        interval=interval,
        timeline=np.zeros((0, len(LABELS))),
        students=(),
        class_only=class_only,
    )


class ClassroomModel:
    """Turns results into views. Safe to use from several threads.

    Args:
        interval: seconds a column of the timeline.
        wall: seconds of real time; paces how often a view is made.
        privacy: whether students may be shown, and from which group on their shares.
    """

    def __init__(
        self,
        interval: float = INTERVAL,
        wall: Callable[[], float] = time.monotonic,
        privacy: Privacy | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._privacy = privacy or Privacy()
        self._summary = ClassSummary(interval=interval)
        self._wall = wall
        self._made = -np.inf
        self._gaps = StreamMedian(0.0001)
        self._newest: FrameResult | None = None
        self._seconds: dict[int, float] = {}
        self._refresh = Refresh()
        self._seats = SeatView()
        self._resting = RestingLearner()
        self._recent = RecentReadings()
        self._baseline = False
        self._names: dict[int, str] = {}
        self._opt_out: tuple[Polygon, ...] = ()
        self._markers: tuple[Marker, ...] = ()
        self._view = empty_view(interval, self._privacy.class_only)

    @property
    def view(self) -> ClassView:
        """The newest view; cheap, made elsewhere."""
        return self._view

    def update(self, result: FrameResult) -> None:
        """Take in the newest result; makes a view when the last one is old enough."""
        with self._lock:
            counts = ClassCounts.of(result)
            if self._privacy.class_only:
                counts = counts.without_small_groups(self._privacy.min_group)
            else:
                self._count_seconds(result)
                self._refresh.update(result)
                self._seats.update(result)
                self._resting.add(result)
                self._recent.add(result)
            self._newest = result
            self._summary.update(counts)
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

    def set_markers(self, markers: tuple[Marker, ...]) -> None:
        """Take over the markers of the session."""
        with self._lock:
            self._markers = markers
            self._view = replace(self._view, markers=markers)

    def set_regions(self, regions: Regions) -> None:
        """Whoever sits in an opted-out seat is left out of every view from now on."""
        with self._lock:
            self._opt_out = regions.opt_out
            self._view = self._make()

    def set_baseline(self, shown: bool) -> None:
        """Whether views say how expressions differ from rest; rest is learnt either way."""
        with self._lock:
            self._baseline = shown
            self._view = self._make()

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
        now, timeline = self._summary.now, self._summary.timeline()
        low, high = share_band(now.shares, now.students_read)
        read_low, read_high = share_band(now.read_share, now.students_seen)
        baseline = self._baseline and not self._privacy.class_only
        return ClassView(
            in_view=now.students,
            shares=now.shares,
            low=low,
            high=high,
            read=now.read_share,
            read_low=float(read_low),
            read_high=float(read_high),
            starts=timeline.starts,
            interval=self._summary.interval,
            timeline=timeline.shares,
            timeline_read=timeline.read_shares,
            students=() if self._privacy.class_only else self._rows(self._newest),
            class_only=self._privacy.class_only,
            withheld=now.withheld,
            markers=self._markers,
            change=self._recent.class_change(self._resting) if baseline else _unknown(),
        )

    def _rows(self, newest: FrameResult) -> tuple[StudentRow, ...]:
        labels = newest.expressions.labels.tolist()
        here = dict(zip(newest.faces.ids.tolist(), labels, strict=True))
        seats = self._seats.places()
        hidden = in_seats(seats, self._opt_out) if self._opt_out else set()
        hidden |= {track_id for track_id in newest.pictures if track_id not in self._names}
        change = self._resting.change(newest) if self._baseline else np.zeros((0, len(LABELS)))
        changes = dict(zip(here, change, strict=False))
        unknown = _unknown()
        rows = []
        for track_id, seconds in sorted(self._seconds.items()):
            if track_id in hidden:
                continue
            in_view, seat = track_id in here, seats[track_id]
            rows.append(
                StudentRow(
                    track_id=track_id,
                    code=student_code(track_id),
                    name=self._names.get(track_id, ""),
                    label=here.get(track_id, -1),
                    in_view=in_view,
                    seconds=seconds,
                    refresh=self._refresh.at(track_id, newest.timestamp) if in_view else np.nan,
                    seat=(seat.x, seat.y),
                    seat_size=seat.size,
                    change=changes.get(track_id, unknown),
                )
            )
        return tuple(rows)
