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


class BySharpness(NamedTuple):
    """How confidence depends on ``sharpness``.

    Attributes:
        factor: logits of a crop of sharpness s are multiplied by exp(factor * (s - high)).
        low: sharpness below counts as this.
        high: and above as this.
    """

    factor: float
    low: float
    high: float


def sharpness(crops: Tensor) -> Tensor:
    """(n,) log share of fine detail in the contrast of (n, 1, s, s) crops, grey 0..255.

    The energy of the second differences along both axes (Subbarao et al., 1993, a measure of
    focus) over the variance. An enlarged face has less of it the smaller it was: on FER+ -0.7 at
    48 px and -5.3 at 8 px, with a spread of 0.45 between faces of one size. That is what is asked
    here; ``app.stages.crops.sharpness`` leaves it out, and asks how blurred the picture is.
    """
    along = crops[..., 2:] - 2 * crops[..., 1:-1] + crops[..., :-2]
    down = crops[..., 2:, :] - 2 * crops[..., 1:-1, :] + crops[..., :-2, :]
    fine = along.square().mean((1, 2, 3)) + down.square().mean((1, 2, 3))
    contrast = (crops - crops.mean((1, 2, 3), keepdim=True)).square().mean((1, 2, 3))
    # What is added keeps the noise of a flat crop from counting, and zero from the logarithm.
    return ((fine + 0.01) / (contrast + 16)).log()


class Calibrated(nn.Module):
    """Crops in, calibrated probabilities out.

    Temperature scaling (Guo et al., 2017) with a bias a class (their vector scaling without its
    separate slopes) and a temperature that may depend on the logits and on how sharp the crop is;
    all are constants of the graph.

    Args:
        network: gives a ``Reading``.
        temperature: divides the logits.
        bias: (classes,) added afterwards; None for zeros.
        columns: probabilities asked for. A network with fewer classes (FER2013 has no contempt,
            the app's last expression) gets zeros behind its own.
        slope: logits with a standard deviation of s are multiplied by exp(slope * s).
        sharp: how the temperature depends on the crop; None: not at all.
    """

    def __init__(
        self,
        network: nn.Module,
        temperature: float,
        bias: Tensor | None = None,
        columns: int = 0,
        slope: float = 0.0,
        sharp: BySharpness | None = None,
    ) -> None:
        super().__init__()
        self.network = network
        self.columns = columns
        self.slope = slope
        self.sharp = sharp
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
        if self.sharp is not None:
            factor, low, high = self.sharp
            scaled = scaled * (factor * (sharpness(faces).clamp(low, high) - high)).exp()[:, None]
        shares = torch.softmax(scaled + self.bias, dim=1)
        missing = self.columns - shares.shape[1]
        return F.pad(shares, (0, missing)) if missing > 0 else shares
