"""A camera or stream that goes away is waited for, and goes on where its clock is by then."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import SourceError
from app.core.types import Frame
from app.stages.protocols import Source, SourceInfo

BACKOFF: Final = (0.5, 1.0, 2.0, 3.0)
"""Seconds before each try to open it again; the last holds for all that follow."""
_MIN_STEP: Final = 0.001


class ReconnectingSource:
    """A live source that survives being unplugged.

    When it fails, it is opened again and again until it answers or is closed. Frames keep one
    clock throughout: time away counts, and indices go on. Pictures that come back in another
    size are fitted into the first one, with black bars where the shape differs.

    Args:
        opened: the source; a camera that never was there fails before this.
        reopen: opens it again; SourceError where it is not there yet.
        clock: seconds, monotonic.
        backoff: seconds, see ``BACKOFF``.
    """

    def __init__(
        self,
        opened: Source,
        reopen: Callable[[], Source],
        clock: Callable[[], float] = time.monotonic,
        backoff: tuple[float, ...] = BACKOFF,
    ) -> None:
        self._info = opened.info
        self._reopen, self._clock, self._backoff = reopen, clock, backoff
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._source: Source | None = opened  # guarded by the lock; None while it is away
        self._waiting = ""

    @property
    def info(self) -> SourceInfo:
        """As it was at first."""
        return self._info

    @property
    def waiting(self) -> str:
        """See ``PatientSource``."""
        return self._waiting

    def frames(self) -> Iterator[Frame]:
        """Frames as they come until ``close``, or until the source ends by itself."""
        began: float | None = None
        index, last = 0, -math.inf
        source = self._source
        try:
            while source is not None:
                start, first_index = 0.0, index
                first = True
                try:
                    for frame in source.frames():
                        if first:
                            self._waiting, first = "", False
                            now = self._clock() - frame.timestamp
                            began = now if began is None else began
                            start = now - began
                        index = first_index + frame.index
                        last = max(start + frame.timestamp, last + _MIN_STEP)
                        yield replace(frame, image=self._fitted(frame), index=index, timestamp=last)
                        index += 1
                    return
                except SourceError:
                    source.close()
                source = self._return()
        finally:
            self.close()

    def close(self) -> None:
        """End ``frames`` and the waiting; may be called twice and from any thread."""
        with self._lock:
            self._closed.set()
            source = self._source
        self._waiting = ""
        if source is not None:
            source.close()

    def _return(self) -> Source | None:
        """The source, when it is back; None once closed."""
        with self._lock:
            self._source = None
        self._waiting = f"{self._info.name} is gone: waiting for it to come back"
        tries = 0
        while not self._closed.wait(self._backoff[min(tries, len(self._backoff) - 1)]):
            tries += 1
            try:
                source = self._reopen()
            except SourceError:
                continue
            with self._lock:
                if not self._closed.is_set():
                    self._source = source
                    return source
            source.close()
        self._waiting = ""
        return None

    def _fitted(self, frame: Frame) -> NDArray[np.uint8]:
        if frame.size == self._info.size:
            return frame.image
        import cv2  # noqa: PLC0415  # ``camera`` prepares how it is loaded

        width, height = self._info.size
        scale = min(width / frame.size[0], height / frame.size[1])
        inner = (round(frame.size[0] * scale), round(frame.size[1] * scale))
        picture = np.zeros((height, width, 3), np.uint8)
        left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
        picture[top : top + inner[1], left : left + inner[0]] = cv2.resize(
            frame.image, inner, interpolation=cv2.INTER_AREA
        )
        return picture
