"""The row of buttons: choose a source, run it, export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QWidget

from app.engine.viewmodel import State
from app.ui.widgets.button import button
from app.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:  # importing it loads OpenCV, which takes a moment
    from app.stages.camera import Camera


class Controls(QWidget):
    """Buttons that send what the user wants; what is possible follows the state.

    Signals:
        open_wanted, cameras_wanted, start_wanted, pause_wanted, stop_wanted, export_wanted,
        regions_wanted: the button or its shortcut.
        camera_chosen: the ``Camera`` that the user picked.
    """

    open_wanted = Signal()
    cameras_wanted = Signal()
    camera_chosen = Signal(object)
    start_wanted = Signal()
    pause_wanted = Signal()
    stop_wanted = Signal()
    export_wanted = Signal()
    regions_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.open = button("Open recording…", "Ctrl+O", "Choose a video file", self)
        self.camera = button("Camera", "Ctrl+K", "Choose a camera by its name", self)
        self.menu = QMenu(self)
        self.menu.setAccessibleName("Cameras")
        self.menu.aboutToShow.connect(self._on_menu)
        self.camera.setMenu(self.menu)
        self.camera.setProperty("menu", True)
        self.source = ElidedLabel()
        self.source.setProperty("role", "muted")
        self.source.setAccessibleName("Source")
        self.regions = button(
            "Regions", "Ctrl+G", "Where to look, what to ignore, who has opted out", self
        )
        self.regions.setCheckable(True)
        self.start = button("Start", "Ctrl+R", "Start the analysis", self)
        self.start.setProperty("primary", True)
        self.pause = button("Pause", "Ctrl+P", "Pause, or go on", self)
        self.stop = button("Stop", "Ctrl+.", "Stop and keep what was read", self)
        self.fast = QCheckBox("Full speed")
        self.fast.setToolTip("Analyse a recording faster than it plays")
        self.export = button("Export…", "Ctrl+E", "Write the tables (CSV)", self)
        for widget in (self.open, self.camera):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self.source, 1)
        row.addWidget(self.regions)
        row.addWidget(self.fast)
        for widget in (self.start, self.pause, self.stop):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.export)
        for chosen, signal in (
            (self.open, self.open_wanted),
            (self.start, self.start_wanted),
            (self.pause, self.pause_wanted),
            (self.stop, self.stop_wanted),
            (self.export, self.export_wanted),
            (self.regions, self.regions_wanted),
        ):
            chosen.clicked.connect(signal)
        self.show_state(State.EMPTY, live=False, exportable=False, exporting=False)

    def show_state(self, state: State, live: bool, exportable: bool, exporting: bool) -> None:
        """Offer what makes sense now."""
        idle = state in {State.EMPTY, State.READY, State.DONE} and not exporting
        self.start.setEnabled(idle and state is not State.EMPTY)
        self.start.setText("Start again" if state is State.DONE and not live else "Start")
        self.pause.setEnabled(state in {State.RUNNING, State.PAUSED})
        self.pause.setText("Go on" if state is State.PAUSED else "Pause")
        self.stop.setEnabled(state in {State.PREPARING, State.RUNNING, State.PAUSED})
        self.open.setEnabled(idle)
        self.camera.setEnabled(idle)
        self.regions.setEnabled(state not in {State.EMPTY, State.OPENING, State.CLOSING})
        self.fast.setVisible(state is not State.EMPTY and not live)
        self.fast.setEnabled(idle)
        self.export.setEnabled(exportable)

    def show_source(self, name: str) -> None:
        """Name the source."""
        self.source.setText(name)
        self.source.setToolTip(name)

    def show_cameras(self, cameras: Sequence[Camera]) -> None:
        """Fill the menu with what was found, or say what to do."""
        self.menu.clear()
        for camera in cameras:
            action = self.menu.addAction(camera.name.replace("&", "&&"))
            action.triggered.connect(_chooser(self.camera_chosen.emit, camera))
        if not cameras:
            text = "No camera found. Plug one in and open this menu again."
            self.menu.addAction(text).setEnabled(False)

    def _on_menu(self) -> None:
        self.menu.clear()
        self.menu.addAction("Looking for cameras…").setEnabled(False)
        self.cameras_wanted.emit()


def _chooser(emit: Callable[[Camera], None], camera: Camera) -> Callable[[], None]:
    return lambda: emit(camera)
