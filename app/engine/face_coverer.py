"""Covers faces in pictures on their way to the screen, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.privacy import FaceCover
from app.core.regions import Polygon
from app.core.types import Frame, FrameResult

NO_BOXES: NDArray[np.float32] = np.zeros((0, 4), np.float32)
NO_BOXES.setflags(write=False)

_COARSE_WIDTH: Final = 32
"""Pixels across a picture in which no face was looked for yet: a face has two or three."""


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A picture that is to be shown, and how.

    Attributes:
        frame, result: as ``LiveView``; ``result`` may belong to an earlier frame.
        how: how faces are covered; not ``SHOW``.
        seats: as ``Regions.opt_out``; covered too, since nobody looks for faces there.
        first_size: (width, height) in pixels of the source's first frame.
        ticket: whatever the caller likes to know again.
        left_out: (m, 4) as ``LiveView``; covered too.
    """

    frame: Frame
    result: FrameResult | None
    how: FaceCover
    seats: tuple[Polygon, ...] = ()
    first_size: tuple[int, int] = (0, 0)
    ticket: int = 0
    left_out: NDArray[np.float32] = field(default_factory=lambda: NO_BOXES)


def cover(shot: Shot) -> Frame:
    """The picture with every face covered.

    Where nobody has looked for faces yet, all of it is made coarse.
    """
    # OpenCV, which is loaded in this thread, takes a moment.
    from app.session.covering import cover_faces  # noqa: PLC0415
    from app.session.hiding import hide_seats  # noqa: PLC0415

    frame, result = shot.frame, shot.result
    if result is None:
        return replace(frame, image=_coarse(frame.image))
    boxes = np.concatenate([result.faces.boxes, shot.left_out])
    image = cover_faces(frame.image, boxes, shot.how)
    if shot.seats:
        image = image.copy() if image is frame.image else image
        hide_seats(image, shot.seats, result.camera, shot.first_size)
    return replace(frame, image=image)


def _coarse(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2  # noqa: PLC0415

    height, width = image.shape[:2]
    small = (_COARSE_WIDTH, max(1, round(_COARSE_WIDTH * height / width)))
    coarse = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(smooth, np.uint8)


class FaceCoverer:
    """Covers the newest picture; one that a newer one overtakes is never shown.

    The thread starts with the first picture.

    Args:
        done: takes what was put and the covered picture, in that thread.
    """

    def __init__(self, done: Callable[[Shot, Frame], None]) -> None:
        self._done = done
        self._changed = threading.Condition()
        self._waiting: Shot | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, shot: Shot) -> None:
        """Cover this one next. Never waits."""
        with self._changed:
            if self._closed:
                return
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
        while True:
            with self._changed:
                while self._waiting is None and not self._closed:
                    self._changed.wait()
                shot, self._waiting = self._waiting, None
                if self._closed or shot is None:
                    return
            self._done(shot, cover(shot))
