"""What is run, and the figures of each run."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from app.engine.analyse.sampling import MOST_FPS, Sampling
from tests.bench.away import Returns, returns
from tests.bench.clips import Clip, drawn, real, scene_text, simulated
from tests.bench.ground_truth import Boxes
from tests.bench.score import Score, false_faces, score, without_ignored
from tests.bench.simulate import DRAWN, HARD, Noise

PEERS = Path(__file__).parent / "peers.py"


@dataclass(frozen=True)
class Plan:
    """One row of the table: a scene, drawn once or simulated several times.

    Attributes:
        scene: name in ``scenes``; "" for the real clip.
        kind: "drawn", "simulated", "simulated, hard" or "real"; "recorded": drawn, and what a
            recording's tables have of it; "ignored": drawn, with a region around each portrait.
        seeds: of the scene and of the noise; None: the scene's own.
        seconds: length, None: the scene's own.
        pace: "" is every frame of the scene, most of which have 5 a second; the others are of
            ``PACES``, of the same scene at 15 frames a second.
    """

    scene: str
    kind: str
    seeds: Sequence[int | None] = (None,)
    seconds: float | None = None
    pace: str = ""

    @property
    def name(self) -> str:
        """Key of the row."""
        return ", ".join(filter(None, (self.scene or "classroom.mp4", self.kind, self.pace)))


PACES: Mapping[str, Sampling] = {
    "": Sampling(),
    "live": Sampling(),
    "analysed": Sampling.asked(),
}
"""Frames that are looked at: all, as live, or those of a recording where nobody asks for more."""

NOISES: Mapping[str, Noise] = {"simulated": DRAWN, "simulated, hard": HARD}

FULL = (
    Plan("seated_30", "drawn"),
    Plan("seated_long", "simulated"),
    Plan("seated_30", "simulated", range(1, 11)),
    Plan("seated_30", "simulated, hard", range(1, 11)),
    Plan("return_30s", "drawn"),
    Plan("return_30s", "simulated", range(1, 21)),
    Plan("swap_enter_leave", "drawn"),
    Plan("swap_enter_leave", "simulated", range(1, 7)),
    Plan("camera", "drawn"),
    Plan("camera", "simulated", range(1, 7)),
    Plan("crowd_50_1080p", "drawn"),
    Plan("crowd_50_1080p", "simulated", range(1, 7)),
    Plan("small_10", "drawn"),
    Plan("small_10", "simulated", range(1, 7)),
    Plan("distractors", "drawn"),
    Plan("distractors", "recorded"),
    Plan("distractors", "ignored"),
    Plan("", "real"),
    *(
        Plan(scene, kind, seeds, pace=pace)
        for scene, kind, seeds in (
            ("seated_30", "drawn", (None,)),
            ("seated_30", "simulated", range(1, 11)),
            ("return_30s", "drawn", (None,)),
            ("return_30s", "simulated", range(1, 7)),
            ("swap_enter_leave", "drawn", (None,)),
            ("swap_enter_leave", "simulated", range(1, 7)),
            ("crowd_50_1080p", "drawn", (None,)),
            ("small_10", "drawn", (None,)),
            ("distractors", "recorded", (None,)),
        )
        for pace in ("live", "analysed")
    ),
    Plan("camera", "drawn", pace="analysed"),
    Plan("", "real", pace="analysed"),
)

QUICK = (
    Plan("seated_30", "simulated", (1,), 60.0),
    Plan("seated_30", "simulated", (2,), 40.0, pace="analysed"),
    Plan("return_30s", "simulated", (1,)),
    Plan("seated_30", "drawn", (None,), 3.0),
)


@dataclass(frozen=True, eq=False)
class Figures:
    """Of one tracker on one row, all clips together.

    Attributes:
        score: counts.
        away: of students who came back.
        false: false faces (``score.false_faces``).
        hota: HOTA, DetA and AssA in percent, means over the clips; empty where not run.
        looked: frames that were looked at, also those that no result is of.
    """

    score: Score
    away: Returns
    false: int
    hota: Mapping[str, float]
    looked: int

    @property
    def looked_rate(self) -> float:
        """Frames a second that were looked at."""
        return self.looked / (60.0 * self.score.minutes)

    def as_json(self) -> dict[str, Any]:
        """Rounded, for the baseline."""
        counts = self.score
        return {
            "idf1": _rounded(100 * counts.idf1),
            **{name: _rounded(value) for name, value in self.hota.items()},
            "switches": counts.switches,
            "switches a student-hour": _rounded(counts.switch_rate),
            "transfers": counts.transfers,
            "student-hours": _rounded(counts.hours),
            "recall": _rounded(100 * (1 - counts.misses / counts.truths)),
            "false faces a minute": _rounded(self.false / counts.minutes),
            "frames a second": _rounded(self.looked_rate),
            "returns": self.away.count,
            "returns kept": self.away.kept,
        }


@dataclass(frozen=True, eq=False)
class Row:
    """Roomread's figures and, where they were run, those of the peers by name."""

    plan: Plan
    ours: Figures
    peers: Mapping[str, Figures] = field(default_factory=dict)


