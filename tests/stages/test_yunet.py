from __future__ import annotations

import io
import shutil
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.card import CropSpec
from app.core.errors import ModelError
from app.core.types import KEYPOINTS, Faces, Frame
from app.engine.bench.detection_score import join, match, precision, recall
from app.engine.bench.face_labels import read_folder, read_picture
from app.stages import fetch
from app.stages.crops import cut_faces, head_rolls
from app.stages.yunet import YuNetDetector

#          x     y   w   h     eyes            nose     mouth          score
ROW_LOW = (10.0, 20, 30, 40, 18, 35, 32, 34, 25, 42, 19, 50, 31, 52, 0.6)
ROW_TOP = (60.0, 20, 30, 40, 68, 35, 82, 34, 75, 42, 69, 50, 81, 52, 0.9)
FLAT = (60.0, 20, 0, 40, 68, 35, 82, 34, 75, 42, 69, 50, 81, 52, 0.9)


class FakeNet:
    """What OpenCV has, giving ``rows`` for every picture of the size that was set."""

    rows: NDArray[np.float32] | None = None
    made: list[FakeNet]

    def __init__(self, *arguments: object) -> None:
        framework, data, _, self.size, self.least, *_ = arguments
        assert framework == "onnx"
        assert isinstance(data, np.ndarray)
        FakeNet.made.append(self)
        self.seen: list[NDArray[np.uint8]] = []

    @classmethod
    def create(cls, *arguments: object) -> FakeNet:
        return cls(*arguments)

    def setInputSize(self, size: tuple[int, int]) -> None:  # noqa: N802 - OpenCV's name
        self.size = size

    def detect(self, image: NDArray[np.uint8]) -> tuple[int, NDArray[np.float32] | None]:
        assert image.shape == (*self.size[::-1], 3)  # OpenCV refuses any other
        self.seen.append(image)
        return 1, self.rows


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    FakeNet.made, FakeNet.rows = [], np.array([ROW_LOW, ROW_TOP, FLAT], np.float32)
    monkeypatch.setattr(cv2, "FaceDetectorYN", FakeNet)
    path = tmp_path / "yunet.onnx"
    path.write_bytes(b"weights")
    return path


def frame(width: int = 200, height: int = 100) -> Frame:
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = 200
    return Frame(image, 0, 0.0)


def test_best_first_in_pixels_of_the_frame(model: Path) -> None:
    faces = YuNetDetector(model, scale=0.5).detect(frame())
    assert FakeNet.made[0].size == (100, 50)
    assert faces.scores == pytest.approx([0.9, 0.6])
    assert faces.boxes.tolist() == [[120, 40, 60, 80], [20, 40, 60, 80]]
    assert faces.ids.tolist() == [0, 0]


def test_sides_that_scale_unevenly(model: Path) -> None:
    faces = YuNetDetector(model, scale=0.5).detect(frame(201, 99))
    assert FakeNet.made[0].size == (100, 50)
    assert faces.boxes[0] == pytest.approx([120.6, 39.6, 60.3, 79.2])


def test_points_are_in_our_order_and_ears_unknown(model: Path) -> None:
    points = YuNetDetector(model).detect(frame()).keypoints[1]
    named = dict(zip(KEYPOINTS, points.tolist(), strict=True))
    assert named["right_eye"] == [18, 35]
    assert named["left_eye"] == [32, 34]
    assert named["nose_tip"] == [25, 42]
    assert named["mouth"] == [25, 51]
    assert np.isnan(points[4:]).all()


def test_crops_need_no_ears(model: Path) -> None:
    faces = YuNetDetector(model).detect(frame())
    assert (np.abs(head_rolls(faces)) < 0.2).all()
    crops = cut_faces(frame().image, faces, CropSpec(1.2, (0.0, 0.0), True), 16)
    assert np.isfinite(crops).all()


def test_opencv_wants_blue_first(model: Path) -> None:
    YuNetDetector(model).detect(frame())
    assert FakeNet.made[0].seen[-1][0, 0].tolist() == [0, 0, 200]


@pytest.mark.parametrize("rows", [None, np.zeros((0, 15), np.float32)])
def test_nobody(model: Path, rows: NDArray[np.float32] | None) -> None:
    FakeNet.rows = rows
    assert len(YuNetDetector(model).detect(frame())) == 0


def test_least_score_and_close(model: Path) -> None:
    detector = YuNetDetector(model, min_score=0.3)
    assert FakeNet.made[0].least == 0.3
    detector.reset()
    detector.close()
    detector.close()
    with pytest.raises(ValueError, match="closed"):
        detector.detect(frame())


