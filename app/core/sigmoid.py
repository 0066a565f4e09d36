"""The logistic function and its inverse."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray


@overload
def expit(logits: NDArray[np.float32]) -> NDArray[np.float32]: ...
@overload
def expit(logits: ArrayLike) -> NDArray[np.float64]: ...
def expit(logits: ArrayLike) -> NDArray[np.floating]:
    """1 / (1 + exp(-x)) of each, 0..1; however large x is, without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0.0, np.negative(logits), dtype=_real(logits))))


@overload
def logit(shares: NDArray[np.float32]) -> NDArray[np.float32]: ...
@overload
def logit(shares: ArrayLike) -> NDArray[np.float64]: ...
def logit(shares: ArrayLike) -> NDArray[np.floating]:
    """log(p / (1 - p)) of each; minus infinity of 0, infinity of 1, NaN outside."""
    p = np.asarray(shares, _real(shares))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(p) - np.log1p(-p))


def _real(values: ArrayLike) -> type[np.floating]:
    return np.float32 if getattr(values, "dtype", None) == np.float32 else np.float64
