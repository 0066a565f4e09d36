"""The spatial transformer alone, verified on distorted digits, as ``stn_sr``'s paper does on MNIST.

MNIST is not at hand everywhere; scikit-learn ships 1,797 digits of 8x8 pixels (Alpaydin &
Kaynak, 1998). They are enlarged, put on a larger empty picture, and turned, scaled and shifted
at random (the distortions R, RTS of Jaderberg et al., 2015). The same small network then learns
to read them with and without a transformer in front of it.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

import torch
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional as F

from training.networks.stn import SpatialTransformer

SIDE: Final = 32
"""Of the picture, in pixels."""
TURN: Final = 60.0
"""Largest rotation either way, in degrees."""
SCALE: Final = (0.8, 1.25)
SHIFT: Final = 0.2
"""Largest shift either way, as a share of the side."""
_DIGIT: Final = 16
_TEST: Final = 500
_TEST_DRAWS: Final = 4
_TEST_SEED: Final = 99
_BATCH: Final = 64
_RATE: Final = 6e-3
_WIDER: Final = 22


class DigitReader(nn.Module):
    """A small convolutional network, behind a spatial transformer or not.

    Args:
        align: whether there is a transformer.
        width: channels of the classifier's first layer.
    """

    def __init__(self, align: bool, width: int = 16) -> None:
        super().__init__()
        # Turning by 60 degrees takes entries of the matrix far from the identity's.
        self.stn = SpatialTransformer(SIDE, limit=1.0) if align else None
        self.classifier = nn.Sequential(
            *_layer(1, width, 2), nn.MaxPool2d(2), *_layer(width, 2 * width), nn.MaxPool2d(2),
            *_layer(2 * width, 2 * width), nn.Flatten(),
            nn.Linear(2 * width * (SIDE // 8) ** 2, 10),
        )  # fmt: skip

    def aligned(self, images: Tensor) -> Tensor:
        """(n, 1, 32, 32) pictures, 0..1, as the classifier sees them."""
        return images if self.stn is None else self.stn(images)[0]

    def forward(self, images: Tensor) -> Tensor:
        """(n, 1, 32, 32) pictures, 0..1, to (n, 10) logits."""
        return self.classifier(self.aligned(images))


def _layer(channels_in: int, channels: int, stride: int = 1) -> tuple[nn.Module, ...]:
    conv = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
    return conv, nn.BatchNorm2d(channels), nn.ReLU(inplace=True)


def distorted(digits: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Put every digit somewhere on a larger picture, turned and scaled.

    Args:
        digits: (n, 1, 8, 8), 0..1.
        generator: of the draws.

    Returns:
        (n, 1, 32, 32) pictures, 0..1, and the (n, 2, 3) matrices from their coordinates to those
        of the digit upright in the middle, both in -1..1.
    """
    count = len(digits)

    def draw(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(count, *shape, generator=generator)

    angle = torch.deg2rad(draw(-TURN, TURN))
    zoom = draw(math.log(SCALE[0]), math.log(SCALE[1])).exp()
    cos, sin = angle.cos() / zoom, angle.sin() / zoom
    shift = draw(-2 * SHIFT, 2 * SHIFT, 2)
    turn = torch.stack([cos, -sin, sin, cos], dim=1).view(-1, 2, 2)
    # The matrix goes from output to input, so the shift comes before the turn.
    theta = torch.cat([turn, -turn @ shift[:, :, None]], dim=2)
    grid = F.affine_grid(theta, [count, 1, SIDE, SIDE], align_corners=False)
    return F.grid_sample(_upright(digits), grid, align_corners=False), theta


def _upright(digits: Tensor) -> Tensor:
    large = F.interpolate(digits, size=_DIGIT, mode="bilinear", align_corners=False)
    return F.pad(large, [(SIDE - _DIGIT) // 2] * 4)


def train(
    align: bool, epochs: int, seed: int, width: int = 16, upright: bool = False
) -> DigitReader:
    """A trained reader; every epoch distorts the training digits anew, or leaves them upright."""
    torch.manual_seed(seed)
    digits, labels = _digits()
    digits, labels = digits[:-_TEST], labels[:-_TEST]
    reader = DigitReader(align, width).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(reader.parameters(), _RATE)
    steps = epochs * (len(digits) // _BATCH)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        order = torch.randperm(len(digits), generator=generator)
        drawn = digits[order]
        images = _upright(drawn) if upright else distorted(drawn, generator)[0]
        for start in range(0, len(digits) - _BATCH + 1, _BATCH):
            rows = slice(start, start + _BATCH)
            loss = F.cross_entropy(reader(images[rows]), labels[order[rows]])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            cycle.step()
    return reader.eval()


def _digits() -> tuple[Tensor, Tensor]:
    """(n, 1, 8, 8) digits, 0..1, and (n,) labels.

    The file goes writer by writer, so its end is of hands that its beginning hardly has.
    """
    bundle = load_digits()
    return torch.from_numpy(bundle.images).float()[:, None] / 16, torch.from_numpy(bundle.target)


def held_out() -> tuple[Tensor, Tensor, Tensor]:
    """The last 500 digits, each distorted four times, the same at every call.

    Returns:
        (2000, 1, 32, 32) pictures, their (2000, 2, 3) matrices and (2000,) labels.
    """
    digits, labels = _digits()
    many = digits[-_TEST:].repeat(_TEST_DRAWS, 1, 1, 1)
    images, theta = distorted(many, torch.Generator().manual_seed(_TEST_SEED))
    return images, theta, labels[-_TEST:].repeat(_TEST_DRAWS)


def accuracy(reader: DigitReader, upright: bool = False) -> float:
    """Share of the held-out digits that are read rightly: distorted ones, or upright ones."""
    images, _, labels = held_out()
    if upright:
        images, labels = _upright(_digits()[0][-_TEST:]), labels[:_TEST]
    with torch.inference_mode():
        return float((reader(images).argmax(1) == labels).float().mean())


def spread_of_turns(reader: DigitReader) -> float:
    """How differently digits of one class still stand before the classifier, in degrees.

    The root mean square over the held-out digits of the angle to their class's mean direction:
    an aligner may choose which way up a class is, but should choose one.
    """
    images, theta, labels = held_out()
    matrices = theta[:, :, :2]
    if reader.stn is not None:
        with torch.inference_mode():
            matrices = matrices @ reader.stn.theta(images)[:, :, :2]
    along = matrices[:, 0, 0] + matrices[:, 1, 1]
    angles = torch.atan2(matrices[:, 1, 0] - matrices[:, 0, 1], along)
    squares = []
    for label in range(10):
        turns = torch.exp(1j * angles[labels == label])
        squares.append((turns / turns.mean()).angle().square().mean())
    return math.degrees(float(torch.stack(squares).mean().sqrt()))


def run(folder: Path, epochs: int = 60, seed: int = 0) -> dict[str, Any]:
    """Train with and without a transformer; write ``digits.json`` and ``digits.png``.

    Args:
        folder: where they go; made if need be.
        epochs: of each of the four trainings, 5 to 15 s on one core for 60.
        seed: of the weights and the draws.

    Returns:
        Shares of the held-out distorted digits read rightly: ``with_stn``, ``without_stn`` and
        ``without_stn_wider`` (as many parameters as with one); their parameters; ``undistorted``,
        the share of upright digits read rightly by a network trained on upright ones; and
        ``spread_of_turns`` in degrees before and after alignment. What is in ``digits.json``.
    """
    readers = {
        "without_stn": train(False, epochs, seed),
        "without_stn_wider": train(False, epochs, seed, _WIDER),
        "with_stn": train(True, epochs, seed),
    }
    aligner = readers["with_stn"]
    ceiling = train(False, epochs, seed, upright=True)
    report = {
        "data": f"scikit-learn's digits, 8x8; last {_TEST} held out, {_TEST_DRAWS} draws each",
        "epochs": epochs,
        "accuracy": {name: round(accuracy(reader), 4) for name, reader in readers.items()},
        "parameters": {
            name: sum(p.numel() for p in reader.parameters()) for name, reader in readers.items()
        },
        "undistorted": round(accuracy(ceiling, upright=True), 4),
        "spread_of_turns": {
            "before": round(spread_of_turns(readers["without_stn"]), 1),
            "after": round(spread_of_turns(aligner), 1),
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "digits.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    draw(aligner, folder / "digits.png")
    return report


def draw(reader: DigitReader, path: Path) -> None:
    """Held-out digits before (upper rows) and after alignment (lower rows), three of each class."""
    images, _, labels = held_out()
    rows = torch.cat([(labels == label).nonzero()[:3, 0] for label in range(10)])
    with torch.inference_mode():
        pairs = (
            ("before alignment", images[rows]),
            ("after alignment", reader.aligned(images[rows])),
        )
    figure = Figure(figsize=(10, 6.6), layout="constrained")
    for place, (title, pictures) in zip(figure.subplots(2, 1), pairs, strict=True):
        tiles = pictures.view(10, 3, SIDE, SIDE).permute(1, 2, 0, 3).reshape(3 * SIDE, 10 * SIDE)
        place.imshow(tiles, cmap="gray", vmin=0, vmax=1)
        place.set_title(title)
        place.set_axis_off()
    figure.savefig(path, dpi=100)
