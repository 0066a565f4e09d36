"""Where faces are followed in more frames than are read: where people or the camera move.

A student who sits is found again a fifth of a second later whatever happens in between. One who
walks past others has moved by a face or more then, and so has everybody where the camera is
pushed. It goes by the frames alone, never by a clock: a second run follows the same ones.

On the identity bench (``tests/bench``: "analysed" and "live" rows of seated_30, return_30s and
swap_enter_leave), 9.7 simulated student-hours at 15 frames a second, id switches were 52 with 5
followed a second, 55 with these (8% more frames) and 70 with all of them; returns to the own seat
kept were 118, 118 and 109 of 119. Drawn, with crowd_50_1080p, 1.7 student-hours: 18, 16 (16% more
frames) and 32 switches, and all 17 returns. The tracker is at home at 5: this is for what these
scenes have not, and kept rare so that it costs next to nothing.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres, iou_matrix
from app.core.similarity import move_boxes, move_points
from app.core.types import STILL
from app.engine.pipeline import Followed

FAST: Final = 2.0
"""Face sizes a second from which on somebody walks: sitting heads nod and turn at up to 1.5."""
CROSSING: Final = 0.15
"""Overlap (IoU) of two faces from which on one may be taken for the other."""
PUSHED: Final = 0.01
"""Picture widths by which the camera moved since the frame before."""
LASTING: Final = 0.4
"""Seconds for which it is looked more often after any of these."""


class Unrest:
    """Implements ``steps.Pace``."""

    def __init__(self) -> None:
        self._until = self._before = -math.inf
        self._places: dict[int, tuple[float, float, float]] = {}  # x, y, size in the room
        self._camera: NDArray[np.float64] = STILL

    def wants(self, timestamp: float) -> bool:
        """See ``Pace``."""
        return timestamp <= self._until

    def saw(self, followed: Followed) -> None:
        """See ``Pace``."""
        faces, now = followed.tracked.faces, followed.frame.timestamp
        room = move_boxes(followed.camera, faces.boxes)
        sizes = np.sqrt(room[:, 2] * room[:, 3])
        places = {
            one: (x, y, size)
            for one, (x, y), size in zip(
                faces.ids.tolist(), centres(room).tolist(), sizes.tolist(), strict=True
            )
        }
        if self._walks(places, now - self._before) or _cross(room) or self._pushed(followed):
            self._until = now + LASTING
        self._places, self._before, self._camera = places, now, followed.camera

    def _walks(self, places: dict[int, tuple[float, float, float]], seconds: float) -> bool:
        far = FAST * seconds
        both = [(place, self._places[one]) for one, place in places.items() if one in self._places]
        return any(math.dist(new[:2], old[:2]) > far * old[2] for new, old in both)

    def _pushed(self, followed: Followed) -> bool:
        """Whether a corner of the picture lies elsewhere in the room than before."""
        width, height = followed.frame.size
        corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float64)
        gone = move_points(followed.camera, corners) - move_points(self._camera, corners)
        return bool(np.linalg.norm(gone, axis=1).max() > PUSHED * width)


def _cross(boxes: NDArray[np.float64]) -> bool:
    overlap = iou_matrix(boxes, boxes)
    np.fill_diagonal(overlap, 0.0)
    return bool(overlap.max(initial=0.0) > CROSSING)
