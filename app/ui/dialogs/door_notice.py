"""The notice for the door: filled in, seen as it will be, printed or saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDate, QLocale, QSize, QTimer
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QCheckBox,
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
from app.engine.door import Responsible, keep_responsible, load_responsible
from app.ui.dialogs.door_page import print_page, write_door_notice
from app.ui.dialogs.door_text import DoorNotice, fill_page
from app.ui.dialogs.job_dialog import JobDialog
from app.ui.jobs import Jobs, nothing
from app.ui.widgets.button import button

_PREVIEW_MS = 150
"""After the last key; laying the page out at each would make typing heavy."""
_PREVIEW_POINTS = 11.0
_LONGEST = 200
"""Characters in a field; with more the page would need small type."""


class DoorNoticeDialog(JobDialog):
    """A few lines to fill in, the page beside them, and Print and Save.

    Args:
        purpose, basis: why and by what right (key of ``BASES``), as the settings say; "" where
            nothing was said.
        privacy: what is kept and what is not.
        jobs: the window's.
        kept: file of the name and contact that were typed before; None: they are not kept.
    """

    def __init__(
        self,
        purpose: str,
        privacy: Privacy,
        jobs: Jobs,
        parent: QWidget | None = None,
        *,
        basis: str = "",
        kept: Path | None = None,
    ) -> None:
        super().__init__(jobs, parent)
        self._privacy, self._basis, self._kept = privacy, basis, kept
        self._before = Responsible()
        self.setWindowTitle(self.tr("Notice for the door"))
        self.resize(QSize(980, 680).boundedTo(self.screen().availableSize() - QSize(0, 40)))
        self.purpose = QLineEdit(purpose)
        self.responsible, self.contact, self.until = QLineEdit(), QLineEdit(), QLineEdit()
        self.responsible.setPlaceholderText(self.tr("name, school or institute"))
        self.contact.setPlaceholderText(self.tr("room, phone or mail"))
        today = QLocale().toString(QDate.currentDate(), QLocale.FormatType.LongFormat)
        self.date = QLineEdit(today)
        self.live, self.recorded, self.marked = self._ticks()
        self.preview = QTextBrowser()
        self.preview.setAccessibleName(self.tr("The page"))
        self.preview.setProperty("paper", True)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PREVIEW_MS)
        self._later.timeout.connect(self._show_page)
        for field in self._fields():
            field.setMaxLength(_LONGEST)
            field.textChanged.connect(self._later.start)
        for tick in (self.live, self.recorded, self.marked):
            tick.toggled.connect(self._on_tick)
        self._lay_out()
        self._on_tick()
        self._show_page()
        self.responsible.setFocus()
        if kept is not None:
            self.run_job("door", lambda: load_responsible(kept), self._on_kept)

    def notice(self) -> DoorNotice:
        """As it is filled in now."""
        return DoorNotice(
            self.purpose.text(),
            self.contact.text(),
            self.date.text(),
            self._privacy,
            responsible=self.responsible.text(),
            basis=self._basis,
            until=self.until.text(),
            live=self.live.isChecked(),
            recorded=self.recorded.isChecked(),
            marked=self.marked.isChecked(),
        )

    def save_to(self, path: Path) -> None:
        """Write the page in a job, as PDF or HTML by the name's ending."""
        self._keep()
        notice = self.notice()
        self.run_job(
            "door-notice",
            lambda: write_door_notice(notice, path),
            lambda _: self._say(self.tr("Saved as {path}").format(path=path)),
        )

    def show_problem(self, text: str) -> None:
        """Say in one line what went wrong."""
        self._say(text, problem=True)

    def done(self, result: int) -> None:
        """Close; the name and the contact are kept."""
        self._later.stop()
        self._keep()
        super().done(result)

    def _fields(self) -> tuple[QLineEdit, ...]:
        return (self.purpose, self.responsible, self.contact, self.date, self.until)

    def _ticks(self) -> tuple[QCheckBox, QCheckBox, QCheckBox]:
        live = QCheckBox(self.tr("A camera is read in the &lesson"))
        live.setToolTip(self.tr("With Live"))
        live.setChecked(True)
        recorded = QCheckBox(self.tr("The lesson is &filmed and the recording read"))
        recorded.setToolTip(self.tr("With Analyse; the page says then that there is a video"))
        marked = QCheckBox(self.tr("A &marked video is made"))
        marked.setToolTip(self.tr("With codes and expressions drawn in, from Analyse or Review"))
        return live, recorded, marked

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(6)
        line = self.tr("Left open: a line to write on")
        whom = self.tr("Your data protection officer too, if you have one. Left open: a line")
        for label, field, tip in (
            (self.tr("&Why"), self.purpose, self.tr("What Roomread is used for here")),
            (self.tr("Who is &responsible"), self.responsible, line),
            (self.tr("Whom to &ask"), self.contact, whom),
            (self.tr("W&hen"), self.date, self.tr("A day or a time, as you like")),
            (self.tr("&Deleted at the latest on"), self.until, line),
        ):
            field.setToolTip(tip)
            field.setAccessibleName(label.replace("&", ""))
            form.addRow(label, field)
        hint = QLabel(
            self.tr(
                "What is kept, how long, and by what right is as the settings behind this dialog "
                "say. Check that all of it is true before you hang it up."
            )
        )
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        left = QVBoxLayout()
        left.setSpacing(8)
        for tick in (self.live, self.recorded, self.marked):
            left.addWidget(tick)
        left.addSpacing(4)
        left.addLayout(form)
        left.addSpacing(4)
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
        fill_page(self.preview.document(), self.notice(), _PREVIEW_POINTS)

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
            self._keep()
            print_page(self.notice(), printer)

    def _on_tick(self) -> None:
        """One way to read at least; a marked video needs a video, and never the class only."""
        if not (self.live.isChecked() or self.recorded.isChecked()):
            (self.recorded if self.sender() is self.live else self.live).setChecked(True)
        notice = self.notice()
        has_video = notice.recorded or notice.keeps_live_video
        self.marked.setEnabled(has_video and not self._privacy.class_only)
        self._later.start()

    def _on_kept(self, before: Responsible) -> None:
        """Offer what was typed the last time, where nothing is typed yet."""
        self._before = before
        for field, text in ((self.responsible, before.name), (self.contact, before.contact)):
            if not field.text():
                field.setText(text)

    def _keep(self) -> None:
        now = Responsible(self.responsible.text().strip(), self.contact.text().strip())
        if self._kept is not None and now != self._before:
            path, self._before = self._kept, now
            self.run_job("door", lambda: keep_responsible(now, path), nothing)

    def _say(self, text: str, problem: bool = False) -> None:
        self._said.setProperty("role", "problem" if problem else "muted")
        self._said.style().polish(self._said)
        self._said.setText(text)
        self._said.setAccessibleName(text)
