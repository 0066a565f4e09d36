from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from app.core.types import Expressions, Faces, Frame, FrameResult, Quality, student_code

BOXES = np.array([[1, 2, 10, 12], [30, 2, 14, 16]], np.float32)
SCORES = np.array([0.9, 0.4], np.float32)


def faces(**changes: object) -> Faces:
    return dataclasses.replace(
        Faces.make(BOXES, SCORES, ids=np.array([3, 1])), **changes  # type: ignore[arg-type]
    )  # fmt: skip


def expressions(rows: list[list[float]], known: list[bool]) -> Expressions:
    return Expressions(
        np.array(rows, np.float32).reshape(-1, 8),
        np.array(known, bool),
        Quality.unmeasured(len(known)),
    )


FEAR = [0.1, 0.1, 0.1, 0.0, 0.0, 0.0, 0.7, 0.0]
NOTHING = [float("nan")] * 8


def test_a_frame_knows_its_size() -> None:
    assert Frame(np.zeros((4, 7, 3), np.uint8), 0, 0.0).size == (7, 4)


@pytest.mark.parametrize(
    ("image", "index", "timestamp", "message"),
    [
        (np.zeros((4, 7), np.uint8), 0, 0.0, r"image: expected shape \(n, n, 3\), got \(4, 7\)"),
        (np.zeros((4, 7, 4), np.uint8), 0, 0.0, "image: expected shape"),
        (np.zeros((4, 7, 3), np.float32), 0, 0.0, "image: expected dtype kind"),
        (np.zeros((4, 7, 3), np.uint16), 0, 0.0, "image: expected uint8, got uint16"),
        (np.zeros((4, 7, 3), np.uint8), -1, 0.0, "index: expected 0 or more, got -1"),
        (np.zeros((4, 7, 3), np.uint8), 0, float("nan"), "timestamp: expected a finite number"),
    ],
)
def test_a_frame_says_what_is_wrong(
    image: np.ndarray, index: int, timestamp: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Frame(image, index, timestamp)


def test_faces_are_made_of_any_numbers() -> None:
    made = Faces.make(BOXES.astype(np.float64), SCORES.astype(np.float64))
    assert made.boxes.dtype == np.float32
    assert made.ids.tolist() == [0, 0]
    assert made.keypoints.shape == (2, 6, 2)
    assert np.isnan(made.keypoints).all()
    assert len(made) == 2
    assert len(Faces.empty()) == 0


def test_faces_are_selected_by_mask_and_by_index() -> None:
    assert faces().select(np.array([False, True])).ids.tolist() == [1]
    turned = faces().select(np.array([1, 0]))
    assert turned.ids.tolist() == [1, 3]
    np.testing.assert_array_equal(turned.boxes, BOXES[::-1])
    assert len(faces().select(np.array([], int))) == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"boxes": BOXES[:, :3]}, r"boxes: expected shape \(2, 4\), got \(2, 3\)"),
        ({"boxes": BOXES.astype(int)}, "boxes: expected dtype kind"),
        ({"boxes": BOXES * np.float32("nan")}, "boxes: expected finite numbers"),
        ({"boxes": BOXES * np.float32([1, 1, 0, 1])}, "widths and heights above 0"),
        ({"scores": SCORES[:1]}, r"scores: expected shape \(2\), got \(1,\)"),
        ({"scores": SCORES + 1}, r"scores: expected 0\.\.1"),
        ({"scores": SCORES * np.float32("nan")}, r"scores: expected 0\.\.1"),
        ({"keypoints": np.zeros((2, 5, 2), np.float32)}, "keypoints: expected shape"),
        ({"ids": np.array([-1, 1], np.int32)}, "ids: expected 0 or more"),
        ({"ids": np.array([4, 4], np.int32)}, r"ids: expected each id once.*\[4, 4\]"),
    ],
)
def test_faces_say_what_is_wrong(changes: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        faces(**changes)


def test_untracked_faces_may_share_the_id_0() -> None:
    assert faces(ids=np.array([0, 0], np.int32)).ids.tolist() == [0, 0]


def test_the_label_is_the_most_probable_expression() -> None:
    read = expressions([FEAR, FEAR, NOTHING], [True, False, False])
    assert read.labels.tolist() == [6, -1, -1]
    np.testing.assert_allclose(read.confidences, [0.7, np.nan, np.nan], rtol=1e-6)


def test_no_faces_no_expressions() -> None:
    none = Expressions.unread(0)
    assert len(none) == 0
    assert none.labels.shape == none.confidences.shape == (0,)


def test_faces_that_nobody_has_read() -> None:
    unread = Expressions.unread(3)
    assert unread.labels.tolist() == [-1, -1, -1]
    assert np.isnan(unread.confidences).all()
    assert np.isnan(unread.quality.sharpness).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: expressions([[0.2] * 8], [True]), "rows of 0..1 that sum to 1"),
        (lambda: expressions([[1.2, -0.2] + [0.0] * 6], [True]), "rows of 0..1 that sum to 1"),
        (lambda: expressions([NOTHING], [True]), "known: expected False where"),
        (lambda: expressions([FEAR], [True, False]), "known: expected shape"),
        (
            lambda: Expressions(
                np.zeros((1, 7), np.float32), np.zeros(1, bool), Quality.unmeasured(1)
            ),
            "probabilities: expected shape",
        ),
    ],
)
def test_expressions_say_what_is_wrong(make: Callable[[], Expressions], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_some_of_the_expressions() -> None:
    quality = Quality(*np.arange(6, dtype=np.float32).reshape(3, 2))
    both = Expressions(np.array([FEAR, NOTHING], np.float32), np.array([True, False]), quality)
    for rows in (np.array([1]), np.array([False, True])):
        one = both.select(rows)
        assert np.isnan(one.probabilities).all()
        assert one.known.tolist() == [False]
        figures = (one.quality.sharpness, one.quality.yaw, one.quality.exposure)
        assert [figure.tolist() for figure in figures] == [[1.0], [3.0], [5.0]]


def test_some_that_were_read_among_all_that_are_there() -> None:
    quality = Quality(*np.arange(6, dtype=np.float32).reshape(3, 2))
    two = Expressions(np.array([FEAR, FEAR], np.float32), np.array([True, True]), quality)
    whole = two.among(np.array([3, 1]), 4)
    assert whole.known.tolist() == [False, True, False, True]
    np.testing.assert_array_equal(whole.age, np.array([np.nan, 0, np.nan, 0], np.float32))
    np.testing.assert_array_equal(whole.quality.yaw, np.array([np.nan, 3, np.nan, 2], np.float32))
    assert expressions([], []).among(np.zeros(0, int), 2).labels.tolist() == [-1, -1]


def with_age(*age: float) -> Expressions:
    return dataclasses.replace(
        expressions([FEAR, FEAR, NOTHING], [True, False, False]), age=np.array(age, np.float32)
    )


def test_what_was_read_is_of_this_frame_unless_it_is_said_to_be_older() -> None:
    fresh = expressions([FEAR, FEAR, NOTHING], [True, False, False])
    np.testing.assert_array_equal(fresh.age, np.array([0, 0, np.nan], np.float32))
    assert fresh.fresh.tolist() == [True, True, False]
    held = with_age(0.0, 0.4, np.nan)
    assert held.fresh.tolist() == [True, False, False]
    np.testing.assert_array_equal(held.select(np.array([2, 1])).age, np.float32([np.nan, 0.4]))
    assert expressions([], []).age.shape == (0,)


@pytest.mark.parametrize("age", [(0.0, -0.1, np.nan), (0.0, np.nan, np.nan), (0.0, 0.0, 1.0)])
def test_an_age_fits_what_was_read(age: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="age: expected 0 or more where there are"):
        with_age(*age)


def test_there_is_an_age_for_each_face() -> None:
    with pytest.raises(ValueError, match=r"age: expected shape \(3\), got \(2,\)"):
        with_age(0.0, 0.0)


def test_a_result_has_an_expression_for_each_tracked_face() -> None:
    FrameResult(0, 0.0, (640, 480), faces(), Expressions.unread(2))
    with pytest.raises(ValueError, match="expected as many expressions as faces, got 1 and 2"):
        FrameResult(0, 0.0, (640, 480), faces(), Expressions.unread(1))
    with pytest.raises(ValueError, match="expected tracked faces"):
        FrameResult(0, 0.0, (640, 480), Faces.make(BOXES, SCORES), Expressions.unread(2))


@pytest.mark.parametrize(("track", "code"), [(1, "S01"), (99, "S99"), (100, "S100")])
def test_a_pseudonym(track: int, code: str) -> None:
    assert student_code(track) == code
