"""What every network here gives, and the module that is exported."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Reading(NamedTuple):
    """What one forward pass gives.

    Attributes:
        logits: (n, classes).
        restored: (n, 1, s, s) output of super-resolution, where the network has one to train.
        theta: (n, 2, 3) of the spatial transformer, where the network has one.
        parts: (n, classes) logits of the branches, where the network has several.
    """

    logits: Tensor
    restored: Tensor | None = None
    theta: Tensor | None = None
    parts: tuple[Tensor, ...] = ()


class Calibrated(nn.Module):
    """Crops in, calibrated probabilities out.

    Temperature scaling (Guo et al., 2017) with a bias a class (their vector scaling without its
    separate slopes) and a temperature that may depend on the logits; all are constants of the
    graph.

    Args:
        network: gives a ``Reading``.
        temperature: divides the logits.
        bias: (classes,) added afterwards; None for zeros.
        columns: probabilities asked for. A network with fewer classes (FER2013 has no contempt,
            the app's last expression) gets zeros behind its own.
        slope: logits with a standard deviation of s are multiplied by exp(slope * s).
    """

    def __init__(
        self,
        network: nn.Module,
        temperature: float,
        bias: Tensor | None = None,
        columns: int = 0,
        slope: float = 0.0,
    ) -> None:
        super().__init__()
        self.network = network
        self.columns = columns
        self.slope = slope
        self.register_buffer("temperature", torch.tensor(float(temperature)))
        self.register_buffer("bias", bias if bias is not None else torch.zeros(1))
        self.temperature: Tensor
        self.bias: Tensor

    def forward(self, faces: Tensor) -> Tensor:
        """(n, 1, s, s) float32, grey 0..255, to (n, classes) probabilities."""
        reading: Reading = self.network(faces)
        logits = reading.logits.float()
        scaled = logits / self.temperature
        if self.slope:
            scaled = scaled * (self.slope * logits.std(dim=1, keepdim=True)).exp()
        shares = torch.softmax(scaled + self.bias, dim=1)
        missing = self.columns - shares.shape[1]
        return F.pad(shares, (0, missing)) if missing > 0 else shares
