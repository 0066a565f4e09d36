"""The comparison itself, with peers that are made up."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bench.ground_truth import Boxes, GroundTruth, still
from tests.bench.live_peers import plan as plans
from tests.bench.live_peers.__main__ import line
from tests.bench.live_peers.peers import PEERS, RUNNERS, Peer, PeerError, Place, run
from tests.bench.live_peers.plan import NO_LABEL, Answers, Plan, answers, forth_and_back, plan
from tests.bench.live_peers.score import Figures, figures, match
from tests.bench.live_peers.table import HEADS, Line, markdown
from tests.fakes import write_video

PLACE = Place(Path(sys.executable), None, 1, 30.0)
BOXES = np.array([[10.0, 10, 20, 24], [50, 10, 20, 24]])


def known(labels: tuple[str, str], frames: int = 4, yaw: float = 0.0) -> Answers:
    """Two faces that stay where they are; the second is turned by ``yaw``."""
    faces = Boxes.stack([(np.array([1, 2]), BOXES)] * frames)
    n = len(faces)
    truth = GroundTruth(
        "two", (96, 64), np.arange(frames) / 5.0, faces, np.ones(n), np.tile([0.0, yaw], frames),
        np.zeros(n), still(frames), np.ones(frames), np.zeros(frames), {},
    )  # fmt: skip
    return Answers(truth, labels * frames)


def a_face(box: Any, label: str | None = "anger", who: int | None = None, read: bool = True) -> Any:
    return {"box": list(box), "label": label, "id": who, "read": read}


def an_answer(faces: list[Any], frames: int = 4, wall: float = 0.5) -> dict[str, Any]:
    rows = [{"at": at, "wall": wall, "cpu": 0.1, "faces": faces} for at in range(frames)]
    return {"rows": rows, "memory": 100.0, "note": "", "versions": {}}


def a_plan(warm_up: int = 1, clip: Path = Path("two.mp4")) -> Plan:
    return Plan(clip, (0, 1, 2, 3), 5.0, warm_up)


class TestPlan:
    def test_forth_and_back(self) -> None:
        assert [forth_and_back(i, 4) for i in range(9)] == [0, 1, 2, 3, 2, 1, 0, 1, 2]

    def test_every_so_many_frames(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(plans, "_times", lambda _: np.arange(100) / 30.0)
        found = plan(Path("a.mp4"), 5.0, 3.0, 1.0)
        assert found.numbers == tuple(range(0, 90, 6))
        assert (found.rate, found.warm_up) == (5.0, 5)

    def test_no_more_than_the_clip_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(plans, "_times", lambda _: np.arange(10) / 10.0)
        found = plan(Path("a.mp4"), 30.0, 1.5, 0.5)
        assert found.rate == pytest.approx(10.0)
        assert found.numbers == (*range(10), 8, 7, 6, 5, 4)

    def test_nothing_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(plans, "_times", lambda _: np.arange(10) / 10.0)
        with pytest.raises(ValueError, match="leave no frames to count"):
            plan(Path("a.mp4"), 5.0, 2.0, 2.0)

    def test_truth_of_a_drawn_clip(self, tmp_path: Path) -> None:
        faces = [
            {"id": 3, "box": [1, 2, 30, 40], "label": "anger", "strength": strength,
             "visible": 1.0, "yaw": 5.0, "pitch": 0.0}
            for strength in (1.0, 0.3, 0.9)
        ]  # fmt: skip
        text = {"size": [96, 64], "frames": [{"faces": [face]} for face in faces]}
        (tmp_path / "a.json").write_text(json.dumps(text), encoding="utf-8")
        found = answers(Plan(tmp_path / "a.mp4", (0, 1, 2, 1), 5.0, 0))
        assert found.labels == ("anger", NO_LABEL, "anger", NO_LABEL)
        assert found.truth.faces.frame.tolist() == [0, 1, 2, 3]
        assert found.truth.faces.boxes[0].tolist() == [1, 2, 30, 40]

    def test_nothing_is_known(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="is not there: draw the clip"):
            answers(Plan(tmp_path / "a.mp4", (0, 1), 5.0, 0))

    @pytest.mark.shared
    def test_real_clip(self, shared: Path) -> None:
        found = answers(plan(shared / "clips" / "classroom.mp4", 5.0, 4.0, 1.0))
        assert np.bincount(found.truth.faces.frame).tolist() == [4] * 20
        assert set(found.labels) == {NO_LABEL}


class TestScore:
    def test_found_and_read(self) -> None:
        faces = [a_face(BOXES[0], "anger"), a_face(BOXES[1], "anger")]
        found = figures(an_answer(faces), a_plan(), known(("anger", "neutral")))
        assert (found.frames, found.there, found.found, found.false) == (3, 2.0, 1.0, 0.0)
        assert (found.fps, found.reads, found.reads_each) == (2.0, 4.0, 2.0)
        assert (found.told, found.right, found.cpu) == (1.0, 0.5, pytest.approx(100.0))
        assert math.isnan(found.idf1)
        assert math.isnan(found.taken)

    def test_boxes_that_others_draw(self) -> None:
        square = [6.0, 8.0, 28.0, 28.0]
        assert match(BOXES, np.array([square]))[0].tolist() == [0]
        beside = [24.0, 10.0, 20.0, 24.0]
        assert not len(match(BOXES, np.array([beside]))[0])

    def test_false_and_missed(self) -> None:
        faces = [a_face([10, 40, 20, 20]), a_face(BOXES[0], None)]
        found = figures(an_answer(faces), a_plan(), known(("anger", "neutral")))
        assert (found.found, found.false, found.told) == (0.5, 1.0, 0.0)
        assert math.isnan(found.right)
        assert found.reads_each == 1.0  # one is read in every frame, the other never

    def test_what_nobody_can_see_is_ignored(self) -> None:
        faces = [a_face(BOXES[0]), a_face(BOXES[1])]
        found = figures(an_answer(faces), a_plan(), known(("anger", "anger"), yaw=80.0))
        assert (found.there, found.found, found.false, found.reads) == (1.0, 1.0, 0.0, 2.0)

    def test_held_readings_are_told_and_not_read(self) -> None:
        faces = [a_face(BOXES[0], read=False), a_face(BOXES[1])]
        found = figures(an_answer(faces), a_plan(), known(("anger", "anger")))
        assert (found.reads, found.told, found.right) == (2.0, 1.0, 1.0)

    def test_ids(self) -> None:
        truth = known(("anger", "anger"))
        kept = an_answer([a_face(BOXES[0], who=7), a_face(BOXES[1], who=9)])
        assert figures(kept, a_plan(), truth).idf1 == 1.0
        kept["rows"][3]["faces"] = [a_face(BOXES[0], who=8), a_face(BOXES[1], who=9)]
        assert figures(kept, a_plan(), truth).idf1 < 0.9

    def test_live_has_its_own_clock(self) -> None:
        answer = an_answer([a_face(BOXES[0]), a_face(BOXES[1])])
        answer |= {"seconds": 1.5, "taken": 45, "cpu": 0.6}
        found = figures(answer, a_plan(), known(("anger", "anger")))
        assert (found.fps, found.taken, found.reads) == (2.0, 30.0, 4.0)
        assert found.cpu == pytest.approx(200.0)

    def test_nothing_after_the_warm_up(self) -> None:
        with pytest.raises(ValueError, match="after the warm-up"):
            figures(an_answer([], frames=1), a_plan(), known(("anger", "anger")))


class TestRun:
    RUNNER = """
