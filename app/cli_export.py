"""``roomread export``: a session file in the formats of other tools, and what its columns mean."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from app.arguments import add_interval, seconds
from app.cli_exit import EXIT_OK, sorry
from app.core.errors import ExportError, OccupiedError, RoomreadError
from app.session.interval import GAP, MINIMUM

_NAMED: Final = 4  # files of an earlier export that are named
PREFACE: Final = """# Data dictionary

What every column of every file that `roomread export` writes means. This page is made by
`roomread export --describe --markdown`.

An empty cell (in JSON and Parquet: null) means that something is not known, never 0. Columns that
say the same share a row. "Can't tell" is never counted as an expression.

An **episode** (in `boris` and `elan`) is a stretch in which a student showed one expression. It
begins at the timestamp of its first frame and ends where its last frame's span does: at the next
analysed frame, but no later than one second or three usual frames. Two rules make episodes out of
readings, in this order: `--gap` (0.5 s): an interruption shorter than this, by another expression,
by frames that could not be told or out of sight, is bridged, and where two expressions could bridge
each other the one that began first does; `--minimum` (0.5 s): an episode that is then shorter than
this is dropped. "Can't tell" is an episode of its own, which bridges time out of sight only.

Every export writes session.json too: how the session was made, with which model and settings, and
these words for the files beside it. A class-only session has no files of single students. Files of
an earlier export that no longer hold are removed: another session's (with `--overwrite`), and those
made before the last edits, unless they are written anew.
"""


def add_export(commands: Any) -> None:
    """Add the command to ``commands``, what ``add_subparsers`` returned."""
    export: argparse.ArgumentParser = commands.add_parser(
        "export", help="write a session file as CSV, or for R, py-feat, BORIS, ELAN ..."
    )
    add_export_arguments(export)


def add_export_arguments(export: argparse.ArgumentParser) -> None:
    """Make ``export`` a parser of the command."""
    export.add_argument(
        "session",
        type=Path,
        nargs="?",
        metavar="SESSION",
        help="or the folder it is in; of a folder of many recordings: each into its own folder",
    )
    export.add_argument("--out", type=Path, metavar="DIR", help="for the files; made if missing")
    export.add_argument(
        "--format",
        type=_names,
        action="extend",
        metavar="NAME[,NAME]",
        help="csv (else), parquet, jsonl, boris, elan ...; --describe lists all",
    )
    export.add_argument(
        "--overwrite", action="store_true", help="replace the tables of another session in DIR"
    )
    more = "observations.csv: rows for the frames between, too, with faces moved along"
    export.add_argument("--every-frame", action="store_true", help=more)
    add_interval(export)
    shortest = f"seconds below which an episode is dropped ({MINIMUM:g})"
    export.add_argument("--minimum", type=seconds, default=MINIMUM, metavar="S", help=shortest)
    bridged = f"seconds below which an interruption of an episode is bridged ({GAP:g})"
    export.add_argument("--gap", type=seconds, default=GAP, metavar="S", help=bridged)
    export.add_argument(
        "--describe",
        action="store_true",
        help="say what every column of every file, or of --format, means; write nothing",
    )
    export.add_argument(
        "--markdown", action="store_true", help="with --describe: as a page of Markdown"
    )
    export.set_defaults(run=_export, parser=export)


def _names(text: str) -> list[str]:
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def _export(args: argparse.Namespace) -> int:
    if args.describe:
        print(_described(args.format, args.markdown), end="")
        return 0
    if args.markdown:
        args.parser.error("--markdown goes with --describe")
    if args.session is None or args.out is None:
        args.parser.error("give SESSION and --out DIR, or --describe")
    return _write(args)


def _described(names: list[str] | None, markdown: bool) -> str:
    from app.engine.analyse.joined import RECORDINGS  # noqa: PLC0415
    from app.session.describe import as_markdown, as_text  # noqa: PLC0415
    from app.session.formats import FORMATS, check_formats  # noqa: PLC0415

    formats = tuple(FORMATS.values()) if names is None else check_formats(names)
    tables = {f"{one.name}: {one.title}": one.tables for one in formats}
    if names is None:
        tables["analyze: many recordings"] = (RECORDINGS,)
    return as_markdown(tables, PREFACE) if markdown else as_text(tables)


def _gone(files: list[Path]) -> str:
    """What is said of files of an earlier export that no longer hold."""
    named = ", ".join(path.name for path in files[:_NAMED])
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return f"removed from an earlier export, as they no longer hold: {named}{more}"


def _unused(option: str, takers: tuple[str, ...]) -> str:
    """What is said of an option that changes nothing."""
    flag = f"--{option.replace('_', '-')} changes nothing here"
    if not takers:
        return f"{flag}: the session is of the class as a whole"
    return f"{flag}: only {', '.join(takers)} {'takes' if len(takers) == 1 else 'take'} it"


def _write(args: argparse.Namespace) -> int:
    """Export the session, or each of those in a folder of many; returns the exit status."""
    from app.session.analysis_files import SESSION_FILE, session_file, sessions_below  # noqa: PLC0415
    from app.session.formats import check_formats  # noqa: PLC0415

    given: Path = args.session
    several = [] if (given / SESSION_FILE).exists() else sessions_below(given)
    if not several:
        _write_one(args, session_file(given), args.out)
        return EXIT_OK
    if args.format is not None:
        check_formats(args.format)
    failed = EXIT_OK
    for path in several:
        name = path.parent.name
        try:
            _write_one(args, path, args.out / name)
        except RoomreadError as error:  # the others can still be written
            failed = sorry(f"{name}: {error}")
    return failed


def _write_one(args: argparse.Namespace, path: Path, out: Path) -> None:
    from app.session.formats import (  # noqa: PLC0415
        DEFAULT,
        ExportOptions,
        export_formats,
        unused_options,
    )
    from app.session.store import Session  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    options = ExportOptions(args.interval, args.minimum, args.gap, args.every_frame)
    names = DEFAULT if args.format is None else args.format
    gone: list[Path] = []
    with Session.open(path) as session, ProgressLine(sys.stderr) as line:
        try:
            written = export_formats(
                session,
                out,
                names,
                options,
                args.overwrite,
                lambda share: line.working("Exporting", share),
                removed=gone.extend,
            )
        except OccupiedError as error:
            raise ExportError(f"{error}, or replace them with --overwrite") from error
        message = session.message
        unused = unused_options(names, options, session.class_only)
    count = "1 file" if len(written) == 1 else f"{len(written)} files"
    print(f"{count} written to {out}")
    for option, takers in unused.items():
        print(f"Note: {_unused(option, takers)}")
    if gone:
        print(f"Note: {_gone(gone)}")
    if message:
        print(f"Note: {message}")
