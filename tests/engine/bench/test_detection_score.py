from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.bench.detection_score import (
    WIDTHS,
    Matches,
    average_precision,
    curve,
    faces_by_width,
    join,
    match,
    precision,
    precision_by_width,
    recall,
    recall_by_width,
    threshold_at_precision,
)

FACE = (100.0, 100.0, 20.0, 20.0)
NEAR = (102.0, 100.0, 20.0, 20.0)  # IoU 18 / 22
HALF = (110.0, 100.0, 20.0, 20.0)  # IoU 1 / 3
ELSEWHERE = (300.0, 300.0, 20.0, 20.0)


def matched(
    found: list[tuple[tuple[float, ...], float]],
    truth: list[tuple[float, ...]],
    ignored: list[bool] | None = None,
    min_width: float = 0.0,
) -> Matches:
    return match(
        np.array([box for box, _ in found]).reshape(-1, 4),
        np.array([score for _, score in found]),
        np.array(truth).reshape(-1, 4),
        np.array(ignored if ignored is not None else [False] * len(truth), bool),
        min_width,
    )


def made(found: list[tuple[float, bool]], faces: int) -> Matches:
    """Matches of these (score, right) detections; each right one shows one of ``faces`` faces."""
    scores = np.array([score for score, _ in found], float)
    right = np.array([hit for _, hit in found], bool)
    found_at = np.full(faces, -np.inf)
    found_at[: right.sum()] = scores[right]
    width = np.full(faces, 20.0)
    return Matches(scores, right, np.full(len(found), 20.0), width, np.ones(faces, bool), found_at)


class TestMatch:
    def test_one_face_is_found_once_by_the_surest(self) -> None:
        seen = matched([(NEAR, 0.6), (FACE, 0.8), (FACE, 0.7)], [FACE])
        order = np.argsort(-seen.scores)
        assert seen.right[order].tolist() == [True, False, False]
        assert seen.found_at.tolist() == [0.8]

    def test_half_a_face_is_none(self) -> None:
        seen = matched([(HALF, 0.9)], [FACE])
        assert seen.right.tolist() == [False]
        assert np.isneginf(seen.found_at).all()

    def test_a_detection_takes_the_next_face_where_the_best_is_taken(self) -> None:
        beside = (104.0, 100.0, 20.0, 20.0)
        seen = matched([(FACE, 0.9), (NEAR, 0.8)], [FACE, beside])
        assert seen.right.all()
        assert seen.found_at.tolist() == [0.9, 0.8]

    def test_ignored_faces_are_neither_right_nor_wrong(self) -> None:
        seen = matched([(FACE, 0.9), (NEAR, 0.8), (ELSEWHERE, 0.7)], [FACE], [True])
        assert seen.scores.tolist() == [0.7]
        assert not len(seen.widths)

    def test_a_face_that_counts_comes_before_a_better_fitting_one_that_does_not(self) -> None:
        for ignored, min_width in (([False, True], 0.0), ([False, False], 20.0)):
            narrow = (102.0, 100.0, 19.5, 20.0)
            seen = matched([(narrow, 0.9)], [FACE, narrow], ignored, min_width)
            assert seen.right.tolist() == [True]
            assert seen.found_at[0] == 0.9

    def test_narrow_faces_do_not_count_but_are_told_of(self) -> None:
        seen = matched([(FACE, 0.9), (FACE, 0.95)], [FACE, ELSEWHERE], min_width=21)
        assert not len(seen.scores)
        assert seen.counted.tolist() == [False, False]
        assert seen.found_at.tolist() == [0.95, -np.inf]
        assert math.isnan(recall(seen, 0.0))
        assert math.isnan(average_precision(seen))
        assert recall_by_width(seen, 0.9)[2] == 0.5

    def test_nothing_found_and_nothing_there(self) -> None:
        for found, truth in (([], [FACE]), ([(FACE, 0.5)], []), ([], [])):
            seen = matched(found, truth)
            assert len(seen.scores) == len(found)
            assert len(seen.widths) == len(truth)
            assert not seen.right.any()

    def test_pictures_are_joined(self) -> None:
        both = join([matched([(FACE, 0.9)], [FACE]), matched([(HALF, 0.4)], [FACE, ELSEWHERE])])
        assert both.scores.tolist() == [0.9, 0.4]
        assert recall(both, 0.0) == pytest.approx(1 / 3)
        assert precision(both, 0.0) == 0.5
        assert faces_by_width(both) == [0, 0, 3, 0, 0, 0]


class TestFigures:
    SEEN = made([(0.9, True), (0.8, True), (0.7, False), (0.6, True), (0.5, False)], faces=4)

    def test_known_curve(self) -> None:
        scores, recalls, precisions = curve(self.SEEN)
        assert scores.tolist() == [0.9, 0.8, 0.7, 0.6, 0.5]
        assert recalls.tolist() == [0.25, 0.5, 0.5, 0.75, 0.75]
        assert precisions == pytest.approx([1, 1, 2 / 3, 0.75, 0.6])
        assert average_precision(self.SEEN) == pytest.approx(0.25 + 0.25 + 0.25 * 0.75)

    def test_threshold_is_the_lowest_that_is_precise_enough(self) -> None:
        assert threshold_at_precision(self.SEEN, 0.9) == 0.8
        assert threshold_at_precision(self.SEEN, 0.75) == 0.6
        assert threshold_at_precision(made([(0.9, False)], 1), 0.9) == math.inf
        assert recall(self.SEEN, math.inf) == 0.0
        assert math.isnan(precision(self.SEEN, math.inf))

    def test_at_a_score(self) -> None:
        assert recall(self.SEEN, 0.7) == 0.5
        assert precision(self.SEEN, 0.7) == pytest.approx(2 / 3)

    def test_by_width(self) -> None:
        wide = (500.0, 100.0, 40.0, 40.0)
        seen = matched(
            [(FACE, 0.9), (ELSEWHERE, 0.8), (wide, 0.4)],
            [FACE, wide, (700.0, 0.0, 10.0, 10.0)],
            min_width=16,
        )
        nothing = pytest.approx(math.nan, nan_ok=True)
        assert recall_by_width(seen, 0.5) == [0.0, nothing, 1.0, nothing, 0.0, nothing]
        assert precision_by_width(seen, 0.5) == [nothing, nothing, 0.5, nothing, nothing, nothing]
        assert faces_by_width(seen) == [1, 0, 1, 0, 1, 0]
        assert len(WIDTHS) == 6


SEEN = st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.booleans()), max_size=30)


def slow_average_precision(found: list[tuple[float, bool]], faces: int) -> Fraction:
    """By its definition: each further face counts with the best precision at which it is had."""
    total = Fraction(0)
    for wanted in range(1, faces + 1):
        best = Fraction(0)
        for threshold, _ in found:
            shown = [hit for score, hit in found if score >= threshold]
            if sum(shown) >= wanted:
                best = max(best, Fraction(sum(shown), len(shown)))
        total += best / faces
    return total


@given(SEEN, st.integers(1, 5), st.randoms())
@settings(max_examples=150)
def test_average_precision_is_that_of_its_definition(
    found: list[tuple[float, bool]], missed: int, random: object
) -> None:
    faces = sum(hit for _, hit in found) + missed
    area = average_precision(made(found, faces))
    assert area == pytest.approx(float(slow_average_precision(found, faces)))
    random.shuffle(found)  # type: ignore[attr-defined]
    assert average_precision(made(found, faces)) == pytest.approx(area)
