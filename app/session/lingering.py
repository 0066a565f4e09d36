"""Where faces may be in a picture, known from the analysed frames around it: what is to be covered.

One rule for all pictures that are shown or written: a place stays covered for ``LINGER`` seconds
after a face is found there, taken along with the camera, since a face that is lost for some frames
is still there. A student's place is covered as long before, too, since a newcomer was there before
the tracker trusted it; that needs the frames that come after, which a session has and an analysis
that runs has not. A face that belongs to no student is in no session: while an analysis runs its
place is covered from the picture on in which it is found (``Strangers``); a video that is written
later is searched ahead, and the place is covered as early as the face may have come
(``app.session.searching``). A face that nobody finds in all that time is not covered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import iou_matrix
from app.core.similarity import invert, move_boxes
from app.core.types import STILL, FrameResult

LINGER: Final = 2.0
"""Seconds for which a place is covered after a face is found there; a student's before, too."""
SAME_TIME: Final = 1e-3
"""Seconds within which two times are the same frame; a video keeps time in ticks of its clock."""
_SAME_FACE: Final = 0.3  # intersection over union

NO_BOXES: NDArray[np.float32] = np.zeros((0, 4), np.float32)
NO_BOXES.setflags(write=False)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The students of an analysed frame.

    Attributes:
        timestamp: seconds.
        camera: (2, 3) as ``FrameResult.camera``.
        ids: (n,) int32.
        boxes: (n, 4) where they are in pixels of the first frame.
    """

    timestamp: float
    camera: NDArray[np.float64]
    ids: NDArray[np.int32]
    boxes: NDArray[np.float64]

    @classmethod
    def of(cls, result: FrameResult) -> Self:
        """Everyone in a result."""
        boxes = move_boxes(result.camera, result.faces.boxes)
        return cls(result.timestamp, result.camera, result.faces.ids, boxes)


def students_at(seen: Sequence[Seen], timestamp: float) -> NDArray[np.float64]:
    """(n, 4) boxes, in pixels of the picture, around all places where students may be in it.

    A student has one box from the last place before the picture to the first place after it; where
    the student is found in the picture itself, that is the place.

    Args:
        seen: in time order: all within ``LINGER`` of the picture, and those next to it.
        timestamp: seconds, of the picture.
    """
    earlier = [one for one in reversed(seen) if one.timestamp <= timestamp + SAME_TIME]
    later = [one for one in seen if one.timestamp >= timestamp - SAME_TIME]
    sides = [_nearest(side, timestamp) for side in (earlier, later) if side]
    if not sides:
        return np.zeros((0, 4))
    ids = np.concatenate([side[0] for side in sides])
    boxes = np.concatenate([side[1] for side in sides])
    cameras = [side[0].camera for side in (earlier, later) if side]
    if len(cameras) > 1 and np.array_equal(cameras[0], cameras[1]):
        cameras.pop()
    # A picture between two analysed ones may have been taken before or after the camera moved.
    places = np.concatenate([move_boxes(invert(camera), boxes) for camera in cameras])
    return _around(np.tile(ids, len(cameras)), places)


def camera_at(seen: Sequence[Seen], timestamp: float) -> NDArray[np.float64]:
    """(2, 3) as ``FrameResult.camera``, of the last frame before or, where there is none, after."""
    before = [one for one in seen if one.timestamp <= timestamp + SAME_TIME] or list(seen[:1])
    return before[-1].camera if before else STILL


def _nearest(side: list[Seen], timestamp: float) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Ids (n,) and places (n, 4) of everyone in the frames of one side, the nearest one first."""
    near = [
        one
        for place, one in enumerate(side)
        if place == 0 or abs(one.timestamp - timestamp) <= LINGER
    ]
    ids = np.concatenate([one.ids for one in near])
    boxes = np.concatenate([one.boxes for one in near])
    known, first = np.unique(ids, return_index=True)
    return known, boxes[first]


