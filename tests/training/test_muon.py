from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from training.muon import Muon, orthogonal


@pytest.mark.parametrize("shape", [(16, 64), (64, 16), (32, 32), (9, 400)])
def test_orthogonal_brings_singular_values_near_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    u, spread, vt = torch.linalg.svd(torch.randn(shape), full_matrices=False)
    given = u * torch.linspace(90, 5, len(spread)) @ vt
    result = torch.linalg.svdvals(orthogonal(given))
    assert 0.65 < result.min() <= result.max() < 1.2


def test_orthogonal_keeps_the_directions() -> None:
    torch.manual_seed(0)
    given = torch.randn(12, 40)
    u, _, vt = torch.linalg.svd(given, full_matrices=False)
    cosine = (orthogonal(given) * (u @ vt)).sum() / (orthogonal(given).norm() * (u @ vt).norm())
    assert cosine > 0.98


def stepped(parameter: nn.Parameter, gradient: Tensor, **options: float) -> Tensor:
    """The change that one step makes."""
    before = parameter.detach().clone()
    parameter.grad = gradient
    Muon([parameter], lr=0.01, **options).step()
    return parameter.detach() - before


def test_a_convolution_is_a_matrix_with_a_row_an_output_channel() -> None:
    torch.manual_seed(0)
    gradient = torch.randn(16, 8, 3, 3)
    kernel = nn.Parameter(torch.zeros(16, 8, 3, 3).to(memory_format=torch.channels_last))
    change = stepped(kernel, gradient.to(memory_format=torch.channels_last))
    flat = stepped(nn.Parameter(torch.zeros(16, 72)), gradient.reshape(16, 72))
    torch.testing.assert_close(change.reshape(16, 72), flat)
    # Each of the 16 directions moves by about lr * 0.2 * sqrt(72).
    spectrum = torch.linalg.svdvals(change.reshape(16, 72)) / (0.01 * 0.2 * 72**0.5)
    assert 0.6 < spectrum.min() < spectrum.max() < 1.25
    assert (change * gradient).sum() < 0


@pytest.mark.parametrize("shape", [(40,), (8, 400), (40, 1, 2, 2)])
def test_vectors_and_small_matrices_step_as_adam_does(shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    ours, theirs = nn.Parameter(torch.ones(shape)), nn.Parameter(torch.ones(shape))
    muon = Muon([ours], lr=0.01, weight_decay=0.1)
    adam = torch.optim.AdamW([theirs], lr=0.01, weight_decay=0.1, betas=(0.9, 0.95))
    for _ in range(5):
        ours.grad = torch.randn(shape)
        theirs.grad = ours.grad.clone()
        muon.step()
        adam.step()
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-5)


def test_weight_decay_shrinks_matrices_too() -> None:
    matrix = nn.Parameter(torch.ones(12, 12))
    matrix.grad = torch.zeros(12, 12)
    Muon([matrix], lr=0.01, weight_decay=0.5).step()
    torch.testing.assert_close(matrix.detach(), torch.full((12, 12), 1 - 0.005))


def test_parameters_without_gradient_stay() -> None:
    idle = nn.Parameter(torch.ones(12, 12))
    Muon([idle], lr=0.1, weight_decay=0.5).step()
    assert torch.equal(idle, torch.ones(12, 12))


def toy() -> tuple[nn.Module, Tensor, Tensor]:
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.Conv2d(16, 16, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(256, 3),
    )  # fmt: skip
    pictures = torch.randn(48, 1, 8, 8)
    return network, pictures, pictures.flatten(1)[:, :3].argmax(dim=1)


def train(network: nn.Module, muon: Muon, inputs: Tensor, labels: Tensor, steps: int) -> float:
    loss = torch.zeros(())
    for _ in range(steps):
        muon.zero_grad()
        loss = nn.functional.cross_entropy(network(inputs), labels)
        loss.backward()
        muon.step()
    return float(loss.detach())


def test_it_learns() -> None:
    network, inputs, labels = toy()
    muon = Muon(network.parameters(), lr=0.01)
    start = train(network, muon, inputs, labels, 1)
    assert train(network, muon, inputs, labels, 25) < 0.2 * start


def test_state_goes_through_a_file() -> None:
    network, inputs, labels = toy()
    muon = Muon(network.parameters(), lr=0.01)
    train(network, muon, inputs, labels, 4)
    twin = copy.deepcopy(network)
    again = Muon(twin.parameters(), lr=0.5)
    again.load_state_dict(copy.deepcopy(muon.state_dict()))
    assert again.param_groups[0]["lr"] == 0.01
    train(network, muon, inputs, labels, 3)
    train(twin, again, inputs, labels, 3)
    for ours, theirs in zip(network.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_a_closure_gives_the_loss() -> None:
    weight = nn.Parameter(torch.ones(3))

    def loss() -> Tensor:
        value = weight.square().sum()
        value.backward()
        return value

    assert float(Muon([weight], lr=0.1).step(loss).detach()) == 3
    assert (weight < 1).all()
