"""The procedural classroom: that what it draws and what it says of it agree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from app.core.expressions import LABELS
from app.core.geometry import iou_matrix
from tests.classroom.controls import PRESETS, blend
from tests.classroom.figure import Figure, Pose
from tests.classroom.film import Film, Shot
from tests.classroom.head import MOUTH_Y, ellipsoid
from tests.classroom.people import STYLES, draw_look
from tests.classroom.raster import Pixels, rotation, splat
from tests.classroom.scene import Book, Phase, Scene, Turn, Walker, state
from tests.classroom.script import classroom
from tests.classroom.write import write_clip

SMALL = (320, 180)
DEMO = Path(__file__).resolve().parent.parent / "assets" / "demo.mp4"


def shoot(scene: Scene, time: float) -> Shot:
    return Film(scene).shot(time, np.random.default_rng(0))


@pytest.fixture(scope="module")
def scene() -> Scene:
    return classroom(students=4, seconds=1.0, size=SMALL, seed=3)


@pytest.fixture(scope="module")
def demo() -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(DEMO.with_suffix(".json").read_text(encoding="utf-8"))
    return truth


def test_ball_is_round_whole_and_faces_the_camera() -> None:
    pixels = Pixels.empty(120, 120)
    splat(pixels, ellipsoid((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 1), 50.0, (60.0, 60.0))
    rows, columns = np.mgrid[0:120, 0:120] + 0.5
    distance = np.hypot(rows - 60, columns - 60)
    assert (pixels.material[distance < 48] == 1).all()
    assert (pixels.material[distance > 51.5] == 0).all()
    np.testing.assert_allclose(pixels.normal[60, 60], (0, 0, 1), atol=0.03)
    assert pixels.depth[60, 60] == pytest.approx(1.0, abs=0.01)


def test_nearer_surface_wins_whatever_the_order() -> None:
    near = ellipsoid((0.0, 0.0, 1.0), (0.5, 0.5, 0.5), 2)
    far = ellipsoid((0.0, 0.0, -1.0), (1.0, 1.0, 1.0), 1)
    for order in ((near, far), (far, near)):
        pixels = Pixels.empty(60, 60)
        for surface in order:
            splat(pixels, surface, 25.0, (30.0, 30.0))
        assert pixels.material[30, 30] == 2
        assert pixels.material[30, 10] == 1


@pytest.mark.parametrize(
    ("angles", "moved"),
    [((90, 0, 0), (1, 0, 0)), ((0, 90, 0), (0, 1, 0)), ((0, 0, 90), (0, 0, 1))],
)
def test_rotation_turns_the_nose_where_the_truth_says(
    angles: tuple[int, int, int], moved: tuple[int, int, int]
) -> None:
    turn = rotation(*angles)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-6)
    np.testing.assert_allclose(turn @ np.array([0, 0, 1.0]), moved, atol=1e-6)


def test_roll_is_clockwise() -> None:
    np.testing.assert_allclose(rotation(0, 0, 90) @ np.array([1.0, 0, 0]), (0, 1, 0), atol=1e-6)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_leaves_the_face_open(style: str) -> None:
    look = replace(draw_look(np.random.default_rng(1), 0), style=style)
    sprite = Figure(look, 40.0).render(Pose(), PRESETS["neutral"])
    x, y, width, height = sprite.box
    left, top = round(x + sprite.anchor[0]), round(y + sprite.anchor[1])
    middle = sprite.face[top + 12 : top + round(height) - 6, left + 9 : left + round(width) - 9]
    assert middle.mean() > 0.97
    assert sprite.alpha.max() <= 1.0
    assert sprite.alpha[0].max() == 0.0


def test_box_follows_the_head() -> None:
    figure = Figure(draw_look(np.random.default_rng(1), 0), 40.0)

    def centre(pose: Pose) -> tuple[float, float]:
        x, y, width, height = figure.render(pose, PRESETS["neutral"]).box
        return x + width / 2, y + height / 2

    rest = centre(Pose())
    assert rest[0] == pytest.approx(0.0, abs=0.1)
    assert centre(Pose(yaw=30))[0] > rest[0] + 5
    assert centre(Pose(pitch=25))[1] > rest[1] + 3
    assert centre(Pose(shift=(0.5, 0.0)))[0] == pytest.approx(rest[0] + 10, abs=0.1)


def test_expressions_change_the_mouth() -> None:
    figure = Figure(draw_look(np.random.default_rng(1), 0), 60.0)

    def mouth(label: str) -> tuple[float, float]:
        sprite = figure.render(Pose(), replace(PRESETS[label], pitch=0.0))
        x, y = sprite.anchor[0], sprite.anchor[1] + round((MOUTH_Y + 0.05) * 30)
        part = sprite.colour[y - 5 : y + 8, x - 6 : x + 7]
        return float(part.mean(axis=2).min()), float((part[..., 2] / part[..., 0]).max())

    darkest, whitest = zip(
        *(mouth(label) for label in ("neutral", "surprise", "happiness")), strict=True
    )
    assert darkest[1] < 0.4 * darkest[0], "an open mouth is dark"
    assert whitest[2] > 1.15 * max(whitest[0], whitest[1]), "teeth are whiter than skin and lips"


def test_presets_cover_all_labels_and_blend() -> None:
    assert set(PRESETS) == set(LABELS)
    assert blend({"happiness": 1.0}) == PRESETS["happiness"]
    half = blend({"surprise": 0.5, "neutral": 0.5})
    assert half.gape == pytest.approx(PRESETS["surprise"].gape / 2)


def test_expression_passes_smoothly_from_one_phase_to_the_next(scene: Scene) -> None:
    phases = (Phase(0.0, "neutral"), Phase(1.0, "happiness"), Phase(3.0, "anger", 0.8))
    student = replace(scene.students[0], phases=phases)
    shown = [state(student, t / 15) for t in range(60)]
    assert [shown[t].label for t in (0, 30, 59)] == ["neutral", "happiness", "anger"]
    assert [shown[t].strength for t in (0, 30, 59)] == pytest.approx([1.0, 1.0, 0.8])
    assert shown[18].strength < 0.9
    corners = [s.controls.corner for s in shown]
    assert np.abs(np.diff(corners)).max() < 0.2 * np.ptp(corners)


def test_head_turns_and_comes_back(scene: Scene) -> None:
    student = replace(scene.students[0], turns=(Turn(1.0, 3.0, yaw=45.0),))
    away = [state(student, t).pose.yaw for t in (0.9, 2.0, 3.1)]
    assert away[1] > away[0] + 35
    assert away[2] < away[1] - 35


def test_scene_refuses_what_it_cannot_show(scene: Scene) -> None:
    with pytest.raises(ValueError, match="label"):
        Phase(0.0, "boredom")
    with pytest.raises(ValueError, match="start at 0"):
        replace(scene.students[0], phases=(Phase(1.0, "anger"),))
    with pytest.raises(ValueError, match="students"):
        classroom(students=200)


@pytest.mark.parametrize(("students", "size"), [(10, (1280, 720)), (30, SMALL), (50, (1920, 1080))])
def test_everyone_has_a_seat_in_the_picture(students: int, size: tuple[int, int]) -> None:
    seated = classroom(students, size=size).students
    assert [s.id for s in seated] == list(range(1, students + 1))
    boxes = np.array([(s.x - s.face_width / 2, s.y - s.face_width * 0.4, s.face_width,
                       s.face_width * 1.3) for s in seated])  # fmt: skip
    assert boxes[:, :2].min() >= 0
    assert (boxes[:, :2] + boxes[:, 2:] <= size).all()
    assert (iou_matrix(boxes, boxes) - np.eye(students)).max() < 1e-9
    assert len({s.look.seed for s in seated}) == students


def test_same_seed_same_picture(scene: Scene) -> None:
    first, again = shoot(scene, 0.4), shoot(scene, 0.4)
    np.testing.assert_array_equal(first.image, again.image)
    assert first.faces == again.faces
    other = shoot(classroom(students=4, seconds=1.0, size=SMALL, seed=4), 0.4)
    assert (first.image != other.image).mean() > 0.2


def test_truth_knows_who_is_hidden(scene: Scene) -> None:
    held = replace(scene, books=(Book(2, 0.0, 5.0),))
    assert all(face.visible > 0.9 for face in shoot(scene, 1.0).faces)
    faces = shoot(held, 1.0).faces
    assert faces[1].visible < 0.3
    assert all(face.visible > 0.9 for face in faces if face.id != 2)
    target = scene.students[-1]
    walker = Walker(target.look, 30.0, 60.0, ((0.0, target.x), (2.0, target.x)))
    crossing = replace(scene, walkers=(walker,))
    assert shoot(crossing, 1.0).faces[-1].visible < 0.3
    assert shoot(crossing, 2.5).faces[-1].visible > 0.9


def test_light_and_noise_follow_the_scene(scene: Scene) -> None:
    bright = shoot(scene, 0.0).image.astype(float)
    dark = shoot(replace(scene, light=((0.0, 0.5),)), 0.0).image.astype(float)
    assert 0.6 < dark.mean() / bright.mean() < 0.85
    clean = replace(scene, grain=0.0)
    np.testing.assert_array_equal(shoot(clean, 0.0).image, shoot(clean, 0.0).image)
    assert 1.0 < (bright - shoot(clean, 0.0).image).std() < 3.0


def test_clip_and_truth_agree(scene: Scene, tmp_path: Path) -> None:
    told: list[int] = []
    truth_path = write_clip(replace(scene, seconds=0.4), tmp_path / "clip.mp4", 20, told.append)
    truth = json.loads(truth_path.read_text(encoding="utf-8"))
    frames = decode(tmp_path / "clip.mp4")
    assert sum(told) == len(frames) == len(truth["frames"]) == 6
    for (time, image), frame in zip(frames, truth["frames"], strict=True):
        assert image.shape == (180, 320, 3)
        assert time == pytest.approx(frame["timestamp"], abs=1e-3)
        assert [face["id"] for face in frame["faces"]] == [1, 2, 3, 4]
    drawn = shoot(scene, 0.0).image.astype(float)
    assert np.abs(frames[0][1] - drawn).mean() < 4.0


def decode(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        return [
            (float(frame.time or 0.0), frame.to_ndarray(format="rgb24"))
            for frame in container.decode(video=0)
        ]


def test_demo_is_what_we_promise(demo: dict[str, Any]) -> None:
    assert DEMO.stat().st_size < 4_000_000
    assert demo["version"] == 1
    assert demo["size"] == [1280, 720]
    assert len(demo["students"]) >= 12
    with av.open(str(DEMO)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (1280, 720)
        times = sorted(p.pts * p.time_base for p in container.demux(video=0) if p.pts is not None)
    assert 10.0 <= len(times) / demo["fps"] <= 15.0
    assert [float(t) for t in times] == pytest.approx(
        [f["timestamp"] for f in demo["frames"]], abs=1e-3
    )


def test_demo_script_has_what_tests_need(demo: dict[str, Any]) -> None:
    faces = [face for frame in demo["frames"] for face in frame["faces"]]
    assert {face["label"] for face in faces} <= set(LABELS)
    for label in ("neutral", "happiness", "surprise", "anger"):
        shown = [f for f in faces if f["label"] == label and f["strength"] > 0.9]
        assert len({f["id"] for f in shown}) >= 4, label
    hidden = {f["id"] for f in faces if f["occluded"]}
    assert len(hidden) >= 5
    for number in hidden:
        run = [f["occluded"] for f in faces if f["id"] == number]
        longest = max(len(part) for part in "".join("x "[not o] for o in run).split())
        assert longest / demo["fps"] < 5.0
    assert max(abs(f["yaw"]) for f in faces) > 25
    assert max(f["pitch"] for f in faces) > 20
