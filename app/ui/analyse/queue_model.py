"""The rows of the queue as Qt's tables want them."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtWidgets import QWidget

from app.engine.analyse.queue_row import QueueRow, RowState
from app.ui.analyse.state_icons import state_icon
from app.ui.analyse.wording import (
    plan_details,
    plan_text,
    progress_text,
    second_line,
    state_text,
    translate,
)
from app.ui.theme import colours

NAME, PLAN, PROGRESS, STATE, ACTION = range(5)
ROW: Final = Qt.ItemDataRole.UserRole
"""The ``QueueRow`` itself."""

_TITLES = (
    str(QT_TRANSLATE_NOOP("analyse", "Recording")),
    str(QT_TRANSLATE_NOOP("analyse", "Preset")),
    str(QT_TRANSLATE_NOOP("analyse", "Progress")),
    str(QT_TRANSLATE_NOOP("analyse", "State")),
    "",
)
_ROOT = QModelIndex()
_Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex


def action_text(row: QueueRow) -> str:
    """What a click on the last column does; "" for nothing."""
    if row.refused:
        return translate("analyse", "Replace")
    if row.state is RowState.DONE:
        return translate("analyse", "Open in Review")
    return translate("analyse", "Try again") if row.can_retry else ""


class QueueModel(QAbstractTableModel):
    """One row a recording; it is shown, never edited."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._rows: tuple[QueueRow, ...] = ()

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """Those shown now."""
        return self._rows

    def show_rows(self, rows: tuple[QueueRow, ...]) -> bool:
        """Show the newest rows; False where all indexes became invalid."""
        old, new = [row.number for row in self._rows], [row.number for row in rows]
        if new[: len(old)] != old:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return False
        before = self._rows
        if len(new) > len(old):
            self.beginInsertRows(_ROOT, len(old), len(new) - 1)
            self._rows = rows
            self.endInsertRows()
        self._rows = rows
        for place, row in enumerate(before):
            if row != rows[place]:
                self.dataChanged.emit(self.index(place, 0), self.index(place, ACTION))
        return True

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Recordings."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Always five."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Column titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _Role.DisplayRole:
            title = _TITLES[section]
            return translate("analyse", title) if title else ""
        if role == _Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """Text, shape, colour and what a screen reader says of one cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        value: Any = None
        match role:
            case _Role.DisplayRole:
                value = _text(row, column)
            case _Role.UserRole:
                value = row
            case _Role.DecorationRole if column == STATE:
                value = state_icon(row.state, colours(self._parent.palette()))
            case _Role.ToolTipRole:
                value = _tip(row, column)
            case _Role.AccessibleTextRole:
                title = _TITLES[column]
                text = _text(row, column)
                value = f"{translate('analyse', title)}: {text}" if title else text
                if column == NAME:
                    value = f"{value}. {second_line(row)}"
        return value


def _text(row: QueueRow, column: int) -> str:
    match column:
        case 0:
            return row.path.name
        case 1:
            return plan_text(row.plan)
        case 2:
            return progress_text(row)
        case 3:
            return state_text(row)
    return action_text(row)


def _tip(row: QueueRow, column: int) -> str:
    if column == NAME:
        return "\n".join(part for part in (str(row.path), row.message) if part)
    if column == PLAN:
        return plan_details(row.plan)
    if column == ACTION and row.refused:
        return translate("analyse", "Analyse it and replace the results in {folder}").format(
            folder=row.out
        )
    return _text(row, column)
