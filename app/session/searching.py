"""Searches a recording for faces in a thread of its own, ahead of the one who covers them."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.core.similarity import invert, move_boxes
from app.core.types import Frame
from app.session.covering import grown
from app.session.lingering import (
    NO_BOXES,
    SAME_TIME,
    Around,
    belonging,
    camera_at,
    students_at,
)
from app.stages.scout import PERIOD, Sighting

SEARCH: Final = 0.2
"""Seconds from one search to the next: it takes longer than to write a frame."""
_AHEAD: Final = 25
"""Searches that may lie ready."""
_WAIT: Final = 0.1  # seconds after which a thread looks whether it is to end

FindFaces: TypeAlias = Callable[[Frame, NDArray[np.floating]], Sighting]
"""Faces of a frame; those may be missing that lie in the boxes (n, 4), since these are covered."""


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A sighting at ``timestamp``, its boxes (n, 4) in pixels of the first frame."""

    timestamp: float
    boxes: NDArray[np.float64]
    since: NDArray[np.float64]


class SearchAhead:
    """Faces of frames that are read again for this.

    Args:
        frames: in time order, about ``SEARCH`` apart, up to one after the last that is covered;
            read in the thread.
        around: the students of the session.
        find: finds the faces.
        covers: the students are covered; else only those faces count that are no student's.
    """

    def __init__(
        self,
        frames: Iterator[Frame],
        around: Around,
        find: FindFaces,
        covers: bool,
    ) -> None:
        self._frames, self._around, self._find, self._covers = frames, around, find, covers
        self._found: queue.Queue[_Found | None] = queue.Queue(_AHEAD)
        self._known: deque[_Found] = deque()
        self._closed = threading.Event()
        self._ended = False
        self._pool = ThreadPoolExecutor(1, "roomread-search")
        self._work = self._pool.submit(self._search)

    def at(self, timestamp: float, camera: NDArray[np.float64]) -> NDArray[np.float64]:
        """(k, 4) boxes in pixels of a frame around all faces that may have come before it.

        Waits for the searches that it needs; ``timestamp`` does not go back. Raises what went
        wrong in the thread.
        """
        while not self._ended and (
            not self._known or self._known[-1].timestamp < timestamp + PERIOD + SEARCH
        ):
            one = self._found.get()
            if one is None:
                self._ended = True
                self._work.result()
            else:
                self._known.append(one)
        while self._known and self._known[0].timestamp < timestamp - SAME_TIME:
            self._known.popleft()
        boxes = [one.boxes[one.since < timestamp + SAME_TIME] for one in self._known]
        return move_boxes(invert(camera), np.concatenate([NO_BOXES, *boxes]))

    def close(self) -> None:
        """End the thread, within one search."""
        self._closed.set()
        self._pool.shutdown()

    def _search(self) -> None:
        try:
            for frame in self._frames:
                self._look(frame)
                if self._closed.is_set():
                    return
        finally:
            self._put(None)

    def _look(self, frame: Frame) -> None:
        now = frame.timestamp
        seen = self._around.at(now)
        students = students_at(seen, now)
        boxes, since = self._find(frame, grown(students) if self._covers else NO_BOXES)
        if not self._covers:
            others = ~belonging(boxes, students)
            boxes, since = boxes[others], since[others]
        self._put(_Found(now, move_boxes(camera_at(seen, now), boxes), since))

    def _put(self, one: _Found | None) -> None:
        while not self._closed.is_set():
            try:
                return self._found.put(one, timeout=_WAIT)
            except queue.Full:
                continue
