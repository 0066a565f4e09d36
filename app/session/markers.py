"""Markers: moments of a lesson that the user named, "group work starts"."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.errors import EditError
from app.session.database import Database
from app.session.migration import migrate
from app.session.typed import clean


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment with a name.

    Attributes:
        number: its own for ever.
        timestamp: seconds from the source's first frame.
        text: what the user typed, one line.
    """

    number: int
    timestamp: float
    text: str


class MarkerTable:
    """The markers of a session file; may be changed while the analysis runs and afterwards.

    What changes something raises SessionError where the file can't be written.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> tuple[Marker, ...]:
        """Every marker, by time."""
        if self._db.version < 3:
            return ()
        rows = self._db.all("SELECT number, timestamp, text FROM marker ORDER BY timestamp, number")
        return tuple(Marker(*row) for row in rows)

    def add(self, timestamp: float, text: str) -> Marker:
        """Mark a moment; EditError where the text is empty."""
        text = _one_line(text)
        with self._db.transaction():
            migrate(self._db)
            self._db.execute(
                "INSERT INTO marker (timestamp, text) VALUES (?, ?)", float(timestamp), text
            )
            (number,) = self._db.one("SELECT last_insert_rowid()")
        return Marker(number, float(timestamp), text)

    def change(
        self, number: int, timestamp: float | None = None, text: str | None = None
    ) -> Marker:
        """Move or rename a marker; EditError where there is none of this number."""
        with self._db.transaction():
            old = self._get(number)
            new = Marker(
                number,
                old.timestamp if timestamp is None else float(timestamp),
                old.text if text is None else _one_line(text),
            )
            self._db.execute(
                "UPDATE marker SET timestamp = ?, text = ? WHERE number = ?",
                new.timestamp,
                new.text,
                number,
            )
        return new

    def remove(self, number: int) -> None:
        """Take a marker away; EditError where there is none of this number."""
        with self._db.transaction():
            self._get(number)
            self._db.execute("DELETE FROM marker WHERE number = ?", number)

    def _get(self, number: int) -> Marker:
        for marker in self.all():
            if marker.number == number:
                return marker
        raise EditError(f"there is no marker {number}")


def _one_line(text: str) -> str:
    text = " ".join(clean(text).split())
    if not text:
        raise EditError("a marker needs a text: type what begins here")
    return text
