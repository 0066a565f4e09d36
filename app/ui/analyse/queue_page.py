"""What the workspace Analyse is made of, laid out; it knows no queue."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.engine.analyse.queue_row import QueueRow, QueueView, RowState
from app.ui.analyse.plan_bar import PlanBar
from app.ui.analyse.queue_table import QueueTable
from app.ui.analyse.wording import summary_text
from app.ui.theme import GAP
from app.ui.widgets.button import button


class QueuePage(QWidget):
    """Buttons, the table and the lines around it; what is possible follows the view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add = button(
            self.tr("Add recordings…"), "Ctrl+O", self.tr("Choose video files to analyse"), self
        )
        self.pause = button(
            self.tr("Pause"),
            "Ctrl+P",
            self.tr("Pause or go on; in the list the space bar does it too"),
            self,
        )
        self.plan = PlanBar()
        self.table = QueueTable()
        self.review = button(
            self.tr("Open in Review"),
            "Ctrl+Return",
            self.tr("Look at the results; in the list Enter does it too"),
            self,
        )
        self.folder = button(
            self.tr("Open folder"), "Ctrl+Shift+O", self.tr("Show the files of the results"), self
        )
        self.stop = button(
            self.tr("Stop"), "Ctrl+.", self.tr("Stop the chosen and keep what was read"), self
        )
        self.remove = button(
            self.tr("Remove"), "Del", self.tr("Take the chosen off the list; files stay"), self
        )
        self.clear = button(
            self.tr("Clear done"),
            "Ctrl+Shift+D",
            self.tr("Take all that are done off the list; files stay"),
            self,
        )
        self.summary = QLabel()
        self.summary.setAccessibleName(self.tr("Summary"))
        self.detail = QLabel()
        self.detail.setProperty("role", "muted")
        self.detail.setWordWrap(True)
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.first = QPushButton(self.tr("Add recordings…"))
        self.first.setProperty("primary", True)
        self.first.setToolTip(self.add.toolTip())
        self.first.clicked.connect(self.add.click)
        self._lay_out()
        self.show_view(QueueView())

    def show_view(self, view: QueueView) -> None:
        """Show how things stand."""
        self.table.show_rows(view.rows)
        self._stack.setCurrentIndex(1 if view.rows else 0)
        self.summary.setText(summary_text(view))
        self.pause.setEnabled(view.unfinished > 0)
        self.pause.setText(self.tr("Resume") if view.paused else self.tr("Pause"))
        self.pause.setAccessibleName(self.pause.text())
        primary = view.paused and view.unfinished > 0
        if self.pause.property("primary") is not primary:
            self.pause.setProperty("primary", primary)
            self.pause.style().unpolish(self.pause)
            self.pause.style().polish(self.pause)
        self.clear.setEnabled(view.count(RowState.DONE) > 0)
        self.show_chosen()

    def show_chosen(self) -> None:
        """Offer what makes sense for the rows that are chosen."""
        rows = self.chosen_rows()
        self.review.setEnabled(len(rows) == 1 and rows[0].session is not None)
        self.folder.setEnabled(len(rows) == 1)
        self.stop.setEnabled(any(not row.state.over for row in rows))
        self.remove.setEnabled(bool(rows))
        text = _detail(rows[0]) if len(rows) == 1 else ""
        self.detail.setText(text)
        self.detail.setVisible(bool(text))

    def chosen_rows(self) -> tuple[QueueRow, ...]:
        """The rows that are chosen, from the top."""
        numbers = set(self.table.chosen())
        return tuple(row for row in self.table.rows.rows if row.number in numbers)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.add)
        top.addStretch(1)
        for widget in (self.review, self.folder, self.stop, self.remove, self.clear):
            top.addWidget(widget)
        top.addSpacing(8)
        top.addWidget(self.pause)
        frame = QFrame()
        frame.setProperty("card", True)
        self._stack = QStackedLayout(frame)
        self._stack.addWidget(self._empty())
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addWidget(self.table, 1)
        self.detail.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self.detail)
        self._stack.addWidget(filled)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP)
        outer.addLayout(top)
        outer.addWidget(self.plan)
        outer.addWidget(frame, 1)
        outer.addWidget(self.summary)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Give the hint room for all its lines: nested layouts know only the width of one."""
        self._hint.setMinimumHeight(self._hint.heightForWidth(self._hint.width()))
        super().showEvent(event)

    def _empty(self) -> QWidget:
        page = QWidget()
        title = QLabel(self.tr("Drop recordings here"))
        title.setProperty("role", "heading")
        self._hint = text = QLabel(
            self.tr(
                "Single videos or whole folders. They are analysed one after the other on this "
                "computer, as chosen above, and the results open in Review.\n\nRegions that you "
                "drew for a recording in Live hold here too."
            )
        )
        text.setProperty("role", "muted")
        text.setWordWrap(True)
        text.setFixedWidth(520)
        column = QVBoxLayout(page)
        column.setSpacing(14)
        column.addStretch(1)
        for widget in (title, text, self.first):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            row = QHBoxLayout()  # an alignment would cut lines that wrap
            row.addStretch(1)
            row.addWidget(widget)
            row.addStretch(1)
            column.addLayout(row)
        column.addStretch(1)
        return page


def _detail(row: QueueRow) -> str:
    """What the table may have cut off: the message in full, and where the results are."""
    message = "" if row.state.active else row.message
    where = str(row.out) if row.session is not None else ""
    return "\n".join(part for part in (message, where) if part)