def clips(plan: Plan, shared: Path | None, folder: Path | None) -> Iterator[Clip]:
    """Run a plan; nothing for the real clip where it is not on this machine."""
    sampling = PACES[plan.pace]
    for number, seed in enumerate(plan.seeds):
        if plan.kind == "real":
            if shared is not None:
                yield real(shared, folder, sampling)
            continue
        text = scene_text(plan.scene, seed, plan.seconds, MOST_FPS if plan.pace else None)
        name = f"{plan.name} {number}"
        if plan.kind in ("drawn", "recorded", "ignored"):
            clip = drawn(text, name, folder, plan.kind == "ignored", sampling)
            yield clip.recorded() if plan.kind == "recorded" else clip
        else:
            yield simulated(text, name, NOISES[plan.kind], seed or 0, folder, sampling=sampling)


def row(plan: Plan, found: Sequence[Clip], peers: Path | None) -> Row:
    """Score a plan's clips, and what the peers' interpreter makes of the same detections."""
    if peers is None:
        return Row(plan, _figures(found, [clip.said for clip in found], None))
    others = _bytetrack(found, peers)
    return Row(
        plan,
        _figures(found, [clip.said for clip in found], peers),
        {name: _figures(found, said, peers) for name, said in others.items()},
    )


def _figures(found: Sequence[Clip], said: Sequence[Boxes], peers: Path | None) -> Figures:
    total, away, false = Score(), Returns(), 0
    for clip, result in zip(found, said, strict=True):
        total += score(clip.truth, result)
        away += returns(clip.truth, result)
        false += false_faces(clip.truth, result)
    looked = sum(clip.looked for clip in found)
    return Figures(total, away, false, _hota(found, said, peers) if peers else {}, looked)


def _hota(found: Sequence[Clip], said: Sequence[Boxes], peers: Path) -> dict[str, float]:
    given: dict[str, Any] = {}
    for number, (clip, result) in enumerate(zip(found, said, strict=True)):
        truth, counts = without_ignored(clip.truth, result)
        for what, boxes in (("faces", truth), ("said", counts)):
            given[f"{number}/{what}"] = np.column_stack([boxes.frame, boxes.ids, boxes.boxes])
        given[f"{number}/frames"] = clip.truth.frames
    scores = json.loads(_ask(peers, "hota", given, "scores.json").decode("utf-8"))
    names = next(iter(scores.values()))
    return {name: float(np.mean([one[name] for one in scores.values()])) for name in names}


def _bytetrack(found: Sequence[Clip], peers: Path) -> dict[str, list[Boxes]]:
    given = {}
    for number, clip in enumerate(found):
        given[f"{number}/found"] = clip.found
        given[f"{number}/times"] = clip.truth.timestamps
    with TemporaryDirectory() as here:
        path = Path(here) / "tracks.npz"
        path.write_bytes(_ask(peers, "track", given, path.name))
        with np.load(path) as arrays:
            tracks = {name: arrays[name] for name in arrays}
    found_by: dict[str, list[Boxes]] = {}
    for name in sorted(tracks, key=lambda name: int(name.split("/")[0])):
        rows = tracks[name]
        boxes = Boxes(rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2:])
        found_by.setdefault(name.split("/", 1)[1], []).append(boxes)
    return found_by


def _ask(peers: Path, task: str, given: Mapping[str, Any], answer: str) -> bytes:
    """Run ``peers.py`` in the peers' environment on these arrays; the file that it wrote."""
    with TemporaryDirectory() as here:
        source, target = Path(here) / "given.npz", Path(here) / answer
        np.savez(source, **given)
        subprocess.run([peers, "-W", "ignore", PEERS, task, source, target], check=True)
        return target.read_bytes()


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 2)
