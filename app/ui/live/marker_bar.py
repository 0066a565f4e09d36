"""The buttons and the line with which the user marks a moment."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.ui.widgets.button import button

LONGEST = 60
"""Letters of a marker."""


class MarkerLine(QLineEdit):
    """A line for one text.

    Signals:
        cancelled: Esc was pressed, or the line was left empty-handed.
    """

    cancelled = Signal()

    def event(self, event: QEvent) -> bool:
        """Esc belongs to the line while it is open, not to the message bar."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


class MarkerBar(QWidget):
    """Asks what begins now; the moment is the one at which it was asked for.

    Signals:
        asked: the user wants to mark a moment: call ``open``.
        marked: the text.
        undo_wanted: the last marker is to go.
    """

    asked = Signal()
    marked = Signal(str)
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = 1
        self._before: QWidget | None = None
        self.mark = button(
            self.tr("Marker"), "M", self.tr("Mark this moment, “group work starts”"), self
        )
        self.undo = button(
            self.tr("Undo marker"), "Ctrl+Z", self.tr("Take the last marker away"), self
        )
        self.line = MarkerLine()
        self.line.setMaxLength(LONGEST)
        self.line.setMinimumWidth(190)
        self.line.setAccessibleName(self.tr("What begins now"))
        self.line.setToolTip(self.tr("Enter keeps the marker, Esc drops it"))
        self.line.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.line, self.mark, self.undo):
            row.addWidget(widget)
        for one in (self.mark, self.undo):
            one.setProperty("small", True)
        self.mark.clicked.connect(self._on_mark)
        self.undo.clicked.connect(self.undo_wanted)
        self.line.returnPressed.connect(self._on_return)
        self.line.cancelled.connect(self.close_line)

    def show_state(self, markable: bool, markers: int) -> None:
        """Offer what makes sense; ``markers``: how many there are."""
        self.mark.setEnabled(markable)
        self.undo.setVisible(markers > 0 and self.line.isHidden())
        self.undo.setEnabled(markers > 0)
        self._number = markers + 1
        if not markable and not self.line.isHidden():
            self.close_line()

    def open(self, moment: str) -> None:
        """Ask for a text; ``moment`` is what the clock reads."""
        usual = self.tr("Marker {number}").format(number=self._number)
        self.line.setPlaceholderText(f"{moment}  {usual}")
        self._before = self.window().focusWidget()
        self.line.show()
        self.undo.hide()  # there is no room for all three in a small window
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_line(self) -> None:
        """Put the line away; the keyboard goes back to where it was."""
        self.line.clear()
        self.line.hide()
        self.undo.setVisible(self._number > 1)
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
            self._before = None

    def _on_mark(self) -> None:
        if self.line.isHidden():
            self.asked.emit()
        else:
            self._on_return()

    def _on_return(self) -> None:
        usual = self.tr("Marker {number}").format(number=self._number)
        text = " ".join(self.line.text().split()) or usual
        self.close_line()
        self.marked.emit(text)
