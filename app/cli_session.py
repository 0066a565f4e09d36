"""``roomread session``: what a session file holds, is it whole, and saving a damaged one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.commands import command_line

if TYPE_CHECKING:
    from app.session.facts import Facts

EXIT_DAMAGED = 1


def add_session(commands: Any, add_export: Callable[[Any], None]) -> None:
    """Add the command to ``commands``, what ``add_subparsers`` returned.

    Args:
        commands: of the program.
        add_export: adds ``export``, which is a command of its own, too.
    """
    session: argparse.ArgumentParser = commands.add_parser(
        "session", help="look into a session file, check it, save a damaged one"
    )
    actions = session.add_subparsers(title="what to do", metavar="ACTION", required=True)
    info = actions.add_parser("info", help="say what it holds and how it was made")
    info.add_argument("--json", action="store_true", help="for programs")
    check = actions.add_parser("check", help="see whether it is whole; changes nothing")
    repair = actions.add_parser("repair", help="save what can be read of a damaged one")
    repair.add_argument(
        "--out", type=Path, required=True, metavar="NEW", help="the file to save it in"
    )
    for action, run in ((info, _info), (check, _check), (repair, _repair)):
        action.add_argument("session", type=Path, metavar="SESSION", help="or the folder it is in")
        action.set_defaults(run=run)
    add_export(actions)


def _info(args: argparse.Namespace) -> int:
    from dataclasses import asdict  # noqa: PLC0415

    from app.session.analysis_files import session_file  # noqa: PLC0415
    from app.session.facts import facts  # noqa: PLC0415
    from app.session.store import Session  # noqa: PLC0415

    with Session.open(session_file(args.session)) as session:
        found = facts(session)
    if args.json:
        print(json.dumps(asdict(found), indent=2, ensure_ascii=False))
        return 0
    for name, text in _lines(found):
        print(f"{name:<10} {text}".rstrip())
    return 0


def _lines(found: Facts) -> list[tuple[str, str]]:
    """Name and text of each line."""
    from app.session.edits import clock  # noqa: PLC0415

    source, model, frames = found.source, found.model, found.frames
    kind = "camera" if source["live"] else "recording"
    rate = f", {source['fps']:g} frames a second" if source["fps"] else ""
    sha = f"SHA-256 {model['sha256']}" if model["sha256"] else "no checksum"
    span = "no frame was analysed"
    if found.analysed_from is not None and found.analysed_to is not None:
        span = f"from {clock(found.analysed_from)} to {clock(found.analysed_to)}"
    students = "the class as a whole only: it knows no students"
    if found.students is not None:
        students = str(found.students)
        students += f", and {found.left_out} left out" if found.left_out else ""
    edits = f"{found.edits} in force"
    edits += f", and {found.edits_undone} undone" if found.edits_undone else ""
    lines = [
        ("file", found.file),
        ("size", f"{found.size_bytes / 1e6:.1f} MB, tables of version {found.version}"),
        ("began", found.created),
        ("purpose", found.purpose or "not said"),
        ("by right", found.basis or "not said"),
        *([("agreed", found.agreed)] if found.agreed else []),
        (kind, f"{source['name']}, {source['width']}x{source['height']} pixels{rate}"),
        ("model", f"{model['name']} {model['version']} on {model['provider']}, {sha}"),
        ("made with", f"Roomread {found.made_with['roomread']}"),
        ("frames", f"{frames['analysed']} analysed of {frames['read']} read, {span}"),
        ("students", students),
        ("edits", edits),
        ("markers", str(found.markers)),
        ("labels", f"{found.hand_labels} given by hand"),
        ("regions", f"{found.region_changes} changes while it ran"),
        ("privacy", _privacy(found.privacy)),
        ("complete", "yes" if found.complete else f"no: {found.message}"),
    ]
    return [*lines, ("repaired", found.repaired)] if found.repaired else lines


def _privacy(privacy: dict[str, Any]) -> str:
    """What was chosen, in words."""
    days = privacy["retention_days"]
    return "; ".join(
        [
            f"class only, groups of {privacy['min_group']} or more"
            if privacy["class_only"]
            else "single students",
            f"faces {privacy['faces']}",
            "with a video" if privacy["picture"] else "no video",
            f"deleted after {days} days" if days else "never deleted by itself",
        ]
    )


def _check(args: argparse.Namespace) -> int:
    from app.session.analysis_files import session_file  # noqa: PLC0415
    from app.session.check import check  # noqa: PLC0415

    path = session_file(args.session)
    found = check(path)
    for finding in found.findings:
        print(finding)
    for note in found.notes:
        print(f"Note: {note}")
    if found.findings:
        command = command_line("roomread", "session", "repair", str(args.session), "--out")
        print(f"{path} is damaged. To save what can be read: {command} NEW")
        return EXIT_DAMAGED
    held = f"{_many(found.frames, 'frame')}, {_many(found.faces, 'face')}"
    print(f"{path} is whole: {held}, version {found.version}.")
    return 0


def _repair(args: argparse.Namespace) -> int:
    from app.session.analysis_files import session_file  # noqa: PLC0415
    from app.session.repair import repair  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    with ProgressLine(sys.stderr) as line:
        done = repair(
            session_file(args.session), args.out, lambda share: line.working("Reading", share)
        )
    print(f"Saved {_many(done.frames, 'frame')} with {_many(done.faces, 'face')} to {done.path}.")
    print(f"Lost: {_many(done.lost, 'frame')}" + (":" if done.gaps else "."))
    for gap in done.gaps:
        print(f"  {gap.words}")
    for note in done.notes:
        print(f"Note: {note}")
    if done.left_out:
        edit = command_line("roomread", "edit", str(done.path))
        print(f"To see who there is: {edit} list")
        print(f"To take students in again: {edit} include S01 S02 ... (all of them: {edit} undo)")
    return 0


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
