from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.engine.live.viewmodel import State
from app.ui.live.student_list import NOW
from app.ui.main_window import MainWindow
from app.ui.widgets.students import CODE, NAME
from tests.fakes import fake_pipeline
from tests.ui.stand_ins import Stage
from tests.ui.steps import analysed, only_session, open_camera, open_recording, reach, run_to_end


def test_an_empty_window_says_what_to_do(window: MainWindow) -> None:
    assert window.live.video._hint[0].startswith("Open a recording")
    assert window.live.status.text("activity") == "Choose a recording or a camera"
    controls = window.live.controls
    assert controls.open.isEnabled()
    assert controls.camera.isEnabled()
    for button in (controls.start, controls.pause, controls.stop, controls.export):
        assert not button.isEnabled()


def test_a_recording_shows_its_first_frame_at_once(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    open_recording(qtbot, window)
    assert window.live.video._frame is not None
    assert window.live.video._frame.index == 0
    assert window.live.video._result is None
    assert stage.sources[0].closed
    assert "lesson.mp4" in window.windowTitle()
    assert window.live.controls.start.isEnabled()
    assert window.live.controls.fast.isVisible()


def test_cameras_are_chosen_by_name(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    menu = window.live.controls.menu

    def texts() -> list[str]:
        return [action.text() for action in menu.actions() if action.text()]

    menu.aboutToShow.emit()
    assert texts() == ["Looking for cameras…", "Stream…"]
    qtbot.waitUntil(lambda: len(texts()) == 4)
    assert texts() == ["Front camera", "Room && board camera", "Picture size", "Stream…"]
    menu.actions()[1].trigger()
    reach(qtbot, window, State.READY)
    assert window.live.controls.source.text() == "Room & board camera"
    assert not window.live.controls.fast.isVisible()
    stage.cameras = lambda: ()
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: "No camera found" in texts()[0])
    assert not menu.actions()[0].isEnabled()
    assert texts()[-1] == "Stream…"


def test_another_size_is_asked_of_the_camera_at_once(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    window.live.controls.cameras_wanted.emit()
    qtbot.waitUntil(lambda: len(window.live.controls.menu.actions()) == 6)
    actions = window.live.controls.menu.actions()
    actions[0].trigger()
    reach(qtbot, window, State.READY)
    sizes = {action.text(): action for action in actions[3].menu().actions()}
    assert [text for text, action in sizes.items() if action.isChecked()] == ["1280 × 720"]
    sizes["1920 × 1080"].trigger()
    reach(qtbot, window, State.READY)
    assert stage.asked == [("Front camera", (1280, 720)), ("Front camera", (1920, 1080))]


def test_export_writes_the_tables(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to_end(qtbot, window)
    out = tmp_path / "tables"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    window.live.controls.export.click()
    assert window.live.controller.exporting
    assert not window.live.controls.export.isEnabled()
    assert not window.live.controls.start.isEnabled()
    qtbot.waitUntil(lambda: not window.live.controller.exporting)
    assert f"files written to {out}" in window.messages.text()
    with (out / "observations.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 12 * 3
    assert {path.name for path in out.iterdir()} >= {"students.csv", "class.csv", "session.json"}
    assert window.live.controls.export.isEnabled()


def test_export_while_a_camera_runs(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 5)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    window.live.controls.export.click()
    qtbot.waitUntil(lambda: "files written" in window.messages.text())
    assert window.live.controller.state is State.RUNNING
    before = analysed(window)
    qtbot.waitUntil(lambda: analysed(window) > before)


def test_a_rename_goes_to_the_session_the_picture_and_the_csv(
    qtbot: QtBot,
    window: MainWindow,
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_to_end(qtbot, window)
    model = window.live.students.model
    for name in ("Ada", '=1+1, "quoted"'):
        assert model.setData(model.index(1, NAME), name)
    qtbot.waitUntil(lambda: model.index(1, NAME).data() == '=1+1, "quoted"')
    assert window.live.video._names == {2: '=1+1, "quoted"'}
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    window.live.controls.export.click()
    qtbot.waitUntil(lambda: "files written" in window.messages.text())
    with (tmp_path / "out" / "students.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["student"]: row["name"] for row in csv.DictReader(file)}
    assert rows["S01"] == ""
    assert rows["S02"].endswith('=1+1, "quoted"')
    assert rows["S02"][0] != "="
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    with only_session(stage) as session:
        assert session.names() == {2: '=1+1, "quoted"'}


def test_another_source_starts_with_an_empty_class(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    run_to_end(qtbot, window)
    window.live.open_video(Path("other.mp4"))
    assert window.live.students.model.rowCount() == 0
    assert window.live.panel._count.text() == "0"
    reach(qtbot, window, State.READY)
    assert not window.live.controls.export.isEnabled()


def test_the_demo_clip_is_one_click_away(qtbot: QtBot, window: MainWindow) -> None:
    demo = window.live.controls.demo
    assert demo.isVisible()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.mouseClick(demo, Qt.MouseButton.LeftButton)
    reach(qtbot, window, State.READY)
    assert window.live.controls.source.text() == "demo.mp4"
    assert not demo.isVisible(), "the source's name is in its place"
    assert window.focusWidget() is window.live.controls.start, "the space bar goes on"


def test_a_dropped_file_is_opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.mp4"))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.live.video.dropEvent(event)
    reach(qtbot, window, State.READY)
    assert window.live.controls.source.text() == "dropped.mp4"


def test_the_keyboard_does_it_all(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("lesson.mp4", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "out"))
    control = Qt.KeyboardModifier.ControlModifier
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_O, control)
    reach(qtbot, window, State.READY)
    qtbot.keyClick(window, Qt.Key.Key_R, control)
    reach(qtbot, window, State.RUNNING)
    qtbot.keyClick(window, Qt.Key.Key_P, control)
    assert window.live.controller.state is State.PAUSED
    qtbot.keyClick(window, Qt.Key.Key_P, control)
    reach(qtbot, window, State.DONE)
    assert window.messages.text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.messages.text()
    table = window.live.students.table
    table.setFocus()
    window.live.students.select(1)
    table.setCurrentIndex(window.live.students.model.index(0, NAME))
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = window.focusWidget()
    assert editor is not None
    qtbot.keyClicks(editor, "Ada L")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.live.students.model.index(0, NAME).data() == "Ada L")
    qtbot.keyClick(window, Qt.Key.Key_E, control)
    qtbot.waitUntil(lambda: "files written" in window.messages.text())
    qtbot.keyClick(window, Qt.Key.Key_R, control)
    reach(qtbot, window, State.RUNNING)
    qtbot.keyClick(window, Qt.Key.Key_Period, control)
    reach(qtbot, window, State.DONE, State.READY)


def test_a_picked_face_and_the_list_agree(qtbot: QtBot, window: MainWindow) -> None:
    run_to_end(qtbot, window)
    face = window.live.video.tags()[2]
    point = face.box.center().toPoint()
    qtbot.mouseClick(window.live.video, Qt.MouseButton.LeftButton, pos=point)
    assert window.live.students.table.currentIndex().row() == 2
    assert window.live.video._selected == 3
    window.live.students.table.setCurrentIndex(window.live.students.model.index(0, CODE))
    assert window.live.video._selected == 1
    qtbot.mouseClick(
        window.live.video, Qt.MouseButton.LeftButton, pos=window.live.video.rect().topLeft()
    )
    assert window.live.video._selected == 0


def test_what_was_seen_stays_until_the_next_source(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.pipeline = lambda: fake_pipeline(students=3, cant_tell=(2,))
    run_to_end(qtbot, window)
    model = window.live.students.model
    assert [model.index(row, NOW).data() for row in range(3)] == [
        "neutral",
        "can't tell",
        "surprise",
    ]
    assert "67% of faces read" in window.live.panel._read.text()
    assert "can't tell 33%" in window.live.panel.bars.accessibleDescription()


def test_every_control_has_a_name_for_screen_readers(window: MainWindow) -> None:
    controls = window.live.controls
    for widget in (
        controls.open,
        controls.camera,
        controls.start,
        controls.pause,
        controls.stop,
        controls.export,
        window.live.video,
        window.live.students.table,
        window.live.panel.bars,
        window.live.timeline._plot,
    ):
        assert widget.accessibleName()
