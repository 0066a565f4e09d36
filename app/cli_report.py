"""``roomread report``: one page on a session, for teachers."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.session.report.wording import Language


def add_report(commands: Any) -> None:
    """Add the command to ``commands``, what ``add_subparsers`` returned."""
    report: argparse.ArgumentParser = commands.add_parser(
        "report", help="write one page on a session: a web page, or a PDF"
    )
    report.add_argument("session", type=Path, metavar="SESSION", help="or the folder it is in")
    report.add_argument(
        "--out", type=Path, metavar="FILE", help="FILE.html or FILE.pdf; else beside the session"
    )
    report.add_argument(
        "--compare",
        type=Path,
        metavar="SESSION",
        help="another session of the same class, to compare it with",
    )
    report.add_argument(
        "--language", choices=("en", "de"), help="else that of the window, or English"
    )
    report.set_defaults(run=_report)


def _report(args: argparse.Namespace) -> int:
    from app.session.analysis_files import session_file  # noqa: PLC0415
    from app.session.report.write import (  # noqa: PLC0415
        check_report_path,
        report_path,
        write_report,
    )
    from app.session.store import Session  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    path = session_file(args.session)
    out: Path = args.out or report_path(path)
    check_report_path(out)
    language = args.language or _own_language()
    with contextlib.ExitStack() as opened:
        session = opened.enter_context(Session.open(path))
        other = None
        if args.compare is not None:
            other = opened.enter_context(Session.open(session_file(args.compare)))
        line = opened.enter_context(ProgressLine(sys.stderr))
        write_report(
            session, out, other, language, lambda share: line.working("Writing the report", share)
        )
    print(f"The report is in {out.resolve()}")
    return 0


def _own_language() -> Language:
    """What the window speaks, if the user chose that."""
    from app.engine.settings import load_settings  # noqa: PLC0415

    chosen = load_settings().appearance.language
    return "en" if chosen == "system" else chosen
