"""The notice for the door: filled in, seen as it will be, printed or saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDate, QLocale, QSize, QTimer
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.core.privacy import Privacy
from app.ui.dialogs.door_text import DoorNotice, door_html, print_page, write_door_notice
from app.ui.dialogs.job_dialog import JobDialog
from app.ui.jobs import Jobs
from app.ui.widgets.button import button

_PREVIEW_MS = 150
"""After the last key; laying the page out at each would make typing heavy."""


class DoorNoticeDialog(JobDialog):
    """Three lines to fill in, the page beside them, and Print and Save."""

    def __init__(
        self, purpose: str, privacy: Privacy, jobs: Jobs, parent: QWidget | None = None
    ) -> None:
        super().__init__(jobs, parent)
        self._privacy = privacy
        self.setWindowTitle(self.tr("Notice for the door"))
        self.resize(QSize(940, 640).boundedTo(self.screen().availableSize() - QSize(0, 40)))
        self.purpose = QLineEdit(purpose)
        self.contact = QLineEdit()
        self.contact.setPlaceholderText(self.tr("name, room, phone or mail"))
        today = QLocale().toString(QDate.currentDate(), QLocale.FormatType.LongFormat)
        self.date = QLineEdit(today)
        self.preview = QTextBrowser()
        self.preview.setAccessibleName(self.tr("The page"))
        self.preview.setProperty("paper", True)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PREVIEW_MS)
        self._later.timeout.connect(self._show_page)
        for field in (self.purpose, self.contact, self.date):
            field.textChanged.connect(self._later.start)
        self._lay_out()
        self._show_page()
        self.contact.setFocus()

    def notice(self) -> DoorNotice:
        """As it is filled in now."""
        return DoorNotice(self.purpose.text(), self.contact.text(), self.date.text(), self._privacy)

    def save_to(self, path: Path) -> None:
        """Write the page in a job, as PDF or HTML by the name's ending."""
        html = door_html(self.notice())
        self.run_job(
            "door-notice",
            lambda: write_door_notice(html, path),
            lambda _: self._said.setText(self.tr("Saved as {path}").format(path=path)),
        )

    def show_problem(self, text: str) -> None:
        """Say in one line what went wrong."""
        self._said.setText(text)

    def done(self, result: int) -> None:
        """Close."""
        self._later.stop()
        super().done(result)

    def _lay_out(self) -> None:
        fields = QFormLayout()
        fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        for label, field, tip in (
            (self.tr("&Why"), self.purpose, self.tr("What Roomread is used for here")),
            (self.tr("Whom to &ask"), self.contact, self.tr("Left open: a line to write on")),
            (self.tr("W&hen"), self.date, self.tr("A day or a time, as you like")),
        ):
            field.setToolTip(tip)
            field.setAccessibleName(label.replace("&", ""))
            fields.addRow(label, field)
        hint = QLabel(
            self.tr(
                "What is kept and what is not is taken from the settings, as they stand in the "
                "dialog behind this one. Check that all of it is true before you hang it up."
            )
        )
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        left = QVBoxLayout()
        left.addLayout(fields)
        left.addWidget(hint)
        left.addStretch(1)
        left.addWidget(self._said)
        body = QHBoxLayout()
        body.setSpacing(18)
        body.addLayout(left, 2)
        body.addWidget(self.preview, 3)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 16)
        outer.setSpacing(12)
        outer.addLayout(body, 1)
        outer.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        for text, keys, tip, press in (
            (self.tr("Close"), "Esc", self.tr("Close"), self.reject),
            (self.tr("Save…"), "Ctrl+S", self.tr("As PDF or HTML"), self._on_save),
            (self.tr("Print…"), "Ctrl+P", self.tr("On paper"), self._on_print),
        ):
            made = button(text, keys, tip, self)
            made.setAutoDefault(False)
            made.clicked.connect(press)
            row.addWidget(made)
        made.setProperty("primary", True)
        return row

    def _show_page(self) -> None:
        self.preview.setHtml(door_html(self.notice()))

    def _on_save(self) -> None:
        path, kind = QFileDialog.getSaveFileName(
            self,
            self.tr("Save the notice"),
            str(Path.home() / "notice.pdf"),
            self.tr("PDF (*.pdf);;Web page (*.html)"),
        )
        if path:
            chosen = Path(path)
            usual = ".html" if "html" in kind else ".pdf"
            self.save_to(chosen if chosen.suffix else chosen.with_suffix(usual))

    def _on_print(self) -> None:
        printer = QPrinter()
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            print_page(door_html(self.notice()), printer)
