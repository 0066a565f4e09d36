from __future__ import annotations

import numpy as np

from app.core.expressions import LABELS
from training.augment_paper import turned
from training.rotation import ANGLES, rotation_test


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


def test_a_reader_of_level_faces_loses_where_the_faces_are_turned() -> None:
    images, labels = bars()
    angles = (-90, 0, 90)
    plain = rotation_test(by_templates, images, labels, angles)
    assert {angle: right.mean() for angle, right in plain.items()} == {-90: 0, 0: 1, 90: 0}
    undone = rotation_test(
        by_templates, images, labels, angles,
        lambda faces: np.stack([turned(face, -90) for face in faces]),
    )  # fmt: skip
    assert {angle: right.mean() for angle, right in undone.items()} == {-90: 1, 0: 0, 90: 1}


def test_every_face_is_turned_by_every_angle() -> None:
    images, labels = bars(6)
    seen: list[np.ndarray] = []

    def spy(faces: np.ndarray) -> np.ndarray:
        seen.append(faces.copy())
        return faces

    found = rotation_test(by_templates, images, labels, prepare=spy)
    assert tuple(found) == ANGLES
    for angle, faces in zip(ANGLES, seen, strict=True):
        np.testing.assert_array_equal(faces[3], turned(images[3], angle))
    np.testing.assert_array_equal(seen[ANGLES.index(0)], images)
