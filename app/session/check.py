"""Looks a session file over: whether SQLite can read it, and whether it holds what it should.

Reads row by row, a few at a time: memory stays flat. Nothing is written.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.core.errors import RoomreadError, SessionError
from app.core.privacy import BASES
from app.session import database, schema, shapes
from app.session.copying import settled_copy
from app.session.database import DAMAGE, Database
from app.session.info import SessionInfo, info_of
from app.session.store import Session

_BATCH: Final = 512  # frames
_MOST_LINES: Final = 20  # of SQLite's own
_BESIDE: Final = ("-journal", "-wal", "-shm")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        findings: what is damaged, a line each; empty where the session is whole.
        notes: what is worth knowing and no damage.
        version: of its tables.
        frames, faces: that were looked at.
    """

    findings: tuple[str, ...]
    notes: tuple[str, ...]
    version: int
    frames: int
    faces: int


def check(path: Path) -> Checked:
    """Look a session over.

    Raises SessionError where it is missing, no session at all, of a newer Roomread, or in use.
    """
    database.check_header(path)
    with _reading(path) as connection:
        return _Check(path, connection).run()


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing, not even what SQLite keeps beside the file."""
    journal, log, index = (path.with_name(path.name + tail) for tail in _BESIDE)
    try:
        with tempfile.TemporaryDirectory() as folder:
            cut_off = journal.exists() and journal.stat().st_size > 0
            logged = log.exists() and log.stat().st_size > 0
            # To read these, SQLite would first take an edit back, or make files of its own.
            copied = cut_off or (logged and not index.exists())
            source = settled_copy(path, Path(folder)) if copied else path
            mode = "ro" if logged and not copied else "ro&immutable=1"
            connection = database.connect(source, mode)
            try:
                yield connection
            finally:
                connection.close()
    except sqlite3.Error as error:
        raise database.explain(error, path) from error
    except OSError as error:
        raise SessionError(f"session {path} can't be read: {error.strerror}") from error


class _Findings:
    """What is wrong, each kind once: the first of it, and how many more there are."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def add(self, kind: str, where: str = "") -> None:
        self._first.setdefault(kind, where)
        self._count[kind] += 1

    def lines(self) -> tuple[str, ...]:
        return tuple(
            kind
            + (f": {where}" if where else "")
            + (f" and {self._count[kind] - 1} more" if self._count[kind] > 1 else "")
            for kind, where in self._first.items()
        )


