from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from training.tta import with_poses

Array = NDArray[np.float32]


def faces(n: int) -> Array:
    return np.random.default_rng(0).uniform(0, 255, (n, 1, 48, 48)).astype(np.float32)


def pixels(crops: Array) -> Array:
    return crops[:, 0, ::7, ::7].reshape(len(crops), -1)


def test_repeats_with_its_seed_only() -> None:
    crops = faces(3)
    first = with_poses(pixels, seed=1)(crops)
    assert np.array_equal(first, with_poses(pixels, seed=1)(crops))
    assert not np.allclose(first, with_poses(pixels, seed=2)(crops))


def test_batch_and_order_do_not_matter() -> None:
    crops = faces(4)
    together = with_poses(pixels, seed=1)(crops)
    apart = np.concatenate([with_poses(pixels, seed=1)(crop[None]) for crop in crops[::-1]])
    np.testing.assert_array_equal(together, apart[::-1])


def test_mean_of_the_raw_scores_of_eight_different_poses() -> None:
    seen: list[Array] = []

    def scores(crops: Array) -> Array:
        assert crops.dtype == np.float32
        seen.append(crops)
        return np.full((len(crops), 8), len(seen), np.float32)

    crops = faces(2)
    result = with_poses(scores, seed=1)(crops)
    assert [batch.shape for batch in seen] == [crops.shape] * 8
    assert len({batch.tobytes() for batch in seen}) == 8
    np.testing.assert_allclose(result, 4.5)


def test_no_angle_and_no_zoom_change_nothing() -> None:
    crops = faces(2)
    same = with_poses(pixels, seed=1, angle=0, zoom=(1, 1))(crops)
    np.testing.assert_allclose(same, pixels(crops), atol=0.05)


def test_zoom_is_about_the_centre() -> None:
    crops = np.zeros((1, 1, 48, 48), np.float32)
    crops[0, 0, 22:26, 22:26] = 200
    result = with_poses(lambda batch: batch.reshape(1, -1), 1, angle=0, zoom=(2, 2))(crops)
    image = result.reshape(48, 48)
    np.testing.assert_allclose(image, image[::-1, ::-1], atol=0.5)
    np.testing.assert_allclose(image, image.T, atol=0.5)
    assert image.sum() == pytest.approx(4 * crops.sum(), rel=0.02)


@pytest.mark.parametrize("wrong", [{"poses": 0}, {"zoom": (0.0, 1.0)}, {"zoom": (1.2, 1.0)}])
def test_impossible_poses_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="at least 1 pose"):
        with_poses(pixels, seed=1, **wrong)
