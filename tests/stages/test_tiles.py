from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.geometry import iou_matrix
from app.core.types import Faces
from app.stages.tiles import MAX_ZOOM_STEP, Tile, inner_overhang, merge, plan_tiles

LIMITS = {"max_iou": 0.3, "max_containment": 0.7, "max_overhang": 0.3}


def faces(*rows: tuple[float, float, float, float, float]) -> Faces:
    """Rows of x, y, width, height, score; key point k of row i is (100 i + k, 0)."""
    table = np.array(rows, float).reshape(-1, 5)
    points = np.zeros((len(table), 6, 2))
    points[..., 0] = 100 * np.arange(len(table))[:, None] + np.arange(6)
    return Faces.make(table[:, :4], table[:, 4], points)


@given(
    width=st.integers(1, 2000),
    height=st.integers(1, 1200),
    tile=st.integers(128, 512),
    overlap=st.floats(0, 0.8),
)
@settings(max_examples=60)
def test_every_level_covers_the_frame_with_the_overlap_asked_for(
    width: int, height: int, tile: int, overlap: float
) -> None:
    tiles = plan_tiles((width, height), tile, overlap)
    sides = sorted({t.side for t in tiles})
    assert sides[-1] == max(width, height)
    assert sides[0] == min(tile, max(width, height))
    assert all(b <= a * MAX_ZOOM_STEP + 1 for a, b in pairwise(sides))
    for side in sides:
        for length, starts in (
            (width, sorted({t.left for t in tiles if t.side == side})),
            (height, sorted({t.top for t in tiles if t.side == side})),
        ):
            assert starts[0] == 0
            assert starts[-1] + side >= length
            shared = [a + side - b for a, b in pairwise(starts)]
            assert all(s >= side * overlap - 1 for s in shared)
            assert all(0 <= s <= max(0, length - side) for s in starts)


def test_a_small_frame_is_one_tile() -> None:
    assert plan_tiles((100, 80), 224, 0.2) == [Tile(0, 0, 100)]


@pytest.mark.parametrize(
    "plan", [((0, 10), 224, 0.2), ((10, 10), 0, 0.2), ((10, 10), 224, 1.0), ((10, 10), 224, -0.1)]
)
def test_a_plan_that_makes_no_sense_is_refused(plan: tuple[tuple[int, int], int, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        plan_tiles(*plan)


@pytest.mark.parametrize(("side", "size"), [(40, 192), (192, 192), (300, 192)])
def test_a_cut_keeps_places_and_pads_with_black(side: int, size: int) -> None:
    image = np.zeros((200, 400, 3), np.uint8)
    image[100:110, 60:70] = 255
    tile = Tile(40, 90, side)
    cut = tile.cut(image, size)
    assert cut.shape == (size, size, 3)
    assert cut.flags["C_CONTIGUOUS"]
    rows, columns = np.nonzero(cut[..., 0] > 127)
    scale = size / side
    assert rows.mean() / scale + 90 == pytest.approx(104.5, abs=1)
    assert columns.mean() / scale + 40 == pytest.approx(64.5, abs=1)
    beyond = round((200 - 90) * scale)
    assert not cut[beyond:].any()


def test_overhang_counts_borders_inside_the_frame_only() -> None:
    boxes = np.array([[90, 50, 20, 20], [195, 50, 20, 20], [120, 95, 20, 20], [140, 40, 10, 10]])
    assert inner_overhang(boxes, Tile(100, 0, 100), (300, 100)) == pytest.approx(
        [0.5, 0.75, 0.0, 0.0]
    )
    assert inner_overhang(boxes[:1] - [[100, 0, 0, 0]], Tile(0, 0, 100), (300, 100)) == 0


def test_a_face_that_two_tiles_share_is_one() -> None:
    merged = merge(faces((10, 10, 20, 24, 0.9), (12, 11, 20, 24, 0.6)), np.zeros(2), **LIMITS)
    assert len(merged) == 1
    assert merged.scores == pytest.approx([0.9])
    assert merged.keypoints[0, 0, 0] == 0  # the best one's
    x = merged.boxes[0, 0]
    assert 10 < x < 11  # between, nearer to the better one


def test_the_whole_sighting_leads_over_a_better_scored_cut_one() -> None:
    merged = merge(
        faces((10, 10, 20, 24, 0.9), (13, 11, 20, 24, 0.85)), np.array([0.25, 0.0]), **LIMITS
    )
    assert len(merged) == 1
    assert merged.keypoints[0, 0, 0] == 100
    assert merged.boxes[0, 0] > 11.5
    assert merged.scores == pytest.approx([0.9])


def test_half_a_face_at_a_border_joins_the_whole_one() -> None:
    merged = merge(
        faces((10, 10, 40, 48, 0.8), (12, 12, 14, 18, 0.9)), np.array([0.0, 0.1]), **LIMITS
    )
    assert len(merged) == 1
    assert merged.boxes[0] == pytest.approx([10, 10, 40, 48])


def test_what_mostly_hangs_over_a_border_is_dropped() -> None:
    merged = merge(faces((10, 10, 20, 24, 0.9)), np.array([0.4]), **LIMITS)
    assert len(merged) == 0


def test_a_small_face_before_a_large_one_stays() -> None:
    merged = merge(faces((10, 10, 60, 70, 0.9), (30, 40, 15, 18, 0.8)), np.zeros(2), **LIMITS)
    assert len(merged) == 2


def test_neighbours_stay_apart() -> None:
    row = [(20.0 * i, 10, 19, 22, 0.5 + 0.01 * i) for i in range(12)]
    assert len(merge(faces(*row), np.zeros(12), **LIMITS)) == 12


def test_nothing_stays_nothing() -> None:
    assert len(merge(Faces.empty(), np.zeros(0), **LIMITS)) == 0


@given(st.data())
@settings(max_examples=60)
def test_merging_keeps_the_best_and_leaves_no_near_double(data: st.DataObject) -> None:
    number = st.floats(0, 200, allow_nan=False)
    side = st.floats(8, 60)
    rows = data.draw(
        st.lists(st.tuples(number, number, side, side, st.floats(0.3, 1)), max_size=12)
    )
    found = faces(*rows)
    overhang = np.array(
        data.draw(st.lists(st.floats(0, 0.3), min_size=len(rows), max_size=len(rows)))
    )
    merged = merge(found, overhang, **LIMITS)
    assert len(merged) <= len(found)
    if len(found):
        assert merged.scores.max() == pytest.approx(found.scores.max())
        low, high = found.boxes[:, :2].min(0), (found.boxes[:, :2] + found.boxes[:, 2:]).max(0)
        assert (merged.boxes[:, :2] >= low - 1e-3).all()
        assert (merged.boxes[:, :2] + merged.boxes[:, 2:] <= high + 1e-3).all()
    if len(merged) == len(found):
        overlap = iou_matrix(merged.boxes, merged.boxes) - np.eye(len(merged))
        assert (overlap <= 0.3 + 1e-6).all()
