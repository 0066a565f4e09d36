"""The tab "Check": label faces by hand, then see how well the app agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.expressions import LABELS, UNKNOWN
from app.core.privacy import FaceCover
from app.ui.review.check_report import CheckReport
from app.ui.review.face_loop import FaceLoop
from app.ui.widgets.button import button
from app.ui.widgets.marks import mark_icon, word

if TYPE_CHECKING:
    from app.core.types import Frame
    from app.engine.review.review import Review
    from app.session.agreement import Agreement, Moment
    from app.ui.review.controller import ReviewController

COUNTS = (20, 60, 120)
"""How many faces the user may choose to label."""
_INTRO, _LABELLING, _REPORT = range(3)


@dataclass(frozen=True, slots=True)
class _Task:
    """Faces to label, and what the file holds of them so far, in the same order."""

    moments: tuple[Moment, ...]
    said: list[int | None]

    @property
    def done(self) -> int:
        """How many are labelled."""
        return sum(one is not None for one in self.said)


class CheckPanel(QStackedWidget):
    """Three pages: what it is, the faces, the report.

    The machine's answer is never shown while the user labels, so that it can't lead them.
    """

    def __init__(self, controller: ReviewController) -> None:
        super().__init__()
        self._controller = controller
        self._task: _Task | None = None
        self._place = 0
        self._video = False
        self._ahead: dict[int, list[Frame]] = {}
        self.report = CheckReport()
        self.addWidget(self._intro())
        self.addWidget(self._labelling())
        self.addWidget(self._report_page())
        self.show_possible(False, False)

    @property
    def labelling(self) -> bool:
        """Whether a face is asked about."""
        return self.currentIndex() == _LABELLING

    # The pages

    def _intro(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        heading = QLabel(self.tr("Can I trust it in my room?"))
        heading.setProperty("role", "section")
        text = QLabel(
            self.tr(
                "You label some faces of this session by hand, without seeing what the app says. "
                "Then it shows how often you agree, and on what."
            )
        )
        text.setWordWrap(True)
        self.missing = QLabel()
        self.missing.setWordWrap(True)
        self.missing.setProperty("role", "muted")
        self.faces = QComboBox()
        self.faces.setAccessibleName(self.tr("Faces to label"))
        self.faces.setToolTip(self.tr("More faces take longer and say more"))
        for count in COUNTS:
            self.faces.addItem(self.tr("{n} faces").format(n=count), count)
        self.faces.setCurrentIndex(1)
        self.start = button(
            self.tr("Start"), "Ctrl+Shift+S", self.tr("Label faces, or go on"), page
        )
        self.start.setProperty("primary", True)
        self.see = button(
            self.tr("See report"), "Ctrl+Shift+R", self.tr("How well the app agrees"), page
        )
        row = QHBoxLayout()
        row.addWidget(self.faces)
        row.addWidget(self.start)
        row.addStretch(1)
        note = QLabel(
            self.tr(
                "You can stop at any time and go on later: every label is kept in the session "
                "file. The pictures are not."
            )
        )
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        for part in (heading, text, self.missing):
            layout.addWidget(part)
        layout.addLayout(row)
        layout.addWidget(note)
        layout.addWidget(self.see, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self.start.clicked.connect(self.begin)
        self.see.clicked.connect(self.show_report)
        return page

    def _labelling(self) -> QWidget:
        page = QWidget()
        self.face = FaceLoop()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName(self.tr("Faces labelled"))
        self.state = QLabel()
        self.state.setProperty("role", "muted")
        self.answers: dict[int, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, label in enumerate((*range(len(LABELS)), UNKNOWN)):
            key = str(label + 1) if label != UNKNOWN else "0"
            answer = button(f"{key}  {word(label)}", key, word(label), page)
            answer.setIcon(mark_icon(label))
            answer.setAccessibleName(word(label))
            answer.setProperty("answer", True)
            answer.clicked.connect(self._answerer(label))
            grid.addWidget(answer, place // 2, place % 2)
            self.answers[label] = answer
        self.back = button(self.tr("Back"), "Backspace", self.tr("The face before"), page)
        self.skip = button(self.tr("Skip"), "S", self.tr("Leave this face out"), page)
        self.end = button(self.tr("Stop"), "X", self.tr("Stop here, and see the report"), page)
        self.back.clicked.connect(lambda: self._go(self._place - 1))
        self.skip.clicked.connect(lambda: self._go(self._place + 1))
        self.end.clicked.connect(self.show_report)
        row = QHBoxLayout()
        row.setSpacing(6)
        for one in (self.back, self.skip, self.end):
            row.addWidget(one)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.state)
        layout.addWidget(self.progress)
        layout.addWidget(self.face, 1)
        layout.addLayout(grid)
        layout.addLayout(row)
        return page

    def _report_page(self) -> QWidget:
        page = QWidget()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.report)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for ground in (self.report, area.viewport()):  # the card's own shows through
            ground.setAutoFillBackground(False)
        self.go_on = button(
            self.tr("Go on labelling"), "Ctrl+Shift+S", self.tr("Label more faces"), page
        )
        self.close_report = button(self.tr("Close"), "X", self.tr("Close the report"), page)
        self.go_on.clicked.connect(lambda: self.setCurrentIndex(_INTRO))
        self.close_report.clicked.connect(lambda: self.setCurrentIndex(_INTRO))
        row = QHBoxLayout()
        row.addWidget(self.go_on)
        row.addWidget(self.close_report)
        row.addStretch(1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(area, 1)
        layout.addLayout(row)
        return page

    def show_possible(self, students: bool, video: bool) -> None:
        """Begin anew with a session that has students and a video, or not."""
        self._task = None
        self._ahead.clear()
        self.face.show_pictures([])
        self.setCurrentIndex(_INTRO)
        self.show_video(students and video)
        self.see.setEnabled(students)

    def show_video(self, video: bool) -> None:
        """Whether there is a video to cut faces from."""
        self._video = video
        self._offer()

    def heed_cover(self) -> None:
        """Faces may be covered from now on, or shown: while they are covered none is enlarged."""
        if self._covered:
            self._task = None
            self._ahead.clear()
            self._controller.pictures.forget()
            self.face.show_pictures([])
            if self.labelling:
                self.setCurrentIndex(_INTRO)
        self._offer()

    @property
    def _covered(self) -> bool:
        review = self._controller.review
        return review is not None and review.faces is not FaceCover.SHOW

    def _offer(self) -> None:
        """Let the user start, or say why not."""
        text = ""
        if not self._video:
            text = self.tr("This needs the recording: find the video first.")
        elif self._covered:
            text = self.tr(
                "Faces are covered, so nobody can label them: let them be shown in the settings, "
                "under Privacy."
            )
        self.start.setEnabled(not text)
        self.missing.setVisible(bool(text))
        self.missing.setText(text)

    # Labelling

    def begin(self) -> None:
        """Draw faces to label; those that were labelled before are not asked again."""
        count = int(self.faces.currentData())

        def work(review: Review) -> _Task:
            moments = review.moments(count)
            return _Task(moments, [review.labelled(one) for one in moments])

        self.start.setEnabled(False)
        self._controller.run(work, self._on_task, self._on_no_task)

    def _on_task(self, task: _Task) -> None:
        self._offer()
        if self._covered:
            return
        self._task = task
        self._ahead.clear()
        self.setCurrentIndex(_LABELLING)
        left = [place for place, said in enumerate(task.said) if said is None]
        self._go(left[0] if left else len(task.moments))

    def _on_no_task(self, text: str) -> None:
        self._offer()
        self._controller.message.emit(text, True)

    def _go(self, place: int) -> None:
        """Ask about this face; after the last one comes the report."""
        task = self._task
        if task is None:
            return
        if place >= len(task.moments):
            self.show_report()
            return
        self._place = max(0, place)
        self.back.setEnabled(self._place > 0)
        text = self.tr("Face {n} of {all}. What does it show?")
        self.state.setText(text.format(n=self._place + 1, all=len(task.moments)))
        self._show_said()
        self.face.show_pictures(self._ahead.get(self._place, []))
        self._fetch(self._place)

    def _show_said(self) -> None:
        """Mark what is in the file: how many labels, and that of this face."""
        task = self._task
        if task is None:
            return
        self.progress.setRange(0, len(task.moments))
        self.progress.setValue(task.done)
        for label, answer in self.answers.items():
            answer.setDown(label == task.said[self._place])

    def _fetch(self, place: int) -> None:
        """Cut the face from the video, and the next one while the user looks."""
        task, review = self._task, self._controller.review
        if task is None or review is None or place >= len(task.moments):
            return
        if place in self._ahead:
            if place == self._place:
                self._fetch(place + 1)
            return
        moment = task.moments[place]

        def done(pictures: list[Frame]) -> None:
            self._ahead = {self._place: self._ahead.get(self._place, []), place: pictures}
            if place == self._place:
                self.face.show_pictures(pictures)
                self._fetch(place + 1)

        def failed(text: str) -> None:
            if place == self._place:
                self.face.show_problem(text)

        kind = "face" if place == self._place else "next face"
        self._controller.pictures.ask(kind, lambda: review.moment_picture(moment), done, failed)

    def _answerer(self, label: int) -> Any:
        return lambda: self._answer(label)

    def _answer(self, label: int) -> None:
        task, place = self._task, self._place
        if task is None:
            return
        moment = task.moments[place]

        def written(_: object) -> None:  # until then it is not labelled: it may fail
            task.said[place] = label
            if task is self._task:
                self._show_said()

        self._controller.run(lambda review: review.label(moment, label), written)
        self._go(place + 1)

    def show_report(self) -> None:
        """Work out how well the app agrees, and show it."""

        def done(agreement: Agreement) -> None:
            self.report.show_agreement(agreement)
            self.setCurrentIndex(_REPORT)

        self.face.show_pictures([])
        self._controller.run(lambda review: review.agreement(), done)
