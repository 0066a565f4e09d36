from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.privacy import FaceCover, Privacy
from app.core.regions import Regions
from app.core.types import Frame
from app.engine.face_coverer import Coverer
from app.engine.live.runner import LiveView
from app.engine.live.viewmodel import State
from app.engine.settings import Settings
from app.ui.live.pictures import Pictures
from app.ui.main_window import MainWindow
from app.ui.services import Services
from tests.fakes import FakeSource, fake_pipeline, fake_results, picture
from tests.ui.stand_ins import Stage
from tests.ui.steps import analysed, only_session, open_camera, open_recording, reach, run_to_end

frame_zero = Frame(picture(0), 0, 0.0)


def with_privacy(window: MainWindow, **privacy: Any) -> None:
    window.live.set_settings(Settings(privacy=Privacy(**privacy)))


def shown(window: MainWindow) -> np.ndarray:
    frame = window.live.video._frame
    assert frame is not None
    return frame.image


def as_it_is(window: MainWindow) -> bool:
    frame = window.live.video._frame
    return frame is not None and np.array_equal(frame.image, picture(frame.index, frame.size))


def test_class_only_shows_nobody(qtbot: QtBot, window: MainWindow, stage: Stage) -> None:
    with_privacy(window, class_only=True)
    stage.pipeline = lambda: fake_pipeline(students=6)
    run_to_end(qtbot, window)
    live = window.live
    assert live.people.class_only
    assert not live.video.tags()
    assert live.students.model.rowCount() == 0
    assert not live.seats.canvas.marks()
    assert not live.panel.change.isVisible()
    assert live.panel._count.text() == "6"
    assert "neutral 17%" in live.panel.bars.accessibleDescription()
    qtbot.mouseClick(live.video, Qt.MouseButton.LeftButton, pos=live.video.rect().center())
    assert live.video._selected == 0


