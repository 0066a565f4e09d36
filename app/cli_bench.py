"""``roomread bench``: how well and how fast Roomread's parts do on the user's own material.

Tables go to stdout, everything else to stderr.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.arguments import above_zero, count, seconds
from app.cli_bench_live import add_live
from app.core.machine import usable_cores

if TYPE_CHECKING:
    from app.engine.bench.analyze import Speed
    from app.engine.bench.detect import Bench, Candidate, Measured
    from app.engine.bench.face_labels import LabelledFolder

MIN_WIDTH: Final = 16.0
FETCH: Final = object()
"""``--yunet`` without a file."""


def add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its kinds to the parser's commands."""
    bench = commands.add_parser("bench", help="measure how well and how fast Roomread works here")
    kinds = bench.add_subparsers(title="kinds", metavar="KIND", required=True)
    detect = kinds.add_parser(
        "detect",
        help="face detectors side by side on a folder of pictures with boxes",
        description="Finds the faces of every picture in FOLDER with every detector and tells how "
        "many of those that you marked it found, how many of its finds are faces, and how long "
        "it took.",
    )
    detect.add_argument("folder", type=Path, metavar="FOLDER")
    detect.add_argument(
        "--boxes",
        type=Path,
        metavar="FILE",
        help="of the marked faces: .json, .csv (file,x,y,width,height) or WIDER FACE's .txt; "
        "else boxes.* in or beside FOLDER",
    )
    detect.add_argument(
        "--min-width",
        type=_width,
        default=MIN_WIDTH,
        metavar="PX",
        help=f"narrower faces do not count ({MIN_WIDTH:g})",
    )
    detect.add_argument(
        "--yunet",
        type=Path,
        nargs="?",
        const=FETCH,
        metavar="FILE",
        help="measure YuNet too: your copy of it; without FILE it is fetched",
    )
    detect.add_argument("--detectors", metavar="A,B", help="only these, by name")
    detect.add_argument("--csv", type=Path, metavar="OUT", help="write the figures there too")
    detect.add_argument("--settings", type=Path, metavar="FILE", help="instead of your own file")
    detect.set_defaults(run=_detect, parser=detect)
    _add_analyze(kinds)
    _add_many(kinds)
    add_live(kinds)


