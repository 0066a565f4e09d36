"""EDSR (Lim et al., 2017): residual super-resolution without batch normalisation."""

from __future__ import annotations

from typing import Final

from torch import Tensor, nn
from torch.nn import functional as F

from app.core.errors import ModelError

MIDDLE: Final = 128.0
"""Grey that ``scaled`` turns into 0."""
_SPREAD: Final = 64.0


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


class EDSR(nn.Module):
    """Grey pictures in, pictures with ``factor`` times the side out (Lim et al., 2017).

    Head, residual body with a long skip, sub-pixel upsampling (Shi et al., 2016) in stages of 2,
    tail; nothing is normalised but the grey values, by constants.

    Args:
        factor: 2, 4, 8 ...
        features: channels of the body.
        blocks: residual blocks.
        scaling: of each residual.
        skip: also add the bilinearly enlarged input to the output, as VDSR does (Kim et al.,
            2016). Not in EDSR: for small bodies with short training.

    Raises:
        ValueError: ``factor`` is no power of 2 above 1.
    """

    def __init__(
        self,
        factor: int = 2,
        features: int = 128,
        blocks: int = 16,
        scaling: float = 0.1,
        skip: bool = False,
    ) -> None:
        super().__init__()
        if factor < 2 or factor & (factor - 1):
            raise ValueError(f"factor {factor} is no power of 2 above 1")
        self.factor = factor
        self.skip = skip
        self.head = nn.Conv2d(1, features, 3, padding=1)
        self.body = nn.Sequential(
            *[ResidualBlock(features, scaling) for _ in range(blocks)],
            nn.Conv2d(features, features, 3, padding=1),
        )
        stages = factor.bit_length() - 1
        self.upsample = nn.Sequential(*[_doubling(features) for _ in range(stages)])
        self.tail = nn.Conv2d(features, 1, 3, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        """(n, 1, s, s) grey 0..255 to (n, 1, s * factor, s * factor), about 0..255."""
        pictures = scaled(images)
        head = self.head(pictures)
        large = self.tail(self.upsample(head + self.body(head))).float()
        if self.skip:
            large = large + enlarged(pictures, self.factor)
        return large * _SPREAD + MIDDLE

    def take_over(self, lower: EDSR) -> None:
        """Begin with the weights of a network for a lower factor.

        Everything that both have is copied: head, body, the stages of ``lower`` and the tail.
        The stages that only this one has stay as they are.

        Raises:
            ModelError: ``lower`` has other features or blocks, or no lower factor.
        """
        if lower.factor >= self.factor:
            raise ModelError(
                f"super-resolution x{self.factor} can't begin with x{lower.factor}: give the run "
                "of a lower factor"
            )
        shared = lower.state_dict()
        ours = self.state_dict()
        if any(k not in ours or ours[k].shape != v.shape for k, v in shared.items()):
            raise ModelError(
                "super-resolution can't begin with a network of other features or blocks"
            )
        self.load_state_dict(shared, strict=False)


def _doubling(features: int) -> nn.Sequential:
    """Sub-pixel convolution: (n, features, s, s) to (n, features, 2 s, 2 s)."""
    return nn.Sequential(nn.Conv2d(features, 4 * features, 3, padding=1), nn.PixelShuffle(2))


def scaled(images: Tensor) -> Tensor:
    """Grey 0..255 to -2..2, of the same shape."""
    return (images - MIDDLE) / _SPREAD


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
        enlarge: the output is this many times larger than the input.
    """

    def __init__(
        self,
        features: int = 32,
        blocks: int = 3,
        fold: int = 2,
        scaling: float = 1.0,
        enlarge: int = 1,
    ) -> None:
        super().__init__()
        self.fold = fold
        self.enlarge = enlarge
        self.head = nn.Conv2d(fold * fold, features, 3, padding=1)
        self.body = nn.Sequential(*[ResidualBlock(features, scaling) for _ in range(blocks)])
        self.tail = nn.Conv2d(features, (fold * enlarge) ** 2, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        if self.tail.bias is not None:
            nn.init.zeros_(self.tail.bias)

    def forward(self, images: Tensor) -> Tensor:
        """(n, 1, s, s) to the sharpened picture, (n, 1, s * enlarge, s * enlarge)."""
        head = self.head(F.pixel_unshuffle(images, self.fold))
        correction = self.tail(head + self.body(head))
        if self.enlarge > 1:
            images = enlarged(images, self.enlarge)
        return images + F.pixel_shuffle(correction, self.fold * self.enlarge)


def enlarged(images: Tensor, factor: int) -> Tensor:
    """(n, c, s, s) bilinearly to (n, c, s * factor, s * factor)."""
    return F.interpolate(images, scale_factor=factor, mode="bilinear", align_corners=False)
