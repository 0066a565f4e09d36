"""Covariance pooling and the layers of SPDNet.

Acharya et al. (2018) pool the maps of a convolutional network to their covariance, a symmetric
positive definite (SPD) matrix, and treat it with the layers of SPDNet (Huang & Van Gool, 2017):
BiMap narrows it, ReEig lifts its small eigenvalues, LogEig takes it to a flat space, where
ordinary layers go on.

ReEig and LogEig are functions of eigenvalues. torch decomposes; an exported graph, where no
such operator exists, multiplies (``spectral``).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.utils import parametrizations

from app.core.errors import ModelError
from training.networks import spectral


def covariance(maps: Tensor, ridge: float) -> Tensor:
    """Covariance of the channels over the positions of a map.

    Args:
        maps: (n, c, h, w).
        ridge: this multiple of the trace is added to the diagonal: with fewer positions than
            channels the covariance has zero eigenvalues otherwise.

    Returns:
        (n, c, c).
    """
    vectors = maps.flatten(2)
    vectors = vectors - vectors.mean(dim=2, keepdim=True)
    matrices = vectors @ vectors.transpose(1, 2) / (vectors.shape[2] - 1)
    unit = torch.eye(maps.shape[1], dtype=maps.dtype, device=maps.device)
    return matrices + ridge * trace(matrices) * unit


def trace(matrices: Tensor) -> Tensor:
    """(n, d, d) to (n, 1, 1)."""
    unit = torch.eye(matrices.shape[-1], dtype=matrices.dtype, device=matrices.device)
    return (matrices * unit).sum(dim=(1, 2), keepdim=True)


class BiMap(nn.Module):
    """W' X W with a semi-orthogonal W: a smaller SPD matrix.

    W stays on the Stiefel manifold by ``torch.nn.utils.parametrizations.orthogonal`` with the
    matrix exponential: what is learned is a skew-symmetric matrix, so any optimiser and any
    averaging of weights keeps W semi-orthogonal. (The Householder form, torch's default here,
    keeps signs on the diagonal of its parameter, which weight decay turns into zeros.)

    Args:
        wide, narrow: rows of the input and of the output.
    """

    def __init__(self, wide: int, narrow: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(wide, narrow))
        nn.init.orthogonal_(self.weight)
        parametrizations.orthogonal(self, orthogonal_map="matrix_exp")

    def semi_orthogonal(self) -> Tensor:
        """(wide, narrow) W, by matrix products alone where a graph is exported."""
        if not torch.compiler.is_exporting():
            return self.weight
        held: Any = self.parametrizations
        base = held["weight"][0].base
        lower = held["weight"].original.tril()
        wide, narrow = lower.shape
        square = torch.cat([lower, lower.new_zeros(wide, wide - narrow)], dim=1)
        return (base @ spectral.exponential(square - square.T))[:, :narrow]

    def forward(self, matrices: Tensor) -> Tensor:
        """(n, wide, wide) to (n, narrow, narrow)."""
        weight = self.semi_orthogonal()
        return weight.T @ matrices @ weight


class ReEig(nn.Module):
    """Lifts eigenvalues below ``floor`` to it: SPDNet's non-linearity.

    Args:
        floor: smallest eigenvalue of the output.
    """

    def __init__(self, floor: float) -> None:
        super().__init__()
        self.floor = floor

    def forward(self, matrices: Tensor) -> Tensor:
        """(n, d, d) symmetric to (n, d, d) SPD."""
        if torch.compiler.is_exporting():
            return spectral.rectified(matrices, self.floor)
        return _Spectral.apply(matrices, self.floor, False)


class LogEig(nn.Module):
    """Matrix logarithm: from the SPD manifold to its tangent space.

    Args:
        smallest: lower bound of the smallest eigenvalue, as a share of the Frobenius norm. The
            exported graph counts on it; torch does not.
        floor: a ``ReEig`` before it, for the price of one decomposition; None for none.
    """

    def __init__(self, smallest: float, floor: float | None = None) -> None:
        super().__init__()
        self.smallest = smallest
        self.floor = floor

    def forward(self, matrices: Tensor) -> Tensor:
        """(n, d, d) SPD, or just symmetric if there is a floor, to (n, d, d) symmetric."""
        if torch.compiler.is_exporting():
            if self.floor is not None:
                matrices = spectral.rectified(matrices, self.floor)
            return spectral.logarithm(matrices, self.smallest)
        return _Spectral.apply(matrices, self.floor, True)


class CovariancePooling(nn.Module):
    """Maps to the flat coordinates of their narrowed covariance.

    Runs in float32 whatever the autocast around it: in bfloat16 an eigenvalue's third digit
    is gone, and small eigenvalues carry as much here as large ones.

    Args:
        channels: of the maps.
        widths: rows of the matrix after each BiMap and ReEig.
        ridge: see ``covariance``.
        floor: of ``ReEig``.

    Attributes:
        rows: of the last matrix.
        width: length of its vector.
    """

    def __init__(
        self,
        channels: int,
        widths: tuple[int, ...],
        ridge: float = 1e-4,
        floor: float = 1e-4,
    ) -> None:
        super().__init__()
        self.ridge = ridge
        layers: list[nn.Module] = []
        wide = channels
        for narrow in widths:
            layers += [BiMap(wide, narrow), ReEig(floor)]
            wide = narrow
        layers.pop()
        # A semi-orthogonal map and a rectification keep eigenvalues within the bounds that the
        # ridge gave them (Poincaré separation); half leaves room for rounding.
        layers.append(LogEig(0.5 * ridge / (1 + ridge * channels), floor))
        self.layers = nn.Sequential(*layers)
        self.rows = wide
        self.width = wide * (wide + 1) // 2

    def forward(self, maps: Tensor) -> Tensor:
        """(n, channels, h, w) to (n, width), float32."""
        with torch.autocast(maps.device.type, enabled=False):
            return vector(self.layers(covariance(maps.float(), self.ridge)))


def vector(matrices: Tensor) -> Tensor:
    """(n, d, d) symmetric to (n, d (d + 1) / 2): the upper triangle.

    What stands off the diagonal counts twice in the matrix, so it is weighted by the square
    root of 2: distances stay as they are.
    """
    rows = matrices.shape[-1]
    row, column = np.triu_indices(rows)
    weights = np.where(row == column, 1.0, math.sqrt(2))
    places = torch.from_numpy(row * rows + column).to(matrices.device)
    return matrices.flatten(1)[:, places] * torch.from_numpy(weights).to(matrices)


def matrix(vectors: Tensor) -> Tensor:
    """(n, d (d + 1) / 2) to (n, d, d): undoes ``vector``."""
    rows = (math.isqrt(8 * vectors.shape[1] + 1) - 1) // 2
    row, column = np.triu_indices(rows)
    places = np.zeros((rows, rows), np.int64)
    places[row, column] = places[column, row] = np.arange(len(row))
    weights = np.where(np.eye(rows) > 0, 1.0, math.sqrt(0.5))
    spread = vectors[:, torch.from_numpy(places.ravel()).to(vectors.device)]
    return spread.view(-1, rows, rows) * torch.from_numpy(weights).to(vectors)


def _decomposed(matrices: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues and vectors in double precision.

    The smallest eigenvalue may be ten thousand times smaller than the largest; single precision
    would leave it three digits.

    Raises:
        ModelError: a matrix has values that are not finite.
    """
    try:
        values, vectors = torch.linalg.eigh(matrices.double())
    except torch.linalg.LinAlgError as error:
        raise ModelError(
            "covariance pooling met values that are not finite: lower the learning rate"
        ) from error
    return values, vectors


