"""What a person put into a session by hand: it would be lost where the session is made anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.core.errors import RoomreadError
from app.engine.analyse.resume import BREAK
from app.session.edits import USER, Name
from app.session.store import Session


@dataclass(frozen=True, slots=True)
class UserWork:
    """How much of it there is. What the app put right by itself does not count, undoing that does.

    Attributes:
        edits: of who is who, that hold.
        names: students with a name.
        markers: moments that were named.
        labels: faces that were labelled by hand.
    """

    edits: int = 0
    names: int = 0
    markers: int = 0
    labels: int = 0

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.edits or self.names or self.markers or self.labels)

    def __str__(self) -> str:
        """In words, "2 edits and 1 name"; "" for nothing."""
        counts = (
            (self.edits, "edit"),
            (self.names, "name"),
            (self.markers, "marker"),
            (self.labels, "hand label"),
        )
        said = [f"{n} {what}{'' if n == 1 else 's'}" for n, what in counts if n]
        return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def user_work(path: Path) -> UserWork:
    """What the session at ``path`` holds; nothing where it is missing or can't be read."""
    try:
        with Session.open(path) as session:
            return work_in(session)
    except RoomreadError:
        return UserWork()


def work_in(session: Session) -> UserWork:
    """What a session holds; SessionError where that can't be read."""
    edits = [
        edit
        for edit in session.log.edits()
        if (edit.origin == USER) == (not edit.undone) and not isinstance(edit.change, Name)
    ]
    return UserWork(
        len(edits),
        len(session.names()),
        sum(marker.text != BREAK for marker in session.markers.all()),
        len(session.hand_labels.all()),
    )
