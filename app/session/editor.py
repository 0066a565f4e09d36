"""Changes who is who in a session: every edit is checked, then added to its log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.core.errors import EditError
from app.core.types import student_code
from app.session.edits import (
    PICTURE,
    TOLERANCE,
    USER,
    Change,
    Edit,
    Exclude,
    Identities,
    Include,
    Merge,
    Name,
    Reject,
    Split,
    next_number,
    of_one_action,
    refuse_overlaps,
    replay,
    span_words,
    words,
)
from app.session.sightings import EVER, Piece, Sightings
from app.session.store import Session


@dataclass(frozen=True, slots=True)
class OpenSuggestion:
    """A suggestion that waits for the user.

    Attributes:
        number: of the suggestion in its session, from 1.
        earlier, later: the students, who may be one.
        timestamp: seconds, when the later one appeared.
        confidence: 0..1, that they are one student.
    """

    number: int
    earlier: int
    later: int
    timestamp: float
    confidence: float


class Editor:
    """Edits a session whose analysis has ended.

    Every method that changes something raises EditError with one line where it can't be done,
    and SessionError where the file can't be written; nothing is changed then.

    Args:
        session: to edit.
        sightings: of the session, where the caller has them; else they are read when needed.
    """

    def __init__(self, session: Session, sightings: Sightings | None = None) -> None:
        self._session = session
        self._log = session.log
        self._seen = sightings

    @property
    def _sightings(self) -> Sightings:
        if self._seen is None:
            self._seen = self._session.sightings()
        return self._seen

    def apply(self, change: Change, origin: str = USER) -> Edit:
        """Add this change to the log. Splits are better made with ``split``."""
        return self.apply_all([change], origin)[0]

    def apply_all(self, changes: Iterable[Change], origin: str = USER) -> list[Edit]:
        """Add what one action changes, all or nothing: ``undo`` takes it back as one."""
        self._session.settle()
        edits = []
        with self._log.writing():
            now = self._session.identities
            for change in changes:
                self._check(now, change)
                now.apply(change)
                edits.append(self._log.add(change, origin))
        return edits

    def leave_out_pictures(self, tracks: Iterable[int]) -> list[Edit]:
        """Leave out tracks that proved to be pictures, but for those that the user has named."""
        now = self._session.identities
        known = now.pieces(self._sightings.tracks).keys() - now.excluded - now.names.keys()
        return [self.apply(Exclude(one), PICTURE) for one in sorted(known & set(tracks))]

    def split(self, student: int, at: float) -> Edit:
        """Make the rows of ``student`` from ``at`` (seconds) on those of a new student."""
        new = next_number(self._log.edits(), self._sightings.tracks)
        return self.apply(Split(student, at, new))

    def name(self, student: int, text: str) -> None:
        """Give a student of the session a name, "" to take it away."""
        self._pieces(self._session.identities, student)
        self._session.set_name(student, text)

    def accept(self, number: int) -> Edit:
        """Merge the students of an open suggestion."""
        chosen = self._open(number)
        return self.apply(Merge(chosen.earlier, chosen.later))

    def reject(self, number: int) -> Edit:
        """Close an open suggestion."""
        return self.apply(Reject(self._open(number).number))

    def undo(self, number: int | None = None) -> Edit:
        """Undo this edit, by default the last one that holds with all that was made with it.

        Returns the last of them.
        """
        held = [edit for edit in self._log.edits() if not edit.undone]
        if number is None and not held:
            raise EditError("there is nothing to undo")
        chosen = held[-1] if number is None else self._entry(number)
        if chosen.undone:
            raise EditError(f"edit {chosen.number} ({words(chosen.change)}) is undone already")
        order = max((edit.undone for edit in self._log.edits()), default=0) + 1
        all_of_it = of_one_action(held, chosen) if number is None else [chosen]
        return self._mark(all_of_it, order, "undone on its own: undo the later edits first")

    def redo(self, number: int | None = None) -> Edit:
        """Take back the undoing of this edit, by default the last undoing, of all that it undid.

        The edit takes its old place in the log. Returns the last of them.
        """
        undone = [edit for edit in self._log.edits() if edit.undone]
        if number is None and not undone:
            raise EditError("there is nothing to redo")
        last = max(undone, key=lambda edit: edit.undone, default=None)
        chosen = last if number is None and last is not None else self._entry(number or 0)
        if not chosen.undone:
            raise EditError(f"edit {chosen.number} ({words(chosen.change)}) is not undone")
        action = [edit for edit in undone if edit.undone == chosen.undone]
        which = action if number is None else [chosen]
        return self._mark(which, 0, "redone: undo what was edited since")

    def made_of(self, students: Iterable[int]) -> dict[int, list[Piece]]:
        """The pieces of tracks that each of these students of the session is made of, by student.

        Only pieces in which somebody is seen.
        """
        now = self._session.identities
        if not now.moved:
            return {one: [Piece(one)] for one in sorted(students)}
        pieces = now.pieces(self._sightings.tracks)
        return {
            one: [piece for piece in pieces.get(one, []) if len(self._sightings.times(piece))]
            for one in sorted(students)
        }

    def suggestions(self) -> list[OpenSuggestion]:
        """What is still open, as students are now.

        Closed are those that were rejected, whose later track was joined to one that was suggested
        for it, or whose students are seen together or left out.
        """
        suggested = self._log.suggestions()
        if not suggested:
            return []
        now = self._session.identities
        pieces = now.pieces(self._sightings.tracks)
        answered: set[int] = set()
        found: list[tuple[int, OpenSuggestion]] = []
        for number, one in suggested.items():
            seen = self._sightings.times(Piece(one.earlier, -EVER, one.timestamp))
            left = float(seen[-1]) if len(seen) else one.timestamp
            earlier = now.student_of(one.earlier, left)
            later = now.student_of(one.later, one.timestamp)
            if earlier == later:
                answered.add(one.later)
            elif (
                number not in now.rejected
                and not now.excluded & {earlier, later}
                and {earlier, later} <= pieces.keys()
                and self._together(pieces[earlier], pieces[later]) is None
            ):
                open_one = OpenSuggestion(number, earlier, later, one.timestamp, one.confidence)
                found.append((one.later, open_one))
        return [one for later, one in found if later not in answered]

    def _open(self, number: int) -> OpenSuggestion:
        for one in self.suggestions():
            if one.number == number:
                return one
        raise EditError(f"there is no open suggestion {number}: list shows those that are open")

    def _entry(self, number: int) -> Edit:
        for edit in self._log.edits():
            if edit.number == number:
                return edit
        raise EditError(f"there is no edit {number}: list shows the log")

    def _mark(self, chosen: Sequence[Edit], undone: int, advice: str) -> Edit:
        """Mark all of them or none; the last one as it is then."""
        self._session.settle()
        changed = {one.number: replace(one, undone=undone) for one in chosen}
        last = chosen[-1]
        with self._log.writing():
            edits = [changed.get(one.number, one) for one in self._log.edits()]
            try:
                now = replay(edits)
                if any(isinstance(one.change, Merge | Split) for one in chosen):
                    refuse_overlaps(now, self._sightings)
            except EditError as error:
                what = f"edit {last.number} ({words(last.change)})"
                raise EditError(f"{what} can't be {advice} ({error})") from error
            for number in changed:
                self._log.mark(number, undone)
        return changed[last.number]

    def _check(self, now: Identities, change: Change) -> None:
        """What replaying alone can't know; EditError where the change can't be made."""
        match change:
            case Merge(into, student):
                together = self._together(self._pieces(now, into), self._pieces(now, student))
                if together is not None and into != student:
                    raise EditError(
                        f"{student_code(into)} and {student_code(student)} are seen together "
                        f"{together}: they are two students; if not, split one of them first"
                    )
            case Split(student, at):
                pieces = self._pieces(now, student)
                for start, end, side in ((-EVER, at, "before"), (at, EVER, "from")):
                    if not any(len(self._sightings.times(p)) for p in _cut(pieces, start, end)):
                        raise EditError(
                            f"{student_code(student)} is not seen {side} {at:.1f} s: "
                            "choose a time between the first and the last sighting"
                        )
            case Name(student) | Exclude(student) | Include(student):
                self._pieces(now, student)
            case Reject():
                pass

    def _pieces(self, now: Identities, student: int) -> list[Piece]:
        """What a student is made of; EditError where there is no such student."""
        self._log.require_students()
        now.require(student)
        pieces = now.pieces(self._sightings.tracks).get(student)
        if pieces is None:
            raise EditError(f"there is no {student_code(student)}: list shows who there is")
        return pieces

    def _together(self, ours: list[Piece], theirs: list[Piece]) -> str | None:
        """When two students are seen together, in words; None where they are not."""
        for one in ours:
            for other in theirs:
                times = self._sightings.together(one, other)
                if len(times) > TOLERANCE:
                    return span_words(times)
        return None


def _cut(pieces: list[Piece], start: float, end: float) -> list[Piece]:
    """The part of these pieces from ``start`` on and before ``end``, seconds."""
    cut = [Piece(one.track, max(one.start, start), min(one.end, end)) for one in pieces]
    return [one for one in cut if one.start < one.end]
