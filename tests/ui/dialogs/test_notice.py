from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import RoomreadError, SourceError
from app.engine.settings import Settings
from app.ui import app as window_app
from app.ui.dialogs.notice import SECTIONS, Notice, agreed_on, remember
from app.ui.main_window import MainWindow


def test_it_must_be_agreed_to(qtbot: QtBot) -> None:
    notice = Notice(ask=True)
    qtbot.addWidget(notice)
    notice.show()
    assert not notice.go_on.isEnabled()
    notice.go_on.click()
    assert notice.isVisible()
    notice.consent.click()
    assert notice.go_on.isEnabled()
    notice.consent.click()
    assert not notice.go_on.isEnabled()
    notice.consent.click()
    notice.go_on.click()
    assert notice.result() == Notice.DialogCode.Accepted


def test_it_says_purpose_limits_and_law() -> None:
    text = " ".join(words for _, words in SECTIONS)
    for part in ("Article 5(1)(f)", "2 February 2025", "medical or safety", "this computer"):
        assert part in text
    assert "Expressions are not feelings" in [title for title, _ in SECTIONS]


def test_agreement_is_remembered_with_its_date(tmp_path: Path) -> None:
    path = tmp_path / "config" / "notice.json"
    assert agreed_on(path) is None
    remember(path)
    date = agreed_on(path)
    assert date is not None
    age = datetime.now(UTC) - datetime.fromisoformat(date)
    assert 0 <= age.total_seconds() < 60


@pytest.mark.parametrize(
    "content", ["", "nonsense", "[1]", '{"version": 0, "agreed": "2024-01-01"}', '{"version": 1}']
)
def test_anything_else_asks_again(tmp_path: Path, content: str) -> None:
    path = tmp_path / "notice.json"
    path.write_text(content)
    assert agreed_on(path) is None


def test_about_can_be_read_again(qtbot: QtBot) -> None:
    notice = Notice(ask=False, agreed="2026-01-02T03:04:05+00:00")
    qtbot.addWidget(notice)
    notice.show()
    assert not notice.consent.isVisible()
    notice.go_on.click()
    assert not notice.isVisible()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the agreement goes, for ``run``."""
    path = tmp_path / "notice.json"
    monkeypatch.setattr(window_app, "notice_path", lambda: path)
    return path


def press(agree: bool) -> None:
    notice = QApplication.activeModalWidget()
    assert isinstance(notice, Notice)
    if agree:
        notice.consent.click()
        notice.go_on.click()
    else:
        notice.reject()


def close_window() -> None:
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    window.close()


def test_whoever_does_not_agree_gets_no_window(
    qapp: QApplication, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_app, "_execute", lambda *_: pytest.fail("a window was opened"))
    QTimer.singleShot(100, lambda: press(agree=False))
    assert window_app.run(None, Settings()) == 0
    assert not kept.exists()


def test_run_asks_once_then_shows_the_window(qapp: QApplication, kept: Path) -> None:
    QTimer.singleShot(100, lambda: (press(agree=True), QTimer.singleShot(200, close_window)))
    assert window_app.run(None, Settings()) == 0
    assert json.loads(kept.read_text())["version"] == 1
    QTimer.singleShot(200, close_window)
    assert window_app.run(None, Settings()) == 0


def test_a_recording_that_is_not_there_is_one_line(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the path"):
        window_app.run(tmp_path / "no.mp4", Settings())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_no_screen_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RoomreadError, match="no screen"):
        window_app.run(None, Settings())
