"""The edits that only a whole recording allows: the app makes them at its end."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from app.core.commands import roomread
from app.core.errors import EditError
from app.core.types import student_code
from app.session.editor import Editor
from app.session.edits import TWO_WAY, Change, Edit, Exclude
from app.session.store import Session


def correct(session: Session, pictures: tuple[int, ...], changes: Iterable[Change]) -> list[str]:
    """Make them; what does not fit what the user edited meanwhile is passed over.

    Args:
        session: that has ended.
        pictures: tracks that proved to be pictures on the wall.
        changes: of ``look_both_ways``.

    Returns:
        What to say of them, a line for each kind.
    """
    return [*_leave_out(session, pictures), *_join(session, changes)]


def _leave_out(session: Session, pictures: tuple[int, ...]) -> list[str]:
    edits = Editor(session).leave_out_pictures(pictures) if pictures else []
    if not edits:
        return []
    return [
        f"Left out as pictures on the wall: {_codes(edits)}; "
        f"`{roomread('edit', str(session.path), 'list')}` shows them, and undo takes them in again"
    ]


def _codes(edits: list[Edit]) -> str:
    return ", ".join(student_code(e.change.student) for e in edits if isinstance(e.change, Exclude))


def _join(session: Session, changes: Iterable[Change]) -> list[str]:
    editor, made = Editor(session), 0
    for change in changes:
        with suppress(EditError):  # the user knows better
            editor.apply(change, TWO_WAY)
            made += 1
    if not made:
        return []
    count = "1 edit" if made == 1 else f"{made} edits"
    return [
        f"Looking both ways in time: {count} of who is who; "
        f"`{roomread('edit', str(session.path), 'list')}` shows them"
    ]
