"""A webcam that shows a film: pictures come by the clock, and who is late has lost some."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
from numpy.typing import NDArray

from app.engine.bench.film import Film, Reader
from app.stages.camera import CameraSource


class Taken(NamedTuple):
    """A picture that was read.

    Attributes:
        number: of the picture, counted from the first that the camera took, read or not.
        due: seconds of the camera's clock when it was taken.
        decoding: seconds that it took to decode.
    """

    number: int
    due: float
    decoding: float


class FilmCapture:
    """What OpenCV's capture is to a webcam; implements ``camera.Capture``.

    It takes a picture every 1/fps seconds, whether or not somebody reads it, and keeps the newest
    one only.

    Args:
        film: what it sees, forth and back.
        clock: seconds, monotonic.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        film: Film,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._film, self._clock, self._sleep = film, clock, sleep
        self._reader: Reader | None = Reader(film)
        self._lock = threading.Lock()
        self._began: float | None = None
        self.taken: list[Taken] = []

    def isOpened(self) -> bool:  # noqa: N802
        """Whether it was not released yet."""
        return self._reader is not None

    def read(self) -> tuple[bool, NDArray[Any] | None]:
        """The newest picture that was not read yet, BGR; waits for it."""
        now = self._clock()
        if self._began is None:
            self._began = now
        number = int((now - self._began) * self._film.fps)
        if self.taken and number <= self.taken[-1].number:
            number = self.taken[-1].number + 1
        due = self._began + number / self._film.fps
        if due > now:
            self._sleep(due - now)
        with self._lock:
            if self._reader is None:
                return False, None
            begin = time.perf_counter()
            picture = self._reader(self._film.place(number))
            self.taken.append(Taken(number, due, time.perf_counter() - begin))
        return True, picture

    def get(self, key: int, /) -> float:
        """A property: the rate is the only one it knows."""
        return self._film.fps if key == cv2.CAP_PROP_FPS else 0.0

    def set(self, key: int, value: float, /) -> bool:
        """It can't be changed."""
        return False

    def release(self) -> None:
        """Close the film."""
        with self._lock:
            if self._reader is not None:
                self._reader.close()
            self._reader = None


class SyntheticCamera:
    """Opens the film as the app opens a webcam, as often as it likes.

    Attributes:
        capture: of the source that was opened last. Its first picture is the one at which the
            source looks to learn its size: frame ``index`` was ``capture.taken[index + 1]``.
    """

    def __init__(self, film: Film, clock: Callable[[], float] = time.monotonic) -> None:
        self._film, self._clock = film, clock
        self.capture = FilmCapture(film, clock)
        self.capture.release()

    def open(self) -> CameraSource:
        """A source of its own; implements ``Source``."""
        self.capture = FilmCapture(self._film, self._clock)
        return CameraSource(
            0,
            self._film.name,
            size=self._film.size,
            fps=self._film.fps,
            open_capture=lambda index, backend: self.capture,
            clock=self._clock,
        )
