"""The whole line on real input: recording in, tables out, with the models that ship."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.geometry import iou_matrix
from app.engine.analyse.analyze import analyze_video
from app.engine.analyse.batch import Progress
from app.engine.analyse.sampling import Sampling
from app.engine.settings import Settings
from app.session.store import Session
from app.stages.fetch import models_folder
from tests.conftest import ROOT

ASSERTED = ("neutral", "happiness", "surprise", "anger")
"""Expressions that a rendered face shows clearly enough."""
SETTLED = 1.0
"""Seconds after a change of expression until it is counted: faces and smoother take their time."""

Row = dict[str, str]


def observations(out: Path) -> list[Row]:
    with (out / "observations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def box(row: Row) -> list[float]:
    return [float(row[f"face_{side}"]) for side in ("x", "y", "width", "height")]


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    text = (ROOT / "assets" / "demo.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@pytest.fixture(scope="module")
def seen(truth: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Row, Any]]:
    """Every third frame of the demo clip: each row with the true face that it lies on."""
    out = tmp_path_factory.mktemp("demo")
    analyze_video(ROOT / "assets" / "demo.mp4", out, Settings(), Sampling(every=3))
    pairs = []
    for row in observations(out):
        faces = truth["frames"][int(row["frame"])]["faces"]
        overlap = iou_matrix(np.array([box(row)]), np.array([face["box"] for face in faces]))[0]
        pairs.append((row, faces[int(overlap.argmax())] if overlap.max() > 0.4 else None))
    return pairs


def test_every_student_of_the_demo_clip_is_followed(
    seen: list[tuple[Row, Any]], truth: dict[str, Any]
) -> None:
    ids_of = defaultdict[int, set[str]](set)
    for row, face in seen:
        if face is not None:
            ids_of[face["id"]].add(row["student"])
    assert len(ids_of) == len(truth["students"])
    assert all(len(ids) == 1 for ids in ids_of.values())
    assert len({row["student"] for row, _ in seen}) == len(truth["students"])


def test_what_the_faces_show_is_read(seen: list[tuple[Row, Any]], truth: dict[str, Any]) -> None:
    """Majorities a student and expression. The faces were drawn until our model read them, so
    this says that the line works, not that the model is right."""
    changes = {s["id"]: [phase[0] for phase in s["phases"]] for s in truth["students"]}
    read = defaultdict[tuple[int, str], Counter[str]](Counter)
    for row, face in seen:
        if face is None or face["label"] not in ASSERTED:
            continue
        since = min(
            (t for c in changes[face["id"]] if (t := float(row["timestamp"]) - c) >= 0), default=0.0
        )
        clear = face["visible"] > 0.9 and abs(face["yaw"]) < 25 and abs(face["pitch"]) < 15
        if clear and face["strength"] > 0.8 and since > SETTLED:
            read[face["id"], face["label"]][row["expression"]] += 1
    enough = {pair: counts for pair, counts in read.items() if counts.total() >= 5}
    assert len(enough) > 20
    wrong = {
        pair: counts for pair, counts in enough.items() if counts.most_common(1)[0][0] != pair[1]
    }
    assert len(wrong) <= 0.2 * len(enough), wrong


def test_an_analysis_that_was_interrupted_goes_on_as_if_it_was_not(
    seen: list[tuple[Row, Any]], truth: dict[str, Any], tmp_path: Path
) -> None:
    """Stopped at 8 of 12 s; nobody of the demo clip is ever out of sight for long."""
    sampling, stop = Sampling(every=6), 8 * truth["fps"]
    cancelled, abandoned, shown_again = threading.Event(), threading.Event(), list[float]()

    def watch(now: Progress) -> None:
        if now.read >= stop:
            abandoned.set()
            cancelled.set()

    clip = ROOT / "assets" / "demo.mp4"
    first = analyze_video(
        clip,
        tmp_path,
        Settings(),
        sampling,
        progress=watch,
        cancelled=cancelled,
        abandoned=abandoned,
    )
    assert first.counts.analysed == stop / 6
    report = analyze_video(
        clip,
        tmp_path,
        Settings(),
        sampling,
        resume=True,
        progress=lambda p: shown_again.append(p.timestamp),
    )
    assert 2.5 < shown_again[0] < 3.1, "not from the beginning"
    assert not report.cancelled
    rows = observations(tmp_path)
    with Session.open(report.session) as session:
        frames = [one.index for one in session.raw_results()]
        assert session.complete
    assert frames == list(range(0, len(truth["frames"]), 6)), "each frame, and none twice"
    whole = [(row, box(row)) for row, _ in seen if int(row["frame"]) % 6 == 0]
    assert len(rows) == pytest.approx(len(whole), rel=0.02)
    same_faces = 0
    places = {(row["frame"], row["student"]): place for row, place in whole}
    for row in rows:
        place = places.get((row["frame"], row["student"]))
        if place is not None:
            overlap = iou_matrix(np.array([box(row)]), np.array([place]))[0, 0]
            same_faces += int(overlap > 0.5)
    assert same_faces >= 0.98 * len(rows), "who is who is as without a break"
    assert len(report.students) == len(truth["students"])


@pytest.mark.shared
def test_the_real_classroom(shared: Path, tmp_path: Path) -> None:
    report = analyze_video(
        shared / "clips" / "classroom.mp4", tmp_path, Settings(), Sampling(), annotate=True
    )
    rows = observations(tmp_path)
    frames = Counter(row["student"] for row in rows)
    assert sum(count >= 43 for count in frames.values()) == 4
    assert sum(count > 3 for count in frames.values()) == 4
    assert (rows[0]["timestamp"], rows[-1]["timestamp"]) == ("0.000", "2.640")
    read = [row for row in rows if row["expression"]]
    assert "S01" in {row["student"] for row in read}  # the widest face, looking at the camera
    total = [sum(float(row[name]) for name in LABELS) for row in read]
    assert total == pytest.approx([1.0] * len(read), abs=0.001)
    assert {path.name for path in report.files} == {
        "observations.csv", "students.csv", "resting.csv", "class.csv", "change.csv", "markers.csv",
        "statistics.csv", "session.json", "annotated.mp4",
        "S01.csv", "S02.csv", "S03.csv", "S04.csv",
    }  # fmt: skip


@pytest.mark.shared
def test_a_real_recording_with_the_real_models(shared: Path, tmp_path: Path) -> None:
    clip, out = shared / "clips" / "classroom.mp4", tmp_path / "D"
    command = [sys.executable, "-m", "app", "analyze", str(clip), "--out", str(out)]
    data = tmp_path / "data"  # what is kept of its user lies here, the models where they are
    (data / "roomread").mkdir(parents=True)
    (data / "roomread" / "models").symlink_to(models_folder())
    own = {**os.environ, "XDG_DATA_HOME": str(data)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=own)
    assert done.returncode == 0, done.stderr
    natives = ("W0000", "I0000", "INFO:", "WARNING", "[E:", "[W:")
    assert not [line for line in done.stderr.splitlines() if line.startswith(natives)]
    with (out / "observations.csv").open() as file:
        rows = list(csv.DictReader(file))
    frames: dict[str, int] = {}
    for row in rows:
        frames[row["student"]] = frames.get(row["student"], 0) + 1
    lasting = [student for student, count in frames.items() if count >= 13]
    assert len(lasting) == 4
    assert all(count <= 3 for student, count in frames.items() if student not in lasting)
    assert (rows[0]["timestamp"], rows[-1]["timestamp"]) == ("0.000", "2.640")
