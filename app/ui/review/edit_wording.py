"""What the edit log says of a change, in the window's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.core.types import student_code
from app.session.edits import (
    PICTURE,
    REPAIR,
    TWO_WAY,
    Change,
    Exclude,
    Include,
    Merge,
    Name,
    Reject,
    Split,
)
from app.ui.wording import clock

translate = QCoreApplication.translate


def change_text(change: Change) -> str:
    """A change as a user says it."""
    if isinstance(change, Reject):
        return translate("edits", "reject suggestion {n}").format(n=change.suggestion)
    who = student_code(change.student)
    match change:
        case Name(text=""):
            said = translate("edits", "take the name of {who} away").format(who=who)
        case Name(text=name):
            said = translate("edits", "name {who} “{name}”").format(who=who, name=name)
        case Merge(into=into):
            text = translate("edits", "merge {who} into {into}")
            said = text.format(who=who, into=student_code(into))
        case Split(at=at, new=new):
            text = translate("edits", "split {who} at {time}: {new} from there on")
            said = text.format(who=who, time=clock(at), new=student_code(new))
        case Exclude():
            said = translate("edits", "leave {who} out").format(who=who)
        case Include():
            said = translate("edits", "take {who} in again").format(who=who)
    return said


def origin_text(origin: str) -> str:
    """Where a change comes from that is not the user's, for brackets behind it."""
    if origin == TWO_WAY:
        return translate("edits", "by the two-way pass")
    if origin == REPAIR:
        return translate("edits", "by the repair")
    return translate("edits", "a picture on the wall") if origin == PICTURE else origin
