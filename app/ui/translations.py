"""The window's language, through Qt's own translation files.

English is in the code. How other languages are made is in assets/i18n/README.md.
"""

from __future__ import annotations

import importlib.resources
import logging
from typing import Final

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

log = logging.getLogger(__name__)

LANGUAGES: Final = {"en": "English", "de": "Deutsch"}
"""Each in its own words, so that who can't read the window finds the way."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - the name lupdate looks for
    """Mark a text of a module for the translation files; it is translated when it is shown."""
    del context
    return text


# Qt's German for this key is English; the help and the texts of the window call it "Eingabe".
_KEYS: Final = (QT_TRANSLATE_NOOP("QShortcut", "Return"),)


def chosen_language(choice: str) -> str:
    """Key of ``LANGUAGES`` for a setting; "system" is the first of the user's that we have."""
    if choice in LANGUAGES:
        return choice
    wanted = (name.split("-")[0] for name in QLocale.system().uiLanguages())
    return next((name for name in wanted if name in LANGUAGES), "en")


def speak(app: QApplication, choice: str) -> str:
    """Let windows that are made from now on speak a language; returns its key.

    What is open already keeps its words. Numbers and dates follow the system where it speaks the
    same language, else the language.
    """
    for translator in app.findChildren(QTranslator):
        app.removeTranslator(translator)
        translator.deleteLater()
    language = chosen_language(choice)
    system, own = QLocale.system(), QLocale(language)
    QLocale.setDefault(system if system.language() == own.language() else own)
    if language == "en":
        return language
    # Qt asks the newest first, so ours is the last.
    folder = importlib.resources.files("assets") / "i18n"
    with importlib.resources.as_file(folder) as ours:
        for place, name in (
            (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), "qtbase"),
            (str(ours), "roomread"),
        ):
            translator = QTranslator(app)
            if translator.load(f"{name}_{language}", place):
                app.installTranslator(translator)
            else:
                log.warning("there is no %s_%s.qm in %s", name, language, place)
    return language
