from __future__ import annotations

import numpy as np
import pytest

from app.core.expressions import LABELS
from app.engine.review_timeline import CANT_TELL, NOT_IN_VIEW
from app.engine.review_view import AT_REST, kappa_word, strongest_rise


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
    assert said.tolist() == [[3, AT_REST, AT_REST, CANT_TELL, NOT_IN_VIEW]]
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
