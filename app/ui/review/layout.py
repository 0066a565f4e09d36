"""The widgets of Review and where they stand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.engine.settings import Settings
from app.ui.review.bar import SessionBar
from app.ui.review.check_panel import CheckPanel
from app.ui.review.controller import ReviewController
from app.ui.review.edits_panel import EditsPanel
from app.ui.review.legend import Legend
from app.ui.review.stretch_panel import StretchPanel
from app.ui.review.students_panel import StudentsPanel
from app.ui.review.timelines import Timelines
from app.ui.review.transport import Transport
from app.ui.theme import GAP
from app.ui.widgets.button import button
from app.ui.widgets.splitter import splitter
from app.ui.widgets.video_view import VideoView
from app.ui.workspace import Workspace

LEAST_PICTURE = 220
"""Pixels of height below which faces and their labels can't be told apart."""


class ReviewLayout(Workspace):
    """Bar above; picture and timelines at the left, tabs at the right. Nothing is connected."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controller = ReviewController(settings, self)
        self.bar = SessionBar()
        self.video = VideoView()
        self.transport = Transport()
        self.timelines = Timelines()
        self.students = StudentsPanel(self)
        self.stretch = StretchPanel(self)
        self.edits = EditsPanel(self)
        self.check = CheckPanel(self.controller)
        self._lay_out()

    def _lay_out(self) -> None:
        self.find_video = QPushButton(self.tr("Find the video…"))
        self.find_video.setToolTip(self.tr("Choose the recording that this session was made from"))
        overlay = QVBoxLayout(self.video)
        overlay.addWidget(self.find_video, 0, Qt.AlignmentFlag.AlignRight)
        overlay.addStretch(1)
        picture = QWidget()
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.video, 1)
        column.addWidget(self.transport)
        down, across = Qt.Orientation.Vertical, Qt.Orientation.Horizontal
        # The rows of students scroll, a small picture says nothing.
        self.left = splitter(down, picture, self._timeline_card(), sizes=(455, 255), shares=(2, 1))
        self.video.setMinimumHeight(LEAST_PICTURE)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setProperty("tight", True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setUsesScrollButtons(False)  # the card is as wide as all of them need
        for panel, title in (
            (self.students, self.tr("Students")),
            (self.stretch, self.tr("Stretch")),
            (self.edits, self.tr("Edits")),
            (self.check, self.tr("Check")),
        ):
            self.tabs.addTab(panel, title)
        right, inside = _frame()
        inside.setContentsMargins(12, 6, 12, 12)
        self.tabs.tabBar().ensurePolished()
        self.tabs.setMinimumWidth(max(326, self.tabs.minimumSizeHint().width()))
        inside.addWidget(self.tabs)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP)
        outer.addWidget(self.bar)
        outer.addWidget(splitter(across, self.left, right, sizes=(820, 370), shares=(1, 0)), 1)

    def _timeline_card(self) -> QWidget:
        self.mark = button(self.tr("Marker"), "M", self.tr("Mark the moment at the playhead"), self)
        self.closer = button("+", "Ctrl++", self.tr("Zoom in (also the wheel with Ctrl)"), self)
        self.closer.setAccessibleName(self.tr("Zoom in"))
        self.farther = button("–", "Ctrl+-", self.tr("Zoom out (also the wheel with Ctrl)"), self)
        self.farther.setAccessibleName(self.tr("Zoom out"))
        self.whole = button(self.tr("All"), "Ctrl+0", self.tr("Show the whole session"), self)
        frame, layout = _frame()
        layout.setContentsMargins(10, 6, 8, 6)
        layout.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(2)
        self.legend = Legend()
        row.addWidget(self.legend, 1)
        for one in (self.mark, self.farther, self.closer, self.whole):
            one.setProperty("flat", True)
            row.addWidget(one)
        layout.addLayout(row)
        layout.addWidget(self.timelines, 1)
        return frame


def _frame() -> tuple[QFrame, QVBoxLayout]:
    """A card without a title."""
    frame = QFrame()
    frame.setProperty("card", True)
    return frame, QVBoxLayout(frame)
