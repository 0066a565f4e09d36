from __future__ import annotations

import numpy as np
import pytest

from app.core.expressions import LABELS, UNKNOWN
from app.engine.review.timeline import NOT_IN_VIEW
from app.engine.review.view import (
    AT_REST,
    FIRST_LABELS,
    kappa_word,
    labels_wanted,
    strength,
    strongest_rise,
)
from app.session.agreement import SIZE as TABLE
from app.session.agreement import compare
from app.session.kappa import NO_ESTIMATE, Estimate


def test_the_strongest_rise_over_rest_is_named() -> None:
    change = np.zeros((1, 5, len(LABELS)), np.float32)
    change[0, 0, 3] = 0.4
    change[0, 0, 1] = 0.2
    change[0, 1, 1] = 0.1  # too little
    change[0, 2, 5] = -0.9  # falls are no rise
    change[0, 3] = np.nan
    change[0, 4, 2] = 0.9
    labels = np.array([[0, 0, 0, 0, NOT_IN_VIEW]], np.int8)
    said = strongest_rise(change, labels)
    assert said.tolist() == [[3, AT_REST, AT_REST, UNKNOWN, NOT_IN_VIEW]]
    assert said.dtype == np.int8


@pytest.mark.parametrize(
    ("kappa", "said"),
    [
        (-0.3, "poor"),
        (0.2, "slight"),
        (0.21, "fair"),
        (0.5, "moderate"),
        (0.61, "substantial"),
        (0.99, "almost perfect"),
        (float("nan"), ""),
    ],
)
def test_a_kappa_has_a_word(kappa: float, said: str) -> None:
    assert kappa_word(kappa) == said


@pytest.mark.parametrize(
    ("kappa", "said"),
    [
        (Estimate(1.0, 0.5, 1.0), ""),  # nobody knows: moderate, or almost perfect
        (Estimate(0.9, 0.65, 1.0), "substantial"),
        (Estimate(0.7, 0.55, 0.85), "moderate"),
        (Estimate(0.1, -0.05, 0.3), "poor"),
        (Estimate(0.9, float("nan"), float("nan")), ""),
        (NO_ESTIMATE, ""),
    ],
)
def test_a_strength_is_that_of_the_lower_end_of_the_interval(kappa: Estimate, said: str) -> None:
    assert strength(kappa) == said


def test_two_labels_that_agree_are_no_almost_perfect_agreement() -> None:
    sizes = np.zeros(TABLE)
    sizes[:2] = 5000, 500
    both = np.array([0, 1])
    few = compare(both, both, sizes).kappa
    assert few.value == 1.0
    assert strength(few) == ""
    assert labels_wanted(few, 2) > 0
    many = compare(np.tile(both, 100), np.tile(both, 100), sizes).kappa
    assert strength(many) == "almost perfect"


def test_more_labels_are_wanted_until_the_interval_is_narrow() -> None:
    assert labels_wanted(NO_ESTIMATE, 0) == FIRST_LABELS
    assert labels_wanted(Estimate(0.5, 0.1, 0.9), 20) == 60  # half as wide takes four times as many
    assert labels_wanted(Estimate(0.5, 0.35, 0.65), 60) == 80  # 2.25 times as many
    assert labels_wanted(Estimate(0.5, 0.41, 0.6), 300) == 0
