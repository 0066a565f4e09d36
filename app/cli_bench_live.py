"""``roomread bench live``: how Live does here with classes of several sizes."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.arguments import add_provider, add_settings, count

if TYPE_CHECKING:
    from app.engine.bench.growth import Growth
    from app.engine.bench.live_case import LiveFigures
    from app.engine.settings import Settings

AS_IS: Final = "as-is"
_FACES: Final = "10,20,30,40,50"
_SIZES: Final = "720p,1080p"
_SECONDS: Final = 20.0
_NOT_GROWTH: Final = ("faces", "size", "seconds", "into")
_STARTING: Final = 150.0
"""Seconds that a case may take beside those that it measures."""


def add_live(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the kind to those of ``roomread bench``."""
    live = kinds.add_parser(
        "live",
        help="how Live does here with classes of several sizes",
        description="Opens the window (out of sight where there is no screen) in front of a "
        "synthetic camera that shows the students of VIDEO, or of the clip that comes with "
        "Roomread, as a class of N, and tells how many pictures are shown and searched a second, "
        "how often each face is read, how late, and what it costs; last, whether this computer "
        "keeps up. The usual 10 cases take about 6 minutes, --growth about 5 minutes. Where there "
        "is a screen the window opens on it for each case: leave it open, or keep it out of sight "
        "with QT_QPA_PLATFORM=offscreen in the environment.",
    )
    live.add_argument("video", type=Path, nargs="?", metavar="VIDEO")
    live.add_argument(
        "--faces",
        type=_faces,
        metavar="N,N",
        help=f"students of each case ({_FACES}), or {AS_IS} alone: VIDEO as it is",
    )
    live.add_argument(
        "--size",
        type=_sizes,
        metavar="S,S",
        help=f"of the camera's picture: 720p, 1080p, 1280x720 … ({_SIZES})",
    )
    live.add_argument(
        "--seconds",
        type=_seconds,
        metavar="S",
        help=f"that count, of each case ({_SECONDS:g})",
    )
    add_provider(live)
    live.add_argument(
        "--share", type=_share, metavar="0.1-1", help="of the cores that Live may take"
    )
    live.add_argument(
        "--growth",
        action="store_true",
        help="instead: how the cost of a picture grows with faces, pixels and minutes",
    )
    add_settings(live)
    live.add_argument("--out", type=Path, metavar="DIR", help="charts (SVG, PNG) go there")
    live.add_argument("--json", type=Path, metavar="FILE", help="all figures go there")
    live.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help="put the table into this Markdown file, between the lines "
        "<!-- roomread bench live --> (with VIDEO's name behind live) and <!-- end -->",
    )
    live.set_defaults(run=_live, parser=live)


def _live(args: argparse.Namespace) -> int:
    from app.engine.analyse.recordings import demo_clip  # noqa: PLC0415
    from app.engine.bench.live import check_video, with_choices, with_its_model  # noqa: PLC0415
    from app.engine.settings import load_settings  # noqa: PLC0415

    own = [f"--{name}" for name in _NOT_GROWTH if getattr(args, name) is not None]
    if args.growth and own:
        args.parser.error(f"--growth has cases of its own: leave {' and '.join(own)} away")
    asked = with_choices(load_settings(args.settings), args.provider, args.share)
    _check_targets(args)
    if args.video is not None:
        check_video(args.video)
    settings = with_its_model(asked)
    clip = demo_clip() if args.video is None else nullcontext(args.video)
    with clip as video:
        return (_growth if args.growth else _cases)(args, video, settings)


def _check_targets(args: argparse.Namespace) -> None:
    """All that is to be written can be: said now, not after minutes."""
    from app.engine.bench.page import check_page  # noqa: PLC0415
    from app.engine.bench.targets import check_file, check_folder  # noqa: PLC0415

    if args.into is not None:
        check_page(args.into, _page_kind(args))
    if args.json is not None:
        check_file(args.json, "the figures")
    if args.out is not None:
        chart = _chart_name(args)
        check_folder(args.out, (f"{chart}.svg", f"{chart}.png"), "the chart")


def _page_kind(args: argparse.Namespace) -> str:
    return "live" if args.video is None else f"live {args.video.name}"


def _chart_name(args: argparse.Namespace) -> str:
    if args.growth:
        return "growth"
    return "live" if args.video is None else f"live-{args.video.stem}"


