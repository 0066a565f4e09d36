from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.engine.live.session import LiveSession, Outcome
from app.engine.live.viewmodel import State
from app.session.store import Session
from app.ui.live import closing
from app.ui.main_window import MainWindow
from tests.fakes import FakeSource, fake_pipeline
from tests.ui.stand_ins import CAMERAS, Stage
from tests.ui.steps import analysed, only_session, open_camera, open_recording, reach, run_to_end
from tests.waiting import PATIENCE


def hold_models(stage: Stage) -> threading.Event:
    """Have the models load no sooner than the event that is returned is set."""
    go = threading.Event()
    good = stage.pipeline

    def slow() -> object:
        go.wait(PATIENCE)
        return good()

    stage.pipeline = slow  # type: ignore[assignment]
    return go


def test_a_recording_is_analysed_without_loss_and_its_end_is_said(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    run_to_end(qtbot, window)
    assert "at its end" in window.messages.text()
    assert not window.messages.is_error()
    assert window.live.panel._count.text() == "3"
    assert window.live.students.model.rowCount() == 3
    assert window.live.status.text("provider") == "Runs on CPU"
    assert window.live.status.text("faces") == "Faces 3"
    with only_session(stage) as session:
        assert [result.index for result in session.results()] == list(range(12))
        assert session.complete
        assert session.info.source_name == "fake.mp4"
        assert session.info.model_name == "fake"


def test_models_are_built_once_and_never_on_the_windows_thread(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    run_to_end(qtbot, window)
    window.live.controls.start.click()
    reach(qtbot, window, State.RUNNING)
    reach(qtbot, window, State.DONE)
    assert len(stage.built) == 1
    assert threading.main_thread().name not in stage.build_threads
    assert len(list(stage.services.sessions.glob("*.roomread"))) == 2


@pytest.mark.alone
def test_a_recording_plays_at_its_own_speed_unless_told_otherwise(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.video = lambda: FakeSource(count=21, fps=10.0)
    open_recording(qtbot, window)
    qtbot.waitUntil(lambda: len(stage.built) == 1)
    begin = time.monotonic()
    window.live.controls.start.click()
    reach(qtbot, window, State.DONE)
    assert time.monotonic() - begin >= 2.0
    window.live.controls.fast.setChecked(True)
    begin = time.monotonic()
    window.live.controls.start.click()
    reach(qtbot, window, State.RUNNING)
    reach(qtbot, window, State.DONE)
    assert time.monotonic() - begin < 1.7


def test_start_pause_stop_20_times_with_a_camera(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    open_camera(qtbot, window)
    threads = threading.active_count()
    for _ in range(20):
        window.live.controls.start.click()
        reach(qtbot, window, State.RUNNING)
        qtbot.waitUntil(lambda: analysed(window) > 0)
        window.live.controls.pause.click()
        assert window.live.controller.state is State.PAUSED
        assert window.live.controls.pause.text() == "Go on"
        held = analysed(window)
        window.live.controls.pause.click()
        assert window.live.controller.state is State.RUNNING
        qtbot.waitUntil(lambda held=held: analysed(window) > held + 1)
        window.live.controls.stop.click()
        reach(qtbot, window, State.DONE)
        qtbot.waitUntil(lambda: window.live.controller.jobs.running == 0)
        assert threading.active_count() <= threads
        assert not window.live.controller.watching.running
    assert all(source.closed for source in stage.sources)
    files = sorted(stage.services.sessions.glob("*.roomread"))
    assert len(files) == 20
    for file in files:
        with Session.open(file) as session:
            assert session.complete
            assert session.counts.analysed > 0


@pytest.mark.alone
def test_a_slow_analysis_drops_a_cameras_frames_and_counts_them(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.pipeline = lambda: fake_pipeline(delay=0.2)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    reach(qtbot, window, State.RUNNING)
    status = window.live.status
    qtbot.waitUntil(lambda: status.tip("analysed").endswith("pictures were shown only."))
    qtbot.waitUntil(lambda: int(status.tip("analysed").split()[-5]) > 1)
    assert not status.text("skipped")  # that a camera gives more than are followed is usual
    qtbot.waitUntil(lambda: window.live.video._result is not None)
    frame, result = window.live.video._frame, window.live.video._result
    assert frame is not None
    assert result is not None
    assert frame.index - result.index < 60  # 0.2 s behind at 100 frames a second, and some air


class Beats:
    """Between two turns of the window's event loop: seconds of its own work, and of waiting."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Beats:
        self.work: list[float] = []
        self.wall: list[float] = []
        self._last = time.thread_time(), time.perf_counter()
        self._timer.start(2)
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.thread_time(), time.perf_counter()
        self.work.append(now[0] - self._last[0])
        self.wall.append(now[1] - self._last[1])
        self._last = now


@pytest.mark.alone
def test_no_work_over_50_ms_on_the_windows_thread(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.video = lambda: FakeSource(count=90, fps=60.0, size=(1280, 720))
    stage.pipeline = lambda: fake_pipeline(students=40)
    with Beats() as beats:
        run_to_end(qtbot, window)
    # Its own seconds, not the clock's: the machine may be busy with other things.
    assert len(beats.work) > 20
    assert max(beats.work) < 0.05


@pytest.mark.alone
def test_the_window_never_waits_for_the_analysis(
    qtbot: QtBot, window: MainWindow, stage: Stage, tmp_path: Path
) -> None:
    stage.pipeline = lambda: fake_pipeline(delay=1.5)
    open_camera(qtbot, window)
    with Beats() as beats:
        window.live.controls.start.click()
        qtbot.waitUntil(lambda: analysed(window) == 1)
        window.live.controls.pause.click()
        window.live.controls.pause.click()
        window.live.students.renamed.emit(1, "Ada")
        window.live.controller.work.export(tmp_path / "out")
        qtbot.waitUntil(lambda: "files written" in window.messages.text())
        window.live.controls.stop.click()
        reach(qtbot, window, State.DONE)
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible())
    assert max(beats.wall) < 1.0


def test_closing_during_the_analysis_stops_every_thread_and_finishes_the_session(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not [t for t in threading.enumerate() if t.name.startswith("roomread-")]
    assert stage.built[0].pipeline._detector.closed  # type: ignore[attr-defined]
    with only_session(stage) as session:
        assert session.complete
        assert session.counts.analysed > 3


@pytest.mark.alone
def test_closing_while_the_models_load(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    go = hold_models(stage)
    open_recording(qtbot, window)
    window.live.controls.start.click()
    assert window.live.controller.state is State.PREPARING
    begin = time.perf_counter()
    window.close()
    assert time.perf_counter() - begin < 0.05
    assert window.isVisible()
    assert window.live.status.text("activity") == "Closing…"
    go.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not list(stage.services.sessions.glob("*.roomread"))


def test_stop_while_the_models_load(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    go = hold_models(stage)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    window.live.controls.stop.click()
    assert window.live.controller.state is State.READY
    go.set()
    qtbot.waitUntil(lambda: window.live.controller.jobs.running == 0)
    assert window.live.controller.state is State.READY
    assert len(stage.sources) == 1  # the camera was not opened again
    assert not stage.services.sessions.exists()


def test_a_start_without_a_single_frame_leaves_no_file(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.pipeline = lambda: fake_pipeline(fail_at=0)
    open_recording(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(window.messages.is_error)
    assert window.live.controller.state is State.READY
    assert not window.live.controls.export.isEnabled()
    assert not list(stage.services.sessions.glob("*"))


def test_closing_while_the_analysis_stops(
    qtbot: QtBot, window: MainWindow, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, stopping, good = threading.Event(), threading.Event(), LiveSession.stop

    def slow(live: LiveSession) -> Outcome:
        stopping.set()
        go.wait(PATIENCE)
        return good(live)

    monkeypatch.setattr(LiveSession, "stop", slow)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 0)
    window.live.controls.stop.click()
    assert stopping.wait(PATIENCE)
    window.close()
    go.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert stage.built[0].pipeline._detector.closed  # type: ignore[attr-defined]
    assert not list(stage.services.sessions.glob("*-wal"))


def test_closing_finishes_the_session_though_a_look_up_hangs(
    qtbot: QtBot, window: MainWindow, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    stage.cameras = lambda: CAMERAS[: int(not go.wait(20))]
    open_camera(qtbot, window)
    monkeypatch.setattr(closing, "GRACE_MS", 200)
    window.live.controls.cameras_wanted.emit()
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 0)
    window.close()
    try:
        qtbot.waitUntil(lambda: not window.isVisible())
        with only_session(stage) as session:
            assert session.complete
    finally:
        go.set()
        qtbot.waitUntil(lambda: window.live.controller.jobs.running == 0)
