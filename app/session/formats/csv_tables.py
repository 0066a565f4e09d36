"""The tidy CSVs, as ``app.session.export`` writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.session.dictionary import TABLES
from app.session.export import write_tables
from app.session.formats.format import EVERY_FRAME, OF_CLASS, ExportOptions, Format
from app.session.store import Session
from app.session.watch import Watch


def _write(session: Session, folder: Path, options: ExportOptions, watch: Watch) -> None:
    write_tables(session, folder, options.interval, watch, options.every_frame)


CSV: Final = Format(
    "csv",
    "Tidy CSV",
    "tables that every spreadsheet and R or Python read: observations, students, class ...",
    of_students=False,
    write=_write,
    tables=TABLES,
    takes=OF_CLASS | {EVERY_FRAME},
    passes=lambda options: 3 if options.every_frame else 2,
)
