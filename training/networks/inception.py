"""Inception v2 (Szegedy et al., 2016): the module whose 5x5 convolution is two of 3x3."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def conv_bn(channels_in: int, channels: int, kernel: int) -> nn.Sequential:
    """Convolution that keeps the picture's size, batch normalisation, ReLU.

    The convolution has no bias: batch normalisation would take it out again.
    """
    return nn.Sequential(
        nn.Conv2d(channels_in, channels, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
    )


class Inception(nn.Module):
    """Four branches side by side: 1x1; 1x1, 3x3; 1x1, 3x3, 3x3; average, 1x1 (figure 5).

    Args:
        channels_in: of the input.
        channels: of the output, a multiple of 4; every branch gives a quarter.
        narrow: channels of the 1x1 convolutions before the 3x3 ones; a quarter of ``channels``
            where it is left out.
    """

    def __init__(self, channels_in: int, channels: int, narrow: int | None = None) -> None:
        super().__init__()
        quarter = channels // 4
        narrow = narrow or quarter
        self.one = conv_bn(channels_in, quarter, 1)
        self.three = nn.Sequential(conv_bn(channels_in, narrow, 1), conv_bn(narrow, quarter, 3))
        self.five = nn.Sequential(
            conv_bn(channels_in, narrow, 1),
            conv_bn(narrow, quarter, 3),
            conv_bn(quarter, quarter, 3),
        )
        self.pooled = nn.Sequential(
            nn.AvgPool2d(3, 1, 1, count_include_pad=False), conv_bn(channels_in, quarter, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, h, w) to (n, channels, h, w)."""
        branches = (self.one(x), self.three(x), self.five(x), self.pooled(x))
        return torch.cat(branches, dim=1)
