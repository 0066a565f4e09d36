"""The fully convolutional path against MediaPipe's own API, on real and on drawn faces."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.errors import ModelError
from app.core.geometry import iou_matrix
from app.stages import litert
from app.stages.blazeface_decode import LAYOUTS, Detections, Kind, hand_drawn, suppress
from app.stages.fetch import detector_models
from app.stages.litert import BlazeFaceNet
from tests.conftest import ROOT
from tests.stages.blazeface_api import ENLARGE, ApiDetector

Image = NDArray[np.uint8]
KINDS: tuple[Kind, ...] = ("short", "back", "full")
MIN_SCORE = 0.3


@pytest.fixture(scope="module")
def models() -> dict[Kind, Path]:
    return detector_models()


@pytest.fixture(scope="module")
def nets(models: dict[Kind, Path]) -> dict[Kind, BlazeFaceNet]:
    return {kind: BlazeFaceNet(path, kind) for kind, path in models.items()}


def frames(clip: Path, every: int) -> Iterator[Image]:
    with av.open(str(clip)) as container:
        for i, picture in enumerate(container.decode(video=0)):
            if i % every == 0:
                yield np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)


def tiles(image: Image, side: int) -> Iterator[Image]:
    height, width = image.shape[:2]
    for top in range(0, height - side + 1, side):
        for left in range(0, width - side + 1, side):
            yield np.ascontiguousarray(image[top : top + side, left : left + side])


def photos(shared: Path, every: int) -> Iterator[Image]:
    for path in sorted((shared / "faces" / "images").iterdir())[::every]:
        yield np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])


def compare(kind: Kind, models: dict[Kind, Path], net: BlazeFaceNet, images: list[Image]) -> int:
    """Assert that both see the same; how many faces that was."""
    side, seen = LAYOUTS[kind].side, 0
    with ApiDetector(models[kind], MIN_SCORE, max_iou=0.3) as api:
        for tile in (tile for image in images for tile in tiles(image, side)):
            theirs = api.detect(tile)
            ours = suppress(net.detect_raw(tile, MIN_SCORE), 0.3)
            assert len(theirs) == len(ours)
            np.testing.assert_allclose(ours.scores, theirs.scores, atol=1e-3)
            np.testing.assert_allclose(ours.keypoints, theirs.keypoints, atol=1e-3)
            # The API moves a box that hangs over the left or upper edge into the picture.
            boxes = np.concatenate([ours.boxes[:, :2].clip(min=0), ours.boxes[:, 2:]], axis=1)
            np.testing.assert_allclose(boxes, theirs.boxes, atol=1.01 / ENLARGE)
            seen += len(ours)
    return seen


@pytest.mark.parametrize("kind", ["short", "full"])
def test_the_demo_is_seen_as_by_the_api(
    kind: Kind, models: dict[Kind, Path], nets: dict[Kind, BlazeFaceNet]
) -> None:
    images = list(frames(ROOT / "assets" / "demo.mp4", every=80))
    assert compare(kind, models, nets[kind], images) > 15


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["short", "full"])
def test_real_people_are_seen_as_by_the_api(
    kind: Kind, models: dict[Kind, Path], nets: dict[Kind, BlazeFaceNet], shared: Path
) -> None:
    images = [*frames(shared / "clips" / "classroom.mp4", every=50), *photos(shared, every=12)]
    assert compare(kind, models, nets[kind], images) > 20


def test_the_back_model_has_the_scores_of_the_api_and_the_faces_of_the_full_one(
    models: dict[Kind, Path], nets: dict[Kind, BlazeFaceNet]
) -> None:
    """The API runs this model, too, but takes its boxes for another's: only scores compare."""
    images = list(frames(ROOT / "assets" / "demo.mp4", every=80))
    seen = 0
    with ApiDetector(models["back"], MIN_SCORE, max_iou=0.99) as api:
        for tile in (tile for image in images for tile in tiles(image, 256)):
            theirs = np.sort(api.detect(tile).scores)
            ours = np.sort(nets["back"].detect_raw(tile, MIN_SCORE).scores)
            np.testing.assert_allclose(ours, theirs, atol=1e-3)
            seen += len(ours)
    assert seen > 50
    for image in images:
        boxes, _, points = nets["back"].detect(image, 0.75)
        full, _, full_points = nets["full"].detect(image, 0.3)
        overlap = iou_matrix(boxes, full)
        twin = overlap.argmax(axis=1)
        same = overlap.max(axis=1) > 0.5
        assert same.mean() > 0.8
        apart = np.linalg.norm(points - full_points[twin], axis=2)[same] / boxes[same, 2:3]
        assert np.median(apart) < 0.08


