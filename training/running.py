"""What every recipe's run does alike: seeds, checkpoints, averaged weights, validation, cost."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from pickle import UnpicklingError

import lightning
import torch
from lightning.pytorch.callbacks import (
    Callback,
    EarlyStopping,
    ModelCheckpoint,
    TQDMProgressBar,
    WeightAveraging,
)
from lightning.pytorch.loggers import CSVLogger
from torch import Tensor
from torchmetrics.functional.classification import multiclass_accuracy

from app.core.errors import ModelError, SettingsError
from training.config import RunConfig


class WarmAverage(WeightAveraging):
    """Exponential moving average of the weights that forgets its first steps quickly.

    The decay rises from 0 as (1 + t) / (10 + t), so the random weights of the start are gone
    after some hundred steps.
    """

    def __init__(self, decay: float) -> None:
        def blend(averaged: Tensor, current: Tensor, updates: Tensor) -> Tensor:
            now = min(decay, (1 + float(updates)) / (10 + float(updates)))
            return averaged + (1 - now) * (current - averaged)

        super().__init__(avg_fn=blend)


class ValidatedBySet(lightning.LightningModule):
    """Accuracy on several validation sets, and their mean, by which checkpoints are chosen.

    Attributes:
        sets: what each is logged as, in the order of the loaders.
        each_shown: in the progress bar, instead of the mean.
    """

    sets: tuple[str, ...]
    each_shown = True

    def answer(self, inputs: Tensor) -> Tensor:
        """(n, classes) logits of a validation batch."""
        raise NotImplementedError

    def on_validation_epoch_start(self) -> None:
        """Collect outputs afresh."""
        self._seen: list[tuple[list[Tensor], list[Tensor]]] = [([], []) for _ in self.sets]

    def validation_step(
        self, batch: tuple[Tensor, Tensor], batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        """Keep outputs until the whole split is seen."""
        inputs, labels = batch
        self._seen[dataloader_idx][0].append(self.answer(inputs))
        self._seen[dataloader_idx][1].append(labels)

    def on_validation_epoch_end(self) -> None:
        """Log the accuracies, percent."""
        scores = []
        for name, (logits, labels) in zip(self.sets, self._seen, strict=True):
            outputs = torch.cat(logits)
            score = multiclass_accuracy(
                outputs, torch.cat(labels), outputs.shape[1], average="micro"
            )
            self.log(name, 100 * score, prog_bar=self.each_shown)
            scores.append(score)
        self.log("val", 100 * torch.stack(scores).mean(), prog_bar=not self.each_shown)


def begin(config: RunConfig, folder: Path, resume: bool) -> Path | None:
    """Keep the config, seed everything, and say from which checkpoint the run goes on, if any.

    Raises:
        SettingsError: the run to go on with was begun with another config.
    """
    last = folder / "last.ckpt"
    resume = resume and last.is_file()
    keep_config(config, folder, resume)
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    lightning.seed_everything(config.schedule.seed, verbose=False)
    return last if resume else None


def fit(
    config: RunConfig,
    module: lightning.LightningModule,
    faces: lightning.LightningDataModule,
    folder: Path,
    last: Path | None,
    seen: int,
    alone: bool = False,
) -> Path:
    """Train, note what it cost, and return the checkpoint with the highest ``val``.

    Args:
        config: of the run.
        module: to train.
        faces: its loaders.
        folder: of the run.
        last: checkpoint to go on from.
        seen: training faces of an epoch.
        alone: see ``make_trainer``.
    """
    keeper = ModelCheckpoint(
        folder, filename="best", monitor="val", mode="max", enable_version_counter=False
    )
    trainer = make_trainer(config, folder, keeper, alone)
    begun = time.monotonic()
    trainer.fit(module, faces, ckpt_path=str(last) if last else None, weights_only=False)
    _note_cost(folder, time.monotonic() - begun, trainer, seen)
    return Path(keeper.best_model_path)


def make_trainer(
    config: RunConfig, folder: Path, keeper: ModelCheckpoint, alone: bool = False
) -> lightning.Trainer:
    """A trainer that keeps the best and the last checkpoint in ``folder``.

    Args:
        config: of the run.
        folder: of the run.
        keeper: of the best checkpoint.
        alone: full precision, no clipping and one device, for optimisers that take turns.
    """
    schedule = config.schedule
    saver = ModelCheckpoint(
        folder, filename="last", save_on_train_epoch_end=True, enable_version_counter=False
    )
    callbacks: list[Callback] = [keeper, saver, TQDMProgressBar(20)]
    if schedule.ema:
        callbacks.append(WarmAverage(schedule.ema))
    if schedule.patience:
        callbacks.append(EarlyStopping("val", mode="max", patience=schedule.patience))
    on_gpu = torch.cuda.is_available()
    return lightning.Trainer(
        max_epochs=schedule.epochs,
        precision=None if alone else "bf16-mixed",
        callbacks=callbacks,
        logger=CSVLogger(folder, name="logs"),
        default_root_dir=folder,
        reload_dataloaders_every_n_epochs=1,
        gradient_clip_val=None if alone else config.optimiser.clip or None,
        num_sanity_val_steps=0,
        check_val_every_n_epoch=schedule.validate_every,
        log_every_n_steps=50,
        enable_model_summary=False,
        accelerator="gpu" if on_gpu else "cpu",
        devices="auto" if on_gpu and not alone else 1,
    )


def _note_cost(folder: Path, seconds: float, trainer: lightning.Trainer, seen: int) -> None:
    """Add this sitting to ``run.json``: what the run has cost."""
    path = folder / "run.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    whole = {
        "seconds": round(before.get("seconds", 0) + seconds),
        "threads": torch.get_num_threads(),
        "epochs": trainer.current_epoch,
        "faces": trainer.current_epoch * seen,
    }
    path.write_text(json.dumps(whole), encoding="utf-8")


def keep_config(config: RunConfig, folder: Path, resume: bool) -> None:
    """Write the config beside the checkpoints, or see that it is still the same.

    Raises:
        SettingsError: the run was begun with another one.
    """
    kept = folder / "config.json"
    text = config.model_dump_json(indent=2)
    if resume and kept.is_file() and kept.read_text(encoding="utf-8") != text:
        raise SettingsError(
            f"{folder} holds a run of another config: add --restart to begin anew, or choose "
            "another folder with --run"
        )
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(text, encoding="utf-8")
    if not resume:
        # A run cut off in its first epoch must not go on from the one before it.
        for old in ("run.json", "answers.npy", "last.ckpt", "best.ckpt"):
            (folder / old).unlink(missing_ok=True)


def weights_of(checkpoint: Path) -> dict[str, Tensor]:
    """The state of a checkpoint's network.

    Raises:
        ModelError: there is no checkpoint, or it is damaged.
    """
    if not checkpoint.is_file():
        raise ModelError(f"no checkpoint at {checkpoint}: run 'python -m training train' first")
    try:
        state = torch.load(checkpoint, map_location="cpu", weights_only=False)["state_dict"]
    except (RuntimeError, UnpicklingError, EOFError) as error:
        raise ModelError(f"checkpoint {checkpoint} is damaged: train again") from error
    prefix = "network."
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
