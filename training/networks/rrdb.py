"""Residual in residual dense block, the body of ESRGAN (Wang et al., 2018)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_SCALING = 0.2
"""Of every residual, as published."""
_START = 0.1
"""Factor on the first weights (He et al., 2015), as published: deep residual stacks without
normalisation start near the identity."""


class DenseBlock(nn.Module):
    """Five convolutions, each of which sees all maps before it; added to the input.

    Args:
        features: channels of input and output.
        growth: channels that each of the first four convolutions adds.
    """

    def __init__(self, features: int, growth: int) -> None:
        super().__init__()
        self.grow = nn.ModuleList(
            nn.Conv2d(features + number * growth, growth, 3, padding=1) for number in range(4)
        )
        self.close = nn.Conv2d(features + 4 * growth, features, 3, padding=1)
        for module in (*self.grow, self.close):
            nn.init.kaiming_normal_(module.weight, a=0.2)
            module.weight.data.mul_(_START)
            nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        maps = x
        for convolve in self.grow:
            maps = torch.cat([maps, F.leaky_relu(convolve(maps), 0.2)], dim=1)
        return x + _SCALING * self.close(maps)


class RRDB(nn.Module):
    """Three dense blocks, together added to their input.

    Args:
        features: channels of input and output; 64 in ESRGAN.
        growth: inner channels of the dense blocks; 32 in ESRGAN.
    """

    def __init__(self, features: int, growth: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*[DenseBlock(features, growth) for _ in range(3)])

    def forward(self, x: Tensor) -> Tensor:
        """(n, features, h, w) to the same shape."""
        return x + _SCALING * self.blocks(x)
