"""The episodes of a session in a temporary file, so that they can be sorted in flat memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Final

from app.session.episodes import Episode, Rules, episodes
from app.session.export import usual_span
from app.session.store import Session
from app.session.watch import Watch

_FIELDS: Final = "student, label, start, end, first, last"


class EpisodeFile:
    """Every episode of a session; may be read in any order."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def by_start(self) -> Iterator[Episode]:
        """By start, then by student."""
        yield from self._rows(f"SELECT {_FIELDS} FROM episode ORDER BY start, student")

    def by_end(self) -> Iterator[Episode]:
        """By end, then by student."""
        yield from self._rows(f"SELECT {_FIELDS} FROM episode ORDER BY end, student")

    def of(self, student: int) -> Iterator[Episode]:
        """One student's, in time order."""
        yield from self._rows(
            f"SELECT {_FIELDS} FROM episode WHERE student = ? ORDER BY start", student
        )

    def seconds(self) -> dict[int, float]:
        """Student to the total of their episodes, in seconds, by student."""
        rows = self._db.execute("SELECT student, sum(end - start) FROM episode GROUP BY student")
        return dict(sorted(rows))

    def ends(self) -> tuple[float, float] | None:
        """Start of the first and end of the last one in seconds; None where there is none."""
        start, end = self._db.execute("SELECT min(start), max(end) FROM episode").fetchone()
        return None if start is None else (start, end)

    def _rows(self, query: str, *values: int) -> Iterator[Episode]:
        return (Episode(*row) for row in self._db.execute(query, values))


@contextmanager
def scratch_database(path: Path) -> Iterator[sqlite3.Connection]:
    """An empty database at ``path`` that is gone afterwards; it outlives no crash.

    Raises OSError where it can't be written.
    """
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA temp_store = FILE")  # what is sorted must not fill the memory
        yield db
    except sqlite3.Error as error:
        raise OSError(f"{error}: is the disk full?") from error
    finally:
        db.close()
        path.unlink(missing_ok=True)


@contextmanager
def episode_file(
    session: Session, folder: Path, rules: Rules, watch: Watch
) -> Iterator[EpisodeFile]:
    """Gather the episodes of ``session`` in a file in ``folder`` that is gone afterwards.

    Takes a pass over the session. Raises SessionError, and OSError where the file can't be written.
    """
    with scratch_database(folder / "episodes.tmp") as db:
        db.execute(
            "CREATE TABLE episode (student INTEGER, label INTEGER, start REAL, end REAL, "
            "first INTEGER, last INTEGER, PRIMARY KEY (student, start)) WITHOUT ROWID"
        )
        found = episodes(watch(session.results()), usual_span(session), rules)
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?)", (astuple(one) for one in found)
        )
        db.execute("CREATE INDEX by_start ON episode (start, student)")
        db.execute("CREATE INDEX by_end ON episode (end, student)")
        db.execute("COMMIT")
        yield EpisodeFile(db)
