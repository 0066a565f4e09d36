"""Roomread's own network: spatial transformer, super-resolution, classifier, in one graph.

The line is that of Xu et al. (``stn_sr``): align, enlarge, classify. Two things differ. The
input is always the classroom crop brought to one size, so super-resolution restores what
shrinking took away instead of adding pixels (``edsr.FoldedEDSR``); and all three parts are
trained together on faces of many sizes.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from training.networks.edsr import FoldedEDSR
from training.networks.residual import ResidualClassifier
from training.networks.stn import SpatialTransformer


class Reading(NamedTuple):
    """What one forward pass gives.

    Attributes:
        logits: (n, 8).
        restored: (n, 1, s, s) output of super-resolution, standardised grey values.
        theta: (n, 2, 3) of the spatial transformer.
    """

    logits: Tensor
    restored: Tensor
    theta: Tensor


class RoomreadNet(nn.Module):
    """Grey crops in, logits out; normalisation is inside.

    Args:
        size: side of the crop in pixels.
        stem, widths, depths, excite, dropout: see ``ResidualClassifier``.
        sr_features, sr_blocks: see ``FoldedEDSR``; 0 blocks leave super-resolution out.
        align: False leaves the spatial transformer out.
    """

    def __init__(
        self,
        size: int,
        stem: int,
        widths: tuple[int, ...],
        depths: tuple[int, ...],
        excite: bool,
        dropout: float,
        sr_features: int,
        sr_blocks: int,
        align: bool,
    ) -> None:
        super().__init__()
        self.size = size
        self.stn = SpatialTransformer(size) if align else None
        self.sr = FoldedEDSR(sr_features, sr_blocks) if sr_blocks else None
        self.classifier = ResidualClassifier(8, stem, widths, depths, excite, dropout)

    def forward(self, crops: Tensor) -> Reading:
        """(n, 1, s, s) float, grey 0..255."""
        images = standardise(crops)
        if self.stn is None:
            theta = torch.eye(2, 3, device=crops.device).expand(len(crops), 2, 3)
        else:
            images, theta = self.stn(images)
        restored = images if self.sr is None else self.sr(images)
        return Reading(self.classifier(restored), restored, theta)

    def target_for(self, sharp: Tensor, crops: Tensor, theta: Tensor) -> Tensor:
        """What super-resolution should have made of ``crops``: the sharp faces in the same pose.

        Args:
            sharp: (n, 1, s, s) the faces before they were degraded, grey 0..255.
            crops: (n, 1, s, s) the degraded ones; their mean and spread are used for both.
            theta: (n, 2, 3) of the forward pass.
        """
        images = standardise(sharp, like=crops)
        return images if self.stn is None else self.stn.warp(images, theta.detach())


def standardise(images: Tensor, like: Tensor | None = None) -> Tensor:
    """Each picture to mean 0 and spread 1, with the statistics of ``like`` (default: its own).

    Classroom light differs by desk; this takes brightness and contrast out before anything is
    learned. The floor under the spread keeps noise from a flat crop small.
    """
    reference = images if like is None else like
    mean = reference.mean((1, 2, 3), keepdim=True)
    spread = (reference - mean).square().mean((1, 2, 3), keepdim=True).sqrt()
    return (images - mean) / (spread + 4.0)


class Calibrated(nn.Module):
    """What is exported: crops in, calibrated probabilities out.

    Temperature scaling (Guo et al., 2017); the temperature is a constant of the graph.
    """

    def __init__(self, network: nn.Module, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("temperature", torch.tensor(float(temperature)))
        self.temperature: Tensor

    def forward(self, faces: Tensor) -> Tensor:
        """(n, 1, s, s) float32, grey 0..255, to (n, 8) probabilities."""
        reading: Reading = self.network(faces)
        return torch.softmax(reading.logits.float() / self.temperature, dim=1)
