"""The window, driven for ``roomread bench live``: what it paints, when, and of which picture."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.core.errors import RoomreadError
from app.core.types import Frame, FrameResult
from app.engine.analyse.throwaway import ThrowawayFolder
from app.engine.bench.calibration import calibrate
from app.engine.bench.live_case import LiveCase, LiveFigures, LiveLog, Painted, figures_of
from app.engine.bench.memory import peak_memory
from app.engine.bench.synthetic_camera import SyntheticCamera
from app.engine.live.viewmodel import State
from app.session.store import Session
from app.stages.camera import Camera
from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.translations import speak

_AFTER_PAINT: Final = QEvent.Type(QEvent.registerEventType())
_LOOK_MS: Final = 20
_CLOSING_S: Final = 30.0
WINDOW: Final = (1600, 900)
"""Its size, about that of a laptop's screen; where a screen is smaller, the system's will."""
PREPARING_S: Final = 90.0
"""Seconds that loading the models may take, and stopping."""


def run_case(case: LiveCase) -> LiveFigures:
    """Open the window on a synthetic camera, let it run, and work out how it went.

    For a process of its own, in its main thread: there is one ``QApplication`` in a process.

    Raises:
        RoomreadError: a model is missing, or the analysis failed.
    """
    if sys.platform == "linux" and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)  # as ``app.ui.app`` says
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    speak(app, case.settings.appearance.language)
    theme.choose(app, case.settings.appearance.theme)
    with ThrowawayFolder() as folder:
        return figures_of(case.film, Driver(case, folder).run())


class Driver(QObject):
    """Does what a user does: chooses the camera, starts, stops, closes the window.

    Args:
        case: what is run.
        folder: for all that the window writes.
    """

    def __init__(self, case: LiveCase, folder: Path) -> None:
        super().__init__()
        self._case = case
        self._camera = SyntheticCamera(case.film)
        self._speed = calibrate()
        self.window = MainWindow(case.settings, _services(self._camera, folder))
        self._controller = self.window.live.controller
        self._paints = PaintWatch(self.window.live.video)
        self._loop = QEventLoop()
        self._marks: list[tuple[float, float]] = []
        self._problem = ""
        self._memory = 0
        self._started = False
        self._limit = QTimer(self, singleShot=True)
        self._limit.timeout.connect(self._loop.quit)
        # Some milliseconds late: the span is measured, not assumed.
        self._warming = QTimer(self, singleShot=True)
        self._warming.timeout.connect(self._begin)
        self._counting = QTimer(self, singleShot=True)
        self._counting.timeout.connect(self._end)
        self._controller.picture.connect(self._paints.expect)
        self._controller.state_changed.connect(self._on_state)
        self._controller.message.connect(self._on_message)

    def run(self) -> LiveLog:
        """From opening the window to closing it. Raises RoomreadError."""
        film = self._case.film
        try:
            self.window.resize(*WINDOW)
            self.window.show()
            self._controller.open_camera(Camera(0, film.name, 0), film.size)
            self._limit.start(round(1000 * (PREPARING_S + self._case.warm_up + self._case.seconds)))
            self._loop.exec()
            if self._problem:
                raise RoomreadError(self._problem)
            return self._log()
        finally:
            self._close()

    def _on_state(self) -> None:
        state = self._controller.state
        if state is State.READY and not self._started:
            self._started = True
            QTimer.singleShot(0, self._controller.start)
        elif state is State.RUNNING and not self._marks:
            self._warming.start(round(1000 * self._case.warm_up))
        elif state is State.DONE or (state is State.READY and self._marks):
            self._loop.quit()

    def _on_message(self, text: str, error: bool) -> None:
        if error:
            self._problem = text
            self._loop.quit()

    def _begin(self) -> None:
        self._mark()
        self._counting.start(round(1000 * self._case.seconds))

    def _end(self) -> None:
        self._mark()
        self._memory = peak_memory()
        self._controller.stop()

    def _mark(self) -> None:
        self._marks.append((time.monotonic(), time.process_time()))

    def _log(self) -> LiveLog:
        path = self._controller.session
        if path is None or len(self._marks) < 2:
            raise RoomreadError("the case ended before its time")
        with Session.open(path) as session:
            results, model = list(session.raw_results()), session.info.model_name
        (begin, before), (end, after) = self._marks
        return LiveLog(
            taken=self._camera.capture.taken,
            painted=self._paints.painted,
            results=results,
            timings=self._paints.timings,
            span=(begin, end),
            processor=after - before,
            memory=self._memory,
            speed=self._speed,
            provider=self._controller.provider,
            model=model,
            screen=QApplication.platformName(),
        )

    def _close(self) -> None:
        """Close the window, and wait for its threads as it does."""
        for timer in (self._limit, self._warming, self._counting):
            timer.stop()
        self.window.close()
        loop, until = QEventLoop(), time.monotonic() + _CLOSING_S

        def look() -> None:
            if not self.window.isVisible() or time.monotonic() > until:
                loop.quit()

        looking = QTimer()
        looking.timeout.connect(look)
        looking.start(_LOOK_MS)
        loop.exec()
        looking.stop()
        self.window.deleteLater()


class PaintWatch(QObject):
    """Notes when a widget was painted, and what it showed.

    Attributes:
        painted: all pictures that were painted, in order.
        timings: index of each result that was given to be painted to its seconds by stage.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._shows: tuple[int, int] | None = None
        self._begun: tuple[float, tuple[int, int]] | None = None
        self.painted: list[Painted] = []
        self.timings: dict[int, Mapping[str, float]] = {}
        view.installEventFilter(self)

    def expect(self, frame: Frame | None, result: FrameResult | None) -> None:
        """What the view is given to paint next."""
        self._shows = None if frame is None else (frame.index, result.index if result else -1)
        if result is not None:
            self.timings.setdefault(result.index, result.timings)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The view is about to be painted."""
        if event.type() == QEvent.Type.Paint and self._shows is not None:
            self._begun = time.monotonic(), self._shows
            # Handled when all is painted and handed to the screen.
            QCoreApplication.postEvent(
                self, QEvent(_AFTER_PAINT), Qt.EventPriority.HighEventPriority.value
            )
        return False

    def event(self, event: QEvent) -> bool:
        """The view was painted."""
        if event.type() != _AFTER_PAINT:
            return super().event(event)
        if self._begun is not None:
            begun, (frame, result) = self._begun
            self._begun = None
            self.painted.append(Painted(begun, time.monotonic(), frame, result))
        return True


def _services(camera: SyntheticCamera, folder: Path) -> Services:
    """The app's own, but for the camera, and nothing of the user's is read or written."""
    return Services(
        open_camera=lambda chosen, size: camera.open(),
        list_cameras=lambda: (),
        sessions=folder / "sessions",
        rooms=folder / "rooms",
        last_stream=folder / "last_stream.txt",
        settings_file=folder / "settings.toml",
        usual_settings=folder / "settings.toml",
        window_file=folder / "window.json",
        queue_file=folder / "queue.json",
        analysed_file=folder / "analysed.json",
        consent_file=folder / "consent.json",
        said_file=folder / "said.json",
        door_file=folder / "door.json",
    )