def test_says_that_it_does_not_know_the_file(model: Path) -> None:
    said: list[str] = []
    YuNetDetector(model, say=said.append)
    assert len(said) == 1
    assert "not measured with it" in said[0]


def test_no_scale(model: Path) -> None:
    with pytest.raises(ValueError, match="scale"):
        YuNetDetector(model, scale=0)


@pytest.mark.parametrize("data", [b"", b"text" * 100, b"\x08\x07\x12\x07pytorch"])
def test_a_file_that_is_none(
    tmp_path: Path, data: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "yunet.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="damaged or no YuNet model: get face_detection_yunet"):
        YuNetDetector(path)
    assert capfd.readouterr().err == ""


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"can't be read .*: check the path"):
        YuNetDetector(tmp_path / "no.onnx")


class TestFetch:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(fetch, "models_folder", lambda: tmp_path / "models")
        return tmp_path / "models"

    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        asked: list[str] = []

        def urlopen(url: str, timeout: float, context: object) -> io.BytesIO:
            asked.append(url)
            return io.BytesIO(b"another file")

        monkeypatch.setattr(urllib.request, "urlopen", urlopen)
        return asked

    def test_nothing_but_the_very_bytes_is_taken(self, folder: Path, asked: list[str]) -> None:
        said: list[str] = []
        with pytest.raises(ModelError, match="sent another file"):
            fetch.yunet_model(said.append)
        assert asked == [fetch.YUNET.url]
        assert "opencv_zoo" in asked[0]
        assert len(said) == 1
        assert not folder.exists()

    @pytest.mark.shared
    def test_a_kept_copy_is_used(self, shared: Path, folder: Path, asked: list[str]) -> None:
        folder.mkdir()
        shutil.copyfile(shared / "detectors" / fetch.YUNET.name, folder / fetch.YUNET.name)
        assert fetch.yunet_model() == folder / fetch.YUNET.name
        assert not asked


FEW = 6


@pytest.fixture(scope="module")
def seen(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Faces]:
    """What it finds in a few photographs, read from a path that OpenCV alone can't open."""
    copy = tmp_path_factory.mktemp("модель") / "сеть.onnx"
    shutil.copyfile(shared / "detectors" / fetch.YUNET.name, copy)
    said: list[str] = []
    detector = YuNetDetector(copy, say=said.append)
    assert "MIT" in said[0]
    assert fetch.YUNET.sha256[:12] in said[0]
    pictures = read_folder(shared / "faces").pictures[:FEW]
    return [detector.detect(Frame(read_picture(p.path), 0, 0.0)) for p in pictures]


@pytest.mark.shared
class TestRealPhotographs:
    def test_finds_the_faces_that_are_marked(self, shared: Path, seen: list[Faces]) -> None:
        pictures = read_folder(shared / "faces").pictures[:FEW]
        matches = join(
            [
                match(faces.boxes, faces.scores, picture.boxes, picture.ignored, 24)
                for faces, picture in zip(seen, pictures, strict=True)
            ]
        )
        assert recall(matches, 0.68) > 0.6
        assert precision(matches, 0.68) > 0.85

    def test_eyes_and_mouth_are_where_they_should_be(self, seen: list[Faces]) -> None:
        faces = [found.select(found.scores > 0.8) for found in seen]
        points = np.concatenate(
            [(f.keypoints - f.boxes[:, None, :2]) / f.boxes[:, None, 2:] for f in faces]
        )
        assert len(points) > 10
        right_eye, left_eye, nose, mouth = points[:, :4].transpose(1, 0, 2)
        upright = (right_eye[:, 1] < mouth[:, 1]) & (left_eye[:, 1] < mouth[:, 1])
        assert upright.mean() > 0.95
        assert (right_eye[:, 0] < left_eye[:, 0]).mean() > 0.9  # of the image, not of the person
        assert ((points[:, :4] > -0.2) & (points[:, :4] < 1.2)).mean() > 0.99
        assert (nose[:, 1] < mouth[:, 1]).mean() > 0.9

    @pytest.mark.parametrize("size", [(1, 1), (33, 57), (17, 700), (1279, 719)])
    def test_frames_of_any_size(self, shared: Path, size: tuple[int, int]) -> None:
        detector = YuNetDetector(shared / "detectors" / fetch.YUNET.name, scale=0.75)
        assert len(detector.detect(frame(*size))) == 0
