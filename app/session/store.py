"""The session: one SQLite file that holds all that was found in a recording or lesson.

Every frame is committed as it comes (write-ahead log, synchronous NORMAL), so a process that is
killed loses nothing but the frame in work. Closing folds the log back into the one file.
No picture is stored.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from app.core.errors import SessionError
from app.core.types import FrameResult
from app.session import database, schema
from app.session.environment import environment

SUFFIX: Final = ".roomread"
"""File extension of a session."""

_BATCH: Final = 128  # frames read at once: enough to be quick, little enough to stay flat


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What is known when a session begins.

    Attributes:
        app_version: of Roomread.
        created: ISO 8601, UTC.
        source_name: file path or camera name.
        source_size: (width, height) in pixels.
        source_fps: nominal frames a second.
        source_duration: seconds; None where unknown.
        source_live: True for a camera.
        model_name, model_version, model_sha256: of the expression model, from its card.
        provider: where the model ran, "CPU" or "CUDA".
        settings: all settings, as JSON can hold them.
    """

    app_version: str
    created: str
    source_name: str
    source_size: tuple[int, int]
    source_fps: float
    source_duration: float | None
    source_live: bool
    model_name: str
    model_version: str
    model_sha256: str
    provider: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """How many frames came, were analysed, and were passed over (``read - analysed``)."""

    read: int
    analysed: int
    skipped: int


class Stretch(NamedTuple):
    """The analysed part of a source: frame numbers and timestamps (seconds) at its ends."""

    first: int
    last: int
    start: float
    end: float


