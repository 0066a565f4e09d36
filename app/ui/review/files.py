"""Which files to open and to write: asks the user, then has it done."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.engine.analyse.analysed import analysed_sessions
from app.engine.review.export_choice import ExportChoice, offered_folder
from app.session.store import SUFFIX
from app.ui.review.layout import ReviewLayout
from app.ui.review.report_dialog import ReportDialog
from app.ui.services import Services
from app.ui.widgets.message_bar import Offer
from app.ui.wording import videos

if TYPE_CHECKING:
    from app.session.library import Entry
    from app.ui.review.export_dialog import ExportDialog

RECENT = 15
"""Sessions in the menu."""
MP4, PDF = ".mp4", ".pdf"


class Files(QObject):
    """The dialogs of Review; each begins where the last one ended.

    Args:
        owner: what they stand over.
        services: where the app's own sessions are, and the list of those that Analyse made.

    Attributes:
        choice: how sessions were exported last.
    """

    def __init__(self, owner: ReviewLayout, services: Services) -> None:
        super().__init__(owner)
        self._owner, self._controller, self._bar = owner, owner.controller, owner.bar
        self._services, self._folder = services, services.sessions
        self.choice = ExportChoice()
        owner.bar.open_wanted.connect(self.choose)
        owner.bar.recent_wanted.connect(self.find_recent)
        owner.bar.session_chosen.connect(self.open)
        owner.bar.tables_wanted.connect(self.export_tables)
        owner.bar.report_wanted.connect(self.export_report)
        owner.bar.video_wanted.connect(self.export_video)
        owner.bar.stop_wanted.connect(self._controller.exports.stop)
        owner.controller.damaged.connect(self._on_damaged)
        owner.find_video.clicked.connect(self.find_video)
        owner.video.file_dropped.connect(self.take)

    def open(self, path: Path) -> None:
        """Open a session."""
        self._folder = path.resolve().parent
        self._controller.open(path)

    def choose(self) -> None:
        """Ask for a session and open it."""
        kinds = self.tr("Sessions (*{suffix});;All files (*)").format(suffix=SUFFIX)
        path, _ = QFileDialog.getOpenFileName(
            self._owner, self.tr("Open session"), str(self._folder), kinds
        )
        if path:
            self.open(Path(path))

    def find_recent(self) -> None:
        """Fill the menu of recent sessions."""
        self._controller.jobs.start("recent", self._recent, self._bar.show_recent, self._on_problem)

    def _recent(self) -> list[Entry]:
        """The newest sessions; in a job."""
        from app.session.library import Library  # noqa: PLC0415  # it loads much

        beside = analysed_sessions(self._services.analysed_file)
        return Library([self._services.sessions], beside).entries()[:RECENT]

    def _on_problem(self, text: str) -> None:
        self._controller.message.emit(text, True)

    def _on_damaged(self, path: Path) -> None:
        text = self.tr("Save what can be read")
        tip = self.tr("Into a new session beside it, which opens then; the damaged one stays")
        self._owner.offered.emit(Offer(text, tip, partial(self._rescue, path)))

    def _rescue(self, path: Path) -> None:
        known = path.absolute().parent == self._services.sessions.absolute()
        listed = None if known else self._services.analysed_file
        self._controller.exports.rescue(path, listed)

    def find_video(self) -> None:
        """Ask for the recording of the session that is open."""
        title = self.tr("Find the video")
        path, _ = QFileDialog.getOpenFileName(self._owner, title, str(self._folder), videos())
        if path:
            self._controller.find_video(Path(path))

    def export_tables(self) -> ExportDialog | None:
        """Ask for formats and a folder, and write them into it."""
        review = self._controller.review
        if review is None:
            return None
        from app.ui.review.export_dialog import ExportDialog  # noqa: PLC0415  # loads every format

        dialog = ExportDialog(review.path, review.class_only, self.choice, self._owner)
        dialog.wanted.connect(self._on_export)
        dialog.open()
        return dialog

    def _on_export(self, out: Path, choice: ExportChoice) -> None:
        self.choice = choice
        self._controller.exports.tables(out, choice)

    def export_report(self) -> ReportDialog | None:
        """Ask for a file and for a session to compare with, and write the report."""
        review = self._controller.review
        if review is None:
            return None
        dialog = ReportDialog(
            review.path, self._recent, self._bar.entry_text, self._controller.jobs, self._owner
        )
        dialog.wanted.connect(self._on_report)
        dialog.open()
        return dialog

    def _on_report(self, suffix: str, compare: Path | None) -> None:
        review = self._controller.review
        if review is None:
            return
        kinds = self.tr("PDF (*.pdf)") if suffix == PDF else self.tr("Web pages (*.html)")
        start = offered_folder(review.path) / f"{review.path.stem}-report{suffix}"
        if out := self._ask_for_file(self.tr("Report"), start, kinds):
            self._controller.exports.report(out, compare)

    def export_video(self) -> None:
        """Ask for a file and write the marked video into it."""
        review = self._controller.review
        if review is None:
            return
        start = offered_folder(review.path) / f"{review.path.stem} marked{MP4}"
        if out := self._ask_for_file(self.tr("Marked video"), start, self.tr("Videos (*.mp4)")):
            self._controller.exports.video(out)

    def _ask_for_file(self, title: str, start: Path, kinds: str) -> Path | None:
        """Ask for a file that ends as ``start`` does; None where the user does not want it.

        A missing suffix is given; the system's dialog has asked about the name as it was typed.
        """
        typed, _ = QFileDialog.getSaveFileName(self._owner, title, str(start), kinds)
        if not typed:
            return None
        out, suffix = Path(typed), start.suffix
        if out.suffix.lower() == suffix:
            return out
        file = out.with_name(out.name + suffix)
        if file.exists():
            text = self.tr("{name} exists already. Replace it?").format(name=file.name)
            answer = QMessageBox.question(self._owner, title, text)
            if answer is not QMessageBox.StandardButton.Yes:
                return None
        return file

    def take(self, path: str) -> None:
        """Open a dropped session, or a dropped recording for the session that is open."""
        file = Path(path)
        if file.suffix == SUFFIX or self._controller.review is None:
            self.open(file)
        else:
            self._controller.find_video(file)
