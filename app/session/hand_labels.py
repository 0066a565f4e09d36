"""What people said of single faces, to check the machine against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from app.core.errors import EditError
from app.core.expressions import LABELS, UNKNOWN
from app.session.database import Database
from app.session.migration import migrate


@dataclass(frozen=True, slots=True)
class HandLabel:
    """One face as a person read it.

    Attributes:
        frame: number in the source.
        track: as tracked, whatever was edited.
        label: index into ``LABELS``, or ``UNKNOWN`` where the user could not tell either.
        time: when it was said, ISO 8601, UTC.
    """

    frame: int
    track: int
    label: int
    time: str


class HandLabelTable:
    """The hand labels of a session file, one a face.

    What changes something raises SessionError where the file can't be written.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> tuple[HandLabel, ...]:
        """Every label, by frame and track."""
        if self._db.version < 3:
            return ()
        rows = self._db.all("SELECT frame, track, label, time FROM hand_label ORDER BY 1, 2")
        return tuple(HandLabel(*row) for row in rows)

    def set(self, frame: int, track: int, label: int | None) -> None:
        """Say what a face shows, in place of what was said before; None takes it away.

        Raises:
            EditError: the frame has no such face.
            ValueError: no such label.
        """
        if label is not None and not UNKNOWN <= label < len(LABELS):
            raise ValueError(f"label: expected {UNKNOWN}..{len(LABELS) - 1}, got {label}")
        with self._db.transaction():
            migrate(self._db)
            if not self._db.all("SELECT 1 FROM face WHERE frame = ? AND track = ?", frame, track):
                raise EditError(f"frame {frame} has no face of track {track}")
            if label is None:
                self._db.execute(
                    "DELETE FROM hand_label WHERE frame = ? AND track = ?", frame, track
                )
                return
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._db.execute(
                "INSERT OR REPLACE INTO hand_label (frame, track, label, time) VALUES (?, ?, ?, ?)",
                int(frame),
                int(track),
                int(label),  # of numpy's, SQLite would keep the bytes
                now,
            )
