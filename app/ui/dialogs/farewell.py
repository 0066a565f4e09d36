"""The last words after everything was deleted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from app.engine.user_data import Wiped


class Farewell(QDialog):
    """What was deleted, what could not be, and what is left where."""

    def __init__(self, wiped: Wiped, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Deleted"))
        self.setMinimumWidth(520)
        lines = [self.tr("Files deleted: {n}").format(n=wiped.deleted)]
        if wiped.problems:
            lines += ["", self.tr("These could not be deleted:"), *wiped.problems]
        if wiped.left:
            lines += ["", self.tr("Left untouched, yours to delete:"), *map(str, wiped.left)]
        lines += ["", self.tr("Tables that you exported elsewhere are where you put them.")]
        self.text = QLabel("\n".join(lines))
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.close_button = QPushButton(self.tr("Close Roomread"))
        self.close_button.setToolTip(self.tr("The next start asks as the first one did (Enter)"))
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 18)
        outer.setSpacing(14)
        outer.addWidget(self.text)
        outer.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
