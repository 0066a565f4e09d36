"""A lesson that happens now is not ended by accident."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.live.viewmodel import State
from app.ui.live import workspace
from app.ui.live.status import Figures
from app.ui.live.stop_question import StopQuestion
from app.ui.main_window import MainWindow
from tests.ui.steps import analysed, open_camera, open_recording, reach


@pytest.fixture
def running(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """A camera that was started by mouse, with the keyboard where that leaves it."""
    open_camera(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.mouseClick(window.live.controls.start, Qt.MouseButton.LeftButton)
    reach(qtbot, window, State.RUNNING)
    qtbot.waitUntil(lambda: analysed(window) > 2)
    return window


def space() -> None:
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)


def test_space_after_start_pauses_and_goes_on(qtbot: QtBot, running: MainWindow) -> None:
    assert running.live.controls.pause.hasFocus()
    space()
    reach(qtbot, running, State.PAUSED)
    space()
    reach(qtbot, running, State.RUNNING)


@pytest.mark.parametrize("name", ["video", "table"])
def test_space_pauses_wherever_the_keyboard_is(
    qtbot: QtBot, running: MainWindow, name: str
) -> None:
    live = running.live
    spot = live.video if name == "video" else live.students.table.viewport()
    QTest.mouseClick(spot, Qt.MouseButton.LeftButton)
    space()
    reach(qtbot, running, State.PAUSED)


def question(window: MainWindow) -> StopQuestion | None:
    return window.live.findChild(StopQuestion)


def test_stop_asks_once_a_minute_is_read(
    qtbot: QtBot, running: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "ASKS_AFTER", 0.01)
    qtbot.waitUntil(lambda: running.live.controller.moment > 0.05)
    running.live.controls.stop.click()
    asked = question(running)
    assert asked is not None
    assert asked.defaultButton() is asked.stay
    QTest.keyClick(asked, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: question(running) is None)
    assert running.live.controller.state is State.RUNNING
    running.live.controls.stop.click()
    again = question(running)
    assert again is not None
    again.stop.click()
    reach(qtbot, running, State.DONE)


def test_the_question_goes_when_the_camera_ends(
    qtbot: QtBot, running: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "ASKS_AFTER", 0.01)
    running.live.controls.stop.click()
    running.live.controller.stop()
    reach(qtbot, running, State.DONE)
    qtbot.waitUntil(lambda: question(running) is None)


def test_a_short_run_ends_at_once(qtbot: QtBot, running: MainWindow) -> None:
    running.live.controls.stop.click()
    assert question(running) is None
    reach(qtbot, running, State.DONE)


@pytest.mark.parametrize("fast", [False, True])
def test_a_slow_recording_says_so(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    open_recording(qtbot, window)
    live = window.live
    live.controls.fast.setChecked(fast)
    monkeypatch.setattr(type(live.controller), "state", State.RUNNING)
    clock = iter(range(0, 100, 2))
    now = SimpleNamespace(monotonic=lambda: float(next(clock)))
    monkeypatch.setattr(workspace, "time", now)  # not everybody's
    for _ in range(3):
        live._on_figures(Figures(2.0, 2.0, 12, 0, "CPU"))
    assert (live.status.text("skipped") == "Slower than real time") is not fast
    assert ("Analyse reads fewer" in window.messages.text()) is not fast
    monkeypatch.undo()
