from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from training.augment_paper import turned
from training.data import DataError, eyes

YUNET = "face_detection_yunet_2026may.onnx"


@dataclass(frozen=True)
class Faces:
    images: np.ndarray
    labels: np.ndarray


class FakeDetector:
    """Sees the eyes at the ends of a bright bar, as far as it is not steeper than a real one."""

    def __init__(self, blind: bool = False) -> None:
        self.blind = blind
        self.looks = 0

    def detect(self, picture: np.ndarray) -> tuple[int, np.ndarray | None]:
        self.looks += 1
        y, x = np.nonzero(picture[:, :, 0] > 200)
        if self.blind or len(x) < 10:
            return 0, None
        slope, middle = np.polyfit(x, y, 1)
        ends = [x.min(), slope * x.min() + middle, x.max(), slope * x.max() + middle]
        row = [*[0.0] * 4, *ends, *[0.0] * 6]
        worse = [*[0.0] * 4, 0, 0, 1, 1, *[0.0] * 5, -1.0]
        return 1, np.array([worse, row], np.float32)


def bar(angle: float) -> np.ndarray:
    image = np.zeros((48, 48), np.uint8)
    image[22:26, 8:40] = 255
    return turned(image, angle)


def tilt(image: np.ndarray) -> float:
    y, x = np.nonzero(image > 128)
    return float(np.degrees(np.arctan(np.polyfit(x, y, 1)[0])))


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> FakeDetector:
    fake = FakeDetector()
    monkeypatch.setattr(eyes, "_detector", lambda path: fake)
    return fake


def test_turns_faces_until_the_eyes_are_level(detector: FakeDetector) -> None:
    images = np.stack([bar(angle) for angle in (-35, -10, 0, 20)])
    assert abs(tilt(images[0])) > 30
    level, found = eyes.level_eyes(images, Path("yunet.onnx"))
    assert found.all()
    assert max(abs(tilt(image)) for image in level) < 1.5
    assert detector.looks == 8


def test_a_face_without_eyes_stays(detector: FakeDetector) -> None:
    images = np.stack([np.full((48, 48), 90, np.uint8), bar(30), bar(80)])
    level, found = eyes.level_eyes(images, Path("yunet.onnx"))
    assert found.tolist() == [False, True, False]  # the last is steeper than eyes can be
    np.testing.assert_array_equal(level[[0, 2]], images[[0, 2]])


def test_level_faces_are_kept_for_the_same_faces(detector: FakeDetector, tmp_path: Path) -> None:
    faces = Faces(np.stack([bar(20), np.zeros((48, 48), np.uint8)]), np.array([1, 2]))
    file, cache = tmp_path / "yunet.onnx", tmp_path / "run" / "level.npz"
    first = eyes.levelled(faces, file, cache)
    looks = detector.looks
    again = eyes.levelled(faces, file, cache)
    assert detector.looks == looks
    np.testing.assert_array_equal(first.images, again.images)
    assert first.labels is faces.labels
    assert abs(tilt(first.images[0])) < 1.5
    eyes.levelled(Faces(faces.images[::-1], faces.labels), file, cache)
    assert detector.looks > looks
    cache.write_bytes(cache.read_bytes()[:200])
    repaired = eyes.levelled(faces, file, cache)
    np.testing.assert_array_equal(first.images, repaired.images)


def test_a_missing_or_wrong_file_is_named(tmp_path: Path) -> None:
    images = np.zeros((1, 48, 48), np.uint8)
    with pytest.raises(DataError, match=r"no YuNet file at .*align_eyes"):
        eyes.level_eyes(images, tmp_path / "yunet.onnx")
    (tmp_path / "text.onnx").write_text("not a network")
    with pytest.raises(DataError, match="no YuNet that OpenCV"):
        eyes.level_eyes(images, tmp_path / "text.onnx")


@pytest.mark.shared
def test_real_faces_turned_by_hand_are_turned_back(shared: Path) -> None:
    with np.load(shared / "data" / "ferplus.npz") as stored:
        images = stored["images"][:24]
    file = shared / "detectors" / YUNET
    upright, found = eyes.level_eyes(images, file)
    assert found.mean() > 0.9
    tilted = np.stack([turned(image, 25) for image in images])
    level, seen = eyes.level_eyes(tilted, file)
    both = found & seen
    assert both.sum() >= 18
    middle = (slice(None), slice(8, 40), slice(8, 40))
    apart = np.abs(level[middle].astype(int) - upright[middle])[both].mean()
    before = np.abs(tilted[middle].astype(int) - upright[middle])[both].mean()
    assert apart < 0.5 * before
