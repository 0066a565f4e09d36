"""The classifying recipe: faces of many sizes, their votes or labels, one network end to end.

Lightning runs the loop, the checkpoints, resuming, mixed precision and several devices.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import lightning
import numpy as np
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
from torchmetrics.functional.classification import multiclass_accuracy

from app.core.errors import ModelError, SettingsError
from training import data
from training.config import ClassifyConfig, ModelConfig, RunConfig, load_config
from training.loaders import SIDE, Batch, FaceData
from training.losses import LabelLoss, distillation, restoration
from training.muon import Muon
from training.networks.reading import Reading
from training.teachers import answers

CONFIGS = Path(__file__).parent / "configs"


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


class Recipe(lightning.LightningModule):
    """Labels, restoration and teachers.

    Args:
        config: the run.
        steps: optimiser steps of the whole run.
        loss: on the labels.
    """

    def __init__(self, config: ClassifyConfig, steps: int, loss: LabelLoss) -> None:
        super().__init__()
        self.config = config
        self.steps = steps
        self.loss = loss
        self.network = build_network(config)

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Loss of one batch."""
        degraded, sharp, shares, answers = batch
        c = self.config
        if batch_idx == 0:
            # Dropout draws by seed and epoch alone, as the faces do: a resumed run repeats.
            torch.manual_seed(c.schedule.seed * 100_003 + self.current_epoch)
        degraded = degraded.contiguous(memory_format=torch.channels_last)
        reading: Reading = self.network(degraded)
        loss = self.loss(reading.logits, shares)
        for part in reading.parts if c.loss.branch_weight else ():
            loss = loss + c.loss.branch_weight * self.loss(part, shares)
        self.log("labels", loss, prog_bar=True, on_epoch=True)
        if answers.shape[1]:
            taught = distillation(reading.logits, answers, c.distill.temperature)
            self.log("taught", taught, prog_bar=True, on_epoch=True)
            loss = (1 - c.distill.weight) * loss + c.distill.weight * taught
        if reading.restored is not None and c.loss.restore_weight:
            target = self.network.target_for(sharp, degraded, reading.theta)
            restored = restoration(reading.restored, target, c.loss.restore)
            self.log("restore", restored, prog_bar=True, on_epoch=True)
            loss = loss + c.loss.restore_weight * restored
        return loss

    def on_validation_epoch_start(self) -> None:
        """Collect outputs afresh."""
        self._seen: list[tuple[list[Tensor], list[Tensor]]] = [
            ([], []) for _ in self.config.schedule.sizes
        ]

    def validation_step(
        self, batch: tuple[Tensor, Tensor], batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        """Keep outputs until the whole split is seen."""
        images, labels = batch
        logits = self.network(images.contiguous(memory_format=torch.channels_last)).logits
        self._seen[dataloader_idx][0].append(logits.float())
        self._seen[dataloader_idx][1].append(labels)

    def on_validation_epoch_end(self) -> None:
        """Accuracy at each size, and their mean, by which checkpoints are chosen."""
        scores = []
        for pixels, (logits, labels) in zip(self.config.schedule.sizes, self._seen, strict=True):
            outputs = torch.cat(logits)
            score = multiclass_accuracy(
                outputs, torch.cat(labels), outputs.shape[1], average="micro"
            )
            self.log(f"val_{pixels}", 100 * score, prog_bar=True)
            scores.append(score)
        self.log("val", 100 * torch.stack(scores).mean())

    def configure_optimizers(self) -> Any:  # Lightning's own union of shapes
        """The config's optimiser; weight decay leaves biases and normalisations alone."""
        o = self.config.optimiser
        groups: list[dict[str, Any]] = []
        for parameters, factor in _rated(self.network):
            rate = o.learning_rate * factor
            for members, decay in (
                ([p for p in parameters if p.ndim > 1], o.weight_decay),
                ([p for p in parameters if p.ndim <= 1], 0.0),
            ):
                if members:
                    groups.append({"params": members, "lr": rate, "weight_decay": decay})
        if o.kind == "sgd":
            optimizer: torch.optim.Optimizer = torch.optim.SGD(
                groups, momentum=o.momentum, nesterov=o.momentum > 0
            )
        elif o.kind == "muon":
            optimizer = Muon(groups, momentum=o.momentum)
        else:
            optimizer = (torch.optim.AdamW if o.kind == "adamw" else torch.optim.Adam)(groups)
        if o.schedule == "constant":
            return optimizer
        if o.schedule == "exponential":
            return [optimizer], [torch.optim.lr_scheduler.ExponentialLR(optimizer, o.decay)]
        cycle = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            [group["lr"] for group in groups],
            total_steps=self.steps,
            pct_start=o.warm_up,
            # Of Adam and Muon it moves beta; of SGD it would replace the config's momentum.
            cycle_momentum=o.kind != "sgd",
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": cycle, "interval": "step"}}


def _rated(network: nn.Module) -> list[tuple[list[nn.Parameter], float]]:
    """Trainable parameters with their factor on the learning rate."""
    if hasattr(network, "parameter_groups"):
        return list(network.parameter_groups())
    return [([p for p in network.parameters() if p.requires_grad], 1.0)]


def build_network(config: ModelConfig) -> Any:
    """The network of a config, channels last, with random weights; gives a ``Reading``."""
    classes = len(data.class_names(config.data.labels))
    return config.network.build(classes).to(memory_format=torch.channels_last)


def _begin(config: ClassifyConfig, network: Any, faces: data.FacesSet, runs: Path) -> None:
    """Published weights, and what another run learned."""
    if hasattr(network, "start"):
        some = torch.from_numpy(faces.images[:512, None].astype(np.float32))
        network.start(some)
    if not config.start.run:
        return
    learned = weights_of(runs / config.start.run / "best.ckpt")
    for here, there in config.start.parts.items():
        prefix = f"{there}." if there else ""
        part = {k.removeprefix(prefix): v for k, v in learned.items() if k.startswith(prefix)}
        try:
            network.get_submodule(here).load_state_dict(part)
        except (RuntimeError, AttributeError) as error:
            raise ModelError(
                f"run {config.start.run}: its part {there or 'network'!r} does not fit "
                f"{config.name}'s {here or 'network'!r}"
            ) from error


def train(config: ClassifyConfig, source: Path, folder: Path, resume: bool) -> Path:
    """Train and return the best checkpoint (highest mean validation accuracy, averaged weights).

    Args:
        config: the run.
        source: data, see ``data.load_ferplus``.
        folder: where logs and checkpoints go; ``last.ckpt`` is written every epoch. Runs that
            this one begins with or is taught by lie beside it.
        resume: go on from ``last.ckpt`` where it exists.

    Raises:
        SettingsError: the run to go on with was begun with another config, or the faces are too
            few or of another size.
        ModelError: published weights, or a run to begin with, are missing or do not fit.
    """
    last = folder / "last.ckpt"
    resume = resume and last.is_file()
    keep_config(config, folder, resume)
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    lightning.seed_everything(config.schedule.seed, verbose=False)
    faces = FaceData(config, source, folder)
    classes = len(data.class_names(config.data.labels))
    loss = LabelLoss(config.loss, faces.training, classes)
    steps = config.schedule.epochs * len(faces.train_dataloader())
    if not steps:
        raise SettingsError(f"schedule.batch is {config.schedule.batch}: there are fewer faces")
    module = Recipe(config, steps, loss)
    if module.network.size != SIDE:
        raise SettingsError(f"network.size is {module.network.size}: faces here have {SIDE} pixels")
    if config.distill.teachers:
        teachers = [_teacher(name, config, folder.parent) for name in config.distill.teachers]
        images = faces.train_dataloader().dataset.images
        faces.answers = answers(config, teachers, images, folder)
    if not resume:
        _begin(config, module.network, faces.training, folder.parent)
    keeper = ModelCheckpoint(
        folder, filename="best", monitor="val", mode="max", enable_version_counter=False
    )
    trainer = make_trainer(config, folder, keeper)
    begun = time.monotonic()
    trainer.fit(module, faces, ckpt_path=str(last) if resume else None, weights_only=False)
    note_cost(folder, time.monotonic() - begun, trainer, len(faces.train_dataloader().dataset))
    return Path(keeper.best_model_path)


def make_trainer(
    config: ClassifyConfig, folder: Path, keeper: ModelCheckpoint
) -> lightning.Trainer:
    """A trainer that keeps the best and the last checkpoint in ``folder``."""
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
        precision="bf16-mixed",
        callbacks=callbacks,
        logger=CSVLogger(folder, name="logs"),
        default_root_dir=folder,
        reload_dataloaders_every_n_epochs=1,
        gradient_clip_val=config.optimiser.clip or None,
        num_sanity_val_steps=0,
        check_val_every_n_epoch=schedule.validate_every,
        log_every_n_steps=50,
        enable_model_summary=False,
        accelerator="gpu" if on_gpu else "cpu",
        devices="auto" if on_gpu else 1,
    )


