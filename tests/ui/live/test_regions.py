from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.regions import Regions, load_regions, save_regions
from app.core.types import STILL, FrameResult
from app.engine.live.viewmodel import State
from app.engine.region_editor import Drawing, Kind, Outline
from app.engine.rooms import recording_room
from app.session.store import Session
from app.ui.live.region_canvas import ICON, describe, kind_icon, name
from app.ui.main_window import MainWindow
from tests.ui.stand_ins import Stage
from tests.ui.steps import analysed, open_camera, open_recording, reach

SECOND = ((0.45, 0.1), (0.75, 0.1), (0.75, 0.4), (0.45, 0.4))
"""Around the second of three students of the fake picture."""


def at(window: MainWindow, point: tuple[float, float]) -> QPoint:
    area = window.live.video.picture_rect()
    return QPointF(
        area.left() + point[0] * area.width(), area.top() + point[1] * area.height()
    ).toPoint()


def drag(
    qtbot: QtBot, window: MainWindow, start: tuple[float, float], end: tuple[float, float]
) -> None:
    canvas = window.live.regions.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(window, start))
    qtbot.mouseMove(canvas, at(window, end))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(window, end))


def opt_out(qtbot: QtBot, window: MainWindow) -> None:
    """Draw a seat around the second student."""
    window.live.controls.regions.click()
    window.live.regions.bar.kind(Kind.OPT_OUT).click()
    qtbot.waitUntil(window.live.regions.bar.isVisible)
    drag(qtbot, window, SECOND[0], SECOND[2])


def room_of(stage: Stage) -> Path:
    return recording_room(Path("lesson.mp4"), stage.services.rooms)


def test_the_tool_is_there_where_there_is_a_picture(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.live.controls.regions.isEnabled()
    assert not window.live.regions.isVisible()
    open_recording(qtbot, window)
    window.live.controls.regions.click()
    assert window.live.regions.isVisible()
    assert window.live.controls.regions.isChecked()
    window.live.regions.bar.done.click()
    assert not window.live.regions.isVisible()
    assert not window.live.controls.regions.isChecked()


def test_what_is_drawn_is_kept_for_the_source(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    open_recording(qtbot, window)
    opt_out(qtbot, window)
    drawn = window.live.regions.editor.regions
    assert np.abs(np.array(drawn.opt_out[0]) - np.array(SECOND)).max() < 0.01
    qtbot.waitUntil(lambda: room_of(stage).exists())
    window.live.open_video(Path("other.mp4"))
    reach(qtbot, window, State.READY)
    assert window.live.regions.editor.regions == Regions()
    open_recording(qtbot, window)
    assert window.live.regions.editor.regions == load_regions(room_of(stage)) == drawn


def test_an_opted_out_student_is_in_no_result_and_no_session(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    open_recording(qtbot, window)
    opt_out(qtbot, window)
    window.live.controls.start.click()
    reach(qtbot, window, State.DONE)
    assert [row.code for row in window.live.students.model._rows] == ["S01", "S03"]
    assert [tag.track_id for tag in window.live.video.tags()] == [1, 3]
    (path,) = stage.services.sessions.glob("*.roomread")
    with Session.open(path) as session:
        assert Regions.parse(session.info.settings["regions"]) == window.live.regions.editor.regions
        assert {int(i) for r in session.results() for i in r.faces.ids} == {1, 3}


def test_a_face_that_is_opted_out_loses_its_box_at_once(qtbot: QtBot, window: MainWindow) -> None:
    open_recording(qtbot, window)
    window.live.controls.start.click()
    reach(qtbot, window, State.DONE)
    assert [tag.track_id for tag in window.live.video.tags()] == [1, 2, 3]
    opt_out(qtbot, window)
    assert [tag.track_id for tag in window.live.video.tags()] == [1, 3]
    window.live.regions.bar.undo.click()
    assert [tag.track_id for tag in window.live.video.tags()] == [1, 2, 3]


def test_drawing_while_a_camera_runs_takes_effect(qtbot: QtBot, window: MainWindow) -> None:
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    seen: list[list[int]] = [[]]

    def note(_: object, result: FrameResult | None) -> None:
        if result is not None:
            seen.append(result.faces.ids.tolist())

    window.live.controller.picture.connect(note)
    opt_out(qtbot, window)
    before = analysed(window)
    qtbot.waitUntil(lambda: analysed(window) > before + 3)
    qtbot.waitUntil(lambda: seen[-1] == [1, 3])
    window.live.regions.bar.undo.click()
    qtbot.waitUntil(lambda: seen[-1] == [1, 2, 3])


def test_regions_drawn_while_the_models_load_hold_from_the_first_frame(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    open_recording(qtbot, window)
    window.live.controls.start.click()
    assert window.live.controller.state is State.PREPARING
    window.live.controller.set_regions(Regions(opt_out=(SECOND,)))
    reach(qtbot, window, State.DONE)
    (path,) = stage.services.sessions.glob("*.roomread")
    with Session.open(path) as session:
        assert {int(i) for r in session.results() for i in r.faces.ids} == {1, 3}


def test_the_keyboard_draws_selects_deletes_and_leaves(qtbot: QtBot, window: MainWindow) -> None:
    open_recording(qtbot, window)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    canvas, editor = window.live.regions.canvas, window.live.regions.editor
    qtbot.waitUntil(canvas.hasFocus)
    qtbot.keyClick(canvas, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.live.regions.bar.kind(Kind.IGNORE).isChecked()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(canvas, key)
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert editor.regions.ignore == (((0.52, 0.5), (0.52, 0.52), (0.504, 0.52)),)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not window.live.regions.bar.delete.isEnabled()
    qtbot.keyClick(canvas, Qt.Key.Key_PageDown)
    assert "Ignore (selected)" in canvas.accessibleDescription()
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert editor.regions == Regions()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(editor.regions.ignore) == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert editor.drawing.draft == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not window.live.regions.isVisible()


def test_corners_by_click_and_double_click(qtbot: QtBot, window: MainWindow) -> None:
    open_recording(qtbot, window)
    window.live.controls.regions.click()
    canvas = window.live.regions.canvas
    for point in ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5)):
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at(window, point))
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at(window, (0.5, 0.5)))
    assert len(window.live.regions.editor.regions.look[0]) == 3


def test_the_picture_takes_clicks_again_after_drawing(qtbot: QtBot, window: MainWindow) -> None:
    canvas = window.live.regions.canvas
    assert canvas.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    open_recording(qtbot, window)
    window.live.controls.regions.click()
    assert not canvas.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    window.live.controls.regions.click()
    assert canvas.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert canvas.geometry() == window.live.video.rect()


def test_a_damaged_file_is_said_and_the_source_stays_closed(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    room_of(stage).parent.mkdir()
    room_of(stage).write_text("optout = []")
    window.live.open_video(Path("lesson.mp4"))
    reach(qtbot, window, State.EMPTY)
    qtbot.waitUntil(lambda: "'optout' is no kind of region" in window.messages.text())
    assert not window.live.controls.start.isEnabled()


def test_regions_that_cannot_be_kept_are_said(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    open_recording(qtbot, window)
    stage.services.rooms.touch()
    opt_out(qtbot, window)
    qtbot.waitUntil(lambda: "can't be written" in window.messages.text())


def test_files_carry_regions_to_other_rooms(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, bar = tmp_path / "mine.toml", window.live.regions.bar
    save_regions(mine, Regions(look=(SECOND,)))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(mine), ""))
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "copy.toml"), "")
    )
    open_recording(qtbot, window)
    window.live.controls.regions.click()
    bar.load.click()
    assert window.live.regions.editor.regions == Regions(look=(SECOND,))
    bar.save.click()
    assert load_regions(tmp_path / "copy.toml") == Regions(look=(SECOND,))
    mine.write_text("look = 1")
    bar.load.click()
    assert "give a list of regions" in window.messages.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(mine / "copy.toml"), ""))
    bar.save.click()
    assert "can't be written" in window.messages.text()


