"""``roomread edit``: who is who in a session file, after the fact and reversibly."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.arguments import seconds
from app.core.commands import command_line

if TYPE_CHECKING:
    from app.session.editor import Editor, OpenSuggestion
    from app.session.edits import Edit
    from app.session.store import Session

_NAMED: Final = 4  # edits of one action that are named


def add_edit(commands: Any) -> None:
    """Add the command to ``commands``, what ``add_subparsers`` returned."""
    edit: argparse.ArgumentParser = commands.add_parser(
        "edit", help="merge, split, name or leave out students of a session file"
    )
    edit.add_argument("session", type=Path, metavar="SESSION", help="or the folder it is in")
    edit.set_defaults(run=_edit)
    actions = edit.add_subparsers(
        title="what to do", metavar="ACTION", dest="action", required=True
    )

    actions.add_parser("list", help="show the students, open suggestions and the edits so far")
    name = actions.add_parser("name", help='give a student a name; "" takes it away')
    merge = actions.add_parser("merge", help="say that two students are one")
    split = actions.add_parser("split", help="say that a student is another one from a time on")
    exclude = actions.add_parser("exclude", help="leave students, or false faces, out")
    include = actions.add_parser("include", help="take students in again")
    for action in (name, merge, split):
        action.add_argument("student", type=_student, metavar="STUDENT", help="such as S03")
    for action in (exclude, include):
        more = "such as S03; several are one action"
        action.add_argument("students", type=_student, nargs="+", metavar="STUDENT", help=more)
    name.add_argument("name", metavar="NAME")
    merge.add_argument(
        "other", type=_student, metavar="OTHER", help="becomes a part of STUDENT, under its id"
    )
    split.add_argument(
        "--at",
        type=seconds,
        required=True,
        metavar="S",
        help="seconds, or 1:30: a new id from there",
    )

    for word in ("accept", "reject"):
        action = actions.add_parser(word, help=f"{word} an open suggestion")
        action.add_argument("number", type=_number, metavar="N", help="as list shows it")
    for word, which in (("undo", "the last action"), ("redo", "what was undone last")):
        action = actions.add_parser(word, help=f"{word} {which}, all of it, or edit N alone")
        number = "of an edit, as list shows it (not how many)"
        action.add_argument("number", type=_number, nargs="?", metavar="N", help=number)


def _student(text: str) -> int:
    """A student's number from the id that people see."""
    if not re.fullmatch(r"[sS][0-9]{1,9}", text) or int(text[1:]) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give a student's id, such as S03")
    return int(text[1:])


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number as list shows it")
    return int(text)


def _edit(args: argparse.Namespace) -> int:
    from app.session.analysis_files import session_file  # noqa: PLC0415
    from app.session.editor import Editor  # noqa: PLC0415
    from app.session.store import Session  # noqa: PLC0415

    path = session_file(args.session)
    with Session.open(path) as session:
        editor = Editor(session)
        if args.action != "list":
            session.log.require_students()
        if args.action == "list":
            _list(session, editor, args.session)
        else:
            print(_change(session, editor, args))
            tables = path.parent if (path.parent / "session.json").is_file() else "DIR"
            command = command_line("roomread", "export", str(args.session), "--out", str(tables))
            print(f"To make the tables again: {command}")
    return 0


def _change(session: Session, editor: Editor, args: argparse.Namespace) -> str:
    """Do what was asked; what to say of it."""
    from app.core.types import student_code  # noqa: PLC0415
    from app.session.edits import Exclude, Include, Merge  # noqa: PLC0415

    before = _undone(session)
    match args.action:
        case "name":
            editor.name(args.student, args.name)
            return f"{student_code(args.student)}: {args.name.strip() or 'no name'}"
        case "merge":
            edit = editor.apply(Merge(args.student, args.other))
        case "split":
            edit = editor.split(args.student, args.at)
        case "exclude":
            return _done(editor.apply_all(map(Exclude, dict.fromkeys(args.students))))
        case "include":
            return _done(editor.apply_all(map(Include, dict.fromkeys(args.students))))
        case "accept":
            edit = editor.accept(args.number)
        case "reject":
            edit = editor.reject(args.number)
        case "undo":
            editor.undo(args.number)
            return f"Undone: {_changed(session, before)}"
        case _:
            editor.redo(args.number)
            return f"Redone: {_changed(session, before)}"
    return _done([edit])


def _done(edits: list[Edit]) -> str:
    from app.session.edits import words  # noqa: PLC0415

    return "\n".join(f"Edit {edit.number}: {words(edit.change)}" for edit in edits)


def _undone(session: Session) -> set[int]:
    """Numbers of the edits that don't hold."""
    return {edit.number for edit in session.log.edits() if edit.undone}


def _changed(session: Session, before: set[int]) -> str:
    """What one undoing or redoing changed; ``before``: what ``_undone`` said then."""
    from app.session.edits import words  # noqa: PLC0415

    changed = before ^ _undone(session)
    edits = [edit for edit in session.log.edits() if edit.number in changed]
    named = [f"edit {edit.number}, {words(edit.change)}" for edit in edits[:_NAMED]]
    more = f" and {len(edits) - _NAMED} more" if len(edits) > _NAMED else ""
    together = f"{len(edits)} edits that were made as one: " if len(edits) > 1 else ""
    return f"{together}{'; '.join(named)}{more}"


def _list(session: Session, editor: Editor, given: Path) -> None:
    _list_students(session)
    if suggestions := editor.suggestions():
        print("\nsuggestions")
    for one in suggestions:
        print(f"  {_suggestion(one, given)}")
    if edits := session.log.edits():
        print("\nedits")
    for edit in edits:
        print(f"  {_entry(edit)}")


def _list_students(session: Session) -> None:
    from app.core.types import student_code  # noqa: PLC0415
    from app.session.edits import clock  # noqa: PLC0415
    from app.session.students import summarise_students  # noqa: PLC0415
    from app.session.summary import frame_span  # noqa: PLC0415

    if session.class_only:
        print("This session holds the class as a whole only: no student was followed.")
        return
    now, fps = session.identities, session.info.source_fps
    span = frame_span(session.timestamps(), 1.0 / fps if fps > 0 else 0.0)
    students = summarise_students(session.results(excluded=True), span)
    print("student    first     last   in view   name" if students else "nobody was seen")
    for one in students:
        notes = [now.names.get(one.track_id, "")]
        notes += ["(left out)"] if one.track_id in now.excluded else []
        line = (
            f"{student_code(one.track_id):<7} {clock(one.seen_from):>8} {clock(one.seen_to):>8}"
            f" {one.seconds_seen:7.1f} s   {' '.join(notes).strip()}"
        )
        print(line.rstrip())


def _suggestion(one: OpenSuggestion, given: Path) -> str:
    from app.core.types import student_code  # noqa: PLC0415

    who = f"{student_code(one.later)} may be {student_code(one.earlier)} ({one.confidence:.0%})"
    return f"{who}: {command_line('roomread', 'edit', str(given), 'accept', str(one.number))}"


def _entry(edit: Edit) -> str:
    from app.session.edits import USER, words  # noqa: PLC0415

    notes = [] if edit.origin == USER else [edit.origin]
    if edit.undone:
        notes.append("undone")
    when = edit.time[:16].replace("T", " ")
    return f"{edit.number:>3}  {when:<16}  {words(edit.change)}" + (
        f"  ({', '.join(notes)})" if notes else ""
    )
