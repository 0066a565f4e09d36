"""Losses of the classifying recipe."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from app.core.errors import SettingsError
from training import data
from training.config import LossConfig
from training.pdls import TABLE_2, label_smoothing, pdls, prior_for, prior_from_votes


def soft_cross_entropy(logits: Tensor, shares: Tensor) -> Tensor:
    """Cross-entropy against distributions (Barsoum et al., 2016), mean over the batch.

    Args:
        logits: (n, classes).
        shares: (n, classes) rows that sum to 1.
    """
    return -(shares * F.log_softmax(logits.float(), dim=1)).sum(dim=1).mean()


def distillation(logits: Tensor, answers: Tensor, temperature: float) -> Tensor:
    """Cross-entropy against a teacher's softened answer (Hinton et al., 2015).

    Args:
        logits: (n, classes) of the student.
        answers: (n, classes) probabilities of the teacher at ``temperature``.
        temperature: softens the student too; the square keeps the gradient's size.
    """
    return temperature**2 * soft_cross_entropy(logits / temperature, answers)


def restoration(restored: Tensor, target: Tensor, kind: str) -> Tensor:
    """L1 or L2 between the restored and the sharp pictures.

    Where the restored ones are larger, their areas are averaged first.
    """
    factor = restored.shape[-1] // target.shape[-1]
    shrunk = F.avg_pool2d(restored.float(), factor) if factor > 1 else restored.float()
    distance = F.l1_loss if kind == "l1" else F.mse_loss
    return distance(shrunk, target.float())


class LabelLoss(torch.nn.Module):
    """The loss that a config names.

    Args:
        config: of the run.
        faces: training faces; PDLS may take its prior from their votes.
        classes: of the labels.

    Raises:
        SettingsError: ``weighted`` without one weight a class, or a prior from votes that all
            agree.
    """

    def __init__(self, config: LossConfig, faces: data.FacesSet, classes: int) -> None:
        super().__init__()
        self.kind = config.kind
        self.alpha = config.alpha
        table = TABLE_2
        if config.kind == "pdls" and config.prior == "votes":
            table = prior_from_votes(faces.votes, data.majority(faces.votes))
            if (table == np.eye(len(table))).all():
                raise SettingsError("loss.prior = 'votes': the faces have one label each, no votes")
        weights = config.weights if config.kind == "weighted" else (1.0,) * classes
        if len(weights) != classes:
            raise SettingsError(f"loss.weights: {classes} are needed, one a class")
        self.register_buffer("prior", prior_for(classes, table))
        self.register_buffer("weights", torch.tensor(weights))
        self.prior: Tensor
        self.weights: Tensor

    def forward(self, logits: Tensor, shares: Tensor) -> Tensor:
        """Mean loss of (n, classes) logits against (n, classes) shares."""
        match self.kind:
            case "pdls":
                return pdls(logits, shares, self.prior, self.alpha)
            case "label_smoothing":
                return label_smoothing(logits, shares, self.alpha)
            case "weighted":
                weights = self.weights[shares.argmax(dim=1)]
                each = F.cross_entropy(logits.float(), shares, reduction="none")
                return (weights * each).mean()
            case _:
                return soft_cross_entropy(logits, shares)
