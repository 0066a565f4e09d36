"""Who was out of sight when an analysis was interrupted, and may be back since it goes on.

The tracker knows nobody after a break, and no colours are stored. Places are: whoever takes a seat
that a student left before the break is suggested to be that student, weighed as the tracker weighs
returns (``app.stages.returns``), by place and size alone. So nobody is joined here; looking both
ways (``app.session.two_way``) does where all that follows leaves no doubt.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.types import FrameResult, Suggestion
from app.session.paths import Path, follow
from app.stages.bytetrack import LIKELY, MENTION
from app.stages.kalman import FaceFilter
from app.stages.looks import Looks
from app.stages.returns import Candidate, weigh
from app.stages.seat_map import SEAT_REACH, Seat
from app.stages.track import MEMORY_S, Track

REACH: Final = (SEAT_REACH, math.log(1.7))
"""Face sizes and log ratio of sizes within which a face is at a seat, as for the tracker."""

MOST: Final = 0.9
"""Confidence at most: places alone can't tell apart who may have swapped seats."""


class Absent:
    """Students without a face in sight at the break.

    Args:
        results: every frame before the break as tracked, in time order; read once.
        present: numbers of those who are known after it.
        max_gap: seconds out of sight after which a student is not looked for.
    """

    def __init__(
        self, results: Iterable[FrameResult], present: Collection[int], max_gap: float
    ) -> None:
        story = follow(results)
        left = {one.earlier for one in story.suggestions if one.confidence >= LIKELY}
        gone = [path for path in story.paths if path.track not in {*present, *left}]
        self._start = min((path.first for path in story.paths), default=0.0)
        self._lost = [_track(path) for path in gone]
        self._max_gap = max_gap

    def suggest(self, number: int, box: NDArray[np.floating], now: float) -> Suggestion | None:
        """Who the student of a new number most likely is; None where nobody is likely.

        Args:
            number: higher than all before the break.
            box: (4,) x, y, width, height of the face in pixels of the recording's first frame.
            now: seconds, of its first sighting.
        """
        lost = [one for one in self._lost if now - one.seen <= min(self._max_gap, one.memory)]
        if not lost:
            return None
        x, y, width, height = (float(value) for value in box)
        middle = x + width / 2, y + height / 2
        face = Candidate(middle, math.sqrt(width * height), None, now, middle)
        weighed = weigh(lost, [face], Looks(), now - self._start, REACH)
        # Away from the seat only colours could tell who it is.
        at_seat = np.where(weighed.near, weighed.probability, 0.0)[:, 0]
        best = int(at_seat.argmax())
        confidence = float(at_seat[best])
        if confidence < MENTION:
            return None
        if confidence >= LIKELY:
            self._lost.remove(lost[best])
        return Suggestion(lost[best].id, number, now, min(confidence, MOST))


def _track(path: Path) -> Track:
    """What the tracker would have remembered of a path, but for the colours."""
    middles, sizes = path.places.tolist(), path.sizes.tolist()
    born = middles[0][0], middles[0][1]
    seat = Seat(*born, sizes[0])
    for (x, y), size, dt in zip(middles[1:], sizes[1:], np.diff(path.times), strict=True):
        seat.learn((x, y), size, min(float(dt), MEMORY_S))
    (x, y), size = middles[-1], sizes[-1]
    motion = FaceFilter.start(np.array([x - size / 2, y - size / 2, size, size]))
    return Track(motion, seat, path.first, path.last, born, id=path.track, followed=False)
