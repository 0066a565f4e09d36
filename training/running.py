"""What every recipe's run does alike: seeds, checkpoints, averaged weights, validation, cost."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Final

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
from torch import Tensor, nn
from torchmetrics.classification import MulticlassAccuracy

from app.core.errors import ModelError, SettingsError
from training import data, protocol
from training.config import RunConfig
from training.loaders import epoch_seed
from training.record import (
    Cost,
    check_config,
    finished,
    load_faces,
    note_faces,
    prepare,
    read_cost,
    unusable,
    write_cost,
)

_DAMAGE: Final = (
    OSError, RuntimeError, UnpicklingError, EOFError, ValueError, LookupError, TypeError,
    AttributeError, ImportError,
)  # fmt: skip
"""What torch raises on bytes that are no checkpoint."""


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


class EpochSeed(Callback):
    """What an epoch draws, such as dropout, depends on seed and epoch alone.

    So a resumed run repeats. It acts at the first batch, since Lightning begins to iterate twice
    where a run is resumed.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def on_train_batch_start(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, batch: Any,
        batch_idx: int,
    ) -> None:  # fmt: skip
        """Seed anew at the first batch."""
        if batch_idx == 0:
            torch.manual_seed(epoch_seed(self.seed, trainer.current_epoch))


class CostNotes(Callback):
    """After every epoch, and when the run is cut off, ``run.json`` tells what it has cost so far.

    Args:
        folder: of the run.
        seen: training faces of an epoch.
    """

    def __init__(self, folder: Path, seen: int) -> None:
        self.folder = folder
        self.seen = seen
        earlier = read_cost(folder)
        self.before = earlier.seconds if earlier else 0.0
        self.begun = time.monotonic()

    def on_train_epoch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule
    ) -> None:
        """Note the epoch that ends; Lightning counts it afterwards."""
        self.note(trainer, trainer.current_epoch + 1)

    def on_fit_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Note that the run has come to its end."""
        self.note(trainer, trainer.current_epoch, finished=True)

    def on_exception(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, error: BaseException
    ) -> None:
        """Note the time of the epoch that was cut off as well."""
        self.note(trainer, trainer.current_epoch)

    def note(self, trainer: lightning.Trainer, epochs: int, finished: bool = False) -> None:
        """Write it."""
        if trainer.is_global_zero:
            seconds = round(self.before + time.monotonic() - self.begun, 1)
            faces = epochs * self.seen
            cost = Cost(
                seconds=seconds, threads=torch.get_num_threads(), epochs=epochs, faces=faces,
                finished=finished,
            )  # fmt: skip
            write_cost(self.folder, cost)


class ValidatedBySet(lightning.LightningModule):
    """Accuracy on several validation sets, and their mean, by which checkpoints are chosen.

    On several devices the answers are counted together; where the faces can't be shared out
    evenly, Lightning shows some of them twice.

    Args:
        sets: what each is logged as, in the order of the loaders.
        classes: of the logits.

    Attributes:
        each_shown: in the progress bar, instead of the mean.
    """

    each_shown = True

    def __init__(self, sets: Sequence[str], classes: int) -> None:
        super().__init__()
        self.sets = tuple(sets)
        self.right = nn.ModuleList([MulticlassAccuracy(classes, average="micro") for _ in sets])

    def answer(self, inputs: Tensor) -> Tensor:
        """(n, classes) logits of a validation batch."""
        raise NotImplementedError

    def validation_step(
        self, batch: tuple[Tensor, Tensor], batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        """Count what is read right."""
        inputs, labels = batch
        self.right[dataloader_idx].update(self.answer(inputs), labels)

    def on_validation_epoch_end(self) -> None:
        """Log the accuracies, percent."""
        scores = []
        for name, right in zip(self.sets, self.right, strict=True):
            scores.append(right.compute())
            right.reset()
            self.log(name, 100 * scores[-1], prog_bar=self.each_shown, sync_dist=True)
        mean = torch.stack(scores).mean()
        self.log("val", 100 * mean, prog_bar=not self.each_shown, sync_dist=True)


def open_run(
    config: RunConfig, source: Path, folder: Path, resume: bool
) -> tuple[data.FacesSet, Path | None]:
    """Open the faces, seed everything, and look for an earlier run, which is left as it is.

    Returns:
        The faces, and the checkpoint to go on from: the best one of a finished run, None where
        the run begins anew.

    Raises:
        SettingsError: the run to go on with was begun with another config, or the folder can't
            be used.
        DataError: it was begun with other faces, or there are none.
        ModelError: the checkpoint to go on from is damaged.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        last = _going_on(config, folder) if resume else None
    except OSError as error:
        raise unusable(folder, error) from error
    if last is None:
        faces = protocol.load(config.data, source, folder)
    else:
        faces = load_faces(config.data, source, folder, learn=True)
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    lightning.seed_everything(config.schedule.seed, verbose=False)
    return faces, last


