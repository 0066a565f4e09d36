"""Pretraining of EDSR on down-sampled faces (Lim et al., 2017), for the runs that build on it.

A sharp face is shrunk by area averaging, as the low-resolution protocol shrinks, and EDSR learns
to give it back. A higher factor begins with the weights of a lower one. The weights lie in
``best.ckpt`` under ``network.sr``: a classifying run takes them over with ``[start]``
``run = "..."``, ``parts = {sr = "sr"}``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import cv2
import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchmetrics.functional.image import peak_signal_noise_ratio

from app.core.errors import ModelError
from training import data, protocol
from training.config import OptimiserConfig, RunConfig, load_config
from training.loaders import epoch_seed, shuffled
from training.losses import restoration
from training.networks.edsr import EDSR, scaled
from training.optimisers import make_optimiser
from training.record import built_on, finished
from training.running import begin, fit, open_run, weights_of
from training.section import Section

_BATCH = 256


class RestoreSection(Section):
    """What is learned; see ``networks.edsr.EDSR`` for its shape.

    Attributes:
        factor: the faces are shrunk by this, and enlarged again.
        loss: distance between the restored and the sharp face.
        start: name of the run of a lower factor, beside this one, to begin with.
    """

    factor: Literal[2, 4] = 2
    features: int = Field(default=128, gt=0)
    blocks: int = Field(default=16, gt=0)
    scaling: float = Field(default=0.1, gt=0, le=1)
    skip: bool = False
    loss: Literal["l1", "l2"] = "l1"
    start: str = ""

    def build(self) -> EDSR:
        """The network, with random weights."""
        return EDSR(self.factor, self.features, self.blocks, self.scaling, self.skip)


class RestoreConfig(RunConfig):
    """A whole run of this recipe."""

    recipe: Literal["restore"]
    restore: RestoreSection
    optimiser: OptimiserConfig = OptimiserConfig()


class RestoreData(lightning.LightningDataModule):
    """Sharp faces, (n, 1, 48, 48) grey 0..255; training faces are mirrored at random.

    Args:
        config: the run.
        faces: what ``protocol.load`` gave.
    """

    def __init__(self, config: RestoreConfig, faces: data.FacesSet) -> None:
        super().__init__()
        self.schedule = config.schedule
        self.training = protocol.training_faces(config.data, faces).images
        self.held = protocol.held_out(config.data, faces, data.VALIDATION)[0].images

    def train_dataloader(self) -> DataLoader[tuple[Tensor, ...]]:
        """Shuffled and mirrored by seed and epoch."""
        epoch = self.trainer.current_epoch if self.trainer else 0
        seed = epoch_seed(self.schedule.seed, epoch)
        mirrored = np.random.default_rng(seed).random(len(self.training)) < 0.5
        images = self.training.copy()
        images[mirrored] = images[mirrored, :, ::-1]
        return DataLoader(
            _as_set(images), self.schedule.batch, sampler=shuffled(len(images), seed),
            drop_last=True,
        )  # fmt: skip

    def val_dataloader(self) -> DataLoader[tuple[Tensor, ...]]:
        """Validation faces as they are."""
        return DataLoader(_as_set(self.held), _BATCH)


def _as_set(images: NDArray[np.uint8]) -> TensorDataset:
    return TensorDataset(torch.from_numpy(images[:, None]))


class Restoration(lightning.LightningModule):
    """EDSR, and the distance to the sharp face that it learns by.

    Args:
        config: the run.
    """

    def __init__(self, config: RestoreConfig) -> None:
        super().__init__()
        self.config = config
        self.network = nn.ModuleDict({"sr": config.restore.build()})
        self.network.to(memory_format=torch.channels_last)

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        """Loss of one batch."""
        sharp = batch[0].float()
        restored = self.network["sr"](shrunk(sharp, self.config.restore.factor))
        loss = restoration(scaled(restored), scaled(sharp), self.config.restore.loss)
        self.log("restore", loss, prog_bar=True, on_epoch=True)
        return loss

    def validation_step(self, batch: list[Tensor], batch_idx: int) -> None:
        """Mean PSNR of the faces, by which checkpoints are chosen."""
        sharp = batch[0].float()
        restored = self.network["sr"](shrunk(sharp, self.config.restore.factor))
        value = psnr(restored, sharp).mean()
        self.log("val", value, prog_bar=True, batch_size=len(sharp), sync_dist=True)

    def configure_optimizers(self) -> Any:  # Lightning's own union of shapes
        """The config's optimiser and schedule."""
        steps = int(self.trainer.estimated_stepping_batches)
        return make_optimiser(self.config.optimiser, self.network, steps)


def shrunk(sharp: Tensor, factor: int) -> Tensor:
    """(n, 1, s, s) grey 0..255 to whole greys (n, 1, s / factor, s / factor), area averaging."""
    return F.avg_pool2d(sharp, factor).round()


def bicubic(small: Tensor, factor: int) -> Tensor:
    """(n, 1, s, s) grey 0..255 to (n, 1, s * factor, s * factor), as the app enlarges faces."""
    side = small.shape[-1] * factor
    pictures = [
        cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC)
        for picture in small[:, 0].numpy()
    ]
    return torch.from_numpy(np.stack(pictures))[:, None]


def psnr(restored: Tensor, sharp: Tensor) -> Tensor:
    """(n,) dB of (n, 1, s, s) pictures, grey 0..255."""
    return peak_signal_noise_ratio(
        restored.float().clamp(0, 255), sharp, data_range=255.0, dim=(1, 2, 3), reduction="none"
    )


def train(config: RestoreConfig, source: Path, folder: Path, resume: bool) -> Path:
    """Train and return the best checkpoint (highest validation PSNR).

    Args:
        config: the run.
        source: data, see ``data.open_faces``.
        folder: of the run; a run to begin with lies beside it.
        resume: go on from ``last.ckpt`` where it exists; a finished run is left as it is.

    Raises:
        SettingsError: the run to go on with was begun with another config, or the run to begin
            with had another split.
        DataError: it was begun with other faces.
        ModelError: the run to begin with is missing, not finished or does not fit, or the
            checkpoint to go on from is damaged.
    """
    faces, last = open_run(config, source, folder, resume)
    if last is not None and finished(folder):
        return last
    sharp = RestoreData(config, faces)
    module = Restoration(config)
    if config.restore.start and last is None:
        lower = load_sr(built_on(config.restore.start, config, folder.parent))
        module.network["sr"].take_over(lower)
    begin(config, folder, last, faces)
    return fit(config, module, sharp, folder, last, len(sharp.training))


def load_sr(folder: Path) -> EDSR:
    """The network of a run of this recipe, with its best weights.

    Raises:
        ModelError: there is no such run, or its weights are of another network.
        SettingsError: its config is missing, or of another recipe.
    """
    weights = weights_of(folder / "best.ckpt")
    network = load_config(folder / "config.json", RestoreConfig).restore.build()
    learned = {name.removeprefix("sr."): value for name, value in weights.items()}
    try:
        network.load_state_dict(learned)
    except RuntimeError as error:
        raise ModelError(f"{folder}: best.ckpt is of another network than config.json") from error
    return network
