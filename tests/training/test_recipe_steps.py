"""One step of the classifying recipe: losses, optimisers, schedules, averaged weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lightning
import pytest
import torch
from torch import Tensor, nn

from tests.training.toys import QUIET, toy_config
from training import data, running
from training.losses import LabelLoss, restoration
from training.networks.reading import Reading
from training.recipe import Recipe
from training.running import WarmAverage

pytestmark = QUIET


class Grouped(nn.Module):
    """A matrix and a bias that are fresh, others that move slower, and one that is frozen."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.fresh, self.old = nn.Linear(12, 12), nn.Conv2d(3, 16, 3)
        self.norm, self.frozen = nn.BatchNorm2d(16), nn.Linear(4, 4).requires_grad_(False)

    def parameter_groups(self) -> list[tuple[list[nn.Parameter], float]]:
        old = [*self.old.parameters(), *self.norm.parameters()]
        return [(list(self.fresh.parameters()), 1.0), (old, 0.1)]


def optimised(kind: str, schedule: str = "constant", **more: Any) -> tuple[Grouped, Any, Any]:
    """A ``Grouped`` network, its optimiser and its scheduler (None for a constant rate)."""
    section = {"kind": kind, "schedule": schedule, "learning_rate": 0.01, "weight_decay": 0.5}
    config = toy_config(optimiser={**section, "warm_up": 0.3, "decay": 0.5, **more})
    module = Recipe(config, nn.Module())  # type: ignore[arg-type]
    module.trainer = SimpleNamespace(estimated_stepping_batches=20)
    module.network = Grouped()
    found = module.configure_optimizers()
    if schedule == "constant":
        return module.network, found, None
    if schedule == "exponential":
        (optimizer,), (scheduler,) = found
        return module.network, optimizer, scheduler
    assert found["lr_scheduler"]["interval"] == "step"
    return module.network, found["optimizer"], found["lr_scheduler"]["scheduler"]


KINDS = ("adamw", "muon", "adam", "sgd")


@pytest.mark.parametrize("kind", KINDS)
def test_rates_and_decay_by_group(kind: str) -> None:
    network, optimizer, _ = optimised(kind)
    found = {
        id(p): (g["lr"], g["weight_decay"]) for g in optimizer.param_groups for p in g["params"]
    }
    expected = {
        "fresh.weight": (0.01, 0.5), "fresh.bias": (0.01, 0), "old.weight": (0.001, 0.5),
        "old.bias": (0.001, 0), "norm.weight": (0.001, 0), "norm.bias": (0.001, 0),
    }  # fmt: skip
    by_name = {name: found.get(id(p)) for name, p in network.named_parameters()}
    assert by_name == {
        **{name: pytest.approx(pair) for name, pair in expected.items()},
        "frozen.weight": None,
        "frozen.bias": None,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_step_goes_downhill_and_decays_matrices_only(kind: str) -> None:
    network, optimizer, _ = optimised(kind)
    before = {name: p.detach().clone() for name, p in network.named_parameters()}
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    network.fresh.bias.grad.fill_(1.0)
    optimizer.step()
    after = {name: p.detach() for name, p in network.named_parameters()}
    assert (after["fresh.bias"] < before["fresh.bias"]).all()
    for name in ("old.bias", "norm.weight", "norm.bias", "frozen.weight", "frozen.bias"):
        assert torch.equal(after[name], before[name]), name
    fresh, old = (
        after[name].norm() / before[name].norm() for name in ("fresh.weight", "old.weight")
    )
    assert fresh < old < 1  # the slower group decays slower


@pytest.mark.parametrize("kind", KINDS)
def test_schedules_move_all_groups_alike(kind: str) -> None:
    def rates(schedule: str, steps: int) -> list[list[float]]:
        _, optimizer, scheduler = optimised(kind, schedule)
        seen = []
        for _ in range(steps):
            seen.append([group["lr"] for group in optimizer.param_groups])
            optimizer.step()
            if scheduler:
                scheduler.step()
        assert all(row == pytest.approx([row[0]] * 2 + [row[0] / 10] * 2) for row in seen)
        return [row[0] for row in seen]

    assert rates("constant", 3) == pytest.approx([0.01] * 3)
    assert rates("exponential", 3) == pytest.approx([0.01, 0.005, 0.0025])
    cycle = rates("one_cycle", 20)
    top = cycle.index(max(cycle))
    assert max(cycle) == pytest.approx(0.01)
    assert 4 <= top <= 6  # 0.3 of the 20 steps
    assert cycle[: top + 1] == sorted(cycle[: top + 1])
    assert cycle[top:] == sorted(cycle[top:], reverse=True)
    assert cycle[-1] < 1e-5


def test_configured_momentum_survives_one_cycle() -> None:
    for momentum in (0.0, 0.7):
        _, optimizer, scheduler = optimised("sgd", "one_cycle", momentum=momentum)
        for _ in range(4):
            optimizer.step()
            scheduler.step()
        assert {g["momentum"] for g in optimizer.param_groups} == {momentum}
        assert {g["nesterov"] for g in optimizer.param_groups} == {momentum > 0}
    _, optimizer, scheduler = optimised("muon", "one_cycle", momentum=0.7)
    optimizer.step()
    scheduler.step()
    assert {g["momentum"] for g in optimizer.param_groups} == {0.7}


class Walk(lightning.LightningModule):
    """One number that jumps to 1 at the first step and stays there."""

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor(-100.0))

    def training_step(self, batch: Tensor, batch_idx: int) -> Tensor:
        return (self.place - 1).square().mean()

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), 0.5)

    def train_dataloader(self) -> Iterator[Tensor]:
        return iter([torch.zeros(1)] * 150)