def test_shares_of_a_small_group_are_withheld(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    with_privacy(window, class_only=True, min_group=4)
    run_to_end(qtbot, window)
    assert "fewer than 4 faces" in window.live.panel.bars.accessibleDescription()
    assert "withheld" in window.live.timeline._empty.text()


def test_a_class_only_session_shows_nobody_though_the_settings_changed_since(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    with_privacy(window, class_only=True)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    with_privacy(window)
    assert window.live.people.class_only
    assert not window.live.video.tags()
    window.live.controls.stop.click()
    reach(qtbot, window, State.DONE)
    open_camera(qtbot, window)
    assert not window.live.people.class_only


def test_faces_are_never_shown_where_they_are_to_be_covered(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    with_privacy(window, faces=FaceCover.BLOCK)
    seen: list[np.ndarray] = []
    window.live.controller.picture.connect(
        lambda frame, _: frame is not None and seen.append(frame.image)
    )
    stage.video = lambda: FakeSource(count=200, fps=30.0)
    open_recording(qtbot, window)
    qtbot.waitUntil(lambda: len(seen) > 0)
    window.live.controls.start.click()
    # From the fifth picture on there is something to cover.
    qtbot.waitUntil(lambda: analysed(window) > 5)
    window.live.controls.pause.click()
    qtbot.waitUntil(lambda: (window.live.video._frame or frame_zero).index > 4)
    result = window.live.video._result
    assert result is not None
    assert not as_it_is(window)
    for x, y, w, h in result.faces.boxes.astype(int).tolist():
        face = shown(window)[y : y + h, x : x + w]
        assert np.ptp(face.reshape(-1, 3), axis=0).max() <= 2  # one colour
    with_privacy(window)
    qtbot.waitUntil(lambda: as_it_is(window))
    with_privacy(window, faces=FaceCover.BLUR)
    qtbot.waitUntil(lambda: not as_it_is(window))


def test_a_seat_that_opted_out_is_covered_too(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    with_privacy(window, faces=FaceCover.BLOCK)
    stage.pipeline = lambda: fake_pipeline(students=1)
    stage.video = lambda: FakeSource(count=171, fps=60.0)
    window.live.controls.fast.setChecked(True)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: (window.live.video._frame or frame_zero).index == 170)
    corner = np.s_[95:115, 130:155]
    assert np.ptp(shown(window)[corner].reshape(-1, 3), axis=0).max() > 20
    seat = ((0.8, 0.75), (1.0, 0.75), (1.0, 1.0), (0.8, 1.0))
    window.live.controller.set_regions(Regions(opt_out=(seat,)))
    qtbot.waitUntil(
        lambda: np.ptp(shown(window)[corner].reshape(-1, 3), axis=0).max() <= 2, timeout=3000
    )


def test_a_seat_that_opted_out_is_hidden_though_faces_are_shown(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    stage.pipeline = lambda: fake_pipeline(students=1)
    stage.video = lambda: FakeSource(count=171, fps=60.0)
    window.live.controls.fast.setChecked(True)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: as_it_is(window))
    seat = ((0.8, 0.75), (1.0, 0.75), (1.0, 1.0), (0.8, 1.0))
    window.live.controller.set_regions(Regions(opt_out=(seat,)))
    corner = np.s_[95:115, 130:155]
    qtbot.waitUntil(
        lambda: np.ptp(shown(window)[corner].reshape(-1, 3), axis=0).max() <= 2, timeout=3000
    )
    assert np.array_equal(shown(window)[:60, :100], picture(170)[:60, :100])
    window.live.controller.set_regions(Regions())
    qtbot.waitUntil(lambda: as_it_is(window))


def test_what_a_session_keeps_is_settled_when_it_begins(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    said: list[str] = []
    window.live.message.connect(lambda text, _: said.append(text))
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    with_privacy(window, class_only=True)
    assert not window.live.people.class_only
    qtbot.waitUntil(lambda: len(window.live.video.tags()) > 0)
    assert said == ["This session still keeps single students; stop it to change."]
    with_privacy(window, class_only=True, min_group=7)
    assert len(said) == 1
    window.live.controls.stop.click()
    reach(qtbot, window, State.DONE)
    with only_session(stage) as session:
        assert not session.class_only
    assert window.live.people.class_only
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    assert window.live.people.class_only
    with_privacy(window)
    assert window.live.people.class_only
    assert said[-1] == "This session still keeps the class only; stop it to change."


def test_a_stricter_cover_says_that_the_video_so_far_stays_as_it_is(
    qtbot: QtBot, open_window: Callable[[Services], MainWindow], stage: Stage
) -> None:
    window, said = open_window(stage.services), list[str]()
    window.live.message.connect(lambda text, _: said.append(text))
    with_privacy(window, picture=True)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    with_privacy(window, picture=True, faces=FaceCover.BLOCK)
    with_privacy(window, picture=True)  # it can't be taken back
    live = window.live.controller._live
    assert live is not None
    path = str(live.path.with_suffix(".mp4"))
    assert len(said) == 1
    assert said[0].startswith("Faces are covered in the video from now on")
    assert said[0].endswith(path)
    seat = ((0.8, 0.75), (1.0, 0.75), (1.0, 1.0), (0.8, 1.0))
    window.live.controller.set_regions(Regions(opt_out=(seat,)))
    window.live.controller.set_regions(Regions())
    assert len(said) == 2
    assert said[1].startswith("The seat is hidden in the video from now on")
    assert said[1].endswith(path)
    window.live.controls.stop.click()
    reach(qtbot, window, State.DONE)


def test_no_picture_is_kept_of_the_class_only(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    with_privacy(window, class_only=True, picture=True)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    assert not window.live.video._recording
    window.live.controls.stop.click()
    reach(qtbot, window, State.DONE)
    assert not list(stage.services.sessions.glob("*.mp4"))


def test_a_covered_picture_is_the_one_that_the_faces_were_found_in(qtbot: QtBot) -> None:
    (one,) = fake_results(1, students=1)
    analysed_frame, newer = Frame(picture(1), 1, 0.1), Frame(picture(2), 2, 0.2)
    result = replace(one, index=1, timestamp=0.1)
    pictures, seen = Pictures(), list[tuple[int, object]]()
    pictures.picture.connect(lambda frame, found: seen.append((frame.index, found)))
    pictures.show(LiveView(newer, result, analysed=analysed_frame))
    assert seen == [(2, result)]
    pictures.set_privacy(FaceCover.BLOCK, ())
    qtbot.waitUntil(lambda: len(seen) > 1)
    assert seen[1] == (1, result)
    pictures.show(LiveView(Frame(picture(3), 3, 0.3), result, analysed=analysed_frame))
    qtbot.wait(60)
    assert len(seen) == 2  # nothing new has been analysed
    pictures.close()


def test_a_fault_while_covering_is_said_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise IndexError("out of bounds")

    monkeypatch.setattr(Coverer, "cover", broken)
    pictures, said = Pictures(), list[str]()
    pictures.failed.connect(said.append)
    pictures.set_privacy(FaceCover.BLUR, ())
    for index in range(3):
        pictures.show(LiveView(Frame(picture(index), index, index / 10), None))
        qtbot.wait(30)
    qtbot.waitUntil(lambda: len(said) > 0)
    assert len(said) == 1
    assert "IndexError: out of bounds" in said[0]
    assert "\n" not in said[0]
    pictures.close()


def test_the_sign_says_that_the_picture_is_kept(
    qtbot: QtBot, open_window: Callable[[Services], MainWindow], stage: Stage
) -> None:
    window = open_window(stage.services)
    with_privacy(window, picture=True)
    open_camera(qtbot, window)
    assert not window.live.video._recording
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 0)
    assert window.live.video._recording
    before = window.live.video.grab().toImage()
    window.live.video.show_recording(False)
    assert window.live.video.grab().toImage() != before
    window.live.controls.stop.click()
    reach(qtbot, window, State.DONE)
    assert not window.live.video._recording
    open_recording(qtbot, window)
    window.live.controls.start.click()
    reach(qtbot, window, State.RUNNING, State.DONE)
    assert not window.live.video._recording  # a recording has its picture already
    reach(qtbot, window, State.DONE)
