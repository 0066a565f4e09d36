from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.core.privacy import FaceCover, Privacy
from app.engine.analyse.analysed import analysed_path, list_session
from app.engine.settings import Settings
from app.ui.review.bar import day
from app.ui.review.workspace import ReviewWorkspace
from tests.fakes import read_picture, write_video
from tests.ui.review.conftest import fill
from tests.ui.review.steps import ids, open_session, settled


def shown(workspace: ReviewWorkspace) -> int:
    """Number of the frame in the picture; -1 for none."""
    frame = workspace.video._frame
    return -1 if frame is None else frame.index


def test_an_empty_review_says_what_it_is_and_offers_a_session(review: ReviewWorkspace) -> None:
    assert "Open a session" in review.video._hint[0]
    assert review.bar.open.isEnabled()
    for one in (review.bar.export, review.bar.baseline, review.transport, review.tabs):
        assert not one.isEnabled()


def test_a_session_opens_with_its_picture_its_students_and_its_markers(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    titles: list[str] = []
    review.titled.connect(titles.append)
    open_session(qtbot, review, with_video)
    qtbot.waitUntil(lambda: review.video._result is not None and shown(review) == 0)
    assert titles[-1] == "lesson.mp4", "people know the recording, not its session file"
    assert "pilot study" in review.bar.name.text()
    assert "model base" in review.bar.name.text()
    assert "base 1" in review.bar.name.toolTip()
    assert ids(review) == [1, 2, 3, 4]
    assert review.timelines._ids == (1, 2, 3, 4)
    assert [one[2] for one in review.timelines._markers] == ["group work"]
    assert not review.find_video.isVisible()
    assert len(review.video.tags()) == 3


def test_scrubbing_and_stepping_show_the_frame_of_that_time(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    open_session(qtbot, review, with_video)
    for seconds in (0.6, 3.1, 1.7, 2.5):
        review.timelines.seek_wanted.emit(seconds)
    qtbot.waitUntil(lambda: shown(review) == 25)
    frame, result = review.video._frame, review.video._result
    assert frame is not None
    assert result is not None
    assert read_picture(frame.image) == result.index == 25
    QTest.keyClick(review, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: shown(review) == 26)
    for _ in range(3):
        QTest.keyClick(review, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: shown(review) == 23)
    assert review.transport.time.text() == "0:02 / 0:04"
    review.transport.slider.setValue(0)
    qtbot.waitUntil(lambda: shown(review) == 0)


def test_space_plays_to_the_end_and_the_boxes_go_with_it(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    open_session(qtbot, review, with_video)
    seen: set[tuple[int, int]] = set()
    review.controller.picture.connect(
        lambda frame, result: seen.add((frame.index, -1 if result is None else result.index))
    )
    review.transport.speed.setCurrentIndex(review.transport.speed.count() - 1)
    review.setFocus()
    QTest.keyClick(review, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: review.transport.play.accessibleName() == "Pause")
    qtbot.waitUntil(lambda: review.transport.play.accessibleName() == "Play", timeout=10_000)
    assert len(seen) > 3
    assert all(frame == result for frame, result in seen if frame >= 0)


def test_without_its_recording_boxes_stand_on_a_dark_ground_until_it_is_found(
    qtbot: QtBot,
    review: ReviewWorkspace,
    alone: Path,
    video: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_session(qtbot, review, alone)
    qtbot.waitUntil(lambda: len(review.video.tags()) == 3)
    frame = review.video._frame
    assert frame is not None
    assert frame.image.std(axis=(0, 1)).max() == 0
    assert review.find_video.isVisible()
    assert not review.check.start.isEnabled()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(video), ""))
    review.controller.seek(1.2)
    review.find_video.click()
    qtbot.waitUntil(lambda: shown(review) == 12)
    assert not review.find_video.isVisible()
    assert review.check.start.isEnabled()


def test_a_recording_that_is_found_twice_at_once_has_one_player(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, video: Path
) -> None:
    open_session(qtbot, review, alone)
    review.controller.find_video(video)
    review.controller.find_video(video)
    settled(qtbot, review)
    qtbot.waitUntil(lambda: len([one for one in threading.enumerate() if _plays(one)]) == 1)
    qtbot.waitUntil(lambda: shown(review) >= 0)


def _plays(thread: threading.Thread) -> bool:
    return "player" in thread.name


def test_a_recording_of_something_else_is_refused_in_one_line(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    write_video(other, 10, 10.0)
    open_session(qtbot, review, alone)
    with qtbot.waitSignal(review.message) as said:
        review.video.file_dropped.emit(str(other))
    assert said.args[1]
    assert "\n" not in said.args[0]
    settled(qtbot, review)
    assert review.find_video.isVisible()


def test_a_class_only_session_has_the_class_and_nothing_of_anybody(
    qtbot: QtBot, review: ReviewWorkspace, class_only: Path, alone: Path
) -> None:
    open_session(qtbot, review, class_only)
    visible = [
        review.tabs.widget(one)
        for one in range(review.tabs.count())
        if review.tabs.isTabVisible(one)
    ]
    assert visible == [review.stretch]
    assert review.video._frame is None
    assert review.timelines._ids == ()
    assert not review.bar.baseline.isEnabled()
    assert not review.bar.video.isEnabled()
    review.timelines.stretch_wanted.emit(1.0, 2.0)
    qtbot.waitUntil(review.stretch.clear.isEnabled)
    assert not review.stretch.table.isVisible()
    picture, time = review.left.sizes()
    assert time > picture
    open_session(qtbot, review, alone)
    picture, time = review.left.sizes()
    assert picture > time
    assert review.tabs.currentWidget() is review.students


def test_a_damaged_file_is_said_in_one_line_and_the_next_one_opens(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.roomread"
    bad.write_bytes(b"no session" * 400)
    with qtbot.waitSignal(review.message) as said:
        review.open_session(bad)
    assert said.args[1]
    assert "bad.roomread" in said.args[0]
    assert "can't be opened" in review.video._hint[0]
    assert not review.tabs.isEnabled()
    open_session(qtbot, review, alone)
    assert review.tabs.isEnabled()


def test_another_session_takes_the_place_of_the_first(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, with_video: Path
) -> None:
    open_session(qtbot, review, with_video)
    first = review.controller.player
    assert first is not None
    first.play()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(alone))])
    review.dropEvent(
        QDropEvent(
            QPointF(300, 300),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(
        lambda: review.controller.review is not None and review.controller.review.path == alone
    )
    qtbot.waitUntil(lambda: first.state.name == "CLOSED")
    assert review.find_video.isVisible()


def test_recent_sessions_are_in_the_menu(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, class_only: Path
) -> None:
    review.bar.recents.aboutToShow.emit()
    assert "Looking" in review.bar.recents.actions()[0].text()
    qtbot.waitUntil(lambda: len(review.bar.recents.actions()) == 2)
    found = sorted(review.bar.recents.actions(), key=lambda action: action.text())
    one, other = (action.text() for action in found)
    assert one.startswith("gone.mp4 · ")
    assert day("2025-03-04T05:06:07Z") in one
    assert one.endswith(" · 0:03 · students in view: 3")
    assert other.endswith("the class as a whole")
    found[0].trigger()
    qtbot.waitUntil(lambda: review.controller.review is not None)
    assert review.bar.name.text().startswith("gone.mp4")


def test_sessions_of_analyse_are_among_the_recent_ones(
    qtbot: QtBot, review: ReviewWorkspace, tmp_path: Path
) -> None:
    beside = fill(tmp_path / "Monday-roomread" / "session.roomread", source_name="Monday.mp4")
    list_session(analysed_path(), beside)
    review.bar.recents.aboutToShow.emit()
    qtbot.waitUntil(lambda: review.bar.recents.actions()[0].text().startswith("Monday.mp4"))
    assert len(review.bar.recents.actions()) == 1


def test_one_that_can_not_be_opened_leaves_the_good_one_open(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, tmp_path: Path
) -> None:
    open_session(qtbot, review, alone)
    before = review.controller.review
    bad = tmp_path / "bad.roomread"
    bad.write_bytes(b"no session" * 400)
    with qtbot.waitSignal(review.message) as said:
        review.open_session(bad)
    assert said.args[1]
    settled(qtbot, review)
    assert review.controller.review is before
    assert review.tabs.isEnabled()
    assert ids(review) == [1, 2, 3, 4]
    assert "can't be opened" not in review.video._hint[0]


def test_no_change_against_rest_is_said_where_the_session_is_short(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    with qtbot.waitSignal(review.message) as said:
        review.bar.baseline.click()
    assert "20 seconds" in said.args[0]
    assert "20 seconds" in review.bar.baseline.toolTip()


def test_faces_are_covered_as_the_settings_say_and_never_less_than_the_session(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    open_session(qtbot, review, with_video)
    qtbot.waitUntil(lambda: shown(review) == 0)
    frame = review.video._frame
    assert frame is not None
    open_picture = frame.image.copy()
    review.set_settings(Settings(privacy=Privacy(faces=FaceCover.BLOCK)))
    qtbot.waitUntil(
        lambda: (
            review.video._frame is not None
            and not np.array_equal(review.video._frame.image, open_picture)
        )
    )
    review.set_settings(Settings())
    qtbot.waitUntil(
        lambda: (
            review.video._frame is not None
            and np.array_equal(review.video._frame.image, open_picture)
        )
    )


def test_leaving_the_page_stops_playing(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    open_session(qtbot, review, with_video)
    review.controller.play_or_pause()
    player = review.controller.player
    assert player is not None
    assert player.playing
    review.leave()
    assert not player.playing
    review.enter()
    assert not player.playing


def test_a_marked_video_is_written(
    qtbot: QtBot,
    review: ReviewWorkspace,
    with_video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_session(qtbot, review, with_video)
    film = tmp_path / "marked.mp4"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(film), ""))
    with qtbot.waitSignal(review.message, timeout=10_000) as said:
        review.bar.video.trigger()
        assert not review.bar.export.isEnabled()
    assert said.args == [f"The video was written to {film}", False]
    assert film.is_file()
    assert review.bar.export.isEnabled()


@pytest.mark.parametrize("typed", ["marked", "lesson.v2"])
def test_a_video_gets_its_suffix_and_replaces_nothing_unasked(
    qtbot: QtBot,
    review: ReviewWorkspace,
    with_video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
) -> None:
    open_session(qtbot, review, with_video)
    film = tmp_path / f"{typed}.mp4"
    film.write_bytes(b"precious")
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), ""))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    review.bar.video.trigger()
    assert not review.controller.exports.running
    assert film.read_bytes() == b"precious"
    with qtbot.waitSignal(review.message, timeout=10_000) as said:
        review.bar.video.trigger()
    assert said.args == [f"The video was written to {film}", False]
    assert film.read_bytes() != b"precious"


def test_writing_a_video_can_be_stopped(
    qtbot: QtBot,
    review: ReviewWorkspace,
    with_video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_session(qtbot, review, with_video)
    film = tmp_path / "marked.mp4"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(film), ""))
    with qtbot.waitSignal(review.message, timeout=10_000) as said:
        review.bar.video.trigger()
        assert review.bar.stop.isVisible()
        review.bar.stop.click()
    assert not said.args[1]
    assert "Stopped" in said.args[0]
    assert not film.exists()


def test_closing_stops_a_video_that_is_being_written(
    qtbot: QtBot,
    review: ReviewWorkspace,
    with_video: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_session(qtbot, review, with_video)
    film = tmp_path / "marked.mp4"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(film), ""))
    review.bar.video.trigger()
    with qtbot.waitSignal(review.closed, timeout=15_000):
        review.shut_down()
    assert not film.exists()
    assert not list(tmp_path.glob("*-wal"))


def test_of_two_sessions_chosen_at_once_the_last_one_is_open(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, with_video: Path
) -> None:
    review.open_session(with_video)
    review.open_session(alone)
    qtbot.waitUntil(
        lambda: review.controller.review is not None and review.controller.review.path == alone
    )
    settled(qtbot, review)
    assert review.bar.name.text().startswith("gone.mp4")
    assert not list(alone.parent.glob("*-wal"))
