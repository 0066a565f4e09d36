"""The workspace Review: lays the widgets out and connects what they show with what they want."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.settings import Settings
from app.ui.review.bar import source_name
from app.ui.review.files import Files
from app.ui.review.layout import ReviewLayout
from app.ui.review.markers import Markers
from app.ui.review.snapshots import People, TimelinesShown
from app.ui.services import Services

if TYPE_CHECKING:
    from app.engine.review.review import Review
    from app.session.editor import OpenSuggestion

FINER_MS = 120
"""Pause after a zoom before it is drawn finer."""


class ReviewWorkspace(ReviewLayout):
    """A session, with its recording where it is at hand."""

    def __init__(
        self,
        settings: Settings,
        services: Services | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(settings, parent)
        self.files = Files(self, services or Services())
        self._chosen: frozenset[int] = frozenset()
        self._sizes: list[int] = []  # of picture and timelines while a class-only session is open
        self._people = People((), (), (), (), False, False)
        self.markers = Markers(self)
        self._finer = QTimer(self)
        self._finer.setSingleShot(True)
        self._finer.setInterval(FINER_MS)
        self.setAcceptDrops(True)
        self._connect_widgets()
        self._connect_controller()
        self._on_opened(None)

    # What the window calls

    def open_session(self, path: Path) -> None:
        """Open a session file, as if the user had chosen it."""
        self.files.open(path)

    def set_settings(self, settings: Settings) -> None:
        """Heed how faces are to be drawn."""
        self.controller.set_settings(settings)
        self.check.heed_cover()

    def enter(self) -> None:
        """Go on showing."""
        self.controller.show(True)

    def leave(self) -> None:
        """Stop playing."""
        self.controller.show(False)

    def shut_down(self) -> None:
        """Close the session and end every thread, then emit ``closed``."""
        self._finer.stop()
        self.controller.close()

    # Connections

    def _connect_widgets(self) -> None:
        controller, timelines = self.controller, self.timelines
        self.bar.baseline_wanted.connect(controller.set_baseline)
        self.video.student_picked.connect(self._on_face)
        self.video.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.video.customContextMenuRequested.connect(self._on_face_menu)
        self.transport.play_wanted.connect(controller.play_or_pause)
        self.transport.step_wanted.connect(controller.step)
        self.transport.seek_wanted.connect(controller.seek)
        self.transport.speed_wanted.connect(controller.set_speed)
        timelines.seek_wanted.connect(self._on_scrub)
        timelines.stretch_wanted.connect(self._on_stretch_wanted)
        timelines.student_picked.connect(self._on_row)
        timelines.menu_wanted.connect(self._on_menu)
        timelines.window_changed.connect(self._finer.start)
        self._finer.timeout.connect(self._on_finer)
        self.closer.clicked.connect(lambda: timelines.zoom(1.6))
        self.farther.clicked.connect(lambda: timelines.zoom(1 / 1.6))
        self.whole.clicked.connect(timelines.show_whole)
        self._connect_panels()

    def _connect_panels(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.check.currentChanged.connect(self._on_tab)
        change, students = self.controller.change, self.students
        students.chosen.connect(self._select)
        students.naming.connect(lambda: self.tabs.setCurrentWidget(students))
        students.renamed.connect(lambda one, text: change(lambda review: review.name(one, text)))
        students.merge_wanted.connect(self._on_merge)
        students.split_wanted.connect(self._on_split)
        students.leave_out_wanted.connect(self._on_leave_out)
        self.stretch.begin_wanted.connect(lambda: self._bound(begin=True))
        self.stretch.end_wanted.connect(lambda: self._bound(begin=False))
        self.stretch.clear_wanted.connect(lambda: self._on_stretch_wanted(0.0, 0.0))
        edits = self.edits
        edits.accept_wanted.connect(lambda number: change(lambda review: review.accept(number)))
        edits.reject_wanted.connect(lambda number: change(lambda review: review.reject(number)))
        edits.undo_wanted.connect(lambda one: change(lambda review: review.undo(one or None)))
        edits.redo_wanted.connect(lambda one: change(lambda review: review.redo(one or None)))
        edits.suggestion_picked.connect(self._on_suggestion)

    def _connect_controller(self) -> None:
        controller = self.controller
        controller.opened.connect(self._on_opened)
        controller.failed.connect(self._on_failed)
        controller.people_changed.connect(self._on_people)
        controller.timelines_changed.connect(self._on_timelines)
        controller.stretch_changed.connect(self.stretch.show_stretch)
        controller.picture.connect(self.video.show_frame)
        controller.moved.connect(self._on_moved)
        controller.player_changed.connect(self.transport.show_playing)
        controller.video_changed.connect(self._on_video_changed)
        controller.activity.connect(self._on_activity)
        controller.exports.changed.connect(self._offer)
        controller.exports.offered.connect(self.offered)
        controller.message.connect(self.message)
        controller.note.connect(self.note)
        controller.dismissed.connect(self.dismissed)
        controller.closed.connect(self.closed)

    # What the session says

    def _on_opened(self, review: Review | None) -> None:
        self._chosen = frozenset()
        self.video.show_frame(None, None)
        self.video.show_hint(
            self.tr("Open a session"),
            self.tr(
                "Review shows what was read in a lesson, lets you put right who is who, and "
                "exports it. Live and Analyse make sessions; drop one here, or choose one above."
            ),
        )
        is_open, students = review is not None, review is not None and not review.class_only
        blocked = self.bar.baseline.blockSignals(True)
        self.bar.baseline.setChecked(False)
        self.bar.baseline.blockSignals(blocked)
        for place in range(self.tabs.count()):
            panel = self.tabs.widget(place)
            self.tabs.setTabVisible(place, students or not is_open or panel is self.stretch)
        self.tabs.setEnabled(is_open)
        self._make_room(for_time=is_open and not students)
        self.stretch.show_class_only(is_open and not students)
        self.stretch.show_stretch(None)
        self.video.set_names({})
        if review is None:
            self.bar.show_session(None)
            self.students.show_students(())
            self.edits.show_people(People((), (), (), (), False, False))
            self.timelines.show_session(0.0, 0.0)
            self.transport.show_session(0.0, 0.0)
            self.titled.emit("")
        else:
            self.bar.show_session(review.info, review.path)
            self.timelines.show_session(review.start, review.end)
            self.transport.show_session(review.start, review.end)
            self.titled.emit(source_name(review.info.source_name, review.info.source_live))
            self.tabs.setCurrentWidget(self.stretch if review.class_only else self.students)
            if review.class_only:
                self.video.show_hint(
                    self.tr("The class as a whole"),
                    self.tr("This session was recorded without boxes, ids or pictures."),
                )
        self._offer()
        self._on_video_changed()

    def _make_room(self, for_time: bool) -> None:
        """Without a picture there is more room for the timelines."""
        if for_time and not self._sizes:
            self._sizes = self.left.sizes()
            self.left.setProperty("usual", self._sizes)
            self.left.setSizes([1, sum(self._sizes) - 1])
        elif not for_time and self._sizes:
            self.left.setSizes(self._sizes)
            self.left.setProperty("usual", None)
            self._sizes = []

    def _on_failed(self) -> None:
        """The bar says why."""
        if self.controller.review is None:
            title = self.tr("This session can't be opened")
            self.video.show_hint(title, self.tr("Choose another one above, or drop one here."))

    def _on_people(self, people: People) -> None:
        self._people = people
        names = {one.id: one.name for one in people.students if one.name}
        excluded = frozenset(one.id for one in people.students if one.excluded)
        self.students.show_students(people.students)
        self.edits.show_people(people)
        self.video.set_names(names)
        self.timelines.show_students(names, excluded)
        self.markers.show_markers(people.markers)

    def _on_timelines(self, timelines: TimelinesShown) -> None:
        self.timelines.show_timelines(timelines)
        classroom = timelines.classroom
        self.legend.show_more(classroom.change is not None, bool(classroom.withheld.any()))

    def _on_moved(self, seconds: float) -> None:
        self.transport.show_position(seconds)
        self.timelines.show_position(seconds, follow=True)

    def _on_video_changed(self) -> None:
        review = self.controller.review
        students = review is not None and not review.class_only
        video = review is not None and review.video is not None
        self.find_video.setVisible(students and not video)
        self.check.show_possible(students, video)
        self._offer()

    def _on_activity(self, text: str, share: float) -> None:
        self.bar.show_activity(text, share, self.controller.exports.running)
        self.working.emit(bool(text))

    def _offer(self) -> None:
        review = self.controller.review
        is_open, students = review is not None, review is not None and not review.class_only
        video = review is not None and review.video is not None
        self.bar.show_possible(is_open, students, video, self.controller.exports.running)
        self.transport.setEnabled(is_open)
        for one in (self.mark, self.closer, self.farther, self.whole):
            one.setEnabled(is_open)

    def _on_tab(self) -> None:
        """While a face is asked about, nothing is shown of what the app read."""
        asks = self.tabs.currentWidget() is self.check and self.check.labelling
        self.left.setVisible(not asks)
        if asks:
            self.controller.pause()

    # What the user chooses

    def _select(self, students: frozenset[int]) -> None:
        self._chosen = students
        self.students.select(students)
        self.timelines.select(students)
        self.video.select(min(students) if len(students) == 1 else 0)

    def _on_row(self, student: int, joins: bool) -> None:
        self._select(self._chosen ^ {student} if joins else frozenset({student}))

    def _on_face(self, student: int) -> None:
        self._select(frozenset({student}) if student else frozenset())

    def _on_face_menu(self, where: QPoint) -> None:
        point = QPointF(where)
        hits = [tag.track_id for tag in self.video.tags() if tag.box.contains(point)]
        if hits:
            if hits[0] not in self._chosen:
                self._select(frozenset({hits[0]}))
            self._on_menu(self.video.mapToGlobal(where))

    def _on_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.markers.fill(menu)
        if self._chosen:
            self.students.fill(menu)
            menu.addSeparator()
        menu.addAction(self.tr("Stretch from here"), lambda: self._bound(begin=True))
        menu.addAction(self.tr("Stretch to here"), lambda: self._bound(begin=False))
        menu.popup(where)

    def _on_scrub(self, seconds: float) -> None:
        self.controller.seek(seconds)
        self._on_moved(seconds)

    def _on_stretch_wanted(self, low: float, high: float) -> None:
        self.controller.choose_stretch(low, high)
        self.timelines.show_stretch(self.controller.stretch)
        if self.controller.stretch is not None:
            self.tabs.setCurrentWidget(self.stretch)

    def _bound(self, begin: bool) -> None:
        review, at = self.controller.review, self.controller.position
        if review is None:
            return
        low, high = self.controller.stretch or (review.start, review.end)
        low, high = (at, high if high > at else review.end) if begin else (low, at)
        self._on_stretch_wanted(low if low < high else review.start, high)

    def _on_finer(self) -> None:
        window = self.timelines.window_shown
        self.controller.show_range(window.low, window.high)

    def _on_suggestion(self, one: OpenSuggestion) -> None:
        self._select(frozenset({one.earlier, one.later}))
        self._on_scrub(one.timestamp)

    # What the user changes

    def _on_merge(self, students: tuple[int, ...]) -> None:
        into, student = sorted(students)
        self.controller.change(
            lambda review: review.merge(into, student), lambda _: self._select(frozenset({into}))
        )

    def _on_split(self, student: int) -> None:
        at = self.controller.position
        self.controller.change(
            lambda review: review.split(student, at), lambda new: self._select(frozenset({new}))
        )

    def _on_leave_out(self, students: tuple[int, ...], out: bool) -> None:
        marked = {one.id for one in self._people.students if one.excluded}
        some = [student for student in students if (student in marked) != out]
        if some:
            self.controller.change(
                lambda review: review.exclude(*some) if out else review.include(*some)
            )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Welcome one local file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open the session, or the recording of the one that is open."""
        self.files.take(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()
