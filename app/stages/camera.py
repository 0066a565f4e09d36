"""Webcams through OpenCV, listed by the names that people know."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.errors import SourceError
from app.core.types import Frame
from app.stages.protocols import SourceInfo
from app.stages.reconnect import ReconnectingSource

# OpenCV waits 10 s for a picture of a camera that hangs.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")
# On macOS OpenCV can ask for the camera in the main thread only; the system asks by itself.
os.environ.setdefault("OPENCV_AVFOUNDATION_SKIP_AUTH", "1")
_QT_VARIABLES: Final = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_kept = {name: os.environ.get(name) for name in _QT_VARIABLES}

import cv2  # noqa: E402
import cv2_enumerate_cameras  # noqa: E402

# OpenCV's wheel points Qt at its own plug-ins, which a PySide6 window can't load.
for _name, _value in _kept.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

# Every device that can't be opened would be reported on the terminal, at length.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

SIZES: Final = ((640, 480), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
"""(width, height) that webcams commonly give; a camera that lacks one gives what is next to it."""

_MIN_STEP: Final = 0.001
_PATIENCE: Final = 2.0
"""Seconds without a picture after which a camera counts as gone."""
_RETRY: Final = 0.05


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of this machine.

    Attributes:
        index: OpenCV's number of it, for ``backend``.
        name: as the system calls it.
        backend: OpenCV's number of the system interface (``cv2.CAP_V4L2`` …).
    """

    index: int
    name: str
    backend: int


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` in use."""

    def isOpened(self) -> bool:  # noqa: N802
        """Whether the device answers."""

    def read(self) -> tuple[bool, NDArray[Any] | None]:
        """Success and the next picture, BGR."""

    def get(self, key: int, /) -> float:
        """A property."""

    def set(self, key: int, value: float, /) -> bool:
        """Ask for a property."""

    def release(self) -> None:
        """Free the device."""


def list_cameras() -> list[Camera]:
    """The cameras that are plugged in, in the system's order; equal names are numbered."""
    backends = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
    backend = backends.get(sys.platform, cv2.CAP_ANY)
    if backend != cv2.CAP_ANY and backend not in cv2_enumerate_cameras.supported_backends:
        return []
    found = sorted(cv2_enumerate_cameras.enumerate_cameras(backend), key=lambda info: info.index)
    names = [str(info.name or f"Camera {info.index}") for info in found]
    cameras = []
    for i, info in enumerate(found):
        same = names[:i].count(names[i])
        name = f"{names[i]} ({same + 1})" if same else names[i]
        cameras.append(Camera(int(info.index), name, int(info.backend)))
    return cameras


def find_camera(name: str = "") -> Camera:
    """The first camera whose name holds ``name``, whatever the case; "" takes the first.

    Raises:
        SourceError: there is none.
    """
    cameras = list_cameras()
    if not cameras:
        raise SourceError("no camera was found: plug one in, or open a recording instead")
    for camera in cameras:
        if name.casefold() in camera.name.casefold():
            return camera
    known = ", ".join(camera.name for camera in cameras)
    raise SourceError(f"no camera is called {name!r}: choose one of {known}")


def open_camera(camera: Camera, size: tuple[int, int] = (1280, 720)) -> ReconnectingSource:
    """The camera, waited for whenever it is unplugged; it may come back at another port.

    Args:
        camera: as listed.
        size: (width, height) to ask for, see ``SIZES``; ``info.size`` is what the camera gives.

    Raises:
        SourceError: it can't be opened now.
    """

    def again() -> CameraSource:
        # Plugged in again, it may have another number.
        for found in list_cameras():
            if found.name == camera.name:
                return CameraSource(found.index, found.name, found.backend, size)
        raise SourceError(f"camera {camera.name} is not plugged in")

    first = CameraSource(camera.index, camera.name, camera.backend, size)
    return ReconnectingSource(first, again)


class CameraSource:
    """Live frames of one camera.

    Timestamps are seconds of a monotonic clock since the first frame. A camera that stops
    delivering for 2 s raises SourceError.

    Args:
        index, name, backend: as in ``Camera``.
        size: (width, height) to ask for; the camera may give another.
        fps: rate to ask for.
        open_capture: opens the device by index and backend.
        clock: seconds, monotonic.

    Raises:
        SourceError: the camera can't be opened or gives no picture.
    """

    def __init__(
        self,
        index: int,
        name: str,
        backend: int = cv2.CAP_ANY,
        size: tuple[int, int] = (1280, 720),
        fps: float = 30.0,
        open_capture: Callable[[int, int], Capture] = cv2.VideoCapture,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._clock = name, clock
        self._closed = threading.Event()
        # Held while the driver is at work: to free a device under a running read crashes.
        self._device = threading.Lock()
        self._released = False
        self._capture = open_capture(index, backend)
        if not self._capture.isOpened():
            self._release()
            raise SourceError(
                f"camera {name} can't be opened: close other programs that use it, "
                "check the system's camera permission, or plug it in again"
            )
        # Most USB cameras reach 720p at full rate only as MJPEG; it must be asked for first.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        self._capture.set(cv2.CAP_PROP_FPS, fps)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        try:
            picture = self._next()
        except SourceError:
            self.close()
            raise
        if picture is None:
            raise SourceError(f"camera {name} gives no picture: plug it in again")
        reported = self._capture.get(cv2.CAP_PROP_FPS)
        self._info = SourceInfo(
            name=name,
            live=True,
            size=(picture.shape[1], picture.shape[0]),
            fps=reported if np.isfinite(reported) and 1 <= reported <= 1000 else fps,
            duration=None,
            frames=None,
        )

    @property
    def info(self) -> SourceInfo:
        """What the camera really delivers."""
        return self._info

    def frames(self) -> Iterator[Frame]:
        """Frames as they come, (height, width, 3) uint8 RGB, until ``close``.

        Raises:
            SourceError: the camera was unplugged or hangs.
        """
        start: float | None = None
        last = -_MIN_STEP
        index = 0
        try:
            while (picture := self._next()) is not None:
                now = self._clock()
                start = now if start is None else start
                last = max(now - start, last + _MIN_STEP)
                rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
                yield Frame(rgb, index, last)
                index += 1
        finally:
            self.close()

    def close(self) -> None:
        """Free the device, at the latest when a read that hangs comes back."""
        self._closed.set()
        if self._device.acquire(timeout=0.5):
            try:
                self._release()
            finally:
                self._device.release()

    def _next(self) -> NDArray[Any] | None:
        """The next picture, BGR; None once closed."""
        last_try = self._clock() + _PATIENCE
        while not self._closed.is_set():
            with self._device:
                if self._closed.is_set():
                    break
                try:
                    good, picture = self._capture.read()
                except cv2.error as error:
                    raise SourceError(f"camera {self._name} failed: plug it in again") from error
            if good and picture is not None and picture.size:
                return picture if picture.ndim == 3 else np.dstack([picture] * 3)
            if self._clock() >= last_try:
                raise SourceError(
                    f"camera {self._name} stopped giving pictures: plug it in again, then start"
                )
            self._closed.wait(_RETRY)
        with self._device:
            self._release()
        return None

    def _release(self) -> None:
        if not self._released:
            self._released = True
            self._capture.release()
