"""The tab "Students": everyone in the session, and what can be done with those chosen."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.engine.review.timeline import ReviewStudent
from app.ui.widgets.button import button
from app.ui.widgets.students import CODE, NAME, StudentModel, StudentTable
from app.ui.wording import clock, percent

SEEN, READ = 2, 3
_Role = Qt.ItemDataRole


class ReviewStudentModel(StudentModel[ReviewStudent]):
    """Everyone in the session; those who are left out are greyed."""

    def __init__(self, parent: QWidget) -> None:
        titles = (self.tr("Id"), self.tr("Name"), self.tr("Seen"), self.tr("Read"))
        super().__init__(parent, titles, frozenset({SEEN, READ}))
        self._left_out = self.tr("left out")
        self._struck = QFont(parent.font())
        self._struck.setStrikeOut(True)

    def widest(self, metrics: QFontMetrics) -> int:
        """Pixels of the widest text in the column "Read"."""
        return max(metrics.horizontalAdvance(text) for text in (self._left_out, percent(1.0)))

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Column titles, and what they mean."""
        if (orientation, role, section) == (Qt.Orientation.Horizontal, _Role.ToolTipRole, READ):
            return self.tr("Share of the pictures of this student in which the app could tell")
        return super().headerData(section, orientation, role)

    def _id(self, row: ReviewStudent) -> int:
        return row.id

    def _faded(self, row: ReviewStudent) -> bool:
        return row.excluded

    def _text(self, row: ReviewStudent, column: int) -> str:
        if column == CODE:
            return row.code
        if column == SEEN:
            return clock(row.seconds)
        if row.excluded:
            return self._left_out
        return percent(row.read_share) if math.isfinite(row.read_share) else "–"

    def _look(self, row: ReviewStudent, column: int, role: int) -> Any:
        if row.excluded and role == _Role.FontRole and column == CODE:
            return self._struck
        if row.excluded and role == _Role.ToolTipRole:
            return self.tr("Left out of every table. Delete takes this student in again.")
        return None


class StudentsPanel(QWidget):
    """The list and its buttons.

    Signals:
        renamed: id and the new name.
        chosen: frozenset of the ids chosen.
        merge_wanted: ids to be one student.
        split_wanted: id to be two from the playhead on.
        leave_out_wanted: ids, and whether they are to be left out or taken in again.
        naming: a name is about to be typed into the list, which must be seen for that.

    Args:
        owner: where the keys work, also while another tab is shown.
    """

    renamed = Signal(int, str)
    chosen = Signal(object)
    merge_wanted = Signal(object)
    split_wanted = Signal(int)
    leave_out_wanted = Signal(object, bool)
    naming = Signal()

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self._chosen: tuple[int, ...] = ()
        self._showing = False
        self.model = ReviewStudentModel(self)
        metrics = self.fontMetrics()
        widths = {
            CODE: metrics.horizontalAdvance("S888") + 18,
            SEEN: metrics.horizontalAdvance("0:00:00") + 16,
            READ: self.model.widest(metrics) + 20,
        }
        self.table = StudentTable(self.model, self.tr("Students"), widths)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.name = button(self.tr("Name"), "F2", self.tr("Name the student chosen"), owner)
        self.merge = button(
            self.tr("Merge"),
            "Ctrl+M",
            self.tr("The students chosen are one: choose two with Ctrl"),
            owner,
        )
        self.split = button(
            self.tr("Split here"),
            "Ctrl+T",
            self.tr("From the playhead on this is somebody else"),
            owner,
        )
        self.leave = QPushButton(
            self.tr("Leave out")
        )  # Delete also takes markers away: see the owner
        self.leave.setToolTip(self.tr("Leave the students chosen out of every table (Del)"))
        buttons = QGridLayout()
        buttons.setSpacing(6)
        for place, one in enumerate((self.name, self.merge, self.split, self.leave)):
            buttons.addWidget(one, place // 2, place % 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        self.model.renamed.connect(self.renamed)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.name.clicked.connect(self._on_name)
        self.merge.clicked.connect(self._on_merge)
        self.split.clicked.connect(self._on_split)
        self.leave.clicked.connect(self._on_leave)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self._offer()

    def show_students(self, rows: tuple[ReviewStudent, ...]) -> None:
        """Show the newest rows; who was chosen stays so."""
        self._showing = True  # who is gone is said once, when all are
        self.model.show_students(rows)
        self._showing = False
        self._on_selection()

    def select(self, students: frozenset[int]) -> None:
        """Choose these rows."""
        if students == frozenset(self._chosen):
            return
        picked = QItemSelection()
        places: list[int] = []
        for student in sorted(students):
            row = self.model.row_of(student)
            if row >= 0:
                places.append(row)
                picked.select(self.model.index(row, CODE), self.model.index(row, READ))
        selection = self.table.selectionModel()
        selection.select(picked, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if places:
            first = self.model.index(places[0], NAME)
            selection.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.table.scrollTo(first)
        self._on_selection()

    def fill(self, menu: QMenu) -> None:
        """Offer what can be done with those chosen."""
        for one in (self.name, self.merge, self.split, self.leave):
            action = menu.addAction(one.text(), one.click)
            action.setEnabled(one.isEnabled())

    def _on_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        menu.popup(self.cursor().pos())

    def _on_selection(self) -> None:
        if self._showing:
            return
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        now = tuple(self.model.student(row).id for row in rows)
        if now != self._chosen:
            self._chosen = now
            self.chosen.emit(frozenset(now))
        self._offer()

    def _rows(self) -> list[ReviewStudent]:
        rows = [self.model.row_of(one) for one in self._chosen]
        return [self.model.student(row) for row in rows if row >= 0]

    def _all_out(self) -> bool:
        rows = self._rows()
        return bool(rows) and all(row.excluded for row in rows)

    def _offer(self) -> None:
        count = len(self._chosen)
        self.name.setEnabled(count == 1)
        self.split.setEnabled(count == 1)
        self.merge.setEnabled(count == 2)
        self.leave.setEnabled(count > 0)
        self.leave.setText(self.tr("Take in") if self._all_out() else self.tr("Leave out"))

    def _on_name(self) -> None:
        row = self.model.row_of(self._chosen[0])
        if row >= 0:
            self.naming.emit()
            self.table.setCurrentIndex(self.model.index(row, NAME))
            self.table.name_current()

    def _on_merge(self) -> None:
        self.merge_wanted.emit(self._chosen)

    def _on_split(self) -> None:
        self.split_wanted.emit(self._chosen[0])

    def _on_leave(self) -> None:
        self.leave_out_wanted.emit(self._chosen, not self._all_out())
