"""FSR-FER: super-resolution of features instead of pictures, for small faces.

A classifier of sharp faces, CovPoolFER (Acharya et al., 2018), is split after its SPDNet into an
extractor and the rest. A generator turns the features of a small face into those that its sharp
original would have given; extractor and rest stay as they are. ``recipes/feature_sr.py`` trains
generator and critic.

The published text leaves open how a feature becomes a map. Here the logarithm of the pooled
covariance, a symmetric matrix, is the map; it is folded to keep the generator cheap, and what
comes out is made symmetric again.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn
from torch.nn import functional as F

from training.networks.covpool import CovariancePooling, matrix, vector
from training.networks.reading import Reading
from training.networks.roomread import standardise
from training.networks.rrdb import RRDB
from training.section import Section

_CROP = 48


class GeneratorConfig(Section):
    """See ``Generator``; the published number of blocks, its reduced channels are not stated."""

    blocks: int = Field(default=6, gt=0)
    features: int = Field(default=32, gt=0)
    growth: int = Field(default=16, gt=0)
    fold: int = Field(default=4, gt=0)


_Positive = Annotated[int, Field(gt=0)]


class FsrConfig(Section):
    """See ``Fsr`` and ``CovPoolFer``; the defaults are published, but for the generator's.

    Without a ``generator`` it is the baseline alone.
    """

    kind: Literal["fsr"] = "fsr"
    side: int = Field(default=100, ge=32, le=224)
    stages: tuple[tuple[_Positive, ...], ...] = ((64,), (96,), (128, 128), (256, 256))
    rows: tuple[_Positive, ...] = Field(default=(128,), min_length=1)
    ridge: float = Field(default=1e-4, ge=1e-6, le=1)
    floor: float = Field(default=1e-4, gt=0)
    hidden: int = Field(default=2000, gt=0)
    perceptual: int = Field(default=128, gt=0)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    generator: GeneratorConfig | None = None

    @model_validator(mode="after")
    def _fits(self) -> FsrConfig:
        if not self.stages or any(not stage for stage in self.stages):
            raise ValueError("stages need at least one convolution each")
        widths = (self.stages[-1][-1], *self.rows)
        if any(narrow > wide for wide, narrow in pairwise(widths)):
            raise ValueError("rows can't be more than the last stage's channels, nor grow")
        if self.generator and self.rows[-1] % self.generator.fold:
            raise ValueError("the last of rows must be a multiple of generator.fold")
        return self

    def build(self, classes: int) -> Fsr:
        """The network, with random weights."""
        return Fsr(self, classes)


class CovPoolFer(nn.Module):
    """CovPoolFER: convolutions, covariance pooling, SPDNet, two layers and the classifier.

    Args:
        config: ``side`` is that of the picture that the first convolution sees, ``stages`` the
            channels of the 3x3 convolutions between max pools, ``rows`` those of the matrix
            after every BiMap, ``perceptual`` the width of the last hidden layer.
        classes: outputs.

    Attributes:
        width: length of a feature.
    """

    def __init__(self, config: FsrConfig, classes: int) -> None:
        super().__init__()
        self.side = config.side
        layers: list[nn.Module] = []
        channels = 1
        for number, stage in enumerate(config.stages):
            if number:
                layers.append(nn.MaxPool2d(2))
            for width in stage:
                layers += [
                    nn.Conv2d(channels, width, 3, padding=1, bias=False),
                    nn.BatchNorm2d(width),
                    nn.ReLU(inplace=True),
                ]
                channels = width
        self.convolutions = nn.Sequential(*layers)
        self.pool = CovariancePooling(channels, config.rows, config.ridge, config.floor)
        self.width = self.pool.width
        self.hidden = nn.Sequential(
            nn.Linear(self.width, config.hidden, bias=False),
            nn.BatchNorm1d(config.hidden),
            nn.ReLU(inplace=True),
            nn.Linear(config.hidden, config.perceptual, bias=False),
            nn.BatchNorm1d(config.perceptual),
        )
        self.head = nn.Sequential(
            nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.perceptual, classes)
        )

    def extract(self, crops: Tensor) -> Tensor:
        """Second-order features, equations 1 and 2: (n, 1, s, s) grey 0..255 to (n, width)."""
        images = standardise(crops)
        if images.shape[-1] != self.side:
            images = F.interpolate(images, (self.side, self.side), mode="bilinear")
        return self.pool(self.convolutions(images))

    def perceive(self, features: Tensor) -> Tensor:
        """C of equation 9: (n, width) to (n, perceptual).

        Taken before the activation, where ESRGAN found the denser supervision.
        """
        return self.hidden(features)

    def read(self, features: Tensor) -> Tensor:
        """(n, width) to (n, classes) logits."""
        return self.head(self.perceive(features))


class FeatureSpace(nn.Module):
    """Features as maps of about zero mean and unit spread; the ``fit`` is kept with the weights.

    Each element has its own centre, but all share one spread, so that distances keep their
    proportions.

    Args:
        width: length of a feature.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(width))
        self.register_buffer("spread", torch.ones(()))
        self.centre: Tensor
        self.spread: Tensor

    def fit(self, features: Tensor) -> None:
        """Take centre and spread from (n, width) features of sharp faces."""
        self.centre.copy_(features.mean(dim=0))
        self.spread.copy_((features - self.centre).square().mean().sqrt() + 1e-6)

    def forward(self, features: Tensor) -> Tensor:
        """(n, width) to (n, width), standardised."""
        return (features - self.centre) / self.spread

    def back(self, standardised: Tensor) -> Tensor:
        """Undo ``forward``."""
        return standardised * self.spread + self.centre


