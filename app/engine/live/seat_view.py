"""Where each student sits, as a map of the room needs it: places that do not tremble."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.regions import Polygon, inside
from app.core.similarity import move_boxes
from app.core.types import FrameResult

SAMPLE_S: Final = 0.5
"""Seconds between two places that are kept of a student."""
KEPT: Final = 120
"""Places kept of a student: a minute in view, so that a change of seats shows within half of it."""
SETTLED: Final = 0.25
"""Share of the face's width by which the median must leave the place that is shown to move it."""


class Place(NamedTuple):
    """A student's seat in the room, as shares of the first picture.

    Attributes:
        x, y: middle of the face, 0..1 of the width and height.
        size: width of the face, 0..1 of the width.
    """

    x: float
    y: float
    size: float


class SeatView:
    """The running median of every student's place, moved back to the first picture.

    The median of up to ``KEPT`` places, half a second apart, bears a student who leaves the seat
    for less than half of that time. What is shown follows it only when it is off by more than a
    quarter of a face, so that it stands still while heads move.
    """

    def __init__(self) -> None:
        self._size: tuple[int, int] | None = None
        self._due = -math.inf
        self._rows: dict[int, int] = {}
        self._places = np.empty((0, KEPT, 3), np.float32)  # x, y, width in pixels of the room
        self._count = np.empty(0, np.int64)
        self._shown = np.empty((0, 3))

    def update(self, result: FrameResult) -> None:
        """Take in the newest result."""
        if self._size is None:
            self._size = result.size
        ids = result.faces.ids.tolist()
        strangers = [track_id for track_id in ids if track_id not in self._rows]
        if not ids or (result.timestamp < self._due and not strangers):
            return
        for track_id in strangers:
            self._add(track_id)
        self._due = result.timestamp + SAMPLE_S
        boxes = move_boxes(result.camera, result.faces.boxes)
        rows = np.array([self._rows[track_id] for track_id in ids])
        middles = boxes[:, :2] + boxes[:, 2:] / 2
        self._places[rows, self._count[rows] % KEPT] = np.column_stack((middles, boxes[:, 2]))
        self._count[rows] += 1
        self._settle(rows)

    def places(self) -> dict[int, Place]:
        """The seat of everyone who was ever in view, by id."""
        if self._size is None:
            return {}
        width, height = self._size
        shares = self._shown / (width, height, width)
        return {track_id: Place(*shares[row].tolist()) for track_id, row in self._rows.items()}

    def _add(self, track_id: int) -> None:
        row = self._rows[track_id] = len(self._rows)
        if row == len(self._places):
            more = max(16, row)
            # Infinity is sorted behind every place.
            empty = np.full((more, KEPT, 3), np.inf, np.float32)
            self._places = np.concatenate([self._places, empty])
            self._count = np.concatenate([self._count, np.zeros(more, np.int64)])
            self._shown = np.concatenate([self._shown, np.full((more, 3), np.inf)])

    def _settle(self, rows: NDArray[np.int64]) -> None:
        """Move what is shown of these rows to the median where that is far from it."""
        ordered = np.sort(self._places[rows], axis=1)
        count = np.minimum(self._count[rows], KEPT)
        nth = np.arange(len(rows))
        median = (ordered[nth, (count - 1) // 2] + ordered[nth, count // 2]) / 2.0
        off = np.abs(median - self._shown[rows]).max(axis=1)
        moved = off > SETTLED * median[:, 2]
        self._shown[rows[moved]] = median[moved]


def in_seats(places: dict[int, Place], seats: tuple[Polygon, ...]) -> set[int]:
    """Whose place lies in one of these seats, as ``Regions.opt_out``."""
    points = np.array([(place.x, place.y) for place in places.values()]).reshape(-1, 2)
    within = np.zeros(len(points), bool)
    for seat in seats:
        within |= inside(seat, points)
    return {track_id for track_id, here in zip(places, within, strict=True) if here}
