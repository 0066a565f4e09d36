from __future__ import annotations

import cv2
import numpy as np
import pytest

from training.augment_paper import (
    Crops,
    CropsConfig,
    Nine,
    NineConfig,
    Untouched,
    UntouchedConfig,
    centred,
    turned,
)


@pytest.fixture
def face() -> np.ndarray:
    rng = np.random.default_rng(3)
    picture = cv2.GaussianBlur(rng.integers(0, 256, (48, 48)).astype(np.uint8), (5, 5), 0)
    return np.asarray(picture, np.uint8)


@pytest.mark.parametrize("section", [UntouchedConfig(), CropsConfig(), NineConfig()])
def test_gives_a_pair_of_the_asked_size_and_repeats(section: object, face: np.ndarray) -> None:
    augment = section.build(48)
    before = face.copy()
    for seed in range(30):
        degraded, sharp = augment(face, np.random.default_rng(seed))
        assert degraded.shape == sharp.shape == (48, 48)
        assert degraded.dtype == np.uint8
        np.testing.assert_array_equal(degraded, sharp)
        again, _ = augment(face, np.random.default_rng(seed))
        np.testing.assert_array_equal(degraded, again)
    np.testing.assert_array_equal(face, before)


def test_untouched_is_untouched(face: np.ndarray) -> None:
    np.testing.assert_array_equal(Untouched(48)(face, np.random.default_rng(0))[0], face)


def test_crops_make_twenty_one_of_a_face(face: np.ndarray) -> None:
    augment = Crops(48)
    rng = np.random.default_rng(0)
    seen = {augment(face, rng)[0].tobytes() for _ in range(600)}
    places = {tuple(place) for place in augment.places(face).tolist()}
    assert len(seen) == 2 * len(places) + 1
    assert face.tobytes() in seen
    for x, y in places:
        piece = face[y : y + 32, x : x + 32]
        for view in (piece, np.ascontiguousarray(piece[:, ::-1])):
            large = cv2.resize(view, (48, 48), interpolation=cv2.INTER_CUBIC)
            assert large.tobytes() in seen


def test_crops_lie_inside_and_differ_between_faces(face: np.ndarray) -> None:
    augment = Crops(48)
    places = np.concatenate([augment.places(np.roll(face, k)) for k in range(60)])
    assert places.min() == 0
    assert places.max() == 16
    assert len(np.unique(places, axis=0)) > 150


def test_nine_views_are_nine(face: np.ndarray) -> None:
    augment = Nine(48)
    views = [augment.view(face, n, np.random.default_rng(n)) for n in range(9)]
    assert len({view.tobytes() for view in views}) == 9
    np.testing.assert_array_equal(views[0], face)
    np.testing.assert_array_equal(views[1], face[:, ::-1])
    np.testing.assert_array_equal(views[5], turned(face, 15))
    assert np.abs(views[7].astype(int) - face).max() > 8
    drawn = {augment(face, np.random.default_rng(s))[0].tobytes() for s in range(200)}
    assert {views[n].tobytes() for n in range(7)} <= drawn


def test_turns_anticlockwise() -> None:
    image = np.zeros((48, 48), np.uint8)
    image[22:26, 36:44] = 255  # right of the centre
    y, x = np.nonzero(turned(image, 90) > 128)
    assert y.mean() == pytest.approx(47 - 39.5, abs=0.6)
    assert x.mean() == pytest.approx(23.5, abs=0.6)


@pytest.mark.parametrize("shift", [-4, 0, 3])
def test_centring_finds_the_middle_of_a_face(shift: int) -> None:
    rng = np.random.default_rng(0)
    half = cv2.GaussianBlur(rng.uniform(0, 255, (48, 40)), (7, 7), 0)
    wide = np.concatenate([half, half[:, ::-1]], axis=1)  # symmetric about column 40
    image = wide[:, 16 - shift : 64 - shift].astype(np.uint8)
    expected = wide[:, 16:64].astype(np.uint8)
    apart = np.abs(centred(image).astype(int) - expected)[:, 8:-8]
    assert apart.max() <= 1
