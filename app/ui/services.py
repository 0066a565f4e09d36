"""Where the controller gets sources and models. All of it takes time and runs in jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import SourceError
from app.core.types import Frame
from app.engine.last_stream import last_stream_path
from app.engine.live_session import sessions_folder
from app.engine.rooms import rooms_folder
from app.engine.settings import Settings, settings_path
from app.engine.window_state import window_state_path
from app.stages.protocols import Source, SourceInfo

if TYPE_CHECKING:  # importing these loads OpenCV and the models' runtimes
    from app.engine.build import Built
    from app.stages.camera import Camera


def _open_video(path: Path) -> Source:
    from app.stages.video import VideoSource  # noqa: PLC0415

    return VideoSource(path)


def _open_camera(camera: Camera, size: tuple[int, int]) -> Source:
    from app.stages.camera import open_camera  # noqa: PLC0415

    return open_camera(camera, size)


def _open_stream(address: str) -> Source:
    from app.stages.stream import open_stream  # noqa: PLC0415

    return open_stream(address)


def _list_cameras() -> Sequence[Camera]:
    from app.stages.camera import list_cameras  # noqa: PLC0415

    return list_cameras()


def _build(settings: Settings, say: Callable[[str], None]) -> Built:
    from app.engine.build import build_pipeline  # noqa: PLC0415

    return build_pipeline(settings, say)


@dataclass(frozen=True, slots=True)
class Services:
    """Where the controller gets things; tests give stand-ins. All are called in jobs.

    The heavy modules behind the defaults are imported in the job too: it takes seconds.
    """

    open_video: Callable[[Path], Source] = _open_video
    open_camera: Callable[[Camera, tuple[int, int]], Source] = _open_camera
    open_stream: Callable[[str], Source] = _open_stream
    list_cameras: Callable[[], Sequence[Camera]] = _list_cameras
    build: Callable[[Settings, Callable[[str], None]], Built] = _build
    sessions: Path = field(default_factory=sessions_folder)
    rooms: Path = field(default_factory=rooms_folder)
    last_stream: Path = field(default_factory=last_stream_path)
    settings_file: Path = field(default_factory=settings_path)
    window_file: Path = field(default_factory=window_state_path)


class Models:
    """The pipeline, built once, in whatever job needs it first.

    Args:
        settings, services: what to build from.
        say: told in one line each what takes time; called in the job.
    """

    def __init__(self, settings: Settings, services: Services, say: Callable[[str], None]) -> None:
        self._settings, self._services, self._say = settings, services, say
        self._lock = threading.Lock()
        self._built: Built | None = None
        self._built_from = settings

    @property
    def built(self) -> Built | None:
        """What there is so far; does not wait."""
        return self._built

    @property
    def provider(self) -> str:
        """What the model runs on; "" while there is none."""
        return self._built.provider if self._built is not None else ""

    def use(self, settings: Settings) -> None:
        """Build from these from now on."""
        self._settings = settings

    def get(self) -> Built:
        """Build, or wait for the job that does; anew where other models are wanted by now.

        What was built before must not be in use. Raises RoomreadError; then it may be retried.
        """
        with self._lock:
            settings = self._settings
            if self._built is not None and _parts(settings) != _parts(self._built_from):
                self._built.pipeline.close()
                self._built = None
            if self._built is None:
                self._built = self._services.build(settings, self._say)
                self._built_from = settings
            return self._built


def _parts(settings: Settings) -> tuple[object, ...]:
    """What a pipeline is made of; regions are given to it with every run."""
    return settings.detector, settings.tracker, settings.recognizer, settings.smoother


def first_frame(source: Source) -> tuple[SourceInfo, Frame]:
    """What the source is and its first frame; closes it. Raises SourceError."""
    try:
        frame = next(iter(source.frames()), None)
        if frame is None:
            raise SourceError(f"{source.info.name} holds no pictures: choose another source")
        return source.info, frame
    finally:
        source.close()
