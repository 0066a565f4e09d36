"""Calibration on validation faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from training import data, protocol
from training.augment import at_size
from training.config import DataConfig, ExportConfig
from training.losses import soft_cross_entropy
from training.measure import Predict
from training.networks.reading import BySharpness, sharpness

_LEAST: Final = np.float32(1e-37)
"""Probability that has a logarithm."""
_TARGETS: Final = {"votes": "vote distributions", "majority": "majority labels"}
"""Of FER+; FER2013 has one label a face."""


@dataclass(frozen=True)
class Calibration:
    """Constants of the graph that make probabilities of logits.

    Attributes:
        temperature: divides the logits.
        slope: the temperature is divided by exp(slope * the standard deviation of the logits).
        bias: (classes,) added afterwards; None: nothing.
        target: what they were fitted to, see ``config.ExportConfig``.
        balance: see there.
        fitted_bias: whether ``bias`` was fitted, and not only made by ``balance``.
        sharp: how the temperature depends on the crop; None: not at all.
    """

    temperature: float = 1.0
    slope: float = 0.0
    bias: Tensor | None = None
    target: Literal["votes", "majority"] = "votes"
    balance: float = 0.0
    fitted_bias: bool = True
    sharp: BySharpness | None = None

    def words(self, labels: data.Labels) -> dict[str, Any]:
        """For the card of a model that was trained for these labels."""
        what = "temperature"
        depends = ["the spread of the logits"] if self.slope else []
        if self.sharp is not None:
            depends.append("the sharpness of the crop")
        if depends:
            what += f" that depends on {' and '.join(depends)}"
        if self.bias is not None and self.fitted_bias:
            what += " and a bias a class"
        target = _TARGETS[self.target] if labels == "ferplus" else "FER2013 labels"
        method = f"{what}, fitted to the {target} of the validation faces"
        if self.balance:
            method += (
                f"; {self.balance:g} of the log frequencies of the classes taken off, so that "
                "rare ones are read more often"
            )
        found: dict[str, Any] = {
            "method": method,
            "temperature": round(self.temperature, 4),
            "inside_graph": True,
        }
        if self.slope:
            found["slope"] = round(self.slope, 4)
        if self.sharp is not None:
            found["sharpness"] = {k: round(v, 4) for k, v in self.sharp._asdict().items()}
        if self.bias is not None:
            found["bias"] = [round(float(value), 4) for value in self.bias]
        return found


class Asked(NamedTuple):
    """What a model says of the validation faces, and what it should have said.

    Attributes:
        logits: (n, classes), up to a constant a face.
        shares: (n, classes) vote shares, or the labels' as ones and zeros.
        sharpness: (n,) of the crops.
    """

    logits: Tensor
    shares: Tensor
    sharpness: Tensor


def ask(
    predict: Predict,
    config: DataConfig,
    faces: data.FacesSet,
    sizes: Sequence[int],
    side: int,
    hard: bool = False,
) -> Asked:
    """What a model says of the validation faces that the protocol keeps, at every size.

    The app can't choose how large its faces are, so all sizes count alike.

    Args:
        predict: crops to probabilities that nothing has calibrated yet.
        config: of the run.
        faces: the whole set.
        sizes: in pixels.
        side: of the network's crop.
        hard: whether the majority's label takes the place of the votes.
    """
    chosen, labels = protocol.held_out(config, faces, data.VALIDATION)
    shares, _ = data.targets(chosen, config.labels)
    if hard:
        shares = np.eye(shares.shape[1], dtype=np.float32)[labels]
    parts, sharp = [], []
    for pixels in sizes:
        crops = at_size(chosen.images, pixels, side)[:, None].astype(np.float32)
        parts.append(predict(crops)[:, : shares.shape[1]])
        sharp.append(sharpness(torch.from_numpy(crops)))
    logits = torch.from_numpy(np.log(np.concatenate(parts).clip(_LEAST)))
    return Asked(logits, torch.from_numpy(shares).repeat(len(sizes), 1), torch.cat(sharp))


def frequencies(config: DataConfig, faces: data.FacesSet) -> Tensor:
    """(classes,) share of each class among the faces to learn from; one face at least."""
    shares, usable = data.targets(protocol.training_faces(config, faces), config.labels)
    counts = np.bincount(shares[usable].argmax(axis=1), minlength=shares.shape[1]).clip(1)
    return torch.from_numpy(counts / counts.sum()).float()


def fit(asked: Asked, choice: ExportConfig, frequent: Tensor | None = None) -> Calibration:
    """Calibrate by maximum likelihood.

    A temperature (Guo et al., 2017); with ``choice.adaptive`` one that depends on how far the
    logits are apart, in the manner of adaptive temperature scaling (Balanya et al., 2024, who
    take the entropy), with ``choice.by_sharpness`` on how sharp the crop is; with ``choice.bias``
    a bias a class. ``choice.balance`` then takes that share of the log frequencies off the logits
    (logit adjustment, Menon et al., 2021), so that rare classes are read more often, and the
    temperature is fitted again around it.

    Args:
        asked: what the model says, and what it should have said.
        choice: what is fitted.
        frequent: (classes,) of the training faces, needed by ``balance``.
    """
    logits, shares, sharp = (part.clone() for part in asked)
    spread = logits.std(dim=1, keepdim=True)
    # What is sharper or more blurred than these faces counts as the last of them.
    low, high = torch.quantile(sharp, torch.tensor([0.01, 0.99])).tolist()
    blur = sharp.clamp(low, high)[:, None] - high
    scale = torch.zeros((), requires_grad=True)
    slope = torch.zeros((), requires_grad=choice.adaptive)
    factor = torch.zeros((), requires_grad=choice.by_sharpness)
    bias = torch.zeros(logits.shape[1], requires_grad=choice.bias)

    def descend() -> None:
        free = [part for part in (scale, slope, factor, bias) if part.requires_grad]
        optimizer = torch.optim.LBFGS(free, max_iter=200, line_search_fn="strong_wolfe")

        def loss() -> Tensor:
            optimizer.zero_grad()
            scaled = logits * (scale + slope * spread + factor * blur).exp()
            value = soft_cross_entropy(scaled + bias, shares)
            value.backward()
            return value

        optimizer.step(loss)

    descend()
    if choice.balance:
        assert frequent is not None, "balance needs the frequencies"
        bias = bias.detach() - choice.balance * frequent.log()
        descend()
    bias = (bias - bias.mean()).detach() if choice.bias or choice.balance else None
    return Calibration(
        float((-scale).exp().detach()),
        float(slope.detach()),
        bias,
        choice.fit_to,
        choice.balance,
        choice.bias,
        BySharpness(float(factor.detach()), low, high) if choice.by_sharpness else None,
    )
