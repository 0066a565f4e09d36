"""``roomread analyze`` and ``roomread demo``: recordings in, session files and tables out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.arguments import (
    above_zero,
    add_interval,
    add_purpose,
    add_regions,
    add_settings,
    count,
    seconds,
)
from app.cli_exit import EXIT_ERROR, EXIT_OK, EXIT_STOPPED, EXIT_TRUNCATED, sorry
from app.core.errors import ExportError, RoomreadError, SourceError
from app.engine.stoppable import stoppable

if TYPE_CHECKING:
    from app.core.privacy import Purpose
    from app.engine.analyse.analyze import AnalysisReport
    from app.engine.analyse.many import ManyReport
    from app.engine.analyse.sampling import Sampling
    from app.engine.analyse.work import RunAll

_MANY: Final = """\
Several recordings, or a folder of them, are analysed side by side, each into a folder of its name
in DIR; recordings.csv, students.csv, class.csv and the Parquet dataset observations/ there hold all
of them. Stopped or killed, the same command goes on: what is done is not done again. With --ray the
recordings and DIR must be where all machines of the cluster see them, under the same path."""


def add_analyze(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``analyze`` to the parser's commands."""
    analyze = commands.add_parser(
        "analyze",
        help="analyse recordings into CSV files",
        description="Analyses a recording into a session file and tables in DIR.",
        epilog=_MANY,
    )
    analyze.add_argument(
        "video", type=Path, nargs="+", metavar="VIDEO", help="a recording, or a folder of them"
    )
    analyze.add_argument("--out", type=Path, required=True, metavar="DIR", help="for the results")
    _add_analysis(analyze)
    rate = analyze.add_mutually_exclusive_group()
    rate.add_argument("--every", type=count, metavar="N", help="read every N-th frame; 1: all")
    reads = "read F frames a second; else 5, with faces followed in more where much moves"
    rate.add_argument("--fps", type=above_zero, metavar="F", help=reads)
    analyze.add_argument(
        "--start", type=seconds, metavar="S", help="from here on: seconds, or 1:30"
    )
    analyze.add_argument("--end", type=seconds, metavar="S", help="up to here: seconds, or 1:30")
    where = analyze.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs",
        type=count,
        metavar="N",
        help="recordings at a time, each in a process of its own; else one for every two cores",
    )
    where.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="on this Ray cluster (host:6379, or auto), or `local` for one on this machine",
    )
    analyze.set_defaults(run=_analyze, parser=analyze)


def add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``demo`` to the parser's commands."""
    demo = commands.add_parser("demo", help="analyse the short clip that comes with Roomread")
    demo.add_argument("--out", type=Path, default=Path("roomread-demo"), metavar="DIR")
    _add_analysis(demo)
    demo.set_defaults(run=_demo, parser=demo, every=None, fps=None, start=None, end=None)


