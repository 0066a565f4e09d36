"""The workspace Live: lays the widgets out and connects what they show with what they want."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QSplitter, QVBoxLayout, QWidget

from app.engine.settings import Settings
from app.engine.viewmodel import ClassView, State, empty_view
from app.ui.live.class_panel import ClassPanel
from app.ui.live.controller import Controller
from app.ui.live.controls import Controls
from app.ui.live.region_tool import RegionTool
from app.ui.live.status import StatusBar
from app.ui.live.student_list import StudentList
from app.ui.services import Services
from app.ui.theme import GAP
from app.ui.widgets.timeline import Timeline
from app.ui.widgets.video_view import VideoView
from app.ui.wording import IDLE_TEXT, VIDEOS
from app.ui.workspace import Workspace

HINTS = {
    State.EMPTY: (
        "Open a recording or choose a camera",
        "You can also drop a video file here. Everything stays on this computer.",
    ),
    State.OPENING: ("Opening…", "The first picture appears in a moment."),
}


class LiveWorkspace(Workspace):
    """A camera, or a recording as if it were one, with the class beside it."""

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
        self.timeline = Timeline()
        self.panel = ClassPanel()
        self.students = StudentList()
        self.status = StatusBar()
        self.regions = RegionTool(self.video, self.controller)
        self._folder = Path.home()
        self._lay_out()
        self._connect_controls()
        self._connect_controller()
        self._on_state()
        self.status.show_activity(IDLE_TEXT[State.EMPTY], False)

    def open_video(self, path: Path, room: Path | None = None) -> None:
        """Look at a recording, as if the user had chosen it; ``room``: a file of its regions."""
        self.dismissed.emit()
        self._folder = path.resolve().parent
        self.controller.open_video(path, room)

    def shut_down(self) -> None:
        """Stop and keep what was read, then emit ``closed``."""
        self.controller.close()

    def _lay_out(self) -> None:
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.video)
        left.addWidget(self.timeline)
        left.setStretchFactor(0, 1)
        left.setSizes([520, 180])
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.panel)
        column.addWidget(self.students, 1)
        right.setMinimumWidth(350)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(left)
        across.addWidget(right)
        across.setStretchFactor(0, 1)
        across.setSizes([880, 376])
        for splitter in (left, across):
            splitter.setHandleWidth(GAP)
            splitter.setChildrenCollapsible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GAP)
        outer.addWidget(self.controls)
        outer.addWidget(self.regions)
        outer.addWidget(across, 1)
        outer.addWidget(self.status)

    def _connect_controls(self) -> None:
        controls, controller = self.controls, self.controller
        controls.open_wanted.connect(self._on_open)
        controls.cameras_wanted.connect(controller.find_cameras)
        controls.camera_chosen.connect(self._on_camera)
        controls.start_wanted.connect(self._on_start)
        controls.pause_wanted.connect(controller.pause_or_resume)
        controls.stop_wanted.connect(controller.stop)
        controls.export_wanted.connect(self._on_export)
        controls.regions_wanted.connect(self.regions.toggle)
        self.regions.active_changed.connect(controls.regions.setChecked)
        self.regions.problem.connect(self._on_problem)
        self.students.renamed.connect(controller.rename)
        self.students.picked.connect(self.video.select)
        self.video.student_picked.connect(self.students.select)
        self.video.file_dropped.connect(self._on_dropped)

    def _connect_controller(self) -> None:
        controller = self.controller
        controller.state_changed.connect(self._on_state)
        controller.source_changed.connect(self._on_source)
        controller.picture.connect(self.video.show_frame)
        controller.class_changed.connect(self._on_class)
        controller.figures.connect(self.status.show_figures)
        controller.activity.connect(self.status.show_activity)
        controller.message.connect(self.message)
        controller.cameras.connect(self.controls.show_cameras)
        controller.closed.connect(self.closed)

    def _on_state(self) -> None:
        controller = self.controller
        self.controls.show_state(
            controller.state, controller.live, controller.exportable, controller.exporting
        )
        self.video.show_hint(*HINTS.get(controller.state, ("", "")))

    def _on_source(self, name: str) -> None:
        self.controls.show_source(name)
        self.titled.emit(name)
        self._on_class(empty_view())

    def _on_class(self, view: ClassView) -> None:
        self.panel.show_view(view)
        self.timeline.show_view(view)
        self.students.show_students(view.students)
        self.video.set_names({row.track_id: row.name for row in view.students if row.name})

    def _on_open(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open recording", str(self._folder), VIDEOS)
        if path:
            self.open_video(Path(path))

    def _on_dropped(self, path: str) -> None:
        if self.controls.open.isEnabled():
            self.open_video(Path(path))

    def _on_problem(self, text: str) -> None:
        self.message.emit(text, True)

    def _on_camera(self, camera: object) -> None:
        self.dismissed.emit()
        self.controller.open_camera(camera)  # type: ignore[arg-type]  # through a Qt signal

    def _on_start(self) -> None:
        self.dismissed.emit()
        self.controller.start(self.controls.fast.isChecked())

    def _on_export(self) -> None:
        out = QFileDialog.getExistingDirectory(self, "Folder for the tables", str(self._folder))
        if out:
            self.dismissed.emit()
            self.controller.export(Path(out))
