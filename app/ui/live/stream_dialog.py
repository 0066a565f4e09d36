"""Asks for the address of a network camera."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.address import check_address
from app.core.errors import SourceError


class StreamDialog(QDialog):
    """One line for the address; a wrong one is said and can be mended.

    Signals:
        address_chosen: an address that may be opened; it may hold a password.
    """

    address_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open a stream"))
        self.setMinimumWidth(500)
        text = QLabel(
            self.tr(
                "Address of a network camera, as its manual gives it. User and password may stand "
                "before the host; they are used once and never kept."
            )
        )
        text.setWordWrap(True)
        self.line = QLineEdit()
        self.line.setPlaceholderText("rtsp://user:password@192.168.1.20:554/stream1")
        self.line.setAccessibleName(self.tr("Address"))
        self.line.setToolTip(self.tr("Begins with rtsp://, http:// or https://"))
        self._problem = QLabel()
        self.line.textEdited.connect(self._problem.hide)
        self._problem.setWordWrap(True)
        self._problem.setProperty("role", "problem")
        self._problem.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 16, 18, 14)
        self._column.setSpacing(10)
        for widget in (text, self.line, self._problem):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self._column.addLayout(self._buttons())

    def show_last(self, address: str) -> None:
        """Offer the address that was used last, unless the user has begun to type."""
        if address and not self.line.text():
            self.line.setText(address)
            self.line.selectAll()

    def problem(self) -> str:
        """What is wrong with the address; "" while nothing is."""
        return "" if self._problem.isHidden() else self._problem.text()

    def accept(self) -> None:
        """Hand the address up if it is one."""
        try:
            address = check_address(self.line.text())
        except SourceError as error:
            text = str(error)
            self._problem.setText(f"{text[0].upper()}{text[1:]}.")
            self._problem.show()
            self._make_room()
            self.line.setFocus()
            return
        super().accept()
        self.address_chosen.emit(address)

    def _make_room(self) -> None:
        """Grow for what is said; Qt does not by itself once the dialog is open."""
        self._column.activate()
        needed = self._column.totalHeightForWidth(self.width())
        if needed > self.height():
            self.resize(self.width(), needed)

    def _buttons(self) -> QHBoxLayout:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setToolTip(self.tr("Open nothing (Esc)"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.open_button = QPushButton(self.tr("Open"))
        self.open_button.setProperty("primary", True)
        self.open_button.setDefault(True)
        self.open_button.setToolTip(self.tr("Open the stream (Enter)"))
        self.open_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.open_button)
        return row
