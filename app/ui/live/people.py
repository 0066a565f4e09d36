"""The students one by one: as a list, or as a map of the room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.engine.live.viewmodel import StudentRow
from app.ui.jobs import Jobs
from app.ui.live.seat_map import SeatMap
from app.ui.live.student_list import StudentList
from app.ui.widgets.card import card


class People(QWidget):
    """Two tabs in a card; in class-only mode one card that says why there are none.

    Args:
        describe: what to say of a student when the pointer rests on a seat.
        jobs: lays the map out.
    """

    def __init__(
        self, describe: Callable[[int], str], jobs: Jobs, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.students = StudentList()
        self.seats = SeatMap(describe, jobs)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for page, title, keys, tip in (
            (self.students, self.tr("Students"), "Ctrl+Shift+L", self.tr("The list of students")),
            (self.seats, self.tr("Seats"), "Ctrl+Shift+M", self.tr("A map of the room")),
        ):
            number = self.tabs.addTab(page, title)
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            self.tabs.setTabToolTip(number, f"{tip} ({shown})")
            QShortcut(QKeySequence(keys), self, lambda page=page: self.tabs.setCurrentWidget(page))
        frame = QFrame()
        frame.setProperty("card", True)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(8, 4, 6, 8)
        inside.addWidget(self.tabs)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(frame)
        self._reason = self._why()
        self._stack.addWidget(self._reason)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """No: pages with texts that wrap would ask for their least height only."""
        return False

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for some students; in a low window the card above gives way too."""
        if self.class_only:
            return QSize(350, self._reason.heightForWidth(350))
        return QSize(350, self.tabs.sizeHint().height())

    def _why(self) -> QWidget:
        frame, layout = card(self.tr("Class only"))
        text = QLabel(
            self.tr(
                "Only the class as a whole is shown and kept: no boxes, no numbers or names, no "
                "list of students and no seats.\n\nSettings, Privacy changes this for the next "
                "session."
            )
        )
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addWidget(text, 1)
        return frame

    def show_students(self, rows: tuple[StudentRow, ...]) -> None:
        """Show the newest rows."""
        self.students.show_students(rows)
        self.seats.show_students(rows)

    def show_class_only(self, class_only: bool) -> None:
        """Show nobody, and why; or everybody again."""
        self._stack.setCurrentIndex(1 if class_only else 0)
        self.updateGeometry()

    def name_current(self) -> None:
        """Ask for the name of the student who is chosen."""
        if not self.class_only and self.students.table.currentIndex().isValid():
            self.tabs.setCurrentWidget(self.students)
            self.students.table.name_current()

    @property
    def class_only(self) -> bool:
        """Whether nobody is shown."""
        return self._stack.currentIndex() == 1
