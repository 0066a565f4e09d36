"""The row of buttons: choose a source, run it, export, review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QMenu, QWidget

from app.engine.live.viewmodel import State
from app.ui.widgets.button import button
from app.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:  # importing it loads OpenCV, which takes a moment
    from app.stages.camera import Camera

T = TypeVar("T")

USUAL_SIZE: Final = (1280, 720)
"""(width, height) in pixels that a camera is asked for unless the user chooses another."""


class Controls(QWidget):
    """Buttons that send what the user wants; what is possible follows the state.

    Signals:
        open_wanted, demo_wanted, cameras_wanted, stream_wanted, start_wanted, pause_wanted,
        stop_wanted, export_wanted, review_wanted, regions_wanted: the button or its shortcut.
        camera_chosen: the ``Camera`` that the user picked and the (width, height) to ask it for.
    """

    open_wanted = Signal()
    demo_wanted = Signal()
    cameras_wanted = Signal()
    camera_chosen = Signal(object, object)
    stream_wanted = Signal()
    start_wanted = Signal()
    pause_wanted = Signal()
    stop_wanted = Signal()
    export_wanted = Signal()
    review_wanted = Signal()
    regions_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = USUAL_SIZE
        self._camera: Camera | None = None
        self.open = button(
            self.tr("Open recording…"), "Ctrl+O", self.tr("Choose a video file"), self
        )
        self.camera = button(
            self.tr("Camera"), "Ctrl+K", self.tr("Choose a camera or a stream"), self
        )
        self.menu = QMenu(self)
        self.menu.setAccessibleName(self.tr("Cameras"))
        self.menu.aboutToShow.connect(self._on_menu)
        self.camera.setMenu(self.menu)
        self.camera.setProperty("menu", True)
        self.demo = button(
            self.tr("Try the demo clip"),
            "Ctrl+D",
            self.tr("A drawn class that comes with Roomread; nobody real is in it"),
            self,
        )
        self.source = ElidedLabel()
        self.source.setProperty("role", "muted")
        self.source.setAccessibleName(self.tr("Source"))
        self._make_buttons()
        self._lay_out()
        for chosen, signal in (
            (self.open, self.open_wanted),
            (self.demo, self.demo_wanted),
            (self.start, self.start_wanted),
            (self.pause, self.pause_wanted),
            (self.stop, self.stop_wanted),
            (self.export, self.export_wanted),
            (self.review, self.review_wanted),
            (self.regions, self.regions_wanted),
        ):
            chosen.clicked.connect(signal)
        self.show_state(State.EMPTY, live=False, exportable=False, exporting=False)

    def _make_buttons(self) -> None:
        self.regions = button(
            self.tr("Regions"),
            "Ctrl+G",
            self.tr("Where to look, what to ignore, who has opted out"),
            self,
        )
        self.regions.setCheckable(True)
        self.start = button(self.tr("Start"), "Ctrl+R", self.tr("Start the analysis"), self)
        self.start.setProperty("primary", True)
        tip = self.tr("Pause, or go on; the space bar does it too")
        self.pause = button(self.tr("Pause"), "Ctrl+P", tip, self)
        self.stop = button(self.tr("Stop"), "Ctrl+.", self.tr("Stop and keep what was read"), self)
        self.fast = QCheckBox(self.tr("Full speed"))
        self.fast.setToolTip(self.tr("Analyse a recording faster than it plays"))
        self.export = button(self.tr("Export…"), "Ctrl+E", self.tr("Write the tables (CSV)"), self)
        self.review = button(
            self.tr("Open in Review"),
            "Ctrl+Return",
            self.tr("Look at what was read, moment by moment"),
            self,
        )

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.open, self.camera, self.demo):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self.source, 1)
        row.addWidget(self.regions)
        row.addWidget(self.fast)
        for widget in (self.start, self.pause, self.stop):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.export)
        row.addWidget(self.review)

    def show_state(self, state: State, live: bool, exportable: bool, exporting: bool) -> None:
        """Offer what makes sense now; Review takes the place of Pause and Stop at the end."""
        before = QApplication.focusWidget()  # read first: a button that is disabled loses it
        idle = state in {State.EMPTY, State.READY, State.DONE} and not exporting
        ended = state is State.DONE
        self.start.setEnabled(idle and state is not State.EMPTY)
        again = ended and not live
        self.start.setText(self.tr("Start again") if again else self.tr("Start"))
        self.pause.setEnabled(state in {State.RUNNING, State.PAUSED})
        self.pause.setText(self.tr("Go on") if state is State.PAUSED else self.tr("Pause"))
        self.stop.setEnabled(state in {State.PREPARING, State.RUNNING, State.PAUSED})
        for widget in (self.pause, self.stop):
            widget.setVisible(not ended)
        self.review.setVisible(ended)
        self.review.setEnabled(ended and not exporting)
        self.open.setEnabled(idle)
        self.camera.setEnabled(idle)
        self.demo.setVisible(state is State.EMPTY)
        self.regions.setEnabled(state not in {State.EMPTY, State.OPENING, State.CLOSING})
        self.fast.setVisible(state is not State.EMPTY and not live)
        self.fast.setEnabled(idle)
        self.export.setEnabled(exportable)
        self._pass_on(before, state)

    def _pass_on(self, before: QWidget | None, state: State) -> None:
        """Where the button with the keyboard went away, the one that is likely next gets it.

        Never Stop: the space bar would end what has just begun. Meanwhile nothing has it.
        """
        going = {self.start, self.pause, self.stop, self.demo}
        if (
            state in {State.PREPARING, State.STOPPING}
            and before in going
            and not before.isEnabled()
        ):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif before is self or (before in going and not before.isVisible()):
            for likely in (self.pause, self.review, self.start):
                if likely.isEnabled() and not likely.isHidden():
                    likely.setFocus(Qt.FocusReason.OtherFocusReason)
                    break
            else:
                self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_source(self, name: str) -> None:
        """Name the source."""
        self.source.setText(name)
        self.source.setToolTip(name)

    def show_cameras(self, cameras: Sequence[Camera], sizes: Sequence[tuple[int, int]]) -> None:
        """Fill the menu with what was found, or say what to do."""
        self.menu.clear()
        for camera in cameras:
            action = self.menu.addAction(camera.name.replace("&", "&&"))
            action.triggered.connect(_chooser(self._choose, camera))
        if not cameras:
            text = self.tr("No camera found. Plug one in and open this menu again.")
            self.menu.addAction(text).setEnabled(False)
        elif sizes:
            self.menu.addSeparator()
            self._add_sizes(sizes)
        self._add_stream()

    def _on_menu(self) -> None:
        self.menu.clear()
        self.menu.addAction(self.tr("Looking for cameras…")).setEnabled(False)
        self._add_stream()
        self.cameras_wanted.emit()

    def _add_stream(self) -> None:
        self.menu.addSeparator()
        action = self.menu.addAction(self.tr("Stream…"))
        action.setToolTip(self.tr("A network camera by its address"))
        action.triggered.connect(self.stream_wanted)

    def _add_sizes(self, sizes: Sequence[tuple[int, int]]) -> None:
        menu = self.menu.addMenu(self.tr("Picture size"))
        group = QActionGroup(menu)
        for size in sizes:
            action = menu.addAction(f"{size[0]} × {size[1]}")
            action.setCheckable(True)
            action.setChecked(size == self._size)
            action.triggered.connect(_chooser(self._resize, size))
            group.addAction(action)

    def _choose(self, camera: Camera) -> None:
        self._camera = camera
        self.camera_chosen.emit(camera, self._size)

    def _resize(self, size: tuple[int, int]) -> None:
        """For the next camera, and for the one that is shown."""
        self._size = size
        if self._camera is not None and self.source.text() == self._camera.name:
            self._choose(self._camera)


def _chooser(emit: Callable[[T], None], value: T) -> Callable[[], None]:
    return lambda: emit(value)
