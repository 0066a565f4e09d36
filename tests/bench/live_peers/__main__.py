"""Command line: ``python -m tests.bench.live_peers``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

from app import __version__
from app.core.errors import RoomreadError
from app.core.machine import usable_cores
from tests.bench.live_peers.peers import PEERS, Peer, PeerError, Place, run
from tests.bench.live_peers.plan import Answers, Plan, answers, plan
from tests.bench.live_peers.score import figures
from tests.bench.live_peers.table import Line, markdown


def main() -> None:
    """Compare Roomread with what users would pick instead: one clip, one machine, one table."""
    parser = _parser()
    given = parser.parse_args()
    python = _python(given.venv) if given.venv else None
    if python and not python.is_file():
        parser.error(f"{python} is not there: make the environment, see README.md")
    cores = min(given.cores, usable_cores())
    place = Place(python, given.yunet, cores, given.timeout)
    try:
        plans = {
            live: plan(given.clip, 0.0 if live else given.fps, given.seconds, given.warm_up)
            for live in (False, True)
        }
        known = {live: answers(one, given.truth) for live, one in plans.items()}
    except (ValueError, RoomreadError) as error:
        parser.error(str(error))
    chosen = [p for p in PEERS if not given.only or any(o in _name(p) for o in given.only)]
    lines = []
    for peer in chosen:
        _say(f"{_name(peer)} ...")
        lines.append(line(peer, plans[peer.live], known[peer.live], place))
    print(markdown(lines), _conditions(plans[False], cores, lines), sep="\n\n")
    if given.json:
        found = [asdict(one) for one in lines]
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def line(peer: Peer, given: Plan, known: Answers, place: Place) -> Line:
    """What comes of a peer."""
    try:
        answer = run(peer, given, place)
        return Line(peer, figures(answer, given, known), answer["note"], answer["versions"])
    except (PeerError, ValueError) as error:
        return Line(peer, None, str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.live_peers", description=main.__doc__
    )
    add = parser.add_argument
    add("--clip", type=Path, required=True, help="recording whose truth is known")
    add("--truth", type=Path, metavar="FILE", help="of the clip; else the .json beside it")
    add("--venv", type=Path, metavar="DIR", help="environment with requirements.txt")
    add("--yunet", type=Path, metavar="FILE", help="YuNet's model")
    add("--cores", type=int, default=2, help="that each may use, default 2")
    add("--seconds", type=float, default=14.0, help="of the clip, default 14")
    add("--warm-up", type=float, default=2.0, help="seconds of these that don't count, default 2")
    add("--fps", type=float, default=5.0, help="frames a second that are looked at, default 5")
    add("--only", action="append", metavar="TEXT", help="only peers whose line has this text")
    add("--timeout", type=float, default=1200.0, help="seconds until one is given up")
    add("--json", type=Path, metavar="FILE", help="write all figures there")
    return parser


def _conditions(given: Plan, cores: int, lines: list[Line]) -> str:
    """Under what conditions the table was made."""
    counted = len(given.numbers) - given.warm_up
    versions = sorted({f"{n} {v}" for one in lines for n, v in one.versions.items()})
    return (
        f"{given.clip.name}, {counted} frames, {given.rate:.1f} a second, after "
        f"{given.warm_up} to warm up; Live: every frame, at the clip's speed. {_processor()}, "
        f"{cores} of {os.cpu_count()} cores, each library told to use as many threads "
        f"or as its line says. Roomread {__version__}, {', '.join(versions)}; "
        f"{date.today().isoformat()}."
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for entry in info.read_text(encoding="utf-8").splitlines():
            if entry.startswith("model name"):
                return entry.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _python(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _name(peer: Peer) -> str:
    return f"{peer.name} ({peer.setting})"


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
