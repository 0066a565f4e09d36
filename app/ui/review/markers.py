"""Moments of the lesson that the user named: add, rename, remove."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QInputDialog, QMenu, QMessageBox

from app.session.markers import Marker
from app.ui.review.layout import ReviewLayout
from app.ui.wording import clock


class Markers(QObject):
    """What can be done with markers, and which one is chosen."""

    def __init__(self, owner: ReviewLayout) -> None:
        super().__init__(owner)
        self._owner = owner
        self._markers: tuple[Marker, ...] = ()
        self.chosen = 0
        owner.mark.clicked.connect(self.add)
        owner.timelines.marker_picked.connect(self.choose)
        owner.timelines.marker_edit_wanted.connect(self.rename)
        for place, act in (
            (owner.timelines, self.delete),
            (owner.students, owner.students.leave.click),
        ):
            # Only of what has the focus.
            key = QShortcut(QKeySequence("Del"), place, act)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def show_markers(self, markers: tuple[Marker, ...]) -> None:
        """Take over the newest ones."""
        self._markers = markers
        self._owner.timelines.show_markers(markers)
        if self.chosen not in {one.number for one in markers}:
            self.choose(0)

    def choose(self, number: int) -> None:
        """Choose a marker; 0: none."""
        self.chosen = number
        self._owner.timelines.select_marker(number)

    def fill(self, menu: QMenu) -> None:
        """Offer what can be done."""
        number = self.chosen
        if number:
            menu.addAction(self.tr("Rename marker…"), lambda: self.rename(number))
            menu.addAction(self.tr("Remove marker"), self.delete)
        menu.addAction(self.tr("Add marker…"), self.add)
        menu.addSeparator()

    def add(self) -> None:
        """Ask for a text and mark the moment at the playhead."""
        at = self._owner.controller.position
        title = self.tr("Marker at {time}").format(time=clock(at))
        text, said = QInputDialog.getText(self._owner, title, self.tr("What begins here?"))
        if said:
            self._owner.controller.change(lambda review: review.add_marker(at, text))

    def rename(self, number: int) -> None:
        """Ask for another text."""
        old = next((one for one in self._markers if one.number == number), None)
        if old is None:
            return
        title, asked = self.tr("Rename marker"), self.tr("What begins here?")
        text, said = QInputDialog.getText(self._owner, title, asked, text=old.text)
        if said and text != old.text:
            self._owner.controller.change(lambda review: review.change_marker(number, text=text))

    def delete(self) -> None:
        """Ask, then take the chosen marker away; without one, leave the chosen students out."""
        chosen = next((one for one in self._markers if one.number == self.chosen), None)
        if chosen is None:
            self._owner.students.leave.click()
            return
        number = chosen.number
        asked = self.tr('Remove the marker "{text}" at {time}? This can\'t be undone.')
        box = QMessageBox(self._owner)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Remove marker"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(asked.format(text=chosen.text, time=clock(chosen.timestamp)))
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        change = self._owner.controller.change
        remove.clicked.connect(lambda: change(lambda review: review.remove_marker(number)))
        box.open()