import sys
sys.path.insert(0, {folder!r})
from harness import best, face, serve

def load(options):
    def look(image, at, seconds):
        name = best({{"happy": 0.7, "sad": 0.3}})
        return [face([at, int(image.mean()), 8, 8], name, options["who"])]
    return look

{before}
serve(load, ("numpy",))
"""

    def runner(self, folder: Path, before: str = "") -> Peer:
        path = folder / "made_up.py"
        path.write_text(self.RUNNER.format(folder=str(RUNNERS), before=before), encoding="utf-8")
        return Peer("made up", "as a test", str(path), {"who": 4}, theirs=True)

    @pytest.fixture
    def clip(self, tmp_path: Path) -> Path:
        path = tmp_path / "grey.mp4"
        write_video(path, 4, draw=lambda i: np.full((48, 64, 3), 40 * i, np.uint8), size=(64, 48))
        return path

    @pytest.mark.parametrize("numbers", [(0, 2, 3), (0, 2, 3, 2)], ids=["forth", "forth and back"])
    def test_answer(self, tmp_path: Path, clip: Path, numbers: tuple[int, ...]) -> None:
        found = run(self.runner(tmp_path), Plan(clip, numbers, 5.0, 0), PLACE)
        faces = [row["faces"][0] for row in found["rows"]]
        assert [one["box"][0] for one in faces] == list(range(len(numbers)))
        assert [one["box"][1] for one in faces] == pytest.approx([40 * i for i in numbers], abs=3)
        assert {(one["label"], one["id"]) for one in faces} == {("happiness", 4)}
        assert all(row["wall"] > 0 for row in found["rows"])
        assert 10 < found["memory"] < 1000
        assert found["versions"] == {"numpy": np.__version__}

    def test_failure_is_a_line_of_the_table(self, tmp_path: Path, clip: Path) -> None:
        peer = self.runner(tmp_path, "raise ImportError('no wheels today')")
        found = line(peer, a_plan(clip=clip), known(("anger", "anger")), PLACE)
        assert found.figures is None
        assert found.note == "ended with status 1: ImportError: no wheels today"

    def test_slow_ones_are_given_up(self, tmp_path: Path, clip: Path) -> None:
        peer = self.runner(tmp_path, "import time; time.sleep(60)")
        with pytest.raises(PeerError, match="given up after 0 s"):
            run(peer, a_plan(clip=clip), replace(PLACE, timeout=0.2))

    @pytest.mark.parametrize(("own", "told"), [(0, "3"), (1, "1")])
    def test_threads(self, tmp_path: Path, clip: Path, own: int, told: str) -> None:
        tells = "import os\nLABELS['happy'] = os.environ['OMP_NUM_THREADS']"
        peer = replace(self.runner(tmp_path, f"from harness import LABELS\n{tells}"), threads=own)
        found = run(peer, a_plan(clip=clip), replace(PLACE, cores=3))
        assert found["rows"][0]["faces"][0]["label"] == told

    def test_what_is_not_there_is_said(self) -> None:
        theirs = next(peer for peer in PEERS if peer.theirs)
        with pytest.raises(PeerError, match="--venv"):
            run(theirs, a_plan(), replace(PLACE, python=None))
        with pytest.raises(PeerError, match="--yunet"):
            run(next(peer for peer in PEERS if peer.yunet), a_plan(), PLACE)


class TestTable:
    FIGURES = Figures(60, 28.0, 0.5, 0.25, 2.0, math.nan, 28.0, 1.0, 480.4, 700.0, math.nan, 1.0,
                      0.625)  # fmt: skip

    def test_lines_and_notes(self) -> None:
        peer = Peer("a", "fast", "a.py")
        lines = [
            Line(peer, self.FIGURES),
            Line(replace(peer, name="b"), None, "it | broke\nbadly " + "x" * 300),
            Line(peer, replace(self.FIGURES, taken=30.0, idf1=0.9876)),
        ]
        table, notes = markdown(lines).split("\n\n")
        rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
        assert [len(row) for row in rows] == [len(HEADS) - 1, *[len(HEADS)] * 4]  # an empty head
        assert rows[2][2:] == ["50% of 28.0", "0.25", "2.0", "28", "1.0", "480", "700", "none",
                               "100%", "62%"]  # fmt: skip
        assert rows[3][:3] == ["b", "fast (1)", "-"]
        assert notes.startswith("1. b (fast): it \\| broke badly xxx")
        assert notes.endswith("…")
        assert (rows[4][4], rows[4][9]) == ("2.0 of 30 taken", "98.8")

    def test_runners_are_there(self) -> None:
        assert all((RUNNERS / peer.runner).is_file() for peer in PEERS)
        assert len({(peer.name, peer.setting) for peer in PEERS}) == len(PEERS)
