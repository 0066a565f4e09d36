from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.expressions import LABELS
from training.augment_paper import turned
from training.rotation import ANGLES, Contestant, rotation_test, table, write


def bars(count: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Label 0: a level bar; label 1: an upright one. Noise tells the faces apart."""
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 2
    images = rng.integers(0, 40, (count, 48, 48)).astype(np.uint8)
    images[labels == 0, 20:28, 4:44] += 200
    images[labels == 1, 4:44, 20:28] += 200
    return images, labels


def by_templates(crops: np.ndarray) -> np.ndarray:
    """Right on bars turned by less than 45 degrees, as the templates stand level and upright."""
    level = crops[:, 0, 20:28].mean((1, 2))
    upright = crops[:, 0, :, 20:28].mean((1, 2))
    shares = np.zeros((len(crops), len(LABELS)), np.float32)
    shares[:, 0], shares[:, 1] = level, upright
    return shares / shares.sum(axis=1, keepdims=True)


def always_first(crops: np.ndarray) -> np.ndarray:
    return np.tile(np.eye(7, dtype=np.float32)[0], (len(crops), 1))


def test_a_reader_of_level_faces_loses_where_the_faces_are_turned() -> None:
    images, labels = bars()
    angles = (-90, 0, 90)
    undone = Contestant(by_templates, lambda faces: np.stack([turned(f, -90) for f in faces]))
    found = rotation_test(
        {"plain": Contestant(by_templates), "undone": undone, "first": Contestant(always_first)},
        images, labels, angles,
    )  # fmt: skip
    assert found.wa("plain") == {-90: 0.0, 0: 100.0, 90: 0.0}
    assert found.wa("undone") == {-90: 100.0, 0: 0.0, 90: 100.0}
    assert found.ua("first") == dict.fromkeys(angles, 50.0)
    assert found.lost("plain") == 100
    assert found.lost("first") == 0


def test_every_contestant_sees_the_same_turned_faces() -> None:
    images, labels = bars(6)
    seen: list[np.ndarray] = []

    def spy(faces: np.ndarray) -> np.ndarray:
        seen.append(faces.copy())
        return faces

    rotation_test({"spy": Contestant(always_first, spy)}, images, labels)
    assert len(seen) == len(ANGLES)
    for angle, faces in zip(ANGLES, seen, strict=True):
        np.testing.assert_array_equal(faces[3], turned(images[3], angle))
    np.testing.assert_array_equal(seen[ANGLES.index(0)], images)


def test_the_mean_over_classes_is_not_the_share_of_faces() -> None:
    images, _ = bars(10)
    labels = np.array([0] * 9 + [6])
    found = rotation_test({"first": Contestant(always_first)}, images, labels, (0, 30))
    assert found.wa("first")[30] == pytest.approx(90)
    assert found.ua("first")[30] == pytest.approx(50)


def test_writes_a_table_figures_and_a_picture(tmp_path: Path) -> None:
    images, labels = bars(8)
    found = rotation_test({"STN-CNN": Contestant(by_templates)}, images, labels)
    write(found, tmp_path / "out")
    lines = table(found).splitlines()
    assert lines[0].startswith("| system | -45° |")
    assert lines[2].split("|")[5].strip() == "100.0"
    stored = json.loads((tmp_path / "out" / "rotation.json").read_text(encoding="utf-8"))
    assert stored["faces"] == 8
    assert stored["systems"]["STN-CNN"]["wa"]["0"] == 100
    picture = cv2.imread(str(tmp_path / "out" / "rotation.png"))
    assert picture is not None
    assert picture.std() > 5
    assert "8 faces" in (tmp_path / "out" / "rotation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("count", "angles"), [(4, (15, 30)), (0, (0, 15))])
def test_needs_faces_and_upright_ones(count: int, angles: tuple[int, ...]) -> None:
    images, labels = bars(4)
    with pytest.raises(ValueError, match="rotation test"):
        rotation_test({"a": Contestant(always_first)}, images[:count], labels[:count], angles)
