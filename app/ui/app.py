"""Starts the window."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog

from app.core.errors import RoomreadError, SourceError
from app.engine.settings import Settings
from app.stages.camera import Camera
from app.ui import theme
from app.ui.dialogs.notice import Notice, agreed_on, notice_path, remember
from app.ui.main_window import MainWindow


def run(
    video: Path | None,
    settings: Settings,
    camera: Camera | None = None,
    regions: Path | None = None,
) -> int:
    """Show the window, on ``video`` or ``camera`` if one is given; returns the exit status.

    ``regions`` is the file with the regions of what is shown; what the user draws is kept there.
    The first start asks the user to agree to the notice; whoever does not, leaves with 0.

    Raises:
        SourceError: ``video`` does not exist.
        RoomreadError: there is no screen to show a window on.
    """
    if video is not None and not video.is_file():
        raise SourceError(f"{video} does not exist or is no file: check the path")
    _check_screen()
    # OpenCV's wheel points this at plug-ins of its own, built for another Qt.
    os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise RoomreadError(
            "a Qt program without windows runs in this process: start Roomread alone"
        )
    app.setApplicationName("roomread")
    app.setApplicationDisplayName("Roomread")
    app.setDesktopFileName("roomread")
    theme.follow_system(app)
    trouble = _ask_consent()
    if trouble is None:
        return 0
    window = MainWindow(settings)
    window.show()
    if trouble:
        window.messages.show_message(trouble, error=True)
    if video is not None:
        window.live.open_video(video, regions)
    elif camera is not None:
        window.live.controller.open_camera(camera, regions)
    return _execute(app, window)


def _ask_consent() -> str | None:
    """Have the notice agreed to; None if it was not, else "" or why it will be asked again."""
    path = notice_path()
    if agreed_on(path) is not None:
        return ""
    if Notice(ask=True).exec() != QDialog.DialogCode.Accepted:
        return None
    try:
        remember(path)
    except OSError as error:
        return f"Your consent could not be kept in {path} ({error.strerror}): it is asked again."
    return ""


def _execute(app: QApplication, window: MainWindow) -> int:
    """Run until the window is closed; Ctrl+C in the terminal closes it as the user would."""
    before = signal.signal(signal.SIGINT, lambda *_: window.close())
    awake = QTimer()  # lets Python see the signal while Qt waits
    awake.timeout.connect(lambda: None)
    awake.start(250)
    try:
        return app.exec()
    finally:
        awake.stop()
        signal.signal(signal.SIGINT, before)


def _check_screen() -> None:
    """Qt would end the process with a crash report instead of a clear line."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise RoomreadError(
            "there is no screen to show the window on: start Roomread on a desktop, "
            "or use `roomread analyze VIDEO --out DIR`"
        )
