"""Covers faces in pictures of a running analysis, for the screen and for the video beside it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.privacy import FaceCover
from app.core.regions import Polygon
from app.core.types import STILL, Frame, FrameResult
from app.session.lingering import LINGER, NO_BOXES, Seen, Strangers, students_at

log = logging.getLogger(__name__)

_COARSE_WIDTH: Final = 32
"""Pixels across a picture in which no face was looked for yet: a face has two or three."""


class Found(NamedTuple):
    """What was found in the frame that is shown or written.

    Attributes:
        result: of this very frame.
        left_out, opted_out: (m, 4) and (k, 4) as ``Followed`` has them of this frame.
    """

    result: FrameResult
    left_out: NDArray[np.float32] = NO_BOXES
    opted_out: NDArray[np.float32] = NO_BOXES


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A picture that is to be shown or written, and how.

    Attributes:
        frame: the picture.
        found: in it; None where nobody has looked for faces yet.
        how: faces are covered.
        seats: as ``Regions.opt_out``; hidden whatever ``how`` is.
        first_size: (width, height) in pixels of the source's first frame.
        ticket: whatever the caller likes to know again.
    """

    frame: Frame
    found: Found | None
    how: FaceCover
    seats: tuple[Polygon, ...] = ()
    first_size: tuple[int, int] = (0, 0)
    ticket: int = 0


class Coverer:
    """Covers pictures that come in time order by the rule of ``app.session.lingering``.

    Opted-out seats and their students are covered whatever the user chose for the others. A face
    that the detector did not find in the last ``LINGER`` seconds is not covered.
    """

    def __init__(self) -> None:
        self._seen: deque[Seen] = deque()
        self._left_out, self._opted_out = Strangers(), Strangers()

    def see(self, found: Found) -> None:
        """Take note of a frame that is not covered itself."""
        self._boxes(found)

    def cover(self, shot: Shot) -> NDArray[np.uint8]:
        """The picture as it may be shown or kept, (height, width, 3) uint8 RGB.

        Where nobody has looked for faces yet and they are to be covered, all of it is made coarse.
        """
        # OpenCV takes a moment to load: not in the window's thread.
        from app.session.covering import cover_faces  # noqa: PLC0415
        from app.session.hiding import hide_seats  # noqa: PLC0415

        image, camera = shot.frame.image, STILL
        if shot.found is None:
            if shot.how is not FaceCover.SHOW:
                return coarse(image)
        else:
            faces, opted_out = self._boxes(shot.found)
            image = cover_faces(image, faces, shot.how)
            image = cover_faces(image, opted_out, FaceCover.BLOCK)
            camera = shot.found.result.camera
        if shot.seats:
            image = image.copy() if image is shot.frame.image else image
            hide_seats(image, shot.seats, camera, shot.first_size)
        return image

    def _boxes(self, found: Found) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n, 4) all faces, and (k, 4) those of them who opted out."""
        result = found.result
        now, seen = result.timestamp, self._seen
        if seen and seen[-1].timestamp > now:  # a new run
            seen.clear()
        while seen and now - seen[0].timestamp > LINGER:
            seen.popleft()
        if not (seen and seen[-1].timestamp == now):
            seen.append(Seen.of(result))
        students = students_at(seen, now)
        opted_out = self._opted_out.at(now, result.camera, found.opted_out, students)
        others = self._left_out.at(now, result.camera, found.left_out, students)
        return np.concatenate([students, others]), opted_out


def coarse(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The whole picture so coarse that no face is left in it."""
    import cv2  # noqa: PLC0415

    height, width = image.shape[:2]
    small = (_COARSE_WIDTH, max(1, round(_COARSE_WIDTH * height / width)))
    few = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(smooth, np.uint8)


class FaceCoverer:
    """Covers the newest picture in a thread of its own; an older one is never shown.

    The thread starts with the first picture.

    Args:
        done: takes what was put and the covered picture, in that thread.
        failed: takes a fault of our own, in that thread; the picture is not shown, the next one is.
    """

    def __init__(
        self, done: Callable[[Shot, Frame], None], failed: Callable[[Exception], None]
    ) -> None:
        self._done, self._failed = done, failed
        self._changed = threading.Condition()
        self._waiting: Shot | None = None
        self._passed: list[Found] = []
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, shot: Shot) -> None:
        """Cover this one next. Never waits."""
        with self._changed:
            if self._closed:
                return
            if self._waiting is not None and self._waiting.found is not None:
                self._passed.append(self._waiting.found)
            self._waiting = shot
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="roomread-cover")
                self._thread.daemon = True
                self._thread.start()
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread, within one picture; may be called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        coverer = Coverer()
        while True:
            with self._changed:
                while self._waiting is None and not self._closed:
                    self._changed.wait()
                shot, self._waiting = self._waiting, None
                passed, self._passed = self._passed, []
                if self._closed or shot is None:
                    return
            try:
                for found in passed:
                    coverer.see(found)
                self._done(shot, replace(shot.frame, image=coverer.cover(shot)))
            except Exception as error:  # the thread's top frame
                log.exception("a picture could not be covered")
                self._failed(error)
