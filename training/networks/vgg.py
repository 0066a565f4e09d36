"""VGG16 (Simonyan & Zisserman, 2015), whole or cut in two, with the head that PSR gives it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from app.core.errors import ModelError
from training.networks.reading import Reading

_PLAN: Final = (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0)
"""Configuration D: channels of each convolution, 0 for a pooling."""

CONVOLUTIONS: Final = 13

_GREY_MEAN: Final = 0.449
_GREY_SPREAD: Final = 0.226
"""ImageNet's statistics, averaged over the three colours."""


def vgg16_features(width: float = 1.0, batch_norm: bool = True) -> nn.Sequential:
    """The convolutional part, layers named by number as torchvision names them.

    It takes grey pictures, so the first convolution has one input channel. Pooling rounds up:
    nothing changes where a side halves evenly, and a picture of 12 pixels keeps a 1x1 map where
    the published layer would leave nothing.

    Args:
        width: factor on every channel count.
        batch_norm: as in torchvision's ``vgg16_bn``.
    """
    layers: list[nn.Module] = []
    channels = 1
    for planned in _PLAN:
        if not planned:
            layers.append(nn.MaxPool2d(2, ceil_mode=True))
            continue
        wide = max(1, round(planned * width))
        # Batch normalisation takes a bias out again; it is kept so that published weights fit.
        layers.append(nn.Conv2d(channels, wide, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(wide))
        layers.append(nn.ReLU())
        channels = wide
    features = nn.Sequential(*layers)
    for layer in features:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return features


def cut(features: nn.Sequential, position: int) -> tuple[nn.Sequential, nn.Sequential]:
    """The layers up to the ``position``-th convolution with all that follows it, and the rest.

    Both keep the layers' numbers as names. 0 leaves the first part empty, 13 the second.

    Raises:
        ValueError: ``position`` is not in 0..13.
    """
    if not 0 <= position <= CONVOLUTIONS:
        raise ValueError(f"the cut must be in 0..{CONVOLUTIONS}, not {position}")
    starts = [i for i, layer in enumerate(features) if isinstance(layer, nn.Conv2d)]
    index = [*starts, len(features)][position]
    return features[:index], features[index:]


def output_channels(features: nn.Sequential) -> int:
    """Channels of the last map of ``vgg16_features``."""
    return next(c.out_channels for c in reversed(features) if isinstance(c, nn.Conv2d))


def apply_shared(layers: nn.Sequential, maps: Sequence[Tensor]) -> list[Tensor]:
    """One set of layers on the maps of several branches, whose sides may differ.

    In training, a batch normalisation sees all branches at once: its running statistics are
    those of all branches, so it must not have learned with each branch's own.

    Args:
        layers: as of ``vgg16_features``.
        maps: (n, c, h, w) each.
    """
    maps = list(maps)
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d) and layer.training:
            maps = _normalise_together(layer, maps)
        else:
            maps = [layer(each) for each in maps]
    return maps


def _normalise_together(norm: nn.BatchNorm2d, maps: Sequence[Tensor]) -> list[Tensor]:
    last = [each.permute(0, 2, 3, 1) for each in maps]
    rows = torch.cat([each.flatten(0, 2) for each in last])
    normed = norm(rows[None, :, None].permute(0, 3, 1, 2)).permute(0, 2, 3, 1)[0, :, 0]
    ends = [0, *torch.tensor([len(each.flatten(0, 2)) for each in last]).cumsum(0).tolist()]
    return [
        normed[start:end].view(shape.shape).permute(0, 3, 1, 2)
        for (start, end), shape in zip(pairwise(ends), last, strict=True)
    ]


def normalise(images: Tensor) -> Tensor:
    """Grey 0..255 to what ImageNet's networks expect of a grey picture."""
    return (images / 255 - _GREY_MEAN) / _GREY_SPREAD