def _add_analyze(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    analyze = kinds.add_parser(
        "analyze",
        help="how fast a recording is analysed here",
        description="Analyses VIDEO, or the clip that comes with Roomread, into a session that is "
        "thrown away, and tells how long each part took.",
    )
    analyze.add_argument("video", type=Path, nargs="?", metavar="VIDEO")
    rate = analyze.add_mutually_exclusive_group()
    rate.add_argument("--every", type=count, metavar="N", help="read every N-th frame; 1: all")
    rate.add_argument("--fps", type=above_zero, metavar="F", help="read F frames a second; else 5")
    analyze.add_argument("--end", type=seconds, metavar="S", help="up to here: seconds, or 1:30")
    analyze.add_argument("--settings", type=Path, metavar="FILE", help="instead of your own file")
    into = (
        "put the figures into this Markdown file, between the lines "
        "<!-- roomread bench analyze --> and <!-- end -->"
    )
    analyze.add_argument("--into", type=Path, metavar="FILE", help=into)
    analyze.set_defaults(run=_analyze)


def _add_many(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    many = kinds.add_parser(
        "many",
        help="how fast many recordings are analysed here",
        description="Analyses copies of VIDEO, or of the clip that comes with Roomread, one after "
        "the other, side by side and on a Ray cluster on this machine (where Ray is installed), "
        "and tells how long each took. The results are thrown away.",
    )
    many.add_argument("video", type=Path, nargs="?", metavar="VIDEO")
    many.add_argument("--copies", type=count, default=6, metavar="N", help="of VIDEO (6)")
    many.add_argument("--jobs", type=count, default=2, metavar="N", help="side by side (2)")
    many.add_argument("--settings", type=Path, metavar="FILE", help="instead of your own file")
    many.set_defaults(run=_many)


def _width(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r}: give pixels, 0 or more")
    return value


def _detect(args: argparse.Namespace) -> int:
    from app.engine.bench.detect import (  # noqa: PLC0415
        bench_detect,
        candidates,
        count_faces,
        write_table,
    )
    from app.engine.bench.face_labels import read_folder  # noqa: PLC0415
    from app.engine.settings import load_settings  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    settings = load_settings(args.settings)
    folder = read_folder(args.folder, args.boxes)
    counted = count_faces(folder.pictures, args.min_width)
    with ProgressLine(sys.stderr) as line:
        say = _once(line.say)
        chosen = _choose(args, candidates(settings, _yunet(args.yunet, say)))
        bench = bench_detect(
            chosen,
            folder.pictures,
            args.min_width,
            settings.detector.min_score,
            say,
            line.working,
        )
    working = settings.tracker.high_score
    _print_setting(folder, counted, args.min_width)
    _print_tables(bench.measured, working)
    _print_notes(bench)
    if args.csv is not None:
        write_table(args.csv, bench.measured, args.min_width, working)
        print(f"\nThe figures are in {args.csv}.")
    return 0


def _analyze(args: argparse.Namespace) -> int:
    from app.engine.analyse.recordings import demo_clip  # noqa: PLC0415
    from app.engine.analyse.sampling import Sampling  # noqa: PLC0415
    from app.engine.bench.analyze import bench_analyze  # noqa: PLC0415
    from app.engine.bench.page import check_page, put_into, speed_words  # noqa: PLC0415
    from app.engine.settings import load_settings  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    sampling = Sampling.asked(args.every, args.fps, end=args.end)
    settings = load_settings(args.settings)
    if args.into is not None:
        check_page(args.into, "analyze")
    with ProgressLine(sys.stderr) as line:
        if args.video is None:
            with demo_clip() as clip:
                speed = bench_analyze(clip, settings, sampling, line.say, line.analysing)
        else:
            speed = bench_analyze(args.video, settings, sampling, line.say, line.analysing)
    _print_speed(speed)
    if args.into is not None:
        put_into(args.into, "analyze", speed_words(speed))
    return 0


def _print_speed(speed: Speed) -> None:
    width, height = speed.size
    print(
        f"{speed.name}: {speed.seconds:.1f} s, {width} x {height}, {speed.frames} frames, of which "
        f"{speed.read} were read, with {speed.faces / max(speed.read, 1):.1f} faces each."
    )
    rows = (
        ("x real time", f"{speed.seconds / speed.elapsed:.2f}"),
        ("seconds", f"{speed.elapsed:.2f}"),
        ("of processor", f"{speed.processor:.2f}"),
        ("frames/s", f"{speed.frames / speed.elapsed:.1f}"),
        ("faces read/s", f"{speed.faces / speed.elapsed:.1f}"),
        *((f"ms {stage}", f"{1000 * took:.1f}") for stage, took in speed.stages.items()),
    )
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}} {value:>8}")
    print(
        f"\nMilliseconds are means over the frames that a part works on; they overlap. On this "
        f"computer ({usable_cores()} cores, {speed.provider}), now: with other work running, it "
        "takes longer."
    )


def _many(args: argparse.Namespace) -> int:
    import importlib.util  # noqa: PLC0415
    from contextlib import nullcontext  # noqa: PLC0415

    from app.engine.analyse.on_ray import LOCAL, OnRay  # noqa: PLC0415
    from app.engine.analyse.processes import OnProcesses  # noqa: PLC0415
    from app.engine.analyse.recordings import demo_clip  # noqa: PLC0415
    from app.engine.analyse.sampling import Sampling  # noqa: PLC0415
    from app.engine.analyse.work import RunAll  # noqa: PLC0415
    from app.engine.bench.many import bench_many, one_after_the_other  # noqa: PLC0415
    from app.engine.settings import load_settings  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    ways: dict[str, RunAll] = {
        "one process": one_after_the_other,
        f"--jobs {args.jobs}": OnProcesses(args.jobs),
    }
    if importlib.util.find_spec("ray") is not None:
        ways["--ray local"] = OnRay(LOCAL)
    settings, sampling = load_settings(args.settings), Sampling.asked()
    clip = demo_clip() if args.video is None else nullcontext(args.video)
    with clip as video, ProgressLine(sys.stderr) as line:
        measured = bench_many(video, args.copies, ways, settings, sampling, line.say, line.many)
    print(f"{args.copies} recordings of {measured[0].recorded / args.copies:.1f} s each.")
    print(f"{'':<12} {'seconds':>9} {'x real time':>12} {'x one process':>14}")
    for one in measured:
        speed, gain = one.recorded / one.elapsed, measured[0].elapsed / one.elapsed
        print(f"{one.way:<12} {one.elapsed:>9.1f} {speed:>12.2f} {gain:>14.2f}")
    print(
        f"\nWith loading the models and writing all tables; --ray local with starting the cluster. "
        f"On this computer ({usable_cores()} cores), now: with other work running, it takes longer."
    )
    return 0


