"""Faces differ at rest: each student's own resting distribution, and the change against it.

One face at rest looks a little sad to the model, another a little amused. What a student's face
usually shows in the first minutes is taken as its rest, for all expressions alike.

Rest is the geometric median of the readings: the point on the simplex whose summed distance to
them is least. It has a breakdown point of one half (Lopuhaa & Rousseeuw, 1991, "Breakdown points
of affine equivariant estimators of multivariate location"), so laughing for a while hardly moves
it, unlike a mean. It sums to 1, unlike medians of each expression alone, and needs no logarithm
of probabilities near 0, unlike means of log ratios. Found by Weiszfeld's algorithm as mended by
Vardi & Zhang, 2000, "The multivariate L1-median and associated data depth".

The change of a student over some time is the mean of what was read then, less rest. That of the
class is the mean over its students, each of whom counts the same, however often they were read:
who looks at the camera most says no more of the class than anyone else. Live, Review and
change.csv all give this one figure; ``student_changes`` and ``mean_change`` are its definition.

Rest is learnt from readings as they were made: one that is held (``Expressions.age``) is no second
of readings more. A change takes held readings as the time that they stand for, since a schedule
that looks more often at whoever changes would else make every change larger than it was.

Rest is learnt in memory only, and belongs to one session: nothing of it is known the next day.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.types import FrameResult
from app.session.store import Session
from app.session.summary import RECENT

LEARN_S: Final = 120
"""Seconds of readings that rest is learnt from: two minutes at most."""
LEAST_S: Final = 20
"""Seconds of readings before rest is known: fewer may all be of one smile."""

_CLOSE: Final = 1e-5  # steps of the median shorter than this no longer matter
_STEPS: Final = 200  # at most; it takes about 20
_NOT_KNOWN: Final = np.full(len(LABELS), np.nan)
_NEWS: Final = 1.1  # so many times the seconds, and the median is found anew


def geometric_median(
    points: NDArray[np.floating], start: NDArray[np.floating] | None = None
) -> NDArray[np.float64]:
    """The point whose summed distance to ``points`` is least, after Vardi & Zhang (2000).

    Args:
        points: (n, d), n at least 1.
        start: (d,) a guess, by default the mean.

    Returns:
        (d,) within the convex hull of the points, to about 1e-5.
    """
    points = points.astype(np.float64)
    at = points.mean(axis=0) if start is None else start.astype(np.float64)
    for _ in range(_STEPS):
        away = points - at
        distances = np.sqrt(np.einsum("ij,ij->i", away, away))
        apart = distances > 1e-12
        if not apart.any():
            break
        weights = np.divide(1.0, distances, out=np.zeros_like(distances), where=apart)
        pull = weights @ away
        # A point that the median sits on holds it back, with the strength of one point.
        length = float(np.sqrt(pull @ pull))
        held = (len(points) - int(apart.sum())) / length if length > 0 else 1.0
        step = max(0.0, 1.0 - held) * pull / weights.sum()
        at = at + step
        if float(np.abs(step).max()) < _CLOSE:
            break
    return at


class _Rest:
    """What is learnt of one student: a mean reading of each second, up to ``most``."""

    __slots__ = ("_count", "_means", "_median", "_of", "_second", "_sum", "learnt")

    def __init__(self, most: int) -> None:
        self._means = np.zeros((most, len(LABELS)), np.float32)
        self.learnt = 0  # seconds
        self._second = -1
        self._sum = np.zeros(len(LABELS))
        self._count = 0
        self._median: NDArray[np.float64] | None = None
        self._of = 0  # seconds that the median is of

    @property
    def full(self) -> bool:
        return self.learnt == len(self._means)

    def add(self, second: int, reading: NDArray[np.floating]) -> None:
        if second != self._second:
            self._close()
            self._second = second
        if not self.full:
            self._sum += reading
            self._count += 1

    def _close(self) -> None:
        if self._count and not self.full:
            self._means[self.learnt] = self._sum / self._count
            self.learnt += 1
            self._sum[:] = 0.0
            self._count = 0

    def median(self) -> NDArray[np.float64]:
        due = min(_NEWS * self._of, len(self._means))
        if self._median is None or self._of < self.learnt >= due:
            self._median = geometric_median(self._means[: self.learnt], self._median)
            self._median.setflags(write=False)
            self._of = self.learnt
        return self._median


class RestingLearner:
    """Learns each student's rest from the readings, one frame at a time.

    Takes in what the app could tell, and no more: a mean reading of every second in which there
    was one, so that a fast camera counts no more than a slow one. Keeps 4 KB a student.
    A class-only session has nobody to learn of.

    Args:
        seconds: of readings, from a student's first one on, that rest is learnt from.
        least: seconds of readings before rest is known, 1 or more.
    """

    def __init__(self, seconds: int = LEARN_S, least: int = LEAST_S) -> None:
        if not 1 <= least <= seconds:
            raise ValueError(f"expected 1 <= least <= seconds, got {least} and {seconds}")
        self._most, self._least = seconds, least
        self._students: dict[int, _Rest] = {}

    def add(self, result: FrameResult) -> None:
        """Learn from a frame, later than those before."""
        second, read = int(np.floor(result.timestamp)), result.expressions
        ids = result.faces.ids.tolist()
        for row in np.flatnonzero(read.known & read.fresh).tolist():
            rest = self._of(ids[row])
            if not rest.full:
                rest.add(second, read.probabilities[row])

    def add_readings(
        self, student: int, times: NDArray[np.floating], readings: NDArray[np.floating]
    ) -> None:
        """Learn from what was read of one student, later than what was read before.

        Args:
            student: whose.
            times: (n,) seconds, not decreasing.
            readings: (n, 8) probabilities; none that is held.
        """
        rest = self._of(student)
        for second, reading in zip(np.floor(times).astype(int).tolist(), readings, strict=True):
            if rest.full:
                return
            rest.add(second, reading)

    def _of(self, student: int) -> _Rest:
        rest = self._students.get(student)
        if rest is None:
            rest = self._students[student] = _Rest(self._most)
        return rest

    def seconds_learnt(self, student: int) -> int:
        """Seconds with a reading that the student's rest is learnt from so far."""
        rest = self._students.get(student)
        return rest.learnt if rest else 0

    def resting(self, student: int) -> NDArray[np.float64] | None:
        """(8,) the student's usual distribution, sum 1; None before enough was read."""
        rest = self._students.get(student)
        return None if rest is None or rest.learnt < self._least else rest.median()

    def rests(self, students: Iterable[int]) -> NDArray[np.float64]:
        """(n, 8) rests of these students, NaN where not known."""
        rests = [_NOT_KNOWN if (rest := self.resting(one)) is None else rest for one in students]
        return np.array(rests, np.float64).reshape(-1, len(LABELS))

    def change(self, result: FrameResult) -> NDArray[np.float32]:
        """(n, 8) probability less that at rest, of each face; rows sum to 0.

        NaN where rest is not known yet, and where the app can't tell.
        """
        read, ids = result.expressions, result.faces.ids.tolist()
        changes = read.probabilities - self.rests(ids).astype(np.float32)
        changes[~read.known] = np.nan
        return changes


