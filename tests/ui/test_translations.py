from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.privacy import BASES
from app.ui.dialogs.first_start import FirstStart
from app.ui.dialogs.purpose_form import basis_words
from app.ui.rail import Rail
from app.ui.translations import chosen_language, speak
from tests.conftest import ROOT

FOLDER = ROOT / "assets" / "i18n"
DONE = frozenset(
    {
        "AnalysisPage", "DataPage", "DoorNoticeDialog", "Farewell", "FirstStart", "Help",
        "LookPage", "MainWindow", "MessageBar", "NoticeDialog", "PrivacyPage", "PurposeForm",
        "Rail", "RailButton", "SettingsDialog", "bases", "door", "notice",
    }
)  # fmt: skip
"""Contexts that are all in German; who translates another adds it."""


def messages(path: Path) -> Iterator[tuple[str, str, str | None]]:
    """(context, English, German); None where it is not finished."""
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            finished = translation.get("type") is None and translation.text
            yield (
                context.findtext("name") or "",
                message.findtext("source") or "",
                translation.text if finished else None,
            )


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    assert speak(qapp, "de") == "de"
    yield
    speak(qapp, "en")


def test_a_german_window_speaks_german(qtbot: QtBot, german: None) -> None:
    dialog = FirstStart()
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == "Vor dem Start"
    assert dialog.go_on.text() == "Weiter"
    rail = Rail(dialog)
    assert [page.text() for page in rail.pages.values()] == ["Live", "Analyse", "Rückblick"]
    assert QLocale().toString(QDate(2026, 3, 4), "MMMM") == "März"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    speak(QApplication.instance(), "en")  # type: ignore[arg-type]
    again = FirstStart()
    qtbot.addWidget(again)
    assert again.windowTitle() == "Before you start"


def test_every_finished_text_is_in_the_file_that_is_loaded() -> None:
    translator = QTranslator()
    assert translator.load(str(FOLDER / "roomread_de.qm"))
    finished = [(c, s, t) for c, s, t in messages(FOLDER / "roomread_de.ts") if t is not None]
    assert len(finished) > 150
    for context, source, text in finished:
        assert translator.translate(context, source) == text


def test_what_is_said_to_be_done_is_done() -> None:
    unfinished = {(c, s) for c, s, text in messages(FOLDER / "roomread_de.ts") if text is None}
    assert not {(c, s) for c, s in unfinished if c in DONE}


def test_no_field_is_lost_in_translation() -> None:
    for _, source, text in messages(FOLDER / "roomread_de.ts"):
        if text is not None:
            for field in (
                "{n}",
                "{path}",
                "{date}",
                "{days}",
                "{why}",
                "{size}",
                "{tip}",
                "{what}",
            ):
                assert source.count(field) == text.count(field), source


def test_every_basis_is_translated(german: None) -> None:
    assert all(basis_words(key) != words for key, words in BASES.items())


@pytest.mark.parametrize(("choice", "language"), [("de", "de"), ("en", "en"), ("xx", "en")])
def test_the_choice_is_heeded(choice: str, language: str) -> None:
    system = chosen_language("system")
    assert chosen_language(choice) == (system if choice == "xx" else language)


def test_texts_of_the_shell_are_all_in_the_file(tmp_path: Path) -> None:
    """A text that was changed in the code and not here would be shown in English."""
    sources = [*(ROOT / "app" / "ui" / "dialogs").glob("*.py"), *(ROOT / "app" / "ui").glob("*.py")]
    fresh = tmp_path / "fresh.ts"
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    subprocess.run([tool, *sources, "-ts", fresh], check=True, capture_output=True)
    found = {(c, s) for c, s, _ in messages(fresh)}
    assert len(found) > 150
    assert found <= {(c, s) for c, s, _ in messages(FOLDER / "roomread_de.ts")}
    assert not {s for c, s in found if not c}, "tr was called through another name"
