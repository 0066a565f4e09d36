"""PSR, pyramid with super-resolution (Vo, Lee, Yang & Kim, 2020, IEEE Access 8).

A spatial transformer aligns the face. A scaling block shows it at several sizes: shrunk by mean
pooling, enlarged again by EDSR, and as it was. Every size has low-level VGG16 layers of its own;
high-level layers and the fully connected block are shared, and the branches' scores are fused
with learned weights. The loss is ``training.pdls``, the test-time augmentation ``training.tta``.

The paper counts its branches in two ways. Section II-B has one for the smallest picture, kstep
for super-resolution and one for the input, three in all for kstep = 1; section V says "three
branches (kstep = 2)" and, of the same runs, "three branches [1, 2, 1]". Here section II-B holds.

It gives VGG16 12 convolutions and cuts it at 0 to 12. The published network (configuration D) has
13, and so has this one: ``pos`` goes to 13, where the branches share no convolution.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn
from torch.nn import functional as F

from training.networks.edsr import EDSR
from training.networks.reading import Reading
from training.networks.stn import Sampler
from training.networks.vgg import (
    CONVOLUTIONS,
    VGG16,
    FullyConnected,
    apply_shared,
    cut,
    load_vgg16,
    normalise,
    output_channels,
    pooled,
    to_side,
    vgg16_features,
)
from training.section import Section


class PsrConfig(Section):
    """Shape of ``PsrNet``, or of the paper's baseline.

    Attributes:
        pyramid: False is the baseline, ``vgg.VGG16``; only ``side``, ``width``, ``batch_norm``,
            ``hidden`` and ``weights`` say something to it.
        align: False leaves the spatial transformer out.
        side: W and H of the paper in pixels; the crop is brought to it first.
        kstep: see ``Scaling``.
        pos: convolutions that every branch has of its own; 0 shares all.
        width, batch_norm: see ``vgg.vgg16_features``.
        hidden: see ``vgg.FullyConnected``.
        sr_features, sr_blocks, sr_skip: see ``EDSR``.
        fusion: weights of the branches in the order of ``Scaling``, scaled to sum to 1; empty:
            they are learned and begin equal.
        align_rate: factor on the transformer's learning rate.
        weights: file for ``vgg.load_vgg16``; empty for random ones.
    """

    kind: Literal["psr"] = "psr"
    pyramid: bool = True
    align: bool = True
    side: int = Field(default=48, ge=32, le=512)
    kstep: int = Field(default=1, ge=1, le=2)
    pos: int = Field(default=6, ge=0, le=CONVOLUTIONS)
    width: float = Field(default=1.0, gt=0, le=1)
    batch_norm: bool = True
    hidden: int = Field(default=512, gt=0)
    sr_features: int = Field(default=64, gt=0)
    sr_blocks: int = Field(default=16, gt=0)
    sr_skip: bool = False
    fusion: tuple[float, ...] = ()
    align_rate: float = Field(default=0.1, gt=0)
    weights: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.pyramid and self.align:
            raise ValueError("the baseline (pyramid = false) has no transformer: align = false")
        if self.side % 2**self.kstep:
            raise ValueError(f"side must be a multiple of {2**self.kstep} for kstep {self.kstep}")
        if self.fusion and (len(self.fusion) != self.kstep + 2 or min(self.fusion) <= 0):
            raise ValueError(f"fusion needs {self.kstep + 2} weights above 0, one a branch")
        return self

    def build(self, classes: int) -> PsrNet | VGG16:
        """The network, with random weights and a transformer that changes nothing."""
        if not self.pyramid:
            return VGG16(classes, self.side, self.width, self.batch_norm, self.hidden, self.weights)
        return PsrNet(self, classes)


class Localisation(nn.Sequential):
    """The localisation network of the paper's table 1: (n, channels, s, s) to (n, 6).

    Convolutions have no padding. The last layer starts at the identity.

    Args:
        channels: of the pictures.
        side: of the pictures, at least 18 pixels; the first linear layer's inputs follow from it.
    """

    def __init__(self, channels: int, side: int) -> None:
        maps = nn.Sequential(
            nn.Conv2d(channels, 8, 7),
            nn.MaxPool2d(2, 2),
            nn.ReLU(inplace=True),
            nn.Conv2d(8, 10, 5),
            nn.MaxPool2d(2, 2),
            nn.ReLU(inplace=True),
            nn.Flatten(),
        )
        with torch.no_grad():
            inputs = maps(torch.zeros(1, channels, side, side)).shape[1]
        last = nn.Linear(32, 6)
        nn.init.zeros_(last.weight)
        with torch.no_grad():
            last.bias.copy_(torch.eye(2, 3).flatten())
        super().__init__(maps, nn.Linear(inputs, 32), nn.ReLU(inplace=True), last)


class TableTransformer(Sampler):
    """Spatial transformer (Jaderberg et al., 2015) with the localisation of the paper's table 1.

    Args:
        channels, side: of the pictures.
    """

    def __init__(self, channels: int, side: int) -> None:
        super().__init__(side)
        self.localisation = Localisation(channels, side)

    def theta(self, images: Tensor) -> Tensor:
        """(n, 2, 3) matrices from output to input coordinates, both in -1..1."""
        *before, last = self.localisation
        features = images
        for layer in before:
            features = layer(features)
        # Mixed precision would round the matrix, and with it every coordinate.
        with torch.autocast(images.device.type, enabled=False):
            return last(features.float()).view(-1, 2, 3)


class Scaling(nn.Module):
    """The scaling block: one picture at kstep + 2 sizes (the paper's equation 1).

    Args:
        kstep: halvings of the smallest picture.
        features, blocks, skip: see ``EDSR``.
    """

    def __init__(self, kstep: int, features: int, blocks: int, skip: bool) -> None:
        super().__init__()
        self.shrink = 2**kstep
        self.sr = nn.ModuleList(
            [EDSR(2 ** (i + 1), features, blocks, skip=skip) for i in range(kstep)]
        )

    def forward(self, images: Tensor) -> list[Tensor]:
        """(n, 1, s, s) grey 0..255 to the smallest, the enlarged ones, and ``images``."""
        smallest = F.avg_pool2d(images, self.shrink)
        return [smallest, *[enlarge(smallest) for enlarge in self.sr], images]


class PsrNet(nn.Module):
    """The whole network; grey crops in, fused scores out.

    Maps of the branches differ in size, so each is reduced to its maximum and mean before the
    fully connected block, as the heads of fastai are, which the paper used.

    Args:
        config: see there.
        classes: outputs.
    """

    size: int = 48

    def __init__(self, config: PsrConfig, classes: int) -> None:
        super().__init__()
        self.config = config
        branches = config.kstep + 2
        self.stn = TableTransformer(1, config.side) if config.align else None
        self.scaling = Scaling(config.kstep, config.sr_features, config.sr_blocks, config.sr_skip)
        parts = [
            cut(vgg16_features(config.width, config.batch_norm), config.pos)
            for _ in range(branches)
        ]
        self.low = nn.ModuleList([low for low, _ in parts])
        self.high = parts[0][1]
        channels = output_channels(nn.Sequential(*self.low[0], *self.high))
        self.classifier = FullyConnected(2 * channels, config.hidden, classes)
        fixed = torch.tensor(config.fusion or [1.0] * branches).log()
        self.fusion = nn.Parameter(fixed, requires_grad=not config.fusion)

    @property
    def fusion_weights(self) -> Tensor:
        """(branches,) weights that sum to 1."""
        return torch.softmax(self.fusion, dim=0)

    def forward(self, crops: Tensor) -> Reading:
        """(n, 1, 48, 48) float, grey 0..255.

        ``restored`` is the largest enlarged picture, normalised, (n, 1, side, side); ``parts``
        has the branches in the order of ``Scaling``.
        """
        images = to_side(crops, self.config.side)
        theta = None
        if self.stn is not None:
            theta = self.stn.theta(normalise(images))
            images = self.stn.warp(images, theta)
        pictures = self.scaling(images)
        maps = [low(normalise(picture)) for low, picture in zip(self.low, pictures, strict=True)]
        vectors = torch.stack([pooled(each) for each in apply_shared(self.high, maps)])
        scores = self.classifier(vectors.flatten(0, 1)).unflatten(0, (len(pictures), -1))
        fused = (self.fusion_weights[:, None, None] * scores.float()).sum(dim=0)
        return Reading(fused, normalise(pictures[-2]), theta, tuple(scores.unbind()))

    def target_for(self, sharp: Tensor, crops: Tensor, theta: Tensor | None) -> Tensor:
        """What the largest super-resolution should give: the sharp faces in the same pose.

        Args:
            sharp: (n, 1, 48, 48) faces before they were degraded, grey 0..255.
            crops: of no use here.
            theta: (n, 2, 3) of the forward pass, None without a transformer.
        """
        images = normalise(to_side(sharp, self.config.side))
        if self.stn is None or theta is None:
            return images
        return self.stn.warp(images, theta.detach())

    def start(self, faces: Tensor) -> None:
        """Fill every branch with the weights file, if there is one, as the paper does.

        Args:
            faces: of no use here.
        """
        if self.config.weights:
            load_vgg16(Path(self.config.weights), [*self.low, self.high])

    def parameter_groups(self) -> list[tuple[list[nn.Parameter], float]]:
        """The transformer with its own factor on the learning rate, and all the rest."""
        aligned = list(self.stn.parameters()) if self.stn is not None else []
        slow = {id(parameter) for parameter in aligned}
        rest = [p for p in self.parameters() if p.requires_grad and id(p) not in slow]
        groups = [(rest, 1.0)]
        return [*groups, (aligned, self.config.align_rate)] if aligned else groups
