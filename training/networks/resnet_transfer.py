"""Transfer of a pretrained backbone (the ResNet-50 paper: "feature transfer", "space compression").

A frozen ImageNet network reads the grey picture through a first convolution averaged over its
colours; two 1x1 convolutions refine its features to 128 channels; their average, set to length 1,
then scaled and shifted, is classified by layers of 128, 64 and 7 units.

Not in the paper's text, and assumed here: the stem's max pool is the one that is removed; a 2x2
max pool stands between the two refining convolutions ("new convolutional blocks with max pooling
layer"), which brings a 48x48 picture to the 1x1x128 that it names; the scale and shift are one a
channel. The grey picture enters at three times its strength, because equation 1 makes the first
convolution three times weaker and the frozen batch normalisations expect the published strength.

The loss weighs the classes 0.1, 0.3, 0.3, 1.0, 0.3, 0.3, 0.1, in an order that is not said. The
configs take FER2013's own, by which its introduction lists them (anger, disgust, fear, happiness,
sadness, surprise, neutral): happiness, the commonest, weighs most, as it would by the alphabet.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Literal

import torch
from pydantic import Field, model_validator
from torch import Tensor, nn
from torch.nn import functional as F

from training.networks.efficientnet_lite import EfficientNetLite, load_imagenet
from training.networks.plain_cnn import PlainCnn
from training.networks.reading import Reading
from training.networks.resnet50 import ResNet50, load_weights
from training.section import Section

_IMAGENET_MEAN, _IMAGENET_SPREAD = 0.449, 0.226  # of the three colours, grey levels 0..1
_COLOURS = 3


class Transfer(nn.Module):
    """Grey crops in, logits out; resizing and normalisation are inside.

    Args:
        classes: outputs.
        config: of the network.

    Attributes:
        size: side of the crop in pixels.
    """

    size = 48

    def __init__(self, classes: int, config: ResnetTransferConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = _backbone(config)
        self.head: nn.Module
        if config.backbone in ("vanilla", "residual"):
            self.head = PlainHead(self.backbone.width, classes, config.dropout)
        else:
            self.head = TransferHead(self.backbone.width, classes, config)
        for module in self._frozen():
            module.requires_grad_(False)
        self.train()

    def forward(self, crops: Tensor) -> Reading:
        """(n, 1, 48, 48) float, grey 0..255."""
        side = self.config.side
        images = crops.float()
        if side != images.shape[-1]:
            images = F.interpolate(images, (side, side), mode="bilinear", align_corners=False)
        if self.config.backbone == "efficientnet_lite0":
            images = (images - 127) / 128
        else:
            images = (images / 255 - _IMAGENET_MEAN) / _IMAGENET_SPREAD
            if self.config.backbone == "resnet50":
                images = images * _COLOURS
        if self.training and self.config.thawed != 0 and self._slow_in_bfloat16(images):
            with torch.autocast("cpu", enabled=False):
                return Reading(self.head(self.backbone(images)))
        return Reading(self.head(self.backbone(images)))

    def _slow_in_bfloat16(self, images: Tensor) -> bool:
        """On a CPU the backward pass of depthwise convolutions takes twice as long in bfloat16."""
        return images.device.type == "cpu" and self.config.backbone == "efficientnet_lite0"

    def train(self, mode: bool = True) -> Transfer:
        """As of every module, but what is frozen stays as in use: its batch statistics too."""
        super().train(mode)
        for module in self._frozen():
            module.eval()
        return self

    def start(self, faces: Tensor) -> None:
        """Fill the backbone with its ImageNet weights, if the config asks for them.

        Args:
            faces: (n, 1, 48, 48) training crops; not needed here.

        Raises:
            ModelError: the weights are not there or belong to another network.
        """
        if not self.config.pretrained:
            return
        if isinstance(self.backbone, ResNet50):
            load_weights(self.backbone, Path(self.config.weights).expanduser())
        elif isinstance(self.backbone, EfficientNetLite):
            load_imagenet(self.backbone)

    def parameter_groups(self) -> list[tuple[list[nn.Parameter], float]]:
        """The head at the full learning rate, the thawed end of the backbone at its own."""
        groups = [(list(self.head.parameters()), 1.0)]
        thawed = [p for p in self.backbone.parameters() if p.requires_grad]
        if thawed:
            groups.append((thawed, self.config.backbone_rate))
        return groups

    def _frozen(self) -> list[nn.Module]:
        thawed = self.config.thawed
        if thawed is None:
            return []
        stages = _stages(self.backbone)
        return [module for stage in stages[: max(0, len(stages) - thawed)] for module in stage]


class TransferHead(nn.Module):
    """Refinement to 128 channels, average, length 1, scale and shift, classifier.

    Args:
        channels: of the backbone's features.
        classes: outputs.
        config: of the network.
    """

    def __init__(self, channels: int, classes: int, config: ResnetTransferConfig) -> None:
        super().__init__()
        width = config.width
        self.refine = nn.Sequential(
            *_refinement(channels, config.middle, config.dropout),
            nn.MaxPool2d(2) if config.refine_pool else nn.Identity(),
            *_refinement(config.middle, width, config.dropout),
        )
        self.scale = nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.zeros(width))
        self.classify = nn.Sequential(
            *_dense(width, width, config.dropout),
            *_dense(width, width // 2, config.dropout),
            nn.Linear(width // 2, classes),
        )

    def features(self, maps: Tensor) -> Tensor:
        """(n, channels, h, w) to (n, width): equations 3 to 6."""
        pooled = self.refine(maps).float().mean((2, 3))
        return self.scale * F.normalize(pooled, dim=1) + self.shift

    def forward(self, maps: Tensor) -> Tensor:
        """(n, channels, h, w) to (n, classes) logits."""
        return self.classify(self.features(maps))


class PlainHead(nn.Module):
    """Average, dropout, one linear layer."""

    def __init__(self, channels: int, classes: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(channels, classes)

    def forward(self, maps: Tensor) -> Tensor:
        """(n, channels, h, w) to (n, classes) logits."""
        return self.linear(self.dropout(maps.mean((2, 3))))


class ResnetTransferConfig(Section):
    """The network of ``Transfer``.

    Attributes:
        backbone: ``resnet50`` and ``efficientnet_lite0`` take ImageNet weights; ``vanilla`` and
            ``residual`` are the paper's networks to compare with and have a plain head.
        pretrained: whether the backbone begins with ImageNet weights.
        weights: path of torchvision's ``resnet50-*.pth``, for a pretrained ``resnet50``.
        side: of the picture that the backbone sees.
        max_pool: whether ResNet-50's stem keeps its max pool.
        thawed: how many of the backbone's last stages learn (ResNet-50 has 5, EfficientNet-Lite 9,
            stem and head among them); 0 freezes it whole, left out it learns whole.
        backbone_rate: factor on the learning rate of what is thawed.
        middle: channels between the two refining convolutions.
        width: channels behind them.
        refine_pool: whether a 2x2 max pool stands between them.
        widths: channels of the stages of ``vanilla`` and ``residual``.
        dropout: in every layer of the head.
    """

    kind: Literal["resnet_transfer"] = "resnet_transfer"
    backbone: Literal["resnet50", "efficientnet_lite0", "vanilla", "residual"] = "resnet50"
    pretrained: bool = False
    weights: str = ""
    side: int = Field(default=48, multiple_of=16, ge=32, le=224)
    max_pool: bool = False
    thawed: int | None = Field(default=None, ge=0)
    backbone_rate: float = Field(default=1.0, gt=0)
    middle: int = Field(default=512, gt=0)
    width: int = Field(default=128, ge=2, multiple_of=2)
    refine_pool: bool = True
    widths: tuple[int, ...] = (64, 128, 256, 512)
    dropout: float = Field(default=0.3, ge=0, lt=1)

    @model_validator(mode="after")
    def _agrees(self) -> ResnetTransferConfig:
        plain = self.backbone in ("vanilla", "residual")
        if plain and (self.pretrained or self.thawed is not None):
            raise ValueError(f"{self.backbone} has no published weights to begin with or freeze")
        if self.backbone == "resnet50" and self.pretrained and not self.weights:
            raise ValueError("a pretrained resnet50 needs weights: the path of a resnet50-*.pth")
        if self.backbone == "efficientnet_lite0" and self.side % 32:
            raise ValueError("efficientnet_lite0 halves the picture five times: side 32, 64, ...")
        whole = self.backbone == "resnet50" and not self.max_pool
        if not plain and self.refine_pool and self.side // 32 * (2 if whole else 1) < 2:
            raise ValueError(f"refine_pool shrinks the features of {self.side} pixels to nothing")
        if plain and (not self.widths or min(self.widths) < 1):
            raise ValueError("widths needs a number of channels for every stage")
        if plain and self.side < 2 ** len(self.widths):
            raise ValueError(f"{len(self.widths)} stages shrink {self.side} pixels to nothing")
        return self

    def build(self, classes: int) -> Transfer:
        """A network with random weights."""
        return Transfer(classes, self)


def _backbone(config: ResnetTransferConfig) -> ResNet50 | EfficientNetLite | PlainCnn:
    if config.backbone == "resnet50":
        return ResNet50(channels=1, max_pool=config.max_pool)
    if config.backbone == "efficientnet_lite0":
        return EfficientNetLite()
    return PlainCnn(config.widths, residual=config.backbone == "residual")


def _stages(backbone: nn.Module) -> list[list[nn.Module]]:
    """Modules of every stage, in order: what is frozen or thawed together."""
    if isinstance(backbone, ResNet50):
        return backbone.stages
    if isinstance(backbone, EfficientNetLite):
        stages = groupby(backbone.blocks, lambda block: block.layers[-1].num_features)
        return [[backbone.stem], *(list(blocks) for _, blocks in stages), [backbone.head]]
    return []


def _refinement(channels_in: int, channels: int, dropout: float) -> list[nn.Module]:
    return [
        nn.Conv2d(channels_in, channels, 1, bias=False),
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
        nn.Dropout(dropout),
    ]


def _dense(inputs: int, outputs: int, dropout: float) -> list[nn.Module]:
    return [
        nn.Linear(inputs, outputs, bias=False),
        nn.BatchNorm1d(outputs),
        nn.ReLU(inplace=True),
        nn.Dropout(dropout),
    ]
