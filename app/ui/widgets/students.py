"""A list of students whose names can be typed in: what Live's and Review's have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final, Generic, Protocol, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from app.ui.theme import colours

CODE: Final = 0
NAME: Final = 1
"""The columns that every such list begins with."""
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
_ACROSS = Qt.Orientation.Horizontal


class Student(Protocol):
    """What every row says."""

    @property
    def code(self) -> str:
        """The id as it is shown, S07."""

    @property
    def name(self) -> str:
        """ "" where there is none."""


Row = TypeVar("Row", bound=Student)


class StudentModel(QAbstractTableModel, Generic[Row]):
    """Rows in the order of ids; only cells that changed are told to the view.

    Nothing is ever reset: that would close an editor in which somebody types.

    Args:
        parent: whose colours and type hold.
        titles: of the columns.
        right: columns of numbers.

    Signals:
        renamed: id and the new name; the model shows it once the session took it.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QWidget, titles: tuple[str, ...], right: frozenset[int]) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._parent = parent
        self._titles, self._right = titles, right

    @abstractmethod
    def _id(self, row: Row) -> int:
        """Of the student."""

    @abstractmethod
    def _text(self, row: Row, column: int) -> str:
        """What a cell reads, but for the name."""

    @abstractmethod
    def _faded(self, row: Row) -> bool:
        """Whether all of the row is greyed."""

    def _look(self, row: Row, column: int, role: int) -> Any:
        """What else a cell has of its own; None: as usual."""
        return None

    def show_students(self, rows: tuple[Row, ...]) -> None:
        """Take over the newest rows."""
        ids = [self._id(row) for row in rows]
        self._keep(frozenset(ids))
        for place, row in enumerate(rows):
            if place == len(self._rows) or self._id(self._rows[place]) != ids[place]:
                self.beginInsertRows(_ROOT, place, place)
                self._rows = (*self._rows[:place], row, *self._rows[place:])
                self.endInsertRows()
        old, self._rows = self._rows, rows
        for number, (before, after) in enumerate(zip(old, rows, strict=True)):
            cells = zip(self._shown(before), self._shown(after), strict=True)
            for column in (at for at, (was, now) in enumerate(cells) if was != now):
                cell = self.index(number, column)
                self.dataChanged.emit(cell, cell)

    def _keep(self, ids: frozenset[int]) -> None:
        """Take everybody else away."""
        for place in reversed(range(len(self._rows))):
            if self._id(self._rows[place]) not in ids:
                self.beginRemoveRows(_ROOT, place, place)
                self._rows = self._rows[:place] + self._rows[place + 1 :]
                self.endRemoveRows()

    def _shown(self, row: Row) -> list[tuple[str, bool]]:
        """What each column shows."""
        faded = self._faded(row)
        return [(self._read(row, column), faded) for column in range(len(self._titles))]

    def _read(self, row: Row, column: int) -> str:
        if column == NAME:
            return row.name or self.tr("add name")
        return self._text(row, column)

    def student(self, place: int) -> Row:
        """What is said of the student of a row."""
        return self._rows[place]

    def student_id(self, place: int) -> int:
        """Whose row this is."""
        return self._id(self._rows[place])

    def row_of(self, student: int) -> int:
        """The row of a student; -1 where there is none."""
        ids = [self._id(row) for row in self._rows]
        return ids.index(student) if student in ids else -1

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Students."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Always the same."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Column titles."""
        if orientation != _ACROSS:
            return None
        if role == _Role.DisplayRole:
            return self._titles[section]
        return self._side(section) if role == _Role.TextAlignmentRole else None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        right = column in self._right
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The name can be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """Text, mark, colour and what a screen reader says of one cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        value = self._look(row, column, role)
        if value is not None:
            return value
        match role:
            case _Role.DisplayRole:
                value = self._read(row, column)
            case _Role.EditRole if column == NAME:
                value = row.name
            case _Role.TextAlignmentRole:
                value = self._side(column)
            case _Role.ForegroundRole if self._faded(row) or (column == NAME and not row.name):
                value = QColor(colours(self._parent.palette()).muted)
            case _Role.ToolTipRole if column == NAME:
                value = self.tr("Double-click or press F2 to name this student")
            case _Role.AccessibleTextRole:
                value = f"{self._titles[column]}: {self._read(row, column)}"
        return value

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:  # noqa: N802
        """Send the rename up; the new name comes back with the next rows."""
        if role != _Role.EditRole or not index.isValid() or index.column() != NAME:
            return False
        name, row = " ".join(str(value).split()), self._rows[index.row()]
        if name != row.name:
            self.renamed.emit(self._id(row), name)
        return True


class _NameDelegate(QStyledItemDelegate):
    """An editor that is filled once: what is typed outlives news of the student."""

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """Fill it when it opens."""
        if not editor.property("filled"):
            editor.setProperty("filled", True)
            super().setEditorData(editor, index)


class StudentTable(QTableView):
    """F2 names the student of the current row, whatever its column.

    Args:
        model: its rows.
        name: what a screen reader calls it.
        widths: pixels that the cells of every column but the name's need; the name's takes what
            is left.
    """

    def __init__(self, model: QAbstractTableModel, name: str, widths: Mapping[int, int]) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegateForColumn(NAME, _NameDelegate(self))
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in widths.items():
            title = self.fontMetrics().horizontalAdvance(str(model.headerData(column, _ACROSS)))
            header.resizeSection(column, max(width, title + 14))

    def name_current(self) -> None:
        """Open the editor of the current row's name."""
        current = self.currentIndex()
        if current.isValid() and self.state() != QAbstractItemView.State.EditingState:
            name = current.siblingAtColumn(NAME)
            self.setCurrentIndex(name)
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.edit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """F2 opens the editor; Space is the page's, where it pauses."""
        if event.key() == Qt.Key.Key_F2:
            self.name_current()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)