def _around(ids: NDArray[np.int32], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """(k, 4) for each id the box around all its boxes."""
    known, which = np.unique(ids, return_inverse=True)
    starts, ends = np.full((len(known), 2), np.inf), np.full((len(known), 2), -np.inf)
    np.minimum.at(starts, which, boxes[:, :2])
    np.maximum.at(ends, which, boxes[:, :2] + boxes[:, 2:])
    return np.hstack((starts, ends - starts))


class Around:
    """Reads results ahead and gives those around a time; memory stays flat.

    Args:
        results: as tracked, in time order.
    """

    def __init__(self, results: Iterable[FrameResult]) -> None:
        self._coming = iter(results)
        self._seen: deque[Seen] = deque()
        self._next = next(self._coming, None)

    def at(self, timestamp: float) -> list[Seen]:
        """What ``students_at`` needs of them; times must not go back."""
        while self._next is not None and (
            self._next.timestamp <= timestamp + LINGER
            or not self._seen
            or self._seen[-1].timestamp < timestamp
        ):
            self._seen.append(Seen.of(self._next))
            self._next = next(self._coming, None)
        # The last one before the picture stays, however long ago it was.
        while len(self._seen) > 1 and self._seen[1].timestamp <= timestamp - LINGER:
            self._seen.popleft()
        return list(self._seen)


class Strangers:
    """Faces that were found and belong to no student of the session: where they may still be.

    Pictures come in time order. A place is covered from the first picture on for which it is given:
    that in which the face is found, or an earlier one where somebody searched ahead.
    """

    def __init__(self) -> None:
        self._found: deque[tuple[float, NDArray[np.float64]]] = deque()

    def at(
        self,
        timestamp: float,
        camera: NDArray[np.float64],
        found: NDArray[np.floating],
        others: NDArray[np.floating],
    ) -> NDArray[np.float64]:
        """(k, 4) boxes in pixels of a picture: those found in it, and those of ``LINGER`` before.

        A place is given up earlier where another box lies on it: the face was found again.

        Args:
            timestamp: seconds; where it goes back, all before is forgotten.
            camera: (2, 3) of the picture.
            found: (m, 4) strangers found in it, or in a later picture and here already.
            others: (n, 4) the students in it.
        """
        if self._found and self._found[-1][0] > timestamp:
            self._found.clear()
        while self._found and timestamp - self._found[0][0] > LINGER:
            self._found.popleft()
        back = invert(camera)
        kept = np.asarray(found, np.float64)
        for seconds, boxes in reversed(self._found):
            if len(boxes) and seconds < timestamp:
                places = move_boxes(back, boxes)
                known = np.concatenate([kept, others])
                again = (iou_matrix(places, known) > _SAME_FACE).any(axis=1)
                kept = np.concatenate([kept, places[~again]])
        if not (self._found and self._found[-1][0] == timestamp):
            self._found.append((timestamp, move_boxes(camera, found)))
        return kept


def belonging(found: NDArray[np.floating], students: NDArray[np.floating]) -> NDArray[np.bool_]:
    """(m,) which of the faces found (m, 4) are students (n, 4): one at most for each student.

    Of the faces whose middle lies within a student's box, it is the one nearest to its middle.
    """
    mine = np.zeros(len(found), bool)
    if not len(found) or not len(students):
        return mine
    middles = found[:, :2] + found[:, 2:] / 2
    off = np.abs(middles[:, None] - (students[:, :2] + students[:, 2:] / 2)[None])
    within = (off <= students[None, :, 2:] / 2).all(axis=2)
    far = np.where(within, (off / students[None, :, 2:]).max(axis=2), np.inf)
    for _ in range(min(far.shape)):
        face, student = np.unravel_index(int(far.argmin()), far.shape)
        if not np.isfinite(far[face, student]):
            break
        mine[face] = True
        far[face], far[:, student] = np.inf, np.inf
    return mine
