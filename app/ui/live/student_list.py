"""The list of students: id, name, expression now, time seen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from app.core.expressions import LABELS, UNKNOWN
from app.engine.live.viewmodel import StudentRow
from app.ui.theme import colours
from app.ui.widgets.marks import mark_icon, word
from app.ui.wording import clock

CODE, NAME, NOW, SEEN = range(4)
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole


class StudentModel(QAbstractTableModel):
    """Rows in the order of ids; only cells that changed are told to the view.

    Signals:
        renamed: id and the new name; the model shows it once the session took it.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[StudentRow, ...] = ()
        self._icons = {label: mark_icon(label) for label in (UNKNOWN, *range(len(LABELS)))}
        self._parent = parent
        self.columns = (self.tr("Id"), self.tr("Name"), self.tr("Now"), self.tr("Seen"))

    def show_students(self, rows: tuple[StudentRow, ...]) -> None:
        """Take over the newest rows."""
        self._keep({row.track_id for row in rows})
        for place, row in enumerate(rows):
            if place == len(self._rows) or self._rows[place].track_id != row.track_id:
                self.beginInsertRows(_ROOT, place, place)
                self._rows = (*self._rows[:place], row, *self._rows[place:])
                self.endInsertRows()
        old, self._rows = self._rows, rows
        for number, (before, after) in enumerate(zip(old, rows, strict=True)):
            cells = zip(_shown(before), _shown(after), strict=True)
            for column in (at for at, (was, now) in enumerate(cells) if was != now):
                cell = self.index(number, column)
                self.dataChanged.emit(cell, cell)

    def _keep(self, ids: set[int]) -> None:
        """Take everybody else away; a reset would close an editor in which somebody types."""
        for place in reversed(range(len(self._rows))):
            if self._rows[place].track_id not in ids:
                self.beginRemoveRows(_ROOT, place, place)
                self._rows = self._rows[:place] + self._rows[place + 1 :]
                self.endRemoveRows()

    def track_id(self, row: int) -> int:
        """Whose row this is."""
        return self._rows[row].track_id

    def row_of(self, track_id: int) -> int:
        """The row of a student; -1 where there is none."""
        ids = [row.track_id for row in self._rows]
        return ids.index(track_id) if track_id in ids else -1

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Students seen so far."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Always four."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Column titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _Role.DisplayRole:
            return self.columns[section]
        if role == _Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == SEEN else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The name can be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """Text, mark, colour and what a screen reader says of one cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        value: Any = None
        match role:
            case _Role.DisplayRole:
                value = self._text(row, column)
            case _Role.EditRole if column == NAME:
                value = row.name
            case _Role.DecorationRole if column == NOW and row.in_view:
                value = self._icons[row.label]
            case _Role.TextAlignmentRole if column == SEEN:
                value = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _Role.ForegroundRole if not row.in_view or (column == NAME and not row.name):
                value = QColor(colours(self._parent.palette()).muted)
            case _Role.ToolTipRole if column == NAME:
                value = self.tr("Double-click or press F2 to name this student")
            case _Role.AccessibleTextRole:
                value = f"{self.columns[column]}: {self._text(row, column)}"
        return value

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:  # noqa: N802
        """Send the rename up; the new name comes back with the next rows."""
        if role != _Role.EditRole or not index.isValid() or index.column() != NAME:
            return False
        name = " ".join(str(value).split())
        row = self._rows[index.row()]
        if name != row.name:
            self.renamed.emit(row.track_id, name)
        return True

    def _text(self, row: StudentRow, column: int) -> str:
        if column == CODE:
            return row.code
        if column == NAME:
            return row.name or self.tr("add name")
        if column == NOW:
            return word(row.label) if row.in_view else self.tr("out of view")
        return clock(row.seconds)


def _shown(row: StudentRow) -> tuple[object, ...]:
    """What each column shows of a student; who is out of view is greyed everywhere."""
    here = row.in_view
    return (row.code, here), (row.name, here), (row.label, here), (int(row.seconds), here)


class _NameDelegate(QStyledItemDelegate):
    """An editor that is filled once: what is typed outlives news of the student."""

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """Fill it when it opens."""
        if not editor.property("filled"):
            editor.setProperty("filled", True)
            super().setEditorData(editor, index)


class StudentTable(QTableView):
    """F2 names the student of the current row, whatever its column."""

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


class StudentList(QWidget):
    """Everyone who was seen, in a table.

    Signals:
        renamed: id and the new name.
        picked: id of the row that the user chose, 0 for none.
    """

    renamed = Signal(int, str)
    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = QStackedLayout(self)
        self._empty = QLabel(
            self.tr(
                "Everyone the camera sees gets a number, S01, S02 and so on.\n\n"
                "You can give a number a name here. Names stay on this computer."
            )
        )
        self._empty.setContentsMargins(8, 8, 8, 8)
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.model = StudentModel(self)
        self.table = _table(self.model)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self.model.renamed.connect(self.renamed)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)

    def show_students(self, rows: tuple[StudentRow, ...]) -> None:
        """Show the newest rows."""
        self.model.show_students(rows)
        self._stack.setCurrentWidget(self.table if rows else self._empty)

    def select(self, track_id: int) -> None:
        """Choose the row of a student; 0: none."""
        row = self.model.row_of(track_id)
        if row < 0:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
            return
        self.table.selectionModel().setCurrentIndex(
            self.model.index(row, NAME),
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )

    def _on_row(self, current: QModelIndex, previous: QModelIndex) -> None:
        self.picked.emit(self.model.track_id(current.row()) if current.isValid() else 0)


def _table(model: StudentModel) -> StudentTable:
    table = StudentTable()
    table.setModel(model)
    table.setItemDelegateForColumn(NAME, _NameDelegate(table))
    table.setAccessibleName(QCoreApplication.translate("StudentList", "Students"))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(
        QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
    )
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 10)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
    metrics = table.fontMetrics()
    header.resizeSection(CODE, metrics.horizontalAdvance("S888") + 18)
    header.resizeSection(NOW, _widest_word(metrics) + 46)
    header.resizeSection(SEEN, metrics.horizontalAdvance("0:00:00") + 14)
    return table


def _widest_word(metrics: QFontMetrics) -> int:
    away = QCoreApplication.translate("StudentModel", "out of view")
    words = [word(label) for label in (UNKNOWN, *range(len(LABELS)))]
    return max(metrics.horizontalAdvance(text) for text in (away, *words))
