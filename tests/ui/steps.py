"""Steps that tests of the window take."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.engine.live.viewmodel import State
from app.session.store import Session
from app.ui.live.controls import USUAL_SIZE
from app.ui.main_window import MainWindow
from tests.ui.stand_ins import CAMERAS, Stage


def reach(qtbot: QtBot, window: MainWindow, *states: State, timeout: int = 10_000) -> None:
    """Wait until the window is in one of these states."""
    qtbot.waitUntil(lambda: window.live.controller.state in states, timeout=timeout)


def open_recording(qtbot: QtBot, window: MainWindow) -> None:
    """Choose a recording and wait for its first frame."""
    window.live.open_video(Path("lesson.mp4"))
    reach(qtbot, window, State.READY)


def open_camera(qtbot: QtBot, window: MainWindow) -> None:
    """Choose a camera and wait for its picture."""
    window.live.controls.camera_chosen.emit(CAMERAS[0], USUAL_SIZE)
    reach(qtbot, window, State.READY)


def run_to_end(qtbot: QtBot, window: MainWindow) -> None:
    """Analyse a recording."""
    open_recording(qtbot, window)
    window.live.controls.start.click()
    reach(qtbot, window, State.DONE)


def analysed(window: MainWindow) -> int:
    """Frames analysed in the current run."""
    live = window.live.controller._live
    return 0 if live is None else live.stats().analysed


def only_session(stage: Stage) -> Session:
    """The one session file that was written."""
    (path,) = stage.services.sessions.glob("*.roomread")
    return Session.open(path)