def _log_slopes(values: Tensor) -> Tensor:
    """(n, d, d) divided differences of the logarithm.

    (log a - log b) / (a - b) = 2 atanh(r) / r / (a + b) with r = (a - b) / (a + b), which stays
    exact where a and b meet.
    """
    sums = values.unsqueeze(-1) + values.unsqueeze(-2)
    ratio = (values.unsqueeze(-1) - values.unsqueeze(-2)) / sums
    near = ratio.abs() < 1e-4
    safe = torch.where(near, 0.5, ratio)
    return 2 * torch.where(near, 1 + ratio.square() / 3, safe.atanh() / safe) / sums


def _lift_slopes(values: Tensor, floor: float) -> Tensor:
    """(n, d, d) divided differences of max(., floor).

    Two values on the same side of the floor have slope 1 or 0; only a pair astride divides.
    """
    lifted = values.clamp(min=floor)
    above = (values > floor).double()
    both = 0.5 * (above.unsqueeze(-1) + above.unsqueeze(-2))
    astride = both == 0.5
    gaps = values.unsqueeze(-1) - values.unsqueeze(-2)
    rises = lifted.unsqueeze(-1) - lifted.unsqueeze(-2)
    return torch.where(astride, rises / torch.where(astride, gaps, 1.0), both)


class _Spectral(torch.autograd.Function):
    """max(A, floor), its logarithm, or log(A), in the sense of eigenvalues.

    Backward is Daleckii-Krein: U (K * (U' G U)) U' with the divided differences K of the
    function. The derivative by way of eigenvectors has a 1 / (a - b) in it, and the ridge makes
    equal eigenvalues in plenty; this one has none.
    """

    @staticmethod
    def forward(ctx: Any, matrices: Tensor, floor: float | None, log: bool) -> Tensor:
        values, vectors = _decomposed(matrices)
        slopes = torch.ones_like(vectors)
        if floor is not None:
            slopes = _lift_slopes(values, floor)
            values = values.clamp(min=floor)
        if log:
            slopes = slopes * _log_slopes(values)
            values = values.log()
        ctx.save_for_backward(vectors, slopes)
        return ((vectors * values.unsqueeze(-2)) @ vectors.mT).to(matrices.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None, None]:
        vectors, slopes = ctx.saved_tensors
        wide = grad.double()
        inner = vectors.mT @ (0.5 * (wide + wide.mT)) @ vectors
        return (vectors @ (slopes * inner) @ vectors.mT).to(grad.dtype), None, None
