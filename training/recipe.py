"""The recipe: FER+ vote distributions, faces of many sizes, one network end to end.

Lightning runs the loop, the checkpoints, resuming and mixed precision.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import EMAWeightAveraging, ModelCheckpoint, TQDMProgressBar
from lightning.pytorch.loggers import CSVLogger
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from torchmetrics.functional.classification import multiclass_accuracy

from app.core.errors import ModelError, SettingsError
from app.core.expressions import LABELS
from training import data
from training.augment import Augment, at_size
from training.config import TrainingConfig
from training.losses import restoration, vote_cross_entropy
from training.networks.roomread import Reading, RoomreadNet

VALIDATION_SIZES = (48, 16)
"""Pixels; models are chosen on the mean validation accuracy at these sizes."""

Batch = tuple[Tensor, Tensor, Tensor]


class TrainingFaces(Dataset[Batch]):
    """Augmented batches: (n, 1, s, s) degraded, (n, 1, s, s) sharp, (n, 8) vote shares.

    Augmenting a face costs 0.1 ms, a fortieth of a training step, so it needs no worker
    processes. Every draw depends on seed, epoch and face alone, so a resumed run repeats.
    """

    def __init__(self, faces: data.FacesSet, augment: Augment, seed: int) -> None:
        shares, usable = data.distributions(faces.votes)
        self.images = faces.images[usable]
        self.shares = shares[usable]
        self.augment = augment
        self.seed = seed
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


class FerPlusData(lightning.LightningDataModule):
    """Loaders of one run.

    Args:
        config: the run.
        source: what ``data.load_ferplus`` takes.
    """

    def __init__(self, config: TrainingConfig, source: Path) -> None:
        super().__init__()
        self.config = config
        self.faces = data.load_ferplus(source)

    def train_dataloader(self) -> DataLoader[Batch]:
        """Shuffled by seed and epoch."""
        schedule = self.config.schedule
        augment = Augment(self.config.augment, self.config.network.size)
        faces = TrainingFaces(data.training_split(self.faces), augment, schedule.seed)
        faces.epoch = self.trainer.current_epoch if self.trainer else 0
        generator = torch.Generator().manual_seed(schedule.seed * 100_003 + faces.epoch)
        return DataLoader(
            faces, schedule.batch, shuffle=True, drop_last=True, generator=generator,
            collate_fn=_as_is,
        )  # fmt: skip

    def val_dataloader(self) -> list[DataLoader[tuple[Tensor, int]]]:
        """PublicTest by the protocol, one loader a size."""
        chosen, labels = data.protocol_split(self.faces, data.VALIDATION)
        side = self.config.network.size
        return [
            DataLoader(SizedFaces(chosen.images, labels, pixels, side), 256)
            for pixels in VALIDATION_SIZES
        ]


def _as_is(batch: Batch) -> Batch:
    return batch


class Recipe(lightning.LightningModule):
    """Votes and restoration, AdamW, one cycle.

    Args:
        config: the run.
        steps: optimiser steps of the whole run.
    """

    def __init__(self, config: TrainingConfig, steps: int) -> None:
        super().__init__()
        self.config = config
        self.steps = steps
        self.network = build_network(config)

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Loss of one batch."""
        degraded, sharp, shares = batch
        degraded = degraded.contiguous(memory_format=torch.channels_last)
        reading: Reading = self.network(degraded)
        loss = vote_cross_entropy(reading.logits, shares)
        self.log("votes", loss, prog_bar=True, on_epoch=True)
        if self.network.sr is not None and self.config.schedule.sr_weight:
            target = self.network.target_for(sharp, degraded, reading.theta)
            restored = restoration(reading.restored, target)
            self.log("restore", restored, prog_bar=True, on_epoch=True)
            loss = loss + self.config.schedule.sr_weight * restored
        return loss

    def on_validation_epoch_start(self) -> None:
        """Collect outputs afresh."""
        self._seen: list[tuple[list[Tensor], list[Tensor]]] = [([], []) for _ in VALIDATION_SIZES]

    def validation_step(
        self, batch: tuple[Tensor, Tensor], batch_idx: int, dataloader_idx: int
    ) -> None:
        """Keep outputs until the whole split is seen."""
        images, labels = batch
        logits = self.network(images.contiguous(memory_format=torch.channels_last)).logits
        self._seen[dataloader_idx][0].append(logits.float())
        self._seen[dataloader_idx][1].append(labels)

    def on_validation_epoch_end(self) -> None:
        """Accuracy at each size, and their mean, by which checkpoints are chosen."""
        scores = []
        for pixels, (logits, labels) in zip(VALIDATION_SIZES, self._seen, strict=True):
            score = multiclass_accuracy(
                torch.cat(logits), torch.cat(labels), len(LABELS), average="micro"
            )
            self.log(f"val_{pixels}", 100 * score, prog_bar=True)
            scores.append(score)
        self.log("val", 100 * torch.stack(scores).mean())

    def configure_optimizers(self) -> Any:  # Lightning's own union of shapes
        """AdamW (Loshchilov & Hutter, 2019), one cycle (Smith & Topin, 2019)."""
        s = self.config.schedule
        decayed = [p for p in self.parameters() if p.ndim > 1]
        plain = [p for p in self.parameters() if p.ndim <= 1]
        optimizer = torch.optim.AdamW(
            [{"params": decayed}, {"params": plain, "weight_decay": 0.0}],
            lr=s.learning_rate,
            weight_decay=s.weight_decay,
        )
        cycle = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, s.learning_rate, total_steps=self.steps, pct_start=s.warm_up
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": cycle, "interval": "step"}}


