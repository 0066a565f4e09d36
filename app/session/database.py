"""SQLite at the file's edge: connecting, telling our files from others, saying what is wrong."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from enum import Enum, auto
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote_from_bytes

from app.core.commands import command_line
from app.core.errors import SessionError
from app.session import schema

SIDECARS: Final = ("-wal", "-shm", "-journal")
"""Ends of the files that SQLite keeps beside its own."""
DAMAGE: Final = (ValueError, TypeError, KeyError, OverflowError, AttributeError, RecursionError)
"""What goes wrong with a row that SQLite can read and that Roomread never wrote."""
_HEADER: Final = b"SQLite format 3\x00"
_HEADER_BYTES: Final = 100
_CORRUPT: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Database:
    """A connection that any thread may use; calls take turns, and errors are one clear line."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._connection = connection
        self._closed = False

    @property
    def version(self) -> int:
        """Version of the tables; another program may raise it at any time."""
        return int(self.one("PRAGMA user_version")[0])

    def execute(self, sql: str, *values: object) -> None:
        """Run a statement; on its own, or inside ``transaction``."""
        with self.lock, self._explained():
            self._connection.execute(sql, values)

    def insert(self, sql: str, rows: list[Any]) -> None:
        """Run a statement for each of the rows."""
        with self.lock, self._explained():
            self._connection.executemany(sql, rows)

    def all(self, sql: str, *values: object) -> list[Any]:
        """Every row of a query."""
        with self.lock, self._explained():
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        """The first row of a query that must have one; SessionError (damaged) where it has none."""
        rows = self.all(sql, *values)
        if not rows:
            raise SessionError(damaged(self.path))
        return rows[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; no other thread or program writes meanwhile.

        One within another is a part of it.
        """
        with self.lock, self._explained():
            if self._connection.in_transaction:
                yield
                return
            with self._connection:  # commits, or rolls back
                self._connection.execute("BEGIN IMMEDIATE")
                yield

    def fold(self) -> None:
        """Fold the log into the file as far as nobody reads it; nothing within a transaction."""
        with self.lock:
            if not self._connection.in_transaction:
                self.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Fold the log into the file and close; may be called twice, and never fails."""
        with self.lock:
            if self._closed:
                return
            self._closed = True
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA busy_timeout = 0")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._connection.execute("PRAGMA journal_mode = DELETE")
            self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        except UnicodeDecodeError as error:  # of a name in SQLite's own words
            raise SessionError(damaged(self.path)) from error


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open ``path`` in a URI mode (ro, rw, rwc); any thread may use the connection."""
    return sqlite3.connect(
        f"{uri_of(path.absolute())}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )


def uri_of(path: PurePath) -> str:
    """An absolute path as SQLite reads it.

    ``Path.as_uri`` makes a Windows share its authority, which SQLite refuses.
    """
    text = path.as_posix()
    root = "" if text.startswith("/") else "/"
    return f"file://{root}{quote_from_bytes(os.fsencode(text), '/:')}"


def make_room(path: Path) -> None:
    """Make the folder and take an earlier session away; SessionError where that can't be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if path.stat().st_size > 0:
                _refuse_to_replace(path)
            path.unlink()
        for tail in SIDECARS:
            path.with_name(path.name + tail).unlink(missing_ok=True)
    except OSError as error:
        raise SessionError(
            f"can't write a session to {path} ({error.strerror}): choose a folder you can write to"
        ) from error


def discard(path: Path) -> None:
    """Take a session away that the user gave up, also one that can't be read.

    A file of any other kind stays, for ``make_room`` to refuse. Raises SessionError where it can't
    be taken away.
    """
    try:
        if path.is_file() and header_of(path) is not Header.FOREIGN:
            path.unlink()
    except OSError as error:
        raise SessionError(
            f"can't replace {path} ({error.strerror}): choose a folder you can write to"
        ) from error


def _refuse_to_replace(path: Path) -> None:
    """Raise SessionError where this is no session, or one that can't be read as it is."""
    what = header_of(path)
    if what is Header.DAMAGED:
        raise SessionError(damaged(path, "damaged at its start, so it is not replaced"))
    if what is Header.FOREIGN:
        raise SessionError(
            f"{path} is no Roomread session, so it is not replaced: choose another name"
        )
    if what is Header.NEWER:
        raise SessionError(
            f"session {path} was made by a newer Roomread, so it is not replaced: choose another "
            "name"
        )
    try:
        with closing(connect(path, "ro")) as connection:
            connection.execute("SELECT info FROM session").fetchall()
    except sqlite3.Error as error:
        if _primary(error) in _CORRUPT:
            raise SessionError(damaged(path, "damaged, so it is not replaced")) from error


class Header(Enum):
    """What a file is, going by its first bytes.

    ``DAMAGED``: they say nothing, but rows of a session lie behind them.
    """

    OURS = auto()
    NEWER = auto()
    DAMAGED = auto()
    FOREIGN = auto()


def header_of(path: Path) -> Header:
    """Look at the header, and where it is none of ours at the pages; OSError: can't be read."""
    from app.session.remains import remains  # noqa: PLC0415 - only where something is wrong

    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    right = len(head) == _HEADER_BYTES and head.startswith(_HEADER)
    if not right or int.from_bytes(head[68:72], "big") != schema.APPLICATION_ID:
        return Header.DAMAGED if remains(path) else Header.FOREIGN
    return Header.NEWER if int.from_bytes(head[60:64], "big") > schema.VERSION else Header.OURS


def check_header(path: Path) -> None:
    """Say what is wrong before SQLite touches a file that is not ours."""
    if not path.is_file():
        raise SessionError(f"session {path} does not exist: check the path")
    try:
        what = header_of(path)
    except OSError as error:
        raise SessionError(f"session {path} can't be read: {error.strerror}") from error
    if what is Header.DAMAGED:
        raise SessionError(damaged(path, "damaged at its start"))
    if what is Header.FOREIGN:
        raise SessionError(f"{path} is no Roomread session: choose a .roomread file")
    if what is Header.NEWER:
        raise SessionError(
            f"session {path} was made by a newer Roomread: update Roomread to open it"
        )


def damaged(path: Path, how: str = "damaged") -> str:
    """What the user reads of a damaged file; ``how``: more closely."""
    command = command_line("roomread", "session", "repair", str(path), "--out")
    return f"session {path} is {how}: to save what can be read, run `{command} NEW`"


def in_use(error: BaseException | None) -> bool:
    """Whether SQLite says that another program has the file."""
    return _primary(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _primary(error: BaseException | None) -> int | None:
    """SQLite's code of an error, without its finer part; None where it is none of SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None


def explain(error: sqlite3.Error, path: Path) -> SessionError:
    """The one clear line for what SQLite says."""
    primary = _primary(error)
    if primary == sqlite3.SQLITE_FULL:
        return SessionError(
            f"the disk of {path} is full: free some space; what was stored so far is kept"
        )
    if primary in _CORRUPT:
        return SessionError(damaged(path))
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return SessionError(f"can't write {path}: move it to, or choose, a folder you can write to")
    if in_use(error):
        return SessionError(f"session {path} is in use by another program: close it and try again")
    return SessionError(f"session {path} can't be used: {error}")
