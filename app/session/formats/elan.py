"""ELAN: a native document (.eaf) and a tab-delimited text to import.

The document follows the EAF 3.0 schema (Max Planck Institute for Psycholinguistics, "ELAN
Annotation Format", EAFv3.0.xsd): a tier a student with expression episodes, one of the class, one
of the markers; the recording is linked by its name alone, as folders name people and classes: ELAN
finds it beside the document. Times are whole milliseconds; an annotation that would be shorter than
one is left out. Nothing says whether ELAN's import of text takes quotation marks for part of a
cell, so none is quoted: where a text begins with one, which would open a quoted cell elsewhere, the
text file has single ones for them. The document has all as it is.
"""

from __future__ import annotations

import mimetypes
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from app import __version__
from app.core.expressions import CANT_TELL, LABELS
from app.core.types import student_code
from app.session.csvsafe import number, open_csv, safe_text
from app.session.dictionary import STUDENT, Column, Table
from app.session.export import usual_span
from app.session.formats.class_text import class_intervals, class_text
from app.session.formats.episode_file import EpisodeFile, episode_file, scratch_database
from app.session.formats.format import OF_CLASS, OF_EPISODES, ExportOptions, Format
from app.session.store import Session
from app.session.watch import Watch

DOCUMENT: Final = "elan.eaf"
TEXT: Final = "elan.tsv"
CLASS_TIER: Final = "class"
MARKER_TIER: Final = "markers"
EXPRESSION: Final = "expression"
NOTE: Final = "note"
"""Tier types."""
VOCABULARY: Final = "expressions"
LANGUAGE: Final = "eng"
BEHAVIOURS: Final = (*LABELS, CANT_TELL)

_CONSTRAINTS: Final[Mapping[str, str]] = {
    "Time_Subdivision": "Time subdivision of parent annotation's time interval, no time gaps "
    "allowed within this interval",
    "Symbolic_Subdivision": "Symbolic subdivision of a parent annotation. Annotations refering to "
    "the same parent are ordered",
    "Symbolic_Association": "1-1 association with a parent annotation",
    "Included_In": "Time alignable annotations within the parent annotation's time interval, gaps "
    "are allowed",
}
"""As every ELAN document says them, word for word."""

_TIER: Final = f"{STUDENT.range}, {CLASS_TIER}, {MARKER_TIER}"
_VALUE: Final = (
    f"of a student: the expression, or {CANT_TELL}; of the class: as in class.srt; of markers: "
    "what the user said begins here, up to the next marker"
)
TABLES: Final = (
    Table(
        TEXT,
        "one annotation",
        (
            Column("Tier", "", _TIER, "whom it is about"),
            Column("Begin Time - ss.msec", "s", "0 upwards", "rounded to milliseconds"),
            Column("End Time - ss.msec", "s", "0 upwards", "rounded to milliseconds"),
            Column("Duration - ss.msec", "s", "above 0", "end - begin"),
            Column("Annotation", "", "text", f"{_VALUE}; a text that begins with a quotation mark "
                   "has single ones"),
        ),
    ),
    Table(
        DOCUMENT,
        "an annotation on a tier",
        (
            Column("RELATIVE_MEDIA_URL", "", "text", "once: the recording, without its folder; "
                   "ELAN finds it where it lies beside the document"),
            Column("TIER_ID", "", _TIER, "whom it is about"),
            Column("TIME_VALUE", "ms", "0 upwards", "begin and end, rounded to milliseconds"),
            Column("ANNOTATION_VALUE", "", "text", _VALUE),
        ),
    ),
)  # fmt: skip


_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Annotation(NamedTuple):
    """``start`` and ``end`` in milliseconds; ``number`` is its own in the document, from 1."""

    number: int
    tier: str
    start: int
    end: int
    value: str


