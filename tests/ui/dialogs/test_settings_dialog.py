from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.core.privacy import FaceCover, Privacy
from app.engine.consent import load_purpose, save_purpose
from app.engine.settings import (
    LiveSettings,
    RecognizerSettings,
    Settings,
    load_settings,
    save_settings,
)
from app.ui import main_window, theme
from app.ui.dialogs.settings_dialog import SettingsDialog
from app.ui.jobs import Jobs
from app.ui.main_window import MainWindow
from app.ui.services import Services
from tests.waiting import PATIENCE


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    qtbot.waitUntil(lambda: not jobs.running)


@pytest.fixture
def make(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> Iterator[Callable[..., SettingsDialog]]:
    made: list[SettingsDialog] = []

    def make(settings: Settings | None = None) -> SettingsDialog:
        services = Services(sessions=tmp_path / "sessions", rooms=tmp_path / "rooms")
        data = services.user_data
        dialog = SettingsDialog(settings or Settings(), data, jobs)
        made.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: not jobs.running)
        return dialog

    yield make
    for dialog in filter(isValid, made):
        dialog.reject()
    qtbot.waitUntil(lambda: not jobs.running)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_of_the_class_only_no_picture_can_be_kept(make: Callable[..., SettingsDialog]) -> None:
    page = make(Settings(privacy=Privacy(picture=True))).privacy
    assert page.picture.isChecked()
    assert not page.no_picture.isVisible()
    page.class_only.click()
    assert not page.picture.isEnabled()
    assert not page.picture.isChecked()
    assert page.no_picture.isVisible()
    assert not page.value().keeps_picture
    page.class_only.click()
    assert page.picture.isChecked()
    page.picture.click()
    assert page.value() == Privacy()


def test_nothing_touched_changes_nothing(make: Callable[..., SettingsDialog]) -> None:
    given = Settings(
        privacy=Privacy(True, 7, FaceCover.BLOCK, True, 30),
        recognizer=RecognizerSettings(shipped="small", threads=3, provider="openvino"),
        live=LiveSettings(share=0.65, reads=4.5),  # no choice of the page
    )
    assert make(given).value() == given
    assert make().value() == Settings()


def test_every_choice_arrives(qtbot: QtBot, make: Callable[..., SettingsDialog]) -> None:
    dialog = make()
    privacy = dialog.privacy
    privacy.picture.click()
    privacy.class_only.click()
    privacy.min_group.setValue(8)
    privacy.faces.setCurrentIndex(1)
    privacy.expire.click()
    privacy.days.setValue(14)
    dialog.look.theme.setCurrentIndex(2)
    dialog.look.language.setCurrentIndex(2)
    dialog.analysis.model.setCurrentIndex(2)
    dialog.analysis.provider.setCurrentIndex(1)
    dialog.analysis.detector.setCurrentIndex(2)
    dialog.analysis.share.setCurrentIndex(0)
    dialog.analysis.reads.setValue(3)
    heard: list[Settings] = []
    dialog.changed.connect(heard.append)
    dialog.save.click()
    (new,) = heard
    assert new.privacy == Privacy(True, 8, FaceCover.BLUR, True, 14)
    assert (new.appearance.theme, new.appearance.language) == ("dark", "de")
    assert (new.recognizer.shipped, new.recognizer.provider) == ("small", "cpu")
    assert new.detector.kind == "yunet"
    assert new.live == LiveSettings(share=0.4, reads=3.0)
    assert not dialog.isVisible()


def test_cancel_changes_nothing(make: Callable[..., SettingsDialog]) -> None:
    dialog = make()
    heard: list[Settings] = []
    dialog.changed.connect(heard.append)
    dialog.privacy.class_only.click()
    dialog.reject()
    assert not heard


def test_purpose_and_basis_can_be_changed(
    qtbot: QtBot, make: Callable[..., SettingsDialog], jobs: Jobs
) -> None:
    save_purpose("pilot", "ethics")
    dialog = make()
    assert (dialog.privacy.form.text, dialog.privacy.form.basis) == ("pilot", "ethics")
    dialog.privacy.form.purpose.setText("")
    dialog.save.click()
    assert dialog.isVisible()
    assert dialog._problem.isVisible()
    dialog.privacy.form.purpose.setText("main study")
    dialog.privacy.form.bases["consent"].click()
    dialog.save.click()
    qtbot.waitUntil(lambda: not jobs.running)
    assert not isValid(dialog) or not dialog.isVisible()
    said = load_purpose()
    assert said is not None
    assert (said.purpose, said.basis) == ("main study", "consent")


def test_a_purpose_is_kept_where_none_was(
    qtbot: QtBot, make: Callable[..., SettingsDialog], jobs: Jobs
) -> None:
    dialog = make()
    dialog.privacy.form.purpose.setText("pilot")
    dialog.save.click()
    assert dialog._problem.isVisible()
    dialog.privacy.form.bases["self"].click()
    dialog.save.click()
    qtbot.waitUntil(lambda: not jobs.running)
    said = load_purpose()
    assert said is not None
    assert (said.purpose, said.basis) == ("pilot", "self")