class Session:
    """A session file, being written or opened again. Make one with ``create`` or ``open``.

    May be used from any thread; calls take turns. A context manager that closes.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, info: SessionInfo, new: bool) -> None:
        self._path = path
        self._db = db
        self._info = info
        self._new = new
        self._lock = threading.RLock()
        self._last: tuple[int, float] | None = None
        self._closed = False

    @classmethod
    def create(cls, path: Path, info: SessionInfo) -> Self:
        """Begin a session at ``path``; missing folders are made.

        An earlier session at the same path is replaced; a file of any other kind is not.

        Raises:
            SessionError: the folder can't be written, the disk is full, or ``path`` is some
                other file.
        """
        database.make_room(path)
        try:
            db = database.connect(path, "rwc")
        except sqlite3.Error as error:
            raise database.explain(error, path) from error
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("BEGIN")
            db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {schema.VERSION}")
            for table in schema.TABLES:
                db.execute(table)
            db.execute(
                "INSERT INTO session (id, info, environment) VALUES (1, ?, ?)",
                (json.dumps(asdict(info), default=str), json.dumps(environment())),
            )
            db.execute("COMMIT")
            # From here on the file itself says what it is, even without its log.
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            db.close()
            raise database.explain(error, path) from error
        return cls(path, db, info, new=True)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a session to read it and to name students; its frames can't change any more.

        A session whose process was killed opens with all that it had committed. One on a
        read-only disk opens too, but takes no names.

        Raises:
            SessionError: ``path`` is missing, no session, of a newer Roomread, or damaged.
        """
        database.check_header(path)
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        log = path.with_name(path.name + "-wal")
        plain = not log.exists() or log.stat().st_size == 0
        mode = "rw" if writable else "ro&immutable=1" if plain else "ro"
        try:
            db = database.connect(path, mode)
        except sqlite3.Error as error:
            raise database.explain(error, path) from error
        try:
            return cls(path, db, _read_info(db, path), new=False)
        except SessionError:
            db.close()
            raise

    @property
    def path(self) -> Path:
        """Where the session file lies."""
        return self._path

    @property
    def info(self) -> SessionInfo:
        """What was known when it began."""
        return self._info

    @property
    def environment(self) -> dict[str, str]:
        """Versions of Python, the platform and the packages that made it."""
        (raw,) = self._one("SELECT environment FROM session")
        return {str(key): str(value) for key, value in json.loads(raw).items()}

    @property
    def counts(self) -> FrameCounts:
        """Frame counts as ``finish`` got them.

        Until then, and for ever after a crash: analysed frames as stored, read frames from the
        first to the last frame number.
        """
        row = self._one("SELECT read, analysed, skipped FROM session")
        if row[0] is not None:
            return FrameCounts(*row)
        first, last, analysed = self._one("SELECT min(number), max(number), count(*) FROM frame")
        read = last - first + 1 if analysed else 0
        return FrameCounts(read, analysed, read - analysed)

    @property
    def complete(self) -> bool:
        """True when the whole source, or the whole stretch asked for, was analysed."""
        return bool(self._one("SELECT complete FROM session")[0])

    @property
    def message(self) -> str:
        """Why it is not complete, one line; empty when it is."""
        complete, analysed, message = self._one("SELECT complete, analysed, message FROM session")
        if complete or message or analysed is not None:
            return str(message)
        return "the analysis did not finish; all frames up to the last one stored are here"

    @property
    def stretch(self) -> Stretch | None:
        """The ends of the analysed part; None before the first frame."""
        first, last = self._one("SELECT min(number), max(number) FROM frame")
        if first is None:
            return None
        (start,) = self._one("SELECT timestamp FROM frame WHERE number = ?", first)
        (end,) = self._one("SELECT timestamp FROM frame WHERE number = ?", last)
        return Stretch(first, last, start, end)

    def append(self, result: FrameResult) -> None:
        """Store one frame's result; it is safe from a crash when this returns.

        Raises:
            SessionError: the file can't be written, the disk is full. Earlier frames are kept.
            ValueError: the frame is not after the last one, or the session was opened to read.
        """
        if not self._new:
            raise ValueError("append: this session was opened to read")
        with self._lock:
            if self._last and not (
                result.index > self._last[0] and result.timestamp > self._last[1]
            ):
                raise ValueError(
                    f"append: expected a frame after {self._last[0]} at {self._last[1]:.3f} s, "
                    f"got {result.index} at {result.timestamp:.3f} s"
                )
            with self._transaction():
                self._db.execute(
                    "INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        result.index,
                        float(result.timestamp),
                        *result.size,
                        self._stages_id(tuple(result.timings)),
                        schema.pack_timings(result.timings.values()),
                    ),
                )
                self._db.executemany(
                    "INSERT INTO face VALUES (?, ?, ?, ?, ?, ?)", schema.face_rows(result)
                )
            self._last = (result.index, result.timestamp)

    def set_name(self, track_id: int, name: str) -> None:
        """Give a student a name; an empty one takes it away again.

        Raises SessionError where the file can't be written.
        """
        clean = name.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
        with self._lock, self._transaction():
            if clean:
                self._db.execute("INSERT OR REPLACE INTO student VALUES (?, ?)", (track_id, clean))
            else:
                self._db.execute("DELETE FROM student WHERE track = ?", (track_id,))

    def names(self) -> dict[int, str]:
        """Track number to name, of the students that have one."""
        return dict(self._all("SELECT track, name FROM student ORDER BY track"))

    def finish(self, counts: FrameCounts, complete: bool, message: str = "") -> None:
        """Note how it ended: ``complete``, or why not in one line.

        Raises SessionError where the file can't be written.
        """
        with self._lock:
            with self._transaction():
                self._db.execute(
                    "UPDATE session SET read = ?, analysed = ?, skipped = ?, complete = ?, "
                    "message = ?",
                    (counts.read, counts.analysed, counts.skipped, int(complete), message),
                )
            with self._explained():
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def results(self) -> Iterator[FrameResult]:
        """Every stored frame in time order, a few at a time: memory stays flat.

        Raises SessionError where the file is damaged.
        """
        stages = {int(key): json.loads(names) for key, names in self._all("SELECT * FROM stages")}
        last = -1
        while True:
            frames = self._all(
                "SELECT * FROM frame WHERE number > ? ORDER BY number LIMIT ?", last, _BATCH
            )
            if not frames:
                return
            first, last = frames[0][0], frames[-1][0]
            rows = self._all(
                "SELECT * FROM face WHERE frame BETWEEN ? AND ? ORDER BY frame, place", first, last
            )
            by_frame = {key: list(group) for key, group in groupby(rows, key=lambda row: row[0])}
            for number, timestamp, width, height, timed, timings in frames:
                if timed not in stages:  # a stage appeared while we were reading
                    names = self._one("SELECT names FROM stages WHERE id = ?", timed)[0]
                    stages[timed] = json.loads(names)
                try:
                    faces, expressions = schema.faces_of(by_frame.get(number, []))
                    seconds = schema.unpack_timings(stages[timed], timings)
                except ValueError as error:
                    raise SessionError(database.damaged(self._path)) from error
                yield FrameResult(number, timestamp, (width, height), faces, expressions, seconds)

    def timestamps(self) -> Iterator[float]:
        """The timestamp of every stored frame, in time order; memory stays flat."""
        last = -1
        while rows := self._all(
            "SELECT number, timestamp FROM frame WHERE number > ? ORDER BY number LIMIT 512", last
        ):
            last = rows[-1][0]
            for _, timestamp in rows:
                yield timestamp

    def close(self) -> None:
        """Fold the log into the file and close; may be called twice.

        Never fails: what could not be folded stays in the log and is read from there.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            with suppress(sqlite3.Error):
                self._db.execute("PRAGMA busy_timeout = 0")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._db.execute("PRAGMA journal_mode = DELETE")
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _stages_id(self, names: tuple[str, ...]) -> int:
        text = json.dumps(names)
        self._db.execute("INSERT OR IGNORE INTO stages (names) VALUES (?)", (text,))
        row = self._db.execute("SELECT id FROM stages WHERE names = ?", (text,)).fetchone()
        return int(row[0])

    def _all(self, sql: str, *values: object) -> list[Any]:
        with self._lock, self._explained():
            return self._db.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: object) -> Any:
        rows = self._all(sql, *values)
        if not rows:
            raise SessionError(database.damaged(self._path))
        return rows[0]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise database.explain(error, self._path) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._explained(), self._db:  # commits, or rolls back when anything goes wrong
            self._db.execute("BEGIN IMMEDIATE")
            yield


def _read_info(db: sqlite3.Connection, path: Path) -> SessionInfo:
    """Check that the file is whole and read what it is about."""
    try:
        if [row[0] for row in db.execute("PRAGMA quick_check(1)")] != ["ok"]:
            raise SessionError(database.damaged(path))
        (raw,) = db.execute("SELECT info FROM session").fetchone()
        fields = json.loads(raw)
        return SessionInfo(**{**fields, "source_size": tuple(fields["source_size"])})
    except sqlite3.Error as error:
        raise database.explain(error, path) from error
    except (TypeError, KeyError, ValueError) as error:
        raise SessionError(database.damaged(path)) from error
