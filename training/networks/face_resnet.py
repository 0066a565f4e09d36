"""The residual network of dlib's face recognition (King, 2017; after He et al., 2016).

Trained by its author to tell people apart, it knows faces far better than ImageNet's networks
do, which makes it a good start for the teacher. Its weights are in the public domain (CC0) and
come with the PyPI package ``face_recognition_models``; they stay out of the repository. Only
the convolutional part is used: nothing here computes who somebody is.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from app.core.errors import ModelError

# (channels, blocks, whether the first block halves the picture)
_STAGES: Final = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))
_SPREAD: Final = 60.0 / 256.0
"""Spread of a face in the network's own units; inputs here have spread 1."""


class Block(nn.Module):
    """Two 3x3 convolutions; the short cut averages and is padded with empty channels."""

    def __init__(self, channels_in: int, channels: int, halve: bool) -> None:
        super().__init__()
        stride, padding = (2, 0) if halve else (1, 1)
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, padding, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.halve = halve
        self.wider = channels - channels_in

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels_in, s, s) to (n, channels, s, s), or half of s rounded down."""
        # dlib pads strided convolutions nowhere. A pixel at the far ends keeps every output
        # where it was, and small pictures from running out.
        y = F.pad(x, (0, 1, 0, 1)) if self.halve else x
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(y)))))
        if self.halve:
            x = F.avg_pool2d(x, 2)
        if self.wider:
            x = F.pad(x, (0, 0, 0, 0, 0, self.wider))
        return F.relu(x + y)


class FaceResNet(nn.Module):
    """Features of a grey face.

    Args:
        stages: how many of the five stages are kept.

    Attributes:
        width: channels of the output.
    """

    def __init__(self, stages: int = 4) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, _STAGES[0][0], 7, 2, 3, bias=False)
        self.norm = nn.BatchNorm2d(_STAGES[0][0])
        blocks: list[nn.Module] = []
        now = _STAGES[0][0]
        for channels, depth, halves in _STAGES[:stages]:
            for number in range(depth):
                blocks.append(Block(now, channels, halves and number == 0))
                now = channels
        self.blocks = nn.Sequential(*blocks)
        self.width = now

    def forward(self, images: Tensor) -> Tensor:
        """(n, 1, s, s) faces of spread 1 that fill the picture, s a multiple of 32, about 96."""
        x = F.relu(self.norm(self.stem(images)))
        return self.blocks(F.max_pool2d(F.pad(x, (0, 1, 0, 1)), 3, 2))

    def pairs(self) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
        """Every convolution with its normalisation, in the order of the data flow."""
        found: list[tuple[nn.Conv2d, nn.BatchNorm2d]] = [(self.stem, self.norm)]
        for block in self.blocks:
            if isinstance(block, Block):
                found += [(block.conv1, block.bn1), (block.conv2, block.bn2)]
        return found


def load_face_weights(network: FaceResNet, faces: Tensor) -> None:
    """Fill a network with the published weights.

    They hold a scale and a shift where training had batch normalisation. To train on, each is
    turned back into a normalisation that computes the same on ``faces``: its running mean and
    variance are measured there, layer by layer.

    Args:
        network: to fill.
        faces: (n, 1, s, s) of spread 1, a few hundred.

    Raises:
        ModelError: the package with the weights is not installed, or holds something else.
    """
    layers = _published()
    was_training = network.training
    network.eval()
    with torch.inference_mode():
        for (conv, norm), (weight, bias, scale, shift) in zip(
            network.pairs(), layers, strict=False
        ):
            conv.weight.copy_(weight)
            output = _output_of(conv, network, faces)
            mean, variance = output.mean((0, 2, 3)), output.var((0, 2, 3))
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            norm.weight.copy_(scale * (variance + norm.eps).sqrt())
            norm.bias.copy_(scale * (mean + bias) + shift)
    network.train(was_training)


def _output_of(layer: nn.Module, network: nn.Module, inputs: Tensor) -> Tensor:
    """What one layer gives when the network sees ``inputs``."""
    seen: list[Tensor] = []
    hook = layer.register_forward_hook(lambda *call: seen.append(call[2]))
    network(inputs)
    hook.remove()
    return seen[0]


def _published() -> list[tuple[Tensor, ...]]:
    """(weights, bias, scale, shift) of every convolution, from dlib's own file format.

    The stem is summed over its colours, which in a grey picture are the same; the mean colours
    that dlib subtracts only shift the output, by as much in the faces that the normalisations are
    measured on, and fall out there.

    The file is a chain of layers: a tag, then the parameters as a version, four dimensions and
    little-endian floats. Whole numbers are a byte that counts bytes, then those bytes.
    """
    # Found, not imported: the package imports a module that setuptools no longer has.
    package = importlib.util.find_spec("face_recognition_models")
    if package is None or package.origin is None:
        raise ModelError(
            "dlib's face weights are not installed: pip install face_recognition_models"
        )
    path = Path(package.origin).parent / "models" / "dlib_face_recognition_resnet_model_v1.dat"
    if not path.is_file():
        raise ModelError(f"dlib's face weights are not at {path}: install the package anew")
    content = path.read_bytes()
    arrays = [_tensor(content, match.end()) for match in re.finditer(rb"con_4|affine_", content)]
    layers: list[tuple[Tensor, ...]] = []
    for conv, affine in zip(arrays[::2], arrays[1::2], strict=True):
        channels = len(affine) // 2
        weights = conv[:-channels].reshape(channels, -1)
        if layers:
            weights = weights.reshape(channels, -1, 3, 3)
        else:
            weights = _SPREAD * weights.reshape(channels, 3, 7, 7).sum(axis=1, keepdims=True)
        arrays_here = (weights, conv[-channels:], affine[:channels], affine[channels:])
        layers.append(tuple(torch.from_numpy(array.copy()) for array in arrays_here))
    if len(layers) != 29:
        raise ModelError(f"{path} holds {len(layers)} convolutions, expected 29")
    return layers


def _tensor(content: bytes, place: int) -> NDArray[np.float32]:
    sizes = []
    for _ in range(5):
        count = content[place] & 0x0F
        sizes.append(int.from_bytes(content[place + 1 : place + 1 + count], "little"))
        place += 1 + count
    return np.frombuffer(content, "<f4", int(np.prod(sizes[1:])), place)
