import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linear_sum_assignment

from app.stages.assignment import least_cost_pairs

COSTS = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    elements=st.one_of(st.floats(-50, 50), st.just(1e6), st.just(0.0)),
)


@given(COSTS)
def test_no_assignment_costs_less(costs: np.ndarray) -> None:
    rows, columns = least_cost_pairs(costs)
    assert costs[rows, columns].sum() == pytest.approx(
        costs[linear_sum_assignment(costs)].sum(), abs=1e-6
    )
    assert len(rows) == len(set(columns.tolist())) == min(costs.shape)
    assert rows.tolist() == sorted(set(rows.tolist()))


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nothing_is_assigned_to_nobody(shape: tuple[int, int]) -> None:
    rows, columns = least_cost_pairs(np.zeros(shape))
    assert len(rows) == len(columns) == 0