def note_cost(folder: Path, seconds: float, trainer: lightning.Trainer, faces: int) -> None:
    """Add this sitting to ``run.json``: what the run has cost."""
    path = folder / "run.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    whole = {
        "seconds": round(before.get("seconds", 0) + seconds),
        "threads": torch.get_num_threads(),
        "epochs": trainer.current_epoch,
        "faces": trainer.current_epoch * faces,
    }
    path.write_text(json.dumps(whole), encoding="utf-8")


def _teacher(name: str, taught: ClassifyConfig, runs: Path) -> Any:
    """The network of a teacher's run; gives a ``Reading``."""
    config = load_config(CONFIGS / f"{name}.toml")
    if not isinstance(config, ClassifyConfig):
        raise SettingsError(f"{name} is no classifier: it can't teach")
    if config.data.labels != taught.data.labels:
        raise SettingsError(f"{name} knows {config.data.labels} labels: it can't teach others")
    return load_network(config, runs / name / "best.ckpt")


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


def load_network(config: ModelConfig, checkpoint: Path) -> Any:
    """The network of a checkpoint, ready to evaluate (averaged weights); gives a ``Reading``.

    Raises:
        ModelError: there is no checkpoint, or it is of another network.
    """
    network = build_network(config)
    try:
        network.load_state_dict(weights_of(checkpoint))
    except RuntimeError as error:
        raise ModelError(f"{checkpoint} is of another network than the config's") from error
    return network.eval()


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
