from __future__ import annotations

import pytest
import torch
from torch import nn

from training.losses_gan import critic_loss, sample_weights, squared_distance


class Affine(nn.Module):
    """(n, d) to (n,)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.line = nn.Linear(size, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.line(x).squeeze(1)


def trained_critic(real: torch.Tensor, fake: torch.Tensor) -> nn.Module:
    torch.manual_seed(0)
    critic = Affine(real.shape[1])
    optimizer = torch.optim.Adam(critic.parameters(), 0.02)
    for _ in range(300):
        optimizer.zero_grad()
        critic_loss(critic, real, fake).backward()
        optimizer.step()
    return critic


@pytest.mark.parametrize("distance", [0.5, 1.0, 3.0])
def test_the_critics_difference_estimates_the_distance(distance: float) -> None:
    """Points at a distance W: the best slope is (W / k p)^(1 / (p - 1)), by hand."""
    real = torch.zeros(8, 2)
    fake = torch.tensor([0.6, 0.8]).mul(distance).expand(8, 2)
    critic = trained_critic(real, fake)
    difference = (critic(fake).mean() - critic(real).mean()).item()
    assert difference == pytest.approx(distance * (distance / 12) ** (1 / 5), rel=0.02)


def test_the_generator_moves_to_the_data() -> None:
    torch.manual_seed(0)
    real = torch.randn(64, 2) + torch.tensor([4.0, -2.0])
    start = torch.randn(64, 2)
    shift = nn.Parameter(torch.zeros(2))
    critic = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1), nn.Flatten(0))
    first = torch.optim.Adam(critic.parameters(), 0.02, betas=(0.0, 0.999))
    second = torch.optim.Adam([shift], 0.05, betas=(0.0, 0.999))
    for _ in range(200):
        first.zero_grad()
        critic_loss(critic, real, start + shift).backward()
        first.step()
        second.zero_grad()
        critic(start + shift).mean().backward()
        second.step()
    before = (start.mean(0) - real.mean(0)).norm()
    after = ((start + shift).mean(0) - real.mean(0)).norm()
    assert after < 0.2 * before


def test_the_generator_is_not_trained_by_the_critics_loss() -> None:
    fake = torch.randn(4, 3, requires_grad=True)
    critic_loss(Affine(3), torch.randn(4, 3), fake).backward()
    assert fake.grad is None


def test_a_constant_critic_has_a_gradient() -> None:
    critic = Affine(2)
    nn.init.zeros_(critic.line.weight)
    critic_loss(critic, torch.zeros(4, 2), torch.ones(4, 2)).backward()
    torch.testing.assert_close(critic.line.weight.grad, -torch.ones(1, 2))


def test_weights_are_equation_11() -> None:
    probabilities = torch.tensor([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5]])
    labels = torch.tensor([0, 0, 1])
    logits = probabilities.log().requires_grad_(True)
    weights = sample_weights(logits, labels)
    torch.testing.assert_close(weights, torch.tensor([0.6, 1.2, 1.0]))
    assert not weights.requires_grad
    squared = sample_weights(logits, labels, sigma=2.0, r=2.0)
    torch.testing.assert_close(squared, torch.tensor([1.21, 2.89, 2.25]))


def test_squared_distance_is_equation_9() -> None:
    made, wanted = torch.tensor([[1.0, 2.0], [0.0, 0.0]]), torch.tensor([[0.0, 0.0], [0.0, 3.0]])
    torch.testing.assert_close(squared_distance(made, wanted), torch.tensor([5.0, 9.0]))
