from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.stages.windows import MAX_PIXELS, OVERLAP, STEP, Window, plan_windows, shrink

AREA = 65_536


@given(width=st.integers(1, 4000), height=st.integers(1, 2200), finest=st.floats(0.4, 1))
@settings(max_examples=80)
def test_every_scale_covers_the_frame_and_faces_at_borders_lie_whole_somewhere(
    width: int, height: int, finest: float
) -> None:
    windows = plan_windows((width, height), finest, AREA)
    scales = sorted({w.scale for w in windows}, reverse=True)
    assert scales[0] == pytest.approx(finest * min(1.0, (MAX_PIXELS / (width * height)) ** 0.5))
    assert {w.level for w in windows} == set(range(len(scales)))
    for scale in scales:
        level = [w for w in windows if w.scale == scale]
        assert len({(w.width, w.height) for w in level}) == 1
        assert all(w.width % STEP == 0 and w.height % STEP == 0 for w in level)
        assert all(w.width * w.height <= AREA for w in level)
        for length, parts in (
            (width * scale, sorted({(w.left, w.width) for w in level})),
            (height * scale, sorted({(w.top, w.height) for w in level})),
        ):
            assert parts[0][0] == 0
            assert parts[-1][0] + parts[-1][1] >= length - 1e-6
            for (a, side), (b, _) in pairwise(parts):
                assert a + side - b >= OVERLAP - 1
    coarsest = [w for w in windows if w.scale == scales[-1]]
    assert len(coarsest) == 1


def test_a_frame_of_720p_costs_little_more_than_its_pixels() -> None:
    windows = plan_windows((1280, 720), 1.0, AREA)
    pixels = sum(w.width * w.height for w in windows)
    assert pixels < 1.5 * 1280 * 720 * (1 + 1 / 4 + 1 / 16)
    areas = [w.width * w.height for w in windows]
    assert min(areas) > 0.85 * max(areas)  # the cost is spread evenly


def test_scales_are_mixed() -> None:
    """The six coarse windows of 720p are not searched in one go."""
    coarse = [i for i, w in enumerate(plan_windows((1280, 720), 1.0, AREA)) if w.scale < 1]
    assert np.diff(coarse).max() >= 3


@pytest.mark.parametrize(
    "plan", [((0, 10), 1.0, AREA), ((10, -1), 1.0, AREA), ((9, 9), 1.0, 999), ((9, 9), 2.0, AREA)]
)
def test_a_plan_that_makes_no_sense_is_refused(plan: tuple[tuple[int, int], float, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        plan_windows(*plan)


@pytest.mark.parametrize("scale", [1.0, 0.5, 0.75])
def test_places_in_a_cut_and_in_the_frame_agree(scale: float) -> None:
    image = np.zeros((400, 600, 3), np.uint8)
    image[200:220, 300:320] = 255
    window = Window(round(160 * scale), round(100 * scale), 320, 288, scale)
    cut = window.cut(image)
    assert cut.shape == (288, 320, 3)
    rows, columns = np.nonzero(cut[..., 0] > 127)
    middle = np.array([[columns.mean() + 0.5, rows.mean() + 0.5]])
    assert window.to_frame(middle)[0] == pytest.approx([310, 210], abs=1)
    assert not cut[round(300 * scale) + 1 :].any()


def test_overhang_counts_borders_inside_the_frame_only() -> None:
    window = Window(50, 0, 100, 50, 0.5)  # x 100 to 300, y 0 to 100 in the frame
    boxes = np.array([[90, 50, 20, 20], [295, 50, 20, 20], [120, 95, 20, 20], [140, -5, 10, 10]])
    over = window.overhang(boxes.astype(float), (400, 100))
    assert over == pytest.approx([0.5, 0.75, 0.0, 0.0])


@pytest.mark.parametrize("scale", [0.75, 0.5, 0.375, 0.19])
def test_shrinking_keeps_the_mean_of_areas(scale: float) -> None:
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 255, (24, 32, 3), dtype=np.uint8)
    picture = np.asarray(cv2.resize(coarse, (640, 480), interpolation=cv2.INTER_CUBIC), np.uint8)
    size = round(640 * scale), round(480 * scale)
    by_area = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(float)
    assert np.abs(shrink(picture, size) - by_area).mean() < 1


def test_a_part_holds_what_is_asked_for_with_room_for_a_face() -> None:
    window = Window(100, 60, 320, 160, 0.75)
    part = window.part((200, 70, 210, 80))
    assert (part.width, part.height, part.scale, part.level) == (96, 96, 0.75, 0)
    assert part.left <= 100 + 200 - OVERLAP
    assert part.left + part.width >= 100 + 210 + OVERLAP
    corner = window.part((318, 158, 320, 160))
    assert (corner.left + corner.width, corner.top + corner.height) == (420, 220)
    assert window.part((0, 0, 300, 20)) is window


def test_points_in_a_window() -> None:
    window = Window(75, 0, 96, 96, 0.75)
    points = np.array([[100.0, 0], [99, 5], [228, 128], [229, 5]])
    assert window.holds(points).tolist() == [True, False, True, False]
