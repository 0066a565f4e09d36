"""The rows of tables with their numbers as stored, for whoever writes no text: Parquet, notebooks.

A row has a value for each column of its table in ``dictionary``. What is not known is None or NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import CANT_TELL, LABELS
from app.core.types import ClassCounts, FrameResult, student_code
from app.session.agreement import Agreement
from app.session.episodes import Episode
from app.session.kappa import NO_ESTIMATE
from app.session.resting import ReadingSums, RestingLearner, mean_change
from app.session.statistics import Figures, SessionStatistics
from app.session.students import StudentSummary
from app.session.summary import ClassInterval, IntervalTally

INTEGERS: Final = frozenset(
    {
        "frame",
        "faces_read",
        "students_seen",
        "faces_withheld",
        "first_frame",
        "last_frame",
        "seconds_learnt",
        "labelled",
    }
)
"""Columns of whole numbers, in whatever table."""
CATEGORIES: Final = frozenset({"student", "expression", "of", "figure", "hand"})
"""Columns of few different texts."""
TEXTS: Final = frozenset({"name", "marker"})
"""Columns of what users typed."""

THE_CLASS: Final = "class"
"""In place of a student in change.csv and statistics.csv."""
MEAN_OF_STUDENTS: Final = "mean_of_students"
"""In place of a student in statistics.csv, as ``THE_CLASS`` is."""
ALL: Final = "all"
"""In place of a label in agreement.csv."""

Row = tuple[Any, ...]


def student_row(one: StudentSummary, name: str | None) -> Row:
    """A row of ``dictionary.STUDENTS``."""
    return (
        student_code(one.track_id),
        name,
        one.seen_from,
        one.seen_to,
        one.seconds_seen,
        one.faces_read,
        one.median_face_width,
        *_values(one.shares),
    )


def class_row(part: ClassInterval) -> Row:
    """A row of ``dictionary.CLASS``."""
    looked = part.frames > 0
    return (
        part.start,
        part.end,
        part.students_seen if looked else None,
        part.faces_read if looked else None,
        part.read_share,
        *_values(part.shares),
        part.faces_withheld if looked else None,
    )


def statistics_rows(found: SessionStatistics) -> Iterator[Row]:
    """The rows of ``dictionary.SHARES``: the class first, then its students."""
    if found.of_faces.faces_seen:
        yield from _figures(THE_CLASS, found.of_faces)
    if found.of_students is not None and found.of_students.faces_seen:
        yield from _figures(MEAN_OF_STUDENTS, found.of_students)
    for student in found.students:
        yield from _figures(student.code, student.figures)


def resting_rows(rests: RestingLearner, students: Iterable[int]) -> Iterator[Row]:
    """The rows of ``dictionary.RESTING``: one for each of the students."""
    for student in students:
        (rest,) = rests.rests([student])
        yield (student_code(student), rests.seconds_learnt(student), *_values(rest))


def change_rows(
    results: Iterable[FrameResult],
    rests: RestingLearner,
    interval: float,
    span: float,
    smallest: int,
) -> Iterator[Row]:
    """The rows of ``dictionary.CHANGE``: for each interval the class, then its students.

    Args:
        results: in time order.
        rests: everyone's.
        interval, span: seconds, as for ``ClassInterval``.
        smallest: students that a change of the class must be the mean of, besides what
            ``IntervalTally`` asks for.
    """
    intervals, sums = IntervalTally(interval, smallest), ReadingSums()
    for result in results:
        for done in intervals.add(ClassCounts.of(result)):
            yield from _changes(done, sums, rests, smallest)
            sums.clear()
        sums.add(result)
    for done in intervals.finish(span):
        yield from _changes(done, sums, rests, smallest)


def agreement_rows(found: Agreement) -> Iterator[Row]:
    """The rows of ``dictionary.AGREEMENT``: each answer that a person can give, then all."""
    kappas = (*found.kappas, NO_ESTIMATE)  # can't tell has none
    rows = zip((*LABELS, CANT_TELL), found.counts.sum(axis=1), kappas, found.table, strict=True)
    for label, faces, kappa, table in rows:
        yield (label, int(faces), *kappa, *_values(table))
    yield (ALL, found.labelled, *found.kappa, *_values(found.table.sum(axis=0)))


def episode_row(one: Episode) -> Row:
    """A row of ``tables.EPISODES``."""
    code = student_code(one.student)
    return (code, one.behaviour, one.start, one.end, one.duration, one.first, one.last)


def _figures(who: str, figures: Figures) -> Iterator[Row]:
    counted = (figures.seconds_seen, figures.faces_read)
    unknown = (float("nan"), float("nan"))
    for name, shares in (("labels", figures.labels), ("probabilities", figures.probabilities)):
        size = (shares.effective_n, shares.block * figures.bin_seconds) if shares.sure else unknown
        ends = np.column_stack((shares.values, shares.low, shares.high))
        for label, each in zip(LABELS, ends, strict=True):
            yield (who, name, label, *_values(each), *counted, *size)
    for name, one in (("coverage", figures.coverage), ("cant_tell", figures.cant_tell)):
        yield (who, name, None, *one, *counted, *unknown)


def _changes(
    done: ClassInterval, sums: ReadingSums, rests: RestingLearner, smallest: int
) -> Iterator[Row]:
    """Of an interval: the class, then those of whom the change is known."""
    students, changes = sums.changes(rests)
    known = np.isfinite(changes).all(axis=1)
    mean = mean_change(changes)
    if done.faces_withheld or known.sum() < smallest:
        mean = np.full_like(mean, np.nan)
    yield (done.start, done.end, THE_CLASS, *_values(mean))
    for student, change in zip(np.array(students)[known], changes[known], strict=True):
        yield (done.start, done.end, student_code(int(student)), *_values(change))


def _values(numbers: NDArray[np.floating]) -> list[float]:
    values: list[float] = numbers.tolist()
    return values
