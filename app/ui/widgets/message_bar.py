"""The bar for messages, one line at a time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget


class MessageBar(QFrame):
    """One message above the picture until the user has read it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        self._kind = QLabel()
        self._kind.setProperty("role", "kind")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._close = QPushButton(self.tr("Got it"))
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close the message (Esc)"))
        self._close.clicked.connect(self.dismiss)
        QShortcut(QKeySequence("Esc"), self, self.dismiss)
        row.addWidget(self._kind, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self._close)
        self.hide()

    def show_message(self, text: str, error: bool) -> None:
        """Show one line of plain text; the newest message replaces the one before."""
        self._kind.setText(self.tr("Problem") if error else self.tr("Done"))
        self._text.setText(text)
        self._text.setAccessibleName(f"{self._kind.text()}: {text}")
        self.setProperty("bar", "error" if error else "info")
        for widget in (self, self._kind):  # a style sheet looks at properties once only
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._text, QAccessible.Event.Alert))

    def text(self) -> str:
        """What it reads; "" when closed."""
        return "" if self.isHidden() else self._text.text()

    def is_error(self) -> bool:
        """Whether the message shown is an error."""
        return bool(self.text()) and self.property("bar") == "error"

    def dismiss(self) -> None:
        """Close it."""
        self.hide()
