"""The session: one SQLite file that holds all that was found in a recording or lesson.

Every frame is committed as it comes (write-ahead log, synchronous NORMAL), so a process that is
killed loses nothing but the frame in work. Closing folds the log back into the one file.
No picture is stored. Who is who can be edited afterwards (``editor``); what was tracked stays.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NamedTuple, Self

from app.core.errors import EditError, SessionError
from app.core.types import ClassCounts, FrameResult
from app.session import database, schema
from app.session.database import DAMAGE, Database
from app.session.edits import USER, Identities, Name, replay
from app.session.environment import environment
from app.session.frames import FrameTable
from app.session.hand_labels import HandLabelTable
from app.session.info import SessionInfo, info_of
from app.session.log import EditLog
from app.session.markers import MarkerTable
from app.session.message import without_folders
from app.session.region_log import RegionLog
from app.session.sightings import Sightings
from app.session.standing import ANALYSIS, Standing, read_environment
from app.session.typed import clean

__all__ = ["SUFFIX", "FrameCounts", "Session", "SessionInfo", "Stretch", "info_of"]

SUFFIX: Final = ".roomread"
"""File extension of a session."""
REPAIRED: Final = "repaired"
"""Key of ``Session.environment`` that says when a session was repaired, and what it lost."""


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

    Attributes:
        frames: what was tracked and read.
        log: the edits as they are stored; ``editor.Editor`` adds to it.
        markers: moments that the user named.
        hand_labels: what people said of single faces.
        regions: what was drawn while the session ran.
        standing: how far its analysis has come.
    """

    def __init__(self, path: Path, db: sqlite3.Connection, info: SessionInfo, new: bool) -> None:
        self._path = path
        self._db = Database(path, db)
        self._info = info
        self._new = new
        self.frames = FrameTable(self._db)
        self.log = EditLog(self._db, info.privacy.class_only)
        self.markers = MarkerTable(self._db)
        self.hand_labels = HandLabelTable(self._db)
        self.regions = RegionLog(self._db)
        self.standing = Standing(self._db)
        self._last: tuple[int, float] | None = None
        self._pictures: tuple[int, ...] = ()  # as ``standing`` has them

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
        """Open a session to read and to edit it; its frames can't change any more.

        A session whose process was killed opens with all that it had committed. One on a
        read-only disk opens too, but takes no edits. One of an older Roomread opens as it is, and
        is brought up to date by its first edit.

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

    def go_on(self) -> None:
        """Take frames again after the last one.

        Raises SessionError where it can't be written, or was repaired.
        """
        if self.complete or (stretch := self.stretch) is None:
            raise ValueError("go_on: expected a session that is not complete, with a frame")
        if REPAIRED in self.environment:
            raise SessionError(f"session {self._path} has gaps: analyse the recording again")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("UPDATE session SET read=NULL, analysed=NULL, skipped=NULL, message=''")
        self._new, self._last = True, (stretch.last, stretch.end)
        self._pictures = self.standing.pictures
        self.frames.go_on()

    @property
    def path(self) -> Path:
        """Where the session file lies."""
        return self._path

    @property
    def info(self) -> SessionInfo:
        """What was known when it began."""
        return self._info

    @property
    def version(self) -> int:
        """Of its tables; the first edit makes it ``schema.VERSION``."""
        return self._db.version

    @property
    def class_only(self) -> bool:
        """Whether it holds the class as a whole only: its frames have no faces."""
        return self._info.privacy.class_only

    @property
    def environment(self) -> dict[str, str]:
        """Versions of Python, the platform and the packages that made it."""
        found = read_environment(self._db)
        return {str(key): str(value) for key, value in found.items() if key != ANALYSIS}

    @property
    def counts(self) -> FrameCounts:
        """Frame counts as ``finish`` got them.

        Until then, and for ever after a crash: analysed frames as stored, read frames from the
        first to the last frame number.
        """
        row = self._db.one("SELECT read, analysed, skipped FROM session")
        if row[0] is not None:
            return FrameCounts(*row)
        first, last, analysed = self._db.one("SELECT min(number), max(number), count(*) FROM frame")
        read = last - first + 1 if analysed else 0
        return FrameCounts(read, analysed, read - analysed)

    @property
    def complete(self) -> bool:
        """True when the whole source, or the whole stretch asked for, was analysed."""
        return bool(self._db.one("SELECT complete FROM session")[0])

    @property
    def message(self) -> str:
        """Why it is not complete, one line; empty when it is."""
        complete, analysed, message = self._db.one(
            "SELECT complete, analysed, message FROM session"
        )
        if complete or message or analysed is not None:
            return without_folders(str(message), self._path, self._info)
        return "the analysis did not finish; all frames up to the last one stored are here"

    @property
    def stretch(self) -> Stretch | None:
        """The ends of the analysed part; None before the first frame."""
        first, last = self._db.one("SELECT min(number), max(number) FROM frame")
        if first is None:
            return None
        (start,) = self._db.one("SELECT timestamp FROM frame WHERE number = ?", first)
        (end,) = self._db.one("SELECT timestamp FROM frame WHERE number = ?", last)
        return Stretch(first, last, start, end)

    def append(self, result: FrameResult) -> None:
        """Store one frame's result; it is safe from a crash when this returns.

        Raises:
            SessionError: the file can't be written, the disk is full. Earlier frames are kept.
            ValueError: the frame is not after the last one, or the session was finished, or
                opened to read.
        """
        if not self._new:
            raise ValueError("append: this session was finished, or opened to read")
        with self._db.lock:
            if self._last and not (
                result.index > self._last[0] and result.timestamp > self._last[1]
            ):
                raise ValueError(
                    f"append: expected a frame after {self._last[0]} at {self._last[1]:.3f} s, "
                    f"got {result.index} at {result.timestamp:.3f} s"
                )
            privacy = self._info.privacy
            with self._db.transaction():
                self.frames.append(result, privacy.min_group if privacy.class_only else None)
                if result.pictures != self._pictures and not privacy.class_only:
                    self.standing.note_pictures(result.pictures)
            self._last, self._pictures = (result.index, result.timestamp), result.pictures

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is written within it is stored all together or, where something fails, not at all.

        Raises SessionError where the file can't be written.
        """
        with self._db.transaction():
            yield
        self._db.fold()

    def finish(
        self, counts: FrameCounts, complete: bool, message: str = "", cut_off: bool = False
    ) -> None:
        """Note how it ended: ``complete``, or why not in one line.

        Args:
            counts: frames of the source.
            complete: all that was asked for was analysed.
            message: why not; files are kept in it without their folders.
            cut_off: nothing is left to be read although it is not complete.

        Raises SessionError where the file can't be written.
        """
        with self._db.lock:
            with self.at_once():
                self._db.execute(
                    "UPDATE session SET read = ?, analysed = ?, skipped = ?, complete = ?, "
                    "message = ?",
                    counts.read,
                    counts.analysed,
                    counts.skipped,
                    int(complete),
                    without_folders(message, self._path, self._info),
                )
                if complete or cut_off:
                    self.standing.note_end(cut_off)
            self._new = False

    def settle(self) -> None:
        """See that no frame comes any more, so that edits can't be overtaken.

        Raises:
            EditError: the analysis that writes this session is still running.
            SessionError: the file is in use, or can't be written.
        """
        if self._db.one("SELECT read FROM session")[0] is not None:
            return
        if self._new:
            raise EditError(f"session {self._path} is still being analysed: wait until it ends")
        # It was killed, or is written by another program: then SQLite says that it is in use.
        self._db.execute("PRAGMA journal_mode = DELETE")

    def set_name(self, track_id: int, name: str) -> None:
        """Give a student a name; an empty one takes it away again.

        Raises:
            EditError: the student was merged into another.
            SessionError: the file can't be written.
        """
        text = clean(name)
        with self.log.writing():
            now = self.identities
            now.require(track_id)
            if now.names.get(track_id, "") != text:
                self.log.add(Name(track_id, text), USER)

    def names(self) -> dict[int, str]:
        """Student to name, of those that have one."""
        return dict(sorted(self.identities.names.items()))

    @property
    def identities(self) -> Identities:
        """Who is who after all edits that hold."""
        return replay(self.log.edits())

    def results(self, excluded: bool = False) -> Iterator[FrameResult]:
        """Every stored frame in time order with who is who after all edits.

        Read a few at a time: memory stays flat. Suggestions are left out, since they speak of
        tracks; ``editor.Editor.suggestions`` gives those that are open.

        Args:
            excluded: with the students who are left out.

        Raises SessionError where the file is damaged.
        """
        now = self.identities
        return (now.seen_in(result, excluded) for result in self.frames.results())

    def raw_results(self) -> Iterator[FrameResult]:
        """Every stored frame in time order with the ids as tracked, as ``results`` otherwise."""
        return self.frames.results()

    def class_counts(self) -> Iterator[ClassCounts]:
        """The class in every stored frame, in time order, after all edits; memory stays flat.

        Raises SessionError where the file is damaged.
        """
        if self.class_only:
            return self.frames.class_counts()
        return (ClassCounts.of(result) for result in self.results())

    def timestamps(self) -> Iterator[float]:
        """The timestamp of every stored frame, in time order; memory stays flat."""
        return self.frames.timestamps()

    def sightings(self) -> Sightings:
        """When every track is seen; takes a pass over the file."""
        return self.frames.sightings()

    def close(self) -> None:
        """Fold the log into the file and close; may be called twice.

        Never fails: what could not be folded stays in the log and is read from there.
        """
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _read_info(db: sqlite3.Connection, path: Path) -> SessionInfo:
    """Check that the file is whole and read what it is about."""
    try:
        if [row[0] for row in db.execute("PRAGMA quick_check(1)")] != ["ok"]:
            raise SessionError(database.damaged(path))
        (raw,) = db.execute("SELECT info FROM session").fetchone()
        return info_of(json.loads(raw))
    except sqlite3.OperationalError as error:
        # There is no such table or column.
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise SessionError(database.damaged(path)) from error
        raise database.explain(error, path) from error
    except sqlite3.Error as error:
        raise database.explain(error, path) from error
    except DAMAGE as error:
        raise SessionError(database.damaged(path)) from error
