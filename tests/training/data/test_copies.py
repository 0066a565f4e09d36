from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.conftest import texture
from training import data
from training.data import copies

Change = Callable[[np.ndarray], np.ndarray]


def moved(image: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return cv2.warpAffine(image, np.float32(matrix), (48, 48), borderMode=cv2.BORDER_REPLICATE)


def shifted(x: float, y: float) -> Change:
    return lambda image: moved(image, np.array([[1, 0, x], [0, 1, y]]))


def scaled(factor: float) -> Change:
    return lambda image: moved(image, cv2.getRotationMatrix2D((23.5, 23.5), 0, factor))


def compressed(image: np.ndarray) -> np.ndarray:
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 30])
    return cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)


def brighter(image: np.ndarray) -> np.ndarray:
    return np.clip(0.8 * image.astype(float) + 40, 0, 255).astype(np.uint8)


CHANGES: dict[str, Change] = {
    "same": lambda image: image,
    "mirrored": lambda image: image[:, ::-1],
    "one pixel": shifted(1, -1),
    "two pixels": shifted(2, 0),
    "half a pixel": shifted(0.5, 1.5),
    "brighter": brighter,
    "compressed": compressed,
    "larger": scaled(1.05),
    "smaller": scaled(0.95),
    "mirrored, brighter, compressed": lambda image: compressed(brighter(image[:, ::-1])),
}


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    """Few have the same thing in the same place, but all are brighter in the middle, as faces."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:48, :48] - 23.5
    middle = 60 * np.exp(-(x**2 + y**2) / 400)
    made = [np.clip(90 + middle + texture(rng), 0, 255).astype(np.uint8) for _ in range(300)]
    return np.stack(made)


@pytest.mark.parametrize("known", [30, 280])  # all pairs are looked at, or candidates only
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_found_and_others_are_not(
    faces: np.ndarray, change: str, known: int
) -> None:
    changed = [CHANGES[change](face) for face in faces[known - 10 : known]]
    asked = np.stack([*changed, *faces[-10:]])
    pairs = copies.near_pairs(asked, faces[:known])
    assert pairs.tolist() == [[row, known - 10 + row] for row in range(10)]
    assert copies.near_copies(asked, faces[:known]).tolist() == [True] * 10 + [False] * 10
    same = change == "same"
    assert copies.byte_copies(asked, faces[:known]).tolist() == [same] * 10 + [False] * 10


def test_flat_and_absent_faces() -> None:
    flat = np.full((2, 48, 48), 7, np.uint8)
    assert copies.near_copies(flat, flat + 1).tolist() == [False, False]
    assert copies.near_copies(flat, flat).tolist() == [True, True]  # byte-identical
    assert copies.near_copies(flat[:0], flat).shape == (0,)
    assert copies.near_copies(flat, flat[:0]).tolist() == [False, False]


def test_no_held_out_face_is_trained_on(toy_faces: data.FacesSet) -> None:
    images = toy_faces.images.copy()
    test = np.flatnonzero(toy_faces.usage == data.TEST)
    validation = np.flatnonzero(toy_faces.usage == data.VALIDATION)
    images[0] = images[test[0]]
    images[1] = shifted(1, 1)(images[test[1]])[:, ::-1]
    images[2] = brighter(images[validation[0]])
    images[test[2]] = images[validation[1]]
    images[test[3]] = images[validation[2], :, ::-1]
    leaky = replace(toy_faces, images=images)
    fair = replace(leaky, usage=data.fair_usage(leaky))
    assert np.flatnonzero(fair.usage != leaky.usage).tolist() == [0, 1, 2, *validation[1:3]]
    assert fair.left_out(data.TRAIN) == 3
    assert fair.left_out(data.VALIDATION) == 2
    # Whatever is done to the faces, the published pictures are compared.
    level = replace(leaky, images=np.zeros_like(images), originals=images)
    np.testing.assert_array_equal(data.fair_usage(level), fair.usage)
    held, _ = data.protocol_split(fair, data.VALIDATION)
    assert len(held) == len(validation) - 2
    chosen, _ = data.protocol_split(leaky, data.TEST)
    assert np.flatnonzero(data.copies_of_training(leaky, chosen)).tolist() == [0, 2]
    near = data.copies_of_training(leaky, chosen, near=True)
    assert np.flatnonzero(near).tolist() == [0, 1, 2, 3]
    many = data.copies_of_training(fair, level.select(level.usage == data.TEST), near=True)
    assert np.flatnonzero(many).tolist() == [0, 1, 2, 3]  # those left out are published faces too
    assert list(data.count_copies(leaky).values()) == [160, 160, 160, 2, 4, 0, 1, 2, 3]


@pytest.mark.shared
def test_byte_identical_faces_of_the_official_split(shared: Path) -> None:
    faces = data.load_ferplus(shared / "data" / "ferplus.npz")
    test = faces.select(faces.usage == data.TEST)
    assert data.copies_of_training(faces, test).sum() == 314


@pytest.mark.shared
def test_changed_copies_of_real_faces_are_found_among_many(shared: Path) -> None:
    faces = data.load_ferplus(shared / "data" / "ferplus.npz")
    known = faces.images[faces.usage == data.TRAIN][:3000]
    asked = known[::30]
    for change in ("mirrored", "one pixel", "two pixels", "compressed", "larger", "brighter"):
        changed = np.stack([CHANGES[change](face) for face in asked])
        assert copies.near_copies(changed, known).mean() >= 0.95, change


@pytest.mark.shared
def test_near_copies_in_a_part_of_the_official_split(shared: Path) -> None:
    faces = data.load_ferplus(shared / "data" / "ferplus.npz")
    test = faces.images[faces.usage == data.TEST][:600]
    known = faces.images[faces.usage == data.TRAIN][:8000]
    assert copies.byte_copies(test, known).sum() == 11
    # Looked at in contact sheets; arithmetic may move a pair over the threshold.
    assert copies.near_copies(test, known).sum() == pytest.approx(57, abs=2)
