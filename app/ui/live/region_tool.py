"""The tool that draws regions: a bar of buttons, the canvas on the picture, and what joins them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import SettingsError
from app.core.regions import Regions, load_regions, save_regions
from app.core.types import STILL, Frame, FrameResult
from app.engine.region_editor import Drawing, Kind, RegionEditor
from app.ui.live.controller import Controller
from app.ui.live.region_canvas import ICON, RegionCanvas, kind_icon, name
from app.ui.theme import colours
from app.ui.widgets.video_view import VideoView

translate = QCoreApplication.translate

_MEANINGS: Final = {
    Kind.LOOK: QT_TRANSLATE_NOOP(
        "regions", "Faces are looked for only here. Without such a region: everywhere."
    ),
    Kind.IGNORE: QT_TRANSLATE_NOOP(
        "regions", "Faces here are dropped: a corridor, posters, a screen."
    ),
    Kind.OPT_OUT: QT_TRANSLATE_NOOP(
        "regions",
        "From now on, whoever sits here is never read nor stored, leaning out included.",
    ),
}


class RegionBar(QFrame):
    """What to draw, and what to do with what is drawn.

    Signals:
        kind_chosen: a ``Kind``.
        undo_wanted, delete_wanted, load_wanted, save_wanted, done_wanted: the button.
    """

    kind_chosen = Signal(object)
    undo_wanted = Signal()
    delete_wanted = Signal()
    load_wanted = Signal()
    save_wanted = Signal()
    done_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._kinds: dict[Kind, QPushButton] = {}
        self._meaning, how = (
            QLabel(),
            QLabel(
                self.tr(
                    "Drag a rectangle, or click corner by corner and end on the first one. "
                    "Keys: arrows, Space, Enter; Page Down selects."
                )
            ),
        )
        self._meaning.setWordWrap(True)
        how.setWordWrap(True)
        how.setProperty("role", "muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        group = QButtonGroup(self)
        for number, kind in enumerate(Kind, 1):
            button = self._button(f" {name(kind)}", f"Alt+{number}", _meaning(kind))
            button.setIconSize(ICON)
            button.setCheckable(True)
            button.clicked.connect(lambda _, kind=kind: self.kind_chosen.emit(kind))
            group.addButton(button)
            row.addWidget(button)
            self._kinds[kind] = button
        row.addStretch(1)
        self.undo = self._button(
            self.tr("Undo"), "Ctrl+Z", self.tr("Take back the last corner or change")
        )
        self.delete = self._button(
            self.tr("Delete"), "Alt+D", self.tr("Remove the selected region")
        )
        self.load = self._button(self.tr("Load…"), "Alt+L", self.tr("Use the regions of a file"))
        self.save = self._button(
            self.tr("Save copy…"), "Alt+S", self.tr("Keep these regions for other recordings")
        )
        self.done = self._button(
            self.tr("Done"), "Alt+Return", self.tr("Stop drawing; everything is kept")
        )
        for button, signal in (
            (self.undo, self.undo_wanted),
            (self.delete, self.delete_wanted),
            (self.load, self.load_wanted),
            (self.save, self.save_wanted),
            (self.done, self.done_wanted),
        ):
            button.clicked.connect(signal)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._meaning)
        column.addWidget(how)
        self._paint_icons()
        self.hide()

    def show_drawing(self, drawing: Drawing) -> None:
        """Show what is chosen and offer what makes sense."""
        self._kinds[drawing.kind].setChecked(True)
        self._meaning.setText(_meaning(drawing.kind))
        self.undo.setEnabled(drawing.undoable)
        self.delete.setEnabled(drawing.deletable)
        self.setVisible(drawing.active)

    def kind(self, kind: Kind) -> QPushButton:
        """The button of a kind."""
        return self._kinds[kind]

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the system from light to dark."""
        if event.type() == QEvent.Type.PaletteChange and self._kinds:
            self._paint_icons()
        super().changeEvent(event)

    def _paint_icons(self) -> None:
        ink = QColor(colours(self.palette()).text)
        for kind, button in self._kinds.items():
            button.setIcon(kind_icon(kind, ink))

    def _button(self, text: str, keys: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{tip} ({shown})")
        button.setAccessibleName(text.strip(" …"))
        button.setAccessibleDescription(tip)
        QShortcut(QKeySequence(keys), self, button.click)
        return button


class RegionTool(QWidget):
    """Joins editor, canvas and bar with the controller; in the layout it is the bar.

    Signals:
        active_changed: whether the user draws.
        problem: a line on a file that can't be read or written.
    """

    active_changed = Signal(bool)
    problem = Signal(str)

    def __init__(
        self, video: VideoView, controller: Controller, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.canvas = RegionCanvas(video)
        self.bar = RegionBar()
        self.editor = RegionEditor(controller.set_regions, self._redraw)
        self._active = False
        self._video = video
        self._result: FrameResult | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        controller.rooms.entered.connect(self._on_entered)
        controller.picture.connect(self._on_picture)
        self._connect_canvas()
        self._connect_bar()
        self._redraw()

    def activate(self, active: bool) -> None:
        """Begin or end drawing."""
        self.editor.activate(active)
        if active:
            self.canvas.setFocus()

    def toggle(self) -> None:
        """Begin drawing, or end it."""
        self.activate(not self._active)

    def _connect_canvas(self) -> None:
        canvas, editor = self.canvas, self.editor
        canvas.pressed.connect(lambda x, y: editor.press((x, y)))
        canvas.hovered.connect(lambda x, y: editor.hover((x, y)))
        canvas.released.connect(lambda x, y: editor.release((x, y)))
        canvas.moved.connect(lambda x, y: editor.move((x, y)))
        canvas.corner_wanted.connect(editor.corner)
        canvas.close_wanted.connect(editor.close)
        canvas.cancel_wanted.connect(self._on_cancel)
        canvas.undo_wanted.connect(editor.undo)
        canvas.delete_wanted.connect(editor.delete)
        canvas.next_wanted.connect(editor.select_next)

    def _connect_bar(self) -> None:
        bar = self.bar
        bar.kind_chosen.connect(self._on_kind)
        bar.undo_wanted.connect(self.editor.undo)
        bar.delete_wanted.connect(self.editor.delete)
        bar.load_wanted.connect(self._on_load)
        bar.save_wanted.connect(self._on_save)
        bar.done_wanted.connect(self._on_done)

    def _redraw(self) -> None:
        drawing = self.editor.drawing
        self.canvas.show_drawing(drawing)
        self.bar.show_drawing(drawing)
        self._hide_faces()
        self.setVisible(drawing.active)
        if drawing.active != self._active:
            self._active = drawing.active
            self.active_changed.emit(self._active)

    def _on_entered(self, regions: Regions) -> None:
        self.editor.load(regions)

    def _on_picture(self, frame: Frame | None, result: FrameResult | None) -> None:
        self._result = result
        if frame is not None:
            self.editor.see(frame.size, STILL if result is None else result.camera)
        self._hide_faces()

    def _hide_faces(self) -> None:
        """A seat that opts out loses its box at once, not with the next result."""
        result = self._result
        self._video.hide_faces(self.editor.hidden(result.faces) if result else frozenset())

    def _on_done(self) -> None:
        self.activate(False)

    def _on_kind(self, kind: Kind) -> None:
        self.editor.choose(kind)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_cancel(self) -> None:
        if not self.editor.cancel():
            self.activate(False)

    def _on_load(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Load regions"), str(Path.home()), _files()
        )
        if path:
            try:
                self.editor.take(load_regions(Path(path)))
            except SettingsError as error:
                self.problem.emit(str(error))

    def _on_save(self) -> None:
        start = str(Path.home() / "regions.toml")
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save a copy of the regions"), start, _files()
        )
        if path:
            try:
                save_regions(Path(path), self.editor.regions)
            except SettingsError as error:
                self.problem.emit(str(error))


def _meaning(kind: Kind) -> str:
    return translate("regions", str(_MEANINGS[kind]))


def _files() -> str:
    return translate("regions", "Regions (*.toml);;All files (*)")
