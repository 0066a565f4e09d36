"""Where the controller gets sources and models. All of it takes time and runs in jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import SourceError
from app.core.types import Frame
from app.engine.analyse.analysed import analysed_path
from app.engine.analyse.queue_file import queue_path
from app.engine.consent import consent_path, said_path
from app.engine.door import door_path
from app.engine.kept_model import choice_path, for_recording
from app.engine.live.last_stream import last_stream_path
from app.engine.live.session import sessions_folder
from app.engine.rooms import rooms_folder
from app.engine.settings import Settings, settings_path
from app.engine.user_data import UserData
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
    from app.engine.build import build_pipeline, share_cores  # noqa: PLC0415

    return build_pipeline(share_cores(settings), say)


@dataclass(frozen=True, slots=True)
class Services:
    """Where the controller gets things; tests give stand-ins. All are called in jobs.

    The heavy modules behind the defaults are imported in the job too: it takes seconds.

    Every path that the window reads or writes of its own is here and nowhere else.
    ``settings_file`` may be the user's own, named on the command line; ``usual_settings`` is the
    app's.
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
    usual_settings: Path = field(default_factory=settings_path)
    window_file: Path = field(default_factory=window_state_path)
    queue_file: Path = field(default_factory=queue_path)
    analysed_file: Path = field(default_factory=analysed_path)
    consent_file: Path = field(default_factory=consent_path)
    said_file: Path = field(default_factory=said_path)
    model_file: Path = field(default_factory=choice_path)
    door_file: Path = field(default_factory=door_path)

    @property
    def user_data(self) -> UserData:
        """All that is kept, for counting and deleting it."""
        return UserData(
            self.sessions,
            self.rooms,
            self.queue_file,
            self.analysed_file,
            self.consent_file,
            (
                self.usual_settings,
                self.said_file,
                self.window_file,
                self.last_stream,
                self.model_file,
            ),
            () if self.settings_file == self.usual_settings else (self.settings_file,),
            self.door_file,
        )


class Models:
    """The pipeline, built once, in whatever job needs it first.

    Args:
        settings, services: what to build from.
        say: told in one line each what takes time; called in the job.
        live: whether a camera is to be read; a recording is read as ``for_recording`` says.
    """

    def __init__(
        self,
        settings: Settings,
        services: Services,
        say: Callable[[str], None],
        live: Callable[[], bool],
    ) -> None:
        self._settings, self._services, self._say, self._live = settings, services, say, live
        self._lock = threading.Lock()
        self._built: Built | None = None
        self._built_from = settings

    @property
    def ready(self) -> bool:
        """Whether what is wanted now is built; does not wait."""
        return self._built is not None and _parts(self._wanted) == _parts(self._built_from)

    @property
    def built(self) -> Built | None:
        """What there is so far; does not wait."""
        return self._built

    @property
    def provider(self) -> str:
        """What the model runs on; "" while there is none."""
        return self._built.provider if self._built is not None else ""

    @property
    def _wanted(self) -> Settings:
        return self._settings if self._live() else for_recording(self._settings)

    def use(self, settings: Settings) -> None:
        """Build from these from now on."""
        self._settings = settings

    def get(self) -> Built:
        """Build, or wait for the job that does; anew where other models are wanted by now.

        What was built before must not be in use. Raises RoomreadError; then it may be retried.
        """
        with self._lock:
            settings = self._wanted
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
