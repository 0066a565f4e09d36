"""Features of faces at many sizes, computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from training.augment import at_size
from training.networks.fsr import CovPoolFer

Batch = tuple[Tensor, Tensor, Tensor]

FACTORS: Final = (2, 3, 4, 5, 6, 7, 8)
"""By which the published comparison shrinks a face."""
_CHUNK: Final = 256
_SUFFIX: Final = ".part"


def shrunk(images: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """(n, s, s) faces shrunk by a factor and enlarged again, bicubic; factor 1 changes nothing.

    A side that the factor does not divide is rounded: 48 becomes 10 pixels by factor 5.
    """
    side = images.shape[1]
    return at_size(images, round(side / factor), side)


def kept_features(
    path: Path, extractor: CovPoolFer, images: NDArray[np.uint8], factors: Sequence[int]
) -> NDArray[np.float32]:
    """Features of every face at every factor, from a file that is written where it is missing.

    A fixed extractor gives a face the same features in every epoch, so they are computed once.
    They stay on disk and are read by need: at the paper's scale they are gigabytes.

    Args:
        path: of the file; a ``.npy`` of this run.
        extractor: in evaluation mode.
        images: (n, s, s).
        factors: 1 for the sharp face.

    Returns:
        (len(factors), n, width), read from the disk.
    """
    shape = (len(factors), len(images), extractor.width)
    if path.is_file():
        kept = np.load(path, mmap_mode="r")
        if kept.shape == shape:
            return kept
    draft = path.with_name(path.name + _SUFFIX)
    features = np.lib.format.open_memmap(draft, "w+", np.float32, shape)
    device = next(extractor.parameters()).device
    for place, factor in enumerate(factors):
        extracted = _chunked(
            lambda crops: extractor.extract(crops.to(device)).float().cpu(),
            shrunk(images, factor),
        )
        features[place] = extracted.numpy()
    features.flush()
    del features
    draft.replace(path)
    return np.load(path, mmap_mode="r")


class Pairs(Dataset[Batch]):
    """(n, width) features of small faces, those of the sharp ones, (n,) labels.

    Every face comes once an epoch, at a factor that seed and epoch draw.

    Args:
        features: (1 + factors, n, width), the sharp ones first.
        labels: (n,) classes.
        seed, epoch: of the draw.
    """

    def __init__(
        self, features: NDArray[np.float32], labels: NDArray[np.int64], seed: int, epoch: int
    ) -> None:
        self.features = features
        self.labels = labels
        rng = np.random.default_rng((seed, epoch))
        self.drawn = rng.integers(1, len(features), len(labels))

    def __len__(self) -> int:
        return len(self.labels)

    def __getitems__(self, rows: Sequence[int]) -> Batch:
        """A whole batch at once."""
        chosen = np.asarray(rows)
        return (
            torch.from_numpy(self.features[self.drawn[chosen], chosen]),
            torch.from_numpy(self.features[0, chosen]),
            torch.from_numpy(self.labels[chosen]),
        )


def _chunked(compute: Callable[[Tensor], Tensor], images: NDArray[np.uint8]) -> Tensor:
    parts = []
    with torch.inference_mode():
        for start in range(0, len(images), _CHUNK):
            crops = images[start : start + _CHUNK, None].astype(np.float32)
            batch = torch.from_numpy(crops).contiguous(memory_format=torch.channels_last)
            parts.append(compute(batch))
    return torch.cat(parts)
