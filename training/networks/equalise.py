"""Area resizing and histogram equalisation inside a network, so that both are exported with it."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

LEVELS = 256
"""Grey levels."""


def area_resize(images: Tensor, side: int) -> Tensor:
    """Square pictures (n, c, s, s) to (n, c, side, side) by exact area averaging.

    Every output pixel is the mean of the part of the picture that it covers, as in OpenCV's
    ``INTER_AREA``; the ``area`` mode of ``torch.nn.functional.interpolate`` weighs pixels that are
    covered in part as whole ones. Repeated pixels and a mean, not a matrix product: autocast would
    round that to bfloat16.
    """
    size = images.shape[-1]
    if size == side:
        return images
    common = math.lcm(size, side)
    if common > size:
        images = F.interpolate(images, scale_factor=common // size, mode="nearest")
    return F.avg_pool2d(images, common // side)


def equalise(images: Tensor) -> Tensor:
    """Histogram equalisation of every picture by itself (OpenCV's ``equalizeHist``).

    With the cumulative histogram C, a grey level v becomes
    ``255 (C(v) - C(darkest)) / (pixels - C(darkest))``, rounded. A flat picture stays as it is.
    Nothing flows back through it: it is constant between grey levels.

    Args:
        images: (n, 1, s, s) float32, grey 0..255; rounded to whole levels first.

    Returns:
        (n, 1, s, s) float32, whole grey levels 0..255.
    """
    flat = images.detach().float().flatten(1).round().clamp(0, LEVELS - 1)
    levels = flat.long()
    # The shape, not len(): that would fix the batch of the exported graph.
    counts = flat.new_zeros(flat.shape[0], LEVELS)
    counts = counts.scatter_add(1, levels, torch.ones_like(flat))
    cumulated = counts.cumsum(dim=1)
    darkest = cumulated.gather(1, levels.amin(dim=1, keepdim=True))
    rest = flat.shape[1] - darkest
    spread = (LEVELS - 1) * (cumulated.gather(1, levels) - darkest) / rest.clamp(min=1)
    return torch.where(rest > 0, spread.round(), flat).view_as(images)
