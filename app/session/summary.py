"""What a class looked like over time, in flat memory; ``students`` has the same of each student.

Shares are always of faces read: how often an expression was the label, over how often any was.
How much was not read stands beside them (``read_share``), so that a share is never taken for
more than it is. Where nothing was read, shares are NaN.

Live reads a face in some frames and holds the reading in those between (``Expressions.age``). A
held reading counts as told in its frame: so shares are of time. Were only the frames counted in
which a face was read, those would count more whom the schedule reads more often, which are those
that change. What a held reading is not is one more observation: see ``confidence``.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.types import ClassCounts, FrameResult
from app.session.confidence import share_band
from app.session.interval import INTERVAL

ALWAYS_COUNTED: Final = 1.0
"""Seconds between two frames that count in full, however dense the other frames are."""
RECENT: Final = 5.0
"""Seconds that "now" looks back."""
MAX_SILENCE: Final = 86_400.0
"""Seconds without an analysed frame beyond which no empty intervals are listed."""

_EPSILON: Final = 1e-9  # a timestamp of 4.999999999 belongs to the interval that starts at 5
_Timed = TypeVar("_Timed", FrameResult, ClassCounts)


class StreamMedian:
    """Median of a stream of numbers, exact to ``step``, in memory bounded by their spread.

    Values are counted per multiple of ``step``, so a long recording costs no more than a short.
    """

    def __init__(self, step: float) -> None:
        self._step = step
        self._counts: Counter[int] = Counter()
        self._n = 0

    def add(self, value: float) -> None:
        """Count one value."""
        self._counts[round(value / self._step)] += 1
        self._n += 1

    @property
    def value(self) -> float:
        """The median so far; NaN before the first value."""
        if not self._n:
            return float("nan")
        ordered = sorted(self._counts)
        ends = np.cumsum([self._counts[key] for key in ordered])
        low, high = np.searchsorted(ends, [(self._n - 1) // 2, self._n // 2], side="right")
        return float(ordered[low] + ordered[high]) / 2 * self._step


def frame_span(timestamps: Iterable[float], fallback: float = 0.0) -> float:
    """Seconds that one analysed frame stands for: the median gap between them.

    ``fallback`` where there are fewer than two.
    """
    gaps = StreamMedian(0.0001)
    previous: float | None = None
    for timestamp in timestamps:
        if previous is not None:
            gaps.add(timestamp - previous)
        previous = timestamp
    return fallback if np.isnan(gaps.value) else gaps.value


def longest_span(usual: float) -> float:
    """Most seconds that a frame may stand for, whose usual span this is."""
    return max(ALWAYS_COUNTED, 3.0 * usual)


def with_spans(results: Iterable[_Timed], span: float) -> Iterator[tuple[_Timed, float]]:
    """Each result with the seconds it stands for: those until the next one.

    A gap counts for no more than one second or three usual frames (whichever is longer), since
    nobody looked in between; the last frame counts as a usual one.

    Args:
        results: in time order.
        span: seconds that a usual frame stands for, see ``frame_span``.
    """
    longest = longest_span(span)
    held: _Timed | None = None
    for result in results:
        if held is not None:
            yield held, min(result.timestamp - held.timestamp, longest)
        held = result
    if held is not None:
        yield held, span


def shares_of(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Counts (..., k) as shares of their sum along the last axis; NaN where that is 0."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class ClassInterval:
    """The class in one interval.

    Attributes:
        start, end: seconds. Intervals lie on a grid from 0; the first one starts with the first
            analysed frame and the last one ends with the last, so both may be short.
        frames: analysed frames in it; 0 where there is a gap in the recording.
        students_seen: different students; of a class-only session, most at a time.
        faces_seen: faces over all its frames.
        faces_read: those whose expression the app could tell.
        faces_withheld: those of them that are in no share, since the group was too small: all of
            them where never ``smallest`` were read in one frame.
        students_read: faces whose expression is said at a time, mean over the frames with any; how
            many observations the shares rest on, see ``confidence``.
        shares: (8,) share of each expression among the other faces read; NaN where there is none.
    """

    start: float
    end: float
    frames: int
    students_seen: int
    faces_seen: int
    faces_read: int
    faces_withheld: int
    students_read: float
    shares: NDArray[np.float64]

    @property
    def read_share(self) -> float:
        """Share of the faces seen that were read; NaN where none was seen."""
        return self.faces_read / self.faces_seen if self.faces_seen else float("nan")

    @property
    def low(self) -> NDArray[np.float64]:
        """(8,) lower end of the 95% band of each share; NaN where there is none."""
        return share_band(self.shares, self.students_read)[0]

    @property
    def high(self) -> NDArray[np.float64]:
        """(8,) upper end of the 95% band of each share; NaN where there is none."""
        return share_band(self.shares, self.students_read)[1]


class IntervalTally:
    """Counts the class by intervals, one frame at a time, and hands over those that are done.

    Args:
        interval: length in seconds, above 0.
        smallest: faces that must be read in one frame of an interval for it to have shares, see
            ``Privacy.min_group``; 1: all have them.
    """

    def __init__(self, interval: float, smallest: int) -> None:
        if not interval > 0:
            raise ValueError(f"interval: expected seconds above 0, got {interval}")
        self._interval, self._smallest = interval, smallest
        self._place: int | None = None  # which interval of the grid is open
        self._start = self._last = 0.0
        self._clear()

    def _clear(self) -> None:
        self._frames = self._seen = self._read = self._most = self._said = self._together = 0
        self._ids: set[int] = set()
        self._counts = np.zeros(len(LABELS), np.int64)

    def _closed(self, end: float) -> ClassInterval:
        if self._together < self._smallest:
            self._counts[:] = 0
        done = ClassInterval(
            self._start,
            end,
            self._frames,
            max(len(self._ids), self._most),
            self._seen,
            self._read,
            self._read - int(self._counts.sum()),
            int(self._counts.sum()) / max(self._said, 1),
            shares_of(self._counts),
        )
        self._clear()
        return done

    def add(self, counts: ClassCounts, ids: Iterable[int] = ()) -> Iterator[ClassInterval]:
        """Count a frame; yields the intervals that ended before it, empty ones too.

        ``ids`` are the students in it, where they are known.
        """
        place = int(np.floor(counts.timestamp / self._interval + _EPSILON))
        if self._place is None:
            self._place, self._start = place, counts.timestamp
        elif place > self._place and counts.timestamp - self._last > MAX_SILENCE:
            yield self._closed((self._place + 1) * self._interval)
            self._place, self._start = place, place * self._interval
        while self._place < place:
            self._place += 1
            edge = self._place * self._interval
            yield self._closed(edge)
            self._start = edge
        self._last = counts.timestamp
        self._frames += 1
        self._seen += counts.seen
        self._read += counts.read
        self._most = max(self._most, counts.seen)
        said = int(counts.labels.sum())
        self._said += said > 0
        self._together = max(self._together, said)
        self._ids.update(ids)
        self._counts += counts.labels

    def finish(self, span: float) -> Iterator[ClassInterval]:
        """The interval that is still open, which ends ``span`` seconds after its last frame."""
        if self._place is not None:
            yield self._closed(min((self._place + 1) * self._interval, self._last + span))
            self._place = None


class ClassNow(NamedTuple):
    """The class in the last seconds.

    Attributes:
        shares: (8,) of each expression among the faces whose expression is said; NaN where none.
        students: in the newest frame.
        read_share: of the faces seen that were read; NaN where none was seen.
        withheld: faces were read, and the group was always too small to say more.
        students_read: faces whose expression is said at a time, mean over the frames with any: how
            many observations ``shares`` rests on, see ``confidence``.
        students_seen: faces at a time, mean over the frames with any: the same of ``read_share``.
    """

    shares: NDArray[np.float64]
    students: int
    read_share: float
    withheld: bool
    students_read: float = 0.0
    students_seen: float = 0.0


class Timeline(NamedTuple):
    """Expressions over time.

    Attributes:
        starts: (k,) of the intervals in seconds.
        shares: (k, 8) of each expression among the faces read; NaN where none was.
        read_shares: (k,) of the faces seen that were read; NaN where none was seen.
    """

    starts: NDArray[np.float64]
    shares: NDArray[np.float64]
    read_shares: NDArray[np.float64]


class ClassSummary:
    """The class as the lesson goes on: a few numbers an update, bounded memory.

    Intervals in which no frame was analysed are left out of the timeline. When there are more
    than ``max_intervals``, neighbours are joined and ``interval`` doubles.

    Args:
        recent: seconds that "now" looks back.
        interval: length of a timeline interval in seconds.
        max_intervals: of the timeline, at least 2.
    """

    def __init__(
        self, recent: float = RECENT, interval: float = INTERVAL, max_intervals: int = 1440
    ) -> None:
        if not (recent > 0 and interval > 0 and max_intervals >= 2):
            raise ValueError("expected recent and interval above 0 and max_intervals 2 or more")
        self.interval = interval
        self._recent = recent
        self._max = max_intervals
        self._students = 0
        self._window: deque[ClassCounts] = deque()
        self._seen = self._read = 0
        self._counts = np.zeros(len(LABELS), np.int64)
        # A row an interval: faces of each expression, faces seen, faces read.
        self._timeline: dict[int, NDArray[np.int64]] = {}

    def update(self, counts: ClassCounts) -> None:
        """Take in the newest frame."""
        self._students = counts.seen
        self._window.append(counts)
        self._seen += counts.seen
        self._read += counts.read
        self._counts += counts.labels
        while self._window[0].timestamp <= counts.timestamp - self._recent:
            old = self._window.popleft()
            self._seen -= old.seen
            self._read -= old.read
            self._counts -= old.labels
        place = int(np.floor(counts.timestamp / self.interval + _EPSILON))
        row = np.append(counts.labels, (counts.seen, counts.read))
        self._timeline[place] = self._timeline.get(place, 0) + row
        if len(self._timeline) > self._max:
            self._join()

    def _join(self) -> None:
        joined: dict[int, NDArray[np.int64]] = {}
        for place, counts in self._timeline.items():
            joined[place // 2] = joined.get(place // 2, 0) + counts
        self._timeline = joined
        self.interval *= 2

    @property
    def now(self) -> ClassNow:
        """The last seconds."""
        read_share = self._read / self._seen if self._seen else float("nan")
        withheld = self._read > 0 and not self._counts.any()
        said = sum(bool(one.labels.any()) for one in self._window)
        peopled = sum(one.seen > 0 for one in self._window)
        return ClassNow(
            shares_of(self._counts),
            self._students,
            read_share,
            withheld,
            int(self._counts.sum()) / max(said, 1),
            self._seen / max(peopled, 1),
        )

    def timeline(self) -> Timeline:
        """The whole lesson so far."""
        places = sorted(self._timeline)
        counts = np.array([self._timeline[place] for place in places], np.int64)
        starts = np.array(places, np.float64) * self.interval
        counts = counts.reshape(len(places), len(LABELS) + 2)
        labels, seen, read = np.split(counts, (-2, -1), axis=1)
        coverage = np.where(seen > 0, read / np.maximum(seen, 1), np.nan)[:, 0]
        return Timeline(starts, shares_of(labels), coverage)
