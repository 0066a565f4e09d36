"""Tables of what was worked out of a session: rest, change against it, agreement with people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.core.expressions import LABELS
from app.session.agreement import Agreement, agreement
from app.session.csvsafe import line, number, open_csv
from app.session.dictionary import AGREEMENT, CHANGE, RESTING, SHARES
from app.session.kappa import Estimate
from app.session.resting import RestingLearner
from app.session.rows import agreement_rows, change_rows, resting_rows, statistics_rows
from app.session.statistics import SessionStatistics
from app.session.store import Session
from app.session.watch import Watch

RESTING_FILE: Final = RESTING.file
CHANGE_FILE: Final = CHANGE.file
AGREEMENT_FILE: Final = AGREEMENT.file
STATISTICS: Final = (RESTING_FILE, CHANGE_FILE, AGREEMENT_FILE)
"""Files that say something of single students, or of single faces."""


def write_statistics(folder: Path, found: SessionStatistics) -> None:
    """Write statistics.csv: the class first, then its students."""
    with open_csv(folder / SHARES.file) as file:
        file.write(line(SHARES.names))
        for *who, share, low, high, seconds, faces, size, block in statistics_rows(found):
            sizes = (number(size, 1), number(block, 1))
            cells = (*_cells((share, low, high)), number(seconds, 3), str(faces), *sizes)
            file.write(line((*(text or "" for text in who), *cells)))


def write_resting(folder: Path, rests: RestingLearner, students: Sequence[int]) -> None:
    """Write resting.csv: a row for each of the students."""
    with open_csv(folder / RESTING_FILE) as file:
        file.write(line(RESTING.names))
        for student, seconds, *shares in resting_rows(rests, students):
            file.write(line((student, str(seconds), *_cells(shares))))


def write_change(
    session: Session,
    folder: Path,
    rests: RestingLearner,
    interval: float,
    span: float,
    last: int,
    watch: Watch,
) -> None:
    """Write change.csv: for each row of class.csv one of the class, then those of its students.

    Takes a pass over the session.

    Args:
        session: that is exported.
        folder: to write to.
        rests: everyone's.
        interval, span: seconds, as for class.csv.
        last: number of the last frame in class.csv; a running session has more by now.
        watch: sees every frame once.
    """
    results = takewhile(lambda one: one.index <= last, watch(session.results()))
    rows = change_rows(results, rests, interval, span, session.info.privacy.min_group)
    with open_csv(folder / CHANGE_FILE) as file:
        file.write(line(CHANGE.names))
        for start, end, who, *change in rows:
            file.write(line((number(start, 3), number(end, 3), who, *_cells(change))))


def write_agreement(session: Session, folder: Path) -> dict[str, Any]:
    """Write agreement.csv where faces were labelled by hand.

    Returns the part of session.json on it; empty where nothing was labelled.
    """
    if not session.hand_labels.all():
        return {}
    found = agreement(session)
    with open_csv(folder / AGREEMENT_FILE) as file:
        file.write(line(AGREEMENT.names))
        for hand, labelled, *figures in agreement_rows(found):
            file.write(line((hand, str(labelled), *_cells(figures))))
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


def _cells(values: Iterable[float]) -> list[str]:
    return [number(value, 4) for value in values]
