"""Writes tables and marked videos of the session under review."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from app.ui.review.controller import ReviewController


class Exports(QObject):
    """One export at a time, in a job; what was written before stays when it is stopped.

    Signals:
        changed: an export began or ended.
    """

    changed = Signal()

    def __init__(self, controller: ReviewController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._stop, self._idle = threading.Event(), threading.Event()
        self._idle.set()
        self._running = self._stoppable = False

    @property
    def running(self) -> bool:
        """Whether one is being written."""
        return self._running

    @property
    def stoppable(self) -> bool:
        """Whether it can be stopped half way."""
        return self._running and self._stoppable

    def stop(self) -> None:
        """Stop writing."""
        self._stop.set()

    def wait_until_idle(self) -> None:
        """Wait until nothing is read from the session any more; not from the window's thread."""
        self._idle.wait()

    def tables(self, out: Path) -> None:
        """Write the tables into a folder."""
        review = self._controller.review
        if review is None or self._running:
            return
        text = self.tr("{count} files written to {out}")
        self._begin(
            self.tr("Writing the tables…"),
            lambda: review.export(out),
            lambda files: text.format(count=len(files), out=out),
        )

    def video(self, out: Path) -> None:
        """Write the recording with every face marked."""
        review = self._controller.review
        if review is None or self._running:
            return
        text, written = self.tr("Writing the video…"), self.tr("The video was written to {out}")
        stopped = self.tr("Stopped; no video was written.")
        progress = self._controller.progress(text)
        self._begin(
            text,
            lambda: review.export_annotated(out, progress, self._stop.is_set),
            lambda whole: written.format(out=out) if whole else stopped,
            stoppable=True,
        )

    def _begin(
        self,
        text: str,
        work: Callable[[], Any],
        words: Callable[[Any], str],
        stoppable: bool = False,
    ) -> None:
        controller = self._controller
        controller.dismissed.emit()
        self._stop.clear()
        self._idle.clear()
        self._running, self._stoppable = True, stoppable
        self.changed.emit()
        controller.activity.emit(text, -1.0)

        def run() -> Any:
            try:
                return work()
            finally:
                self._idle.set()

        def ended(line: str, problem: bool) -> None:
            self._running = False
            controller.activity.emit("", -1.0)
            self.changed.emit()
            controller.message.emit(line, problem)

        def done(value: Any) -> None:
            ended(words(value), False)

        def failed(line: str) -> None:
            ended(line, True)

        controller.jobs.start("export", run, done, failed)
