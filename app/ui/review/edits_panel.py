"""The tab "Edits": who may be whom, and every change so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.types import student_code
from app.session.edits import USER
from app.ui.review.edit_wording import change_text, origin_text
from app.ui.theme import colours
from app.ui.widgets.button import button
from app.ui.wording import clock, percent

if TYPE_CHECKING:
    from app.engine.review.review import EditRow
    from app.session.editor import OpenSuggestion
    from app.ui.review.snapshots import People

_DATA = Qt.ItemDataRole.UserRole


class EditsPanel(QWidget):
    """Open suggestions above, the log below.

    Signals:
        accept_wanted, reject_wanted: number of a suggestion.
        suggestion_picked: the ``OpenSuggestion`` to look at.
        undo_wanted, redo_wanted: number of an edit, 0 for the last one.

    Args:
        owner: where the keys work, also while another tab is shown.
    """

    accept_wanted = Signal(int)
    reject_wanted = Signal(int)
    suggestion_picked = Signal(object)
    undo_wanted = Signal(int)
    redo_wanted = Signal(int)

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self.suggestions = QListWidget()
        self.suggestions.setAccessibleName(self.tr("Open suggestions"))
        self.suggestions.setToolTip(self.tr("Choose one to see both students in the timelines"))
        self.accept = button(
            self.tr("Yes, one student"), "Ctrl+Return", self.tr("Merge the two"), owner
        )
        self.reject = button(
            self.tr("No"), "Ctrl+Backspace", self.tr("They are two students"), owner
        )
        self._none = QLabel(self.tr("No suggestion is open."))
        self._none.setProperty("role", "muted")
        self.log = QListWidget()
        self.log.setAccessibleName(self.tr("Edit log"))
        self._empty = QLabel(self.tr("Nothing was changed yet. Every change can be undone here."))
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self.undo = button(self.tr("Undo"), "Ctrl+Z", self.tr("Undo the last change"), owner)
        self.redo = button(
            self.tr("Redo"), "Ctrl+Shift+Z", self.tr("Redo what was undone last"), owner
        )
        QShortcut(QKeySequence("Ctrl+Y"), owner, self.redo.click)
        self.one = button(
            self.tr("Undo this"), "Ctrl+Alt+Z", self.tr("Undo or redo the edit chosen"), owner
        )
        for one in (self.suggestions, self.log):
            one.setFrameShape(QFrame.Shape.NoFrame)
            one.setSpacing(2)
            one.setWordWrap(True)
        self._lay_out()
        self.accept.clicked.connect(lambda: self.accept_wanted.emit(self._suggestion()))
        self.reject.clicked.connect(lambda: self.reject_wanted.emit(self._suggestion()))
        self.undo.clicked.connect(lambda: self.undo_wanted.emit(0))
        self.redo.clicked.connect(lambda: self.redo_wanted.emit(0))
        self.one.clicked.connect(self._on_one)
        self.suggestions.currentItemChanged.connect(self._on_suggestion)
        self.log.currentItemChanged.connect(self._offer)
        self._offer()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(_title(self.tr("May be one student")))
        layout.addWidget(self._none)
        layout.addWidget(self.suggestions, 2)
        layout.addLayout(_row(self.accept, self.reject))
        layout.addSpacing(6)
        layout.addWidget(_title(self.tr("Changes")))
        layout.addWidget(self._empty)
        layout.addWidget(self.log, 3)
        layout.addLayout(_row(self.undo, self.redo, self.one))
        layout.addStretch(0)

    def show_people(self, people: People) -> None:
        """Show the newest suggestions and log."""
        self.suggestions.clear()
        for one in people.suggestions:
            self.suggestions.addItem(self._suggestion_item(one))
        self.log.clear()
        for edit in people.log:
            self.log.addItem(self._edit_item(edit))
        self.log.scrollToBottom()
        self._none.setVisible(not people.suggestions)
        self.suggestions.setVisible(bool(people.suggestions))
        self.accept.setVisible(bool(people.suggestions))
        self.reject.setVisible(bool(people.suggestions))
        self._empty.setVisible(not people.log)
        self.log.setVisible(bool(people.log))
        self.one.setVisible(bool(people.log))
        self.undo.setEnabled(people.can_undo)
        self.redo.setEnabled(people.can_redo)
        self._offer()

    def _suggestion_item(self, one: OpenSuggestion) -> QListWidgetItem:
        text = self.tr("{later} at {time} may be {earlier} ({sure} sure)").format(
            later=student_code(one.later),
            earlier=student_code(one.earlier),
            time=clock(one.timestamp),
            sure=percent(one.confidence),
        )
        item = QListWidgetItem(text)
        item.setData(_DATA, one)
        return item

    def _edit_item(self, edit: EditRow) -> QListWidgetItem:
        text = change_text(edit.change)
        if edit.origin != USER:
            text = f"{text} ({origin_text(edit.origin)})"
        if edit.undone:
            text = self.tr("{what} – undone").format(what=text)
        item = QListWidgetItem(text)
        item.setData(_DATA, edit)
        if edit.undone:
            item.setForeground(QColor(colours(self.palette()).muted))
            font = item.font()
            font.setStrikeOut(True)
            item.setFont(font)
        return item

    def _suggestion(self) -> int:
        item = self.suggestions.currentItem()
        return int(item.data(_DATA).number) if item is not None else 0

    def _on_suggestion(self) -> None:
        self._offer()
        item = self.suggestions.currentItem()
        if item is not None:
            self.suggestion_picked.emit(item.data(_DATA))

    def _on_one(self) -> None:
        edit = self.log.currentItem().data(_DATA)
        (self.redo_wanted if edit.undone else self.undo_wanted).emit(edit.number)

    def _offer(self) -> None:
        chosen = self.suggestions.currentItem() is not None
        self.accept.setEnabled(chosen)
        self.reject.setEnabled(chosen)
        item = self.log.currentItem()
        self.one.setEnabled(item is not None)
        undone = item is not None and item.data(_DATA).undone
        self.one.setText(self.tr("Redo this") if undone else self.tr("Undo this"))


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "title")
    return label


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in widgets:
        row.addWidget(widget)
    return row
