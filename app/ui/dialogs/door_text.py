"""The words of the notice for the door: what happens in this room, in plain language.

It answers what GDPR Article 13 asks for: who is responsible, why and on what basis, what is kept
how long, and which rights people have.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QTextDocument

from app.core.privacy import FaceCover, Privacy
from app.ui.dialogs.purpose_form import basis_words

USUAL_POINTS: Final = 14.0
"""Size of the type where nothing says how much room there is."""

translate = QCoreApplication.translate

_STYLE: Final = """
body {{ color: #111111; font-family: sans-serif; font-size: {points}pt; }}
h1 {{ font-size: {title}pt; margin-top: 0px; margin-bottom: 8px; }}
h2 {{ font-size: {heading}pt; margin-top: 12px; margin-bottom: 2px; }}
p {{ margin-top: 2px; margin-bottom: 2px; }}
.date {{ font-weight: bold; margin-bottom: 6px; }}
.line {{ margin-top: 10px; }}
ul {{ margin-top: 2px; margin-bottom: 0px; }}
li {{ margin-bottom: 1px; }}
"""
_TITLE, _HEADING = 1.6, 1.2
"""Sizes of the headings, of the text's."""
_CONSENTED: Final = ("consent", "ethics")
"""Keys of ``app.core.privacy.BASES`` in which people agreed and may take that back."""


@dataclass(frozen=True, slots=True)
class DoorNotice:
    """What is filled in; a line to write on is left where a text is empty.

    Attributes:
        purpose: why, in the user's words.
        contact: how to reach who is responsible.
        date: when.
        privacy: what is kept and what is not.
        responsible: who answers for it.
        basis: key of ``app.core.privacy.BASES``; "" where none was chosen.
        until: the day on which what does not delete itself is deleted.
        live: a camera is read while the lesson goes on.
        recorded: the lesson is filmed, and the recording read.
        marked: a video with boxes and codes is made.
    """

    purpose: str
    contact: str
    date: str
    privacy: Privacy
    responsible: str = ""
    basis: str = ""
    until: str = ""
    live: bool = True
    recorded: bool = False
    marked: bool = False

    @property
    def keeps_live_video(self) -> bool:
        """Whether Roomread itself films."""
        return self.live and self.privacy.keeps_picture

    @property
    def makes_marked_video(self) -> bool:
        """Whether one is made: never of the class as a whole, nor without a video to draw in."""
        has_video = self.recorded or self.keeps_live_video
        return self.marked and has_video and not self.privacy.class_only


def door_title(notice: DoorNotice) -> str:
    """The heading, which is also the document's title."""
    if notice.recorded and not notice.live:
        return translate("door", "This room is filmed to read facial expressions")
    return translate("door", "Facial expressions are read in this room")


def _basis(key: str) -> str:
    """The basis as somebody else reads it."""
    if key == "self":
        return translate("door", "Only the person who records is in the picture")
    return basis_words(key) if key else ""


def door_html(notice: DoorNotice, points: float = USUAL_POINTS) -> str:
    """The page as HTML, with type of this size."""
    parts = [
        f"<h1>{escape(door_title(notice))}</h1>",
        f"<p class='date'>{_filled(notice.date)}</p>",
        *map(_paragraph, _what_happens(notice)),
        _heading(translate("door", "Why, and by what right")),
        _answer(notice.purpose),
        _answer(_basis(notice.basis)),
        _heading(translate("door", "What is kept")),
        _points(_kept(notice)),
        _heading(translate("door", "How long")),
        *(f"<p>{text}</p>" for text in _how_long(notice)),
        _heading(translate("door", "What does not happen")),
        _points(_not_done(notice)),
        _heading(translate("door", "Your rights")),
        _points(_rights(notice)),
        _heading(translate("door", "Who is responsible, and whom to ask")),
        _answer(notice.responsible),
        _answer(notice.contact),
    ]
    style = _STYLE.format(points=points, title=_TITLE * points, heading=_HEADING * points)
    title = f"<title>{escape(door_title(notice))}</title>"
    head = f"<head><meta charset='utf-8'>{title}<style>{style}</style></head>"
    return f"<!DOCTYPE html><html>{head}<body>{''.join(parts)}</body></html>\n"


def fill_page(document: QTextDocument, notice: DoorNotice, points: float) -> None:
    """Put the page into a document."""
    font = document.defaultFont()
    # Qt takes no size for a heading: <h1> is twice and <h2> 1.5 times as large as this.
    font.setPointSizeF(_TITLE / 2 * points)
    document.setDefaultFont(font)
    document.setHtml(door_html(notice, points))


def _what_happens(notice: DoorNotice) -> list[str]:
    found = []
    if notice.live:
        found.append(
            translate(
                "door",
                "A camera and the program Roomread look at which expressions can be seen on faces.",
            )
        )
    if notice.recorded:
        found.append(
            translate(
                "door",
                "The lesson is filmed, and Roomread reads from the recording which expressions can "
                "be seen on faces.",
            )
        )
    found.append(
        translate(
            "door",
            "An expression is not a feeling, and the program is often wrong. Nobody is graded, "
            "ranked or judged by it.",
        )
    )
    return [" ".join(found)]


def _kept(notice: DoorNotice) -> list[str]:
    privacy = notice.privacy
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
    found.append(translate("door", "Notes on the lesson, if somebody types them in"))
    if notice.keeps_live_video:
        found.append(_live_video(privacy.faces))
    if notice.recorded:
        found.append(
            translate(
                "door", "The recording: a video with faces, and with sound if the camera records it"
            )
        )
    if notice.makes_marked_video:
        video = _marked_video(privacy.faces)
        with_sound = translate("door", "{video}; with the sound of the recording, if it has any")
        found.append(with_sound.format(video=video) if notice.recorded else video)
    return found


def _live_video(faces: FaceCover) -> str:
    return {
        FaceCover.SHOW: translate("door", "A video of the lesson with faces, without sound"),
        FaceCover.BLUR: translate(
            "door", "A video of the lesson without sound; faces that the program finds are blurred"
        ),
        FaceCover.BLOCK: translate(
            "door", "A video of the lesson without sound; faces that the program finds are covered"
        ),
    }[faces]


def _marked_video(faces: FaceCover) -> str:
    return {
        FaceCover.SHOW: translate(
            "door", "A video with faces in which codes and expressions are drawn"
        ),
        FaceCover.BLUR: translate(
            "door",
            "A video in which codes and expressions are drawn; faces that the "
            "program finds are blurred",
        ),
        FaceCover.BLOCK: translate(
            "door",
            "A video in which codes and expressions are drawn; faces that the "
            "program finds are covered",
        ),
    }[faces]


def _how_long(notice: DoorNotice) -> list[str]:
    """Two sentences at most, as HTML: what deletes itself, and until when the rest stays."""
    days = notice.privacy.retention_days
    found = []
    if days is None:
        rest = translate("door", "All of it stays until somebody deletes it, at the latest on")
    else:
        deletes = (
            translate("door", "Roomread deletes the numbers and its own video after {time}, when "
                      "it is next started.")
            if notice.keeps_live_video
            else translate("door", "Roomread deletes the numbers after {time}, when it is next "
                           "started.")
        )  # fmt: skip
        time = (
            translate("door", "one day")
            if days == 1
            else translate("door", "{n} days").format(n=days)
        )
        found.append(escape(deletes.format(time=time)))
        rest = {
            (False, False): translate(
                "door", "Tables made from them stay until somebody deletes them, at the latest on"
            ),
            (True, False): translate(
                "door",
                "The recording, and tables made from it, stay until somebody deletes them, at the "
                "latest on",
            ),
            (False, True): translate(
                "door",
                "The video with codes, and tables, stay until somebody deletes them, at the latest "
                "on",
            ),
            (True, True): translate(
                "door",
                "The recording, the video with codes, and tables stay until somebody deletes them, "
                "at the latest on",
            ),
        }[notice.recorded, notice.makes_marked_video]
    found.append(f"{escape(rest)} {_filled(notice.until, 16)}")
    return found


def _not_done(notice: DoorNotice) -> list[str]:
    found = []
    if not (notice.keeps_live_video or notice.recorded):
        found.append(translate("door", "No picture, no video and no sound is kept"))
    elif notice.recorded:
        found.append(translate("door", "Roomread does not listen to what is said"))
    else:
        found.append(translate("door", "No sound is kept"))
    if notice.privacy.class_only:
        found.append(translate("door", "Nobody gets a code or a name"))
    return [
        *found,
        translate("door", "Roomread knows no face again on another day"),
        translate("door", "Roomread sends nothing of it over the internet"),
    ]


def _rights(notice: DoorNotice) -> list[str]:
    found = [
        translate(
            "door", "You may object. Tell us, and nobody may treat you worse for having done so."
        )
        if notice.basis == "safety"
        else translate(
            "door",
            "You may say no, and nobody may treat you worse for it. Tell us, and no expressions "
            "are read at your place.",
        )
    ]
    if notice.basis in _CONSENTED:
        found.append(
            translate(
                "door",
                "If you agreed, you may take that back at any time. What was done before then "
                "remains lawful.",
            )
        )
    if notice.privacy.class_only:
        found.append(
            translate(
                "door",
                "You may ask what is kept about you, and have it put right or deleted. In numbers "
                "of the whole class no single person can be found.",
            )
        )
    else:
        found.append(
            translate(
                "door",
                "You may see what is kept about you, get a copy, and have it put right, blocked or "
                "deleted.",
            )
        )
    found.append(translate("door", "You may complain to the data protection authority."))
    return found


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _points(texts: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def _answer(text: str) -> str:
    """A paragraph of what was typed, or of a line with room to write above it."""
    return f"<p>{escape(text)}</p>" if text.strip() else f"<p class='line'>{_filled(text)}</p>"


def _filled(text: str, width: int = 45) -> str:
    """What was typed, or a line of ``width`` characters to write on."""
    return escape(text) if text.strip() else "_" * width