def _cases(args: argparse.Namespace, video: Path, settings: Settings) -> int:
    from app.engine.bench.apart import in_own_process  # noqa: PLC0415
    from app.engine.bench.live import Asked, beforehand, bench_live  # noqa: PLC0415
    from app.engine.bench.live_case import LiveCase  # noqa: PLC0415
    from app.engine.bench.live_report import page_words, write_json  # noqa: PLC0415
    from app.engine.bench.machine import machine  # noqa: PLC0415
    from app.engine.bench.page import put_into  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415
    from app.ui.live.bench import run_case  # noqa: PLC0415

    faces = _faces(_FACES) if args.faces is None else args.faces
    sizes = args.size or (_sizes(_SIZES) if faces else ())
    asked = Asked(video, faces, sizes, args.seconds or _SECONDS)

    def run(case: LiveCase) -> LiveFigures:
        limit = case.seconds + case.warm_up + _STARTING
        return in_own_process(run_case, case, limit=limit)

    with ProgressLine(sys.stderr) as line:
        line.say(beforehand(asked))
        figures = bench_live(asked, settings, run, line.say, line.working)
    facts = machine()
    _print_cases(figures, facts["processor"])
    if args.json is not None:
        live = settings.live.model_dump(mode="json")
        said = {"video": video.name, "seconds": asked.seconds, "live": live}
        write_json(args.json, figures, facts, said)
    if args.out is not None:
        from app.engine.bench.live_chart import chart, write_chart  # noqa: PLC0415

        write_chart(args.out, _chart_name(args), chart(figures))
    if args.into is not None:
        put_into(args.into, _page_kind(args), page_words(figures, facts, video.name))
    return 0


def _print_cases(figures: Sequence[LiveFigures], processor: str) -> None:
    from app.engine.bench.live_report import (  # noqa: PLC0415
        BUSY,
        HEAD,
        legend,
        paragraph,
        row,
        screen_words,
        stage_table,
    )
    from app.engine.bench.live_verdict import verdict  # noqa: PLC0415

    _print_table(HEAD, [row(one) for one in figures])
    print("\nMilliseconds by stage, by the clock on the wall; they overlap.")
    _print_table(*stage_table(figures))
    first = figures[0]
    print(f"\n{paragraph(legend(figures))}\n")
    print(f"Model {first.model} on {first.provider}, {first.speed.cores} cores of {processor}.")
    print(screen_words(figures))
    if any(one.speed.busy for one in figures):
        print(BUSY)
    for line in verdict(figures):
        print(paragraph(line))


def _growth(args: argparse.Namespace, video: Path, settings: Settings) -> int:
    from app.engine.bench.growth import GROWTH_S, bench_growth  # noqa: PLC0415
    from app.engine.bench.live import about  # noqa: PLC0415
    from app.terminal import ProgressLine  # noqa: PLC0415

    with ProgressLine(sys.stderr) as line:
        line.say(f"Over faces, pixels and minutes, together {about(GROWTH_S)}.")
        grown = bench_growth(video, settings, line.say, line.working)
    _print_growth(grown)
    if args.json is not None:
        from app.engine.bench.growth import write_growth  # noqa: PLC0415

        write_growth(args.json, grown)
    if args.out is not None:
        from app.engine.bench.growth_chart import chart  # noqa: PLC0415
        from app.engine.bench.live_chart import write_chart  # noqa: PLC0415

        write_chart(args.out, _chart_name(args), chart(grown))
    return 0


def _print_growth(grown: Sequence[Growth]) -> None:
    for one in grown:
        print(f"\nMilliseconds of processor time a picture, over {one.over}")
        _print_table(
            (one.over, "ms", "MB"),
            [
                (f"{at:g}", f"{1000 * cost:.1f}", f"{memory / 1e6:.0f}")
                for at, cost, memory in zip(one.at, one.cost, one.memory, strict=True)
            ],
        )
        print(one.verdict)


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for cells in (head, *rows):
        padded = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        print("  ".join(padded).rstrip())


def _faces(text: str) -> tuple[int, ...]:
    from app.engine.bench.live import MOST  # noqa: PLC0415

    parts = [one.strip().lower() for one in text.split(",")]
    if parts == [AS_IS]:
        return ()
    if AS_IS in parts:
        raise argparse.ArgumentTypeError(
            f"{text!r}: {AS_IS} stands alone, without numbers; measure the two one after the other"
        )
    try:
        faces = tuple(map(count, parts))
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, several as {_FACES}, or {AS_IS}") from error
    if max(faces) > MOST:
        raise argparse.ArgumentTypeError(f"{max(faces)}: give {MOST} faces or fewer")
    return faces


def _sizes(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(_size(one.strip().lower()) for one in text.split(","))


def _size(text: str) -> tuple[int, int]:
    if lines := re.fullmatch(r"(\d{3,4})p", text):
        height = int(lines[1])
        size = round(height * 8 / 9) * 2, height
    elif both := re.fullmatch(r"(\d{3,4})x(\d{3,4})", text):
        size = int(both[1]), int(both[2])
    else:
        raise argparse.ArgumentTypeError(f"{text!r}: give sizes as 720p or 1280x720")
    if min(size) < 200:
        raise argparse.ArgumentTypeError(f"{text!r}: give 200 pixels or more")
    return size


def _seconds(text: str) -> float:
    return _number(text, 1.0, 3600.0)


def _share(text: str) -> float:
    return _number(text, 0.1, 1.0)


def _number(text: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from {least:g} to {most:g}")
    return value