def _add_analysis(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--annotate", action="store_true", help="write annotated.mp4 too")
    replaces = (
        "replace whatever analysis is in DIR; else one that you edited, or that holds more than is "
        "asked for now, stays"
    )
    parser.add_argument("--overwrite", action="store_true", help=replaces)
    add_interval(parser)
    add_regions(parser)
    add_settings(parser)
    add_purpose(parser)


def _demo(args: argparse.Namespace) -> int:
    from app.engine.analyse.recordings import demo_clip  # noqa: PLC0415

    with demo_clip() as path:
        return _analyze_one(args, path)


def _analyze(args: argparse.Namespace) -> int:
    given = [path for named in args.video for path in _expanded(named)]
    if len(given) > 1 or given[0].is_dir() or args.jobs or args.ray:
        return _analyze_many(args, given)
    return _analyze_one(args, given[0])


def _expanded(path: Path) -> list[Path]:
    """What a pattern such as ``*.mp4`` stands for where the shell leaves it to the program."""
    if any(sign in path.name for sign in "*?[") and not path.exists():
        return sorted(path.parent.glob(path.name)) or [path]
    return [path]


def _analyze_one(args: argparse.Namespace, video: Path) -> int:
    sampling, purpose = _sampling(args), _purpose(args)
    _say_notice()
    from app.engine.analyse.analysed import analysed_path  # noqa: PLC0415
    from app.engine.analyse.analyze import analyze_video  # noqa: PLC0415
    from app.engine.analyse.manifest import MANIFEST  # noqa: PLC0415
    from app.engine.rooms import settings_for  # noqa: PLC0415
    from app.engine.settings import load_settings  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    if (args.out / MANIFEST).exists():
        raise ExportError(
            f"{args.out} holds the analyses of many recordings: add --jobs 1 to add this one to "
            "them, or choose another folder"
        )
    settings = load_settings(args.settings)
    with stoppable() as stopped, ProgressLine(sys.stderr) as line:
        try:
            settings = settings_for(video, settings, args.regions, line.say)
            report = analyze_video(
                video,
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
                purpose=purpose,
            )
        except RoomreadError:
            if stopped.is_set():  # Ctrl-C also ended whatever it was waiting for
                raise KeyboardInterrupt from None
            raise
    _print_report(report)
    if report.cancelled:
        return sorry(f"stopped; what was analysed until then is in {report.out}", EXIT_STOPPED)
    if report.truncated:
        return sorry(report.truncated, EXIT_TRUNCATED)
    return EXIT_OK


def _sampling(args: argparse.Namespace) -> Sampling:
    from app.engine.analyse.sampling import Sampling  # noqa: PLC0415

    try:
        return Sampling.asked(args.every, args.fps, args.start, args.end)
    except ValueError as error:
        args.parser.error(str(error))
        raise  # not reached: the parser ends the program


def _purpose(args: argparse.Namespace) -> Purpose | None:
    if args.purpose is None and args.basis is None:
        return None
    from app.engine.consent import purpose_now  # noqa: PLC0415

    if args.purpose is None or args.basis is None:
        args.parser.error("give both --purpose and --basis: what it is for, and by what right")
    return purpose_now(args.purpose, args.basis)


def _print_report(report: AnalysisReport) -> None:
    start, end = report.span or (0.0, 0.0)
    skipped = f", {report.counts.skipped} skipped" if report.counts.skipped else ""
    print(
        f"{_whom(report)} from {start:.1f} to {end:.1f} s: {report.counts.analysed} frames "
        f"analysed{skipped}, in {report.elapsed:.0f} s on {report.provider}, "
        f"read with model {report.model}."
    )
    _print_students(report)
    if 0 < report.most_read < report.privacy.min_group:
        print(
            f"\nFewer than {report.privacy.min_group} faces were ever read at once, so the tables "
            "have no shares of the class (min_group under [privacy] in the settings)."
        )
    print(f"\nThe results are in {report.out.resolve()}:")
    folders = sorted({path.parent for path in report.files} - {report.out})
    names = [path.name for path in (*report.files, report.session) if path.parent == report.out]
    print("  " + "  ".join([*names, *(f"{folder.name}{os.sep}" for folder in folders)]))


def _whom(report: AnalysisReport) -> str:
    number = len(report.students)
    if report.privacy.class_only:
        faces = "1 face" if report.most_read == 1 else f"{report.most_read} faces"
        return f"As asked, no student was followed. Read up to {faces} at once"
    return "Saw 1 student" if number == 1 else f"Saw {number} students"


def _print_students(report: AnalysisReport) -> None:
    from app.core.expressions import CANT_TELL, LABELS  # noqa: PLC0415
    from app.core.types import student_code  # noqa: PLC0415
    from app.session.statistics import most_shown  # noqa: PLC0415

    if report.students:
        print("\nstudent   in view   face   read   mostly")
    for one in report.students:
        shares = report.shares[one.track_id]
        best = most_shown(shares)
        most = CANT_TELL if best is None else f"{LABELS[best]} ({shares[best]:.0%})"
        print(
            f"{student_code(one.track_id):<7} {one.seconds_seen:7.1f} s"
            f" {one.median_face_width:3.0f} px {one.faces_read / one.faces_seen:6.0%}   {most}"
        )


def _analyze_many(args: argparse.Namespace, given: Sequence[Path]) -> int:
    sampling, purpose = _sampling(args), _purpose(args)
    _say_notice()
    from app.engine.analyse.analysed import analysed_path  # noqa: PLC0415
    from app.engine.analyse.many import How, analyze_many  # noqa: PLC0415
    from app.engine.analyse.queue_run import Tools  # noqa: PLC0415
    from app.engine.settings import load_settings  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    how = How(
        load_settings(args.settings),
        sampling,
        annotate=args.annotate,
        interval=args.interval,
        overwrite=args.overwrite,
        regions=args.regions,
        tools=Tools(analysed=analysed_path()),
        purpose=purpose,
    )
    with stoppable() as stopped, ProgressLine(sys.stderr) as line:
        videos = _recordings(given, line.say)
        report = analyze_many(videos, args.out, how, _runner(args), line.say, line.many, stopped)
    return _print_many(report)


def _recordings(given: Sequence[Path], say: Callable[[str], None]) -> Sequence[Path]:
    from app.engine.analyse.recordings import recordings_in  # noqa: PLC0415

    found = recordings_in(given)
    for other in found.others:
        if not other.exists():
            raise SourceError(f"{other} does not exist: check the path")
        if not found.videos:
            break
        what = "no recording in it" if other.is_dir() else "no recording by its name"
        say(f"Passed over {other}: {what}")
    if not found.videos:
        raise SourceError("there is no recording to analyse: give videos, or a folder with some")
    return found.videos


def _runner(args: argparse.Namespace) -> RunAll:
    from app.core.machine import usable_cores  # noqa: PLC0415
    from app.engine.analyse.on_ray import OnRay  # noqa: PLC0415
    from app.engine.analyse.processes import OnProcesses  # noqa: PLC0415

    if args.ray:
        return OnRay(args.ray)
    return OnProcesses(args.jobs or max(1, usable_cores() // 2))


def _print_many(report: ManyReport) -> int:
    from app.engine.analyse.queue_row import RowState  # noqa: PLC0415

    done, failed = report.those(RowState.DONE), report.those(RowState.FAILED)
    before = f", {report.before} of them before" if report.before else ""
    stay = f", {len(report.kept)} kept as they were" if report.kept else ""
    number = len(report.rows)
    recordings = "1 recording" if number == 1 else f"{number} recordings"
    print(
        f"{recordings}: {len(done)} done{before}{stay}, {len(failed)} failed; "
        f"{report.elapsed:.0f} s."
    )
    cut = [row for row in done if row.message]
    for title, rows in (("Failed", failed), ("Cut off or damaged", cut)):
        if rows:
            print(f"\n{title}:")
        for row in rows:
            print(f"  {row.name}: {row.message}")
    if report.kept:
        print("\nKept as they were, and in the tables of all:")
    for name, kept in report.kept.items():
        print(f"  {name}: {kept.reason}")
    print(f"\nThe results are in {report.out.resolve()}, each recording's in a folder of its name:")
    folders = [path.name + os.sep for path in report.out.glob("observations") if path.is_dir()]
    print("  " + "  ".join([*(path.name for path in report.files), *folders]))
    if report.stopped:
        return sorry(
            "stopped; what was analysed until then is kept: the same command goes on from there",
            EXIT_STOPPED,
        )
    if failed:
        those = "1 recording" if len(failed) == 1 else f"{len(failed)} recordings"
        return sorry(
            f"{those} failed, see above: once that is put right, the same command tries again",
            EXIT_ERROR,
        )
    others = sum(not kept.by_hand for kept in report.kept.values())
    if others:
        those = "1 recording was" if others == 1 else f"{others} recordings were"
        return sorry(
            f"{those} not analysed as you asked, since what is there would be lost, see above: "
            "choose another folder, or add --overwrite",
            EXIT_ERROR,
        )
    if cut:
        those = "1 recording is" if len(cut) == 1 else f"{len(cut)} recordings are"
        return sorry(f"{those} cut off or damaged, see above", EXIT_TRUNCATED)
    return EXIT_OK


def _say_notice() -> None:
    from app.engine.notice import say_notice  # noqa: PLC0415

    say_notice(lambda text: print(text, file=sys.stderr))
