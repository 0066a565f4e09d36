from __future__ import annotations

import numpy as np
import pytest

from app.core.privacy import FaceCover
from app.session.covering import cover_faces

BOX = np.array([(40.0, 30.0, 20.0, 24.0)])


@pytest.fixture
def image() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (100, 120, 3), np.uint8)


def test_nothing_is_copied_where_nothing_is_covered(image: np.ndarray) -> None:
    assert cover_faces(image, BOX, FaceCover.SHOW) is image
    assert cover_faces(image, np.zeros((0, 4)), FaceCover.BLOCK) is image


@pytest.mark.parametrize("how", [FaceCover.BLUR, FaceCover.BLOCK])
def test_the_face_is_gone_and_the_rest_stays(image: np.ndarray, how: FaceCover) -> None:
    before = image.copy()
    covered = cover_faces(image, BOX, how)
    np.testing.assert_array_equal(image, before)
    inside = covered[30:54, 40:60].astype(float)
    # Neighbouring pixels of noise differ by about 85; of what is left, by next to nothing.
    assert np.abs(np.diff(inside, axis=1)).mean() < (12 if how is FaceCover.BLUR else 1e-9)
    changed = (covered != before).any(axis=2)
    assert not changed[:20].any()
    assert not changed[:, :32].any()
    assert not changed[64:].any()


def test_a_blur_depends_on_mean_colours_only(image: np.ndarray) -> None:
    box = np.array([(40.0, 30.0, 20.0, 20.0)])  # grows to 34 pixels, 4 cells
    flat = np.full_like(image, 128)
    for sign in (1, -1):
        noisy = flat.astype(int)
        noisy[::2, ::2] += 40 * sign
        noisy[1::2, 1::2] -= 40 * sign
        covered = cover_faces(noisy.astype(np.uint8), box, FaceCover.BLUR)
        assert np.abs(covered[32:48, 42:58].astype(int) - 128).max() <= 4


def test_boxes_over_the_edge_and_beside_the_picture(image: np.ndarray) -> None:
    boxes = np.array(
        [(-10.0, -10.0, 20.0, 20.0), (115.0, 95.0, 30.0, 30.0), (500.0, 5.0, 9.0, 9.0)]
    )
    covered = cover_faces(image, boxes, FaceCover.BLOCK)
    assert covered.shape == image.shape
    assert (covered[:8, :8] != image[:8, :8]).any()


def test_a_face_at_the_edge_is_covered_as_one_inside_is(image: np.ndarray) -> None:
    for x, seen in ((-10, slice(0, 20)), (100, slice(100, 120))):
        covered = cover_faces(image, np.array([(x, 30.0, 30.0, 30.0)]), FaceCover.BLOCK)
        assert (covered[30:60, seen] == covered[45, seen.start]).all()
