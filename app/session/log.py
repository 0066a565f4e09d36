"""The edit log and the suggestions as a session file keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from app.core.errors import EditError, SessionError
from app.core.types import Suggestion
from app.session.database import DAMAGE, Database, damaged
from app.session.edits import Change, Edit, unpack
from app.session.migration import insert_edit, migrate, names_of_version_1


class EditLog:
    """Entries are added and marked as undone; nothing is ever taken out or changed.

    Args:
        class_only: the session knows no students, so there is nothing to edit.
    """

    def __init__(self, db: Database, class_only: bool = False) -> None:
        self._db, self._class_only = db, class_only
        self._time = ""

    def edits(self) -> list[Edit]:
        """Every entry, undone ones too, in order; SessionError where one is damaged."""
        if self._db.version == 1:
            return names_of_version_1(self._db)
        rows = self._db.all(
            "SELECT number, time, kind, payload, origin, undone FROM edit ORDER BY number"
        )
        try:
            return [
                Edit(number, time, unpack(kind, payload), origin, undone)
                for number, time, kind, payload, origin, undone in rows
            ]
        except DAMAGE as error:
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
        except DAMAGE as error:
            raise SessionError(damaged(self._db.path)) from error

    def require_students(self) -> None:
        """Raise EditError where the session knows none."""
        if self._class_only:
            raise EditError(
                "this session holds the class as a whole only, no student was followed: "
                "there is nobody to edit"
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in which ``add`` and ``mark`` may be called: all or nothing.

        Brings a file of an older version up to date. What is added in it has one time, which
        nothing added before has: so ``edits.of_one_action`` knows later what belongs together.

        Raises EditError where the session knows no students.
        """
        self.require_students()
        with self._db.transaction():
            migrate(self._db)
            self._time = self._next_time()
            yield

    def add(self, change: Change, origin: str) -> Edit:
        """Add an entry that holds, and say which number and time it has."""
        (last,) = self._db.one("SELECT max(number) FROM edit")
        edit = Edit((last or 0) + 1, self._time, change, origin)
        insert_edit(self._db, edit)
        return edit

    def _next_time(self) -> str:
        """Now; later than the last entry also where the clock is coarse or was set back."""
        now = datetime.now(UTC)
        found = self._db.all("SELECT time FROM edit ORDER BY number DESC LIMIT 1")
        for (text,) in found:
            try:
                last = datetime.fromisoformat(text)
            except ValueError:
                break  # nobody knows
            if last.tzinfo is not None and last >= now:
                now = last + timedelta(microseconds=1)
        return now.isoformat(timespec="microseconds")

    def mark(self, number: int, undone: int) -> None:
        """Set ``Edit.undone`` of an entry."""
        self._db.execute("UPDATE edit SET undone = ? WHERE number = ?", undone, number)
