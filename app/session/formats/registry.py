"""All formats by name, and the export of several of them at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from app.core.errors import ExportError
from app.session.csvsafe import open_csv
from app.session.dictionary import PART_OF, definitions
from app.session.export import OF_STUDENTS, write_session_json
from app.session.formats.boris import BORIS
from app.session.formats.csv_tables import CSV
from app.session.formats.elan import ELAN
from app.session.formats.format import EVERY_FRAME, ExportOptions, Format
from app.session.formats.jsonl import JSONL
from app.session.formats.openface import OPENFACE
from app.session.formats.parquet import PARQUET
from app.session.formats.pyfeat import PYFEAT
from app.session.formats.subtitles import SRT, VTT
from app.session.staging import ABOUT_FILE, Removed, staged
from app.session.store import Session
from app.session.watch import Stopped, Watch

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {one.name: one for one in (CSV, PARQUET, OPENFACE, PYFEAT, BORIS, ELAN, JSONL, SRT, VTT)}
)
"""Every format by its name, in the order in which people are shown them."""
DEFAULT: Final = (CSV.name,)


def check_formats(names: Sequence[str], class_only: bool = False) -> tuple[Format, ...]:
    """The formats of these names, each once, in the order of ``FORMATS``.

    Raises ExportError where there is none of that name, none at all is named, or ``class_only`` is
    asked of one that says something of single students.
    """
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        what = f"{unknown[0]!r} is no format" if unknown else "no format is named"
        raise ExportError(f"{what}: choose of {', '.join(FORMATS)}")
    formats = tuple(one for name, one in FORMATS.items() if name in names)
    refused = [one.name for one in formats if one.of_students and class_only]
    if refused:
        may = ", ".join(one.name for one in FORMATS.values() if not one.of_students)
        raise ExportError(
            f"this session is of the class as a whole, and {refused[0]} is about single "
            f"students: choose of {may}"
        )
    return formats


def unused_options(
    names: Sequence[str], options: ExportOptions, class_only: bool = False
) -> dict[str, tuple[str, ...]]:
    """What was chosen and changes nothing in these formats: the option, and the formats it does.

    Of a class-only session nobody takes ``every_frame``: there are no students to follow. Options
    left as they are by default are never named.
    """
    usual = ExportOptions()
    chosen = [
        field.name
        for field in fields(options)
        if getattr(options, field.name) != getattr(usual, field.name)
    ]
    takers = {
        option: tuple(
            one.name
            for one in FORMATS.values()
            if option in one.takes and not (class_only and option == EVERY_FRAME)
        )
        for option in chosen
    }
    return {option: takers[option] for option in chosen if not {*takers[option]} & {*names}}


def export_formats(
    session: Session,
    out: Path,
    names: Sequence[str] = DEFAULT,
    options: ExportOptions | None = None,
    overwrite: bool = False,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    removed: Removed = lambda _: None,
) -> list[Path]:
    """Write a session in these formats, and session.json, which says how it was made.

    All or nothing: the files of an earlier export of the session are replaced when all new ones
    are whole. What no longer holds goes then, too, where it is not written anew: another session's
    tables, and tables of this one that were made before its students were edited, or, where only
    names were, those that hold names. Nothing else in ``out`` is touched.

    Args:
        session: to export; may still be running, then what it has so far is written.
        out: folder; made if missing.
        names: keys of ``FORMATS``.
        options: what the user chose.
        overwrite: replace the tables of another session, too.
        progress: called with the share done, 0 to 1.
        cancelled: asked at every frame; where it says yes, nothing is changed.
        removed: told which files of an earlier export are gone.

    Returns:
        The files written, the students' files last; none where ``cancelled`` said stop.

    Raises:
        ExportError: see ``check_formats``; a package is missing, ``out`` is no folder, holds the
            tables of another session, can't be written, or the disk is full.
        SessionError: the session can't be read.
    """
    options = options or ExportOptions()
    if session.class_only:
        options = replace(options, every_frame=False)  # there are no students to follow
    formats = check_formats(names, session.class_only)
    for one in formats:
        one.check()
    tables = CSV in formats
    passes = sum(one.passes(options) for one in formats) + (not tables)
    watch = Watch(passes * session.counts.analysed, progress, cancelled)
    try:
        with staged(session, out, overwrite, removed) as staging:
            if not tables:
                write_session_json(session, staging.folder, options.interval, watch)
            for one in formats:
                one.write(session, staging.folder, options, watch)
            _describe(session, staging.folder, formats)
            return staging.move(OF_STUDENTS if tables else ())
    except Stopped:
        return []


def _describe(session: Session, folder: Path, formats: Sequence[Format]) -> None:
    """Add to session.json what the columns of the other formats' files mean."""
    about = folder / ABOUT_FILE
    told = json.loads(about.read_text(encoding="utf-8"))
    tables = [table for one in formats for table in one.tables]
    parts = () if session.class_only else (one for one in tables if PART_OF in one.file)
    there = (one for one in tables if (folder / one.file).exists())
    told["columns"] |= definitions((*there, *parts))
    about.unlink()
    with open_csv(about) as file:
        json.dump(told, file, indent=2, ensure_ascii=False)
        file.write("\n")
