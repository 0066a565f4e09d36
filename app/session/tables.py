"""The tables of a session in memory, as the CSV export writes them but with numbers as stored.

Observations take about 145 bytes a face: an hour of thirty students at five frames a second is
78 MB. For more than fits into memory there are ``Session.results`` and the exports, which stream.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import CANT_TELL, LABELS
from app.core.types import ClassCounts, Expressions, Faces, FrameResult, student_code
from app.session.agreement import agreement
from app.session.data_table import DataTable, table_of
from app.session.dictionary import (
    AGREEMENT,
    CHANGE,
    CLASS,
    MARKERS,
    OBSERVATIONS,
    RESTING,
    SHARES,
    STUDENT,
    STUDENTS,
    Column,
    Table,
)
from app.session.episodes import Rules
from app.session.episodes import episodes as found_episodes
from app.session.export import interval_tally, usual_span
from app.session.resting import RestingLearner, resting_of
from app.session.rows import (
    agreement_rows,
    change_rows,
    class_row,
    episode_row,
    resting_rows,
    statistics_rows,
    student_row,
)
from app.session.statistics import session_statistics
from app.session.store import Session
from app.session.students import summarise_students
from app.session.summary import ClassInterval

EPISODES: Final = Table(
    "episodes",
    "one stretch in which a student showed one expression",
    (
        STUDENT,
        Column("expression", "", ", ".join((*LABELS, CANT_TELL)), "can't tell: the student was in "
               "view and the app could not tell it"),
        Column("start", "s", "0 upwards", "timestamp of the first frame"),
        Column("end", "s", "0 upwards", "end of the last frame's span"),
        Column("duration", "s", "0 upwards", "end - start"),
        Column("first_frame", "", "0 upwards", "number of the first frame in the source"),
        Column("last_frame", "", "0 upwards", "number of the last frame in the source"),
    ),
)  # fmt: skip
"""Of ``episodes_table``: of the other formats it is BORIS and ELAN that have episodes."""

_MAY_LACK: Final = ("students_seen", "faces_read", "faces_withheld")  # where no frame was analysed
_LABELS: Final = np.array([*LABELS, ""])  # the last one, at -1: can't tell


_NO_FACE: Final = FrameResult(0, 0.0, (1, 1), Faces.empty(), Expressions.unread(0))


def observations_table(session: Session) -> DataTable:
    """Every face in every analysed frame, after all edits; takes a pass over the session."""
    parts = [_faces(_NO_FACE), *map(_faces, session.results())]
    frames, times, ids, places, labels, told, quality = map(
        np.concatenate, zip(*parts, strict=True)
    )
    students, which = np.unique(ids, return_inverse=True)
    codes = np.array([*map(student_code, students.tolist()), ""])  # never empty, so it is text
    columns = (frames, times, codes[which], *places.T, _LABELS[labels], *told.T, *quality.T)
    named = zip(OBSERVATIONS.names, map(np.ascontiguousarray, columns), strict=True)
    return DataTable(OBSERVATIONS, dict(named))


def _faces(result: FrameResult) -> tuple[NDArray[Any], ...]:
    """Of every face: frame, timestamp, id, (n, 5) place and score, label, (n, 9) its probability
    and those of all, (n, 4) quality and age."""
    faces, read = result.faces, result.expressions
    n = len(faces)
    probabilities = np.where(read.known[:, None], read.probabilities, np.float32("nan"))
    quality = read.quality
    return (
        np.full(n, result.index, np.int64),
        np.full(n, result.timestamp),
        faces.ids,
        np.column_stack((faces.boxes, faces.scores)),
        read.labels.astype(np.int8),
        np.column_stack((read.confidences, probabilities)),
        np.column_stack((quality.sharpness, quality.yaw, quality.exposure, read.age)),
    )


def students_table(session: Session) -> DataTable:
    """One row a student; takes a pass over the session."""
    names = session.names()
    found = summarise_students(session.results(), usual_span(session))
    return table_of(STUDENTS, (student_row(one, names.get(one.track_id)) for one in found))


def class_table(session: Session, interval: float) -> DataTable:
    """One row an interval of so many seconds; takes a pass over the session."""
    return table_of(CLASS, map(class_row, _intervals(session, interval)), _MAY_LACK)


def statistics_table(session: Session) -> DataTable:
    """Shares of the whole session with their intervals; takes a pass over the session."""
    return table_of(SHARES, statistics_rows(session_statistics(session)))


def resting_table(session: Session) -> DataTable:
    """What each student's face usually shows; takes a pass over the session."""
    rests, students = RestingLearner(), set[int]()
    for result in session.results():
        rests.add(result)
        students.update(result.faces.ids.tolist())
    return table_of(RESTING, resting_rows(rests, sorted(students)))


def change_table(session: Session, interval: float) -> DataTable:
    """How the class and its students differ from rest, by intervals; takes two passes."""
    rests, span = resting_of(session), usual_span(session)
    smallest = session.info.privacy.min_group
    return table_of(CHANGE, change_rows(session.results(), rests, interval, span, smallest))


def agreement_table(session: Session) -> DataTable:
    """How well the app and people agree; no row where nobody labelled a face."""
    labelled = bool(session.hand_labels.all())
    return table_of(AGREEMENT, agreement_rows(agreement(session)) if labelled else ())


def episodes_table(session: Session, rules: Rules) -> DataTable:
    """Every episode by start, then by student; takes a pass over the session."""
    found = list(found_episodes(session.results(), usual_span(session), rules))
    found.sort(key=lambda one: (one.start, one.student))
    return table_of(EPISODES, map(episode_row, found))


def markers_table(session: Session) -> DataTable:
    """Every marker by time."""
    return table_of(MARKERS, ((one.timestamp, one.text) for one in session.markers.all()))


def _intervals(session: Session, interval: float) -> Iterator[ClassInterval]:
    tally = interval_tally(session, interval)
    if session.class_only:
        for counts in session.class_counts():
            yield from tally.add(counts)
    else:
        for result in session.results():
            yield from tally.add(ClassCounts.of(result), result.faces.ids.tolist())
    yield from tally.finish(usual_span(session))
