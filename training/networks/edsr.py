"""EDSR (Lim et al., 2017): residual super-resolution without batch normalisation."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class ResidualBlock(nn.Module):
    """Conv, ReLU, conv, scaled and added: a ResNet block without batch normalisation."""

    def __init__(self, features: int, scaling: float) -> None:
        super().__init__()
        self.scaling = scaling
        self.first = nn.Conv2d(features, features, 3, padding=1)
        self.second = nn.Conv2d(features, features, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        return x + self.scaling * self.second(F.relu(self.first(x)))


class FoldedEDSR(nn.Module):
    """EDSR for crops that were already enlarged to the model's input size.

    In a classroom the camera's face may have 12 or 60 pixels, and the crop stage brings all of
    them to one size. So the body works on the picture folded to half its side (pixel unshuffle,
    as Shi et al., 2016, undone) and the sub-pixel tail unfolds the correction, which is added
    to the input: the same residual blocks, a quarter of the work.

    Args:
        features: channels of the body.
        blocks: residual blocks.
        fold: folding factor, a divisor of the input's side.
        scaling: of each residual.
    """

    def __init__(
        self, features: int = 32, blocks: int = 3, fold: int = 2, scaling: float = 1.0
    ) -> None:
        super().__init__()
        self.fold = fold
        self.head = nn.Conv2d(fold * fold, features, 3, padding=1)
        self.body = nn.Sequential(*[ResidualBlock(features, scaling) for _ in range(blocks)])
        self.tail = nn.Conv2d(features, fold * fold, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        if self.tail.bias is not None:
            nn.init.zeros_(self.tail.bias)

    def forward(self, images: Tensor) -> Tensor:
        """(n, 1, s, s) to the sharpened picture of the same shape."""
        head = self.head(F.pixel_unshuffle(images, self.fold))
        correction = self.tail(head + self.body(head))
        return images + F.pixel_shuffle(correction, self.fold)
