"""What the window says of export formats: the words of ``app.session.formats``, translated."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from app.core.commands import bundled
from app.engine.review.offers import Hindrance
from app.session.formats import Format
from app.ui.translations import QT_TRANSLATE_NOOP

TRANSLATED: Final = (  # a test holds that these are the formats' own
    QT_TRANSLATE_NOOP("formats", "Tidy CSV"),
    QT_TRANSLATE_NOOP(
        "formats",
        "tables that every spreadsheet and R or Python read: observations, students, class ...",
    ),
    QT_TRANSLATE_NOOP("formats", "Parquet"),
    QT_TRANSLATE_NOOP("formats", "observations, students and class as typed tables; needs pyarrow"),
    QT_TRANSLATE_NOOP("formats", "OpenFace"),
    QT_TRANSLATE_NOOP("formats", "one CSV with the columns of OpenFace 2 that Roomread has"),
    QT_TRANSLATE_NOOP("formats", "py-feat"),
    QT_TRANSLATE_NOOP("formats", "one Fex CSV for py-feat's read_feat"),
    QT_TRANSLATE_NOOP("formats", "BORIS"),
    QT_TRANSLATE_NOOP(
        "formats",
        "expression episodes by student: a BORIS project, and aggregated events (TSV)",
    ),
    QT_TRANSLATE_NOOP("formats", "ELAN"),
    QT_TRANSLATE_NOOP(
        "formats",
        "an ELAN document (.eaf) with a tier a student, and the same as tab-delimited text",
    ),
    QT_TRANSLATE_NOOP("formats", "JSON Lines"),
    QT_TRANSLATE_NOOP("formats", "one file with a line of JSON a frame, for programs"),
    QT_TRANSLATE_NOOP("formats", "SubRip subtitles"),
    QT_TRANSLATE_NOOP("formats", "subtitles of the class for video players"),
    QT_TRANSLATE_NOOP("formats", "WebVTT subtitles"),
    QT_TRANSLATE_NOOP("formats", "subtitles of the class for web pages"),
)
_WHY_NOT: Final = {
    Hindrance.STUDENTS: QT_TRANSLATE_NOOP(
        "formats", "not of this session: it is of the class as a whole, without single students"
    ),
    Hindrance.PACKAGE: QT_TRANSLATE_NOOP(
        "formats", "needs pyarrow: pip install 'roomread[parquet]'"
    ),
}
_NOT_IN_THIS_BUILD: Final = QT_TRANSLATE_NOOP(
    "formats", "needs pyarrow, which this build is without; Roomread from pip can have it"
)


def format_title(one: Format) -> str:
    """The program or standard."""
    return QCoreApplication.translate("formats", one.title)


def format_files(one: Format) -> str:
    """What is written."""
    return QCoreApplication.translate("formats", one.files)


def why_not(hindrance: Hindrance) -> str:
    """Why a format can't be chosen."""
    text = _WHY_NOT[hindrance]
    if hindrance is Hindrance.PACKAGE and bundled():
        text = _NOT_IN_THIS_BUILD
    return QCoreApplication.translate("formats", text)
