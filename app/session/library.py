"""The session files of some folders: what each holds, and deleting them for good."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from app.core.errors import SessionError
from app.session import database, schema
from app.session.database import DAMAGE, SIDECARS, Database
from app.session.leftovers import PICTURE_SUFFIX, Leftover, begun, leftovers, size_of
from app.session.store import SUFFIX, Session, SessionInfo, info_of

_LOOKS: Final = 64  # frames in which those in view are counted
_HEADER_BYTES: Final = 100  # of an SQLite file
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NOT_OPENED: Final = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in the list.

    Attributes:
        path: the session file.
        created: when it began, UTC; of a damaged one, when the file was last changed.
        source: name of the recording or camera; "" where damaged.
        seconds: from the first to the last analysed frame; 0 where there is none, or damaged.
        most_at_a_time: students in view at once, the most in a few dozen frames, without those who
            are left out: whoever comes and goes makes it less than all students. Counting those
            would take a pass over every file that is listed. None in class-only and damaged
            sessions.
        class_only: it holds the class as a whole only.
        complete: the whole source was analysed.
        size_bytes: with all that lies beside it and belongs to it.
        message: why it is not complete, or can't be opened, one line; "" where all is well.
        damaged: it can't be opened, for whatever reason.
        live: ``source`` is a camera.
    """

    path: Path
    created: datetime
    source: str
    seconds: float
    most_at_a_time: int | None
    class_only: bool
    complete: bool
    size_bytes: int
    message: str
    damaged: bool = False
    live: bool = False


class Deletion(NamedTuple):
    """What a deletion did: the sessions that are gone, and one line for each that is not.

    A session whose file was gone before, and of which something was left, is one like the others.
    """

    deleted: tuple[Path, ...]
    problems: tuple[str, ...]


class Library:
    """The session files that lie directly in ``folders``, and ``files``, as far as they exist.

    In ``folders``, which are the app's own, also what is left of sessions whose file is gone.

    Every method touches the disk: call it in a job. Listing reads a few rows of each file and
    changes none, not even one that is being written.

    Attributes:
        problems: one line for each session that the last ``expire`` or ``delete_all`` could not
            delete.
    """

    def __init__(self, folders: Sequence[Path], files: Sequence[Path] = ()) -> None:
        self._folders, self._more = tuple(dict.fromkeys(folders)), tuple(files)
        self.problems: tuple[str, ...] = ()

    def entries(self) -> list[Entry]:
        """Every session, the newest first; one that can't be opened says why."""
        found = [_entry(path) for path in self._paths()]
        return sorted(found, key=lambda entry: (entry.created, entry.path), reverse=True)

    def leftovers(self) -> list[Leftover]:
        """What is left of sessions whose file is gone: each belongs to no entry."""
        return [one for folder in self._folders for one in leftovers(folder)]

    def delete(self, path: Path) -> None:
        """Delete a session and all that belongs to it.

        That is SQLite's own files and, where a live session kept one, its video. Nothing else is
        touched: not the recording, nor what was exported.

        Raises SessionError with one line: it is being written, no session, or can't be deleted.
        """
        if path.suffix != SUFFIX or not path.is_file():
            raise SessionError(f"there is no session {path}: it may be deleted already")
        if not _is_ours(path):
            raise SessionError(f"{path} can't be read as a Roomread session, so it is not deleted")
        _refuse_if_written(path)
        files = _files(path, _info_if_readable(path))
        try:
            # The session itself comes last: while any of it is left, it stays in the list.
            for file in (*files[1:], files[0]):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise SessionError(
                f"session {path} could not be deleted ({error.strerror}): close whatever has it "
                "open and try again"
            ) from error

    def expire(self, days: int, now: datetime) -> list[Path]:
        """Delete the sessions that began more than ``days`` before ``now``; returns them.

        So goes what is left of those whose file is gone, by the time in its name. Of a damaged one
        it counts when the file was last changed. Whatever can't be deleted is in ``problems``, and
        the others go all the same.
        """
        if days < 1:
            raise ValueError(f"days: expected 1 or more, got {days}")
        limit = now - timedelta(days=days)
        return list(self._delete(lambda created: created < limit).deleted)

    def delete_all(self) -> Deletion:
        """Delete every session and what is left of others, as far as that can be done."""
        return self._delete(lambda _: True)

    def _delete(self, wanted: Callable[[datetime], bool]) -> Deletion:
        """Delete those that began at a time that is ``wanted``."""
        deleted, problems = [], []
        works = [(one.created, one.path, one.delete) for one in self.leftovers()]
        works += [(one.created, one.path, partial(self.delete, one.path)) for one in self.entries()]
        for created, path, delete in works:
            if not wanted(created):
                continue
            try:
                delete()
                deleted.append(path)
            except SessionError as error:
                problems.append(str(error))
        self.problems = tuple(problems)
        return Deletion(tuple(deleted), self.problems)

    def _paths(self) -> list[Path]:
        inside = [
            path
            for folder in self._folders
            if folder.is_dir()
            for path in sorted(folder.glob(f"*{SUFFIX}"))
        ]
        return [path for path in dict.fromkeys((*inside, *self._more)) if _is_file(path)]


def _is_file(path: Path) -> bool:
    with suppress(OSError):  # a folder that may not be looked into
        return path.is_file()
    return False


