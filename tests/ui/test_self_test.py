from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import RoomreadError
from app.ui import self_test
from app.ui.self_test import colours, show_session
from tests.fakes import write_video
from tests.session.builders import SIZE
from tests.ui.review.conftest import FPS, FRAMES, fill


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """Four students, with a recording that has some texture."""
    video, (width, height) = tmp_path / "lesson.mp4", SIZE
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    write_video(video, FRAMES, FPS, SIZE, draw=lambda _: noise)
    return fill(tmp_path / "lesson.roomread", source_name=str(video), source_duration=4.0)


def test_what_is_shown_is_said(qtbot: QtBot, session: Path) -> None:
    assert show_session(session, 4).startswith("4 students beside their recording")
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible()]


def test_other_students_than_expected(qtbot: QtBot, session: Path) -> None:
    with pytest.raises(RoomreadError, match="shows 4 students instead of 6"):
        show_session(session, 6)


def test_a_session_that_cant_be_read(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "s.roomread").write_bytes(b"no session")
    with pytest.raises(RoomreadError, match="the window says: "):
        show_session(tmp_path / "s.roomread", 4)


def test_no_recording(qtbot: QtBot, session: Path) -> None:
    (session.parent / "lesson.mp4").unlink()
    with pytest.raises(RoomreadError, match="does not find the recording"):
        show_session(session, 4)


def test_a_blank_window(qtbot: QtBot, session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def blank(_: object) -> QPixmap:
        picture = QPixmap(1080, 760)
        picture.fill(QColor("white"))
        return picture

    monkeypatch.setattr(self_test.MainWindow, "grab", blank)
    monkeypatch.setattr(self_test, "_WAIT_S", 3.0)
    with pytest.raises(RoomreadError, match="the window stays blank within 3 s"):
        show_session(session, 4)


def test_colours_of_a_picture(qtbot: QtBot) -> None:
    picture = QPixmap(200, 100)
    picture.fill(QColor("white"))
    assert colours(picture) == 1
