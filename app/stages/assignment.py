"""The linear assignment problem, solved by LAPX (Jonker and Volgenant, 1987)."""

from __future__ import annotations

import lap
import numpy as np
from numpy.typing import NDArray


def least_cost_pairs(
    costs: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows and columns, each at most once, whose costs add up to the least.

    Args:
        costs: (n, m), finite.

    Returns:
        Rows in ascending order and their columns, (min(n, m),) each.
    """
    if costs.size == 0:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    columns, _ = lap.lapjv(np.ascontiguousarray(costs), extend_cost=True, return_cost=False)
    rows = np.flatnonzero(columns >= 0)
    return rows, columns[rows].astype(np.intp)
