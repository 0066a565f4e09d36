from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.geometry import centres
from app.core.types import Faces
from app.stages.mosaic import CELL, COLUMNS, FACE, MAX_ROWS, choose, pack


def noise(width: int = 320, height: int = 240) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 255, (height, width, 3)).astype(np.uint8)


def some_boxes(count: int, width: int = 320, height: int = 240) -> NDArray[np.float64]:
    rng = np.random.default_rng(count)
    side = rng.uniform(10, 60, count)
    corner = rng.uniform(0, 1, (count, 2)) * ([width, height] - side[:, None] * [1, 1.25])
    return np.column_stack([corner, side, side * 1.25])


def faces(*rows: tuple[float, float, float, float, float]) -> Faces:
    table = np.array(rows, float).reshape(-1, 5)
    return Faces.make(table[:, :4], table[:, 4])


@given(count=st.integers(1, COLUMNS * MAX_ROWS))
@settings(max_examples=30)
def test_what_lies_where_it_is_expected_comes_back_there(count: int) -> None:
    boxes = some_boxes(count)
    mosaic = pack(noise(), boxes)
    assert mosaic.picture.shape[1] == COLUMNS * CELL
    assert mosaic.picture.shape[0] // CELL == -(-count // COLUMNS)
    scale = mosaic.scales[:, None]
    shown = (boxes[:, :2] - mosaic.origins) / scale + mosaic.corners
    in_picture = np.column_stack([shown, boxes[:, 2:] / scale])
    points = np.repeat(centres(in_picture)[:, None], 6, axis=1)
    found, cells = mosaic.locate(Faces.make(in_picture, np.full(count, 0.9), points))
    assert cells.tolist() == list(range(count))
    np.testing.assert_allclose(found.boxes, boxes, atol=1e-3)
    np.testing.assert_allclose(found.keypoints[:, 3], centres(boxes), atol=1e-3)


def test_an_expected_face_is_in_the_middle_of_its_cell_at_the_models_size() -> None:
    image = np.zeros((240, 320, 3), np.uint8)
    image[60:108, 100:148] = 255
    mosaic = pack(image, np.array([[100.0, 60.0, 48.0, 48.0]]))
    rows, columns = np.nonzero(mosaic.picture[:CELL, :CELL, 0] > 127)
    assert (rows.mean(), columns.mean()) == pytest.approx((CELL / 2 - 0.5,) * 2, abs=0.5)
    assert np.ptp(columns) + 1 == pytest.approx(FACE, abs=1)


@pytest.mark.parametrize("x", [-15.0, 0.0, 300.0, 319.0])
@pytest.mark.parametrize("y", [-15.0, 225.0])
def test_beyond_the_frame_its_border_goes_on(x: float, y: float) -> None:
    image = np.zeros((240, 320, 3), np.uint8)
    image[..., 0] = np.linspace(50, 200, 320).astype(np.uint8)
    mosaic = pack(image, np.array([[x, y, 20.0, 25.0]]))
    cell = mosaic.picture[:CELL, :CELL, 0].astype(int)
    across = np.clip(mosaic.origins[0, 0] + (np.arange(CELL) + 0.5) * mosaic.scales[0], 0, 319)
    expected = np.interp(across, np.arange(320), image[0, :, 0])
    assert np.abs(cell - expected).max() <= 3
    assert not (mosaic.picture[:CELL, CELL:] - 128).any()


def test_a_face_far_from_where_it_is_expected_or_of_another_size_is_left_out() -> None:
    mosaic = pack(noise(), np.array([[100.0, 100.0, FACE, FACE]]))
    middle = (CELL - FACE) / 2
    found, _ = mosaic.locate(
        faces(
            (middle, middle, FACE, FACE, 0.9),
            (middle + FACE, middle, FACE, FACE, 0.9),
            (middle - 12, middle - 12, FACE * 2, FACE * 2, 0.9),
            (middle + CELL, middle, FACE, FACE, 0.9),
            (-5 * FACE, middle, FACE, FACE, 0.9),
        )
    )
    assert len(found) == 1
    assert found.boxes[0] == pytest.approx([100, 100, FACE, FACE], abs=0.5)


def test_neighbours_never_claim_one_face() -> None:
    """Only the left one's face is there; both cells show it."""
    expected = np.array([[100.0, 100, 20, 20], [112, 100, 20, 20]])
    seen = faces((101, 100, 20, 20, 0.8), (102, 100, 20, 20, 0.9))
    taken = choose(seen, np.array([0, 1]), expected, first=2)
    assert taken.tolist() == [0]


def test_each_neighbour_gets_the_nearest_face_though_both_cells_show_both() -> None:
    expected = np.array([[100.0, 100, 20, 20], [116, 100, 20, 20]])
    left, right = (100.0, 100, 20, 20), (117.0, 100, 20, 20)
    seen = faces((*left, 0.7), (*right, 0.9), (*left, 0.7), (*right, 0.9))
    cells = np.array([0, 0, 1, 1])
    taken = choose(seen, cells, expected, first=2)
    assert sorted((int(cells[i]), seen.boxes[i, 0].item()) for i in taken) == [(0, 100), (1, 117)]


def test_known_faces_choose_before_new_ones() -> None:
    expected = np.array([[100.0, 100, 20, 20], [104, 100, 20, 20]])
    seen = faces((103, 100, 20, 20, 0.5), (104, 100, 20, 20, 0.9))
    assert choose(seen, np.array([0, 1]), expected, first=1).tolist() == [0]
    assert choose(seen, np.array([0, 1]), expected, first=2).tolist() == [1]


def test_nothing_to_choose_from() -> None:
    assert len(choose(Faces.empty(), np.zeros(0, np.int64), some_boxes(2), 2)) == 0


@pytest.mark.parametrize(
    "boxes",
    [
        np.zeros((0, 4)),
        np.ones((COLUMNS * MAX_ROWS + 1, 4)),
        np.array([[0, 0, 0, 5.0]]),
        np.array([[0, np.nan, 5, 5]]),
    ],
)
def test_boxes_that_make_no_cell_are_refused(boxes: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match="expected"):
        pack(noise(), boxes)


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (300, 3)])
def test_any_picture_makes_a_cell(size: tuple[int, int]) -> None:
    boxes = np.array([[0.0, 0.0, 2.0, 2.0], [-1000, 400, 90, 90]])
    assert pack(noise(*size), boxes).picture.shape == (CELL, COLUMNS * CELL, 3)
