"""Starts the window."""

from __future__ import annotations

import importlib.resources
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox

from app.core.commands import FROM_MENU, roomread
from app.core.errors import RoomreadError, SettingsError, SourceError
from app.engine.consent import load_purpose, save_purpose
from app.engine.private import make_private_folders
from app.engine.settings import Settings, settings_path
from app.stages.camera import Camera
from app.ui import theme
from app.ui.dialogs.first_start import FirstStart
from app.ui.given_files import GivenFiles
from app.ui.live.controls import USUAL_SIZE
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.signals import closed_by_signals
from app.ui.translations import speak


def run(
    files: Sequence[Path],
    settings: Settings,
    camera: Camera | None = None,
    regions: Path | None = None,
    settings_file: Path | None = None,
    stream: str | None = None,
) -> int:
    """Show the window, on ``files``, ``camera`` or ``stream`` (an address) if one is given.

    Returns the exit status.

    ``files`` are recordings and sessions. ``regions`` is the file with the regions of what is
    shown; what the user draws is kept there.
    ``settings_file`` is where changed settings are kept, None: in the user's own file.
    The first start asks for purpose and consent; whoever does not agree leaves with 0.

    Raises:
        SourceError: one of ``files`` does not exist.
        RoomreadError: there is no screen to show a window on.
    """
    for path in files:
        if path.is_dir():
            raise SourceError(f"{path} is a folder: choose the recordings in it")
        if not path.is_file():
            raise SourceError(f"{path} does not exist or is no file: check the path")
    _check_screen()
    app = _application()
    given = GivenFiles(app)
    speak(app, settings.appearance.language)
    theme.choose(app, settings.appearance.theme)
    services = Services(settings_file=settings_file or settings_path())
    make_private_folders()
    with closed_by_signals(app):
        trouble = _ask_consent(services.consent_file)
        if trouble is None:
            return 0
        window = MainWindow(settings, services)
        window.show()
        if trouble:
            window.messages.show_message(trouble, error=True)
        os.environ.pop(FROM_MENU, None)  # a terminal that is started from here is no menu
        given.attach(window)
        if files:
            given.open(files, regions)
        elif camera is not None:
            window.live.controller.open_camera(camera, USUAL_SIZE, regions)
        elif stream is not None:
            window.live.open_stream(stream)
        return app.exec()


def show_problem(text: str) -> None:
    """Say in a dialog why Roomread does not start; for where there is no terminal to say it in.

    Raises RoomreadError: there is no screen either.
    """
    _check_screen()
    theme.choose(_application(), Settings().appearance.theme)
    QMessageBox.critical(None, "Roomread", text)


def _application() -> QApplication:
    """This process's, with Roomread's name and icon. Raises RoomreadError."""
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
    icon = importlib.resources.files("assets") / "icons" / "roomread.png"
    if icon.is_file():
        app.setWindowIcon(QIcon(str(icon)))
    return app


def _ask_consent(file: Path) -> str | None:
    """Have the first questions answered; None if they were not, else "" or what went wrong."""
    if load_purpose(file) is not None:
        return ""
    dialog = FirstStart()
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    try:
        save_purpose(dialog.form.text, dialog.form.basis, file)
    except SettingsError as error:
        return str(error)
    return ""


def _check_screen() -> None:
    """Qt would end the process with a crash report instead of a clear line."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise RoomreadError(
            "there is no screen to show the window on: start Roomread on a desktop, "
            f"or use `{roomread('analyze', 'VIDEO', '--out', 'DIR')}`"
        )
