"""What continuous integration holds: a few minutes simulated, a few seconds drawn, the real clip.

The whole table takes minutes: ``python -m tests.bench``.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.types import Faces, Frame
from app.engine.analyse.sampling import Sampling
from app.engine.settings import Settings
from app.stages.protocols import SourceInfo
from tests.bench import baseline
from tests.bench.clips import around_portraits, follow, simulated
from tests.bench.cost import cost
from tests.bench.ground_truth import GroundTruth, of_scene
from tests.bench.real import LABELS, read_labels
from tests.bench.rows import PEERS, QUICK, Plan, clips, row
from tests.bench.score import false_faces, score
from tests.bench.simulate import DRAWN
from tests.bench.stages import build_tracker
from tests.classroom.film import Film
from tests.classroom.scene import Scene
from tests.classroom.text import parse_scene


@pytest.mark.parametrize("plan", QUICK, ids=lambda plan: plan.name)
def test_identity_is_no_worse_than_the_baseline(plan: Plan) -> None:
    committed = baseline.load()
    name = f"quick: {plan.name}"
    assert name in committed["figures"]
    found = row(plan, list(clips(plan, None, None)), None).ours.as_json()
    assert not baseline.regressions({name: found}, committed)


@pytest.mark.shared
def test_the_four_men_of_the_real_clip_keep_their_ids(shared: Path) -> None:
    [clip] = clips(Plan("", "real"), shared, None)
    found = score(clip.truth, clip.said)
    assert found.switches == found.transfers == 0
    assert found.idf1 > 0.95


@pytest.mark.alone
@pytest.mark.shared
def test_a_frame_costs_about_what_the_baseline_says(shared: Path) -> None:
    """Loosely: other work on the machine may come between the two."""
    committed = baseline.load()["figures"]["live_40, one core"]["ratio"]
    yunet = next((shared / "detectors").glob("*.onnx"))
    assert cost(yunet, None, frames=20, warm_up=5).ratio < committed + 0.5


PUSHED = """
students = 4
seconds = 4
size = [640, 360]
fps = 15
seed = 3
faces = [26, 40]

