"""Which files to open and to write: asks the user, then has it done."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.engine.analyse.analysed import analysed_sessions
from app.session.store import SUFFIX
from app.ui.review.layout import ReviewLayout
from app.ui.services import Services
from app.ui.wording import videos

RECENT = 15
"""Sessions in the menu."""
MP4 = ".mp4"


class Files(QObject):
    """The dialogs of Review; each begins where the last one ended.

    Args:
        owner: what they stand over.
        services: where the app's own sessions are, and the list of those that Analyse made.
    """

    def __init__(self, owner: ReviewLayout, services: Services) -> None:
        super().__init__(owner)
        self._owner, self._controller, self._bar = owner, owner.controller, owner.bar
        self._services, self._folder = services, services.sessions
        owner.bar.open_wanted.connect(self.choose)
        owner.bar.recent_wanted.connect(self.find_recent)
        owner.bar.session_chosen.connect(self.open)
        owner.bar.tables_wanted.connect(self.export_tables)
        owner.bar.video_wanted.connect(self.export_video)
        owner.bar.stop_wanted.connect(self._controller.exports.stop)
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
        services = self._services

        def work() -> object:
            from app.session.library import Library  # noqa: PLC0415  # it loads much

            beside = analysed_sessions(services.analysed_file)
            return Library([services.sessions], beside).entries()[:RECENT]

        self._controller.jobs.start("recent", work, self._bar.show_recent, self._on_problem)

    def _on_problem(self, text: str) -> None:
        self._controller.message.emit(text, True)

    def find_video(self) -> None:
        """Ask for the recording of the session that is open."""
        title = self.tr("Find the video")
        path, _ = QFileDialog.getOpenFileName(self._owner, title, str(self._folder), videos())
        if path:
            self._controller.find_video(Path(path))

    def export_tables(self) -> None:
        """Ask for a folder and write the tables into it."""
        title = self.tr("Folder for the tables")
        out = QFileDialog.getExistingDirectory(self._owner, title, str(self._folder))
        if out:
            self._controller.exports.tables(Path(out))

    def export_video(self) -> None:
        """Ask for a file and write the marked video into it."""
        review = self._controller.review
        if review is None:
            return
        start = self._folder / f"{review.path.stem} marked.mp4"
        kinds = self.tr("Videos (*.mp4)")
        out, _ = QFileDialog.getSaveFileName(
            self._owner, self.tr("Marked video"), str(start), kinds
        )
        if out:
            self._write_video(Path(out))

    def _write_video(self, out: Path) -> None:
        """Give the file its suffix; the dialog has asked about the name as it was typed only."""
        file = out if out.suffix.lower() == MP4 else out.with_name(out.name + MP4)
        if file != out and file.exists():
            text = self.tr("{name} exists already. Replace it?").format(name=file.name)
            answer = QMessageBox.question(self._owner, self.tr("Marked video"), text)
            if answer is not QMessageBox.StandardButton.Yes:
                return
        self._controller.exports.video(file)

    def take(self, path: str) -> None:
        """Open a dropped session, or a dropped recording for the session that is open."""
        file = Path(path)
        if file.suffix == SUFFIX or self._controller.review is None:
            self.open(file)
        else:
            self._controller.find_video(file)
