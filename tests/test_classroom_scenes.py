"""Scenes from text: what each event does to the truth, and that truth and picture agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.classroom.__main__ import main
from tests.classroom.camera import inverse, streak, view
from tests.classroom.film import Film
from tests.classroom.scene import Scene
from tests.classroom.script import classroom
from tests.classroom.text import SceneError, load_scene, parse_scene
from tests.classroom.truth import FaceTruth, Moment, facing, truth
from tests.classroom.write import write_clip
from tests.conftest import ROOT

SCENES = sorted((ROOT / "tests" / "bench" / "scenes").glob("*.toml"))

BASE = """
students = 6
seconds = 10
fps = 5
size = [480, 270]
seed = 4
faces = [24, 30]
rows = 2
spare = 1
"""


def scene(more: str = "", base: str = BASE) -> Scene:
    return parse_scene(base + more)


def event(kind: str, **values: object) -> str:
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join(["[[events]]", f'kind = "{kind}"', *lines, ""])


def at(told: list[Moment], time: float) -> dict[int, FaceTruth]:
    """Faces by id of the frame nearest to ``time``."""
    nearest = min(told, key=lambda m: abs(m.timestamp - time))
    return {face.id: face for face in nearest.faces}


def shown(more: str) -> list[Moment]:
    return list(truth(scene(more)))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("students = 3", "seconds: field required"),
        ("students = 0\nseconds = 3", "students: should be greater than or equal to 1, got 0"),
        ("students = 3\nseconds = 3\ncolour = 1", "colour: there is no such key"),
        ("students = 3\nseconds = 3\nsize = [641, 360]", "even numbers"),
        ("students = 3\nseconds = 3\nfaces = [40, 20]", "faces: expected the width of the small"),
        ("students = 300\nseconds = 3", "students: expected at most"),
        ("students = 3\nsize = [1,\nx", "line 3"),
        (BASE + event("sneeze", start=1), "events.0: .*'turn'"),
        (BASE + event("hand", student=9, start=1, end=2), "hand at 1 s: student: expected 1 to 6"),
        (BASE + event("hand", student=1, start=3, end=2), "events.0: expected end after start 3"),
        (BASE + event("hand", student=1, start=11, end=12), "hand at 11 s is after the end"),
        (BASE + event("lean", student=1, over=6, start=1, end=2), "someone in the row of"),
        (BASE + event("enter", student=1, start=2) + event("enter", student=1, start=6),
         "student 1 is still in the room at 6 s"),
        (BASE.replace("spare = 1", "") + event("away", student=1, start=1, end=4, seat="free"),
         "no seat is free"),
        (BASE + "[occlusions]\nrate = 1\nkinds = ['sleep']", "occlusions.kinds.0"),
        (BASE + "[moves]\nswaps = 4", "moves: 8 students needed, 6 have no other event"),
        (BASE + "[clutter]\nposters = 90", "clutter: expected at most"),
    ],
)  # fmt: skip
def test_bad_text_is_refused_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(SceneError, match=complaint) as caught:
        parse_scene(text)
    assert "\n" not in str(caught.value)


def test_complaint_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text("students = 3", encoding="utf-8")
    with pytest.raises(SceneError, match=r"^odd\.toml: seconds"):
        load_scene(path)


@pytest.mark.parametrize("path", SCENES, ids=lambda p: p.stem)
def test_bench_scenes_load(path: Path) -> None:
    loaded = load_scene(path)
    assert loaded.fast
    first = next(truth(loaded))
    assert 0 < len(first.faces) <= len(loaded.students)


@pytest.mark.parametrize(
    "happening",
    [
        event("turn", student=2, start=2, end=6),
        event("back", student=2, start=2, end=6),
        event("desk", student=2, start=2, end=6),
        event("hand", student=2, start=2, end=6),
        event("book", student=2, start=2, end=6),
        event("lean", student=1, over=2, start=2, end=6),
        event("teacher", student=2, start=2, pause=4),
    ],
)
def test_a_face_is_hidden_for_as_long_as_the_event_lasts(happening: str) -> None:
    calm = shown("")
    told = shown(happening)
    assert all(at(calm, t)[2].visible > 0.9 for t in (1.0, 4.0, 9.0))
    assert at(told, 4.0)[2].visible < 0.5
    assert at(told, 9.0)[2].visible > 0.9
    # On a desk or a neighbour's place, the others are still seen.
    if "teacher" not in happening:
        assert all(f.visible > 0.5 for i, f in at(told, 4.0).items() if i != 2)


def test_backs_and_profiles_count_as_not_seen() -> None:
    assert facing(0, 0) == facing(60, 0) == facing(-60, 20) == 1.0
    assert facing(90, 0) == facing(180, 0) == facing(-170, 0) == facing(0, 80) == 0.0
    told = shown(event("back", student=2, start=2, end=6))
    assert abs(at(told, 4.0)[2].yaw) > 130


def test_who_leaves_is_no_longer_listed() -> None:
    told = shown(event("leave", student=3, start=2))
    assert 3 in at(told, 2.4)
    assert all(3 not in at(told, t) for t in (6.0, 9.0))
    x = [at(told, t)[3].box[0] for t in (1.0, 3.0)]
    assert abs(x[1] - x[0]) > 20


def test_who_comes_late_sits_in_the_own_seat_afterwards() -> None:
    told, calm = shown(event("enter", student=3, start=3)), shown("")
    assert all(3 not in at(told, t) for t in (0.0, 2.8))
    assert at(told, 9.0)[3].box == at(calm, 9.0)[3].box


def test_who_was_away_comes_back_to_the_own_or_a_free_seat() -> None:
    calm = shown("")
    for seat in ("own", "free"):
        told = shown(event("away", student=3, start=1, end=5, seat=seat))
        assert 3 not in at(told, 4.6)
        gap = np.hypot(*np.subtract(at(told, 9.0)[3].box[:2], at(calm, 9.0)[3].box[:2]))
        assert (gap < 1) == (seat == "own")


@pytest.mark.parametrize("pair", [(1, 2), (1, 6)])
def test_swapped_students_sit_in_each_others_seat(pair: tuple[int, int]) -> None:
    told, calm = shown(event("swap", students=pair, start=1)), shown("")
    for student, other in (pair, pair[::-1]):
        here, there = at(told, 9.0)[student].box, at(calm, 9.0)[other].box
        assert np.hypot(*np.subtract(here[:2], there[:2])) < 8
        assert here[2] == pytest.approx(there[2], rel=1e-6)


def test_camera_moves_boxes_and_says_how() -> None:
    calm = shown("")
    told = shown(event("nudge", start=3, shift=[14, -6], angle=1.5)
                 + event("zoom", start=6, end=7, factor=1.2))  # fmt: skip
    for time, grown in ((4.0, 1.0), (9.0, 1.2)):
        frame = min(told, key=lambda m: abs(m.timestamp - time))
        for face in frame.faces:
            before = at(calm, time)[face.id].box
            centre = (face.box[0] + face.box[2] / 2, face.box[1] + face.box[3] / 2, 1.0)
            first = frame.camera @ centre
            assert first[0] == pytest.approx(before[0] + before[2] / 2, abs=0.01)
            assert first[1] == pytest.approx(before[1] + before[3] / 2, abs=0.01)
            assert face.box[2] == pytest.approx(grown * before[2])
    np.testing.assert_array_equal(told[0].camera, np.eye(2, 3))
    assert np.hypot(*at(told, 4.0)[2].box[:2]) != np.hypot(*at(calm, 4.0)[2].box[:2])


def test_camera_shakes_only_during_a_nudge_and_blurs_then() -> None:
    knocked = scene(event("nudge", start=3, shift=[20, 0]))
    assert streak(knocked, 2.9) == streak(knocked, 4.0) == (0.0, 0.0)
    assert np.hypot(*streak(knocked, 3.1)) > 1.0
    np.testing.assert_allclose(view(knocked, 5.0)[:, 2], (20.0, 0.0))
    turned = view(scene(event("nudge", start=1, shift=[3, 4], angle=5)), 5.0)
    both = np.vstack([turned, [0, 0, 1]]) @ np.vstack([inverse(turned), [0, 0, 1]])
    np.testing.assert_allclose(both, np.eye(3), atol=1e-9)


def test_face_out_of_the_picture_is_not_seen() -> None:
    told = shown(event("zoom", start=3, factor=3.0))
    outside = [f for f in at(told, 5.0).values()
               if f.box[0] + f.box[2] < 0 or f.box[0] > 480]  # fmt: skip
    assert outside
    assert all(face.visible == 0 for face in outside)


def test_lost_frames_and_uneven_times() -> None:
    even = scene().times
    assert np.diff(even) == pytest.approx(0.2)
    uneven = scene("[recording]\njitter = 0.6\nlost = 0.1\n"
                   + event("drop", start=4, end=5)).times  # fmt: skip
    assert np.diff(uneven).std() > 0.02
    assert np.diff(uneven).min() > 0.0
    assert len(even) - 15 < len(uneven) < len(even) - 5
    assert not [t for t in uneven if 4 <= t < 5]


def test_rates_bring_events_and_the_same_seed_the_same_truth() -> None:
    rates = "[occlusions]\nrate = 12\nlength = [1, 3]\n"
    busy = scene(rates)
    count = sum(map(len, (busy.hands, busy.books, busy.rests, busy.leans, busy.walkers)))
    assert count >= 3
    assert seen(truth(busy)) < seen(truth(scene())) - 0.1
    first, again = (json.dumps([str(m.faces) for m in truth(scene(rates))]) for _ in range(2))
    assert first == again
    other = scene(rates, BASE.replace("seed = 4", "seed = 5"))
    assert json.dumps([str(m.faces) for m in truth(other)]) != first


def seen(told: Iterator[Moment]) -> float:
    return float(np.mean([face.visible for moment in told for face in moment.faces]))


def test_away_and_moves_of_a_class() -> None:
    away = shown("[absences]\nshare = 0.5\nseconds = 5\nwindow = [0, 1]\n")
    assert [len(at(away, t)) for t in (0.0, 4.0, 9.9)] == [6, 3, 6]
    moving = scene("[moves]\nswaps = 1\nleave = 1\nenter = 1\nchange = 1\n")
    assert sum(s.legs is not None for s in moving.students) == 5


def test_truth_of_the_demo_is_that_of_its_file() -> None:
    """Undrawn truth is the drawn one, and the scripted class has not changed."""
    demo: dict[str, Any] = json.loads((ROOT / "assets" / "demo.json").read_text(encoding="utf-8"))
    off = []
    for moment, frame in zip(truth(classroom()), demo["frames"], strict=True):
        for face, told in zip(moment.faces, frame["faces"], strict=True):
            assert [round(v, 1) for v in face.box] == told["box"]
            assert (face.id, face.label) == (told["id"], told["label"])
            assert [round(v, 1) for v in (face.yaw, face.pitch, face.roll)] == [
                told["yaw"], told["pitch"], told["roll"]]  # fmt: skip
            off.append(abs(face.visible - told["visible"]))
    assert np.mean(off) < 0.02


DRAWN = """
[occlusions]
rate = 10
length = [1, 3]

