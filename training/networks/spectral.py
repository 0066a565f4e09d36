"""Functions of a symmetric matrix's eigenvalues by matrix products alone.

ONNX has no eigenvalue decomposition. These have a fixed number of products, so they export to
one graph with a dynamic batch: rectification by the matrix sign, logarithm by inverse scaling
and squaring (Higham, *Functions of Matrices*, 2008, chapters 5, 6 and 11), both on Newton-Schulz
iterations. Where a bound of the smallest eigenvalue is known, every step is scaled so that the
bound rises fastest (Chen & Chow, 2014), which halves their number.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

_STEEPEST = 1.6
"""Cap on the scaling of a step. Up to sqrt(3) the smallest eigenvalue rises faster, but the
largest is sent to zero, where rounding may turn its sign."""
_CLOSE = 1e-7
"""Distance to 1 at which an iteration has converged."""
_SIGN_BOUND = 1e-7
"""Smallest eigenvalue, as a share of the norm, whose sign is settled; the error that smaller
ones leave is smaller than themselves."""
_EXP_SQUARINGS, _EXP_DEGREE = 7, 8


def rectified(matrices: Tensor, floor: float) -> Tensor:
    """(n, d, d) symmetric, with eigenvalues below ``floor`` lifted to it.

    max(A, f) = (A + f + |A - f|) / 2, and |B| = B sign(B).
    """
    a = _symmetric(matrices.double())
    lift = floor * _unit(a)
    b = a - lift
    x = b / (_norm(b) + 1e-30)
    unit = _unit(a)
    for scale in _schedule(_SIGN_BOUND):
        x = x @ _factor(unit, x, x, scale)
    absolute = b @ x
    return _symmetric(0.5 * (a + lift + absolute)).to(matrices.dtype)


def logarithm(matrices: Tensor, smallest: float) -> Tensor:
    """(n, d, d) logarithm of SPD matrices.

    Args:
        matrices: (n, d, d).
        smallest: lower bound of the eigenvalues, as a share of the Frobenius norm.
    """
    a = _symmetric(matrices.double())
    size = _norm(a)
    unit = _unit(a)
    root, bound, roots = a / size, smallest, 0
    while bound < 0.15:
        root = _square_root(root, bound)
        bound, roots = math.sqrt(bound), roots + 1
    series = _chebyshev_log(bound)
    low, high = bound, 1.0
    y = (2 * root - (low + high) * unit) / (high - low)
    # Clenshaw's recurrence, from the last two terms down.
    later, last = series[-2] * unit + 2 * series[-1] * y, (series[-1] * unit).expand_as(y)
    for coefficient in series[-3:0:-1]:
        later, last = torch.baddbmm(coefficient * unit - last, y, later, alpha=2.0), later
    log = torch.baddbmm(series[0] * unit - last, y, later)
    return _symmetric(2.0**roots * log + size.log() * unit).to(matrices.dtype)


def exponential(matrices: Tensor) -> Tensor:
    """(d, d) exponential of a matrix of norm up to about 30, by scaling and squaring."""
    a = matrices.double() / 2**_EXP_SQUARINGS
    unit = _unit(a)
    result = unit
    for order in range(_EXP_DEGREE, 0, -1):
        result = unit + a @ result / order
    for _ in range(_EXP_SQUARINGS):
        result = result @ result
    return result.to(matrices.dtype)


def _square_root(a: Tensor, bound: float) -> Tensor:
    """Coupled Newton-Schulz: y goes to the root of ``a`` and z to its inverse.

    Eigenvalues of ``a`` are within ``bound`` and 1.
    """
    unit = _unit(a)
    y, z = a, unit.expand_as(a)
    for number, scale in enumerate(_schedule(math.sqrt(bound))):
        step = _factor(unit, z, y, scale)
        y, z = y @ step, step @ z if number else step
    return y


def _schedule(bound: float) -> list[float]:
    """Scaling of every step x (3 - s² x²) s / 2 that brings x from ``bound``..1 to 1."""
    scales = []
    while 1 - bound > _CLOSE:
        scale = min(_STEEPEST, math.sqrt(3 / (1 + bound + bound**2)))
        scales.append(scale)
        bound = min(_step(bound, scale), _step(1.0, scale))
    return scales


def _factor(unit: Tensor, left: Tensor, right: Tensor, scale: float) -> Tensor:
    """(3 - s² L R) s / 2."""
    return torch.baddbmm(unit, left, right, beta=1.5 * scale, alpha=-0.5 * scale**3)


def _step(x: float, scale: float) -> float:
    return 0.5 * scale * x * (3 - (scale * x) ** 2)


def _chebyshev_log(low: float) -> list[float]:
    """Coefficients of log on ``low``..1, as long as they are above 1e-8."""
    nodes = np.cos(np.pi * (np.arange(64) + 0.5) / 64)
    values = np.log(0.5 * (1 + low) + 0.5 * (1 - low) * nodes)
    coefficients = np.polynomial.chebyshev.chebfit(nodes, values, 63)
    count = int(np.flatnonzero(np.abs(coefficients) > 1e-8).max()) + 1
    return [float(value) for value in coefficients[:count]]


def _unit(like: Tensor) -> Tensor:
    return torch.eye(like.shape[-1], dtype=like.dtype, device=like.device)


def _norm(matrices: Tensor) -> Tensor:
    """Frobenius norms, (n, 1, 1)."""
    return matrices.square().sum(dim=(-2, -1), keepdim=True).sqrt()


def _symmetric(matrices: Tensor) -> Tensor:
    """Without what rounding made of it; the iterations diverge where it is large beside A."""
    return 0.5 * (matrices + matrices.transpose(-2, -1))
