"""The row at the top: which session, what to write of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QWidget

from app.ui.widgets.button import button
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.wording import clock

if TYPE_CHECKING:
    from app.session.library import Entry
    from app.session.store import SessionInfo


def day(created: str) -> str:
    """Date and time of day, as people here write them, of an ISO 8601 time in UTC."""
    when = QDateTime.fromString(created, Qt.DateFormat.ISODate)
    if not when.isValid():
        return created
    return QLocale().toString(when.toLocalTime(), QLocale.FormatType.ShortFormat)


def source_name(name: str, live: bool) -> str:
    """What people call a recording, without its folder, or a camera."""
    return name if live else PureWindowsPath(name).name  # takes either kind of path


class SessionBar(QWidget):
    """Buttons that send what the user wants.

    Signals:
        open_wanted, recent_wanted, tables_wanted, report_wanted, video_wanted, stop_wanted: the
            button or its key.
        session_chosen: ``Path`` of a recent session.
        baseline_wanted: whether the change against rest is to be shown.
    """

    open_wanted = Signal()
    recent_wanted = Signal()
    session_chosen = Signal(object)
    tables_wanted = Signal()
    report_wanted = Signal()
    video_wanted = Signal()
    stop_wanted = Signal()
    baseline_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = button(
            self.tr("Open session…"), "Ctrl+O", self.tr("Choose a session file"), self
        )
        self.recent = button(
            self.tr("Recent"),
            "Ctrl+R",
            self.tr("The newest sessions on this computer, of Live and of Analyse"),
            self,
        )
        self.recents = self._menu(self.recent, self.tr("Recent sessions"))
        self.recents.aboutToShow.connect(self._on_recent)
        self.name = ElidedLabel(Qt.TextElideMode.ElideRight)
        self.name.setAccessibleName(self.tr("Session"))
        self.activity = ElidedLabel()
        self.progress = QProgressBar()
        self.progress.setFixedWidth(110)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress"))
        self.stop = button(
            self.tr("Stop"), "Ctrl+.", self.tr("Stop writing; nothing half done is left"), self
        )
        self.baseline = button(
            self.tr("Against rest"),
            "Ctrl+B",
            self.tr(
                "Show the change against each student's own face at rest. Rest is known of a "
                "student whose expression could be read for 20 seconds in all"
            ),
            self,
        )
        self.baseline.setCheckable(True)
        self.export = button(
            self.tr("Export"),
            "Ctrl+E",
            self.tr("Write tables, a report or a marked video"),
            self,
        )
        menu = self._menu(self.export, self.tr("Export"))
        self.tables = menu.addAction(self.tr("&Tables and other formats…"), self.tables_wanted.emit)
        self.tables.setToolTip(self.tr("CSV, Parquet, BORIS, ELAN, subtitles and more"))
        self.report = menu.addAction(self.tr("&Report…"), self.report_wanted.emit)
        self.report.setToolTip(
            self.tr("One page on this session, to read in a minute, to print or to pass on")
        )
        self.video = menu.addAction(self.tr("&Video with marks…"), self.video_wanted.emit)
        menu.setToolTipsVisible(True)
        self.video.setToolTip(self.tr("Needs the recording, and students in the session"))
        self._lay_out()
        self.open.clicked.connect(self.open_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.baseline.toggled.connect(self.baseline_wanted)
        self.show_activity("", -1.0, False)
        self.show_session(None)

    def _menu(self, owner: QWidget, name: str) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(name)
        owner.setMenu(menu)  # type: ignore[attr-defined]  # a QPushButton
        owner.setProperty("menu", True)
        return menu

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.open)
        row.addWidget(self.recent)
        row.addSpacing(4)
        row.addWidget(self.name, 3)
        row.addWidget(self.activity, 2)
        row.addWidget(self.progress)
        row.addWidget(self.stop)
        row.addWidget(self.baseline)
        row.addWidget(self.export)

    def show_session(self, info: SessionInfo | None, path: Path | None = None) -> None:
        """Say what is open: recording or camera, date, model and purpose."""
        if info is None or path is None:
            self.name.setText("")
            self.name.setToolTip("")
            return
        source = source_name(info.source_name, info.source_live)
        model = self.tr("read by model {name}").format(name=info.model_name)
        parts = [source, day(info.created), model]
        if info.purpose is not None and info.purpose.purpose:
            parts.append(info.purpose.purpose)
        self.name.setText(" · ".join(parts))
        model = f"{info.model_name} {info.model_version}"
        said = [
            str(path),
            self.tr("Made from {source}").format(source=info.source_name),
            self.tr("Expressions were read by the model {name}").format(name=model),
        ]
        if info.purpose is not None:
            said.append(self.tr("Purpose: {text}").format(text=info.purpose.purpose))
        self.name.setToolTip("\n".join(said))

    def show_possible(self, is_open: bool, students: bool, video: bool, exporting: bool) -> None:
        """Offer what makes sense now."""
        self.open.setEnabled(not exporting)
        self.recent.setEnabled(not exporting)
        self.baseline.setEnabled(is_open and students)
        self.export.setEnabled(is_open and not exporting)
        self.video.setEnabled(students and video)

    def show_activity(self, text: str, share: float, stoppable: bool) -> None:
        """What goes on, with the share done (-1: unknown); "" for nothing."""
        self.activity.setText(text)
        self.activity.setVisible(bool(text))
        self.progress.setVisible(bool(text))
        self.progress.setRange(0, 100 if share >= 0 else 0)
        self.progress.setValue(max(0, round(share * 100)))
        self.stop.setVisible(stoppable)

    def show_recent(self, entries: Sequence[Entry]) -> None:
        """Fill the menu with what was found."""
        self.recents.clear()
        for entry in entries:
            action = self.recents.addAction(self.entry_text(entry).replace("&", "&&"))
            action.setToolTip(entry.message or str(entry.path))
            action.triggered.connect(_chooser(self.session_chosen.emit, entry.path))
        if not entries:
            self.recents.addAction(self.tr("No session on this computer yet")).setEnabled(False)

    def entry_text(self, entry: Entry) -> str:
        """What people call a session: its recording, when it was made, how long it is."""
        when = day(entry.created.isoformat())
        if entry.damaged:
            return self.tr("{name} (damaged) · {when}").format(name=entry.path.name, when=when)
        parts = [source_name(entry.source, entry.live), when, clock(entry.seconds)]
        if entry.class_only:
            parts.append(self.tr("the class as a whole"))
        elif entry.most_at_a_time is not None:
            parts.append(self.tr("students in view: {n}").format(n=entry.most_at_a_time))
        return " · ".join(parts)

    def _on_recent(self) -> None:
        self.recents.clear()
        self.recents.addAction(self.tr("Looking for sessions…")).setEnabled(False)
        self.recent_wanted.emit()


def _chooser(emit: Callable[[Path], None], path: Path) -> Callable[[], None]:
    return lambda: emit(path)
