"""The last words after everything was deleted."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.engine.user_data import Wiped

_USUAL = QSize(600, 520)
"""Room for the words and a dozen paths; longer lists scroll."""


class Farewell(QDialog):
    """What was deleted, what could not be, and what is left where."""

    def __init__(self, wiped: Wiped, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Deleted"))
        lines = [self.tr("Files deleted: {n}").format(n=wiped.deleted)]
        if wiped.problems:
            lines += ["", self.tr("These could not be deleted:"), *_points(wiped.problems)]
        if wiped.left:
            lines += ["", self.tr("Left untouched, yours to delete:"), *_points(wiped.left)]
        lines += ["", self.tr("Tables that you exported elsewhere are where you put them.")]
        self.text = QLabel("\n".join(lines))
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setContentsMargins(2, 2, 14, 2)
        self.text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.area = QScrollArea()
        self.area.setWidget(self.text)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that arrow keys scroll it
        self.area.setAccessibleName(self.tr("Deleted"))
        self.close_button = QPushButton(self.tr("Close Roomread"))
        self.close_button.setToolTip(self.tr("The next start asks as the first one did (Enter)"))
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 16)
        outer.setSpacing(14)
        outer.addWidget(self.area, 1)
        outer.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """As high as the words, up to a size that fits every screen."""
        super().showEvent(event)
        most = _USUAL.boundedTo(self.screen().availableSize() - QSize(40, 80))
        around = self.close_button.sizeHint().height() + 60
        inside = most.width() - 60
        self.resize(most.width(), min(most.height(), self.text.heightForWidth(inside) + around))
        self.close_button.setFocus()


def _points(things: Iterable[object]) -> list[str]:
    return [f"• {one}" for one in things]
