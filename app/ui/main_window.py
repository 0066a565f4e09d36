"""The window: lays the widgets out and connects what they show with what they want."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.engine.settings import Settings
from app.engine.viewmodel import ClassView, State, empty_view
from app.ui.class_panel import ClassPanel
from app.ui.controller import Controller
from app.ui.controls import Controls
from app.ui.notice import Notice, agreed_on, notice_path
from app.ui.region_tool import RegionTool
from app.ui.services import Services
from app.ui.status import MessageBar, StatusBar
from app.ui.student_list import StudentList
from app.ui.theme import GAP
from app.ui.timeline import Timeline
from app.ui.video_view import VideoView
from app.ui.wording import IDLE_TEXT

USUAL_SIZE = QSize(1280, 800)

HINTS = {
    State.EMPTY: (
        "Open a recording or choose a camera",
        "You can also drop a video file here. Everything stays on this computer.",
    ),
    State.OPENING: ("Opening…", "The first picture appears in a moment."),
}
VIDEOS = "Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.wmv *.mts);;All files (*)"


class MainWindow(QMainWindow):
    """Everything that the user sees after the notice."""

    def __init__(
        self,
        settings: Settings,
        services: Services | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Roomread")
        # Title bars take some 40 pixels that the screen's free area does not leave out.
        room = self.screen().availableSize() - QSize(0, 40)
        self.resize(USUAL_SIZE.boundedTo(room))
        self.setMinimumSize(1080, 640)
        self.controller = Controller(settings, services, self)
        self.controls = Controls()
        self.messages = MessageBar()
        self.video = VideoView()
        self.timeline = Timeline()
        self.panel = ClassPanel()
        self.students = StudentList()
        self.status = StatusBar()
        self.regions = RegionTool(self.video, self.controller)
        self._may_close = False
        self._folder = Path.home()
        self._lay_out()
        self._connect_controls()
        self._connect_controller()
        self._on_state()
        self.status.show_activity(IDLE_TEXT[State.EMPTY], False)

    def open_video(self, path: Path, room: Path | None = None) -> None:
        """Look at a recording, as if the user had chosen it; ``room``: a file of its regions."""
        self.messages.dismiss()
        self._folder = path.resolve().parent
        self.controller.open_video(path, room)

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
        body = QWidget()
        outer = QVBoxLayout(body)
        outer.setContentsMargins(GAP, GAP, GAP, 6)
        outer.setSpacing(GAP)
        outer.addWidget(self.controls)
        outer.addWidget(self.messages)
        outer.addWidget(self.regions)
        outer.addWidget(across, 1)
        self.setCentralWidget(body)
        self.setStatusBar(self.status)

    def _connect_controls(self) -> None:
        controls, controller = self.controls, self.controller
        controls.open_wanted.connect(self._on_open)
        controls.cameras_wanted.connect(controller.find_cameras)
        controls.camera_chosen.connect(self._on_camera)
        controls.start_wanted.connect(self._on_start)
        controls.pause_wanted.connect(controller.pause_or_resume)
        controls.stop_wanted.connect(controller.stop)
        controls.export_wanted.connect(self._on_export)
        controls.notice_wanted.connect(self._on_notice)
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
        controller.message.connect(self.messages.show_message)
        controller.cameras.connect(self.controls.show_cameras)
        controller.closed.connect(self._on_closed)

    def _on_state(self) -> None:
        controller = self.controller
        self.controls.show_state(
            controller.state, controller.live, controller.exportable, controller.exporting
        )
        self.video.show_hint(*HINTS.get(controller.state, ("", "")))

    def _on_source(self, name: str) -> None:
        self.controls.show_source(name)
        self.setWindowTitle(f"{name} – Roomread" if name else "Roomread")
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
        self.messages.show_message(text, error=True)

    def _on_camera(self, camera: object) -> None:
        self.messages.dismiss()
        self.controller.open_camera(camera)  # type: ignore[arg-type]  # through a Qt signal

    def _on_start(self) -> None:
        self.messages.dismiss()
        self.controller.start(self.controls.fast.isChecked())

    def _on_export(self) -> None:
        out = QFileDialog.getExistingDirectory(self, "Folder for the tables", str(self._folder))
        if out:
            self.messages.dismiss()
            self.controller.export(Path(out))

    def _on_notice(self) -> None:
        notice = Notice(ask=False, agreed=agreed_on(notice_path()), parent=self)
        notice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        notice.open()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Close once every thread has ended; the window stays and says so until then."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.controller.close()

    def _on_closed(self) -> None:
        self._may_close = True
        self.close()