def build_network(config: TrainingConfig) -> RoomreadNet:
    """The network of a config, channels last."""
    network = RoomreadNet(**config.network.model_dump())
    return network.to(memory_format=torch.channels_last)


def train(config: TrainingConfig, source: Path, folder: Path, resume: bool) -> Path:
    """Train and return the best checkpoint (highest mean validation accuracy, EMA weights).

    Args:
        config: the run.
        source: data, see ``data.load_ferplus``.
        folder: where logs and checkpoints go; ``last.ckpt`` is written every epoch.
        resume: go on from ``last.ckpt`` where it exists.

    Raises:
        SettingsError: the run to go on with was begun with another config.
    """
    last = folder / "last.ckpt"
    resume = resume and last.is_file()
    _keep_config(config, folder, resume)
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    lightning.seed_everything(config.schedule.seed, verbose=False)
    faces = FerPlusData(config, source)
    steps_an_epoch = len(faces.train_dataloader())
    module = Recipe(config, config.schedule.epochs * steps_an_epoch)
    keeper = ModelCheckpoint(
        folder, filename="best", monitor="val", mode="max", enable_version_counter=False
    )
    saver = ModelCheckpoint(
        folder, filename="last", save_on_train_epoch_end=True, enable_version_counter=False
    )
    on_gpu = torch.cuda.is_available()
    # The average grows out of the first weights, so validation says little until it has forgotten
    # them, some 5 / (1 - decay) steps later.
    average = EMAWeightAveraging(
        decay=config.schedule.ema, update_starting_at_epoch=config.schedule.epochs // 10
    )
    trainer = lightning.Trainer(
        max_epochs=config.schedule.epochs,
        precision="bf16-mixed",
        callbacks=[keeper, saver, average, TQDMProgressBar(20)],
        logger=CSVLogger(folder, name="logs"),
        default_root_dir=folder,
        reload_dataloaders_every_n_epochs=1,
        gradient_clip_val=1.0,
        num_sanity_val_steps=0,
        check_val_every_n_epoch=config.schedule.validate_every,
        log_every_n_steps=50,
        enable_model_summary=False,
        accelerator="gpu" if on_gpu else "cpu",
        devices="auto" if on_gpu else 1,
    )
    trainer.fit(module, faces, ckpt_path=str(last) if resume else None)
    return Path(keeper.best_model_path)


def _keep_config(config: TrainingConfig, folder: Path, resume: bool) -> None:
    """Write the config beside the checkpoints, or see that it is still the same."""
    kept = folder / "config.json"
    text = config.model_dump_json(indent=2)
    if resume and kept.is_file() and kept.read_text(encoding="utf-8") != text:
        raise SettingsError(
            f"{folder} holds a run of another config: add --restart to begin anew, or choose "
            "another folder with --run"
        )
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(text, encoding="utf-8")


def load_network(config: TrainingConfig, checkpoint: Path) -> RoomreadNet:
    """The network of a checkpoint, ready to evaluate (EMA weights).

    Raises:
        ModelError: there is no checkpoint, or it is of another network.
    """
    if not checkpoint.is_file():
        raise ModelError(f"no checkpoint at {checkpoint}: run 'python -m training train' first")
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)["state_dict"]
    network = build_network(config)
    prefix = "network."
    weights = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise ModelError(f"{checkpoint} is of another network than the config's") from error
    return network.eval()
