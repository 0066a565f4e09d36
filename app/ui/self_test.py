"""Opens the window off screen on a session and looks whether it shows something."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

# OpenCV's wheel points this at plug-ins of its own, built for another Qt.
os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)

from PySide6.QtCore import QEvent, Qt, qVersion
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.core.errors import RoomreadError
from app.engine.settings import Settings
from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.translations import speak

FEWEST_COLOURS: Final = 256
"""Colours that a window with a recording has at least; one that was not drawn has one."""
_WAIT_S: Final = 60.0
_SAMPLE: Final = 4  # every so many pixels either way


def qt_version() -> str:
    """Of the Qt that was loaded with this module, with all its system libraries."""
    return qVersion()


def show_session(session: Path, students: int) -> str:
    """Open ``session`` in Review, look, and close the window; what is shown, in a few words.

    Settings and everything that the window keeps of its own is where ``Services`` says.

    Raises:
        RoomreadError: the window does not open, or does not show ``students`` and the recording.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication.instance() or QApplication(["roomread"])
    if not isinstance(app, QApplication):
        raise RoomreadError("a Qt program without windows runs in this process already")
    settings = Settings()
    speak(app, settings.appearance.language)
    theme.choose(app, settings.appearance.theme)
    window = MainWindow(settings, Services(list_cameras=list))
    try:
        return _look(window, session, students)
    finally:
        window.close()
        _until(lambda: not window.isVisible(), "the window does not close")
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _look(window: MainWindow, session: Path, students: int) -> str:
    review, problems = window.review, list[str]()

    def on_message(text: str, error: bool) -> None:
        if error:
            problems.append(text)

    def without_recording() -> bool:
        opened = review.controller.review
        return opened is not None and opened.video is None

    review.message.connect(on_message)
    window.show()
    window.show_workspace(review)
    review.open_session(session)
    rows = review.students.model.rowCount
    _until(
        lambda: bool(problems) or without_recording() or rows() > 0,
        "the session is not shown",
    )
    if problems:
        raise RoomreadError(f"the window says: {problems[0]}")
    if without_recording():
        raise RoomreadError("the window does not find the recording")
    if rows() != students:
        raise RoomreadError(f"the window shows {rows()} students instead of {students}")
    # The recording's own picture comes last; until then boxes are shown on a plain ground.
    _until_drawn(review.video, "recording")
    _until_drawn(window, "window")
    size = f"{window.width()}×{window.height()}"
    return f"{rows()} students beside their recording, {size}, Qt {qt_version()}"


def _until_drawn(part: QWidget, name: str) -> None:
    _until(lambda: colours(part.grab()) >= FEWEST_COLOURS, f"the {name} stays blank")


def colours(picture: QPixmap) -> int:
    """How many colours a grid of points over ``picture`` has."""
    small = picture.toImage().scaled(
        max(1, picture.width() // _SAMPLE),
        max(1, picture.height() // _SAMPLE),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.FastTransformation,
    )
    return len({small.pixel(x, y) for x in range(small.width()) for y in range(small.height())})


def _until(condition: Callable[[], bool], problem: str) -> None:
    end = time.monotonic() + _WAIT_S
    while not condition():
        if time.monotonic() > end:
            raise RoomreadError(f"{problem} within {_WAIT_S:.0f} s")
        QApplication.processEvents()
        time.sleep(0.02)
