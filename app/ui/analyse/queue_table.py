"""The table of recordings: chooses rows and sends what the user wants with them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QCursor, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.engine.analyse.queue_row import QueueRow
from app.ui.analyse.queue_model import (
    ACTION,
    NAME,
    PLAN,
    PROGRESS,
    STATE,
    QueueModel,
    action_text,
)
from app.ui.analyse.row_delegate import RowDelegate, row_height
from app.ui.analyse.wording import time_text, translate
from app.ui.wording import percent


class QueueTable(QTableView):
    """Rows of recordings; several can be chosen.

    Signals:
        review_wanted: number of the row to open.
        action_wanted: number of the row whose button was pressed.
        move_wanted: -1 for up, 1 for down.
        pause_wanted: the space bar.
        picked: other rows are chosen now.
    """

    review_wanted = Signal(int)
    action_wanted = Signal(int)
    move_wanted = Signal(int)
    pause_wanted = Signal()
    picked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = QueueModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self))
        self.setAccessibleName(self.tr("Recordings"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self._size_cells()
        self.doubleClicked.connect(self._on_double_click)
        self.clicked.connect(self._on_click)
        self.selectionModel().selectionChanged.connect(self.picked)
        for keys, wanted in (
            ("Return", self._on_enter),
            ("Enter", self._on_enter),
            ("Space", self.pause_wanted.emit),
            ("Ctrl+Up", self._on_up),
            ("Ctrl+Down", self._on_down),
        ):
            made = QShortcut(QKeySequence(keys), self, wanted)
            made.setContext(Qt.ShortcutContext.WidgetShortcut)

    def show_rows(self, rows: tuple[QueueRow, ...]) -> None:
        """Show the newest rows; what was chosen stays chosen."""
        chosen, current, top = self.chosen(), self._current(), self.verticalScrollBar().value()
        if self.rows.show_rows(rows):
            return
        self.choose(chosen, current)
        self.verticalScrollBar().setValue(top)

    def chosen(self) -> tuple[int, ...]:
        """Numbers of the rows that are chosen, from the top."""
        # By ranges: asked row by row, hundreds of them take tens of milliseconds.
        selection = self.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.size())]
        places = {place for one in ranges for place in range(one.top(), one.bottom() + 1)}
        return tuple(self.rows.rows[place].number for place in sorted(places))

    def choose(self, numbers: tuple[int, ...], current: int = 0) -> None:
        """Choose these rows; ``current`` has the focus."""
        model, wanted, picked = self.rows, set(numbers), QItemSelection()
        places = [place for place, row in enumerate(model.rows) if row.number in wanted]
        for first, last in _blocks(places):  # one by one, hundreds of rows would take a second
            picked.select(model.index(first, NAME), model.index(last, ACTION))
        selection, flags = self.selectionModel(), QItemSelectionModel.SelectionFlag
        selection.select(picked, flags.ClearAndSelect)
        for place, row in enumerate(model.rows):
            if row.number == current:
                selection.setCurrentIndex(model.index(place, NAME), flags.NoUpdate)
        self.picked.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The hand over what can be pressed."""
        index = self.indexAt(event.position().toPoint())
        pressable = index.column() == ACTION and bool(action_text(self._row(index)))
        shape = Qt.CursorShape.PointingHandCursor if pressable else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(QCursor(shape))
        super().mouseMoveEvent(event)

    def _row(self, index: QModelIndex) -> QueueRow:
        return self.rows.rows[index.row()]

    def _current(self) -> int:
        index = self.currentIndex()
        return self._row(index).number if index.isValid() else 0

    def _on_click(self, index: QModelIndex) -> None:
        if index.column() == ACTION and action_text(self._row(index)):
            self.action_wanted.emit(self._row(index).number)

    def _on_double_click(self, index: QModelIndex) -> None:
        if index.column() != ACTION:
            self.review_wanted.emit(self._row(index).number)

    def _on_enter(self) -> None:
        if self.currentIndex().isValid():
            self.review_wanted.emit(self._current())

    def _on_up(self) -> None:
        self.move_wanted.emit(-1)

    def _on_down(self) -> None:
        self.move_wanted.emit(1)

    def _size_cells(self) -> None:
        metrics = self.fontMetrics()
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(row_height(metrics))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        widest = {
            PLAN: translate("analyse", "Every frame"),
            PROGRESS: f"{percent(0.99)} · {time_text(10 * 3600 + 55 * 60)}",
            STATE: translate("analyse", "Not started") + "WW",
            ACTION: translate("analyse", "Open in Review") + "   ",
        }
        for column, text in widest.items():
            header.resizeSection(column, metrics.horizontalAdvance(text) + 26)


def _blocks(places: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of every run of neighbours in rising numbers."""
    blocks: list[tuple[int, int]] = []
    for place in places:
        if blocks and blocks[-1][1] == place - 1:
            blocks[-1] = (blocks[-1][0], place)
        else:
            blocks.append((place, place))
    return blocks
