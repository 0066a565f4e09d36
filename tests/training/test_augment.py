from __future__ import annotations

import cv2
import numpy as np
import pytest

from training.augment import Augment, ClassroomConfig, at_size, enlarge, shrink

CONFIG = ClassroomConfig()
FACE = cv2.resize(
    np.random.default_rng(3).uniform(0, 255, (8, 8)).astype(np.float32), (48, 48)
).astype(np.uint8)


def test_shrinking_averages_areas() -> None:
    blocks = FACE.reshape(24, 2, 24, 2).mean(axis=(1, 3))
    assert np.abs(shrink(FACE, 24) - blocks).max() <= 1


def test_protocol_sizes() -> None:
    np.testing.assert_array_equal(at_size(FACE[None], 48, 48)[0], FACE)
    np.testing.assert_array_equal(at_size(FACE[None], 12, 48)[0], enlarge(shrink(FACE, 12), 48))
    assert at_size(FACE[None], 12, 64).shape == (1, 64, 64)


def test_same_draw_same_picture() -> None:
    augment = Augment(CONFIG, 48)
    first = augment(FACE, np.random.default_rng((1, 2, 3)))
    again = augment(FACE, np.random.default_rng((1, 2, 3)))
    other = augment(FACE, np.random.default_rng((1, 2, 4)))
    np.testing.assert_array_equal(first[0], again[0])
    assert (first[0] != other[0]).any()


def test_both_pictures_share_pose_and_light() -> None:
    only_pose = CONFIG.model_copy(
        update={"low_resolution": 0, "compress": 0, "blur": 0, "noise": 0, "erase": 0}
    )
    augment = Augment(only_pose, 48)
    for seed in range(20):
        degraded, sharp = augment(FACE, np.random.default_rng(seed))
        np.testing.assert_array_equal(degraded, sharp)


@pytest.mark.parametrize("flip", [0.0, 1.0])
def test_flip_mirrors_and_nothing_else(flip: float) -> None:
    still = CONFIG.model_copy(
        update={"flip": flip, "angle": 0.0, "shift": 0.0, "scale": (1.0, 1.0)}
    )
    _, sharp = Augment(still, 48)(FACE, np.random.default_rng(0))
    expected = FACE[:, ::-1] if flip else FACE
    # Light and contrast change, so positions are compared by correlation.
    assert np.corrcoef(sharp.ravel().astype(float), expected.ravel().astype(float))[0, 1] > 0.98


def test_a_smaller_face_loses_detail() -> None:
    detail = [
        np.abs(np.diff(at_size(FACE[None], k, 48)[0].astype(int))).mean() for k in (48, 16, 6)
    ]
    assert detail[0] > detail[1] > detail[2]


@pytest.mark.parametrize("damage", ["low_resolution", "compress", "blur", "erase"])
def test_every_damage_leaves_the_sharp_picture_alone(damage: str) -> None:
    none = {"low_resolution": 0.0, "compress": 0.0, "blur": 0.0, "noise": 0.0, "erase": 0.0}
    augment = Augment(CONFIG.model_copy(update={**none, damage: 1.0}), 48)
    pairs = [augment(FACE, np.random.default_rng(seed)) for seed in range(8)]
    assert any((degraded != sharp).any() for degraded, sharp in pairs)
    clean = Augment(CONFIG.model_copy(update=none), 48)
    for seed, (_, sharp) in enumerate(pairs):
        np.testing.assert_array_equal(sharp, clean(FACE, np.random.default_rng(seed))[1])


def test_pictures_stay_pictures_at_other_sides() -> None:
    for seed in range(50):
        degraded, sharp = Augment(CONFIG, 64)(FACE, np.random.default_rng(seed))
        assert degraded.shape == sharp.shape == (64, 64)
        assert degraded.dtype == sharp.dtype == np.uint8
