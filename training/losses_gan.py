"""Losses that train generator and critic of ``networks.fsr``."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Judge = Callable[[Tensor], Tensor]
"""(n, ...) samples to (n,) numbers."""


def critic_loss(judge: Judge, real: Tensor, fake: Tensor, k: float = 2.0, p: float = 6.0) -> Tensor:
    """What the critic minimises: WGAN-div (Wu et al., 2018), equation 8 of the FSR-FER paper.

    ``E[D(real)] - E[D(fake)] + k E[|grad D(x)|^p]`` with every x on the line between a real and
    a generated sample. So the critic is low on real samples and high on generated ones, and the
    generator minimises ``E[D(fake)]`` (equation 7). Equations 5 and 6 of that paper, of WGAN,
    have the opposite sign in both places; mixing the two pairs would drive the generator away
    from the data. Where D is linear and the two distributions are points at distance W, the
    best critic has the slope ``(W / (k p))^(1 / (p - 1))``, so ``E[D(fake)] - E[D(real)]``
    grows with W alone, without a Lipschitz bound.

    Args:
        judge: the critic.
        real, fake: (n, ...) samples; ``fake`` is not trained by this.
        k, p: weight and power of the gradient's norm.
    """
    real, fake = real.detach(), fake.detach()
    share = torch.rand(len(real), *(1,) * (real.ndim - 1), device=real.device, dtype=real.dtype)
    between = (share * real + (1 - share) * fake).requires_grad_(True)
    (gradient,) = torch.autograd.grad(judge(between).sum(), between, create_graph=True)
    # The power of the squared norm has a finite slope where the gradient is zero.
    steepness = gradient.flatten(1).square().sum(dim=1).pow(p / 2)
    return judge(real).mean() - judge(fake).mean() + k * steepness.mean()


def squared_distance(made: Tensor, wanted: Tensor) -> Tensor:
    """Squared Euclidean distance of every sample, (n, d) and (n, d) to (n,): equation 9."""
    return (made - wanted).square().sum(dim=1)


def sample_weights(logits: Tensor, labels: Tensor, sigma: float = 1.5, r: float = 1.0) -> Tensor:
    """Classification-aware weights ``(sigma - p)^r``, equation 11, as constants.

    Args:
        logits: (n, classes) of the fixed classifier on the generated features.
        labels: (n,) true classes; p is the probability that the classifier gives them.
        sigma: over 1, so that no sample's weight is zero.
        r: how much more what is hard to classify counts.

    Returns:
        (n,).
    """
    probabilities = torch.softmax(logits.detach().float(), dim=1)
    right = probabilities.gather(1, labels.unsqueeze(1)).squeeze(1)
    return (sigma - right) ** r
