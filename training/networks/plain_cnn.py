"""The two networks that the ``resnet_transfer`` paper starts from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from training.networks.inception import conv_bn
from training.networks.residual import BasicBlock


class PlainCnn(nn.Module):
    """Stages of 3x3 convolution, batch normalisation, ReLU and max pooling.

    The paper gives no widths. Its vanilla CNN is taken as two convolutions a stage; its residual
    CNN, "with some convolution blocks removed and some residual blocks added", as one convolution
    and, behind the pool, one residual block.

    Args:
        widths: channels of every stage; each halves the picture.
        residual: which of the two.

    Attributes:
        width: channels of the output.
    """

    def __init__(self, widths: Sequence[int], residual: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, width in pairwise((1, *widths)):
            if residual:
                block = BasicBlock(width, width, 1, excite=False)
                layers += [conv_bn(before, width, 3), nn.MaxPool2d(2), block]
            else:
                layers += [conv_bn(before, width, 3), conv_bn(width, width, 3), nn.MaxPool2d(2)]
        self.layers = nn.Sequential(*layers)
        self.width = widths[-1]

    def forward(self, images: Tensor) -> Tensor:
        """(n, 1, s, s) to (n, width, s / 2 ** stages, s / 2 ** stages)."""
        return self.layers(images)
