"""The tab "Stretch": the part of the lesson that is chosen, summed up."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.expressions import LABELS, UNKNOWN
from app.engine.live.viewmodel import empty_view
from app.engine.review.timeline import ReviewStudent, StretchSummary
from app.ui.live.share_bars import ShareBars
from app.ui.theme import colours
from app.ui.widgets.button import button
from app.ui.widgets.marks import mark_icon, word
from app.ui.wording import clock, percent


class StretchPanel(QWidget):
    """Shares with bands, coverage, and every student in the stretch.

    Signals:
        begin_wanted, end_wanted: the stretch begins or ends at the playhead.
        clear_wanted: nothing is to be chosen.

    Args:
        owner: where the keys work, also while another tab is shown.
    """

    begin_wanted = Signal()
    end_wanted = Signal()
    clear_wanted = Signal()

    def __init__(self, owner: QWidget) -> None:
        super().__init__()
        self._icons = {label: mark_icon(label) for label in (UNKNOWN, *range(len(LABELS)))}
        self.begin = button(
            self.tr("From here"), "I", self.tr("The stretch begins at the playhead"), owner
        )
        self.end = button(
            self.tr("To here"), "O", self.tr("The stretch ends at the playhead"), owner
        )
        self.clear = button(self.tr("Clear"), "Ctrl+Shift+A", self.tr("Choose no stretch"), owner)
        for one, wanted in (
            (self.begin, self.begin_wanted),
            (self.end, self.end_wanted),
            (self.clear, self.clear_wanted),
        ):
            one.clicked.connect(wanted)
        row = QHBoxLayout()
        row.setSpacing(6)
        for one in (self.begin, self.end, self.clear):
            row.addWidget(one)
        self._hint = QLabel()
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._head = QLabel()
        self._head.setWordWrap(True)
        self.bars = ShareBars()
        self._withheld = QLabel(
            self.tr("Shares are withheld: too few faces were read at a time to speak of a group.")
        )
        self._withheld.setWordWrap(True)
        self.table = self._table()
        summary = QWidget()
        inner = QVBoxLayout(summary)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        for widget in (self._head, self.bars, self._withheld):
            inner.addWidget(widget)
        inner.addWidget(self.table, 1)
        inner.addStretch(0)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self._hint)
        self._stack.addWidget(summary)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 8, 0, 0)
        outer.setSpacing(8)
        outer.addLayout(row)
        outer.addWidget(body, 1)
        self.show_class_only(False)
        self.show_stretch(None)

    def show_class_only(self, class_only: bool) -> None:
        """Promise no students where the session has none."""
        how = self.tr(
            "Choose a stretch of the lesson: drag over the timelines with Shift held down, or "
            "press I where it begins and O where it ends."
        )
        shown = (
            self.tr("The shares of the class in it stand here then.")
            if class_only
            else self.tr("Its shares and every student in it stand here then.")
        )
        self._hint.setText(f"{how}\n\n{shown}")

    def _table(self) -> QTableWidget:
        titles = (self.tr("Student"), self.tr("Seen"), self.tr("Mostly"))
        table = QTableWidget(0, len(titles))
        table.setHorizontalHeaderLabels(titles)
        table.setAccessibleName(self.tr("Students in the stretch"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setMinimumHeight(84)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        header, metrics = table.horizontalHeader(), table.fontMetrics()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, metrics.horizontalAdvance("0:00:00") + 14)
        return table

    def show_stretch(self, stretch: StretchSummary | None) -> None:
        """Show the newest summary; None: nothing is chosen."""
        self.clear.setEnabled(stretch is not None)
        self._stack.setCurrentIndex(0 if stretch is None else 1)
        if stretch is None:
            return
        self._head.setText(self._words(stretch))
        change = stretch.change
        view = replace(
            empty_view(),
            shares=stretch.shares,
            low=stretch.low,
            high=stretch.high,
            read=stretch.read,
            read_low=stretch.read_low,
            read_high=stretch.read_high,
        )
        self.bars.show_view(view if change is None else replace(view, change=change))
        self.bars.show_change(change is not None)
        self.bars.setAccessibleName(self.tr("Expressions in the stretch"))
        if change is None:
            self.bars.setToolTip(
                self.tr(
                    "Share of each expression among the faces read in this stretch. The thin line "
                    "is its 95% confidence band, the range in which chance leaves it: few "
                    "students read at a time, wide band."
                )
            )
        self.bars.setVisible(not stretch.withheld)
        self._withheld.setVisible(stretch.withheld)
        self.table.setVisible(bool(stretch.students))
        self.table.setUpdatesEnabled(False)
        self.table.setRowCount(len(stretch.students))
        for row, student in enumerate(stretch.students):
            for column, item in enumerate(self._cells(student)):
                self.table.setItem(row, column, item)
        self.table.resizeColumnToContents(2)  # in some languages the words are long
        self.table.setUpdatesEnabled(True)

    def _words(self, stretch: StretchSummary) -> str:
        text = self.tr("<b>{low} to {high}</b> ({seconds:.0f} s)")
        said = text.format(
            low=clock(stretch.start), high=clock(stretch.end), seconds=stretch.end - stretch.start
        )
        parts = [said]
        if stretch.students:
            inside = sum(not one.excluded for one in stretch.students)
            parts.append(self.tr("students: {n}").format(n=inside))
        if math.isfinite(stretch.read):
            parts.append(self.tr("faces read: {share}").format(share=percent(stretch.read)))
        else:
            parts.append(self.tr("no faces in it"))
        if stretch.markers:
            parts.append(self.tr("markers: {n}").format(n=len(stretch.markers)))
        return " · ".join(parts)

    def _cells(self, student: ReviewStudent) -> list[QTableWidgetItem]:
        who = f"{student.code} {student.name}".strip()
        if student.excluded:
            return self._left_out(who, student)
        read = percent(student.read_share) if math.isfinite(student.read_share) else "–"
        known = bool(math.isfinite(student.shares[0]))
        most = int(student.shares.argmax()) if known else UNKNOWN
        said = f"{word(most)} {percent(student.shares[most])}" if known else word(UNKNOWN)
        cells = [QTableWidgetItem(text) for text in (who, clock(student.seconds), said)]
        cells[2].setIcon(self._icons[most])
        tip = self.tr("{who}: the app could tell in {read} of the pictures")
        for cell in cells:
            cell.setToolTip(tip.format(who=who, read=read))
        return cells

    def _left_out(self, who: str, student: ReviewStudent) -> list[QTableWidgetItem]:
        """Muted and without shares: the summary above does not count this student."""
        texts = (who, clock(student.seconds), self.tr("left out"))
        cells = [QTableWidgetItem(text) for text in texts]
        for cell in cells:
            cell.setForeground(QColor(colours(self.palette()).muted))
            cell.setToolTip(self.tr("{who} is left out of every table").format(who=who))
        return cells
