"""The row under the picture: play, step, how fast, and where in the lesson."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeySequence, QPainter, QPixmap, QPolygonF, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QWidget,
)

from app.engine.review.player import SPEEDS
from app.ui.theme import colours
from app.ui.wording import clock

TICKS = 10_000
"""Places of the slider."""


class Transport(QWidget):
    """Buttons and a slider that send what the user wants.

    Signals:
        play_wanted: play or pause.
        step_wanted: frames, back below 0.
        seek_wanted: seconds.
        speed_wanted: seconds of the lesson a second.
    """

    play_wanted = Signal()
    step_wanted = Signal(int)
    seek_wanted = Signal(float)
    speed_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start, self._end, self._playing = 0.0, 1.0, False
        self.play = self._button(self.tr("Play"), "Space", self.tr("Play or pause"))
        self.back = self._button(self.tr("One frame back"), ",", self.tr("One frame back"))
        self.forward = self._button(self.tr("One frame on"), ".", self.tr("One frame on"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, TICKS)
        self.slider.setSingleStep(TICKS // 200)
        self.slider.setPageStep(TICKS // 20)
        self.slider.setAccessibleName(self.tr("Position"))
        self.slider.setToolTip(self.tr("Where in the lesson (arrow keys)"))
        self.time = QLabel()
        self.time.setAccessibleName(self.tr("Time"))
        self.speed = QComboBox()
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setToolTip(self.tr("How fast it plays (keys - and +)"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.setFixedWidth(84)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for one in (self.back, self.play, self.forward):
            row.addWidget(one)
        row.addWidget(self.slider, 1)
        row.addWidget(self.time)
        row.addWidget(self.speed)
        self.back.clicked.connect(lambda: self.step_wanted.emit(-1))
        self.forward.clicked.connect(lambda: self.step_wanted.emit(1))
        self.play.clicked.connect(self.play_wanted)
        self.slider.valueChanged.connect(self._on_slider)
        self.speed.currentIndexChanged.connect(self._on_speed)
        for keys, by in (("-", -1), ("+", 1)):
            QShortcut(QKeySequence(keys), self, self._faster(by))
        self._draw_icons()

    def _button(self, name: str, keys: str, tip: str) -> QPushButton:
        made = QPushButton()
        made.setAccessibleName(name)
        made.setFixedSize(42, 36)
        made.setIconSize(QSize(16, 16))
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        made.setToolTip(f"{tip} ({shown})")
        QShortcut(QKeySequence(keys), self, self._on_space if keys == "Space" else made.click)
        return made

    def _on_space(self) -> None:
        """Space presses the button or opens the list that has the focus, as everywhere."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractButton):
            focused.click()
        elif isinstance(focused, QComboBox):
            focused.showPopup()
        elif self.play.isEnabled():
            self.play_wanted.emit()

    def _faster(self, by: int) -> Callable[[], None]:
        def change() -> None:
            place = self.speed.currentIndex() + by
            self.speed.setCurrentIndex(min(max(place, 0), self.speed.count() - 1))

        return change

    def show_session(self, start: float, end: float) -> None:
        """The ends of the session in seconds."""
        self._start, self._end = start, max(end, start + 1e-3)
        self.show_position(start)

    def show_position(self, seconds: float) -> None:
        """Move the slider."""
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round((seconds - self._start) / (self._end - self._start) * TICKS))
        self.slider.blockSignals(blocked)
        text = f"{clock(seconds)} / {clock(self._end)}"
        if text != self.time.text():
            self.time.setText(text)

    def show_playing(self, playing: bool) -> None:
        """Whether it plays."""
        self._playing = playing
        self.play.setAccessibleName(self.tr("Pause") if self._playing else self.tr("Play"))
        self._draw_icons()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow a change from light to dark."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)

    def _draw_icons(self) -> None:
        ink = QColor(colours(self.palette()).text)
        self.play.setIcon(_icon("pause" if self._playing else "play", ink))
        self.back.setIcon(_icon("back", ink))
        self.forward.setIcon(_icon("forward", ink))

    def _on_slider(self, value: int) -> None:
        self.seek_wanted.emit(self._start + value / TICKS * (self._end - self._start))

    def _on_speed(self) -> None:
        self.speed_wanted.emit(float(self.speed.currentData()))


def _icon(kind: str, ink: QColor) -> QIcon:
    icon = QIcon()
    for ratio in (1, 2):
        pixmap = QPixmap(QSize(16, 16) * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(ratio, ratio)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        if kind == "back":
            painter.translate(16, 0)
            painter.scale(-1, 1)
        if kind == "pause":
            painter.drawRect(QRectF(3, 2, 3.5, 12))
            painter.drawRect(QRectF(9.5, 2, 3.5, 12))
        elif kind == "play":
            painter.drawPolygon(QPolygonF([QPointF(3, 1), QPointF(14, 8), QPointF(3, 15)]))
        else:
            painter.drawRect(QRectF(3, 2, 2.5, 12))
            painter.drawPolygon(QPolygonF([QPointF(7, 2), QPointF(14, 8), QPointF(7, 14)]))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        icon.addPixmap(pixmap)
    return icon
