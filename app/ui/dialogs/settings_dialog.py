"""The settings: privacy, look, analysis, and the user's data."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.privacy import Purpose
from app.engine.consent import load_purpose, save_purpose
from app.engine.settings import Settings
from app.engine.user_data import UserData
from app.ui.dialogs.data_page import DataPage
from app.ui.dialogs.door_notice import DoorNoticeDialog
from app.ui.dialogs.job_dialog import JobDialog
from app.ui.dialogs.notice_text import NoticeDialog
from app.ui.dialogs.settings_pages import AnalysisPage, LookPage, PrivacyPage
from app.ui.jobs import Jobs


class SettingsDialog(JobDialog):
    """Everything that a user may choose; nothing changes before Save.

    Signals:
        changed: the new ``Settings``.
        delete_wanted: the user confirmed that everything is to be deleted.
    """

    changed = Signal(object)
    delete_wanted = Signal()

    def __init__(
        self, settings: Settings, data: UserData, jobs: Jobs, parent: QWidget | None = None
    ) -> None:
        super().__init__(jobs, parent)
        self._settings = settings
        self._said: Purpose | None = None
        self.setWindowTitle(self.tr("Settings"))
        self.resize(QSize(720, 640).boundedTo(self.screen().availableSize() - QSize(0, 40)))
        self.privacy = PrivacyPage(settings.privacy)
        self.look = LookPage(settings.appearance)
        self.analysis = AnalysisPage(settings.recognizer, settings.detector, settings.live)
        self.data = DataPage(data, self.run_job)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.privacy, self.tr("Privacy"))
        self.tabs.addTab(self.look, self.tr("Look"))
        self.tabs.addTab(self.analysis, self.tr("Analysis"))
        self.tabs.addTab(self.data, self.tr("Your data"))
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 14, 22, 16)
        outer.setSpacing(10)
        outer.addWidget(self.tabs, 1)
        outer.addWidget(self._problem)
        outer.addLayout(self._buttons())
        self.privacy.notice_wanted.connect(self._on_notice)
        self.privacy.door_wanted.connect(self._on_door)
        self.data.delete_wanted.connect(self._on_delete)
        self._consent, self._door = data.consent, data.door
        self.run_job("purpose", lambda: load_purpose(data.consent), self._on_purpose)
        self.data.look()

    def value(self) -> Settings:
        """The settings as they would be saved now."""
        recognizer, detector, live = self.analysis.value()
        return self._settings.model_copy(
            update={
                "privacy": self.privacy.value(),
                "appearance": self.look.value(),
                "recognizer": recognizer,
                "detector": detector,
                "live": live,
            }
        )

    def show_problem(self, text: str) -> None:
        """Say in one line what went wrong."""
        self._problem.setText(text)
        self._problem.setAccessibleName(text)
        self._problem.show()

    def _buttons(self) -> QHBoxLayout:
        self.save = QPushButton(self.tr("Save"))
        self.save.setProperty("primary", True)
        self.save.setDefault(True)
        self.save.setToolTip(self.tr("Keep these settings (Enter)"))
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setToolTip(self.tr("Change nothing (Esc)"))
        cancel.setAutoDefault(False)
        self.save.clicked.connect(self._on_save)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.save)
        return row

    def _on_purpose(self, said: Purpose | None) -> None:
        self._said = said
        if said is not None:
            self.privacy.show_purpose(said)

    def _on_save(self) -> None:
        form = self.privacy.form
        new = (form.text, form.basis)
        said = ("", "") if self._said is None else (self._said.purpose, self._said.basis)
        if new != said:
            if not form.complete:
                self.tabs.setCurrentWidget(self.privacy)
                form.purpose.setFocus()
                self.show_problem(self.tr("Say what you use Roomread for, and by what right."))
                return
            self.run_job("purpose", lambda: save_purpose(*new, self._consent), self._on_kept)
            return
        self._on_kept()

    def _on_kept(self, _: object = None) -> None:
        self.changed.emit(self.value())
        self.accept()

    def _on_notice(self) -> None:
        self._show(NoticeDialog(self))

    def _on_door(self) -> None:
        form, privacy = self.privacy.form, self.privacy.value()
        self._show(
            DoorNoticeDialog(
                form.text, privacy, self._jobs, self, basis=form.basis, kept=self._door
            )
        )

    def _on_delete(self) -> None:
        self.delete_wanted.emit()
        self.reject()

    def _show(self, dialog: QDialog) -> None:
        dialog.open()
