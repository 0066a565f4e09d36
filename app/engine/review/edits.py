"""What Review changes in a session: who is who, and markers. Base of ``review.Review``."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.core.errors import EditError
from app.session.editor import Editor, OpenSuggestion
from app.session.edits import Change, Edit, Exclude, Identities, Include, Merge, Split
from app.session.markers import Marker
from app.session.store import Session


@dataclass(frozen=True, slots=True)
class EditRow:
    """A line of the edit log.

    Attributes:
        number: of the edit, from 1.
        time: ISO 8601, UTC; "" where nobody knows.
        change: what it does.
        origin: ``edits.USER``, ``edits.TWO_WAY`` or ``edits.PICTURE``.
        undone: does not hold any more.
    """

    number: int
    time: str
    change: Change
    origin: str
    undone: bool

    @classmethod
    def of(cls, edit: Edit) -> EditRow:
        """The line of an edit."""
        return cls(edit.number, edit.time, edit.change, edit.origin, edit.undone > 0)


class SessionEdits(ABC):
    """Changes a session, one thing at a time, and keeps what it says of itself at hand.

    Edits raise EditError with one line where they can't be made, and SessionError where the file
    can't be written; nothing is changed then. They return when the change is in the file and in
    every answer.
    """

    def __init__(self, session: Session, editor: Editor) -> None:
        self._session, self._editor = session, editor
        self._changing = threading.RLock()
        self._now = Identities()
        self._log: tuple[EditRow, ...] = ()
        self._suggestions: tuple[OpenSuggestion, ...] = ()
        self._markers = session.markers.all()

    @property
    def class_only(self) -> bool:
        """It knows the class as a whole only: no students, no boxes, no edits."""
        return self._session.class_only

    @property
    def markers(self) -> tuple[Marker, ...]:
        """Every marker, by time."""
        return self._markers

    def add_marker(self, seconds: float, text: str) -> Marker:
        """Mark a moment. Raises EditError where the text is empty."""
        with self._marking():
            return self._session.markers.add(seconds, text)

    def change_marker(
        self, number: int, seconds: float | None = None, text: str | None = None
    ) -> Marker:
        """Move or rename a marker."""
        with self._marking():
            return self._session.markers.change(number, seconds, text)

    def remove_marker(self, number: int) -> None:
        """Take a marker away."""
        with self._marking():
            self._session.markers.remove(number)

    def name(self, student: int, text: str) -> None:
        """Give a student a name, "" to take it away."""
        self._edit(lambda: self._editor.name(student, text))

    def merge(self, into: int, student: int) -> None:
        """From now on ``student`` is ``into``."""
        self._edit(lambda: self._editor.apply(Merge(into, student)))

    def split(self, student: int, at: float) -> int:
        """Make the student from ``at`` (seconds) on a new one; returns its id."""
        edit: Edit = self._edit(lambda: self._editor.split(student, at))
        if not isinstance(edit.change, Split):
            raise TypeError(f"expected a split, got {edit.change}")
        return edit.change.new

    def exclude(self, *students: int) -> None:
        """Leave students out of every table; one step for ``undo``."""
        self._edit(lambda: self._editor.apply_all(Exclude(one) for one in students))

    def include(self, *students: int) -> None:
        """Take students in again; one step for ``undo``."""
        self._edit(lambda: self._editor.apply_all(Include(one) for one in students))

    def undo(self, number: int | None = None) -> EditRow:
        """Undo this edit, by default all that the last action made and that holds."""
        return EditRow.of(self._edit(lambda: self._editor.undo(number)))

    def redo(self, number: int | None = None) -> EditRow:
        """Redo this edit, by default all that the last undoing undid."""
        return EditRow.of(self._edit(lambda: self._editor.redo(number)))

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit that holds."""
        return any(not row.undone for row in self._log)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit that was undone."""
        return any(row.undone for row in self._log)

    def log(self) -> tuple[EditRow, ...]:
        """Every edit, in order."""
        return self._log

    @property
    def suggestions(self) -> tuple[OpenSuggestion, ...]:
        """Who may be whom: numbers, students, time and confidence of what is still open."""
        return self._suggestions

    def accept(self, number: int) -> None:
        """Merge the students of a suggestion."""
        self._edit(lambda: self._editor.accept(number))

    def reject(self, number: int) -> None:
        """Close a suggestion."""
        self._edit(lambda: self._editor.reject(number))

    @abstractmethod
    def _count_anew(self, now: Identities) -> None:
        """Make every sum again, now that this is who is who."""

    def _require_students(self) -> None:
        """Raise EditError where there are none."""
        if self.class_only:
            raise EditError(
                "this session holds the class as a whole only: it knows nothing of single students"
            )

    def _edit(self, change: Callable[[], Any]) -> Any:
        self._require_students()
        with self._changing:
            done = change()
            self._take_in_edits()
            return done

    def _take_in_edits(self) -> None:
        if self.class_only:
            self._count_anew(Identities())
            return
        now = self._session.identities
        self._count_anew(now)
        self._now = now
        self._log = tuple(EditRow.of(edit) for edit in self._session.log.edits())
        self._suggestions = tuple(self._editor.suggestions())

    @contextmanager
    def _marking(self) -> Iterator[None]:
        with self._changing:
            yield
            self._markers = self._session.markers.all()