class _Check:
    """One pass over one file."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection
        self._db = Database(path, connection)
        self._found = _Findings()
        self._notes: list[str] = []
        self._frames = self._faces = self._version = 0
        self._info: SessionInfo | None = None

    def run(self) -> Checked:
        """Every part, whatever the others found."""
        self._part("the file", self._pages)
        if self._part("the list of tables", self._tables):
            self._part("what the session is about", self._about)
            self._part("what belongs to which frame", self._references)
            self._part("frames and faces", self._all_frames)
            self._part("markers, labels and suggestions", self._small)
            self._part("the log of edits", self._log)
        found = self._found.lines()
        return Checked(found, tuple(self._notes), self._version, self._frames, self._faces)

    def _part(self, what: str, part: Callable[[], None]) -> bool:
        """Whether it could be looked at; what could not be read is a finding."""
        try:
            part()
        except (RoomreadError, sqlite3.Error) as error:
            self._found.add(f"{what} can't be read to the end", str(error.__cause__ or error))
            return False
        return True

    def _pages(self) -> None:
        for (line,) in self._db.all(f"PRAGMA integrity_check({_MOST_LINES})"):
            if line != "ok":
                for one in str(line).splitlines():
                    self._found.add(f"SQLite: {one}")

    def _tables(self) -> None:
        """Every table with the columns of its version."""
        self._version = self._db.version
        if not 1 <= self._version <= schema.VERSION:
            self._found.add(f"version {self._version} of the tables is unknown")
            self._version = schema.VERSION
        for table, columns in schema.columns_of(self._version).items():
            there = [row[1] for row in self._db.all(f"PRAGMA table_info({table})")]
            if missing := [column for column in columns if column not in there]:
                raise SessionError(f"{table} has no {', '.join(missing)}")

    def _about(self) -> None:
        rows = self._db.all("SELECT info, environment, read, analysed, skipped FROM session")
        if len(rows) != 1:
            self._found.add("what the session is about is missing")
            return
        info, environment, *counts = rows[0]
        try:
            self._info = info_of(json.loads(info))
            dict(json.loads(environment))
        except DAMAGE as error:
            self._found.add("what the session is about can't be read", str(error))
            return
        if any(count is not None and not _whole(count) for count in counts):
            self._found.add("impossible counts of frames", str(tuple(counts)))
        sha = self._info.model_sha256
        if not sha:
            self._notes.append("the model is not known: it has no checksum")
        elif not _SHA256.fullmatch(sha):
            self._notes.append("the model's checksum is none: which model it was can't be proved")
        if self._info.purpose is None:
            self._notes.append("nobody said by what right the class was looked at")
        elif self._info.purpose.basis not in BASES:
            self._notes.append(
                "this Roomread doesn't know the right by which the class was looked at"
            )

    def _references(self) -> None:
        for table, _, parent, _ in self._db.all("PRAGMA foreign_key_check"):
            self._found.add(f"rows of {table} without their {parent}")

    def _all_frames(self) -> None:
        stages = self._stages()
        camera = "camera" if self._version > 1 else "NULL"
        last, before = -1, -np.inf
        class_only = self._info is not None and self._info.privacy.class_only
        while rows := self._db.all(
            f"SELECT number, timestamp, width, height, stages, timings, {camera} FROM frame "
            "WHERE number > ? ORDER BY number LIMIT ?",
            last,
            _BATCH,
        ):
            for row in rows:
                number, timestamp = row[:2]
                if not shapes.possible("frame", row):
                    self._found.add("impossible numbers in frame", str(number))
                elif timestamp <= before:
                    self._found.add("time does not go on in frame", str(number))
                elif len(row[5]) != 8 * stages.get(row[4], -1):
                    self._found.add("timings of no known stages in frame", str(number))
                else:
                    before = timestamp
            if rows[-1][0] <= last:  # as in a file whose pages point back
                raise SessionError("the frames are out of order")
            self._some_faces(rows[0][0], rows[-1][0], class_only)
            last = rows[-1][0]
            self._frames += len(rows)

    def _stages(self) -> dict[int, int]:
        """Number of stages by the key of their names."""
        found = {}
        for key, names in self._db.all("SELECT id, names FROM stages"):
            if shapes.possible("stages", (key, names)):
                found[key] = len(json.loads(names))
            else:
                self._found.add("names of stages can't be read")
        return found

    def _some_faces(self, first: int, last: int, class_only: bool) -> None:
        """Look at the faces of these frames."""
        rows = self._db.all(
            "SELECT frame, place, track, known, reading, keypoints FROM face "
            "WHERE frame BETWEEN ? AND ? ORDER BY frame, place",
            first,
            last,
        )
        if not rows:
            return
        if class_only:
            self._found.add("single faces in a session of the class as a whole")
        self._faces += len(rows)
        sane = [row for row in rows if shapes.possible("face", row)]
        for row in rows if len(sane) != len(rows) else ():
            if not shapes.possible("face", row):
                self._found.add("impossible face in frame", str(row[0]))
        if not sane:
            return
        fits = schema.possible_readings([row[4] for row in sane], [row[3] for row in sane])
        for place in np.flatnonzero(~fits).tolist():
            self._found.add("impossible numbers of a face in frame", str(sane[place][0]))
        keys = np.array([row[:3] for row in sane], np.int64)
        self._order_of(keys)

    def _order_of(self, keys: Any) -> None:
        """Faces of a frame are numbered from 0, and each track is in it once; (n, 3) int64."""
        keys = keys[np.lexsort((keys[:, 1], keys[:, 0]))]
        _, starts = np.unique(keys[:, 0], return_index=True)
        counts = np.diff(np.append(starts, len(keys)))
        expected = np.arange(len(keys)) - np.repeat(starts, counts)
        for frame in np.unique(keys[keys[:, 1] != expected, 0]).tolist():
            self._found.add("a face is missing in frame", str(frame))
        pairs = keys[np.lexsort((keys[:, 2], keys[:, 0]))][:, [0, 2]]
        for frame in np.unique(pairs[1:][(pairs[1:] == pairs[:-1]).all(axis=1), 0]).tolist():
            self._found.add("a track is seen twice in frame", str(frame))

    def _small(self) -> None:
        """The rows of the small tables, one by one."""
        tables = {
            "suggestion": "suggestion",
            "region_change": "change of regions",
            "marker": "marker",
            "hand_label": "hand label",
            "class_frame": "class counts",
        }
        there = schema.columns_of(self._version)
        for table, word in tables.items():
            if table not in there:
                continue
            for row in self._connection.execute(f"SELECT * FROM {table}"):
                if not shapes.possible(table, row):
                    self._found.add(f"impossible {word}", f"number {row[0]}")
        if self._info is not None and self._info.privacy.class_only:
            (without,) = self._db.one(
                "SELECT count(*) FROM frame WHERE number NOT IN (SELECT frame FROM class_frame)"
            )
            if without:
                self._found.add(f"{without} frames without the counts of the class")

    def _log(self) -> None:
        """The edits can be read, and fit one another."""
        if self._info is None:
            return
        session = Session(self._path, self._connection, self._info, new=False)
        edits = session.log.edits()
        if [edit.number for edit in edits] != list(range(1, len(edits) + 1)):
            self._found.add("an edit is missing in the log")
        session.identities  # noqa: B018 - replays them


def _whole(count: object) -> bool:
    return isinstance(count, int) and count >= 0
