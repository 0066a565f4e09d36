"""The list of students: id, name, expression now, how often it is read, time seen."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QLabel, QStackedLayout, QWidget

from app.core.expressions import LABELS, UNKNOWN
from app.engine.live.viewmodel import StudentRow
from app.ui.widgets.marks import mark_icon, word
from app.ui.widgets.students import CODE, NAME, StudentModel, StudentTable
from app.ui.wording import clock, decimal

NOW, READ, SEEN = 2, 3, 4


class LiveStudentModel(StudentModel[StudentRow]):
    """Students seen so far; those who are out of view are greyed."""

    def __init__(self, parent: QWidget) -> None:
        titles = (
            self.tr("Id"),
            self.tr("Name"),
            self.tr("Now"),
            self.tr("/s"),
            self.tr("Seen"),
        )
        super().__init__(parent, titles, frozenset({READ, SEEN}))
        self._tips = {
            READ: self.tr("How many times a second this face is really read"),
            SEEN: self.tr("How long this student was in view so far"),
        }
        self._away = self.tr("out of view")
        self._icons = {label: mark_icon(label) for label in (UNKNOWN, *range(len(LABELS)))}

    def widest(self, metrics: QFontMetrics) -> int:
        """Pixels of the widest text in the column "Now"."""
        words = [word(label) for label in self._icons]
        return max(metrics.horizontalAdvance(text) for text in (self._away, *words))

    def _id(self, row: StudentRow) -> int:
        return row.track_id

    def _faded(self, row: StudentRow) -> bool:
        return not row.in_view

    def _text(self, row: StudentRow, column: int) -> str:
        if column == CODE:
            return row.code
        if column == NOW:
            return word(row.label) if row.in_view else self._away
        if column == READ:
            return _rate(row.refresh)
        return clock(row.seconds)

    def _look(self, row: StudentRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DecorationRole and column == NOW and row.in_view:
            return self._icons[row.label]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips.get(column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == READ:
            return self.tr("read {rate} times a second").format(rate=self._text(row, READ))
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column titles, and what numbers below them are."""
        if role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            return self._tips.get(section)
        return super().headerData(section, orientation, role)


def _rate(times: float) -> str:
    """Readings a second in two figures: "4.8", "15"."""
    if not math.isfinite(times):
        return "–"
    return decimal(times) if times < 9.95 else str(round(times))


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
        self.model = LiveStudentModel(self)
        metrics = self.fontMetrics()
        widths = {
            CODE: metrics.horizontalAdvance("S888") + 18,
            NOW: self.model.widest(metrics) + 36,
            READ: metrics.horizontalAdvance("8.8") + 20,
            SEEN: metrics.horizontalAdvance("0:00:00") + 18,
        }
        self.table = StudentTable(self.model, self.tr("Students"), widths)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
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
        self.picked.emit(self.model.student_id(current.row()) if current.isValid() else 0)