def _once(say: Callable[[str], None]) -> Callable[[str], None]:
    """``say``, but each text only the first time."""
    said: set[str] = set()

    def say_once(text: str) -> None:
        if text not in said:
            said.add(text)
            say(text)

    return say_once


def _yunet(asked: Path | object | None, say: Callable[[str], None]) -> Path | None:
    """The copy that ``--yunet`` names, looked at before the others are measured for minutes."""
    from app.stages.fetch import yunet_model  # noqa: PLC0415
    from app.stages.yunet import YuNetDetector  # noqa: PLC0415

    if asked is None:
        return None
    model = asked if isinstance(asked, Path) else yunet_model(say)
    YuNetDetector(model, say=say).close()
    return model


def _choose(args: argparse.Namespace, known: Sequence[Candidate]) -> list[Candidate]:
    if args.detectors is None:
        return list(known)
    by_name = {candidate.name: candidate for candidate in known}
    names = [name.strip() for name in args.detectors.split(",") if name.strip()]
    unknown = [name for name in names if name not in by_name]
    if unknown or not names:
        args.parser.error(f"--detectors {args.detectors!r}: choose from {', '.join(by_name)}")
    return [by_name[name] for name in dict.fromkeys(names)]


def _print_setting(folder: LabelledFolder, counted: int, min_width: float) -> None:
    marked = sum(len(picture.boxes) for picture in folder.pictures)
    print(
        f"{len(folder.pictures)} pictures with {marked} marked faces, boxes from {folder.labels}.\n"
        f"{counted} faces of {min_width:g} pixels and wider count; to find one of the other "
        f"{marked - counted} is neither right nor wrong.\n"
        "A face is found where boxes overlap by half of what they cover together (IoU 0.5)."
    )
    if folder.unlabelled:
        print(f"Pictures left out as they have no boxes: {folder.unlabelled}.")
    if folder.absent:
        print(f"Pictures with boxes that are not in the folder: {folder.absent}.")


def _print_tables(measured: Sequence[Measured], working: float) -> None:
    from app.engine.bench.detect import FRAMES, PRECISION, figures, width_names  # noqa: PLC0415
    from app.engine.bench.detection_score import faces_by_width  # noqa: PLC0415

    rows = {one.name: figures(one.matches, working) for one in measured}
    widths = width_names()
    faces = [str(count) for count in faces_by_width(measured[0].matches)]
    _print_table(
        f"% of the faces found, at the score from which on {PRECISION:.0%} of the finds are faces",
        ["AP", "recall", *widths, "score", *(f"ms {height}p" for _, height in FRAMES)],
        {
            one.name: [
                _percent(row.average_precision),
                _percent(row.recall_at_precision),
                *map(_percent, row.widths_at_precision),
                f"{row.score_at_precision:.2f}" if row.score_at_precision < math.inf else "-",
                *(f"{milliseconds:.0f}" for milliseconds in one.frame_ms),
            ]
            for one, row in zip(measured, rows.values(), strict=True)
        }
        | {"faces": ["", str(int(measured[0].matches.counted.sum())), *faces]},
    )
    _print_table(
        f"% of the faces found, from score {working:g} on, Roomread's for a new student",
        ["", "recall", *widths],
        {
            name: ["", _percent(row.recall), *map(_percent, row.widths_recall)]
            for name, row in rows.items()
        },
    )
    _print_table(
        f"% of the finds that are faces, from score {working:g} on, by the width of the find",
        ["", "precision", *widths],
        {
            name: ["", _percent(row.precision), *map(_percent, row.widths_precision)]
            for name, row in rows.items()
        },
    )


def _print_table(title: str, head: Sequence[str], rows: dict[str, list[str]]) -> None:
    first = max(map(len, rows))
    columns = [max(6, len(name)) for name in head]
    print(f"\n{title}")
    for name, cells in [("", list(head)), *rows.items()]:
        padded = (f"{cell:>{width}}" for cell, width in zip(cells, columns, strict=False))
        print(f"{name:<{first}} {' '.join(padded)}".rstrip())


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else f"{share:.1%}"[:-1]


def _print_notes(bench: Bench) -> None:
    print("\nNotes")
    for why, names in bench.missing.items():
        print(f"  Not measured: {', '.join(names)}: {why}")
    print(
        "  Roomread's thresholds and box shapes were chosen on 60 photographs of WIDER FACE's\n"
        "  validation part; on those its own detectors look a little better than they are.\n"
        f"  Times are milliseconds a frame on this computer ({os.cpu_count() or 1} cores), now."
    )
    if any(one.name == "sweep" for one in bench.measured):
        print(
            "  sweep searches only its first frame whole, which is measured here; later ones cost "
            "less."
        )