def _entry(path: Path) -> Entry:
    """Read what the list says of one file."""
    try:
        with _reading(path) as connection:
            info = _info(connection, path)
            session = Session(path, connection, info, new=False)
            stretch = session.stretch
            return Entry(
                path,
                _created(path, info),
                info.source_name,
                stretch.end - stretch.start if stretch else 0.0,
                _most_at_a_time(session, Database(path, connection)),
                session.class_only,
                session.complete,
                size_of(_files(path, info)),
                session.message,
                live=info.source_live,
            )
    except SessionError as error:
        created, size = _created(path, None), size_of(_files(path, None))
        return Entry(path, created, "", 0.0, None, False, False, size, str(error), damaged=True)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing, not even what SQLite keeps beside the file.

    The file is touched through SQLite alone: a program that closes a file of its own loses the
    locks that SQLite holds on it for a session that is being written
    (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        connection = _opened(path)
    except sqlite3.DatabaseError as error:
        if _primary(error) not in _BUSY and not _is_ours(path):
            database.check_header(path)  # says what else it is
        raise _unreadable(error, path) from error
    except UnicodeDecodeError as error:  # of a name in SQLite's own words
        raise SessionError(database.damaged(path)) from error
    with closing(connection):
        yield connection


def _unreadable(error: sqlite3.DatabaseError, path: Path) -> SessionError:
    if _primary(error) == sqlite3.SQLITE_ERROR:  # no table of ours: it never got that far
        return SessionError(database.damaged(path))
    return database.explain(error, path)


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _connected(path, "ro")
    except sqlite3.DatabaseError as error:
        if _primary(error) not in _NOT_OPENED:
            raise
        return _connected(path, "ro&immutable=1")  # without the log, which can't be read


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    connection = database.connect(path, mode)
    try:
        connection.execute("PRAGMA busy_timeout = 500")
        connection.execute("SELECT 1 FROM session").fetchall()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _info(connection: sqlite3.Connection, path: Path) -> SessionInfo:
    try:
        (found,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if found != schema.APPLICATION_ID or version > schema.VERSION:
            database.check_header(path)  # says which of the two
        (raw,) = connection.execute("SELECT info FROM session").fetchone()
        return info_of(json.loads(raw))
    except sqlite3.Error as error:
        raise database.explain(error, path) from error
    except DAMAGE as error:
        raise SessionError(database.damaged(path)) from error


def _info_if_readable(path: Path) -> SessionInfo | None:
    try:
        with _reading(path) as connection:
            return _info(connection, path)
    except SessionError:
        return None


def _most_at_a_time(session: Session, db: Database) -> int | None:
    """Most in view in frames spread over the session; None where it is class-only."""
    if session.class_only:
        return None
    stretch, now, most = session.stretch, session.identities, 0
    if stretch is None:
        return 0
    for wanted in np.linspace(stretch.first, stretch.last, _LOOKS).astype(int).tolist():
        number, timestamp = db.one(
            "SELECT number, timestamp FROM frame WHERE number >= ? ORDER BY number LIMIT 1", wanted
        )
        tracks = db.all("SELECT track FROM face WHERE frame = ?", number)
        seen = {now.student_of(track, timestamp) for (track,) in tracks}
        most = max(most, len(seen - now.excluded))
    return most


def _created(path: Path, info: SessionInfo | None) -> datetime:
    """When a session began; where it does not say, when its file was last changed."""
    if info is not None:
        try:
            said = datetime.fromisoformat(info.created)
            return said if said.tzinfo else said.replace(tzinfo=UTC)
        except ValueError:
            pass
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:  # it has gone meanwhile
        return datetime.now(UTC)


def _files(path: Path, info: SessionInfo | None) -> tuple[Path, ...]:
    """The session file, then what belongs to it.

    A video does where the session says that it kept one. A damaged session can't say so; then the
    name must be one that the app gives, lest it be somebody's recording.
    """
    picture = path.with_suffix(PICTURE_SUFFIX)
    if info is not None:
        kept = info.source_live and info.privacy.keeps_picture
    else:
        kept = begun(path.stem) is not None
    beside = [path.with_name(path.name + tail) for tail in SIDECARS]
    return (path, *beside, *([picture] if kept else []))


def _is_ours(path: Path) -> bool:
    """Whether this is a session, or what is left of one after a power cut: blank."""
    try:
        if path.stat().st_size == 0:
            return True
        with closing(database.connect(path, "ro&immutable=1")) as connection:
            (found,) = connection.execute("PRAGMA application_id").fetchone()
            return bool(found == schema.APPLICATION_ID)
    except sqlite3.DatabaseError:
        return _begins_as_ours(path)
    except OSError:
        return False


def _begins_as_ours(path: Path) -> bool:
    """The same of a file that is no database any more, so that nobody holds a lock on it."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
    except OSError:
        return False
    return not any(head) or head[68:72] == schema.APPLICATION_ID.to_bytes(4, "big")


def _refuse_if_written(path: Path) -> None:
    """Raise SessionError where an analysis that runs, here or elsewhere, has the file open."""
    try:
        with closing(database.connect(path, "rw")) as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            # Whoever writes a session holds a lock that keeps this from being done.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if _primary(error) in _BUSY:
            raise SessionError(
                f"session {path} is still being written or open, so it is not deleted: stop or "
                "close it first"
            ) from error
        # Damaged, or on a full disk: none of it stands in the way of deleting it.


def _primary(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