@pytest.mark.parametrize("kind", KINDS)
def test_a_face_moves_with_the_picture(kind: Kind, nets: dict[Kind, BlazeFaceNet]) -> None:
    """One run over a large picture of any size sees the same face wherever it is."""
    image = next(frames(ROOT / "assets" / "demo.mp4", every=1))
    boxes, scores, points = nets[kind].detect(image, 0.6)
    assert len(scores) >= 10
    assert (np.diff(scores) <= 0).all()
    step = LAYOUTS[kind].step
    moved = np.zeros((image.shape[0] + step + 5, image.shape[1] + 2 * step + 9, 3), np.uint8)
    moved[step : step + image.shape[0], 2 * step : 2 * step + image.shape[1]] = image
    again, scores_again, points_again = nets[kind].detect(moved, 0.5)
    shift = np.array([2 * step, step])
    best = iou_matrix(boxes + np.append(shift, [0, 0]), again).argmax(axis=1)
    np.testing.assert_allclose(again[best, :2] - shift, boxes[:, :2], atol=1.5)
    np.testing.assert_allclose(scores_again[best], scores, atol=0.03)
    np.testing.assert_allclose(points_again[best] - shift, points, atol=1.5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (9, 5), (33, 700)])
def test_a_blank_picture_of_any_size_has_no_faces(
    kind: Kind, size: tuple[int, int], nets: dict[Kind, BlazeFaceNet]
) -> None:
    boxes, scores, points = nets[kind].detect(np.full((*size, 3), 90, np.uint8), 0.5)
    assert boxes.shape == (0, 4)
    assert scores.shape == (0,)
    assert points.shape == (0, 6, 2)


def test_sizes_come_and_go_and_nothing_changes(
    nets: dict[Kind, BlazeFaceNet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(litert, "MAX_SIZES", 2)
    net = nets["short"]
    image = next(frames(ROOT / "assets" / "demo.mp4", every=1))[:256]
    first = net.detect(image, 0.5)
    for side in (16, 32, 48):
        net.detect(np.zeros((side, side, 3), np.uint8), 0.5)
    assert len(net._runs) == 2
    for a, b in zip(first, net.detect(image, 0.5), strict=True):
        np.testing.assert_array_equal(a, b)


def test_threads_change_nothing_that_can_be_seen(
    models: dict[Kind, Path], nets: dict[Kind, BlazeFaceNet]
) -> None:
    image = next(frames(ROOT / "assets" / "demo.mp4", every=1))
    one, two = (
        net.detect(image, 0.5) for net in (nets["full"], BlazeFaceNet(models["full"], "full", 2))
    )
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-2)


def test_boxes_of_turned_faces_follow_their_key_points() -> None:
    box = np.array([[10.0, 20.0, 40.0, 40.0]], np.float32)
    level = np.array([[20, 35], [40, 35], [30, 45], [30, 50], [12, 38], [48, 38]], np.float32)
    left, right = (
        hand_drawn(Detections(box, np.ones(1, np.float32), level[None] + [dx, 0]), "full")[0]
        for dx in (-6, 6)
    )
    assert right[0] - left[0] > 4
    assert right[2] == pytest.approx(left[2], abs=1e-3)
    mirrored = 60 - left[0] - left[2]
    assert right[0] == pytest.approx(mirrored, abs=1e-3)


class TestFilesThatWontDo:
    def test_a_missing_one(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="can't be read") as caught:
            BlazeFaceNet(tmp_path / "none.tflite", "short")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        "content", [b"", b"text", b"\x1c\x00\x00\x00TFL3" + b"\0" * 500, b"\xff" * 5000]
    )
    def test_no_model(self, tmp_path: Path, content: bytes) -> None:
        bad = tmp_path / "bad.tflite"
        bad.write_bytes(content)
        with pytest.raises(ModelError, match="damaged") as caught:
            BlazeFaceNet(bad, "back")
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
    def test_half_a_model(self, tmp_path: Path, models: dict[Kind, Path], share: float) -> None:
        whole = models["full"].read_bytes()
        bad = tmp_path / "half.tflite"
        bad.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(ModelError, match="damaged"):
            BlazeFaceNet(bad, "full")

    @pytest.mark.parametrize(("kind", "other"), [("short", "back"), ("back", "full")])
    def test_another_of_the_models(self, models: dict[Kind, Path], kind: Kind, other: Kind) -> None:
        with pytest.raises(ModelError, match=rf"no BlazeFace model \({kind}\)"):
            BlazeFaceNet(models[other], kind)


def test_nothing_is_logged_by_the_native_side(models: dict[Kind, Path]) -> None:
    code = (
        "import numpy as np, sys; from pathlib import Path;"
        "from app.stages.litert import BlazeFaceNet;"
        "n = BlazeFaceNet(Path(sys.argv[1]), 'short');"
        "n.detect(np.zeros((300, 500, 3), np.uint8), 0.5); n.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(models["short"])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
