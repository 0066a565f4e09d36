"""Opens a session, plays it, changes it and exports it, all off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.core.errors import SessionError
from app.core.types import Frame
from app.engine.settings import Settings
from app.ui.jobs import Jobs, nothing
from app.ui.review.exports import Exports
from app.ui.review.playback import Playback
from app.ui.review.snapshots import People, TimelinesShown, heed
from app.ui.threads import InTurn, Newest

if TYPE_CHECKING:  # importing it loads OpenCV and the video library
    from app.engine.review.review import Review


@dataclass(frozen=True, slots=True)
class _Damaged:
    """A session that can't be opened, of which something may be saved."""

    path: Path


class ReviewController(Playback):
    """Owns the session under review and its player. Computes nothing itself.

    Signals, besides those of ``Playback``:
        opened: a ``Review``, or None when it was closed.
        failed: why a session could not be opened, one line.
        damaged: ``Path`` of that one, where something of it may be saved; after ``failed``.
        people_changed: newest ``People``; also when markers changed.
        timelines_changed: newest ``TimelinesShown``.
        stretch_changed: newest ``StretchSummary``, or None where none is chosen.
        video_changed: the recording was found.
        activity: what goes on ("": nothing), and the share done, or -1 where nobody knows.
        note, dismissed: as ``Workspace``.
        closed: every thread has ended.
    """

    opened = Signal(object)
    failed = Signal(str)
    damaged = Signal(object)
    people_changed = Signal(object)
    timelines_changed = Signal(object)
    stretch_changed = Signal(object)
    video_changed = Signal()
    activity = Signal(str, float)
    note = Signal(str)
    dismissed = Signal()
    closed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = Jobs(self)
        self.jobs.idle.connect(self._on_idle)
        self.pictures = Newest("review-picture", self)
        self._turn = InTurn(self.jobs, self._say_problem)
        self._settings = settings
        self.stretch: tuple[float, float] | None = None
        self._range = (0.0, 0.0)
        self.exports = Exports(self)
        self.exports.saved.connect(self._on_saved)
        self._saved: Path | None = None
        self._closing = False

    @property
    def settings(self) -> Settings:
        """Those that hold now."""
        return self._settings

    # Opening and closing

    def open(self, path: Path) -> None:
        """Open a session in place of the one that is open."""
        if self._closing:
            return
        if self.exports.running:
            self._say_problem(self.tr("An export is being written: wait for it, or stop it first."))
            return
        self.dismissed.emit()
        if self.review is not None and self.review.path == path:  # its edits come first
            self._let_go()
        self.activity.emit(self.tr("Opening {name}…").format(name=path.name), -1.0)

        def work() -> tuple[Review, People, TimelinesShown] | _Damaged:
            from app.engine.review.review import Review  # noqa: PLC0415
            from app.session.repair import repairable  # noqa: PLC0415

            try:
                review = Review.open(path, self.progress(self.tr("Opening {name}…"), path.name))
                whole = TimelinesShown.of(review, review.start, review.end)
                return review, People.of(review), whole
            except SessionError:
                if not repairable(path):
                    raise
                return _Damaged(path)

        self._turn.put("open", work, self._on_open, self._on_failed)

    def _on_open(self, loaded: tuple[Review, People, TimelinesShown] | _Damaged) -> None:
        if isinstance(loaded, _Damaged):
            text = self.tr("{path} is damaged. What can be read can be saved as a new session.")
            self._on_failed(text.format(path=loaded.path))
            self.damaged.emit(loaded.path)
            return
        self._let_go()  # only now: one that can't be opened must not close the one that is
        self.activity.emit("", -1.0)
        review, people, timelines = loaded
        self.review = review
        heed(review, self._settings)  # as they are now, not when it was asked for
        self._range = (review.start, review.end)
        size = review.info.source_size[::-1]
        self._ground = Frame(np.full((*size, 3), (16, 19, 23), np.uint8), 0, 0.0)
        self._make_player()
        self.opened.emit(review)
        self.people_changed.emit(people)
        self.timelines_changed.emit(timelines)
        if review.message:
            said = self.tr("This session is not complete: {why}.")
            if review.path == self._saved:
                said = self.tr("What could be read was saved as {name}; {why}.")
            why = review.message.rstrip(".")
            self.note.emit(said.format(name=review.path.name, why=why))
        if self._closing:
            self._let_go()

    def _on_saved(self, path: Path) -> None:
        self._saved = path
        self.open(path)

    def _on_failed(self, text: str) -> None:
        self.activity.emit("", -1.0)
        self.failed.emit(text)
        self._say_problem(text)

    def _let_go(self) -> None:
        """Close what is open, when all that was asked of it is through."""
        review, player = self.review, self.player
        self._timer.stop()
        self.review = self.player = self.stretch = None
        self.lookups.forget()
        self.pictures.forget()
        if review is None:
            return
        self.opened.emit(None)

        def work() -> None:
            self.lookups.wait_until_idle()
            self.pictures.wait_until_idle()
            self.exports.wait_until_idle()
            if player is not None:
                player.close()
            review.close()

        self._turn.put("close", work, nothing)

    def close(self) -> None:
        """End every thread, then emit ``closed``."""
        if self._closing:
            return
        self._closing = True
        self.exports.stop()
        self._let_go()
        if not self.jobs.running:
            self._on_idle()

    def _on_idle(self) -> None:
        if self._closing and not self._turn.busy:
            self.lookups.close()
            self.pictures.close()
            self.closed.emit()

    def set_settings(self, settings: Settings) -> None:
        """Heed how faces are to be drawn; never more openly than the session says."""
        self._settings = settings
        if self.review is not None and self.player is not None:
            heed(self.review, settings)
            self.player.refresh()

    def find_video(self, path: Path) -> None:
        """Use this recording for the session."""
        review = self.review
        if review is None:
            return
        self.dismissed.emit()

        def done(_: object) -> None:
            old = self.player  # as it is now: another search may just have ended
            if self.review is review and old is not None:
                self._make_player(old.position)
                self._turn.put("player-end", old.close, nothing)
                self.video_changed.emit()

        self._turn.put("video", lambda: review.set_video(path), done)

    # Looking

    def show_range(self, low: float, high: float) -> None:
        """Draw this part of the session (seconds) as finely as it can be."""
        self._range = (low, high)
        review = self.review
        if review is not None:
            margin = (high - low) / 2  # scrolling a little needs nothing new
            ends = max(low - margin, review.start), min(high + margin, review.end)
            self.lookups.ask(
                "timelines",
                lambda: TimelinesShown.of(review, *ends),
                self.timelines_changed.emit,
                self._say_problem,
            )

    def choose_stretch(self, low: float, high: float) -> None:
        """Sum up this part of the session (seconds); nothing where it has no length."""
        review = self.review
        if review is None:
            return
        self.stretch = (low, high) if high > low else None
        if self.stretch is None:
            self.stretch_changed.emit(None)
            return
        self.lookups.ask(
            "stretch",
            lambda: review.stretch(low, high),
            self.stretch_changed.emit,
            self._say_problem,
        )

    # Changing

    def change(
        self, work: Callable[[Review], object], done: Callable[[Any], None] = nothing
    ) -> None:
        """Make a change to the session, then show it everywhere."""
        review = self.review
        if review is None:
            return

        def run() -> tuple[object, People]:
            value = work(review)
            return value, People.of(review)

        def then(answer: tuple[object, People]) -> None:
            if self.review is not review:
                return
            value, people = answer
            self.dismissed.emit()
            self.people_changed.emit(people)
            self._refresh()
            done(value)

        self._turn.put("edit", run, then)

    def run(
        self,
        work: Callable[[Review], Any],
        done: Callable[[Any], None] = nothing,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Ask or tell the session something that changes nothing that is shown of it."""
        review = self.review
        if review is None:
            return

        def then(value: Any) -> None:
            if self.review is review:
                done(value)

        self._turn.put("ask", lambda: work(review), then, failed)

    def set_baseline(self, on: bool) -> None:
        """Show the change against each student's rest, or what was read."""
        review = self.review
        if review is None or review.class_only:
            return
        text = self.tr("Learning how each face looks at rest…")
        if on:
            self.activity.emit(text, -1.0)

        def done(known: bool) -> None:
            self.activity.emit("", -1.0)
            if self.review is review:
                self._refresh()
            if on and not known:
                said = self.tr("No rest is known: it takes 20 seconds of readings of a student.")
                self.message.emit(said, False)

        def failed(line: str) -> None:
            self.activity.emit("", -1.0)
            self._say_problem(line)

        progress = self.progress(text)
        self._turn.put("baseline", lambda: review.set_baseline(on, progress), done, failed)

    def _refresh(self) -> None:
        self.show_range(*self._range)
        if self.stretch is not None:
            self.choose_stretch(*self.stretch)
        if self._frame is not None or self._position == self._position:  # NaN: nothing shown yet
            self._look_up()

    def progress(self, text: str, name: str = "") -> Callable[[float], None]:
        """To be called in a job: shows the share done, a hundred times at most."""
        said = [-1]

        def show(share: float) -> None:
            if int(share * 100) != said[0]:
                said[0] = int(share * 100)
                self.jobs.report(self._show_share, (text.format(name=name), share))

        return show

    def _show_share(self, what: tuple[str, float]) -> None:
        if not self._closing:
            self.activity.emit(*what)
