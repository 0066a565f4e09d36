"""The command line.

Exit status: 0 all is well; 1 an error, said in one line on stderr; 2 wrong use; 3 the recording
is cut off or damaged, what could be read is analysed and exported; 130 stopped with Ctrl-C.

Results go to stdout, everything else to stderr. Heavy modules are imported in the commands, so
that ``roomread --help`` answers at once.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.resources
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app import __version__
from app.arguments import seconds
from app.cli_bench import add_bench
from app.cli_edit import add_edit
from app.core.errors import ExportError, RoomreadError, SourceError
from app.session.interval import INTERVAL, check_interval

if TYPE_CHECKING:
    from app.engine.analyse.analyze import AnalysisReport
    from app.engine.analyse.batch import Sampling

EXIT_OK: Final = 0
EXIT_ERROR: Final = 1
EXIT_TRUNCATED: Final = 3
EXIT_STOPPED: Final = 130

NOTICE: Final = (
    "Roomread reads facial expressions for consented research and for looking back on one's own "
    "lessons, where that is lawful; an expression is not a feeling.",
    "In the EU, inferring emotions in schools and at work has been prohibited since 2 February "
    "2025, except for medical or safety reasons (AI Act, Art. 5(1)(f)).",
)
"""Said once, before the first analysis."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status. Wrong use ends in SystemExit(2)."""
    _never_fail_to_print()
    parser = _parser()
    _check_command(parser, sys.argv[1:] if argv is None else argv)
    args = parser.parse_args(argv)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except RoomreadError as error:
        return _sorry(str(error))
    except KeyboardInterrupt:
        return _sorry("stopped", EXIT_STOPPED)
    except BrokenPipeError:
        # Whoever read our output went away, as `head` does; Python would say so at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_ERROR
    except ImportError as error:
        return _sorry(
            f"a part of Roomread can't be loaded ({error}): run `roomread doctor`, "
            "or install Roomread again"
        )
    except Exception as error:  # the main thread's top frame: a line, never a traceback
        if os.environ.get("ROOMREAD_DEBUG"):
            raise
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return _sorry(f"this should not happen ({what}): set ROOMREAD_DEBUG=1 to see where")
    return status


