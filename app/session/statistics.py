"""Shares of a session with intervals that know how alike one second is to the next.

Shares are of time read: each frame counts with the seconds that it stands for. They come by labels
(the most probable expression of each face) and by summed probabilities, since a label drops what
the model was in doubt about: a face that is 0.4 sad and 0.6 neutral all lesson long is 100% neutral
by labels.

The class is given in two ways. Over all faces, every face read counts the same, so who is seen more
counts more: that is what class.csv, Review and the live panel show, it exists in class-only
sessions too, and it does not hang on who is who, which is right only after the user has checked it.
So it is the default. As the mean of the students everyone counts the same, however often they were
read; a student whose track broke in three counts three times until the parts are merged. Those read
for less than ``LEAST_READ_S`` are not in it. Where the two differ by much, those who are seen most
look different from the others.

An interval speaks of these students and of lessons like this one: how far the share might lie from
where it would settle if the same went on for longer. It says nothing of other classes, and nothing
of the model's mistakes, which ``agreement`` measures.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.types import student_code
from app.session.bootstrap import Seed, ShareEstimates, share_estimates, shares_over_time
from app.session.kappa import Estimate
from app.session.series import (
    BY_LABEL,
    BY_PROBABILITY,
    READ,
    SAID,
    SEEN,
    WIDTH,
    Series,
    SeriesTally,
    series_of,
)
from app.session.store import Session

LEAST_READ_S: Final = 20.0
"""Seconds read before a student counts in the mean of the students."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What one student, or the class, looked like.

    Attributes:
        seconds_seen: time in view; of the class: in which anyone was; of the mean of the students:
            the mean of theirs.
        faces_seen: faces over all frames.
        faces_read: those whose expression the app could tell.
        faces_withheld: those of them that are in no share, since the group was too small.
        coverage: share of the time in view in which the app could tell the expression.
        cant_tell: the rest of it.
        labels: (8,) share of each expression of the time read, by the most probable one.
        probabilities: (8,) the same by summed probabilities: a face that is half neutral and half
            sad counts half for either.
        bin_seconds: length of the bins that ``ShareEstimates.block`` counts.
        withheld: there are no shares, since fewer than ``min_group`` were ever read together.
    """

    seconds_seen: float
    faces_seen: int
    faces_read: int
    faces_withheld: int
    coverage: Estimate
    cant_tell: Estimate
    labels: ShareEstimates
    probabilities: ShareEstimates
    bin_seconds: float
    withheld: bool = False

    @property
    def effective_n(self) -> float:
        """Independent readings that would tell as much as ``labels`` do; NaN: too short to say."""
        return self.labels.effective_n

    @property
    def block_seconds(self) -> float:
        """Length of the blocks of the bootstrap of ``labels``; NaN: too short to say."""
        return self.labels.block * self.bin_seconds if self.sure else float("nan")

    @property
    def sure(self) -> bool:
        """Whether there are intervals: else the time is too short to say."""
        return self.labels.sure


@dataclass(frozen=True, slots=True, eq=False)
class StudentFigures:
    """One student.

    Attributes:
        student: number.
        name: that the user gave; empty where none.
        figures: of this student.
    """

    student: int
    name: str
    figures: Figures

    @property
    def code(self) -> str:
        """The pseudonym, "S01"."""
        return student_code(self.student)


@dataclass(frozen=True, slots=True, eq=False)
class SessionStatistics:
    """What a session, or a stretch of it, says; every interval is of 95%.

    Attributes:
        start, end: seconds of the stretch, as far as frames were analysed; NaN without any.
        bin_seconds: length of the bins of the series.
        seed: of the bootstrap.
        min_group: fewest faces that a figure of the class may rest on.
        of_faces: the class, every face read counting the same: who is seen more counts more. The
            figures of the class, unless others are asked for.
        of_students: the class, every student counting the same; None in a class-only session.
        averaged: students that ``of_students`` is the mean of.
        students: everyone, by number; () in a class-only session.
    """

    start: float
    end: float
    bin_seconds: float
    seed: int
    min_group: int
    of_faces: Figures
    of_students: Figures | None
    averaged: int
    students: tuple[StudentFigures, ...]


def label_shares(one: Series) -> NDArray[np.float64]:
    """(8,) what ``Figures.labels`` has of a series as values, without their intervals."""
    return shares_over_time(one.values[:, BY_LABEL], one.values[:, SAID])


def most_shown(shares: NDArray[np.floating]) -> int | None:
    """Index into ``LABELS`` of the largest of (8,) shares; None where there are none."""
    return int(np.nanargmax(shares)) if np.isfinite(shares).any() else None


def session_seed(session: Session) -> int:
    """A seed that the same session always gets, wherever its file lies."""
    info = session.info
    told = "\n".join((info.created, info.source_name, info.model_sha256))
    return int.from_bytes(sha256(told.encode(errors="replace")).digest()[:4], "big")


def session_statistics(
    session: Session,
    start: float | None = None,
    end: float | None = None,
    seed: int | None = None,
) -> SessionStatistics:
    """Statistics of a session after all edits; one pass over the file.

    Args:
        session: of students, or class-only.
        start, end: seconds; frames from ``start`` on and before ``end``. None: all.
        seed: of the bootstrap; None: one that the same session always gets.

    Raises SessionError where the file is damaged.
    """
    return statistics_of(session, series_of(session, start, end), seed)


def statistics_of(
    session: Session, tally: SeriesTally, seed: int | None = None
) -> SessionStatistics:
    """The same of series that were made already.

    Args:
        session: whose they are.
        tally: of its frames.
        seed: as above.
    """
    seed = session_seed(session) if seed is None else seed
    smallest, length = session.info.privacy.min_group, tally.length
    everyone, students = tally.class_series(), tally.students()
    withheld = tally.together < smallest
    names = session.names()
    chosen = [one for one in students.values() if _seconds(one, READ) >= LEAST_READ_S]
    of_students = None
    if not session.class_only:
        too_few = withheld or len(chosen) < smallest
        of_students = _mean_figures(chosen, everyone, length, (seed, 1), too_few)
    return SessionStatistics(
        start=tally.start,
        end=tally.end,
        bin_seconds=length,
        seed=seed,
        min_group=smallest,
        of_faces=_figures(everyone, everyone.values, length, (seed, 0), withheld),
        of_students=of_students,
        averaged=len(chosen),
        students=tuple(
            StudentFigures(
                student,
                names.get(student, ""),
                _figures(one, one.values, length, (seed, 2, student)),
            )
            for student, one in students.items()
        ),
    )


def _seconds(one: Series, column: int) -> float:
    return float(one.values[:, column].sum(dtype=np.float64))


def _figures(
    counted: Series,
    values: NDArray[np.floating],
    length: float,
    seed: Seed,
    withheld: bool = False,
) -> Figures:
    """Figures from (n, ``WIDTH``) values; faces and seconds are those of ``counted``."""
    coverage = _estimate(share_estimates(values[:, [READ]], values[:, SEEN], seed))
    if withheld:
        labels = probabilities = ShareEstimates.unsure(np.full(len(LABELS), np.nan))
    else:
        labels = share_estimates(values[:, BY_LABEL], values[:, SAID], seed)
        probabilities = share_estimates(values[:, BY_PROBABILITY], values[:, SAID], seed)
    return Figures(
        seconds_seen=counted.seconds,
        faces_seen=counted.faces_seen,
        faces_read=counted.faces_read,
        faces_withheld=counted.faces_read - (0 if withheld else counted.faces_said),
        coverage=coverage,
        cant_tell=Estimate(1.0 - coverage.value, 1.0 - coverage.high, 1.0 - coverage.low),
        labels=labels,
        probabilities=probabilities,
        bin_seconds=length,
        withheld=withheld,
    )


def _mean_figures(
    students: Collection[Series], everyone: Series, length: float, seed: Seed, withheld: bool
) -> Figures:
    """Figures of the mean over the students, each of whom counts the same.

    The mean of ratios is linearised: each bin is given the mean share plus how far the students
    in it pull away from their own shares. So blocks of time take all students with them, and what
    they have in common stays in the interval.
    """
    values = np.zeros((len(everyone.places), WIDTH))
    if students:
        values[:, [SEEN, SAID]] = 1.0
        for one in students:
            dense = one.on(everyone.places)
            values[:, READ] += _pull(dense[:, [READ]], dense[:, SEEN])[:, 0] / len(students)
            for part in (BY_LABEL, BY_PROBABILITY):
                values[:, part] += _pull(dense[:, part], dense[:, SAID]) / len(students)
    counted = Series(
        everyone.places,
        everyone.values,
        sum(one.seconds for one in students) / max(len(students), 1),
        sum(one.faces_seen for one in students),
        sum(one.faces_read for one in students),
        sum(one.faces_said for one in students),
    )
    return _figures(counted, values, length, seed, withheld)


def _pull(parts: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, k) of which the mean is the shares, and which moves as their linearised ratio does."""
    total = whole.sum()
    shares = parts.sum(axis=0) / total
    pulled: NDArray[np.float64] = shares + (parts - shares * whole[:, None]) * (len(whole) / total)
    return pulled


def _estimate(one: ShareEstimates) -> Estimate:
    return Estimate(float(one.values[0]), float(one.low[0]), float(one.high[0]))
