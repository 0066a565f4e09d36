from __future__ import annotations

import re

import pytest
from pytestqt.qtbot import QtBot

from app import __version__
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
    about = dialog.tabs.widget(2)
    assert __version__ in about.toPlainText()  # type: ignore[attr-defined]
    assert "Apache" in about.toPlainText()  # type: ignore[attr-defined]
    dialog.reject()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_help_of_the_same_parts(language: str) -> None:
    english, other = help_text("en"), help_text(language)
    for pattern in (r"^#+ ", r"^- ", r"^\|"):
        count = len(re.findall(pattern, english, re.MULTILINE))
        assert len(re.findall(pattern, other, re.MULTILINE)) == count > 0, pattern


def test_a_language_without_a_help_shows_the_english_one() -> None:
    assert help_text("xx") == help_text("en")