def test_a_file_named_at_the_start_is_used_and_kept_up(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    room = tmp_path / "room.toml"
    save_regions(room, Regions(look=(SECOND,)))
    window.live.open_video(Path("lesson.mp4"), room)
    reach(qtbot, window, State.READY)
    assert window.live.regions.editor.regions == Regions(look=(SECOND,))
    window.live.controls.regions.click()
    window.live.regions.editor.take(Regions())
    qtbot.waitUntil(lambda: load_regions(room) == Regions())


def test_kinds_differ_without_colour(qtbot: QtBot, window: MainWindow) -> None:
    icons = [kind_icon(kind, QColor("black")).pixmap(ICON).toImage() for kind in Kind]
    for one, other in itertools.combinations(icons, 2):
        assert one != other
    assert len({name(kind) for kind in Kind}) == 3
    open_recording(qtbot, window)
    pictures = []
    for kind in Kind:
        outline = Outline(kind, 0, SECOND, selected=False)
        window.live.regions.canvas.show_drawing(Drawing((outline,)))
        image = window.live.video.grab().toImage()
        # Without the name in the corner, and without colour.
        area = window.live.video.picture_rect()
        lower = image.copy(0, round(area.center().y() - area.height() / 8), image.width(), 60)
        pictures.append(lower.convertToFormat(lower.Format.Format_Grayscale8))
    for one, other in itertools.combinations(pictures, 2):
        assert one != other


def test_outlines_follow_the_camera(qtbot: QtBot, window: MainWindow) -> None:
    open_recording(qtbot, window)
    window.live.controls.regions.click()
    drag(qtbot, window, SECOND[0], SECOND[2])
    before = window.live.regions.editor.drawing.outlines[0].points
    frame = window.live.video._frame
    assert frame is not None
    nudge = STILL.copy()
    nudge[0, 2] = -frame.size[0] / 10  # what was at 0.45 is seen at 0.55
    window.live.regions.editor.see(frame.size, nudge)
    after = window.live.regions.editor.drawing.outlines[0].points
    assert np.allclose(np.array(after) - np.array(before), (0.1, 0.0))


def test_every_button_has_a_name_and_a_key(window: MainWindow) -> None:
    bar = window.live.regions.bar
    buttons = [*(bar.kind(kind) for kind in Kind), bar.undo, bar.delete, bar.load, bar.save]
    for button in (*buttons, bar.done, window.live.controls.regions):
        assert button.accessibleName()
        assert button.accessibleDescription()
        assert "(" in button.toolTip()
    assert describe(Drawing()) == "No regions"
    said = describe(Drawing(cursor=(0.25, 0.5), draft=((0.1, 0.1),)))
    assert said == (
        "No regions. The cross is at 25% from the left, 50% from the top. Corners so far: 1"
    )
