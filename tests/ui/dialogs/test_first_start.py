from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.core.errors import RoomreadError, SourceError
from app.core.privacy import BASES
from app.engine.consent import VERSION, consent_path, load_purpose
from app.engine.settings import Settings
from app.ui import app as window_app
from app.ui.dialogs.first_start import FirstStart
from app.ui.dialogs.notice_text import SECTIONS
from app.ui.main_window import MainWindow
from app.ui.signals import closed_by_signals


@pytest.fixture
def dialog(qtbot: QtBot) -> FirstStart:
    dialog = FirstStart()
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def answer(dialog: FirstStart) -> None:
    dialog.go_on.click()
    dialog.form.purpose.setText("  a pilot  study ")
    dialog.form.bases["ethics"].click()
    dialog.agreed.click()


def test_it_asks_for_purpose_basis_and_a_tick(dialog: FirstStart) -> None:
    dialog.go_on.click()
    assert dialog.isVisible()
    seen = set()
    for step in (
        lambda: None,
        lambda: dialog.form.purpose.setText("study"),
        dialog.form.bases["self"].click,
    ):
        step()
        assert not dialog.go_on.isEnabled()
        seen.add(dialog._missing.text())
        dialog.go_on.click()
        assert dialog.isVisible()
    assert len(seen) == 3
    dialog.agreed.click()
    assert dialog.go_on.isEnabled()
    assert dialog._missing.text() == ""
    dialog.form.purpose.setText("   ")
    assert not dialog.go_on.isEnabled()
    dialog.form.purpose.setText("study")
    dialog.go_on.click()
    assert dialog.result() == FirstStart.DialogCode.Accepted


def test_going_back_keeps_the_answers(dialog: FirstStart) -> None:
    answer(dialog)
    dialog.back.click()
    assert dialog._notice.isVisible()
    dialog.go_on.click()
    assert (dialog.form.text, dialog.form.basis) == ("a pilot study", "ethics")
    assert dialog.go_on.isEnabled()


def test_the_keyboard_does_it_all(qtbot: QtBot, dialog: FirstStart) -> None:
    dialog.activateWindow()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.focusWidget() is dialog.form.purpose)
    qtbot.keyClicks(dialog.form.purpose, "study")
    choice = dialog.form.bases["demo"]
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Space)
    dialog.agreed.setFocus()
    qtbot.keyClick(dialog.agreed, Qt.Key.Key_Space)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == FirstStart.DialogCode.Accepted
    assert dialog.form.basis == "demo"


def test_it_says_purpose_limits_and_law() -> None:
    text = " ".join(section.text for section in SECTIONS)
    for part in (
        "Article 5(1)(f)",
        "2 February 2025",
        "medical or safety",
        "Article 9",
        "Article 35",
        "education record",
        "not legal advice",
        "this computer",
    ):
        assert part in text
    assert "Expressions are not feelings" in [section.title for section in SECTIONS]


def test_links_go_to_the_official_texts_and_open_by_a_click_only(dialog: FirstStart) -> None:
    addresses = [section.address for section in SECTIONS if section.address]
    hosts = {address.split("/")[2] for address in addresses}
    assert hosts == {"eur-lex.europa.eu", "www.ecfr.gov"}
    shown = [label for label in dialog.findChildren(QLabel) if label.openExternalLinks()]
    assert [label.toolTip() for label in shown] == addresses
    assert all(label.focusPolicy() & Qt.FocusPolicy.TabFocus for label in shown)


def test_every_basis_can_be_chosen(dialog: FirstStart) -> None:
    for key, choice in dialog.form.bases.items():
        choice.click()
        assert dialog.form.basis == key
    assert list(dialog.form.bases) == list(BASES)


def press(agree: bool) -> None:
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FirstStart)
    if agree:
        answer(dialog)
        dialog.go_on.click()
    else:
        dialog.reject()


def close_window() -> None:
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    window.close()


def test_whoever_does_not_agree_gets_no_window(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_app, "MainWindow", lambda *_: pytest.fail("a window was opened"))
    QTimer.singleShot(100, lambda: press(agree=False))
    assert window_app.run((), Settings()) == 0
    assert not consent_path().exists()


def test_run_asks_once_then_shows_the_window(qapp: QApplication) -> None:
    QTimer.singleShot(100, lambda: (press(agree=True), QTimer.singleShot(300, close_window)))
    assert window_app.run((), Settings()) == 0
    assert json.loads(consent_path().read_text())["version"] == VERSION
    said = load_purpose()
    assert said is not None
    assert (said.purpose, said.basis) == ("a pilot study", "ethics")
    QTimer.singleShot(300, close_window)
    assert window_app.run((), Settings()) == 0


@pytest.fixture
def heeded() -> Iterator[None]:
    """A suite that runs in the background has some of them ignored."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {one: signal.signal(one, signal.default_int_handler) for one in numbers}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends none of these")
@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_closes_the_questions_and_the_window(
    qapp: QApplication, heeded: None, sent: str
) -> None:
    number = getattr(signal, sent)
    before = signal.getsignal(number)

    timers: list[threading.Timer] = []

    def send(after: float) -> None:
        """From another thread, while this one waits inside Qt."""
        timers.append(threading.Timer(after, os.kill, (os.getpid(), number)))
        timers[-1].start()

    QTimer.singleShot(0, lambda: send(0.3))
    assert window_app.run((), Settings()) == 0
    assert not consent_path().exists(), "who did not answer did not agree"
    QTimer.singleShot(100, lambda: (press(agree=True), send(1.0)))
    assert window_app.run((), Settings()) == 0
    assert consent_path().exists()
    for timer in timers:
        timer.join()
    assert signal.getsignal(number) is before


def test_a_signal_before_anything_is_shown(
    qapp: QApplication, heeded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask: Callable[[Path], str | None] = window_app._ask_consent

    def interrupted(file: Path) -> str | None:
        signal.raise_signal(signal.SIGINT)
        return ask(file)

    monkeypatch.setattr(window_app, "_ask_consent", interrupted)
    assert window_app.run((), Settings()) == 0
    assert not consent_path().exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_what_nohup_ignores_stays_ignored(qapp: QApplication, heeded: None) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with closed_by_signals(qapp):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.default_int_handler
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_recording_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the path"):
        window_app.run([tmp_path / "no.mp4"], Settings())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_no_screen_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(RoomreadError, match="no screen"):
        window_app.run((), Settings())
