"""Spatial transformer (Jaderberg et al., 2015): localisation, grid generator, sampler."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Sampler(nn.Module):
    """Grid generator and sampler; the matrices are the subclass's business.

    Args:
        size: side of the pictures.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("grid", _base_grid(size), persistent=False)
        self.grid: Tensor

    def warp(self, images: Tensor, theta: Tensor) -> Tensor:
        """Sample ``images`` (n, c, s, s) bilinearly through ``theta`` (n, 2, 3)."""
        side = images.shape[-1]
        # Mixed precision would round the coordinates to a seventh of a pixel.
        with torch.autocast(images.device.type, enabled=False):
            grid = torch.matmul(self.grid, theta.float().transpose(1, 2))
        grid = grid.view(-1, side, side, 2)
        return F.grid_sample(
            images.float(), grid, mode="bilinear", padding_mode="border", align_corners=False
        )


class SpatialTransformer(Sampler):
    """Turns, shifts and scales every face into the pose that the classifier likes best.

    The localisation network sees the picture at half size; its last layer starts at the
    identity, so an untrained transformer changes nothing.

    Args:
        size: side of the input picture, a multiple of 16.
        channels: of the input picture.
        width: channels of the localisation network's first layer.
        limit: the learned 2x3 matrix stays within ``limit`` of the identity (tanh), so that a
            blurred crop can't be thrown out of the picture.
    """

    def __init__(self, size: int, channels: int = 1, width: int = 16, limit: float = 0.4) -> None:
        super().__init__(size)
        self.limit = limit
        self.localise = nn.Sequential(
            nn.AvgPool2d(2),
            nn.Conv2d(channels, width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(inplace=True),
            nn.Conv2d(2 * width, 2 * width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(inplace=True),
            nn.Flatten(),
        )
        self.project = nn.Linear(2 * width * (size // 16) ** 2, 6)
        nn.init.zeros_(self.project.weight)
        nn.init.zeros_(self.project.bias)
        self.register_buffer("identity", torch.tensor([1.0, 0, 0, 0, 1.0, 0]), persistent=False)
        self.identity: Tensor

    def theta(self, images: Tensor) -> Tensor:
        """(n, 2, 3) matrices from output to input coordinates, both in -1..1."""
        raw = self.project(self.localise(images)).float()
        return (self.identity + self.limit * torch.tanh(raw)).view(-1, 2, 3)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(n, c, s, s) pictures to the transformed pictures and their (n, 2, 3) matrices."""
        theta = self.theta(images)
        return self.warp(images, theta), theta


def _base_grid(size: int) -> Tensor:
    """(size * size, 3) homogeneous coordinates of the output's pixel centres, -1..1."""
    steps = (torch.arange(size) * 2 + 1) / size - 1
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([x.flatten(), y.flatten(), torch.ones(size * size)], dim=1)
