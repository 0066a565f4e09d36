"""The workspace Live: lays the widgets out and connects what they show with what they want."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.core.errors import SourceError
from app.engine.analyse.recordings import demo_clip
from app.engine.live.enough import ReadsWatch
from app.engine.live.pace import PaceWatch
from app.engine.live.viewmodel import ClassView, State, empty_view
from app.engine.settings import Settings
from app.ui.live.class_panel import ClassPanel
from app.ui.live.controller import Controller
from app.ui.live.controls import Controls
from app.ui.live.hover import details
from app.ui.live.marker_bar import MarkerBar
from app.ui.live.people import People
from app.ui.live.region_tool import RegionTool
from app.ui.live.status import Figures, StatusBar
from app.ui.live.stop_question import StopQuestion
from app.ui.live.stream_dialog import StreamDialog
from app.ui.opening import folder_offer
from app.ui.services import Services
from app.ui.theme import GAP
from app.ui.widgets.splitter import splitter
from app.ui.widgets.timeline import Timeline
from app.ui.widgets.video_view import VideoView
from app.ui.wording import clock, idle_text, videos
from app.ui.workspace import Workspace

if TYPE_CHECKING:  # importing it loads OpenCV, which takes a moment
    from app.stages.camera import Camera

_RUNS = frozenset({State.PREPARING, State.RUNNING, State.PAUSED, State.STOPPING})
ASKS_AFTER = 60.0
"""Seconds of a camera from which on Stop asks first."""


class LiveWorkspace(Workspace):
    """A camera, a stream, or a recording as if it were one, with the class beside it."""

    _ended = Signal()

    def __init__(
        self,
        settings: Settings,
        services: Services | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.controller = Controller(settings, services, self)
        self.controls = Controls()
        self.video = VideoView()
        self.markers = MarkerBar()
        self.timeline = Timeline(None, self.markers)
        self.panel = ClassPanel()
        self.people = People(self.video.describe, self.controller.jobs)
        self.students, self.seats = self.people.students, self.people.seats
        self.status = StatusBar()
        self.regions = RegionTool(self.video, self.controller)
        self._folder = Path.home()
        self._moment = 0.0
        self._pace, self._said_slow = PaceWatch(), False
        self._reads, self._said_few, self._aim = ReadsWatch(), False, settings.live.reads
        self._view = empty_view()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click beside the controls, then Space
        self._lay_out()
        self._connect_controls()
        self._connect_class()
        self._connect_controller()
        self.set_settings(settings)
        self.status.show_activity(idle_text(State.EMPTY), False)

    def open_video(self, path: Path, room: Path | None = None) -> None:
        """Look at a recording, as if the user had chosen it; ``room``: a file of its regions."""
        self.dismissed.emit()
        self._folder = path.resolve().parent
        self.controller.open_video(path, room)

    @property
    def ready_for_another(self) -> bool:
        """Whether a recording may be opened now."""
        return self.controls.open.isEnabled()

    def open_stream(self, address: str) -> None:
        """Look at a network camera, as if the user had typed its address."""
        self.dismissed.emit()
        try:
            self.controller.open_stream(address)
        except SourceError as error:
            self._on_problem(str(error))

    def set_settings(self, settings: Settings) -> None:
        """Take over what the user changed; what is shown follows at once."""
        self.controller.set_settings(settings)
        if self.controller.state not in _RUNS:
            self.panel.set_smallest_group(settings.privacy.min_group)

    def shut_down(self) -> None:
        """Stop and keep what was read, then emit ``closed``."""
        self.seats.canvas.rest()
        self.controller.close()

    def _lay_out(self) -> None:
        down, across = Qt.Orientation.Vertical, Qt.Orientation.Horizontal
        left = splitter(down, self.video, self.timeline, sizes=(500, 200), shares=(1, 0))
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.panel)
        column.addWidget(self.people)  # no stretch: in a low window both give way
        right.setMinimumWidth(406)  # names beside their figures
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP)
        outer.addWidget(self.controls)
        outer.addWidget(self.regions)
        outer.addWidget(splitter(across, left, right, sizes=(860, 376), shares=(1, 0)), 1)
        outer.addWidget(self.status)

    def _connect_controls(self) -> None:
        controls, controller = self.controls, self.controller
        controls.open_wanted.connect(self._on_open)
        controls.demo_wanted.connect(self._on_demo)
        controls.cameras_wanted.connect(controller.sources.find_cameras)
        controls.camera_chosen.connect(self._on_camera)
        controls.stream_wanted.connect(self._on_stream)
        controls.start_wanted.connect(self._on_start)
        controls.pause_wanted.connect(controller.pause_or_resume)
        controls.stop_wanted.connect(self._on_stop)
        controls.export_wanted.connect(self._on_export)
        controls.review_wanted.connect(self._on_review)
        controls.regions_wanted.connect(self.regions.toggle)
        self.regions.active_changed.connect(controls.regions.setChecked)
        self.regions.active_changed.connect(self._on_regions)
        self.regions.problem.connect(self._on_problem)
        self.video.file_dropped.connect(self._on_dropped)

    def _connect_class(self) -> None:
        self.students.renamed.connect(self.controller.work.rename)
        QShortcut(QKeySequence("F2"), self, self.people.name_current)
        self.students.picked.connect(self._select)
        self.seats.picked.connect(self._select)
        self.video.student_picked.connect(self._select)
        self.panel.change_wanted.connect(self.controller.show_change)
        self.markers.asked.connect(self._on_marker)
        self.markers.marked.connect(self._on_marked)
        self.markers.undo_wanted.connect(self.controller.work.undo_marker)

    def _connect_controller(self) -> None:
        controller = self.controller
        controller.state_changed.connect(self._on_state)
        controller.source_changed.connect(self._on_source)
        controller.picture.connect(self.video.show_frame)
        controller.class_changed.connect(self._on_class)
        controller.figures.connect(self._on_figures)
        controller.waiting.connect(self._on_waiting)
        controller.activity.connect(self.status.show_activity)
        controller.message.connect(self.message)
        controller.work.exported.connect(self._on_exported)
        controller.sources.cameras.connect(self.controls.show_cameras)
        controller.closed.connect(self.closed)

    def _select(self, track_id: int) -> None:
        """One student, everywhere."""
        self.video.select(track_id)
        self.seats.select(track_id)
        self.students.select(track_id)

    def _on_state(self) -> None:
        controller = self.controller
        self.controls.show_state(
            controller.state, controller.live, controller.exportable, controller.exporting
        )
        self.video.show_hint(*self._hint(controller.state))
        self.video.show_faces(not controller.class_only)
        self.video.show_recording(controller.keeps_picture)
        self.people.show_class_only(controller.class_only)
        self.markers.show_state(controller.markable, len(self._view.markers))
        self.working.emit(controller.state in _RUNS)
        if controller.state not in _RUNS:
            self._ended.emit()

    def _hint(self, state: State) -> tuple[str, str]:
        """What to read where there is no picture."""
        if state is State.EMPTY:
            return (
                self.tr("Open a recording or choose a camera"),
                self.tr("You can also drop a video file here. Everything stays on this computer."),
            )
        if state is State.OPENING:
            return self.tr("Opening…"), self.tr("The first picture appears in a moment.")
        return "", ""

    def _on_source(self, name: str) -> None:
        self.controls.show_source(name)
        self.titled.emit(name)
        self._on_class(empty_view())

    def _on_class(self, view: ClassView) -> None:
        self._view = view
        self.panel.show_view(view)
        self.timeline.show_view(view)
        self.video.set_names({row.track_id: row.name for row in view.students if row.name})
        self.video.set_details({row.track_id: details(row) for row in view.students})
        self.people.show_students(view.students)
        self.markers.show_state(self.controller.markable, len(view.markers))

    def _on_figures(self, figures: Figures) -> None:
        controller, info = self.controller, self.controller.sources.info
        paced = controller.state is State.RUNNING and not self.controls.fast.isChecked()
        wanted = info.fps if info is not None and paced and not info.live else 0.0
        slow = self._pace.behind(figures.analysed_fps, wanted, time.monotonic())
        self.status.show_slow(slow)
        self.status.show_figures(figures)
        if slow and not self._said_slow:
            self._said_slow = True
            self.note.emit(
                self.tr(
                    "This computer reads the recording more slowly than it plays. Every picture is "
                    "read all the same. Analyse reads fewer pictures a second and is done sooner; "
                    "Full speed never waits for the clock."
                )
            )

        self._say_few(figures)

    def _say_few(self, figures: Figures) -> None:
        """Say once a run that faces are read less often than they should be, and what helps."""
        few = self._reads.too_few(figures.reads, figures.plan, self._aim, time.monotonic())
        if few and not self._said_few:
            self._said_few = True
            self.note.emit(
                self.tr(
                    "This computer reads each face fewer than 3 times a second now: short "
                    "expressions may be missed. A smaller picture size, closing other programs, or "
                    "the fast model (Settings, Analysis) help."
                )
            )

    def _on_waiting(self, text: str) -> None:
        said = self.tr("Camera unplugged – waiting for it…")
        if self.controller.sources.network:
            said = self.tr("No picture from the network camera – trying again…")
        self.video.show_waiting(said if text else "")

    def _on_open(self) -> None:
        title = self.tr("Open recording")
        path, _ = QFileDialog.getOpenFileName(self, title, str(self._folder), videos())
        if path:
            self.open_video(Path(path))

    def _on_demo(self) -> None:
        try:
            with demo_clip() as path:
                self.controller.open_video(path)  # "Open recording" stays in the user's folders
        except SourceError as error:
            self._on_problem(str(error))

    def _on_dropped(self, path: str) -> None:
        if self.controls.open.isEnabled():
            self.open_video(Path(path))

    def _on_problem(self, text: str) -> None:
        self.message.emit(text, True)

    def _on_camera(self, camera: Camera, size: tuple[int, int]) -> None:
        self.dismissed.emit()
        self.controller.open_camera(camera, size)

    def _on_stream(self) -> None:
        dialog = StreamDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.address_chosen.connect(self.open_stream)
        self.controller.sources.last_stream.connect(dialog.show_last)
        self.controller.sources.find_last_stream()
        dialog.open()

    def _on_start(self) -> None:
        self.dismissed.emit()
        self._said_slow = self._said_few = False
        self._aim = self.controller.rooms.settings.live.reads
        self.controller.start(self.controls.fast.isChecked())

    def _on_stop(self) -> None:
        """Ask first where a lesson that happens now would end."""
        controller = self.controller
        if not (controller.live and controller.markable and controller.moment > ASKS_AFTER):
            controller.stop()
            return
        question = StopQuestion(self)
        question.accepted.connect(controller.stop)
        self._ended.connect(question.reject)
        question.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space pauses and goes on, wherever nothing else on the page wants it."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.controller.pause_or_resume()
        else:
            super().keyPressEvent(event)

    def _on_export(self) -> None:
        title = self.tr("Folder for the tables")
        out = QFileDialog.getExistingDirectory(self, title, str(self._folder))
        if out:
            self.dismissed.emit()
            self.controller.work.export(Path(out))

    def _on_exported(self, out: Path) -> None:
        self.offered.emit(folder_offer(out))

    def _on_review(self) -> None:
        if self.controller.session is not None:
            self.review_wanted.emit(self.controller.session)

    def _on_regions(self, active: bool) -> None:
        # Ctrl+Z takes back a corner while regions are drawn.
        self.markers.setEnabled(not active)

    def _on_marker(self) -> None:
        self._moment = self.controller.moment
        self.markers.open(clock(self._moment))

    def _on_marked(self, text: str) -> None:
        self.controller.work.add_marker(text, self._moment)
