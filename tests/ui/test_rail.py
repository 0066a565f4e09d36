from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QSplitter
from pytestqt.qtbot import QtBot

from app.core.errors import SettingsError
from app.core.privacy import Privacy
from app.engine.analyse.plans import Plan, Preset
from app.engine.consent import consent_path, save_purpose
from app.engine.settings import Settings
from app.engine.user_data import UserData, Wiped
from app.engine.window_state import load_window_state, window_state_path
from app.ui import theme
from app.ui.dialogs.farewell import Farewell
from app.ui.dialogs.settings_dialog import SettingsDialog
from app.ui.main_window import MainWindow
from app.ui.services import Services
from tests.session.builders import write
from tests.ui.stand_ins import Stage
from tests.ui.steps import analysed, open_camera

OpenWindow = Callable[[Services], MainWindow]


def test_keys_and_clicks_change_the_page(qtbot: QtBot, window: MainWindow) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    window.activateWindow()
    for key, page in (
        (Qt.Key.Key_2, window.analyse),
        (Qt.Key.Key_3, window.review),
        (Qt.Key.Key_1, window.live),
    ):
        qtbot.keyClick(window, key, control)
        assert page.isVisible()
        assert [one.isChecked() for one in window.rail.pages.values()].count(True) == 1
    window.rail.pages["review"].click()
    assert window.review.isVisible()


def test_a_dot_says_that_something_runs(window: MainWindow) -> None:
    button = window.rail.pages["analyse"]
    before = button.grab().toImage()
    window.analyse.working.emit(True)
    assert button.working
    assert "runs here now" in button.toolTip()
    assert button.grab().toImage() != before
    window.analyse.working.emit(False)
    assert button.grab().toImage() == before
    assert "runs here now" not in button.accessibleDescription()


