"""Prior distribution label smoothing (Vo, Lee, Yang & Kim, 2020, IEEE Access 8).

Label smoothing gives every wrong class the same small share of the target. PDLS gives each the
share that people gave it who looked at faces of that label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn import functional as F

from app.core.expressions import LABELS
from training.tables import head, line

ALPHA: Final = 0.9
"""Share of the label itself, as the paper sets it."""

_PRINTED: Final = (
    (0.777, 0.033, 0.017, 0.114, 0.026, 0.007, 0.004, 0.021),
    (0.043, 0.918, 0.023, 0.005, 0.004, 0.002, 0.002, 0.004),
    (0.058, 0.036, 0.787, 0.010, 0.014, 0.003, 0.089, 0.002),
    (0.170, 0.013, 0.009, 0.748, 0.023, 0.011, 0.016, 0.010),
    (0.075, 0.025, 0.060, 0.032, 0.741, 0.035, 0.023, 0.009),
    (0.090, 0.017, 0.017, 0.089, 0.125, 0.621, 0.008, 0.034),
    (0.043, 0.012, 0.169, 0.073, 0.027, 0.013, 0.659, 0.004),
    (0.148, 0.022, 0.010, 0.043, 0.034, 0.060, 0.006, 0.678),
)


def _normalised(rows: ArrayLike) -> NDArray[np.float64]:
    table = np.asarray(rows, np.float64)
    return table / table.sum(axis=1, keepdims=True)


TABLE_2: Final[NDArray[np.float64]] = _normalised(_PRINTED)
"""(8, 8) the paper's table 2: row = label, column = what people also saw; rows sum to 1."""
TABLE_2.flags.writeable = False


def prior_for(classes: int, prior: NDArray[np.float64] = TABLE_2) -> Tensor:
    """(classes, classes) float32 prior; for FER2013's seven, contempt is dropped.

    Args:
        classes: the first so many of ``LABELS``.
        prior: (8, 8) as ``TABLE_2``; rows are brought back to a sum of 1.
    """
    return torch.from_numpy(_normalised(prior[:classes, :classes])).float()


def pdls(logits: Tensor, shares: Tensor, prior: Tensor, alpha: float = ALPHA) -> Tensor:
    """The paper's equation 4, mean over the batch.

    Args:
        logits: (n, classes).
        shares: (n, classes) rows that sum to 1, the largest of which is the label; one-hot in
            the paper.
        prior: (classes, classes) rows that sum to 1.
        alpha: share of ``shares``; 1 is plain cross-entropy.
    """
    target = alpha * shares + (1 - alpha) * prior[shares.argmax(dim=1)]
    return -(target * F.log_softmax(logits.float(), dim=1)).sum(dim=1).mean()


def label_smoothing(logits: Tensor, shares: Tensor, alpha: float = ALPHA) -> Tensor:
    """The paper's equation 3 (Szegedy et al., 2016): ``pdls`` with a uniform prior."""
    classes = logits.shape[1]
    uniform = torch.full((classes, classes), 1 / classes, device=logits.device)
    return pdls(logits, shares, uniform, alpha)


def prior_from_votes(votes: NDArray[np.uint8], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The paper's equation 5: for each label, the mean of its faces' vote distributions.

    Args:
        votes: (n, 8 or more) votes a face; only those for the eight expressions count. As
            published, not cleaned: with single votes removed, every diagonal comes out too high.
        labels: (n,) 0..7, or -1 for faces without a label; they and faces without any vote for
            the eight are left out.

    Returns:
        (8, 8) rows that sum to 1; one-hot for a label that no face has.
    """
    prior = np.eye(len(LABELS))
    named = votes[:, : len(LABELS)].astype(np.float64)
    for label in range(len(LABELS)):
        rows = named[(labels == label) & (named.sum(axis=1) > 0)]
        if len(rows):
            prior[label] = _normalised(rows).mean(axis=0)
    return prior


@dataclass(frozen=True)
class PriorComparison:
    """A prior beside the paper's.

    Attributes:
        prior: (8, 8) the one compared.
        largest: largest absolute difference in each label's row.
    """

    prior: NDArray[np.float64]
    largest: dict[str, float]

    def table(self) -> str:
        """Markdown: ours with the paper's in brackets, and the largest difference a row."""
        lines = head("label", *LABELS, "largest difference")
        for name, ours, paper in zip(LABELS, self.prior, TABLE_2, strict=True):
            cells = [f"{a:.3f} ({b:.3f})" for a, b in zip(ours, paper, strict=True)]
            lines.append(line(name, *cells, f"{self.largest[name]:.3f}"))
        return "\n".join(lines)


def compare_with_table_2(prior: NDArray[np.float64]) -> PriorComparison:
    """How far an (8, 8) prior is from the paper's table 2."""
    gaps = np.abs(prior - TABLE_2).max(axis=1)
    return PriorComparison(
        prior, {name: float(gap) for name, gap in zip(LABELS, gaps, strict=True)}
    )
