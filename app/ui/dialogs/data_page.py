"""Where the user's data lie, how much there is, and deleting all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QLocale, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.engine.user_data import Amount, UserData

RunJob = Callable[[str, Callable[[], Any], Callable[[Any], None]], None]


class DataPage(QWidget):
    """What is kept, and a way to be rid of it that nobody takes by mistake.

    Signals:
        delete_wanted: the user typed the word and pressed the button.
    """

    delete_wanted = Signal()

    def __init__(self, data: UserData, run_job: RunJob) -> None:
        super().__init__()
        self._data, self._run_job = data, run_job
        self._amount = QLabel(self.tr("Counting…"))
        self._amount.setAccessibleName(self.tr("What is kept"))
        self._amount.setWordWrap(True)
        place = QLabel(str(data.sessions))
        place.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        place.setWordWrap(True)
        place.setAccessibleName(self.tr("Folder of the sessions"))
        self.open = QPushButton(self.tr("Open folder"))
        self.open.setToolTip(self.tr("Show it in the file manager"))
        self.open.setAutoDefault(False)
        self.open.clicked.connect(self._on_open)
        self.delete = QPushButton(self.tr("Delete everything…"))
        self.delete.setToolTip(self.tr("Asks before it does"))
        self.delete.setAutoDefault(False)
        self.delete.setCheckable(True)
        self._confirm = self._confirmation()
        self._confirm.hide()
        self.delete.toggled.connect(self._confirm.setVisible)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 14, 2, 2)
        column.setSpacing(8)
        column.addWidget(_section(self.tr("Sessions on this computer")))
        column.addWidget(self._amount)
        column.addWidget(place)
        column.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(14)
        column.addWidget(_section(self.tr("Delete everything")))
        column.addWidget(
            _prose(
                self.tr(
                    "Deletes all sessions, also those beside recordings that you analysed, the "
                    "videos that Live kept, drawn regions, the lists of recordings, settings, "
                    "the name on the door notice and your consent. Tables, marked videos, "
                    "recordings and sessions that you moved elsewhere stay: they are yours to "
                    "delete."
                )
            )
        )
        column.addWidget(self.delete, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._confirm)
        column.addStretch(1)

    def look(self) -> None:
        """Count anew, in a job."""
        self._run_job("data", self._data.measure, self._on_amount)

    def _confirmation(self) -> QFrame:
        word = self.tr("DELETE")
        frame = QFrame()
        frame.setProperty("bar", "error")
        ask = QLabel(self.tr("This can't be undone. Type {word} to go on:").format(word=word))
        self.word = QLineEdit()
        self.word.setAccessibleName(ask.text())
        self.word.setMaximumWidth(140)
        ask.setBuddy(self.word)
        self.go_on = QPushButton(self.tr("Delete and close Roomread"))
        self.go_on.setToolTip(self.tr("Stops what runs, then deletes everything named above"))
        self.go_on.setAutoDefault(False)
        self.go_on.setEnabled(False)
        self.word.textChanged.connect(
            lambda text: self.go_on.setEnabled(text.strip().casefold() == word.casefold())
        )
        self.go_on.clicked.connect(self.delete_wanted)
        column = QVBoxLayout(frame)
        column.addWidget(ask)
        row = QHBoxLayout()
        row.addWidget(self.word)
        row.addWidget(self.go_on)
        row.addStretch(1)
        column.addLayout(row)
        return frame

    def _on_amount(self, amount: Amount) -> None:
        size = QLocale().formattedDataSize(amount.size_bytes, 1)
        text = self.tr("Sessions: {n}, {size}. Rooms with drawn regions: {rooms}.")
        said = [text.format(n=amount.sessions, size=size, rooms=amount.rooms)]
        if amount.leftovers:
            text = self.tr("Left over from sessions whose file is gone: {n}.")
            said.append(text.format(n=amount.leftovers))
        self._amount.setText(" ".join(said))

    def _on_open(self) -> None:
        folder = self._data.sessions
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _section(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    return label


def _prose(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label
