"""The edit log and the suggestions as a session file keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from app.core.errors import SessionError
from app.core.types import Suggestion
from app.session import schema
from app.session.database import Database, damaged
from app.session.edits import USER, Change, Edit, Name, pack, unpack


class EditLog:
    """Entries are added and marked as undone; nothing is ever taken out or changed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def edits(self) -> list[Edit]:
        """Every entry, undone ones too, in order; SessionError where one is damaged."""
        if self._db.version == 1:
            return self._names_of_version_1()
        rows = self._db.all(
            "SELECT number, time, kind, payload, origin, undone FROM edit ORDER BY number"
        )
        try:
            return [
                Edit(number, time, unpack(kind, payload), origin, undone)
                for number, time, kind, payload, origin, undone in rows
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise SessionError(damaged(self._db.path)) from error

    def suggestions(self) -> dict[int, Suggestion]:
        """What the tracker suggested, by number; in tracks, whatever was edited since."""
        if self._db.version == 1:
            return {}
        rows = self._db.all(
            "SELECT number, earlier, later, timestamp, confidence FROM suggestion ORDER BY number"
        )
        try:
            return {number: Suggestion(*fields) for number, *fields in rows}
        except (ValueError, TypeError) as error:
            raise SessionError(damaged(self._db.path)) from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in which ``add`` and ``mark`` may be called: all or nothing.

        Brings a file of version 1 up to date.
        """
        with self._db.transaction():
            if self._db.version == 1:
                names = self._names_of_version_1()
                for statement in schema.MIGRATION:
                    self._db.execute(statement)
                for edit in names:
                    self._insert(edit)
            yield

    def add(self, change: Change, origin: str) -> Edit:
        """Add an entry that holds, and say which number and time it has."""
        (last,) = self._db.one("SELECT max(number) FROM edit")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        edit = Edit((last or 0) + 1, now, change, origin)
        self._insert(edit)
        return edit

    def mark(self, number: int, undone: int) -> None:
        """Set ``Edit.undone`` of an entry."""
        self._db.execute("UPDATE edit SET undone = ? WHERE number = ?", undone, number)

    def _insert(self, edit: Edit) -> None:
        self._db.execute(
            "INSERT INTO edit (number, time, kind, payload, origin, undone) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            edit.number,
            edit.time,
            *pack(edit.change),
            edit.origin,
            edit.undone,
        )

    def _names_of_version_1(self) -> list[Edit]:
        rows = self._db.all("SELECT track, name FROM student ORDER BY track")
        return [
            Edit(number, "", Name(track, name), USER)
            for number, (track, name) in enumerate(rows, start=1)
        ]
