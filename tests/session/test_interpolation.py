from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.similarity import invert, move_boxes
from app.core.types import STILL, Expressions, Faces, FrameResult, Quality
from app.session.interpolation import MAX_GAP, between, every_frame


def result(
    index: int,
    timestamp: float,
    boxes: dict[int, tuple[float, float, float, float]],
    label: int = 0,
    camera: NDArray[np.float64] = STILL,
    score: float = 0.9,
) -> FrameResult:
    """Faces by id, all of one expression, whose key points are their boxes' corners."""
    n = len(boxes)
    places = np.array(list(boxes.values()), np.float32).reshape(-1, 4)
    points = np.repeat(places[:, None, :2], 6, axis=1)
    probabilities = np.full((n, len(LABELS)), 0.04, np.float32)
    probabilities[:, label] = 0.72
    quality = Quality(*np.full((3, n), 0.5, np.float32))
    return FrameResult(
        index,
        timestamp,
        (640, 360),
        Faces.make(places, np.full(n, score), points, np.array(list(boxes), np.int64)),
        Expressions(probabilities, np.ones(n, bool), quality),
        camera=camera,
    )


def test_halfway_is_the_middle() -> None:
    earlier = result(10, 1.0, {1: (10, 20, 30, 40), 2: (100, 0, 20, 20)}, label=1, score=0.9)
    later = result(14, 1.4, {2: (110, 0, 20, 20), 1: (20, 40, 34, 44)}, label=2, score=0.6)
    found = between(earlier, later, 12, 1.2)
    assert found is not None
    assert (found.index, found.timestamp, found.faces.ids.tolist()) == (12, 1.2, [1, 2])
    np.testing.assert_allclose(found.faces.boxes, [[15, 30, 32, 42], [105, 0, 20, 20]], atol=1e-4)
    np.testing.assert_allclose(found.faces.keypoints[0], [[15, 30]] * 6, atol=1e-4)
    np.testing.assert_allclose(found.faces.scores, 0.6)


def test_what_they_show_is_what_was_read_last() -> None:
    earlier, later = (result(i, i / 10, {3: (0, 0, 9, 9)}, label=i) for i in (1, 3))
    found = between(earlier, later, 2, 0.2)
    assert found is not None
    assert found.expressions.labels.tolist() == [1]
    assert np.isnan(found.expressions.quality.sharpness).all(), "nobody looked at this picture"
    assert found.expressions.age == pytest.approx([0.1])
    held = replace(earlier.expressions, age=np.array([0.4], np.float32))
    found = between(replace(earlier, expressions=held), later, 2, 0.2)
    assert found is not None
    assert found.expressions.age == pytest.approx([0.5])


def test_nobody_is_carried_on() -> None:
    earlier = result(0, 0.0, {1: (0, 0, 9, 9), 2: (50, 0, 9, 9)})
    later = result(2, 0.2, {2: (50, 0, 9, 9), 3: (90, 0, 9, 9)})
    found = between(earlier, later, 1, 0.1)
    assert found is not None
    assert found.faces.ids.tolist() == [2]


def test_too_far_apart_to_say() -> None:
    earlier = result(0, 0.0, {1: (0, 0, 9, 9)})
    assert between(earlier, result(9, MAX_GAP, {1: (0, 0, 9, 9)}), 3, 0.3) is not None
    assert between(earlier, result(9, MAX_GAP + 0.01, {1: (0, 0, 9, 9)}), 3, 0.3) is None


@pytest.mark.parametrize("timestamp", [0.0, 0.2, 0.3, -1.0])
def test_never_beyond(timestamp: float) -> None:
    with pytest.raises(ValueError, match="between"):
        between(result(0, 0.0, {}), result(2, 0.2, {}), 1, timestamp)


@given(
    start=st.tuples(st.floats(0, 500), st.floats(0, 300), st.floats(8, 99), st.floats(8, 99)),
    move=st.tuples(st.floats(-80, 80), st.floats(-80, 80)),
    pan=st.tuples(st.floats(-60, 60), st.floats(-60, 60)),
    zoom=st.floats(0.8, 1.25),
    share=st.floats(0.01, 0.99),
)
def test_whoever_sits_still_in_the_room_stays_there_whatever_the_camera_does(
    start: tuple[float, float, float, float],
    move: tuple[float, float],
    pan: tuple[float, float],
    zoom: float,
    share: float,
) -> None:
    """And whoever walks is on the straight line, at the right share of it."""
    camera = np.array([[zoom, 0, pan[0]], [0, zoom, pan[1]]])
    room = np.array([start, [start[0] + move[0], start[1] + move[1], *start[2:]]])
    seen = move_boxes(invert(camera), room[1:])[0]
    earlier = result(0, 0.0, {1: start})
    later = result(10, 0.5, {1: tuple(seen.tolist())}, camera=camera)  # type: ignore[dict-item]
    found = between(earlier, later, 5, 0.5 * share)
    assert found is not None
    expected = room[0] + share * (room[1] - room[0])
    np.testing.assert_allclose(
        move_boxes(found.camera, found.faces.boxes)[0], expected, atol=0.01, rtol=1e-4
    )


@given(
    gaps=st.lists(st.integers(1, 8), max_size=12), rate=st.sampled_from([5.0, 15.0, 29.97, 30.0])
)
def test_every_frame_in_order_and_the_analysed_ones_as_they_are(
    gaps: list[int], rate: float
) -> None:
    indices = np.cumsum([3, *gaps]).tolist()
    results = [result(i, i / rate, {1: (float(i), 0, 9, 9)}) for i in indices]
    found = list(every_frame(results))
    assert [one for one, interpolated in found if not interpolated] == results
    numbers = [one.index for one, _ in found]
    assert numbers == sorted(set(numbers))
    far = {n for a, b in itertools.pairwise(indices)
           if (b - a) / rate > MAX_GAP + 1e-3 for n in range(a + 1, b)}  # fmt: skip
    assert set(numbers) == set(range(indices[0], indices[-1] + 1)) - far
    for one, _ in found:
        assert one.timestamp == pytest.approx(one.index / rate)
        assert one.faces.boxes[0, 0] == pytest.approx(one.index, abs=1e-3)


def test_frames_with_nobody_in_them_are_left_out() -> None:
    results = [result(0, 0.0, {1: (0, 0, 9, 9)}), result(3, 0.3, {}), result(5, 0.5, {})]
    assert [one.index for one, _ in every_frame(results)] == [0, 3, 5]
    assert list(every_frame([])) == []
