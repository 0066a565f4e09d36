"""Tables of what was worked out of a session: rest, change against it, agreement with people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import CANT_TELL, LABELS
from app.core.types import ClassCounts, student_code
from app.session.agreement import Agreement, agreement
from app.session.csvsafe import line, number, open_csv
from app.session.kappa import Estimate
from app.session.resting import ReadingSums, RestingLearner, mean_change
from app.session.store import Session
from app.session.summary import ClassInterval, IntervalTally

RESTING_FILE: Final = "resting.csv"
CHANGE_FILE: Final = "change.csv"
AGREEMENT_FILE: Final = "agreement.csv"
STATISTICS: Final = (RESTING_FILE, CHANGE_FILE, AGREEMENT_FILE)
"""Files that say something of single students, or of single faces."""

RESTING_COLUMNS: Final = ("student", "seconds_learnt", *LABELS)
CHANGE_COLUMNS: Final = ("start", "end", "student", *LABELS)
AGREEMENT_COLUMNS: Final = (
    "hand",
    "labelled",
    "kappa",
    "kappa_low",
    "kappa_high",
    *(f"machine_{label}" for label in LABELS),
    "machine_cant_tell",
)
THE_CLASS: Final = "class"
"""In place of a student in change.csv."""
ALL: Final = "all"
"""In place of a label in agreement.csv."""


def write_resting(folder: Path, rests: RestingLearner, students: Sequence[int]) -> None:
    """Write resting.csv: a row for each of the students."""
    with open_csv(folder / RESTING_FILE) as file:
        file.write(line(RESTING_COLUMNS))
        for student in students:
            rest = rests.resting(student)
            shares = [""] * len(LABELS) if rest is None else _cells(rest)
            seconds = str(rests.seconds_learnt(student))
            file.write(line((student_code(student), seconds, *shares)))


def write_change(
    session: Session, folder: Path, rests: RestingLearner, interval: float, span: float, last: int
) -> None:
    """Write change.csv: for each row of class.csv one of the class, then those of its students.

    Takes a pass over the session.

    Args:
        session: that is exported.
        folder: to write to.
        rests: everyone's.
        interval, span: seconds, as for class.csv.
        last: number of the last frame in class.csv; a running session has more by now.
    """
    intervals, sums = IntervalTally(interval), ReadingSums()
    with open_csv(folder / CHANGE_FILE) as file:
        file.write(line(CHANGE_COLUMNS))
        for result in takewhile(lambda one: one.index <= last, session.results()):
            for done in intervals.add(ClassCounts.of(result)):
                file.writelines(_changes(done, sums, rests))
                sums.clear()
            sums.add(result)
        for done in intervals.finish(span):
            file.writelines(_changes(done, sums, rests))


def _changes(done: ClassInterval, sums: ReadingSums, rests: RestingLearner) -> list[str]:
    """The lines of an interval: of the class, then of those of whom the change is known."""
    students, changes = sums.changes(rests)
    when = (number(done.start, 3), number(done.end, 3))
    lines = [line((*when, THE_CLASS, *_cells(mean_change(changes))))]
    for student, change in zip(students, changes, strict=True):
        if np.isfinite(change).all():
            lines.append(line((*when, student_code(student), *_cells(change))))
    return lines


def write_agreement(session: Session, folder: Path) -> dict[str, Any]:
    """Write agreement.csv where faces were labelled by hand.

    Returns the part of session.json on it; empty where nothing was labelled.
    """
    if not session.hand_labels.all():
        return {}
    found = agreement(session)
    with open_csv(folder / AGREEMENT_FILE) as file:
        file.write(line(AGREEMENT_COLUMNS))
        labelled = found.counts.sum(axis=1).tolist()
        kappas = [*map(_ends, found.kappas), [""] * 3]  # can't tell has none
        rows = zip((*LABELS, CANT_TELL), labelled, kappas, found.table, strict=True)
        for label, faces, kappa, table in rows:
            file.write(line((label, str(faces), *kappa, *_cells(table))))
        everything = (*_ends(found.kappa), *_cells(found.table.sum(axis=0)))
        file.write(line((ALL, str(found.labelled), *everything)))
    return {"agreement": _told(found)}


def _told(found: Agreement) -> dict[str, Any]:
    return {
        "labelled": found.labelled,
        "both_tell": found.both_tell,
        "covered": _rounded(found.covered),
        "share": _estimate(found.share),
        "kappa": _estimate(found.kappa),
        "kappa_by_expression": {
            label: _estimate(kappa) for label, kappa in zip(LABELS, found.kappas, strict=True)
        },
    }


def _estimate(one: Estimate) -> dict[str, float | None]:
    return {
        "value": _rounded(one.value),
        "low": _rounded(one.low),
        "high": _rounded(one.high),
    }


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4) + 0.0


def _ends(one: Estimate) -> list[str]:
    return [number(value, 4) for value in one]


def _cells(values: NDArray[np.float64]) -> list[str]:
    return [number(value, 4) for value in values.tolist()]