def test_a_session_wanted_in_review_is_opened_there(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(window.review, "open_session", opened.append)
    window.live.review_wanted.emit(tmp_path / "one.roomread")
    assert opened == [tmp_path / "one.roomread"]
    assert window.review.isVisible()


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_shown_stands_out(qapp: QApplication, window: MainWindow, dark: bool) -> None:
    theme.apply(qapp, dark)
    qapp.processEvents()
    images = [page.grab().toImage() for page in window.rail.pages.values()]

    def grounds(image: QImage) -> set[int]:
        return {image.pixel(QPoint(x, image.height() // 2)) for x in range(2, 6)}

    assert grounds(images[1]) == grounds(images[2])
    assert grounds(images[0]).isdisjoint(grounds(images[1]))
    theme.apply(qapp, False)


def test_the_window_comes_back_as_it_was_left(
    qtbot: QtBot, open_window: OpenWindow, stage: Stage, tmp_path: Path
) -> None:
    first = open_window(stage.services)
    first.resize(1200, 700)
    first.show_workspace(first.review)
    splitter = first.live.findChildren(QSplitter)[0]
    first.show_workspace(first.live)
    splitter.setSizes([300, 300])
    QApplication.processEvents()
    sizes = np.array(splitter.sizes(), float)
    first.show_workspace(first.review)
    chosen = first.analyse.page.plan
    chosen.set_plan(Plan(2.5, annotate=True, interval=10.0))
    chosen.set_folder(tmp_path / "results")
    first.close()
    qtbot.waitUntil(lambda: not first.isVisible(), timeout=15_000)
    second = MainWindow(Settings(), stage.services)
    qtbot.addWidget(second)
    assert second.size() == QSize(1080, 700).expandedTo(QSize(1200, 700)).boundedTo(second.size())
    assert second.rail.pages["review"].isChecked()
    chosen = second.analyse.page.plan
    assert chosen.plan == Plan(2.5, interval=10.0)  # pictures are asked for each time
    assert chosen.preset.currentData() == Preset.CUSTOM
    assert chosen.folder == tmp_path / "results"
    second.show_workspace(second.live)
    second.show()
    QApplication.processEvents()
    again = np.array(second.live.findChildren(QSplitter)[0].sizes(), float)
    np.testing.assert_allclose(again / again.sum(), sizes / sizes.sum(), atol=0.05)
    second.close()
    qtbot.waitUntil(lambda: not second.isVisible(), timeout=15_000)


def test_a_window_left_on_a_screen_that_is_gone_comes_back_on_this_one(
    qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = window_state_path()
    path.parent.mkdir(parents=True)
    path.write_text(
        '{"version": 1, "place": [9000, 9000, 1280, 800], "maximised": false,'
        ' "workspace": "no such page", "splitters": {"live.0": [1, 2, 3, 4, 5]}}'
    )
    assert load_window_state(path) is not None
    small = SimpleNamespace(
        availableSize=lambda: QSize(1366, 728),
        availableGeometry=lambda: QRect(0, 0, 1366, 728),
    )
    monkeypatch.setattr(MainWindow, "screen", lambda _: small)
    window = MainWindow(Settings(), stage.services)
    qtbot.addWidget(window)
    assert QRect(0, 0, 1366, 728).intersects(window.geometry())
    assert window.rail.pages["live"].isChecked()


def test_old_sessions_are_deleted_at_the_start_and_it_is_said(
    qtbot: QtBot, stage: Stage, tmp_path: Path
) -> None:
    folder = stage.services.sessions
    folder.mkdir(parents=True)
    old = write(folder / "2025-03-04T05-06-07Z.roomread", [], created="2025-03-04T05:06:07Z")
    window = MainWindow(Settings(privacy=Privacy(retention_days=30)), stage.services)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "older than 30 days" in window.messages.text())
    assert not window.messages.is_error()
    assert not old.exists()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=15_000)


def test_deleting_everything_closes_the_window_and_says_what_is_left(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    save_purpose("study", "self")
    window.rail.settings.click()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.tabs.setCurrentWidget(dialog.data)
    dialog.data.delete.click()
    assert not dialog.data.go_on.isEnabled()
    dialog.data.word.setText("delete")
    said: list[str] = []

    def read() -> None:
        farewell = QApplication.activeModalWidget()
        if isinstance(farewell, Farewell):
            said.append(farewell.text.text())
            farewell.accept()

    reader = QTimer()
    reader.timeout.connect(read)
    reader.start(20)
    dialog.data.go_on.click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=15_000)
    reader.stop()
    assert "Files deleted" in said[0]
    assert not list(stage.services.sessions.glob("*.roomread"))
    assert not consent_path().exists()
    assert not window_state_path().exists()


def test_a_deletion_that_fails_is_read_before_the_window_closes(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: UserData) -> Wiped:
        raise SettingsError("the disk is gone")

    monkeypatch.setattr(UserData, "delete_everything", fail)
    said: list[tuple[str, bool]] = []

    def read() -> None:
        farewell = QApplication.activeModalWidget()
        if isinstance(farewell, Farewell):
            said.append((farewell.text.text(), window.isVisible()))
            farewell.accept()

    reader = QTimer()
    reader.timeout.connect(read)
    reader.start(20)
    window.delete_everything()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=15_000)
    reader.stop()
    ((text, visible),) = said
    assert "the disk is gone" in text
    assert visible


def test_the_page_that_is_shown_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    for name, page in (("analyse", window.analyse), ("review", window.review)):
        entry = window.rail.pages[name]
        qtbot.mouseClick(entry, Qt.MouseButton.LeftButton)
        assert window.focusWidget() is page
        qtbot.keyClick(page, Qt.Key.Key_Tab)
        inside = window.focusWidget()
        assert inside is not None
        assert page.isAncestorOf(inside)
    window.rail.pages["live"].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.rail.pages["live"], Qt.Key.Key_Space)
    assert window.focusWidget() is window.live


def test_the_focus_is_in_the_page_from_the_start(qtbot: QtBot, window: MainWindow) -> None:
    now = window.focusWidget()
    assert now is not None
    assert now is window.live or window.live.isAncestorOf(now)


def test_everything_that_is_deleted_is_what_the_window_writes(tmp_path: Path) -> None:
    services = Services(settings_file=tmp_path / "own.toml")
    paths = {one.name: getattr(services, one.name) for one in fields(services)}
    kept = {value for value in paths.values() if isinstance(value, Path)}
    data = services.user_data
    deleted = {data.sessions, data.rooms, data.queue, data.analysed, data.consent, *data.files}
    deleted |= {data.door}
    assert deleted == kept - {services.settings_file}
    assert data.own == (services.settings_file,)
    assert Services().user_data.own == ()


def test_no_part_of_the_window_has_places_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    services = Services(queue_file=tmp_path / "q.json", analysed_file=tmp_path / "a.json")
    window = MainWindow(Settings(), services)
    qtbot.addWidget(window)
    window.analyse.enter()
    window.analyse.add([tmp_path / "missing.mp4"], look=False)
    qtbot.waitUntil((tmp_path / "q.json").exists)
    window.show()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=15_000)
    assert window._data == services.user_data
