import numpy as np
import pytest
from scipy import special

from app.core.sigmoid import expit, logit


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_both_are_scipys(kind: type[np.floating]) -> None:
    logits = np.array([-80.0, -20, -3, 0, 1, 5, 30, 900], kind)
    shares = np.array([1e-30, 0.1, 0.5, 0.999], kind)
    near = 8 * np.finfo(kind).eps
    np.testing.assert_allclose(expit(logits), special.expit(logits), rtol=10 * near)
    np.testing.assert_allclose(logit(shares), special.logit(shares), rtol=near, atol=near)
    assert expit(logits).dtype == logit(shares).dtype == kind


def test_the_ends_are_reached_without_a_warning() -> None:
    assert expit(np.array([-1e5, 1e5])).tolist() == [0, 1]
    assert logit(np.array([0.0, 1.0])).tolist() == [-np.inf, np.inf]
    assert np.isnan(logit(1.5))
