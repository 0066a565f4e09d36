from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app import __version__
from app.engine import licences
from app.ui.dialogs.help import Help, help_text
from app.ui.main_window import MainWindow
from app.ui.translations import LANGUAGES


def test_it_opens_with_its_key_and_shows_text_law_and_version(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.rail.help.click()
    dialog = window.findChild(Help)
    assert dialog is not None
    assert "Ctrl+O" in dialog.text.toPlainText()
    titles = [dialog.tabs.tabText(i) for i in range(3)]
    assert titles == ["How it works", "Purpose and law", "About"]
    about = dialog.about.toPlainText()
    assert dialog.tabs.widget(2).isAncestorOf(dialog.about)
    assert __version__ in about
    assert "Apache" in about
    assert "CC BY-NC 4.0" in about
    dialog.reject()


class TestLicences:
    @pytest.fixture
    def dialog(self, qtbot: QtBot) -> Help:
        one = Help()
        qtbot.addWidget(one)
        return one

    def test_every_package_that_roomread_needs(self, dialog: Help) -> None:
        shown = dialog.show_licences().text.toPlainText()
        for package in ("numpy", "onnxruntime", "PySide6_Essentials", "shiboken6", "av"):
            assert re.search(rf"^{package}\S* \d.*: \S", shown, re.MULTILINE | re.IGNORECASE), (
                package
            )
        assert "pytest" not in shown, "what only developers need is no part of it"
        assert "BlazeFace" in shown

    def test_the_notices_that_an_installer_brings(
        self, dialog: Help, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        notices = tmp_path / "notices" / "THIRD-PARTY.txt"
        notices.parent.mkdir()
        notices.write_text("Qt – LGPL\n" * 2000, encoding="utf-8")
        monkeypatch.setattr(licences.importlib.resources, "files", lambda _: tmp_path)
        shown = dialog.show_licences()
        assert shown.text.toPlainText() == "Qt – LGPL\n" * 2000
        shown.copy.click()
        assert QGuiApplication.clipboard().text() == "Qt – LGPL\n" * 2000
        shown.reject()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_help_of_the_same_parts(language: str) -> None:
    english, other = help_text("en"), help_text(language)
    for pattern in (r"^#+ ", r"^- ", r"^\|"):
        count = len(re.findall(pattern, english, re.MULTILINE))
        assert len(re.findall(pattern, other, re.MULTILINE)) == count > 0, pattern


def test_a_language_without_a_help_shows_the_english_one() -> None:
    assert help_text("xx") == help_text("en")