def _going_on(config: RunConfig, folder: Path) -> Path | None:
    best, last = folder / "best.ckpt", folder / "last.ckpt"
    if not (best.is_file() or last.is_file()):
        return None
    check_config(config, folder)
    if finished(folder):
        return best
    if not last.is_file():
        return None
    read_checkpoint(last)
    return last


def begin(config: RunConfig, folder: Path, last: Path | None, faces: data.FacesSet) -> None:
    """Keep the config; a run that begins anew forgets what was there.

    To be called when all that the run needs has been opened.

    Args:
        config: of the run.
        folder: of the run.
        last: checkpoint to go on from.
        faces: of the run.

    Raises:
        SettingsError: the folder can't be used.
    """
    try:
        prepare(config, folder, resume=last is not None)
        if last is None:
            note_faces(faces, folder)
    except OSError as error:
        raise unusable(folder, error) from error


def fit(
    config: RunConfig,
    module: lightning.LightningModule,
    faces: lightning.LightningDataModule,
    folder: Path,
    last: Path | None,
    seen: int,
    alone: bool = False,
) -> Path:
    """Train, note what it costs, and return the checkpoint with the highest ``val``.

    Args:
        config: of the run.
        module: to train.
        faces: its loaders.
        folder: of the run.
        last: checkpoint to go on from.
        seen: training faces of an epoch.
        alone: see ``make_trainer``.

    Raises:
        SettingsError: there are fewer faces than in a batch.
        ModelError: the best checkpoint of a trained run is gone.
    """
    best = folder / "best.ckpt"
    if seen < config.schedule.batch:
        raise SettingsError(f"schedule.batch is {config.schedule.batch}: there are fewer faces")
    keeper = ModelCheckpoint(
        folder, filename="best", monitor="val", mode="max", enable_version_counter=False
    )
    trainer = make_trainer(config, folder, [keeper, CostNotes(folder, seen)], alone)
    trainer.fit(module, faces, ckpt_path=str(last) if last else None, weights_only=False)
    if not best.is_file():
        raise ModelError(f"{best} is gone: add --restart to 'train' to begin anew")
    return best


def make_trainer(
    config: RunConfig, folder: Path, more: Sequence[Callback] = (), alone: bool = False
) -> lightning.Trainer:
    """A trainer that keeps the last checkpoint in ``folder``.

    Args:
        config: of the run.
        folder: of the run.
        more: callbacks beside those that every run has.
        alone: full precision, no clipping and one device, for optimisers that take turns.
    """
    schedule = config.schedule
    saver = ModelCheckpoint(
        folder, filename="last", save_on_train_epoch_end=True, enable_version_counter=False
    )
    callbacks = [*more, saver, TQDMProgressBar(20), EpochSeed(schedule.seed)]
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


def read_checkpoint(path: Path) -> dict[str, Any]:
    """A checkpoint as Lightning writes it.

    Raises:
        ModelError: there is none, or it is damaged.
    """
    damaged = ModelError(f"checkpoint {path} is damaged: add --restart to 'train' to begin anew")
    try:
        found = torch.load(path, map_location="cpu", weights_only=False)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelError(
            f"no checkpoint at {path}: run 'python -m training train' first"
        ) from error
    except (PermissionError, IsADirectoryError) as error:
        raise ModelError(f"checkpoint {path} can't be read: {error.strerror}") from error
    except _DAMAGE as error:
        raise damaged from error
    if not isinstance(found, dict) or not isinstance(found.get("state_dict"), dict):
        raise damaged
    return found


def weights_of(checkpoint: Path) -> dict[str, Tensor]:
    """The state of a checkpoint's network.

    Raises:
        ModelError: there is no checkpoint, or it is damaged.
    """
    state = read_checkpoint(checkpoint)["state_dict"]
    prefix = "network."
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
