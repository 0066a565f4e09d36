"""What is said of a session in a few lines: who was in view, and what they showed most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.session.export import usual_span
from app.session.series import SeriesTally
from app.session.statistics import label_shares
from app.session.store import Session
from app.session.students import StudentSummary, StudentTally
from app.session.summary import with_spans


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """A session in short.

    Attributes:
        students: by id; () where only the class was kept.
        shares: (8,) share of each expression of the time read, by student, as the report and
            statistics.csv have them.
        most_read: most faces in one frame whose expression the app could tell.
    """

    students: tuple[StudentSummary, ...]
    shares: Mapping[int, NDArray[np.float64]]
    most_read: int


def overview_of(session: Session) -> Overview:
    """A session in short, after all edits; one pass over the file.

    Raises SessionError where the file is damaged.
    """
    if session.class_only:
        most = max((counts.read for counts in session.class_counts()), default=0)
        return Overview((), {}, most)
    span = usual_span(session)
    students, series = StudentTally(), SeriesTally(span)
    for result, seconds in with_spans(session.results(), span):
        students.add(result, seconds)
        series.add(result, seconds)
    shares = {student: label_shares(one) for student, one in series.students().items()}
    return Overview(tuple(students.students()), shares, series.together)
