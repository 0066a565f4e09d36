"""The recipe of FSR-FER: a generator of features against a critic, around a fixed classifier.

First a CovPool baseline is trained on sharp faces with the classifying recipe. This recipe loads
it, leaves it as it is, and trains the generator to turn features of shrunk faces into those of
the sharp ones: one generator for all factors. Adversary, perceptual and feature distance are
weighted face by face (``losses_gan.sample_weights``), or not, for the ablation.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Literal

import lightning
import numpy as np
import torch
from pydantic import Field, model_validator
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from app.core.errors import ModelError
from training import data, protocol
from training.config import ClassifyConfig, ModelConfig, load_config
from training.loaders import epoch_seed, shuffled
from training.losses_gan import critic_loss, sample_weights, squared_distance
from training.networks.fsr import Critic, Fsr, FsrConfig
from training.recipe import load_network
from training.recipes.features import FACTORS, Batch, Pairs, kept_features
from training.record import built_on, finished
from training.running import ValidatedBySet, begin, fit, open_run
from training.section import Section


class CriticConfig(Section):
    """See ``networks.fsr.Critic``."""

    widths: tuple[int, ...] = Field(default=(64, 128, 256), min_length=1)
    fold: int = Field(default=4, gt=0)
    hidden: int = Field(default=100, gt=0)


class ObjectiveConfig(Section):
    """What generator and critic minimise.

    Attributes:
        adversary, perceptual, feature: weights of the three terms of equation 10. The
            perceptual distance is a sum of squares, as in equation 9; the feature distance,
            which the paper only names, is the mean over the elements.
        reweight: whether faces count by ``(sigma - p)^r``; if not, they all count as one.
        sigma, r: of those weights.
        k, p: of WGAN-div.
    """

    adversary: float = Field(default=1.0, ge=0)
    perceptual: float = Field(default=1.0, ge=0)
    feature: float = Field(default=1.0, ge=0)
    reweight: bool = True
    sigma: float = Field(default=1.5, gt=1)
    r: float = Field(default=1.0, gt=0)
    k: float = Field(default=2.0, gt=0)
    p: float = Field(default=6.0, gt=1)


class AdversaryOptimiserConfig(Section):
    """Adam for both networks.

    Attributes:
        beta1: 0, as published: a moving opponent makes momentum harmful.
        halve_at: iterations at which the rate is halved.
    """

    learning_rate: float = Field(default=2e-4, gt=0)
    beta1: float = Field(default=0.0, ge=0, lt=1)
    halve_at: tuple[int, ...] = (20_000, 50_000, 100_000, 200_000)


class FeatureSrConfig(ModelConfig):
    """A run of this recipe.

    Attributes:
        baseline: name of the CovPool run that is the fixed classifier; its folder lies beside
            this run's.
        factors: by which faces are shrunk.
    """

    recipe: Literal["feature_sr"] = "feature_sr"
    network: FsrConfig
    baseline: str = Field(pattern="^[a-z0-9_-]+$")
    factors: tuple[int, ...] = Field(default=FACTORS, min_length=1)
    critic: CriticConfig = CriticConfig()
    objective: ObjectiveConfig = ObjectiveConfig()
    optimiser: AdversaryOptimiserConfig = AdversaryOptimiserConfig()

    @model_validator(mode="after")
    def _fits(self) -> FeatureSrConfig:
        if self.network.generator is None:
            raise ValueError("network.generator is needed: it is what this recipe trains")
        if self.network.rows[-1] % (self.critic.fold * 2 ** len(self.critic.widths)):
            raise ValueError("network.rows must be divisible by critic.fold and 2 a stage")
        if any(not 1 <= factor <= 12 for factor in self.factors):
            raise ValueError("factors must be within 1 and 12")
        return self


class FeatureData(lightning.LightningDataModule):
    """Loaders of one run.

    Args:
        config: the run.
        faces: what ``protocol.load`` gave.
        folder: of the run; features are kept there.
        network: holds the extractor.
    """

    def __init__(
        self, config: FeatureSrConfig, faces: data.FacesSet, folder: Path, network: Fsr
    ) -> None:
        super().__init__()
        self.config = config
        learned = protocol.training_faces(config.data, faces)
        shares, usable = protocol.targets(config.data, True, learned)
        self.labels = shares[usable].argmax(axis=1).astype(np.int64)
        held, held_labels = protocol.held_out(config.data, faces, data.VALIDATION)
        self.held_labels = torch.from_numpy(held_labels.astype(np.int64))
        extractor = network.baseline.eval()
        factors = (1, *config.factors)
        self.learned = kept_features(
            folder / "training.npy", extractor, learned.images[usable], factors
        )
        self.held = kept_features(folder / "held.npy", extractor, held.images, config.factors)

    def train_dataloader(self) -> DataLoader[Batch]:
        """Shuffled by seed and epoch."""
        schedule = self.config.schedule
        epoch = self.trainer.current_epoch if self.trainer else 0
        pairs = Pairs(self.learned, self.labels, schedule.seed, epoch)
        order = shuffled(len(pairs), epoch_seed(schedule.seed, epoch))
        return DataLoader(pairs, schedule.batch, sampler=order, drop_last=True, collate_fn=_as_is)

    def val_dataloader(self) -> list[DataLoader[tuple[Tensor, ...]]]:
        """Validation faces by the protocol, one loader a factor."""
        return [
            DataLoader(TensorDataset(torch.from_numpy(features.copy()), self.held_labels), 256)
            for features in self.held
        ]


def _as_is(batch: Batch) -> Batch:
    return batch


class FeatureSr(ValidatedBySet):
    """Generator and critic in turns; the baseline stays as it is.

    Args:
        config: the run.
        network: with the baseline's weights.
    """

    each_shown = False

    def __init__(self, config: FeatureSrConfig, network: Fsr) -> None:
        sets = [f"val_x{factor}" for factor in config.factors]
        super().__init__(sets, len(data.class_names(config.data.labels)))
        self.automatic_optimization = False
        self.config = config
        self.network = network
        self.network.baseline.requires_grad_(False)
        if network.generator is None:
            raise ModelError("the network has no generator to train")
        self.generator = network.generator
        c = config.critic
        self.critic = Critic(config.network.rows[-1], c.widths, c.fold, c.hidden)

    def train(self, mode: bool = True) -> FeatureSr:
        """Training mode for generator and critic; the baseline's statistics stay fixed."""
        super().train(mode)
        self.network.baseline.eval()
        return self

    def training_step(self, batch: Batch, batch_idx: int) -> None:
        """One step of the critic, then one of the generator."""
        small, sharp, labels = batch
        first, second = self.optimizers()
        made = self.generator(small)
        space = self.generator.space
        o = self.config.objective
        self.critic.requires_grad_(True)
        of_critic = critic_loss(self.critic, space(sharp), space(made), o.k, o.p)
        first.zero_grad()
        self.manual_backward(of_critic)
        first.step()
        self.critic.requires_grad_(False)
        of_generator, parts = self.generator_loss(made, sharp, labels)
        second.zero_grad()
        self.manual_backward(of_generator)
        second.step()
        for schedule in self.lr_schedulers():
            schedule.step()
        self.log("critic", of_critic, on_epoch=True, prog_bar=True)
        self.log_dict(parts, on_epoch=True)

    def generator_loss(
        self, made: Tensor, sharp: Tensor, labels: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Equations 7 to 11, mean over the batch, and its unweighted parts.

        Distances of features are taken in the standardised space of the critic.

        Args:
            made: (n, width) generated features.
            sharp: (n, width) those of the sharp faces.
            labels: (n,).
        """
        o = self.config.objective
        space, baseline = self.generator.space, self.network.baseline
        perceived = baseline.perceive(made)
        adversary = self.critic(space(made))
        perceptual = squared_distance(perceived, baseline.perceive(sharp))
        feature = squared_distance(space(made), space(sharp)) / made.shape[1]
        each = o.adversary * adversary + o.perceptual * perceptual + o.feature * feature
        if o.reweight:
            each = each * sample_weights(baseline.head(perceived), labels, o.sigma, o.r)
        parts = {"adversary": adversary, "perceptual": perceptual, "feature": feature}
        return each.mean(), {name: value.detach().mean() for name, value in parts.items()}

    def answer(self, inputs: Tensor) -> Tensor:
        """(n, classes) logits of (n, width) features of small faces."""
        return self.network.baseline.read(self.generator(inputs))

    def configure_optimizers(self) -> Any:  # Lightning's own union of shapes
        """Adam (Kingma & Ba, 2015) for the critic, then for the generator."""
        o = self.config.optimiser
        optimizers = [
            torch.optim.Adam(module.parameters(), o.learning_rate, (o.beta1, 0.999))
            for module in (self.critic, self.generator)
        ]
        halving = [
            torch.optim.lr_scheduler.MultiStepLR(optimizer, list(o.halve_at), gamma=0.5)
            for optimizer in optimizers
        ]
        return optimizers, halving


def with_baseline(config: FeatureSrConfig, runs: Path) -> Fsr:
    """The network of a run, with the weights of its baseline and a fresh generator.

    Raises:
        ModelError: there is no such run, it is not finished, or of another network or other
            labels.
        SettingsError: its config can't be understood, is not of a classifier, or has another
            split.
    """
    folder = built_on(config.baseline, config, runs)
    baseline = load_config(folder / "config.json", ClassifyConfig)
    alone = config.network.model_copy(update={"generator": None})
    if baseline.network != alone or baseline.data.labels != config.data.labels:
        raise ModelError(
            f"run {config.baseline} is of another network or other labels than {config.name}'s "
            "[network] without its generator"
        )
    classes = len(data.class_names(config.data.labels))
    network = config.network.build(classes)
    trained: Fsr = load_network(baseline, folder / "best.ckpt")
    network.baseline.load_state_dict(trained.baseline.state_dict())
    return network.to(memory_format=torch.channels_last)


def train(config: FeatureSrConfig, source: Path, folder: Path, resume: bool) -> Path:
    """Train and return the best checkpoint (highest mean validation accuracy over the factors).

    Args:
        config: the run.
        source: data, see ``data.open_faces``.
        folder: where logs, checkpoints and features go; ``last.ckpt`` is written every epoch.
            The baseline's run lies beside it.
        resume: go on from ``last.ckpt`` where it exists; a finished run is left as it is.

    Raises:
        SettingsError: the run to go on with was begun with another config, or the baseline had
            another split.
        DataError: it was begun with other faces.
        ModelError: the baseline is missing, not finished or does not fit, or the checkpoint to go
            on from is damaged.
    """
    faces, last = open_run(config, source, folder, resume)
    if last is not None and finished(folder):
        return last
    network = with_baseline(config, folder.parent)
    module = FeatureSr(config, network)
    begin(config, folder, last, faces)
    features = FeatureData(config, faces, folder, network)
    if last is None:
        module.generator.space.fit(torch.from_numpy(np.array(features.learned[0])))
    with warnings.catch_warnings():
        # The baseline's statistics are fixed on purpose.
        warnings.filterwarnings("ignore", ".*eval mode at the start of training.*")
        return fit(config, module, features, folder, last, len(features.labels), alone=True)
