from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from training.networks.equalise import area_resize, equalise


def pictures() -> np.ndarray:
    rng = np.random.default_rng(0)
    dark = rng.integers(0, 40, (32, 32))
    ramp = np.add.outer(np.arange(32), np.arange(32)) * 3
    few = rng.choice([3, 100, 101, 250], (32, 32))
    noise = rng.normal(128, 30, (32, 32))
    one_outlier = np.full((32, 32), 77)
    one_outlier[5, 5] = 9
    flat = np.full((32, 32), 140)
    return np.clip(np.stack([dark, ramp, few, noise, one_outlier, flat]), 0, 255).astype(np.uint8)


def test_equalises_as_opencv_does() -> None:
    images = pictures()
    ours = equalise(torch.from_numpy(images[:, None].astype(np.float32)))[:, 0].numpy()
    theirs = np.stack([cv2.equalizeHist(image) for image in images])
    assert np.abs(ours - theirs).max() <= 1
    assert not np.array_equal(theirs, images), "the pictures ask for something"
    assert ours[0].max() == 255
    assert ours[0].min() == 0
    np.testing.assert_array_equal(ours[-1], images[-1])


@pytest.mark.parametrize("side", [16, 24, 32, 40, 48])
def test_resizes_by_areas_as_opencv_does(side: int) -> None:
    images = np.random.default_rng(1).uniform(0, 255, (3, 48, 48)).astype(np.float32)
    ours = area_resize(torch.from_numpy(images[:, None]), side)[:, 0].numpy()
    theirs = np.stack(
        [cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA) for image in images]
    )
    np.testing.assert_allclose(ours, theirs, atol=0.01)


def test_mixed_precision_keeps_whole_grey_levels() -> None:
    images = torch.from_numpy(pictures()[:, None].astype(np.float32))
    plain = equalise(area_resize(images, 16))
    with torch.autocast("cpu", torch.bfloat16):
        mixed = equalise(area_resize(images, 16))
    assert mixed.dtype == torch.float32
    torch.testing.assert_close(mixed, plain, rtol=0, atol=0)


def test_contrast_of_the_light_does_not_matter() -> None:
    """A monotonic change of the light that merges no levels leaves the result as it is."""
    image = torch.randint(0, 100, (1, 1, 32, 32)).float()
    torch.testing.assert_close(equalise(image), equalise(2 * image + 20))
