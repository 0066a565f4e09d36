from __future__ import annotations

import numpy as np

from app.ui.images import argb_image, rgb_image, rgb_over


def test_pixels_are_where_they_were() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)  # rows of no round length
    for image in (rgb_image(pixels[:, ::-1][:, ::-1]), rgb_over(pixels)):
        assert (image.width(), image.height()) == (3, 2)
        assert image.pixelColor(1, 1).getRgb() == (12, 13, 14, 255)
    argb = argb_image(np.array([[0, 0xFF102030]], np.uint32))
    assert argb.pixelColor(0, 0).alpha() == 0
    assert argb.pixelColor(1, 0).getRgb() == (16, 32, 48, 255)


def test_only_one_of_its_own_forgets_the_array() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    own, over = rgb_image(pixels), rgb_over(pixels)
    pixels[:] = 200
    assert own.pixelColor(0, 0).red() == 0
    assert over.pixelColor(0, 0).red() == 200