[[events]]
kind = "nudge"
start = 2.0
shift = [24, -9]
"""


def test_of_a_recording_what_is_read_is_scored_and_more_is_followed_where_it_is_restless() -> None:
    live = simulated(PUSHED, "pushed", DRAWN, 1, None)
    clip = simulated(PUSHED, "pushed", DRAWN, 1, None, sampling=Sampling.asked())
    assert clip.truth.timestamps == pytest.approx(live.truth.timestamps[::3])
    assert clip.read.tolist() == list(range(0, 60, 3))
    first = live.truth.faces.select(live.truth.faces.frame == 3)
    assert np.array_equal(clip.truth.faces.boxes[clip.truth.faces.frame == 1], first.boxes)
    assert max(clip.said.frame.max(), clip.found[:, 0].max()) < 20 < clip.looked < 40
    assert live.looked == 60
    assert score(clip.truth, clip.said).idf1 > 0.95


def test_labels_have_four_men_in_every_frame_and_key_frames_stay() -> None:
    faces = read_labels(LABELS, 45)
    assert faces.ids.tolist() == [1, 2, 3, 4] * 45
    assert (faces.boxes[:, 2:] >= 10).all()
    assert (faces.boxes[:, 2:] <= 30).all()
    assert faces.boxes[0].tolist() == [65, 149.5, 21, 22.5]
    between = faces.boxes[faces.ids == 4][12]
    before, after = (faces.boxes[faces.ids == 4][key] for key in (10, 15))
    assert np.allclose(between, before + 0.4 * (after - before))


def test_regressions_go_by_the_tolerance() -> None:
    committed = {"figures": {"lesson": {"idf1": 98.0, "switches a student-hour": 0.2}}}
    fine = {"lesson": {"idf1": 97.6, "switches a student-hour": 0.6}}
    worse = {"lesson": {"idf1": 97.4, "switches a student-hour": 0.8}}
    better = {"lesson": {"idf1": 99.9, "switches a student-hour": 0.0}, "another": {"idf1": 1.0}}
    assert not baseline.regressions(fine, committed)
    assert not baseline.regressions(better, committed)
    assert baseline.regressions(worse, committed) == [
        "lesson: idf1 is 97.4, was 98",
        "lesson: switches a student-hour is 0.8, was 0.2",
    ]


def test_two_more_switches_may_be_chance() -> None:
    committed = {"figures": {"lesson": {"switches a student-hour": 0.0}}}
    for switches, fine in ((2, True), (4, False)):
        found = {"switches a student-hour": switches / 1.5, "student-hours": 1.5}
        assert (not baseline.regressions({"lesson": found}, committed)) == fine


def test_saving_keeps_rows_that_were_not_run(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    baseline.save({"one": {"idf1": 1.0}}, path)
    baseline.save({"two": {"idf1": 2.0}}, path)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["figures"] == {"one": {"idf1": 1.0}, "two": {"idf1": 2.0}}
    assert set(found["versions"]) >= {"python", "numpy", "motmetrics"}


def test_peers_know_nothing_of_roomread() -> None:
    tree = ast.parse(PEERS.read_text(encoding="utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not names & {"app", "tests", "cv2"}


@pytest.mark.skipif("ROOMREAD_PEERS" not in os.environ, reason="needs the peers' interpreter")
def test_peers_follow_and_score() -> None:
    plan = Plan("seated_30", "simulated", (1,), 10.0)
    found = row(plan, list(clips(plan, None, None)), Path(os.environ["ROOMREAD_PEERS"]))
    assert set(found.peers) == {"ByteTrack", "ByteTrack, patient"}
    assert 50 < found.ours.hota["HOTA"] <= 100


POSTERS = """
students = 2
seconds = 33
size = [640, 360]
fps = 2
seed = 15
faces = [26, 40]

[clutter]
portraits = 2
"""


class Shots:
    """A recording of these frames."""

    def __init__(self, frames: list[Frame], fps: float) -> None:
        self._frames = frames
        height, width = frames[0].image.shape[:2]
        self.info = SourceInfo("shots", False, (width, height), fps, None, len(frames))

    def frames(self) -> Iterator[Frame]:
        return iter(self._frames)

    def close(self) -> None:
        pass


class Everything:
    """Finds every student and every portrait of a scene, each time at the same place."""

    def __init__(self, scene: Scene, truth: GroundTruth) -> None:
        self._truth, self._offsets = truth, truth.faces.offsets(truth.frames)
        middles = [(p.x + 0.5 * p.width, p.y + 0.45 * p.height) for p in scene.posters]
        self._posters = np.array([(x - 9, y - 11, 18, 22) for x, y in middles])
        self._number = -1

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        self._number += 1
        here = slice(*self._offsets[self._number : self._number + 2])
        boxes = np.concatenate([self._truth.faces.boxes[here], self._posters])
        return Faces.make(boxes, np.full(len(boxes), 0.9))


def test_posters_are_false_faces_live_and_none_of_a_recording_or_with_a_region() -> None:
    scene = parse_scene(POSTERS)
    truth = of_scene(scene, "posters")
    frames = [Frame(one.image, i, i / 2) for i, one in enumerate(Film(scene).shots())]
    clip = Shots(frames, 2.0)
    live = follow(clip, Everything(scene, truth), build_tracker(Settings()), truth)
    assert false_faces(truth, live.said) == 2
    last = live.said.ids[live.said.frame == truth.frames - 1]
    assert len(last) == 2
    assert len(live.pictures) == 2
    assert false_faces(truth, live.recorded().said) == 0
    assert score(truth, live.recorded().said).misses == score(truth, live.said).misses
    around = around_portraits(scene)
    told = follow(clip, Everything(scene, truth), build_tracker(Settings()), truth, around)
    assert false_faces(truth, told.said) == 0
    assert told.pictures == ()