class ReadingSums:
    """Readings of each student over some time, summed: what changes against rest are made of."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}  # of students in the arrays
        self._sums = np.zeros((64, len(LABELS)))
        self._counts = np.zeros(64, np.int64)

    def add(self, result: FrameResult, times: int = 1) -> None:
        """Count a frame; ``times`` is -1 to take out one that was counted before."""
        known = result.expressions.known
        students = result.faces.ids[known].tolist()
        places = [self._places.setdefault(one, len(self._places)) for one in students]
        while len(self._places) > len(self._sums):
            self._sums = np.concatenate((self._sums, np.zeros_like(self._sums)))
            self._counts = np.concatenate((self._counts, np.zeros_like(self._counts)))
        self._sums[places] += times * result.expressions.probabilities[known].astype(np.float64)
        self._counts[places] += times

    def clear(self) -> None:
        """Begin anew."""
        self._places.clear()
        self._sums[:], self._counts[:] = 0.0, 0

    def changes(self, learner: RestingLearner) -> tuple[list[int], NDArray[np.float64]]:
        """Whoever was read, by id, and (n, 8) their changes; NaN where rest is not known."""
        students = sorted(one for one, at in self._places.items() if self._counts[at] > 0)
        places = [self._places[one] for one in students]
        rests = learner.rests(students)
        return students, student_changes(self._sums[places], self._counts[places], rests)


class RecentReadings:
    """The readings of the last seconds, those that the shares of ``summary.ClassNow`` are of.

    Args:
        seconds: that it looks back.
    """

    def __init__(self, seconds: float = RECENT) -> None:
        self._seconds = seconds
        self._window: deque[FrameResult] = deque()
        self._sums = ReadingSums()

    def add(self, result: FrameResult) -> None:
        """Take in the newest frame, and forget what is too old."""
        self._window.append(result)
        self._sums.add(result)
        while self._window[0].timestamp <= result.timestamp - self._seconds:
            self._sums.add(self._window.popleft(), times=-1)

    def class_change(self, learner: RestingLearner) -> NDArray[np.float64]:
        """(8,) mean change of the students; NaN where it is known of nobody."""
        return mean_change(self._sums.changes(learner)[1])


def student_changes(
    sums: NDArray[np.floating], counts: NDArray[np.integer], rests: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Mean change of each student against rest, over one stretch of time or several.

    Args:
        sums: (n, ..., 8) probabilities of n students, summed over what was read.
        counts: (n, ...) readings in these sums.
        rests: (n, 8); NaN where not known.

    Returns:
        (n, ..., 8), NaN where nothing was read or rest is not known.
    """
    means = np.full(sums.shape, np.nan)
    np.divide(sums, counts[..., None], out=means, where=counts[..., None] > 0)
    changes: NDArray[np.float64] = means - np.expand_dims(rests, tuple(range(1, sums.ndim - 1)))
    return changes


def mean_change(changes: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, ..., 8) changes of students to their mean (..., 8), the change of the class.

    Over those of whom it is known, each of whom counts the same; NaN where of nobody.
    """
    known = np.isfinite(changes).all(axis=-1, keepdims=True)
    total = np.where(known, changes, 0.0).sum(axis=0, dtype=np.float64)
    heard = known.sum(axis=0)
    return np.where(heard > 0, total / np.maximum(heard, 1), np.nan)


def resting_of(session: Session, seconds: int = LEARN_S, least: int = LEAST_S) -> RestingLearner:
    """Everyone's rest in a stored session, after all edits; takes a pass over the file.

    What it then says of a change holds from the first frame on. Raises SessionError where the
    file is damaged.
    """
    return learn(session.results(), seconds, least)


def learn(
    results: Iterable[FrameResult], seconds: int = LEARN_S, least: int = LEAST_S
) -> RestingLearner:
    """Everyone's rest in these results, in time order."""
    learner = RestingLearner(seconds, least)
    for result in results:
        learner.add(result)
    return learner
