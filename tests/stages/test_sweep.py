from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.geometry import centres
from app.core.types import Faces, Frame
from app.stages.mosaic import CELL, COLUMNS
from app.stages.sweep import JOLT_PAUSE, LATELY, SweepDetector

SIZE = (640, 400)
Box = tuple[float, float, float, float]


class Squares:
    """A network that takes every white square for a face, whole ones only; ``score`` may be
    changed meanwhile."""

    def __init__(self, score: float = 0.9) -> None:
        self.score = score
        self.looks: list[tuple[int, int]] = []
        self.closed = 0

    def detect(
        self, image: NDArray[np.uint8], min_score: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        self.looks.append(image.shape[:2])
        _, _, stats, _ = cv2.connectedComponentsWithStats((image[..., 0] > 200).astype(np.uint8))
        boxes = np.asarray(stats[1:, :4], np.float32)
        boxes = boxes[np.abs(np.log(boxes[:, 2] / boxes[:, 3])) < 0.25]
        if self.score < min_score:
            boxes = boxes[:0]
        middles = boxes[:, None, :2] + boxes[:, None, 2:] / 2
        return boxes, np.full(len(boxes), self.score, np.float32), np.repeat(middles, 6, axis=1)

    def close(self) -> None:
        self.closed += 1


def room(faces: Sequence[Box], at: float, size: tuple[int, int] = SIZE) -> Frame:
    image = np.zeros((size[1], size[0], 3), np.uint8)
    for x, y, width, height in np.round(faces).astype(int).reshape(-1, 4):
        image[max(0, y) : y + height, max(0, x) : x + width] = 255
    return Frame(image, round(at * 1000), at)


def boxes(*rows: Box) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(-1, 4)


NOBODY = boxes()
FOUR = boxes((40, 40, 20, 20), (200, 100, 26, 26), (400, 300, 32, 32), (560, 50, 20, 20))


def in_order(faces: Faces) -> NDArray[np.float32]:
    return faces.boxes[np.argsort(faces.boxes[:, 0])]


@pytest.fixture
def short() -> Squares:
    return Squares()


@pytest.fixture
def full() -> Squares:
    return Squares()


@pytest.fixture
def detector(short: Squares, full: Squares) -> SweepDetector:
    return SweepDetector(short, full)


def test_the_first_frame_is_searched_whole(detector: SweepDetector) -> None:
    found = detector.detect(room(FOUR, 0.0), NOBODY)
    np.testing.assert_allclose(in_order(found), FOUR, atol=2)
    assert (found.scores > 0.68).all()
    assert (np.diff(found.scores) <= 0).all()


def test_somebody_else_may_say_which_windows_are_searched(
    detector: SweepDetector, full: Squares
) -> None:
    windows = detector.windows(SIZE)
    found = detector.look(room(FOUR, 0.0), NOBODY, windows)
    np.testing.assert_allclose(in_order(found), FOUR, atol=2)
    detector.reset()
    assert detector.windows(SIZE) == windows
    searched = len(full.looks)
    held = detector.look(room(FOUR, 0.2), FOUR[:1], [])
    np.testing.assert_allclose(held.boxes, FOUR[:1], atol=4)
    assert len(full.looks) == searched


@given(
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    side=st.integers(14, 70),
    fps=st.floats(0.2, 60),
    period=st.floats(0.5, 4),
    start=st.floats(0, 3),
)
@settings(max_examples=40)
def test_a_newcomer_anywhere_is_found_within_a_period_and_a_frame(
    x: float, y: float, side: int, fps: float, period: float, start: float
) -> None:
    detector = SweepDetector(Squares(), Squares(), period=period)
    newcomer = boxes((x * (SIZE[0] - side), y * (SIZE[1] - side), side, side))
    detector.detect(room(NOBODY, 0.0), NOBODY)
    there, entered, now = False, math.inf, 0.0
    while not there:
        now += 1 / fps
        present = now >= start
        entered = min(entered, now) if present else entered
        found = detector.detect(room(newcomer if present else NOBODY, now), NOBODY)
        there = len(found) > 0
        assert now <= entered + period + 1 / fps + 1e-6 or not present or there
    assert now <= entered + period + 1 / fps + 1e-6
    # A pixel of the coarsest scale is five of the frame.
    assert np.abs(centres(found.boxes[:1]) - centres(newcomer)).max() < side / 2 + 5


def test_known_faces_are_found_in_every_frame_by_one_small_look(
    detector: SweepDetector, short: Squares
) -> None:
    detector.detect(room(FOUR, 0.0), NOBODY)
    known = FOUR
    for i in range(1, 20):
        moved = FOUR + np.array([2.0 * i, i, 0, 0])
        short.looks.clear()
        found = detector.detect(room(moved, i / 15), known)
        # The coarse scales round by pixels.
        np.testing.assert_allclose(in_order(found), moved, atol=4)
        assert (found.scores > 0.68).all()
        assert short.looks == [(CELL, CELL * COLUMNS)]
        known = in_order(found).astype(np.float64)


def test_more_known_faces_than_a_mosaic_holds(detector: SweepDetector, short: Squares) -> None:
    crowd = boxes(*((10.0 + 60 * i, 10.0 + 55 * j, 16, 16) for i in range(10) for j in range(7)))
    detector.detect(room(crowd, 0.0), NOBODY)
    short.looks.clear()
    assert len(detector.detect(room(crowd, 0.01), crowd)) == 70
    assert len(short.looks) == 2


def test_the_cost_is_spread_evenly(detector: SweepDetector, full: Squares) -> None:
    size = (1280, 720)
    looks = []
    for i in range(120):
        full.looks.clear()
        detector.detect(room(NOBODY, i / 20, size), NOBODY)
        looks.append(len(full.looks))
    assert set(looks[1:]) <= {0, 1}
    assert sum(looks[1:41]) == looks[0]


def restless(at: float, size: tuple[int, int]) -> Frame:
    """Everything changes from picture to picture."""
    cells = np.random.default_rng(round(at * 1000)).integers(0, 190, (size[1] // 8, size[0] // 8))
    grey = np.repeat(np.repeat(cells.astype(np.uint8), 8, axis=0), 8, axis=1)
    return Frame(np.stack([grey] * 3, axis=2), round(at * 1000), at)


@pytest.mark.parametrize(
    ("size", "finest"), [((640, 480), 1.0), ((1280, 720), 0.9), ((1920, 1080), 0.75)]
)
def test_small_frames_are_searched_more_finely(
    detector: SweepDetector, size: tuple[int, int], finest: float
) -> None:
    assert max(window.scale for window in detector.windows(size)) == finest


def test_slow_frames_get_more_windows(detector: SweepDetector, full: Squares) -> None:
    for at in (0.0, 1.0, 5.0):
        full.looks.clear()
        detector.detect(restless(at, (1280, 720)), NOBODY)
    assert len(full.looks) == 27
    detector.detect(restless(6.0, (1280, 720)), NOBODY)
    assert len(full.looks) == 27 + 13


def test_the_period_may_change_on_the_way(detector: SweepDetector, full: Squares) -> None:
    detector.detect(restless(0.0, (1280, 720)), NOBODY)
    detector.period = 4.0
    full.looks.clear()
    detector.detect(restless(2.0, (1280, 720)), NOBODY)
    assert (len(full.looks), detector.period) == (13, 4.0)
    with pytest.raises(ValueError, match="period"):
        detector.period = 0.0


def test_where_nothing_changes_little_is_searched(detector: SweepDetector, full: Squares) -> None:
    detector.detect(room(FOUR, 0.0), NOBODY)
    first = len(full.looks)
    looks, found = [], []
    for at in np.arange(1, 121) / 10:
        full.looks.clear()
        found.append(detector.detect(room(FOUR, at), FOUR))
        looks.append(len(full.looks))
    assert sum(looks[:20]) == first  # the first turn: a second look everywhere
    assert sum(looks[20:80]) == 0
    assert sum(looks[80:110]) == first  # all of it again, window by window
    # Who was seen by the sweep still counts as seen.
    assert all(len(faces) == 4 and (faces.scores > 0.68).all() for faces in found)


def test_a_known_face_that_the_sweep_missed_is_searched_again(
    detector: SweepDetector, full: Squares
) -> None:
    detector.detect(room(FOUR, 0.0), NOBODY)
    full.score = 0.0
    for at in np.arange(1, 50) / 10:
        detector.detect(room(FOUR, at), FOUR)
    full.looks.clear()
    for at in np.arange(50, 70) / 10:
        detector.detect(room(FOUR, at), FOUR)
    assert full.looks


def test_searching_is_timed(detector: SweepDetector) -> None:
    detector.detect(room(FOUR, 0.0), NOBODY)
    assert detector.swept > 0


def test_a_cut_is_searched_whole_at_once_but_not_again_and_again(
    detector: SweepDetector, full: Squares
) -> None:
    detector.detect(room(FOUR, 0.0), NOBODY)
    detector.detect(room(FOUR, 1.0), FOUR)
    elsewhere = FOUR + np.array([40.0, 60, 0, 0])
    found = detector.detect(room(elsewhere, 1.01), FOUR)
    np.testing.assert_allclose(in_order(found), elsewhere, atol=2)
    full.looks.clear()
    detector.detect(room(elsewhere, 1.02), elsewhere)
    detector.detect(room(NOBODY, 1.03), elsewhere)
    assert not full.looks
    detector.detect(room(elsewhere, 1.04), elsewhere)
    detector.detect(room(NOBODY, 1.02 + JOLT_PAUSE), elsewhere)
    assert full.looks


def test_one_who_leaves_is_no_cut(detector: SweepDetector, full: Squares) -> None:
    detector.detect(room(FOUR, 0.0), NOBODY)
    detector.detect(room(FOUR, 1.0), FOUR)
    full.looks.clear()
    assert len(detector.detect(room(FOUR[:3], 1.01), FOUR)) == 3
    assert not full.looks


def test_after_reset_and_at_another_size_the_frame_is_searched_whole(
    detector: SweepDetector,
) -> None:
    detector.detect(room(NOBODY, 0.0), NOBODY)
    detector.reset()
    assert len(detector.detect(room(FOUR, 0.0), NOBODY)) == 4
    wide = (900, 400)
    assert len(detector.detect(room(FOUR, 0.01, wide), NOBODY)) == 4


def test_a_face_that_both_models_see_is_one(detector: SweepDetector, short: Squares) -> None:
    detector.detect(room(FOUR, 0.0), NOBODY)
    short.score = 0.5
    weak = detector.detect(room(FOUR, 0.001), FOUR)
    both = detector.detect(room(FOUR, 60.0), FOUR)
    assert len(weak) == len(both) == 4
    assert (both.scores > weak.scores).all()
    np.testing.assert_allclose(in_order(both), FOUR, atol=2)


def test_a_newcomer_that_only_one_model_sees_is_unsure(
    detector: SweepDetector, short: Squares, full: Squares
) -> None:
    short.score = 0.0
    full.score = 0.5
    unsure = detector.detect(room(FOUR, 0.0), NOBODY)
    assert len(unsure) == 4
    assert (unsure.scores < 0.68).all()
    detector.reset()
    short.score = 0.7
    assert (detector.detect(room(FOUR, 0.0), NOBODY).scores > 0.68).all()


def test_what_the_mosaic_alone_sees_weakly_is_held_no_longer_than_the_sweep_takes(
    detector: SweepDetector, short: Squares, full: Squares
) -> None:
    detector.detect(room(FOUR, 0.0), NOBODY)
    short.score, full.score = 0.4, 0.0
    times = np.arange(1, 60) / 15
    seen = np.array([len(detector.detect(room(FOUR, t), FOUR)) for t in times])
    assert (seen[times < 2.0 * LATELY] == 4).all()
    assert (seen[times > 2.0 * LATELY] == 0).all()
    short.score = 0.8
    assert len(detector.detect(room(FOUR, 4.1), FOUR)) == 4


def test_expected_faces_beyond_the_frame_or_without_size_do_no_harm(
    detector: SweepDetector,
) -> None:
    odd = boxes((-90, 10, 20, 20), (700, 10, 20, 20), (50, 50, 0, 20), (np.nan, 3, 4, 5))
    found = detector.detect(room(FOUR, 0.0), np.concatenate([odd, FOUR]))
    np.testing.assert_allclose(in_order(found), FOUR, atol=2)


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (300, 7)])
def test_any_size_of_frame(detector: SweepDetector, size: tuple[int, int]) -> None:
    assert len(detector.detect(room(NOBODY, 0.0, size), boxes((0, 0, 3, 3)))) == 0


def test_closing_frees_both_models_and_ends_detecting(
    detector: SweepDetector, short: Squares, full: Squares
) -> None:
    detector.close()
    detector.close()
    assert short.closed >= 1
    assert full.closed >= 1
    with pytest.raises(ValueError, match="closed"):
        detector.detect(room(NOBODY, 0.0), NOBODY)


@pytest.mark.parametrize("given_", [{"period": 0}, {"min_score": 0}, {"min_score": 1}])
def test_arguments_out_of_range_are_refused(given_: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        SweepDetector(Squares(), Squares(), **given_)