def test_averaged_weights_forget_the_start(tmp_path: Path) -> None:
    walk = Walk()
    lightning.Trainer(
        max_epochs=1, callbacks=[WarmAverage(0.999)], logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, default_root_dir=tmp_path,
        accelerator="cpu",
    ).fit(walk)  # fmt: skip
    # Averaging by 0.999 from the first step on would still be at about -86.
    assert float(walk.place.detach()) == pytest.approx(1, abs=0.01)


def test_long_averaging_reaches_the_configured_decay() -> None:
    blend = WarmAverage(0.9)._kwargs["avg_fn"]
    old, new = torch.tensor(0.0), torch.tensor(1.0)
    steps = [float(blend(old, new, torch.tensor(t))) for t in (0, 1, 10, 10_000)]
    assert steps == pytest.approx([0.9, 9 / 11, 9 / 20, 0.1])


class Branches(nn.Module):
    """Says the same of every face, with two branches and something restored."""

    size = 48

    def forward(self, crops: Tensor) -> Reading:
        rows = torch.arange(8.0).expand(len(crops), 8)
        return Reading(rows, crops[:, :, ::2, ::2] * 0 + 1.0, None, (rows * 2, rows * 0))

    def target_for(self, sharp: Tensor, crops: Tensor, theta: Tensor | None) -> Tensor:
        return sharp[:, :, ::2, ::2]


@pytest.mark.parametrize("taught", [False, True])
def test_losses_add_up(
    taught: bool, toy_faces: data.FacesSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = toy_config(
        loss={"branch_weight": 0.5, "restore": "l2", "restore_weight": 0.25},
        distill={"weight": 0.75, "temperature": 2.0},
    )
    labels = LabelLoss(config.loss, toy_faces, 8)
    module = Recipe(config, labels)
    module.network = Branches()
    logged: dict[str, float] = {}
    monkeypatch.setattr(module, "log", lambda name, value, **how: logged.update({name: value}))
    sharp, shares = torch.rand(3, 1, 48, 48), torch.eye(8)[:3]
    answers = torch.full((3, 8), 1 / 8) if taught else torch.zeros(3, 0)
    loss = module.training_step((sharp * 0, sharp, shares, answers), 0)
    reading = module.network(sharp)
    expected = labels(reading.logits, shares)
    expected = expected + 0.5 * sum(labels(part, shares) for part in reading.parts)
    if taught:
        softened = torch.log_softmax(reading.logits / 2, dim=1)
        expected = 0.25 * expected + 0.75 * 4 * -(softened / 8).sum(dim=1).mean()
    expected = expected + 0.25 * restoration(reading.restored, sharp[:, :, ::2, ::2], "l2")
    torch.testing.assert_close(loss, expected)
    assert set(logged) == {"labels", "restore", *(["taught"] if taught else [])}


def test_gradients_are_clipped_where_asked(tmp_path: Path) -> None:
    for clip, found in ((0.5, 0.5), (0.0, None)):
        config = toy_config(optimiser={"clip": clip})
        assert running.make_trainer(config, tmp_path).gradient_clip_val == found