class _Annotations:
    """All annotations, tier by tier, in a file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.tiers: dict[str, str] = {}
        db.execute(
            "CREATE TABLE annotation (number INTEGER PRIMARY KEY, tier TEXT, start INTEGER, "
            "end INTEGER, value TEXT)"
        )
        db.execute("CREATE INDEX of_tier ON annotation (tier, start)")

    def add(self, tier: str, kind: str, spans: Iterable[tuple[float, float, str]]) -> None:
        """Add a tier with these annotations: start and end in seconds, and what they say."""
        self.tiers[tier] = kind
        rounded = ((round(start * 1000), round(end * 1000), text) for start, end, text in spans)
        rows = ((tier, *one) for one in rounded if one[1] > one[0])
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO annotation (tier, start, end, value) VALUES (?, ?, ?, ?)", rows
        )
        self._db.execute("COMMIT")

    def of(self, tier: str) -> Iterator[_Annotation]:
        """Those of a tier, in time order."""
        query = "SELECT number, tier, start, end, value FROM annotation WHERE tier = ? "
        return map(_Annotation._make, self._db.execute(query + "ORDER BY start", (tier,)))

    def slots(self) -> Iterator[tuple[int, int]]:
        """Number and time (ms) of all time slots, in time order; an annotation has two."""
        return iter(
            self._db.execute(
                "SELECT 2 * number - 1 AS slot, start AS time FROM annotation UNION ALL "
                "SELECT 2 * number, end FROM annotation ORDER BY time, slot"
            )
        )

    @property
    def last(self) -> int:
        """Number of the last annotation; 0 where there is none."""
        (last,) = self._db.execute("SELECT coalesce(max(number), 0) FROM annotation").fetchone()
        return int(last)


def _write(session: Session, folder: Path, options: ExportOptions, watch: Watch) -> None:
    with (
        episode_file(session, folder, options.rules, watch) as episodes,
        scratch_database(folder / "annotations.tmp") as db,
    ):
        annotations = _Annotations(db)
        _gather(session, options, watch, episodes, annotations)
        with open_csv(folder / TEXT) as file:
            file.write("\t".join(TABLES[0].names) + "\n")
            for tier in annotations.tiers:
                file.writelines(map(_text_line, annotations.of(tier)))
        with (folder / DOCUMENT).open("wb") as file:
            xml = XMLGenerator(file, "UTF-8", short_empty_elements=True)
            _Document(xml).write(session, annotations)


def _gather(
    session: Session,
    options: ExportOptions,
    watch: Watch,
    episodes: EpisodeFile,
    annotations: _Annotations,
) -> None:
    for student in episodes.seconds():
        spans = ((one.start, one.end, one.behaviour) for one in episodes.of(student))
        annotations.add(student_code(student), EXPRESSION, spans)
    parts = class_intervals(session, options.interval, watch)
    annotations.add(CLASS_TIER, NOTE, ((one.start, one.end, class_text(one)) for one in parts))
    annotations.add(MARKER_TIER, NOTE, _marked(session))


def _marked(session: Session) -> Iterator[tuple[float, float, str]]:
    """What each marker says begins, up to the next one or the end."""
    stretch = session.stretch
    end = 0.0 if stretch is None else stretch.end + usual_span(session)
    begins = [
        (start, "; ".join(marker.text for marker in same))
        for start, same in groupby(session.markers.all(), lambda one: round(one.timestamp, 3))
    ]
    last = max(end, begins[-1][0] + 1.0) if begins else end
    for (start, text), (until, _) in pairwise([*begins, (last, "")]):
        yield start, until, text


def _text_line(one: _Annotation) -> str:
    times = (one.start, one.end, one.end - one.start)
    said = " ".join(safe_text(one.value).split())
    if said.startswith('"'):
        said = said.replace('"', "'")
    return "\t".join((one.tier, *(number(time / 1000, 3) for time in times), said)) + "\n"


class _Document:
    """Writes the XML as it comes, so that no tree is held."""

    def __init__(self, xml: XMLGenerator) -> None:
        self._xml = xml

    def write(self, session: Session, annotations: _Annotations) -> None:
        """The whole document."""
        self._xml.startDocument()
        root = {
            "AUTHOR": f"Roomread {__version__}",
            "DATE": session.info.created,
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
        }
        with self._element("ANNOTATION_DOCUMENT", root):
            self._header(session, annotations.last)
            with self._element("TIME_ORDER"):
                for slot, time in annotations.slots():
                    self._empty("TIME_SLOT", TIME_SLOT_ID=f"ts{slot}", TIME_VALUE=str(time))
            annotator = f"Roomread, model {session.info.model_name} {session.info.model_version}"
            for tier, kind in annotations.tiers.items():
                self._tier(tier, kind, annotator, annotations.of(tier))
            self._types()
        self._xml.endDocument()

    def _header(self, session: Session, last: int) -> None:
        with self._element("HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"}):
            if not session.info.source_live:
                self._empty("MEDIA_DESCRIPTOR", **_media(session.info.recording))
            with self._element("PROPERTY", {"NAME": "lastUsedAnnotationId"}):
                self._xml.characters(str(last))

    def _tier(
        self, tier: str, kind: str, annotator: str, annotations: Iterator[_Annotation]
    ) -> None:
        fields = {"TIER_ID": tier, "LINGUISTIC_TYPE_REF": kind, "ANNOTATOR": annotator}
        if kind == EXPRESSION:
            fields["PARTICIPANT"] = tier
        with self._element("TIER", fields):
            for one in annotations:
                where = {
                    "ANNOTATION_ID": f"a{one.number}",
                    "TIME_SLOT_REF1": f"ts{2 * one.number - 1}",
                    "TIME_SLOT_REF2": f"ts{2 * one.number}",
                }
                if kind == EXPRESSION:
                    where["CVE_REF"] = _entry(one.value)
                with (
                    self._element("ANNOTATION"),
                    self._element("ALIGNABLE_ANNOTATION", where),
                    self._element("ANNOTATION_VALUE"),
                ):
                    self._xml.characters(_allowed(one.value))

    def _types(self) -> None:
        """Tier types, and the words that an expression tier may have."""
        common = {"GRAPHIC_REFERENCES": "false", "TIME_ALIGNABLE": "true"}
        words = {"CONTROLLED_VOCABULARY_REF": VOCABULARY}
        self._empty("LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID=EXPRESSION, **common, **words)
        self._empty("LINGUISTIC_TYPE", LINGUISTIC_TYPE_ID=NOTE, **common)
        self._empty("LANGUAGE", LANG_ID=LANGUAGE, LANG_LABEL="English (eng)")
        for stereotype, description in _CONSTRAINTS.items():
            self._empty("CONSTRAINT", STEREOTYPE=stereotype, DESCRIPTION=description)
        with self._element("CONTROLLED_VOCABULARY", {"CV_ID": VOCABULARY}):
            with self._element("DESCRIPTION", {"LANG_REF": LANGUAGE}):
                self._xml.characters("expressions as Roomread reads them")
            for behaviour in BEHAVIOURS:
                with (
                    self._element("CV_ENTRY_ML", {"CVE_ID": _entry(behaviour)}),
                    self._element("CVE_VALUE", {"LANG_REF": LANGUAGE}),
                ):
                    self._xml.characters(behaviour)

    @contextmanager
    def _element(self, name: str, fields: Mapping[str, str] | None = None) -> Iterator[None]:
        allowed = {key: _allowed(value) for key, value in (fields or {}).items()}
        self._xml.startElement(name, AttributesImpl(allowed))
        yield
        self._xml.endElement(name)
        self._xml.ignorableWhitespace("\n")

    def _empty(self, name: str, **fields: str) -> None:
        with self._element(name, fields):
            pass


def _allowed(text: str) -> str:
    """Without the characters that XML 1.0 can't hold."""
    return _FORBIDDEN.sub("", text)


def _entry(behaviour: str) -> str:
    return f"cve{BEHAVIOURS.index(behaviour)}"


def _media(name: str) -> dict[str, str]:
    """How ELAN finds the recording: the first must be there and leads nowhere, so ELAN goes by the
    last, from the document's folder."""
    return {
        "MEDIA_URL": f"file:///{quote(name, errors='replace')}",
        "MIME_TYPE": mimetypes.guess_type(name)[0] or "unknown",
        "RELATIVE_MEDIA_URL": f"./{name}",
    }


ELAN: Final = Format(
    "elan",
    "ELAN",
    "an ELAN document (.eaf) with a tier a student, and the same as tab-delimited text",
    of_students=True,
    write=_write,
    tables=TABLES,
    takes=OF_CLASS | OF_EPISODES,
    passes=lambda _: 2,
)
