"""``roomread edit``: who is who in a session file, after the fact and reversibly."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.arguments import seconds
from app.core.commands import command_line

if TYPE_CHECKING:
    from app.session.editor import Editor, OpenSuggestion
    from app.session.edits import Edit
    from app.session.store import Session


def add_edit(commands: Any) -> None:
    """Add the command to ``commands``, what ``add_subparsers`` returned."""
    edit: argparse.ArgumentParser = commands.add_parser(
        "edit", help="merge, split, name or leave out students of a session file"
    )
    edit.add_argument("session", type=Path, metavar="SESSION", help="or the folder it is in")
    edit.set_defaults(run=_edit)
    actions = edit.add_subparsers(title="what to do", metavar="", dest="action", required=True)

    actions.add_parser("list", help="show the students, open suggestions and the edits so far")
    name = actions.add_parser("name", help='give a student a name; "" takes it away')
    merge = actions.add_parser("merge", help="say that two students are one")
    split = actions.add_parser("split", help="say that a student is another one from a time on")
    exclude = actions.add_parser("exclude", help="leave a student, or a false face, out")
    include = actions.add_parser("include", help="take a student in again")
    for action in (name, merge, split, exclude, include):
        action.add_argument("student", type=_student, metavar="STUDENT", help="such as S03")
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
    for word, which in (("undo", "the last edit"), ("redo", "what was undone last")):
        action = actions.add_parser(word, help=f"{word} {which}, or edit N")
        action.add_argument("number", type=_number, nargs="?", metavar="N", help="as list shows it")


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
    from app.session.edits import Exclude, Include, Merge, words  # noqa: PLC0415

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
            edit = editor.apply(Exclude(args.student))
        case "include":
            edit = editor.apply(Include(args.student))
        case "accept":
            edit = editor.accept(args.number)
        case "reject":
            edit = editor.reject(args.number)
        case "undo":
            undone = editor.undo(args.number)
            all_of_it = _together(len(_undone(session) - before))
            return f"Undone: {all_of_it}edit {undone.number}, {words(undone.change)}"
        case _:
            edit = editor.redo(args.number)
            if all_of_it := _together(len(before - _undone(session))):
                return f"Redone: {all_of_it}edit {edit.number}, {words(edit.change)}"
    return f"Edit {edit.number}: {words(edit.change)}"


def _undone(session: Session) -> set[int]:
    """Numbers of the edits that don't hold."""
    return {edit.number for edit in session.log.edits() if edit.undone}


def _together(count: int) -> str:
    """What to say before the last of several edits that were made as one."""
    return f"{count} edits that were made as one, the last of them " if count > 1 else ""


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
