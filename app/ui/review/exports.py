"""Writes tables, reports and marked videos of the session under review, and saves damaged ones."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from app.engine.review.export_choice import ExportChoice
from app.ui.opening import file_offer, folder_offer
from app.ui.translations import chosen_language

if TYPE_CHECKING:
    from app.ui.review.controller import ReviewController


_NAMED: Final = 4  # removed files that are named


class Exports(QObject):
    """One at a time, in a job; what was written before stays when it is stopped.

    Signals:
        changed: an export began or ended.
        offered: ``Offer``: what may be done with what was written.
        saved: ``Path`` of the session that was made of a damaged one.
    """

    changed = Signal()
    offered = Signal(object)
    saved = Signal(object)

    def __init__(self, controller: ReviewController) -> None:
        super().__init__(controller)
        self._controller = controller
        self._stop, self._idle = threading.Event(), threading.Event()
        self._idle.set()
        self._running = False

    @property
    def running(self) -> bool:
        """Whether one is being written; it can be stopped."""
        return self._running

    def stop(self) -> None:
        """Stop writing."""
        self._stop.set()

    def wait_until_idle(self) -> None:
        """Wait until nothing is read from the session any more; not from the window's thread."""
        self._idle.wait()

    def tables(self, out: Path, choice: ExportChoice | None = None) -> None:
        """Write the chosen formats into a folder."""
        review, chosen = self._controller.review, choice or ExportChoice()
        if review is None or self._running:
            return
        text, written = self.tr("Writing the files…"), self.tr("{count} files written to {out}")
        removed = self.tr("Files of before your last edits were removed: {names}.")
        withheld = self.tr("The class has no shares: fewer than {n} faces were ever read at once.")
        progress, gone = self._controller.progress(text), list[Path]()

        def done(files: list[Path]) -> None:
            if not files:
                self._say(self.tr("Stopped; nothing was written."))
                return
            line = written.format(count=len(files), out=out)
            if gone:
                names = ", ".join(path.name for path in gone[:_NAMED])
                line += ". " + removed.format(names=names + (" …" if gone[_NAMED:] else ""))
            if review.class_withheld and any(path.stem == "class" for path in files):
                line = f"{line.rstrip('.')}. {withheld.format(n=review.info.privacy.min_group)}"
            self._say(line)
            self.offered.emit(folder_offer(out))

        self._begin(
            text,
            lambda: review.export(
                out,
                chosen.formats,
                chosen.options,
                progress,
                self._stop.is_set,
                removed=gone.extend,
            ),
            done,
        )

    def report(self, out: Path, compare: Path | None) -> None:
        """Write the report in the window's language, compared with another session if given."""
        review = self._controller.review
        if review is None or self._running:
            return
        text, written = self.tr("Writing the report…"), self.tr("The report was written to {out}")
        language = chosen_language(self._controller.settings.appearance.language)
        progress = self._controller.progress(text)

        def done(whole: bool) -> None:
            if not whole:
                self._say(self.tr("Stopped; no report was written."))
                return
            self._say(written.format(out=out))
            self.offered.emit(file_offer(out))

        self._begin(
            text,
            lambda: review.write_report(
                out, compare, "de" if language == "de" else "en", progress, self._stop.is_set
            ),
            done,
        )

    def video(self, out: Path) -> None:
        """Write the recording with every face marked."""
        review = self._controller.review
        if review is None or self._running:
            return
        text, written = self.tr("Writing the video…"), self.tr("The video was written to {out}")
        stopped = self.tr("Stopped; no video was written.")
        progress = self._controller.progress(text)

        def done(whole: bool) -> None:
            self._say(written.format(out=out) if whole else stopped)
            if whole:
                self.offered.emit(file_offer(out))

        self._begin(
            text,
            lambda: review.export_annotated(out, progress, self._stop.is_set),
            done,
        )

    def rescue(self, path: Path, listed: Path | None) -> None:
        """Save what can be read of a damaged session; ``listed`` as ``engine.review.rescue``."""
        if self._running:
            return
        text, stopped = self.tr("Saving what can be read…"), self.tr("Stopped; nothing was saved.")
        progress = self._controller.progress(text)

        def work() -> Path | None:
            from app.engine.review.rescue import rescue  # noqa: PLC0415

            return rescue(path, listed, progress, self._stop.is_set)

        def done(new: Path | None) -> None:
            if new is None:
                self._say(stopped)
            else:
                self.saved.emit(new)

        self._begin(text, work, done)

    def _say(self, line: str) -> None:
        self._controller.message.emit(line, False)

    def _begin(self, text: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        controller = self._controller
        controller.dismissed.emit()
        self._stop.clear()
        self._idle.clear()
        self._running = True
        self.changed.emit()
        controller.activity.emit(text, -1.0)

        def run() -> Any:
            try:
                return work()
            finally:
                self._idle.set()

        def ended() -> None:
            self._running = False
            controller.activity.emit("", -1.0)
            self.changed.emit()

        def answer(value: Any) -> None:
            ended()
            done(value)

        def failed(line: str) -> None:
            ended()
            controller.message.emit(line, True)

        controller.jobs.start("export", run, answer, failed)
