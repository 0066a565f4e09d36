from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.types import Frame
from app.engine.live.viewmodel import State
from app.engine.settings import RecognizerSettings, Settings
from app.ui.live.stream_dialog import StreamDialog
from app.ui.main_window import MainWindow
from tests.fakes import FakeSource
from tests.ui.stand_ins import Stage
from tests.ui.steps import analysed, only_session, open_camera, open_recording, reach, run_to_end

ADDRESS = "rtsp://ann:secret@10.0.0.7/stream1"


class Patient(FakeSource):
    """A camera that goes away after 20 frames and is waited for."""

    waiting = ""
    back = False

    def frames(self) -> Iterator[Frame]:
        for frame in super().frames():
            if frame.index == 20:
                self.waiting = "the camera is gone: waiting"
                while not (self.back or self._closed.wait(0.01)):
                    pass
                self.waiting = ""
            yield frame


def dialog_of(window: MainWindow) -> StreamDialog:
    (dialog,) = window.live.findChildren(StreamDialog)
    return dialog


def test_a_stream_is_opened_by_its_address_and_kept_without_the_password(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    window.live.controls.stream_wanted.emit()
    dialog = dialog_of(window)
    qtbot.keyClicks(dialog.line, ADDRESS)
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    reach(qtbot, window, State.READY)
    assert stage.asked == [(ADDRESS, None)]
    assert window.live.controls.source.text() == "rtsp://10.0.0.7/stream1"
    assert "secret" not in window.windowTitle()
    qtbot.waitUntil(stage.services.last_stream.exists)
    qtbot.waitUntil(lambda: not window.live.findChildren(StreamDialog))
    window.live.controls.stream_wanted.emit()
    qtbot.waitUntil(lambda: dialog_of(window).line.text() == "rtsp://10.0.0.7/stream1")
    dialog_of(window).reject()


@pytest.mark.parametrize(
    "text", ["", "file:///etc/passwd", "C:\\lesson.mp4", "rtsp://", "http://a b"]
)
def test_what_is_no_address_is_said_and_can_be_mended(
    qtbot: QtBot, window: MainWindow, stage: Stage, text: str
) -> None:
    window.live.controls.stream_wanted.emit()
    dialog = dialog_of(window)
    dialog.line.setText(text)
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert len(dialog.problem()) > 20
    assert not stage.asked
    dialog.line.clear()
    qtbot.keyClicks(dialog.line, "x")
    assert dialog.problem() == ""
    dialog.reject()


def test_a_camera_that_is_gone_is_waited_for(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.camera = lambda: Patient(count=None, fps=100.0, live=True, pace=0.005)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: window.live.video._waiting != "")
    assert "waiting" in window.live.status.text("activity")
    assert window.live.controller.state is State.RUNNING
    held = analysed(window)
    stage.sources[-1].back = True  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: window.live.video._waiting == "")
    qtbot.waitUntil(lambda: analysed(window) > held + 3)
    window.live.controls.stop.click()
    reach(qtbot, window, State.DONE)
    with only_session(stage) as session:
        assert session.counts.analysed > held


def test_a_network_camera_is_not_said_to_be_unplugged(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.camera = lambda: Patient(count=None, fps=100.0, live=True, pace=0.005)
    window.live.open_stream(ADDRESS)
    reach(qtbot, window, State.READY)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: window.live.video._waiting != "")
    assert "network camera" in window.live.video._waiting
    stage.sources[-1].back = True  # type: ignore[attr-defined]
    window.live.controls.stop.click()
    reach(qtbot, window, State.DONE)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: "unplugged" in window.live.video._waiting)


def test_what_was_read_opens_in_review(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    heard: list[Path] = []
    window.live.review_wanted.disconnect()
    window.live.review_wanted.connect(heard.append)
    assert not window.live.controls.review.isVisible()
    run_to_end(qtbot, window)
    assert window.live.controls.review.isVisible()
    assert not window.live.controls.stop.isVisible()
    window.live.controls.review.click()
    assert heard == list(stage.services.sessions.glob("*.roomread"))
    open_recording(qtbot, window)
    assert not window.live.controls.review.isVisible()


def test_other_models_are_loaded_with_the_next_start_only(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    run_to_end(qtbot, window)
    window.live.set_settings(Settings())
    window.live.controls.start.click()
    reach(qtbot, window, State.RUNNING)
    reach(qtbot, window, State.DONE)
    assert len(stage.built) == 1
    window.live.set_settings(Settings(recognizer=RecognizerSettings(shipped="small")))
    assert len(stage.built) == 1
    window.live.controls.start.click()
    reach(qtbot, window, State.RUNNING)
    reach(qtbot, window, State.DONE)
    assert len(stage.built) == 2
    assert stage.built[0].pipeline._detector.closed  # type: ignore[attr-defined]
    assert not stage.built[1].pipeline._detector.closed  # type: ignore[attr-defined]
