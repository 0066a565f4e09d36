from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.live.viewmodel import State
from app.ui.main_window import MainWindow
from tests.ui.stand_ins import Stage
from tests.ui.steps import analysed, only_session, open_camera, reach


def run_a_camera(qtbot: QtBot, window: MainWindow) -> None:
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)


def texts(window: MainWindow) -> list[str]:
    return [marker.text for marker in window.live._view.markers]


def test_m_marks_the_moment_at_which_it_was_pressed(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    run_a_camera(qtbot, window)
    window.live.video.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_M)
    pressed = window.live.controller.moment
    line = window.live.markers.line
    assert line.isVisible()
    assert line.hasFocus()
    qtbot.keyClicks(line, "m for group work")
    qtbot.waitUntil(lambda: window.live.controller.moment > pressed + 0.2)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert not line.isVisible()
    qtbot.waitUntil(lambda: texts(window) == ["m for group work"])
    (marker,) = window.live._view.markers
    assert abs(marker.timestamp - pressed) < 0.1
    assert [item.toPlainText() for item in window.live.timeline._texts]
    window.live.controls.stop.click()
    reach(qtbot, window, State.DONE)
    assert not window.live.markers.mark.isEnabled()
    with only_session(stage) as session:
        assert session.markers.all() == (marker,)


def test_enter_alone_gives_a_marker_a_number_and_escape_gives_none(
    qtbot: QtBot, window: MainWindow
) -> None:
    run_a_camera(qtbot, window)
    bar = window.live.markers
    window.messages.show_message("something", error=False)
    bar.mark.click()
    qtbot.keyClick(bar.line, Qt.Key.Key_Escape)
    assert not bar.line.isVisible()
    assert window.messages.text()  # Esc belonged to the line
    bar.mark.click()
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(window) == ["Marker 1"])


def test_the_last_marker_is_taken_back(qtbot: QtBot, window: MainWindow) -> None:
    run_a_camera(qtbot, window)
    for text in ("first", "second"):
        window.live.controller.work.add_marker(text, 0.5 if text == "second" else 1.0)
    qtbot.waitUntil(lambda: texts(window) == ["second", "first"])
    window.live.video.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: texts(window) == ["first"])
    window.live.controls.regions.click()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.live.regions.bar.done.click()
    qtbot.waitUntil(lambda: window.live.controller.jobs.running == 0)
    assert texts(window) == ["first"]  # Ctrl+Z was the region tool's
    window.live.markers.undo.click()
    qtbot.waitUntil(lambda: not texts(window))
    assert not window.live.markers.undo.isVisible()