def to_side(images: Tensor, side: int) -> Tensor:
    """(n, 1, s, s) bilinearly to (n, 1, side, side).

    Raises:
        ValueError: less than half of the side would be left, so that pixels would be skipped.
    """
    if images.shape[-1] == side:
        return images
    if 2 * side < images.shape[-1]:
        raise ValueError(f"{images.shape[-1]} pixels can't be sampled at {side}")
    return F.interpolate(images, (side, side), mode="bilinear")


def pooled(feature_map: Tensor) -> Tensor:
    """(n, c, h, w) of any side to (n, 2c): maximum and mean over the map (fastai's head)."""
    return torch.cat([feature_map.amax((2, 3)), feature_map.mean((2, 3))], dim=1)


class FullyConnected(nn.Sequential):
    """The fully connected block of Vo et al. (2020): (n, inputs) to (n, classes) logits.

    Args:
        inputs: features.
        hidden: outputs of the first layer.
        classes: outputs of the second.
    """

    def __init__(self, inputs: int, hidden: int, classes: int) -> None:
        super().__init__(
            nn.BatchNorm1d(inputs),
            nn.Dropout(0.25),
            nn.Linear(inputs, hidden),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(hidden, classes),
        )


class VGG16(nn.Module):
    """The baseline of Vo et al. (2020): VGG16 with the fully connected block of their network.

    Args:
        classes: outputs.
        side: the crop is brought to this many pixels.
        width, batch_norm: see ``vgg16_features``.
        hidden: see ``FullyConnected``.
        weights: see ``load_vgg16``; empty for random ones.
    """

    size: int = 48

    def __init__(
        self, classes: int, side: int, width: float, batch_norm: bool, hidden: int, weights: str
    ) -> None:
        super().__init__()
        self.side = side
        self.weights = weights
        self.features = vgg16_features(width, batch_norm)
        self.classifier = FullyConnected(2 * output_channels(self.features), hidden, classes)

    def start(self, faces: Tensor) -> None:
        """Fill with the weights file, if there is one; ``faces`` are of no use here."""
        if self.weights:
            load_vgg16(Path(self.weights), [self.features])

    def forward(self, crops: Tensor) -> Reading:
        """(n, 1, 48, 48) float, grey 0..255."""
        images = to_side(normalise(crops), self.side)
        return Reading(self.classifier(pooled(self.features(images))))


def load_vgg16(path: Path, targets: Sequence[nn.Sequential]) -> None:
    """Copy the convolutional weights of a file into networks or parts of them.

    The file is torchvision's ``vgg16`` or ``vgg16_bn``, or a checkpoint of a trained ``VGG16``
    here. Colour weights are summed over the colours, which gives what they would make of a
    grey picture.

    Args:
        path: of the file.
        targets: ``vgg16_features`` or what ``cut`` made of them.

    Raises:
        ModelError: no such file, no weights in it, or they are of another network.
    """
    state = _feature_weights(path)
    for target in targets:
        wanted = target.state_dict()
        missing = sorted(wanted.keys() - state.keys())
        if missing:
            raise ModelError(f"{path} has no features.{missing[0]}: it is of another network")
        weights = {name: state[name] for name in wanted}
        for name, weight in weights.items():
            if weight.ndim == 4 and weight.shape[1] == 3 and wanted[name].shape[1] == 1:
                weights[name] = weight.sum(dim=1, keepdim=True)
        try:
            target.load_state_dict(weights)
        except RuntimeError as error:
            raise ModelError(f"{path} is of a VGG16 of another width") from error


def _feature_weights(path: Path) -> dict[str, Tensor]:
    """``features.*`` of a file, without that prefix."""
    try:
        raw = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise ModelError(f"weights {path} can't be read: {error.strerror}") from error
    except (RuntimeError, ValueError, EOFError, KeyError) as error:
        raise ModelError(f"weights {path} are no file of torch") from error
    state = raw.get("state_dict", raw) if isinstance(raw, dict) else {}
    names = {name: name.removeprefix("network.") for name in state}
    prefix = "features."
    found = {
        short.removeprefix(prefix): state[name]
        for name, short in names.items()
        if short.startswith(prefix)
    }
    if not found:
        raise ModelError(f"weights {path} hold no features of a VGG16")
    return found