[clutter]
posters = 2
portraits = 1
bags = 2
backs = 2
passers = 1
patterns = true
"""


def test_drawn_truth_is_the_undrawn_one() -> None:
    described = scene(DRAWN + event("swap", students=[1, 2], start=1)
                      + event("nudge", start=5, shift=[12, 5], angle=1))  # fmt: skip
    film, off = Film(described), []
    rng = np.random.default_rng(0)
    for number, moment in enumerate(truth(described)):
        if number % 4:
            continue
        shot = film.shot(moment.timestamp, rng)
        assert shot.image.shape == (270, 480, 3)
        np.testing.assert_array_equal(shot.camera, moment.camera)
        for drawn, told in zip(shot.faces, moment.faces, strict=True):
            assert (drawn.id, drawn.box, drawn.label) == (told.id, told.box, told.label)
            off.append(abs(drawn.visible - told.visible))
    assert np.mean(off) < 0.05
    assert np.mean(np.array(off) > 0.25) < 0.05


def test_quick_and_exact_drawing_show_the_same() -> None:
    described = replace(scene("[clutter]\nbags = 1\nposters = 1\n"), grain=0.0)
    quick = Film(described).shot(0.0, np.random.default_rng(0))
    exact = Film(replace(described, fast=False)).shot(0.0, np.random.default_rng(0))
    assert [f.box for f in quick.faces] == [f.box for f in exact.faces]
    difference = np.abs(quick.image.astype(float) - exact.image)
    assert difference.mean() < 1.5
    for face in quick.faces:
        x, y, w, h = (round(v) for v in face.box)
        assert difference[y : y + h, x : x + w].mean() < 14


def test_clip_keeps_uneven_times_and_camera(tmp_path: Path) -> None:
    described = scene("[recording]\njitter = 0.6\nlost = 0.2\ncrf = 34\n"
                      + event("nudge", start=0.4, shift=[9, 0]),
                      BASE.replace("seconds = 10", "seconds = 2"))  # fmt: skip
    path = write_clip(described, tmp_path / "clip.mp4")
    told = json.loads(path.read_text(encoding="utf-8"))
    with av.open(str(tmp_path / "clip.mp4")) as container:
        times = [float(frame.time or 0.0) for frame in container.decode(video=0)]
    assert times == pytest.approx([f["timestamp"] for f in told["frames"]], abs=1e-3)
    assert times == pytest.approx(described.times, abs=1e-3)
    assert np.diff(times).std() > 0.02
    assert told["frames"][0]["camera"] == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert told["frames"][-1]["camera"][0][2] == -9.0


def test_command_line_renders_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, clip = tmp_path / "scene.toml", tmp_path / "clip.mp4"
    text.write_text(BASE.replace("seconds = 10", "seconds = 1"), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["classroom", str(text), "--out", str(clip)])
    main()
    told = json.loads(clip.with_suffix(".json").read_text(encoding="utf-8"))
    assert len(told["frames"]) == 5
    assert clip.stat().st_size > 1000


def test_command_line_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["classroom", str(tmp_path / "no.toml"), "--out", "x.mp4"])
    with pytest.raises(SystemExit):
        main()
    assert "no.toml" in capsys.readouterr().err.splitlines()[-1]
