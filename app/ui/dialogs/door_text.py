"""The words of the notice for the door: what happens in this room, in plain language."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QMarginsF, QSizeF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from app.core.errors import ExportError
from app.core.privacy import FaceCover, Privacy

PAGE: Final = QPageSize.PageSizeId.A4
MARGIN_MM: Final = 20.0
LAYOUT_DPI: Final = 96
"""In which Qt lays text out that is not made for one screen."""

translate = QCoreApplication.translate

_STYLE: Final = """
body { color: #111111; font-family: sans-serif; font-size: 14pt; }
h1 { font-size: 28pt; margin-top: 0px; margin-bottom: 8px; }
h2 { font-size: 16pt; margin-top: 20px; margin-bottom: 4px; }
p { margin-top: 4px; margin-bottom: 4px; }
ul { margin-top: 4px; margin-bottom: 0px; }
li { margin-bottom: 3px; }
"""


@dataclass(frozen=True, slots=True)
class DoorNotice:
    """What is filled in.

    Attributes:
        purpose: why, in the user's words; a line is left to fill in by hand where it is empty.
        contact: whom to ask, likewise.
        date: when, likewise.
        privacy: what is kept and what is not.
    """

    purpose: str
    contact: str
    date: str
    privacy: Privacy


def door_html(notice: DoorNotice) -> str:
    """The page as HTML."""
    title = translate("door", "Facial expressions are read in this room")
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p><b>{_filled(notice.date)}</b></p>",
        _paragraph(
            translate(
                "door",
                "A camera and the program Roomread look at which expressions can be seen on "
                "faces. An expression is not a feeling, and the program is often wrong. Nobody is "
                "graded, ranked or judged by it.",
            )
        ),
        _heading(translate("door", "Why")),
        f"<p>{_filled(notice.purpose)}</p>",
        _heading(translate("door", "What is kept")),
        _points(_kept(notice.privacy)),
        _heading(translate("door", "What is not kept")),
        _points(_not_kept(notice.privacy)),
        _heading(translate("door", "You may say no")),
        _paragraph(
            translate(
                "door",
                "Nobody may treat you worse for it. Tell us, and your place is left out. You may "
                "ask what is kept about you, and have it deleted.",
            )
        ),
        _heading(translate("door", "Whom to ask")),
        f"<p>{_filled(notice.contact)}</p>",
    ]
    head = f"<meta charset='utf-8'><title>{escape(title)}</title><style>{_STYLE}</style>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def write_door_notice(html: str, path: Path) -> None:
    """Write the page to ``path``, as PDF where its name ends so, else as HTML.

    Raises:
        ExportError: it can't be written.
    """
    try:
        if path.suffix.lower() == ".pdf":
            path.write_bytes(b"")  # Qt would only say so on the terminal
            _write_pdf(html, path)
        else:
            path.write_text(html, encoding="utf-8")
    except OSError as error:
        text = translate("door", "{path} can't be written ({why}): choose another place")
        raise ExportError(text.format(path=path, why=error.strerror)) from error


def print_page(html: str, paper: QPagedPaintDevice) -> None:
    """Put the page on one sheet, upright, without a page number."""
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    upright = QPageLayout.Orientation.Portrait
    layout = QPageLayout(QPageSize(PAGE), upright, margins, QPageLayout.Unit.Millimeter)
    paper.setPageLayout(layout)
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setHtml(html)
    # A page of a given size is printed as it is; any other gets Qt's margins and a number.
    document.setPageSize(QSizeF(layout.paintRectPixels(LAYOUT_DPI).size()))
    document.print_(paper)


def _write_pdf(html: str, path: Path) -> None:
    writer = QPdfWriter(str(path))
    writer.setTitle(translate("door", "Facial expressions are read in this room"))
    print_page(html, writer)


def _kept(privacy: Privacy) -> list[str]:
    if privacy.class_only:
        found = [
            translate(
                "door",
                "How often an expression was seen in the class as a whole, nothing of one person",
            ),
            translate("door", "No shares where fewer than {n} faces could be read").format(
                n=privacy.min_group
            ),
        ]
    else:
        found = [
            translate(
                "door", "Numbers: which expression a face showed, when, and where in the picture"
            ),
            translate(
                "door", "A code for each person (S01, S02 …); a name only if somebody types it in"
            ),
        ]
    if privacy.keeps_picture:
        found.append(
            {
                FaceCover.SHOW: translate("door", "A video of the lesson, with faces"),
                FaceCover.BLUR: translate("door", "A video of the lesson, with blurred faces"),
                FaceCover.BLOCK: translate("door", "A video of the lesson, with covered faces"),
            }[privacy.faces]
        )
    if privacy.retention_days is not None:
        found.append(
            translate(
                "door",
                "Roomread deletes this after {n} days, when it is next started; but not what "
                "somebody made from it or moved elsewhere, such as tables and marked videos",
            ).format(n=privacy.retention_days)
        )
    return found


def _not_kept(privacy: Privacy) -> list[str]:
    found = [] if privacy.keeps_picture else [translate("door", "No picture and no video")]
    if privacy.class_only:
        found.append(translate("door", "No code and no name of anyone"))
    return [
        *found,
        translate("door", "No sound"),
        translate("door", "Nothing that could recognise a face another day"),
        translate("door", "Nothing leaves this computer"),
    ]


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _points(texts: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def _filled(text: str) -> str:
    """What was typed, or a line to write on."""
    return escape(text) if text.strip() else "_" * 45
