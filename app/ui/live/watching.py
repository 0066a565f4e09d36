"""Looks at the analysis while it runs, and says what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from app.engine.live.schedule import Plan
from app.engine.live.session import LiveSession
from app.engine.live.state import LiveState, LiveView
from app.engine.live.viewmodel import ClassView, State
from app.ui.live.pictures import Pictures
from app.ui.live.status import figures
from app.ui.wording import gone, place

if TYPE_CHECKING:
    from app.ui.live.controller import Controller

POLL_MS: Final = 16
"""Pause between two looks at the runner: half of what lies between two pictures of a camera, so
that none waits long."""
FIGURES_MS: Final = 250
RUNS: Final = frozenset({State.RUNNING, State.PAUSED})
"""While there is something to look at."""


class Watching(QObject):
    """Asks a session that runs for its newest picture, class and figures.

    Args:
        controller: whose session it is; tells what goes on.
        pictures: are given the newest.

    Signals:
        class_changed, figures, waiting, activity: as ``Controller``.
        over: the source has ended, or the analysis failed.
    """

    class_changed = Signal(object)
    figures = Signal(object)
    waiting = Signal(str)
    activity = Signal(str, bool)
    over = Signal()

    def __init__(self, controller: Controller, pictures: Pictures) -> None:
        super().__init__(controller)
        self._controller, self._pictures = controller, pictures
        self._live: LiveSession | None = None
        self._newest: LiveView | None = None
        self._view: ClassView | None = None
        self._waiting = ""
        self._clock, self._run = QElapsedTimer(), QElapsedTimer()
        self._pause = 0.0  # ms from one picture to the next
        self._due = 0.0  # ms of the run, when the next picture may be shown
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def running(self) -> bool:
        """Whether it looks now and then."""
        return self._timer.isActive()

    def begin(self, live: LiveSession) -> None:
        """Look at this session, which begins now."""
        self._live, self._newest, self._view = live, None, None
        self._pictures.begin()
        self.class_changed.emit(live.view)
        live.start()
        self._pause = 1000.0 / Plan().display_fps
        self._clock.start()
        self._run.start()
        self._due = 0.0
        self._timer.start()

    def pause(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._live = self._newest = None

    def show_newest(self, live: LiveSession) -> None:
        """Show the newest picture and class, where they are new."""
        before, newest = self._newest, live.latest()
        if newest is not None and newest is not before:
            self._newest = newest
            if before is None or newest.frame is not before.frame:
                # Not from now on: a camera that is as fast as the plan would always be a look
                # behind. New boxes on the same picture take no other picture's place.
                self._due = max(self._due + self._pause, self._run.elapsed())
            self._pictures.show(newest)
        self._show_class_if_new(live)

    def _show_class_if_new(self, live: LiveSession) -> None:
        view = live.view
        if view is not self._view:
            self.show_class(view)

    def show_class(self, view: ClassView) -> None:
        """Show the class."""
        self._view = view
        self.class_changed.emit(view)

    def show_figures(self, live: LiveSession) -> None:
        """Show how fast it goes, where it is, and whether a camera is waited for."""
        now, stats, speed = self._controller, live.stats(), None
        if stats.plan is not None:
            self._pause = 1000.0 / stats.plan.display_fps
        if now.state is State.RUNNING:
            speed = self._pictures.speed()
        self.figures.emit(figures(stats, self._pictures.result, speed, now.provider))
        self.say_waiting(stats.waiting if now.state in RUNS else "")
        if self._pictures.frame is not None and not now.exporting:
            info = now.sources.info
            where = gone(info) if stats.waiting else place(now.state, now.moment, info)
            said = f"{where} · {stats.picture}" if stats.picture else where
            self.activity.emit(said, bool(stats.waiting))

    def say_waiting(self, text: str) -> None:
        """Say what a camera that is gone is waited for with, "" for none; once."""
        if text != self._waiting:
            self._waiting = text
            self.waiting.emit(text)

    def _poll(self) -> None:
        live = self._live
        if live is None:
            return
        if self._run.elapsed() + POLL_MS / 2 >= self._due:  # the look that is nearest to it
            self.show_newest(live)
        else:
            self._show_class_if_new(live)
        if self._clock.elapsed() >= FIGURES_MS:
            self._clock.restart()
            self.show_figures(live)
        if live.stats().state in {LiveState.FINISHED, LiveState.FAILED}:
            self.over.emit()
