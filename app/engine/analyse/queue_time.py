"""When the whole queue will be done."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from app.engine.analyse.plans import Plan
from app.engine.analyse.queue_row import QueueRow, RowState


def time_left(rows: Sequence[QueueRow], paces: Mapping[Plan, float]) -> float | None:
    """Seconds until every row is over; None where nobody can say yet.

    A recording of unknown length counts as a usual one of the list, a plan that was not seen yet
    as the one seen last.

    Args:
        rows: in any order.
        paces: seconds of work a second of a recording, of each plan that was seen, newest last.
    """
    lengths = [row.length for row in rows if row.length]
    usual = statistics.fmean(lengths) if lengths else None
    fallback = next(reversed(list(paces.values())), None)
    total = 0.0
    for row in rows:
        if row.state.active:
            seconds = row.seconds_left
        elif row.state is RowState.WAITING:
            length, pace = row.length or usual, paces.get(row.plan, fallback)
            seconds = None if length is None or pace is None else length * pace
        else:
            continue
        if seconds is None:
            return None
        total += seconds
    return total
