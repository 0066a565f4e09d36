"""ResNet-50 (He et al., 2016) with the names of torchvision's weights.

The stride of a stage's first block sits on its 3x3 convolution, as in the published weights, so
a local ``resnet50-*.pth`` of torchvision fills it. The layers up to the last stage only: the
classifier on top is the caller's.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from app.core.errors import ModelError

_BLOCKS = (3, 4, 6, 3)
_EXPANSION = 4


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolution with a short cut.

    Args:
        channels_in: of the input.
        width: channels of the 3x3 convolution; the output has four times as many.
        stride: of the 3x3 convolution.
    """

    def __init__(self, channels_in: int, width: int, stride: int) -> None:
        super().__init__()
        channels = width * _EXPANSION
        self.conv1 = nn.Conv2d(channels_in, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels)
        self.downsample: nn.Module | None = None
        if stride != 1 or channels_in != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
            )

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, s, s) to (n, 4 * width, s / stride, s / stride)."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        shortcut = x if self.downsample is None else self.downsample(x)
        return F.relu(self.bn3(self.conv3(y)) + shortcut)


class ResNet50(nn.Module):
    """Features of a picture.

    Args:
        channels: of the input; 1 for grey pictures.
        max_pool: whether the stem pools, as published; without it every stage sees the picture
            at twice the size.
        width: channels of the stem; 64 as published, less only to test quickly.

    Attributes:
        width: channels of the output.
    """

    def __init__(self, channels: int = 3, max_pool: bool = True, width: int = 64) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, 1) if max_pool else nn.Identity()
        now = width
        for stage, blocks in enumerate(_BLOCKS):
            narrow = width * 2**stage
            layers = []
            for block in range(blocks):
                layers.append(Bottleneck(now, narrow, 2 if stage and not block else 1))
                now = narrow * _EXPANSION
            self.add_module(f"layer{stage + 1}", nn.Sequential(*layers))
        self.width = now
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")

    @property
    def stages(self) -> list[list[nn.Module]]:
        """The stem and the four stages, in order."""
        layers = [getattr(self, f"layer{number}") for number in range(1, len(_BLOCKS) + 1)]
        return [[self.conv1, self.bn1], *([layer] for layer in layers)]

    def forward(self, images: Tensor) -> Tensor:
        """(n, channels, s, s) to (n, width, s / 32, s / 32), twice that side without max pool."""
        x = self.maxpool(F.relu(self.bn1(self.conv1(images))))
        for layer in self.stages[1:]:
            x = layer[0](x)
        return x


def grey_kernel(colours: Tensor) -> Tensor:
    """(channels, 3, k, k) first convolution to (channels, 1, k, k): the mean over the colours.

    Equation 1 of the ``resnet_transfer`` paper. A grey picture in all three colours answers three
    times as strongly to the first as to the second.
    """
    return colours.mean(dim=1, keepdim=True)


def load_weights(network: ResNet50, path: Path) -> None:
    """Fill a network with torchvision's ResNet-50 weights; a grey one by ``grey_kernel``.

    Raises:
        ModelError: no such file, no weights, or those of another network.
    """
    try:
        published = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ModelError(
            f"ResNet-50 weights {path} can't be read: {error.strerror}; give network.weights the "
            "path of a resnet50-*.pth of torchvision"
        ) from error
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise ModelError(f"{path} holds no PyTorch weights") from error
    if not isinstance(published, dict) or "conv1.weight" not in published:
        raise ModelError(f"{path} holds no ResNet-50 of torchvision: it has no conv1.weight")
    kept = {name: value for name, value in published.items() if not name.startswith("fc.")}
    if network.conv1.in_channels == 1 and kept["conv1.weight"].shape[1] == 3:
        kept["conv1.weight"] = grey_kernel(kept["conv1.weight"])
    try:
        network.load_state_dict(kept)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise ModelError(f"{path} holds another network than ResNet-50: {reason}") from error
