"""A session in steps of time, as the charts of a report draw it; memory is steps by students."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.session.digest import FrameList
from app.session.report.legibility import Legibility, LegibilityTally
from app.session.series import BY_LABEL, READ, SAID, SEEN, Series, SeriesTally
from app.session.store import Session
from app.session.summary import with_spans
from app.session.watch import Watch

MOST_STEPS: Final = 90
"""Steps of a chart; more can't be told apart on a page."""
_LENGTHS: Final = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800)
"""Lengths of a step, in seconds."""


def step_length(seconds: float) -> float:
    """Seconds of a step where so many are to be drawn: a round length, ``MOST_STEPS`` at most."""
    for length in _LENGTHS:
        if seconds <= length * MOST_STEPS:
            return float(length)
    return 3600.0 * math.ceil(seconds / MOST_STEPS / 3600)


@dataclass(frozen=True, slots=True, eq=False)
class ClassSteps:
    """The class in each step, in seconds summed over the faces in view ("face seconds").

    Attributes:
        starts: (k,) seconds at which the steps begin.
        step: length of a step in seconds.
        looked: (k,) seconds that analysed frames stand for.
        seen: (k,) face seconds in view.
        cant_tell: (k,) those of them in which the app could not tell the expression.
        withheld: (k,) those in which it could, in too small a group to say it.
        labels: (k, 8) those of each expression.
    """

    starts: NDArray[np.float64]
    step: float
    looked: NDArray[np.float64]
    seen: NDArray[np.float64]
    cant_tell: NDArray[np.float64]
    withheld: NDArray[np.float64]
    labels: NDArray[np.float64]

    @property
    def end(self) -> float:
        """Seconds at which the last step ends."""
        return float(self.starts[-1]) + self.step

    @property
    def shares(self) -> NDArray[np.float64]:
        """(k, 10) of the face seconds in view: each expression, can't tell, withheld.

        Rows sum to 1, or are NaN where nobody was in view.
        """
        parts = np.column_stack((self.labels, self.cant_tell, self.withheld))
        whole = self.seen[:, None]
        return np.where(whole > 0, parts / np.maximum(whole, 1e-9), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class StudentSteps:
    """One student in each step.

    Attributes:
        student: number.
        seen: (k,) seconds in view.
        labels: (k, 8) seconds of each expression.
    """

    student: int
    seen: NDArray[np.float64]
    labels: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class OverTime:
    """A session in steps; no students, and nothing on legibility, where it is class-only."""

    whole: ClassSteps
    students: tuple[StudentSteps, ...]
    legibility: Legibility | None


def read_over_time(session: Session, watch: Watch | None = None) -> tuple[SeriesTally, OverTime]:
    """Read a session in seconds and in steps, after all edits; one pass over the file.

    Raises SessionError where the file is damaged.
    """
    watch, frames = watch or Watch(), FrameList.of(session)
    tally = SeriesTally(frames.span)
    if session.class_only:
        for counts, seconds in with_spans(watch(session.class_counts()), frames.span):
            tally.add_counts(counts, seconds)
        return tally, steps_of(session, tally, frames, None)
    legibility = LegibilityTally(session.info.settings)
    for result, seconds in with_spans(watch(session.results()), frames.span):
        tally.add(result, seconds)
        legibility.add(result, seconds)
    return tally, steps_of(session, tally, frames, legibility.found())


def steps_of(
    session: Session, tally: SeriesTally, frames: FrameList, legibility: Legibility | None
) -> OverTime:
    """Join the bins of series into steps.

    A step says nothing of the class (``withheld``) where never ``privacy.min_group`` faces were
    read in one frame of it, as everywhere.
    """
    steps = _Steps(tally, frames)
    students = tuple(
        StudentSteps(student, values[:, SEEN], values[:, BY_LABEL])
        for student, values in (
            (student, steps.join(one)) for student, one in tally.students().items()
        )
    )
    whole_class = tally.class_series()
    values = steps.join(whole_class)
    seen, read, said = values[:, SEEN], values[:, READ], values[:, SAID]
    together = steps.most(whole_class.places, tally.together_in(whole_class.places))
    small = together < session.info.privacy.min_group
    said, labels = said * ~small, values[:, BY_LABEL] * ~small[:, None]
    whole = ClassSteps(
        steps.starts, steps.length, steps.looked(frames), seen, seen - read, read - said, labels
    )
    return OverTime(whole, students, legibility)


class _Steps:
    """Steps of whole bins, from the first frame on."""

    def __init__(self, tally: SeriesTally, frames: FrameList) -> None:
        there = len(frames.times) > 0
        self._start = tally.start if there else 0.0
        self._lead = tally.lead
        lasts = frames.times[-1] - self._start + self._lead if there else 0.0
        self._bins = max(1, math.ceil(step_length(lasts) / tally.length))
        self.length = self._bins * tally.length
        self.count = int(lasts / self.length + 1e-9) + 1 if there else 0
        self.starts = self._start + np.arange(self.count, dtype=np.float64) * self.length

    def join(self, series: Series) -> NDArray[np.float64]:
        """(k, ``WIDTH``) sums of each step."""
        sums = np.zeros((self.count, series.values.shape[1]))
        np.add.at(sums, self._of(series.places), series.values)
        return sums

    def most(self, places: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """(k,) largest count of each step, of the counts (b,) in the bins ``places``."""
        most = np.zeros(self.count, np.int64)
        np.maximum.at(most, self._of(places), counts)
        return most

    def _of(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.minimum(places // self._bins, self.count - 1)

    def looked(self, frames: FrameList) -> NDArray[np.float64]:
        """(k,) seconds that the frames of each step stand for."""
        since = frames.times - self._start + self._lead
        places = (since / self.length + 1e-9).astype(np.int64)
        inside = places < self.count  # a session that is still running has more by now
        spans = frames.seconds[inside]
        return np.bincount(places[inside], spans, self.count).astype(np.float64)
