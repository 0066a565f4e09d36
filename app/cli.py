"""The command line.

Exit status: 0 all is well; 1 an error, said in one line on stderr; 2 wrong use; 3 the recording
is cut off or damaged, what could be read is analysed and exported; 130 stopped with Ctrl-C.

Results go to stdout, everything else to stderr. Heavy modules are imported in the commands, so
that ``roomread --help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from app import __version__
from app.arguments import add_regions, add_settings
from app.cli_analyze import add_analyze, add_demo
from app.cli_bench import add_bench
from app.cli_doctor import add_doctor
from app.cli_edit import add_edit
from app.cli_exit import EXIT_ERROR, EXIT_STOPPED, show_where_nobody_reads, sorry
from app.cli_export import add_export
from app.cli_report import add_report
from app.cli_self_test import add_self_test
from app.cli_session import add_session
from app.core.commands import roomread
from app.core.errors import RoomreadError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status. Wrong use ends in SystemExit(2)."""
    _never_fail_to_print()
    parser = _parser()
    args = parser.parse_args(_command(parser, sys.argv[1:] if argv is None else argv))
    try:
        status: int = args.run(args)
        if sys.stdout is not None:  # as it is where a program has a window only
            sys.stdout.flush()
    except RoomreadError as error:
        return _sorry(str(error))
    except KeyboardInterrupt:
        return sorry("stopped", EXIT_STOPPED)
    except BrokenPipeError:
        # Whoever read our output went away, as `head` does; Python would say so at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except ImportError as error:
        return _sorry(
            f"a part of Roomread can't be loaded ({error}): run `{roomread('doctor')}`, "
            "or install Roomread again"
        )
    except Exception as error:  # the main thread's top frame: a line, never a traceback
        if os.environ.get("ROOMREAD_DEBUG"):
            raise
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return _sorry(f"this should not happen ({what}): set ROOMREAD_DEBUG=1 to see where")
    return status


def _command(parser: argparse.ArgumentParser, argv: Sequence[str]) -> Sequence[str]:
    """What was typed; a file alone is opened, as when it is dropped on the app's icon.

    Says in plain words what is no command, and how a recording is opened.
    """
    known: tuple[str, ...] = parser.get_default("known")
    if not argv or argv[0].startswith("-") or argv[0] in known:
        return argv
    if _looks_like_a_file(argv[0]):
        return ["open", *argv]
    parser.error(
        f"{argv[0]!r} is no command: use one of {', '.join(known)}; "
        "`roomread open VIDEO` opens a recording, `roomread` alone the window"
    )


def _looks_like_a_file(word: str) -> bool:
    path = Path(word)
    return bool(word) and (path.name != word or bool(path.suffix) or path.is_file())


def _sorry(message: str) -> int:
    """Say why it ends, in a dialog where there is no terminal."""
    show_where_nobody_reads(message)
    return sorry(message)


class _Parser(argparse.ArgumentParser):
    """Of Roomread and, as argparse takes the same class for them, of its commands."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse's, but a command itself says what it does not know, with its own usage."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """As argparse's, and where there is no terminal in a dialog."""
        show_where_nobody_reads(message)
        super().error(message)


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="roomread",
        description="Reads the expressions in a classroom, on this machine. "
        "Without a command it opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"roomread {__version__}")
    parser.set_defaults(
        run=_window, files=(), camera=None, stream=None, settings=None, regions=None
    )
    add_self_test(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    window = commands.add_parser(
        "open", help="open the window on a recording, session, camera or stream"
    )
    what = window.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "files",
        type=Path,
        nargs="*",
        default=[],
        metavar="FILE",
        help="recordings or sessions; `roomread FILE` does the same",
    )
    what.add_argument(
        "--camera", nargs="?", const="", metavar="NAME", help="part of its name; else the first"
    )
    what.add_argument("--stream", metavar="URL", help="of a network camera: rtsp, http or https")
    add_regions(window)
    add_settings(window)
    window.set_defaults(run=_window)

    add_analyze(commands)
    add_demo(commands)
    add_export(commands)
    add_report(commands)
    add_edit(commands)
    add_session(commands, add_export)
    add_bench(commands)
    add_doctor(commands)
    parser.set_defaults(known=tuple(commands.choices))
    return parser


def _window(args: argparse.Namespace) -> int:
    from app.core.address import check_address  # noqa: PLC0415
    from app.core.regions import load_regions  # noqa: PLC0415
    from app.engine.settings import load_settings  # noqa: PLC0415
    from app.stages.camera import find_camera  # noqa: PLC0415
    from app.ui.app import run  # noqa: PLC0415

    settings = load_settings(args.settings)
    if args.regions is not None:
        load_regions(args.regions)  # says now what is wrong with it, not in the window
    camera = None if args.camera is None else find_camera(args.camera)
    stream = None if args.stream is None else check_address(args.stream)
    files = tuple(args.files)
    return run(files, settings, camera, args.regions, settings_file=args.settings, stream=stream)


def _never_fail_to_print() -> None:
    """Replace what a terminal's encoding lacks instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