class Generator(nn.Module):
    """Features of a small face to those of its sharp original.

    ESRGAN's trunk without enlarging: convolution, RRDB blocks around a long skip, two
    convolutions. It adds a correction to its input and begins with none.

    Args:
        config: number and channels of the RRDB blocks, and by how much the map is folded.
        width: length of a feature.
    """

    def __init__(self, config: GeneratorConfig, width: int) -> None:
        super().__init__()
        self.fold = config.fold
        self.space = FeatureSpace(width)
        channels = config.features
        self.first = nn.Conv2d(config.fold**2, channels, 3, padding=1)
        self.blocks = nn.Sequential(*[RRDB(channels, config.growth) for _ in range(config.blocks)])
        self.trunk = nn.Conv2d(channels, channels, 3, padding=1)
        self.finer = nn.Conv2d(channels, channels, 3, padding=1)
        self.last = nn.Conv2d(channels, config.fold**2, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, features: Tensor) -> Tensor:
        """Equation 3: (n, width) to (n, width)."""
        standard = self.space(features)
        maps = self.first(F.pixel_unshuffle(matrix(standard).unsqueeze(1), self.fold))
        maps = maps + self.trunk(self.blocks(maps))
        maps = self.last(F.leaky_relu(self.finer(maps), 0.2))
        correction = F.pixel_shuffle(maps, self.fold).squeeze(1)
        correction = 0.5 * (correction + correction.transpose(1, 2))
        return self.space.back(standard + vector(correction))


class Critic(nn.Module):
    """ESRGAN's discriminator for feature maps, without batch normalisation.

    Every stage is a 3x3 convolution and a 4x4 one that halves the map; two linear layers end
    it. Its output is a number without bounds.

    Args:
        rows: of the feature's matrix, a multiple of ``fold`` and then of 2 a stage.
        widths: channels of every stage.
        fold: how much the map is folded first.
        hidden: of the linear layers; 100 in ESRGAN.
    """

    def __init__(self, rows: int, widths: tuple[int, ...], fold: int, hidden: int) -> None:
        super().__init__()
        self.fold = fold
        layers: list[nn.Module] = []
        channels, side = fold**2, rows // fold
        for width in widths:
            layers += [
                nn.Conv2d(channels, width, 3, padding=1),
                nn.LeakyReLU(0.2),
                nn.Conv2d(width, width, 4, stride=2, padding=1),
                nn.LeakyReLU(0.2),
            ]
            channels, side = width, side // 2
        self.layers = nn.Sequential(*layers, nn.Flatten())
        self.judge = nn.Sequential(
            nn.Linear(channels * side * side, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1)
        )

    def forward(self, features: Tensor) -> Tensor:
        """(n, rows (rows + 1) / 2) standardised features to (n,)."""
        maps = F.pixel_unshuffle(matrix(features).unsqueeze(1), self.fold)
        return self.judge(self.layers(maps)).squeeze(1)


class Fsr(nn.Module):
    """Crops to logits by way of super-resolved features; the baseline alone without generator.

    Args:
        config: shapes.
        classes: outputs.
    """

    def __init__(self, config: FsrConfig, classes: int) -> None:
        super().__init__()
        self.size = _CROP
        self.baseline = CovPoolFer(config, classes)
        self.generator: Generator | None = None
        if config.generator:
            self.generator = Generator(config.generator, self.baseline.width)

    def forward(self, crops: Tensor) -> Reading:
        """(n, 1, 48, 48) float, grey 0..255."""
        features = self.baseline.extract(crops)
        if self.generator is not None:
            features = self.generator(features)
        return Reading(self.baseline.read(features))
