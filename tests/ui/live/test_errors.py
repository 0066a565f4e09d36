from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.errors import SessionError, SourceError, TruncatedSourceError
from app.engine.live.viewmodel import State
from app.session.store import Session
from app.ui.main_window import MainWindow
from app.ui.widgets.students import NAME
from tests.fakes import FakeSource, fake_pipeline
from tests.ui.stand_ins import Stage
from tests.ui.steps import only_session, open_camera, open_recording, reach, run_to_end


def test_an_error_in_the_analysis_reaches_the_message_bar(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.pipeline = lambda: fake_pipeline(fail_at=4)
    open_recording(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(window.messages.is_error)
    assert "the fake detector failed" in window.messages.text()
    assert "Readings of 4 frames were kept" in window.messages.text()
    assert window.live.controller.state is State.DONE
    assert window.live.controls.export.isEnabled()
    with only_session(stage) as session:
        assert not session.complete
        assert "fake detector" in session.message
        assert session.counts.analysed == 4


def test_a_recording_cut_off_is_kept_and_said(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    cut = TruncatedSourceError("fake.mp4 ends early: copy it again")
    stage.video = lambda: FakeSource(count=6, fps=60.0, error=cut)
    run_to_end(qtbot, window)
    assert "ends early" in window.messages.text()
    assert window.messages.is_error()
    with only_session(stage) as session:
        assert session.counts.analysed == 6
        assert not session.complete


def test_a_camera_that_goes_away_is_said(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    gone = SourceError("Front camera gives no picture any more: plug it in again")
    stage.camera = lambda: FakeSource(count=20, fps=100.0, live=True, pace=0.01, error=gone)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(window.messages.is_error)
    assert "plug it in" in window.messages.text()
    reach(qtbot, window, State.DONE)


def test_a_missing_recording_is_said_and_the_window_goes_on(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.live.open_video(Path("missing.mp4"))
    qtbot.waitUntil(window.messages.is_error)
    assert window.messages.text() == "missing.mp4 does not exist: check the path"
    assert window.live.controller.state is State.EMPTY
    open_recording(qtbot, window)
    assert window.messages.text() == ""


def test_a_recording_without_pictures_is_said(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.video = lambda: FakeSource(count=0)
    window.live.open_video(Path("empty.mp4"))
    qtbot.waitUntil(window.messages.is_error)
    assert "holds no pictures" in window.messages.text()


def test_models_that_can_not_be_had_are_said_and_tried_again(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    good = stage.pipeline

    def broken() -> None:
        raise SourceError("the face finder can't be fetched: check the connection")

    stage.pipeline = broken  # type: ignore[assignment]
    open_recording(qtbot, window)
    qtbot.waitUntil(window.messages.is_error)
    assert "check the connection" in window.messages.text()
    stage.pipeline = good
    window.live.controls.start.click()
    reach(qtbot, window, State.DONE)


def test_a_fault_of_our_own_is_said_too(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    stage.cameras = lambda: 1 / 0  # type: ignore[assignment, return-value]
    window.live.controls.cameras_wanted.emit()
    qtbot.waitUntil(window.messages.is_error)
    assert "ZeroDivisionError" in window.messages.text()


def test_a_session_that_can_not_be_written_is_said(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.services.sessions.write_text("a file where the folder should be")
    open_recording(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(window.messages.is_error)
    assert str(stage.services.sessions) in window.messages.text()
    assert window.live.controller.state is State.READY
    assert all(source.closed for source in stage.sources)


def test_an_export_that_fails_is_said(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to_end(qtbot, window)
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(blocked))
    window.live.controls.export.click()
    qtbot.waitUntil(window.messages.is_error)
    assert str(blocked) in window.messages.text()
    assert window.live.controls.export.isEnabled()


def test_a_rename_that_can_not_be_kept_is_said(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to_end(qtbot, window)

    def full(*_: object) -> None:
        raise SessionError("the disk is full: make room")

    monkeypatch.setattr(Session, "set_name", full)
    window.live.students.renamed.emit(1, "Ada")
    qtbot.waitUntil(lambda: "disk is full" in window.messages.text())
    assert window.live.students.model.index(0, NAME).data() == "add name"
