"""Asks before a lesson that happens now is ended."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


class StopQuestion(QMessageBox):
    """Enter and Esc go on reading: what was not read of a lesson can't be had later.

    ``accepted`` is emitted where the user stops.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Stop"))
        self.setText(self.tr("Stop and keep the session?"))
        self.setInformativeText(
            self.tr("What was read so far is kept. A session that was stopped can't go on.")
        )
        self.stop = self.addButton(self.tr("Stop and keep"), QMessageBox.ButtonRole.AcceptRole)
        self.stay = self.addButton(self.tr("Go on reading"), QMessageBox.ButtonRole.RejectRole)
        self.stop.setToolTip(self.tr("End the session; it can be opened in Review then"))
        self.stay.setToolTip(self.tr("Nothing is stopped (Enter, Esc)"))
        self.setDefaultButton(self.stay)
        self.setEscapeButton(self.stay)
