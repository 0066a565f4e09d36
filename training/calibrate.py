"""Calibration on validation faces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training import data, protocol
from training.augment import at_size
from training.config import DataConfig
from training.losses import soft_cross_entropy


def logits_and_shares(
    network: Any, config: DataConfig, faces: data.FacesSet, sizes: Sequence[int], side: int
) -> tuple[Tensor, Tensor]:
    """What a network says of the validation faces that the protocol keeps, at every size.

    The app can't choose how large its faces are, so all sizes count alike.

    Args:
        network: gives a ``Reading``.
        config: of the run.
        faces: the whole set.
        sizes: in pixels.
        side: of the network's crop.

    Returns:
        (n, classes) logits and (n, classes) vote shares.
    """
    chosen, _ = protocol.held_out(config, faces, data.VALIDATION)
    shares, _ = data.targets(chosen, config.labels)
    parts = []
    for pixels in sizes:
        crops = at_size(chosen.images, pixels, side)[:, None].astype(np.float32)
        with torch.inference_mode():
            parts += [network(chunk).logits.float() for chunk in torch.from_numpy(crops).split(256)]
    return torch.cat(parts), torch.from_numpy(shares).repeat(len(sizes), 1)


def fit(logits: Tensor, shares: Tensor, with_bias: bool) -> tuple[float, Tensor]:
    """Temperature (Guo et al., 2017), and a bias a class where asked, by maximum likelihood.

    Args:
        logits: (n, classes).
        shares: (n, classes) vote shares.
        with_bias: False leaves the biases 0.
    """
    logits, shares = logits.clone(), shares.clone()
    log_temperature = torch.zeros((), requires_grad=True)
    bias = torch.zeros(logits.shape[1], requires_grad=True)
    free = [log_temperature, bias] if with_bias else [log_temperature]
    optimizer = torch.optim.LBFGS(free, max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = soft_cross_entropy(logits / log_temperature.exp() + bias, shares)
        value.backward()
        return value

    optimizer.step(loss)
    return float(log_temperature.exp().detach()), (bias - bias.mean()).detach()
