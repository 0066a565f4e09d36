"""STN-CNN (Ding, "Based on improved STN-CNN facial expression recognition", JCEIM).

A 32x32 picture with equalised histogram, a spatial transformer, five 3x3 convolutions with batch
normalisation, two max pools, two Inception modules and two fully connected layers with dropout.
``align = false`` is the paper's ``CNN``; the same on eye-aligned faces (``training.data.eyes``) is
its ``pre-processing + CNN``.

The paper's figure 4, with the widths, is not in its text. Assumed here: the pools follow the
second and the fifth convolution, the widths double after the first pool, and the Inception modules
stand behind the second. "Offset parameter 1" is taken as the first value of the biases, which only
the fully connected layers have. MSRA initialisation fills the classifier alone: the transformer's
localisation keeps PyTorch's, and its last layer is zero, so that it changes nothing at first.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator
from torch import Tensor, nn

from training.networks.equalise import area_resize, equalise
from training.networks.inception import Inception, conv_bn
from training.networks.reading import Reading
from training.networks.stn import SpatialTransformer
from training.section import Section


class StnCnn(nn.Module):
    """Grey crops in, logits out; resizing and histogram equalisation are inside.

    Args:
        classes: outputs.
        config: of the network.

    Attributes:
        size: side of the crop in pixels.
    """

    size = 48

    def __init__(self, classes: int, config: StnCnnConfig) -> None:
        super().__init__()
        self.side = config.side
        self.localisation_rate = config.localisation_rate
        self.stn: SpatialTransformer | None = None
        if config.align:
            self.stn = SpatialTransformer(
                config.side, width=config.localisation, limit=config.limit
            )
        a, b, c, d, e = config.widths
        first, second = config.inception
        self.features = nn.Sequential(
            conv_bn(1, a, 3),
            conv_bn(a, b, 3),
            nn.MaxPool2d(2),
            conv_bn(b, c, 3),
            conv_bn(c, d, 3),
            conv_bn(d, e, 3),
            nn.MaxPool2d(2),
            Inception(e, first),
            Inception(first, second),
            nn.Flatten(),
        )
        self.head = nn.Sequential(
            nn.Linear(second * (config.side // 4) ** 2, config.hidden),
            nn.ReLU(inplace=True),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden, classes),
        )
        initialise(self.features)
        initialise(self.head)

    def forward(self, crops: Tensor) -> Reading:
        """(n, 1, 48, 48) float, grey 0..255."""
        images = equalise(area_resize(crops.float(), self.side)) / 127.5 - 1
        theta = None
        if self.stn is not None:
            theta = self.stn.theta(images)
            if self.training:
                rate = self.localisation_rate
                theta = rate * theta + (1 - rate) * theta.detach()
            images = self.stn.warp(images, theta)
        return Reading(self.head(self.features(images)), theta=theta)


def initialise(module: nn.Module) -> None:
    """Normal weights of variance 2 / inputs (MSRA: He et al., 2015; equation 5), biases 1."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.ones_(layer.bias)


class StnCnnConfig(Section):
    """The network of ``StnCnn``.

    Attributes:
        align: False leaves the spatial transformer out.
        side: of the picture that the network sees.
        widths: channels of the five convolutions.
        inception: channels of the two Inception modules.
        hidden: width of the first fully connected layer.
        dropout: after the first fully connected layer.
        localisation: channels of the localisation network's first layer.
        limit: how far the entries of the 2x3 matrix may go from the identity's; 1 allows any
            rotation up to a right angle.
        localisation_rate: factor on the gradient that reaches the spatial transformer. Jaderberg
            et al. (2015, appendix) train it at a tenth of the rate; here its gradient is several
            times the classifier's, so that a tenth throws faces out of the picture.
    """

    kind: Literal["stn_cnn"] = "stn_cnn"
    align: bool = True
    side: int = Field(default=32, multiple_of=16, ge=16, le=48)
    widths: tuple[int, int, int, int, int] = (64, 64, 128, 128, 256)
    inception: tuple[int, int] = (256, 512)
    hidden: int = Field(default=512, gt=0)
    dropout: float = Field(default=0.5, ge=0, lt=1)
    localisation: int = Field(default=16, gt=0)
    limit: float = Field(default=1.0, gt=0)
    localisation_rate: float = Field(default=0.01, gt=0, le=1)

    @field_validator("widths")
    @classmethod
    def _positive(cls, widths: tuple[int, ...]) -> tuple[int, ...]:
        if min(widths) < 1:
            raise ValueError("every convolution needs a channel")
        return widths

    @field_validator("inception")
    @classmethod
    def _quartered(cls, channels: tuple[int, ...]) -> tuple[int, ...]:
        if any(count < 4 or count % 4 for count in channels):
            raise ValueError("an Inception module has four equal branches: give multiples of 4")
        return channels

    def build(self, classes: int) -> StnCnn:
        """A fresh network."""
        return StnCnn(classes, self)