def _check_command(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """Say in plain words what is no command, and how a recording is opened."""
    known: tuple[str, ...] = parser.get_default("known")
    if argv and not argv[0].startswith("-") and argv[0] not in known:
        parser.error(
            f"{argv[0]!r} is no command: use one of {', '.join(known)}; "
            "`roomread open VIDEO` opens a recording, `roomread` alone the window"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="roomread",
        description="Reads the expressions in a classroom, on this machine. "
        "Without a command it opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"roomread {__version__}")
    parser.set_defaults(
        run=_window, video=None, camera=None, stream=None, settings=None, regions=None
    )
    commands = parser.add_subparsers(title="commands", metavar="")

    window = commands.add_parser("open", help="open the window on a recording, camera or stream")
    what = window.add_mutually_exclusive_group(required=True)
    what.add_argument("video", type=Path, nargs="?", metavar="VIDEO")
    what.add_argument(
        "--camera", nargs="?", const="", metavar="NAME", help="part of its name; else the first"
    )
    what.add_argument("--stream", metavar="URL", help="of a network camera: rtsp, http or https")
    _add_regions(window)
    _add_settings(window)
    window.set_defaults(run=_window)

    analyze = commands.add_parser("analyze", help="analyse a recording into CSV files")
    analyze.add_argument("video", type=Path, metavar="VIDEO")
    analyze.add_argument("--out", type=Path, required=True, metavar="DIR", help="for the results")
    _add_analysis(analyze)
    rate = analyze.add_mutually_exclusive_group()
    rate.add_argument("--every", type=_count, metavar="N", help="analyse every N-th frame")
    rate.add_argument("--fps", type=_above_zero, metavar="F", help="analyse F frames a second")
    analyze.add_argument(
        "--start", type=seconds, metavar="S", help="from here on: seconds, or 1:30"
    )
    analyze.add_argument("--end", type=seconds, metavar="S", help="up to here: seconds, or 1:30")
    analyze.set_defaults(run=_analyze, parser=analyze)

    demo = commands.add_parser("demo", help="analyse the short clip that comes with Roomread")
    demo.add_argument("--out", type=Path, default=Path("roomread-demo"), metavar="DIR")
    _add_analysis(demo)
    demo.set_defaults(run=_demo, parser=demo, every=None, fps=None, start=None, end=None)

    export = commands.add_parser("export", help="write the CSV files of a session file")
    export.add_argument("session", type=Path, metavar="SESSION", help="or the folder it is in")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.add_argument(
        "--overwrite", action="store_true", help="replace the tables of another session in DIR"
    )
    _add_interval(export)
    export.set_defaults(run=_export)

    add_edit(commands)
    add_bench(commands)

    _add_doctor(commands)
    parser.set_defaults(known=tuple(commands.choices))
    return parser


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = commands.add_parser("doctor", help="check that this machine has what it needs")
    _add_settings(doctor)
    again = "measure anew which model Live reads with"
    doctor.add_argument("--measure", action="store_true", help=again)
    doctor.set_defaults(run=_doctor)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--settings", type=Path, metavar="FILE", help="instead of your own file")


def _add_regions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--regions",
        type=Path,
        metavar="FILE",
        help="where to look, what to ignore, who has opted out; else as drawn in the window",
    )


def _add_interval(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--interval",
        type=_interval,
        default=INTERVAL,
        metavar="S",
        help=f"seconds a row of class.csv ({INTERVAL:g})",
    )


def _add_analysis(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--annotate", action="store_true", help="write annotated.mp4 too")
    replaces = "replace the analysis of another video in DIR, or one that you edited"
    parser.add_argument("--overwrite", action="store_true", help=replaces)
    _add_interval(parser)
    _add_regions(parser)
    _add_settings(parser)


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give a whole number of 1 or more")
    return value


def _above_zero(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r}: give a number above 0")
    return value


def _interval(text: str) -> float:
    value = _above_zero(text)
    try:
        check_interval(value)
    except ExportError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return value


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
    return run(
        args.video, settings, camera, args.regions, settings_file=args.settings, stream=stream
    )


def _demo(args: argparse.Namespace) -> int:
    clip = importlib.resources.files("assets") / "demo.mp4"
    if not clip.is_file():
        raise SourceError("the demo clip is missing from this installation: install it again")
    with importlib.resources.as_file(clip) as path:
        args.video = path
        return _analyze(args)


def _analyze(args: argparse.Namespace) -> int:
    sampling = _sampling(args)
    _say_notice()
    from app.engine.analyse.analysed import analysed_path  # noqa: PLC0415
    from app.engine.analyse.analyze import analyze_video  # noqa: PLC0415
    from app.engine.rooms import settings_for  # noqa: PLC0415
    from app.engine.settings import load_settings  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    settings = load_settings(args.settings)
    with _stoppable() as stopped, ProgressLine(sys.stderr) as line:
        try:
            settings = settings_for(args.video, settings, args.regions, line.say)
            report = analyze_video(
                args.video,
                args.out,
                settings,
                sampling,
                annotate=args.annotate,
                interval=args.interval,
                say=line.say,
                progress=line.analysing,
                annotating=line.annotating,
                overwrite=args.overwrite,
                cancelled=stopped,
                listed=analysed_path(),
            )
        except RoomreadError:
            if stopped.is_set():  # Ctrl-C also ended whatever it was waiting for
                raise KeyboardInterrupt from None
            raise
    _print_report(report)
    if report.cancelled:
        return _sorry(f"stopped; what was analysed until then is in {report.out}", EXIT_STOPPED)
    if report.truncated:
        return _sorry(report.truncated, EXIT_TRUNCATED)
    return EXIT_OK


def _sampling(args: argparse.Namespace) -> Sampling:
    from app.engine.analyse.batch import Sampling  # noqa: PLC0415

    try:
        return Sampling(args.every, args.fps, args.start, args.end)
    except ValueError as error:
        args.parser.error(str(error))
        raise  # not reached: the parser ends the program


def _print_report(report: AnalysisReport) -> None:
    from app.core.expressions import CANT_TELL, LABELS  # noqa: PLC0415
    from app.core.types import student_code  # noqa: PLC0415

    start, end = report.span or (0.0, 0.0)
    count = len(report.students)
    people = "1 student" if count == 1 else f"{count} students"
    skipped = f", {report.counts.skipped} skipped" if report.counts.skipped else ""
    print(
        f"Saw {people} from {start:.1f} to {end:.1f} s: {report.counts.analysed} frames "
        f"analysed{skipped}, in {report.elapsed:.0f} s on {report.provider}, "
        f"read with model {report.model}."
    )
    if count:
        print("\nstudent   in view   face   read   most often")
    for one in report.students:
        best = int(one.shares.argmax()) if one.faces_read else -1
        most = f"{LABELS[best]} ({one.shares[best]:.0%})" if best >= 0 else CANT_TELL
        print(
            f"{student_code(one.track_id):<7} {one.seconds_seen:7.1f} s"
            f" {one.median_face_width:3.0f} px {one.faces_read / one.faces_seen:6.0%}   {most}"
        )
    print(f"\nThe results are in {report.out.resolve()}:")
    folders = sorted({path.parent for path in report.files} - {report.out})
    names = [path.name for path in (*report.files, report.session) if path.parent == report.out]
    print("  " + "  ".join([*names, *(f"{folder.name}{os.sep}" for folder in folders)]))


def _export(args: argparse.Namespace) -> int:
    from app.session.export import export_all  # noqa: PLC0415
    from app.session.store import SUFFIX, Session  # noqa: PLC0415

    path: Path = args.session
    if path.is_dir():
        path /= f"session{SUFFIX}"
    with Session.open(path) as session:
        written = export_all(session, args.out, args.interval, args.overwrite)
        message = session.message
    print(f"{len(written)} files written to {args.out}")
    if message:
        print(f"Note: {message}")
    return EXIT_OK


def _doctor(args: argparse.Namespace) -> int:
    from app.engine.doctor import examine, examine_settings  # noqa: PLC0415

    settings, first = examine_settings(args.settings)
    print(f"Roomread {__version__}")
    checks = [first, *examine(settings, args.measure)]
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = "ok" if check.ok else "!!" if check.needed else "--"
        print(f"{mark}  {check.name:<{width}}  {check.detail}")
        if check.advice:
            print(f"    {'':<{width}}  → {check.advice}")
    broken = [check.name for check in checks if check.needed and not check.ok]
    print(f"Needs repair: {', '.join(broken)}" if broken else "Roomread can do its work here.")
    return EXIT_ERROR if broken else EXIT_OK


def _say_notice() -> None:
    """Say what Roomread is for and the law, once a user; never stands in the way."""
    from app.engine.consent import consent_path, said_path  # noqa: PLC0415

    said = said_path()
    # The window's longer notice was agreed to.
    if said.exists() or consent_path().exists():
        return
    for text in NOTICE:
        print(text, file=sys.stderr)
    with contextlib.suppress(OSError):
        said.parent.mkdir(parents=True, exist_ok=True)
        said.touch()


@contextlib.contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one interrupts at once."""
    stopped = threading.Event()

    def stop(*_: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before: Callable[..., object] | int | None = None
    main_thread = threading.current_thread() is threading.main_thread()
    if main_thread:  # only there does Python take signals
        before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        if main_thread:
            signal.signal(signal.SIGINT, before)


def _sorry(message: str, status: int = EXIT_ERROR) -> int:
    print(f"roomread: {message}", file=sys.stderr)
    return status


def _never_fail_to_print() -> None:
    """Replace what a terminal's encoding lacks instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
