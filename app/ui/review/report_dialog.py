"""Asks how a report is to be written, and which session to compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.session.store import SUFFIX
from app.ui.dialogs.job_dialog import JobDialog
from app.ui.jobs import Jobs
from app.ui.widgets.button import button

if TYPE_CHECKING:
    from app.session.library import Entry


class ReportDialog(JobDialog):
    """A web page or a PDF, and a session of the same class beside this one if wanted.

    Args:
        session: file of the session that the report is on.
        recent: finds the sessions to offer; called in a job.
        describe: what people call a session.
        jobs: run what takes time.

    Signals:
        wanted: ".html" or ".pdf", and ``Path`` of the session to compare with, or None.
    """

    wanted = Signal(str, object)

    def __init__(
        self,
        session: Path,
        recent: Callable[[], Sequence[Entry]],
        describe: Callable[[Entry], str],
        jobs: Jobs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(jobs, parent)
        self._session, self._describe = session, describe
        self.setWindowTitle(self.tr("Report"))
        self.setMinimumWidth(620)
        self.page = QRadioButton(self.tr("&Web page (HTML)"))
        self.page.setToolTip(self.tr("One file that opens in any browser, also without a network"))
        self.page.setChecked(True)
        self.pdf = QRadioButton(self.tr("&PDF"))
        self.pdf.setToolTip(self.tr("To print, or to pass on"))
        self.other = QComboBox()
        self.other.setAccessibleName(self.tr("Compare with another session of this class"))
        self.other.setToolTip(
            self.tr("The report says what changed, how sure that is, and what speaks against it")
        )
        self.other.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.other.addItem(self.tr("no other session"), None)
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out()
        self.page.setFocus()
        self.run_job("report-others", recent, self._on_recent)

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return ".pdf" if self.pdf.isChecked() else ".html"

    def show_problem(self, text: str) -> None:
        """Say in one line what went wrong."""
        self._problem.setText(text)
        self._problem.setAccessibleName(text)
        self._problem.show()

    def accept(self) -> None:
        """Hand up what is chosen."""
        super().accept()
        self.wanted.emit(self.suffix, self.other.currentData())

    def _lay_out(self) -> None:
        about = QLabel(
            self.tr(
                "One page on this session: what was recorded and how well it could be read, the "
                "class over time, each student, and what can't be said."
            )
        )
        about.setWordWrap(True)
        compare = QLabel(self.tr("&Compare with another session of this class"))
        compare.setProperty("role", "section")
        compare.setBuddy(self.other)
        choose = button(
            self.tr("Other file…"), "Ctrl+O", self.tr("Choose a session that is not listed"), self
        )
        choose.setAutoDefault(False)
        choose.clicked.connect(self._on_choose)
        row = QHBoxLayout()
        row.addWidget(self.other, 1)
        row.addWidget(choose)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 16, 22, 16)
        outer.setSpacing(8)
        for widget in (about, self.page, self.pdf):
            outer.addWidget(widget)
        outer.addSpacing(6)
        outer.addWidget(compare)
        outer.addLayout(row)
        outer.addWidget(self._problem)
        outer.addSpacing(6)
        outer.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setToolTip(self.tr("Write nothing (Esc)"))
        cancel.setAutoDefault(False)
        self.save = QPushButton(self.tr("Save…"))
        self.save.setProperty("primary", True)
        self.save.setDefault(True)
        self.save.setToolTip(self.tr("Choose the file and write the report (Enter)"))
        cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.save)
        return row

    def _on_recent(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if not entry.damaged and entry.path.absolute() != self._session.absolute():
                self.other.addItem(self._describe(entry), entry.path)

    def _on_choose(self) -> None:
        kinds = self.tr("Sessions (*{suffix});;All files (*)").format(suffix=SUFFIX)
        title = self.tr("Session to compare with")
        path, _ = QFileDialog.getOpenFileName(self, title, str(self._session.parent), kinds)
        if path:
            self.other.addItem(Path(path).name, Path(path))
            self.other.setCurrentIndex(self.other.count() - 1)
