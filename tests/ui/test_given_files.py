from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.live.viewmodel import State
from app.ui.given_files import GivenFiles
from app.ui.main_window import MainWindow
from tests.ui.review.conftest import fill
from tests.ui.steps import open_recording, reach


@pytest.fixture
def given(qapp: QApplication) -> Iterator[GivenFiles]:
    one = GivenFiles(qapp, listen=True)
    yield one
    qapp.removeEventFilter(one)


def drop(qapp: QApplication, *files: Path) -> None:
    """As macOS tells of files dropped on the icon."""
    for file in files:
        qapp.postEvent(qapp, QFileOpenEvent(str(file)))


def shown(window: MainWindow) -> object:
    return window._stack.currentWidget()


def test_a_dropped_recording_opens_in_live(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, given: GivenFiles
) -> None:
    given.attach(window)
    window.show_workspace(window.review)
    drop(qapp, Path("Stunde 7b – Brüche.mp4"))
    reach(qtbot, window, State.READY)
    assert shown(window) is window.live


def test_what_is_dropped_before_the_window_is_there_is_not_lost(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, given: GivenFiles
) -> None:
    drop(qapp, Path("lesson.mp4"))
    qapp.processEvents()
    given.attach(window)
    reach(qtbot, window, State.READY)


def test_a_session_opens_in_review(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, given: GivenFiles, tmp_path: Path
) -> None:
    session = fill(tmp_path / "lesson.roomread", source_name="gone.mp4")
    given.attach(window)
    drop(qapp, session)
    qtbot.waitUntil(lambda: window.review.controller.review is not None)
    assert shown(window) is window.review
    assert window.review.controller.review.path == session


def test_a_session_named_from_its_folder_is_known_by_its_whole_path(
    qtbot: QtBot,
    window: MainWindow,
    given: GivenFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = fill(tmp_path / "lesson.roomread", source_name="gone.mp4")
    given.attach(window)
    monkeypatch.chdir(tmp_path)
    given.open([Path(session.name)])
    qtbot.waitUntil(lambda: window.review.controller.review is not None)
    assert window.review.controller.review is not None
    assert window.review.controller.review.path == session


def test_of_several_sessions_the_first_opens_and_it_is_said(
    qtbot: QtBot, window: MainWindow, given: GivenFiles, tmp_path: Path
) -> None:
    session = fill(tmp_path / "lesson.roomread", source_name="gone.mp4")
    given.attach(window)
    given.open([session, tmp_path / "other.ROOMREAD"])
    qtbot.waitUntil(lambda: window.review.controller.review is not None)
    qtbot.waitUntil(window.messages.isVisible)
    assert session.name in window.messages.text()
    assert not window.messages.is_error()


def test_several_recordings_go_on_the_list(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, given: GivenFiles, tmp_path: Path
) -> None:
    files = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for file in files:
        file.touch()
    given.attach(window)
    drop(qapp, *files)
    qtbot.waitUntil(lambda: len(window.analyse.queue.view().rows) == 2)
    assert shown(window) is window.analyse


def test_while_live_is_at_work_a_recording_goes_on_the_list(
    qtbot: QtBot, window: MainWindow, given: GivenFiles, tmp_path: Path
) -> None:
    (tmp_path / "a.mp4").touch()
    given.attach(window)
    open_recording(qtbot, window)
    window.live.controls.open.setEnabled(False)  # as it is while a recording is read
    given.open([tmp_path / "a.mp4"])
    qtbot.waitUntil(lambda: len(window.analyse.queue.view().rows) == 1)
    assert shown(window) is window.analyse