def test_numbers_beyond_the_usual_stay(make: Callable[..., SettingsDialog]) -> None:
    given = Privacy(class_only=True, min_group=60, retention_days=5000)
    assert make(Settings(privacy=given)).value().privacy == given


def test_few_people_see_the_choices_that_few_need(make: Callable[..., SettingsDialog]) -> None:
    dialog = make()
    dialog.tabs.setCurrentWidget(dialog.analysis)
    assert not dialog.analysis.provider.isVisible()
    dialog.analysis.more.click()
    assert dialog.analysis.provider.isVisible()
    assert dialog.analysis.detector.isVisible()


def test_what_only_the_file_can_name_stays(make: Callable[..., SettingsDialog]) -> None:
    given = Settings(recognizer=RecognizerSettings(provider="directml"))
    page = make(given).analysis
    assert page.value()[0] == given.recognizer
    assert page.provider.currentText() == "DirectML only"


def test_days_matter_only_where_sessions_expire(make: Callable[..., SettingsDialog]) -> None:
    privacy = make().privacy
    assert not privacy.days.isEnabled()
    privacy.expire.click()
    assert privacy.days.isEnabled()


def test_the_smallest_group_matters_in_every_session(
    make: Callable[..., SettingsDialog],
) -> None:
    privacy = make().privacy
    assert privacy.min_group.isEnabled()
    privacy.class_only.click()
    assert privacy.min_group.isEnabled()


def test_every_control_has_a_name_and_a_tip(make: Callable[..., SettingsDialog]) -> None:
    dialog = make()
    for kind in (QAbstractButton, QComboBox, QSpinBox):
        for one in dialog.findChildren(kind):
            if one.focusPolicy() and not isinstance(one, QToolButton):  # those are Qt's own
                assert one.accessibleName() or getattr(one, "text", str)(), one
                assert one.toolTip(), one
    for line in (dialog.privacy.form.purpose, dialog.data.word):
        assert isinstance(line, QLineEdit)
        assert line.accessibleName()


def test_the_window_heeds_and_keeps_what_was_saved(qtbot: QtBot, window: MainWindow) -> None:
    heard: list[Settings] = []
    for page in (window.live, window.analyse, window.review):
        page.set_settings = heard.append  # type: ignore[method-assign]
    window.rail.settings.click()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.look.theme.setCurrentIndex(2)
    dialog.privacy.faces.setCurrentIndex(2)
    dialog.save.click()
    assert [one.privacy.faces for one in heard] == [FaceCover.BLOCK] * 3
    assert theme.is_dark(window.palette())
    qtbot.waitUntil(lambda: not window._jobs.running)
    kept = load_settings()
    assert kept == window.settings
    assert kept.privacy.faces is FaceCover.BLOCK
    theme.choose(QApplication.instance(), "light")  # type: ignore[arg-type]


def test_of_two_quick_saves_the_last_one_stays(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first finds a slow disk."""
    slow, began = threading.Event(), list[int]()

    def save(settings: Settings, path: Path | None) -> None:
        began.append(settings.privacy.min_group)
        if settings.privacy.min_group == 7:
            slow.wait(PATIENCE)
        save_settings(settings, path)

    monkeypatch.setattr(main_window, "save_settings", save)
    for number in (7, 8, 9):
        window.set_settings(Settings(privacy=Privacy(min_group=number)))
    qtbot.wait(100)
    slow.set()
    qtbot.waitUntil(lambda: not window._jobs.running)
    assert began == [7, 8, 9]
    assert load_settings() == window.settings
    assert window.settings.privacy.min_group == 9


def test_a_video_whose_session_is_gone_is_counted(
    make: Callable[..., SettingsDialog], tmp_path: Path, qtbot: QtBot
) -> None:
    page = make().data
    amount = page.findChildren(QLabel)[1]
    assert amount.accessibleName() == "What is kept"
    assert amount.text().endswith("Rooms with drawn regions: 0.")
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / "2025-03-04T05-06-06Z.mp4").write_bytes(bytes(2_000_000))
    page.look()
    qtbot.waitUntil(lambda: "file is gone" in amount.text())
    assert "Sessions: 0, 1.9 MiB" in amount.text()
    assert amount.text().endswith("file is gone: 1.")


def test_settings_that_can_not_be_kept_are_one_line(
    qtbot: QtBot, window: MainWindow, own_folders: Path
) -> None:
    own_folders.mkdir(exist_ok=True)
    (own_folders / "config").write_text("")  # a file where the folder should be
    window.set_settings(Settings(privacy=Privacy(class_only=True)))
    qtbot.waitUntil(lambda: "can't be kept" in window.messages.text())
    assert window.messages.is_error()
    assert window.settings.privacy.class_only
    (own_folders / "config").unlink()
