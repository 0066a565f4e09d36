"""A copy of a session file to look into, so that the file itself stays as it is."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from app.session import database
from app.session.database import SIDECARS


def settled_copy(path: Path, folder: Path) -> Path:
    """Copy a session into ``folder`` and let SQLite settle there what was left beside it.

    What a killed writer had committed to the write-ahead log gets into the copy, and an edit that
    was cut off is taken back. A log that can't be used is left out.

    Raises OSError where the file can't be read, or ``folder`` can't be written.
    """
    copy = folder / "copy"
    shutil.copyfile(path, copy)
    for tail in SIDECARS:
        beside = path.with_name(path.name + tail)
        if tail != "-shm" and beside.is_file():  # SQLite makes that one of the log
            shutil.copyfile(beside, copy.with_name(copy.name + tail))
    # The second: where a name in SQLite's own words is damaged.
    with (
        suppress(sqlite3.Error, UnicodeDecodeError),
        closing(database.connect(copy, "rw")) as connection,
    ):
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return copy
