from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import centres, containment_matrix, iou_matrix

boxes = st.lists(
    st.tuples(
        st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 40), st.integers(1, 40)
    ),
    min_size=1,
    max_size=6,
).map(lambda rows: np.array(rows, np.float32))  # fmt: skip


def pixels(box: np.ndarray) -> set[tuple[int, int]]:
    x, y, w, h = (int(value) for value in box)
    return {(column, row) for column in range(x, x + w) for row in range(y, y + h)}


@given(boxes, boxes)
def test_overlap_is_that_of_counted_pixels(a: np.ndarray, b: np.ndarray) -> None:
    iou, inside = iou_matrix(a, b), containment_matrix(a, b)
    assert iou.shape == inside.shape == (len(a), len(b))
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            p, q = pixels(one), pixels(other)
            assert iou[i, j] == pytest.approx(len(p & q) / len(p | q))
            assert inside[i, j] == pytest.approx(len(p & q) / min(len(p), len(q)))


@given(boxes)
def test_a_box_is_itself_and_order_does_not_matter(a: np.ndarray) -> None:
    np.testing.assert_allclose(np.diag(iou_matrix(a, a)), 1.0)
    np.testing.assert_allclose(iou_matrix(a, a), iou_matrix(a, a).T)


def test_a_box_in_a_box() -> None:
    big, small = np.array([[0, 0, 10, 10]], float), np.array([[2, 2, 5, 2]], float)
    assert containment_matrix(big, small)[0, 0] == 1.0
    assert iou_matrix(big, small)[0, 0] == pytest.approx(0.1)


def test_boxes_that_touch_do_not_overlap() -> None:
    a, b = np.array([[0, 0, 10, 10]], float), np.array([[10, 0, 10, 10]], float)
    assert iou_matrix(a, b)[0, 0] == 0.0


def test_no_boxes() -> None:
    none, some = np.zeros((0, 4), np.float32), np.ones((3, 4), np.float32)
    assert iou_matrix(none, some).shape == (0, 3)
    assert iou_matrix(some, none).shape == (3, 0)
    assert centres(none).shape == (0, 2)


def test_centres() -> None:
    np.testing.assert_allclose(centres(np.array([[2, 4, 10, 6]], np.float32)), [[7.0, 7.0]])
