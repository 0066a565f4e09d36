from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QDate, QLocale
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.core.privacy import BASES
from app.ui.dialogs.first_start import FirstStart
from app.ui.dialogs.purpose_form import basis_words
from app.ui.main_window import MainWindow
from app.ui.rail import Rail
from app.ui.services import Services
from app.ui.translations import chosen_language, speak
from app.ui.widgets.elided_label import ElidedLabel
from tests.conftest import ROOT
from tests.ui.scenes import queue_of, show_class
from tests.ui.stand_ins import Stage

GERMAN = ROOT / "assets" / "i18n" / "roomread_de.ts"
FIELDS = re.compile(r"\{[^{}]*\}|%n|%\d|\t|\n|^\s|\s$|\*\*|<[^>]+>|&(?=\w)")
"""What must stand as often in a translation: fields, markup, keys, and space at the ends."""


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


def run(tool: str, *args: object) -> None:
    path = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([path, *args], check=True, capture_output=True)


def test_every_text_is_translated() -> None:
    assert [(c, s) for c, s, text in messages(GERMAN) if text is None] == []


def test_the_file_that_is_loaded_is_made_of_the_other(tmp_path: Path) -> None:
    run("lrelease", "-nounfinished", GERMAN, "-qm", tmp_path / "fresh.qm")
    assert (tmp_path / "fresh.qm").read_bytes() == GERMAN.with_suffix(".qm").read_bytes()


def test_the_file_has_the_texts_of_the_window_and_no_others(tmp_path: Path) -> None:
    """A text that was changed in the code and not here would be shown in English."""
    fresh = tmp_path / "fresh.ts"
    run("lupdate", *(ROOT / "app" / "ui").rglob("*.py"), "-ts", fresh)
    found = {(c, s) for c, s, _ in messages(fresh)}
    assert len(found) > 600
    assert found == {(c, s) for c, s, _ in messages(GERMAN)}
    assert not {s for c, s in found if not c}, "tr was called through another name"


def test_nothing_is_lost_in_translation() -> None:
    for context, source, text in messages(GERMAN):
        assert text is not None
        assert Counter(FIELDS.findall(source)) == Counter(FIELDS.findall(text)), (context, source)


def test_expressions_are_not_feelings() -> None:
    texts = [text or "" for _, _, text in messages(GERMAN)]
    texts.append((ROOT / "assets" / "help" / "de.md").read_text(encoding="utf-8"))
    assert not [text for text in texts if re.search(r"\b(ge)?fühl(s?t|en)\b", text)]


def test_every_basis_is_translated(german: None) -> None:
    assert all(basis_words(key) != words for key, words in BASES.items())


@pytest.mark.parametrize(("choice", "language"), [("de", "de"), ("en", "en"), ("xx", "en")])
def test_the_choice_is_heeded(choice: str, language: str) -> None:
    system = chosen_language("system")
    assert chosen_language(choice) == (system if choice == "xx" else language)


def test_keys_are_the_same_in_german(
    qapp: QApplication, open_window: Callable[[Services], MainWindow], stage: Stage
) -> None:
    def keys(window: MainWindow) -> list[str]:
        portable = QKeySequence.SequenceFormat.PortableText
        return sorted(one.key().toString(portable) for one in window.findChildren(QShortcut))

    english = keys(open_window(stage.services))
    speak(qapp, "de")
    german = keys(open_window(stage.services))
    speak(qapp, "en")
    assert "Ctrl+Return" in english
    assert german == english


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_cut_in_the_smallest_window(
    qapp: QApplication,
    open_window: Callable[[Services], MainWindow],
    stage: Stage,
    language: str,
) -> None:
    speak(qapp, language)
    window = open_window(stage.services)
    window.resize(1080, 640)
    show_class(window, 40)
    window.live.regions.bar.show()
    window.live.regions.show()
    qapp.processEvents()
    found = cut(window)
    window.show_workspace(window.analyse)
    window.analyse.page.show_view(queue_of("many"))
    window.analyse.page.plan.preset.setCurrentIndex(window.analyse.page.plan.preset.count() - 1)
    qapp.processEvents()
    found += cut(window)
    window.show_workspace(window.review)
    for place in range(window.review.tabs.count()):
        window.review.tabs.setCurrentIndex(place)
        qapp.processEvents()
        found += cut(window)
    speak(qapp, "en")
    assert window.size().toTuple() == (1080, 640)
    assert found == []


def cut(window: MainWindow) -> list[str]:
    """Texts of buttons, labels and tabs in sight that need more room than they have."""
    found = []
    for one in window.findChildren(QWidget):
        if not one.isVisible() or isinstance(one, ElidedLabel):
            continue
        if isinstance(one, QPushButton | QCheckBox) or (
            isinstance(one, QLabel) and not one.wordWrap()
        ):
            if one.text() and one.width() < one.minimumSizeHint().width():
                found.append(one.text())
        elif isinstance(one, QTabBar) and one.width() < one.sizeHint().width():
            found.append(one.tabText(0))
    return found
