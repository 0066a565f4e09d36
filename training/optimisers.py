"""The optimiser that a config names, and how its rate moves."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from training.config import OptimiserConfig
from training.muon import Muon


def make_optimiser(o: OptimiserConfig, network: nn.Module, steps: int) -> Any:
    """What Lightning's ``configure_optimizers`` gives: an optimiser, and its schedule if any.

    Weight decay leaves biases and normalisations alone.

    Args:
        o: the config.
        network: may have ``parameter_groups``, see ``_rated``.
        steps: of the whole run.
    """
    groups: list[dict[str, Any]] = []
    for parameters, factor in _rated(network):
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
        total_steps=steps,
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
