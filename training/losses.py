"""Losses of the recipes."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


def vote_cross_entropy(logits: Tensor, shares: Tensor) -> Tensor:
    """Cross-entropy against vote distributions (Barsoum et al., 2016), mean over the batch.

    Args:
        logits: (n, 8).
        shares: (n, 8) rows that sum to 1.
    """
    return -(shares * F.log_softmax(logits.float(), dim=1)).sum(dim=1).mean()


def restoration(restored: Tensor, target: Tensor) -> Tensor:
    """L1 between the restored and the sharp pictures (Lim et al., 2017)."""
    return F.l1_loss(restored.float(), target.float())
