"""Residual classifier (He et al., 2016) with squeeze-and-excitation (Hu et al., 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

_STEM_LAYERS = 4

# More than five stages halve a face away.
Widths = Annotated[tuple[Annotated[int, Field(gt=0)], ...], Field(max_length=5)]
Depths = tuple[Annotated[int, Field(ge=0)], ...]
"""Of a config."""


class SqueezeExcite(nn.Module):
    """Weighs channels by what the whole picture shows."""

    def __init__(self, channels: int, ratio: int = 8) -> None:
        super().__init__()
        narrow = max(1, channels // ratio)
        self.down = nn.Conv2d(channels, narrow, 1)
        self.up = nn.Conv2d(narrow, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        pooled = x.mean((2, 3), keepdim=True)
        return x * self.up(F.relu(self.down(pooled))).sigmoid()


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with batch normalisation and a short cut."""

    def __init__(self, channels_in: int, channels: int, stride: int, excite: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.excite = SqueezeExcite(channels) if excite else nn.Identity()
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                nn.Conv2d(channels_in, channels, 1, bias=False),
                nn.BatchNorm2d(channels),
            )

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, s, s) to (n, channels, s / stride, s / stride)."""
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.excite(self.bn2(self.conv2(y)))
        return F.relu(y + self.shortcut(x))


class ResidualClassifier(nn.Module):
    """Stem, then one stage a width; the stem and every stage but the first halve the picture.

    The stem folds the picture to half its side (pixel unshuffle) before its 3x3 convolution: it
    sees every pixel, as a 6x6 convolution of stride 2 would, and nothing runs at full size.

    Args:
        classes: outputs.
        stem: channels of the stem.
        widths, depths: channels and blocks of every stage.
        excite: squeeze-and-excitation in every block.
        dropout: before the last layer.
    """

    def __init__(
        self,
        classes: int,
        stem: int,
        widths: Sequence[int],
        depths: Sequence[int],
        excite: bool,
        dropout: float,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.PixelUnshuffle(2),
            nn.Conv2d(4, stem, 3, padding=1, bias=False),
            nn.BatchNorm2d(stem),
            nn.ReLU(inplace=True),
        ]
        channels = stem
        for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
            for block in range(depth):
                stride = 2 if block == 0 and stage > 0 else 1
                layers.append(BasicBlock(channels, width, stride, excite))
                channels = width
        self.features = nn.Sequential(*layers)
        self.stem_width = stem
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(channels, classes)

    def forward(self, images: Tensor) -> Tensor:
        """(n, 1, s, s) normalised pictures to (n, classes) logits."""
        return self.read(self.see(images))

    def see(self, images: Tensor) -> Tensor:
        """(n, 1, s, s) normalised pictures to the stem's (n, stem, s / 2, s / 2) features."""
        return self.features[:_STEM_LAYERS](images)

    def read(self, seen: Tensor) -> Tensor:
        """The stem's features to (n, classes) logits."""
        return self.head(self.dropout(self.features[_STEM_LAYERS:](seen).mean((2, 3))))
