"""The classifying recipe: faces of many sizes, their votes or labels, one network end to end.

Lightning runs the loop, the checkpoints, resuming, mixed precision and several devices.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from app.core.errors import ModelError, SettingsError
from training import data
from training.config import CONFIGS, ClassifyConfig, ModelConfig, load_config
from training.loaders import SIDE, Batch, FaceData
from training.losses import LabelLoss, distillation, restoration
from training.networks.reading import Reading
from training.optimisers import make_optimiser
from training.record import built_on, check_config, finished
from training.running import ValidatedBySet, begin, fit, open_run, weights_of
from training.teachers import answered, answers


class Recipe(ValidatedBySet):
    """Labels, restoration and teachers.

    Args:
        config: the run.
        loss: on the labels.
    """

    def __init__(self, config: ClassifyConfig, loss: LabelLoss) -> None:
        sets = [f"val_{pixels}" for pixels in config.schedule.sizes]
        super().__init__(sets, len(data.class_names(config.data.labels)))
        self.config = config
        self.loss = loss
        self.network = build_network(config)

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Loss of one batch."""
        degraded, sharp, shares, answers = batch
        c = self.config
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

    def answer(self, inputs: Tensor) -> Tensor:
        """(n, classes) logits of (n, 1, s, s) faces."""
        return self.network(inputs.contiguous(memory_format=torch.channels_last)).logits.float()

    def configure_optimizers(self) -> Any:  # Lightning's own union of shapes
        """The config's optimiser and schedule."""
        steps = int(self.trainer.estimated_stepping_batches)
        return make_optimiser(self.config.optimiser, self.network, steps)


def build_network(config: ModelConfig) -> Any:
    """The network of a config, channels last, with random weights; gives a ``Reading``."""
    classes = len(data.class_names(config.data.labels))
    return config.network.build(classes).to(memory_format=torch.channels_last)


def _begin(config: ClassifyConfig, network: Any, faces: data.FacesSet, runs: Path) -> None:
    """Published weights, and what other runs learned."""
    if hasattr(network, "start"):
        some = torch.from_numpy(faces.images[:512, None].astype(np.float32))
        network.start(some)
    for start in config.start:
        learned = weights_of(built_on(start.run, config, runs) / "best.ckpt")
        for here, there in start.parts.items():
            prefix = f"{there}." if there else ""
            part = {k.removeprefix(prefix): v for k, v in learned.items() if k.startswith(prefix)}
            try:
                network.get_submodule(here).load_state_dict(part)
            except (RuntimeError, AttributeError) as error:
                raise ModelError(
                    f"run {start.run}: its part {there or 'network'!r} does not fit "
                    f"{config.name}'s {here or 'network'!r}"
                ) from error


def train(config: ClassifyConfig, source: Path, folder: Path, resume: bool) -> Path:
    """Train and return the best checkpoint (highest mean validation accuracy, averaged weights).

    Args:
        config: the run.
        source: data, see ``data.open_faces``.
        folder: where logs and checkpoints go; ``last.ckpt`` is written every epoch. Runs that
            this one begins with or is taught by lie beside it.
        resume: go on from ``last.ckpt`` where it exists; a finished run is left as it is.

    Raises:
        SettingsError: the run to go on with was begun with another config, the faces are too few
            or of another size, or a run to begin with or to be taught by does not fit.
        DataError: it was begun with other faces.
        ModelError: published weights, or a run to begin with or to be taught by, are missing, not
            finished or do not fit, or the checkpoint to go on from is damaged.
    """
    whole, last = open_run(config, source, folder, resume)
    if last is not None and finished(folder):
        return last
    faces = FaceData(config, whole)
    classes = len(data.class_names(config.data.labels))
    loss = LabelLoss(config.loss, faces.training, classes)
    module = Recipe(config, loss)
    if module.network.size != SIDE:
        raise SettingsError(f"network.size is {module.network.size}: faces here have {SIDE} pixels")
    names = () if last is not None and answered(folder) else config.distill.teachers
    teachers = [_teacher(name, config, folder.parent) for name in names]
    if last is None:
        _begin(config, module.network, faces.training, folder.parent)
    begin(config, folder, last, whole)
    if config.distill.teachers:
        faces.examples.answers = answers(config, teachers, faces.examples.images, folder)
    return fit(config, module, faces, folder, last, len(faces.examples))


def _teacher(name: str, taught: ClassifyConfig, runs: Path) -> Any:
    """The network of a teacher's run; gives a ``Reading``."""
    config = load_config(CONFIGS / f"{name}.toml")
    if not isinstance(config, ClassifyConfig):
        raise SettingsError(f"{name} is no classifier: it can't teach")
    if config.data.labels != taught.data.labels:
        raise SettingsError(f"{name} knows {config.data.labels} labels: it can't teach others")
    folder = built_on(name, taught, runs)
    check_config(config, folder)
    return load_network(config, folder / "best.ckpt")


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
