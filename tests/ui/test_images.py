from __future__ import annotations

import numpy as np

from app.ui.images import FrameImage, argb_image, rgb_image, rgb_over


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


def test_a_frame_follows_the_newest_pixels_and_their_size() -> None:
    frame = FrameImage()
    first = np.full((4, 6, 3), (10, 20, 30), np.uint8)
    image = frame.of(first)
    assert image.pixelColor(5, 3).getRgb() == (10, 20, 30, 255)
    assert frame.of(first) is image
    wide = np.zeros((5, 14, 3), np.uint8)
    wide[:, ::2] = (200, 100, 0)
    image = frame.of(wide[:, ::2])
    assert (image.width(), image.height()) == (7, 5)
    assert image.pixelColor(6, 4).getRgb() == (200, 100, 0, 255)
