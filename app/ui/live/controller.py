"""Does what the user wants, off the window's thread, and says what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.core.regions import Regions
from app.core.types import Frame
from app.engine.live.runner import LiveView
from app.engine.live.session import LiveSession, Outcome
from app.engine.live.viewmodel import State
from app.engine.settings import Settings
from app.ui.jobs import Jobs, nothing
from app.ui.live.closing import Closing
from app.ui.live.keeping import Keeping
from app.ui.live.pictures import Pictures
from app.ui.live.rooms import Rooms
from app.ui.live.session_work import SessionWork
from app.ui.live.sources import Choice, Sources
from app.ui.live.status import Figures
from app.ui.live.watching import RUNS, Watching
from app.ui.services import Models, Services
from app.ui.wording import ending, idle_text

if TYPE_CHECKING:
    from app.engine.build import Built
    from app.stages.camera import Camera

_BEGUN: Final = RUNS | {State.PREPARING, State.STOPPING}
_IDLE: Final = frozenset({State.EMPTY, State.READY, State.DONE})


class Controller(QObject):
    """Owns the source, the models, the analysis and its session. Computes nothing itself.

    Signals:
        state_changed: something in ``state``, ``live`` or ``exportable`` is new.
        source_changed: name of the source, "" for none.
        picture: newest ``Frame`` and newest ``FrameResult`` (or None).
        class_changed, figures: newest ``ClassView``, newest ``Figures``.
        waiting: what a camera that is gone is waited for with, "" while there is none.
        activity: what goes on, and whether it is worth a moving bar.
        message: a line for the user, and whether it is an error.
        closed: every thread has ended.
    """

    state_changed = Signal()
    source_changed = Signal(str)
    picture = Signal(object, object)
    class_changed = Signal(object)
    figures = Signal(object)
    waiting = Signal(str)
    activity = Signal(str, bool)
    message = Signal(str, bool)
    closed = Signal()

    def __init__(
        self,
        settings: Settings,
        services: Services | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services or Services()
        self.jobs = Jobs(self)
        self.rooms = Rooms(self.jobs, settings, self)
        self.rooms.failed.connect(self._say_problem)
        self._state = State.EMPTY
        self.sources = Sources(self.jobs, self._services, self.rooms, self)
        self.sources.found.connect(self._on_found)
        self.sources.failed.connect(self._on_not_found)
        self.sources.problem.connect(self._say_problem)
        self._models = Models(settings, self._services, self._say, lambda: self.live)
        self._pictures = Pictures(self)
        self._pictures.picture.connect(self.picture)
        self._pictures.failed.connect(self._say_problem)
        self.watching = Watching(self, self._pictures)
        self.watching.class_changed.connect(self.class_changed)
        self.watching.figures.connect(self.figures)
        self.watching.waiting.connect(self.waiting)
        self.watching.activity.connect(self.activity)
        self.watching.over.connect(self.stop)
        self._keeping = Keeping(settings.privacy, self)
        self._keeping.said.connect(self.message)
        self._cover()
        self._live: LiveSession | None = None
        self._request = 0  # answers to an older request are dropped
        self._change = False
        self.work = SessionWork(self.jobs, lambda: self._live, self)
        self.work.written.connect(self._on_written)
        self.work.exporting_changed.connect(self._on_exporting)
        self.work.done.connect(lambda text: self.message.emit(text, False))
        self.work.failed.connect(self._say_problem)
        self._closing = Closing(self.jobs, self._free, lambda: self._live is not None, self)
        self._closing.closed.connect(self.closed)

    @property
    def state(self) -> State:
        """What goes on."""
        return self._state

    @property
    def live(self) -> bool:
        """Whether the source is a camera."""
        return self.sources.info is not None and self.sources.info.live

    @property
    def exporting(self) -> bool:
        """Whether an export is being written."""
        return self.work.exporting

    @property
    def exportable(self) -> bool:
        """Whether there is something to export."""
        return (self.session is not None or self.markable) and not self.exporting

    @property
    def markable(self) -> bool:
        """Whether a moment can be marked now."""
        return self._live is not None and self._state in RUNS

    @property
    def moment(self) -> float:
        """Seconds from the source's first frame to the picture that is shown; 0 without one."""
        return 0.0 if self._pictures.frame is None else self._pictures.frame.timestamp

    @property
    def provider(self) -> str:
        """What the expression model runs on; "" while it is not loaded."""
        return self._models.provider

    @property
    def session(self) -> Path | None:
        """The session file of the analysis that ended; None while one runs, or without one."""
        return self._live.path if self._live is not None and self._state is State.DONE else None

    @property
    def class_only(self) -> bool:
        """Whether the class is shown as a whole only: as this run began, or as chosen now."""
        return self._keeping.class_only(self._state in _BEGUN, self._live)

    @property
    def keeps_picture(self) -> bool:
        """Whether a video is being kept of what the camera sees."""
        return self.markable and self._keeping.picture

    # What the user wants

    def open_video(self, path: Path, room: Path | None = None) -> None:
        """Look at a recording; its first frame is shown. ``room``: a file of regions for it."""
        self._look(self.sources.video(path, room))

    def open_camera(self, camera: Camera, size: tuple[int, int], room: Path | None = None) -> None:
        """Look through a camera, asked for this (width, height); ``room``: a file of regions."""
        self._look(self.sources.camera(camera, size, room))

    def open_stream(self, address: str) -> None:
        """Look at a network camera; one frame is shown. SourceError where it is no address."""
        self._look(self.sources.stream(address))

    def set_regions(self, regions: Regions) -> None:
        """Look, ignore and withhold as the user drew, from the next frame on."""
        before = self.rooms.settings.regions
        self.rooms.change(regions, self._live)
        self._keeping.opt_out(before, regions, self._live if self.markable else None)
        self._cover()

    def set_settings(self, settings: Settings) -> None:
        """Take over what the user changed.

        How faces are drawn changes at once, and in a video that is being kept where it hides more;
        what is kept, and with which models it is read, with the next start.
        """
        self._keeping.choose(settings.privacy, self._state in _BEGUN, self._live)
        self._models.use(settings)
        self.rooms.use(settings)
        self._cover()
        self.state_changed.emit()

    def start(self, fast: bool = False) -> None:
        """Analyse the source from its beginning; ``fast`` does not wait for a recording's time."""
        opener = self.sources.opener
        if self._state not in {State.READY, State.DONE} or self.exporting or opener is None:
            return
        old, self._live = self._live, None
        settings = self.rooms.settings
        self._keeping.begin(settings.privacy, self.live)
        self._enter(State.PREPARING)
        request = self._next()

        def prepare() -> LiveSession | None:
            if old is not None:
                old.close()
            built = self._models.get()
            if request != self._request:  # stopped meanwhile: leave the camera alone
                return None
            folder, consent = self._services.sessions, self._services.consent_file
            return LiveSession(opener(), built, settings, folder, not fast, consent=consent)

        def failed(text: str) -> None:
            if request == self._request:
                self._fail(text, State.READY)

        self.activity.emit(self.tr("Getting ready…"), True)
        self.jobs.start("start", prepare, lambda live: self._on_prepared(request, live), failed)

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
        elif self._live is not None and self._state in RUNS:
            self.watching.pause()
            self._enter(State.STOPPING)
            self.activity.emit(self.tr("Stopping…"), True)
            self.jobs.start("stop", self._live.stop, self._on_stopped, self._on_stop_failed)

    def show_change(self, wanted: bool) -> None:
        """Compute the change against rest too, or no longer."""
        self._change = wanted
        if self._live is not None:
            self._live.model.set_baseline(wanted)

    def close(self) -> None:
        """Stop everything; ``closed`` follows when the last thread has ended."""
        if self._state is State.CLOSING:
            return
        self._next()
        self.sources.forget()
        self.watching.pause()
        self._enter(State.CLOSING)
        self._closing.begin()

    def _look(self, choice: Choice) -> None:
        if self._state not in _IDLE or self.exporting:
            return
        old, self._live = self._live, None
        self._next()
        self.source_changed.emit(choice.name)
        self._pictures.show(None)
        self._enter(State.OPENING)
        self.activity.emit(self.tr("Opening…"), True)
        self.sources.look(choice, old.close if old is not None else lambda: None)

    def _on_found(self, frame: Frame) -> None:
        self._cover()
        self._enter(State.READY)
        self._pictures.show(LiveView(frame, None))
        self._warm_up()

    def _on_not_found(self, text: str) -> None:
        self.source_changed.emit("")
        self._fail(text, State.EMPTY)

    def _warm_up(self) -> None:
        """Load the models while the user still looks at the first frame."""
        if self._models.ready:
            return

        def done(built: Built) -> None:
            if self._state is State.READY:
                self.activity.emit(idle_text(State.READY), False)
            self.figures.emit(Figures(provider=built.provider))

        def failed(text: str) -> None:
            if self._state is State.READY:
                self._fail(text, State.READY)

        self.jobs.start("models", self._models.get, done, failed)

    def _say(self, line: str) -> None:
        self.jobs.report(lambda text: self.activity.emit(text, True), line)

    def _on_prepared(self, request: int, live: LiveSession | None) -> None:
        if live is None:
            return
        if request != self._request:
            self.jobs.start("drop", live.close, nothing, nothing)
            return
        self._live = live
        live.set_regions(self.rooms.settings.regions)  # drawn while the models loaded
        live.set_faces(self.rooms.settings.privacy.faces)
        live.model.set_baseline(self._change)
        self.watching.begin(live)
        self._enter(State.RUNNING)

    def _cover(self) -> None:
        """Draw faces as the settings say; opted-out seats are always hidden."""
        now = self.rooms.settings
        self._pictures.set_privacy(now.privacy.faces, now.regions.opt_out)

    def _on_stopped(self, outcome: Outcome) -> None:
        live = self._live
        if live is None:
            return
        self.watching.show_newest(live)
        self.watching.say_waiting("")
        if not outcome.analysed:
            self._live = None
        self._enter(State.DONE if outcome.analysed else State.READY)
        self.watching.show_figures(live)
        activity, message, error = ending(outcome, self.live)
        self.activity.emit(activity, False)
        if message:
            self.message.emit(message, error)

    def _on_stop_failed(self, text: str) -> None:
        if self._live is not None:
            self.watching.show_newest(self._live)
        self._fail(text, State.DONE)

    def _on_written(self, live: LiveSession) -> None:
        if live is self._live:
            self.watching.show_class(live.view)

    def _on_exporting(self, exporting: bool) -> None:
        self._enter(self._state)
        if exporting:
            self.activity.emit(self.tr("Writing the tables…"), True)

    def _free(self) -> None:
        live, self._live = self._live, None
        try:
            if live is not None:
                live.close()
        finally:
            self._pictures.close()
            if self._models.built is not None:
                self._models.built.pipeline.close()

    def _next(self) -> int:
        self._request += 1
        return self._request

    def _enter(self, state: State) -> None:
        # A late answer must not bring a closing window back.
        self._state = State.CLOSING if self._state is State.CLOSING else state
        self.activity.emit(idle_text(self._state), False)
        self.state_changed.emit()

    def _fail(self, text: str, state: State) -> None:
        self._enter(state)
        self._say_problem(text)

    def _say_problem(self, text: str) -> None:
        self.message.emit(text, True)
