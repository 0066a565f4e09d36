"""The tab "Students": everyone in the session, and what can be done with those chosen."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.engine.review.timeline import ReviewStudent
from app.ui.theme import colours
from app.ui.widgets.button import button
from app.ui.wording import clock

CODE, NAME, SEEN, READ = range(4)
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole


class ReviewStudentModel(QAbstractTableModel):
    """One row a student, by id.

    Signals:
        renamed: id and the new name; it shows once the session took it.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[ReviewStudent, ...] = ()
        self._parent = parent

    def show_students(self, rows: tuple[ReviewStudent, ...]) -> None:
        """Take over the newest rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def student(self, row: int) -> ReviewStudent:
        """Whose row this is."""
        return self._rows[row]

    def row_of(self, student: int) -> int:
        """The row of a student; -1 where there is none."""
        return next((place for place, one in enumerate(self._rows) if one.id == student), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Students, those who are left out too."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Always four."""
        return 0 if parent.isValid() else READ + 1

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Column titles, and what they mean."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _Role.DisplayRole:
            return self._title(section)
        if role == _Role.TextAlignmentRole:
            return _side(section)
        if role == _Role.ToolTipRole and section == READ:
            return self.tr("Share of the pictures of this student in which the app could tell")
        return None

    def _title(self, column: int) -> str:
        titles = [self.tr("Id"), self.tr("Name"), self.tr("Seen"), self.tr("Read")]
        return titles[column]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The name can be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """Text, look and what a screen reader says of one cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        value: Any = None
        match role:
            case _Role.DisplayRole:
                value = self._text(row, column)
            case _Role.EditRole if column == NAME:
                value = row.name
            case _Role.TextAlignmentRole:
                value = _side(column)
            case _Role.ForegroundRole if row.excluded or (column == NAME and not row.name):
                value = QColor(colours(self._parent.palette()).muted)
            case _Role.FontRole if row.excluded and column == CODE:
                value = QFont(self._parent.font())
                value.setStrikeOut(True)
            case _Role.ToolTipRole if row.excluded:
                value = self.tr("Left out of every table. Delete takes this student in again.")
            case _Role.ToolTipRole if column == NAME:
                value = self.tr("Double-click or press F2 to name this student")
            case _Role.AccessibleTextRole:
                value = f"{self._title(column)}: {self._text(row, column)}"
        return value

    def _text(self, row: ReviewStudent, column: int) -> str:
        if column == CODE:
            return row.code
        if column == NAME:
            return row.name or self.tr("add name")
        if column == SEEN:
            return clock(row.seconds)
        if row.excluded:
            return self.tr("left out")
        return f"{row.read_share:.0%}" if math.isfinite(row.read_share) else "–"

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:  # noqa: N802
        """Send the rename up; the new name comes back with the next rows."""
        if role != _Role.EditRole or not index.isValid() or index.column() != NAME:
            return False
        name, row = " ".join(str(value).split()), self._rows[index.row()]
        if name != row.name:
            self.renamed.emit(row.id, name)
        return True


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
        self.table = _table(self.model, self.tr("Students"))
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
        kept = self._chosen
        self._showing = True
        self.model.show_students(rows)
        self._showing = False
        self._chosen = ()
        self.select(frozenset(kept))
        self._offer()

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
            self.table.setFocus()
            self.table.setCurrentIndex(self.model.index(row, NAME))
            self.table.edit(self.model.index(row, NAME))

    def _on_merge(self) -> None:
        self.merge_wanted.emit(self._chosen)

    def _on_split(self) -> None:
        self.split_wanted.emit(self._chosen[0])

    def _on_leave(self) -> None:
        self.leave_out_wanted.emit(self._chosen, not self._all_out())


def _side(column: int) -> Qt.AlignmentFlag:
    right = column in {SEEN, READ}
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _table(model: ReviewStudentModel, name: str) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 10)
    header, metrics = table.horizontalHeader(), table.fontMetrics()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
    header.resizeSection(CODE, metrics.horizontalAdvance("S888") + 18)
    header.resizeSection(SEEN, metrics.horizontalAdvance("0:00:00") + 16)
    header.resizeSection(READ, metrics.horizontalAdvance("left out") + 20)
    return table
