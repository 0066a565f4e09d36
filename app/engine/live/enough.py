"""Whether every face of a camera is read often enough."""

from __future__ import annotations

import math
from typing import Final

from app.engine.live.pace import PaceWatch
from app.engine.live.schedule import Plan

FEWEST: Final = 3.0
"""Times a second that a face should be read: an expression that shows for a third of a second is
missed by fewer."""


class ReadsWatch:
    """Says that faces are read too seldom once that has lasted, see ``pace.SETTLE``."""

    def __init__(self) -> None:
        self._watch = PaceWatch()

    def too_few(self, reads: float, plan: Plan | None, aim: float, now: float) -> bool:
        """Whether they are at ``now`` (seconds of any clock, never less than before).

        Args:
            reads: times a second that the usual face is read; NaN where there is none.
            plan: what is aimed at; None where all is read, as of a recording: that is enough.
            aim: times a second that the user asked for: less than ``FEWEST`` is enough then.
        """
        if plan is None:
            return self._watch.behind(0.0, 0.0, now)
        least = plan.reads if math.isnan(reads) else min(reads, plan.reads)
        return self._watch.behind(least, min(FEWEST, aim), now)
