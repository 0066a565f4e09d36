"""Does what the user wants, off the window's thread, and says what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.core.regions import Regions
from app.core.types import Frame, FrameResult
from app.engine.live import LiveState
from app.engine.live_session import LiveSession, Outcome
from app.engine.rate import Rate
from app.engine.rooms import camera_room, recording_room
from app.engine.settings import Settings
from app.engine.viewmodel import ClassView, State
from app.stages.protocols import Source, SourceInfo
from app.ui.jobs import Jobs, nothing
from app.ui.live.renames import Renames
from app.ui.live.rooms import Rooms
from app.ui.live.status import Figures, figures
from app.ui.services import Models, Services, first_frame
from app.ui.wording import IDLE_TEXT, ending, exported, place

if TYPE_CHECKING:
    from app.engine.build import Built
    from app.stages.camera import Camera

POLL_MS = 33
"""Pause between two looks at the runner; a screen shows no more."""
FIGURES_MS = 250
GRACE_MS = 8000
"""How long closing waits for a look-up or a download before it goes without."""


class Controller(QObject):
    """Owns the source, the models, the analysis and its session. Computes nothing itself.

    Signals:
        state_changed: something in ``state``, ``live`` or ``exportable`` is new.
        source_changed: name of the source, "" for none.
        picture: newest ``Frame`` and newest ``FrameResult`` (or None).
        class_changed: newest ``ClassView``.
        figures: newest ``Figures``.
        activity: what goes on, and whether it is worth a moving bar.
        message: a line for the user, and whether it is an error.
        cameras: those that were found.
        closed: every thread has ended.
    """

    state_changed = Signal()
    source_changed = Signal(str)
    picture = Signal(object, object)
    class_changed = Signal(object)
    figures = Signal(object)
    activity = Signal(str, bool)
    message = Signal(str, bool)
    cameras = Signal(object)
    closed = Signal()

    def __init__(
        self,
        settings: Settings,
        services: Services | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services or Services()
        self._jobs = Jobs(self)
        self._jobs.idle.connect(self._on_idle)
        self.rooms = Rooms(self._jobs, settings, self)
        self.rooms.failed.connect(self._say_problem)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.timeout.connect(self._on_grace)
        self._clock = QElapsedTimer()
        self._rate = Rate()
        self._state = State.EMPTY
        self._opener: Callable[[], Source] | None = None
        self._info: SourceInfo | None = None
        self._models = Models(settings, self._services, self._say)
        self._live: LiveSession | None = None
        self._exporting = False
        self._request = 0  # answers to an older request are dropped
        self._shown: tuple[Frame | None, FrameResult | None] = (None, None)
        self._view: ClassView | None = None
        self._renames = Renames(self._jobs, self._on_renamed, self._say_problem)
        self._freed = False

    @property
    def state(self) -> State:
        """What goes on."""
        return self._state

    @property
    def live(self) -> bool:
        """Whether the source is a camera."""
        return self._info is not None and self._info.live

    @property
    def exporting(self) -> bool:
        """Whether an export is being written."""
        return self._exporting

    @property
    def exportable(self) -> bool:
        """Whether there is something to export."""
        able = {State.RUNNING, State.PAUSED, State.DONE}
        return self._live is not None and self._state in able and not self._exporting

    # What the user wants

    def open_video(self, path: Path, room: Path | None = None) -> None:
        """Look at a recording; its first frame is shown. ``room``: a file of regions for it."""
        kept = room or recording_room(path, self._services.rooms)
        self._look(path.name, lambda: self._services.open_video(path), kept)

    def open_camera(self, camera: Camera, room: Path | None = None) -> None:
        """Look through a camera; one frame is shown. ``room``: a file of regions for it."""
        kept = room or camera_room(camera.name, self._services.rooms)
        self._look(camera.name, lambda: self._services.open_camera(camera), kept)

    def set_regions(self, regions: Regions) -> None:
        """Look, ignore and withhold as the user drew, from the next frame on."""
        self.rooms.change(regions, self._live)

    def find_cameras(self) -> None:
        """Look for cameras; ``cameras`` answers."""

        def failed(text: str) -> None:
            self.cameras.emit(())
            self._say_problem(text)

        self._jobs.start("cameras", self._services.list_cameras, self.cameras.emit, failed)

    def start(self, fast: bool = False) -> None:
        """Analyse the source from its beginning; ``fast`` does not wait for a recording's time."""
        if self._state not in {State.READY, State.DONE} or self._opener is None:
            return
        opener, old, self._live = self._opener, self._live, None
        self._enter(State.PREPARING)
        request = self._next()

        def prepare() -> LiveSession | None:
            if old is not None:
                old.close()
            built = self._models.get()
            if request != self._request:  # stopped meanwhile: leave the camera alone
                return None
            return LiveSession(
                opener(), built, self.rooms.settings, self._services.sessions, realtime=not fast
            )

        def failed(text: str) -> None:
            if request == self._request:
                self._fail(text, State.READY)

        self.activity.emit("Getting ready…", True)
        self._jobs.start("start", prepare, lambda live: self._on_prepared(request, live), failed)

    def pause_or_resume(self) -> None:
        """Hold, or go on."""
        if self._live is None:
            return
        if self._state is State.RUNNING:
            self._live.pause()
            self._enter(State.PAUSED)
        elif self._state is State.PAUSED:
            self._live.resume()
            self._enter(State.RUNNING)

    def stop(self) -> None:
        """Stop and keep what was read."""
        if self._state is State.PREPARING:
            self._next()
            self._enter(State.READY)
        elif self._live is not None and self._state in {State.RUNNING, State.PAUSED}:
            self._timer.stop()
            self._enter(State.STOPPING)
            self.activity.emit("Stopping…", True)
            self._jobs.start("stop", self._live.stop, self._on_stopped, self._on_stop_failed)

    def rename(self, track_id: int, name: str) -> None:
        """Give a student a name; renames reach the session in the order they were made."""
        if self._live is not None:
            self._renames.put(self._live, track_id, name)

    def export(self, out: Path) -> None:
        """Write the tables into a folder."""
        live = self._live
        if live is None or not self.exportable:
            return
        self._exporting = True
        self.state_changed.emit()
        self.activity.emit("Writing the tables…", True)

        def done(files: Sequence[Path]) -> None:
            self._exporting = False
            self.message.emit(exported(len(files), out), False)
            self._enter(self._state)

        def failed(text: str) -> None:
            self._exporting = False
            self._fail(text, self._state)

        self._jobs.start("export", lambda: live.export(out), done, failed)

    def close(self) -> None:
        """Stop everything; ``closed`` follows when the last thread has ended."""
        if self._state is State.CLOSING:
            return
        self._next()
        self._timer.stop()
        self._enter(State.CLOSING)
        self._grace.start(GRACE_MS)
        self._on_idle()

    def _look(self, name: str, opener: Callable[[], Source], room: Path) -> None:
        if self._state not in {State.EMPTY, State.READY, State.DONE} or self._exporting:
            return
        old, self._live = self._live, None
        request = self._next()
        self._opener = self._info = None
        self.source_changed.emit(name)
        self._show(None, None)
        self._enter(State.OPENING)
        self.activity.emit("Opening…", True)

        def look() -> tuple[SourceInfo, Frame, Regions]:
            if old is not None:
                old.close()
            return *first_frame(opener()), self.rooms.find(room)

        def done(found: tuple[SourceInfo, Frame, Regions]) -> None:
            if request != self._request:
                return
            self._opener = opener
            self._info, frame, regions = found
            self.rooms.enter(room, regions)
            self._enter(State.READY)
            self._show(frame, None)
            self._warm_up()

        def failed(text: str) -> None:
            if request == self._request:
                self.source_changed.emit("")
                self._fail(text, State.EMPTY)

        self._jobs.start("open", look, done, failed)

    def _warm_up(self) -> None:
        """Load the models while the user still looks at the first frame."""
        if self._models.built is not None:
            return

        def done(built: Built) -> None:
            if self._state is State.READY:
                self.activity.emit("Ready", False)
            self.figures.emit(Figures(provider=built.provider))

        def failed(text: str) -> None:
            if self._state is State.READY:
                self._fail(text, State.READY)

        self._jobs.start("models", self._models.get, done, failed)

    def _say(self, line: str) -> None:
        self._jobs.report(lambda text: self.activity.emit(text, True), line)

    def _on_prepared(self, request: int, live: LiveSession | None) -> None:
        if live is None:
            return
        if request != self._request:
            self._jobs.start("drop", live.close, nothing, nothing)
            return
        self._live = live
        live.set_regions(self.rooms.settings.regions)  # drawn while the models loaded
        self._view = None
        self._rate = Rate()
        self._show(self._shown[0], None)
        self.class_changed.emit(live.view)
        live.start()
        self._clock.start()
        self._timer.start()
        self._enter(State.RUNNING)

    def _poll(self) -> None:
        live = self._live
        if live is None:
            return
        self._show_newest(live)
        if self._clock.elapsed() >= FIGURES_MS:
            self._clock.restart()
            self._show_figures(live)
        if live.stats().state in {LiveState.FINISHED, LiveState.FAILED}:
            self.stop()

    def _show_newest(self, live: LiveSession) -> None:
        newest = live.latest()
        if newest is not None:
            self._show(newest.frame, newest.result)
        view = live.view
        if view is not self._view:
            self._view = view
            self.class_changed.emit(view)

    def _show(self, frame: Frame | None, result: FrameResult | None) -> None:
        if (frame, result) != self._shown:
            if frame is not self._shown[0]:
                self._rate.tick(time.monotonic())
            self._shown = (frame, result)
            self.picture.emit(frame, result)

    def _show_figures(self, live: LiveSession) -> None:
        frame, result = self._shown
        speed = self._rate.at(time.monotonic()) if self._state is State.RUNNING else None
        self.figures.emit(figures(live.stats(), result, speed, self._models.provider))
        if frame is not None and not self._exporting:
            self.activity.emit(place(self._state, frame.timestamp, self._info), False)

    def _on_stopped(self, outcome: Outcome) -> None:
        live = self._live
        if live is None:
            return
        self._show_newest(live)
        if not outcome.analysed:
            self._live = None
        self._enter(State.DONE if outcome.analysed else State.READY)
        self._show_figures(live)
        activity, message, error = ending(outcome, self.live)
        self.activity.emit(activity, False)
        if message:
            self.message.emit(message, error)

    def _on_stop_failed(self, text: str) -> None:
        if self._live is not None:
            self._show_newest(self._live)
        self._fail(text, State.DONE)

    def _on_renamed(self, live: LiveSession) -> None:
        if live is self._live:
            self._view = live.view
            self.class_changed.emit(live.view)

    def _on_idle(self) -> None:
        if self._state is State.CLOSING and not self._jobs.running and not self._freed:
            self._free()

    def _free(self) -> None:
        self._freed = True
        live, built = self._live, self._models.built
        self._live = None

        def free() -> None:
            try:
                if live is not None:
                    live.close()
            finally:
                if built is not None:
                    built.pipeline.close()

        self._jobs.start("free", free, self._on_freed, self._on_freed)

    def _on_freed(self, _: object) -> None:
        self._grace.stop()
        self.closed.emit()

    def _on_grace(self) -> None:
        """Only a look-up or a download may be left behind; what writes is waited for."""
        stuck = self._jobs.running_names() <= {"cameras", "models", "open", "start"}
        if stuck and self._live is None:
            self.closed.emit()
            return
        if stuck:
            self._free()
        self._grace.start(GRACE_MS)

    def _next(self) -> int:
        self._request += 1
        return self._request

    def _enter(self, state: State) -> None:
        # A late answer must not bring a closing window back.
        self._state = State.CLOSING if self._state is State.CLOSING else state
        self.activity.emit(IDLE_TEXT.get(self._state, ""), False)
        self.state_changed.emit()

    def _fail(self, text: str, state: State) -> None:
        self._enter(state)
        self._say_problem(text)

    def _say_problem(self, text: str) -> None:
        self.message.emit(text, True)
