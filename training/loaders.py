"""Batches of faces for the classifying recipe."""

from __future__ import annotations

from collections.abc import Sequence

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from training import data, protocol
from training.augment import at_size
from training.config import ClassifyConfig

SIDE = 48
"""Of a crop, in pixels."""

Batch = tuple[Tensor, Tensor, Tensor, Tensor]


class TrainingFaces(Dataset[Batch]):
    """Augmented batches.

    Each is (n, 1, s, s) degraded faces, (n, 1, s, s) sharp ones in the same pose, (n, classes)
    shares, and (n, classes) answers of the teachers, (n, 0) where there are none.

    Augmenting a face costs 0.1 ms, a fortieth of a training step, so it needs no worker
    processes. Every draw depends on seed, epoch and face alone, so a resumed run repeats.
    """

    def __init__(
        self,
        config: ClassifyConfig,
        faces: data.FacesSet,
        answers: NDArray[np.float32] | None = None,
    ) -> None:
        hard = config.loss.kind != "votes"
        shares, usable = protocol.targets(config.data, hard, faces)
        self.images = faces.images[usable]
        self.shares = shares[usable]
        self.answers = np.zeros((len(self.images), 0), np.float32) if answers is None else answers
        self.augment = config.augment.build(SIDE)
        self.seed = config.schedule.seed
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.images)

    def __getitems__(self, rows: Sequence[int]) -> Batch:
        """A whole batch at once."""
        pairs = [
            self.augment(self.images[row], np.random.default_rng((self.seed, self.epoch, row)))
            for row in rows
        ]
        degraded = np.stack([pair[0] for pair in pairs])[:, None]
        sharp = np.stack([pair[1] for pair in pairs])[:, None]
        return (
            torch.from_numpy(degraded.astype(np.float32)),
            torch.from_numpy(sharp.astype(np.float32)),
            torch.from_numpy(self.shares[np.asarray(rows)]),
            torch.from_numpy(self.answers[np.asarray(rows)]),
        )


class SizedFaces(Dataset[tuple[Tensor, int]]):
    """Protocol faces seen at one size."""

    def __init__(
        self, images: NDArray[np.uint8], labels: NDArray[np.int64], pixels: int, side: int
    ) -> None:
        self.images = at_size(images, pixels, side)
        self.labels = labels

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, row: int) -> tuple[Tensor, int]:
        return torch.from_numpy(self.images[row][None].astype(np.float32)), int(self.labels[row])


class FaceData(lightning.LightningDataModule):
    """Loaders of one run.

    Args:
        config: the run.
        faces: what ``protocol.load`` gave.

    Attributes:
        training: those of the training part.
        examples: what is learned from them.
    """

    def __init__(self, config: ClassifyConfig, faces: data.FacesSet) -> None:
        super().__init__()
        self.config = config
        self.training = protocol.training_faces(config.data, faces)
        self.examples = TrainingFaces(config, self.training)
        held, labels = protocol.held_out(config.data, faces, data.VALIDATION)
        self.held = [SizedFaces(held.images, labels, k, SIDE) for k in config.schedule.sizes]

    def train_dataloader(self) -> DataLoader[Batch]:
        """Shuffled by seed and epoch."""
        schedule = self.config.schedule
        faces = self.examples
        faces.epoch = self.trainer.current_epoch if self.trainer else 0
        order = shuffled(len(faces), epoch_seed(schedule.seed, faces.epoch))
        return DataLoader(faces, schedule.batch, sampler=order, drop_last=True, collate_fn=_as_is)

    def val_dataloader(self) -> list[DataLoader[tuple[Tensor, int]]]:
        """Validation faces by the protocol, one loader a size."""
        return [DataLoader(faces, 256) for faces in self.held]


def epoch_seed(seed: int, epoch: int) -> int:
    """The seed of one epoch of a run."""
    return seed * 100_003 + epoch


def shuffled(count: int, seed: int) -> list[int]:
    """0 to ``count - 1`` in an order that depends on the seed alone.

    An order for a loader, not a generator: Lightning begins to iterate twice where a run is
    resumed.
    """
    order: list[int] = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()
    return order


def _as_is(batch: Batch) -> Batch:
    return batch
