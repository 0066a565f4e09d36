"""Command line: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from app.engine.bench.detect import bench_detect, candidates, figures
from app.engine.bench.face_labels import read_folder
from app.engine.settings import Settings
from tests.bench import baseline
from tests.bench.cost import Cost, cost
from tests.bench.rows import FULL, QUICK, Row, clips, row
from tests.bench.table import details, goals
from tests.conftest import ROOT

MIN_WIDTH = 16.0
"""Pixels of a real face, see the issue's row."""


def main() -> None:
    """Score identity on drawn, simulated and real clips and compare with the baseline."""
    given = _arguments()
    shared = ROOT.parent / "shared"
    if given.cache is not None:
        given.cache.mkdir(parents=True, exist_ok=True)
    rows: dict[str, Row] = {}
    for plan in QUICK if given.quick else FULL:
        if given.only and plan.name not in given.only:
            continue
        _say(f"{plan.name} ...")
        found = list(clips(plan, shared if shared.is_dir() else None, given.cache))
        if found:
            rows[plan.name] = row(plan, found, given.peers)
    spent = cost(given.yunet, given.cache) if given.yunet else None
    recalls = _recalls(shared / "faces", given.yunet) if given.faces else {}
    print(goals(rows, spent, recalls), details(rows), sep="\n\n")
    sys.exit(_compare(rows, spent, recalls, given))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    add = parser.add_argument
    add("--peers", type=Path, metavar="PYTHON", help="interpreter with requirements-peers.txt")
    add("--yunet", type=Path, metavar="FILE", help="YuNet's model, for the times")
    add("--faces", action="store_true", help="also detection on the labelled photographs: minutes")
    add("--quick", action="store_true", help="only the part that the tests hold")
    add("--only", action="append", metavar="ROW", help="only these rows, by name")
    add("--cache", type=Path, metavar="FOLDER", help="keeps clips and results; changes no figure")
    add("--write-baseline", action="store_true", help="commit to these figures")
    return parser.parse_args()


def _compare(
    rows: dict[str, Row], spent: Cost | None, recalls: dict[str, float], given: argparse.Namespace
) -> int:
    """Write or hold the baseline; the exit status."""
    found = {
        ("quick: " if given.quick else "") + name: {
            **one.ours.as_json(),
            **({"peers": {p: f.as_json() for p, f in one.peers.items()}} if one.peers else {}),
        }
        for name, one in rows.items()
    }  # fmt: skip
    if spent is not None:
        rounded = {name: round(value, 2) for name, value in asdict(spent).items()}
        found["live_40, one core"] = {**rounded, "ratio": round(spent.ratio, 3)}
    if recalls:
        found["real faces, recall at 90% precision"] = {
            name: round(100 * value, 1) for name, value in recalls.items()
        }
    if given.write_baseline:
        baseline.save(found)
        return 0
    worse = baseline.regressions(found, baseline.load())
    print("", *(worse or ["No figure is worse than the baseline allows."]), sep="\n")
    return 1 if worse else 0


def _recalls(folder: Path, yunet: Path | None) -> dict[str, float]:
    """Recall at 90% precision of every detector that can be had here."""
    settings = Settings()
    chosen = candidates(settings, yunet)
    pictures = read_folder(folder).pictures
    least = settings.detector.min_score
    found = bench_detect(chosen, pictures, MIN_WIDTH, least, _say, lambda *_: None)
    return {m.name: figures(m.matches, least).recall_at_precision for m in found.measured}


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
