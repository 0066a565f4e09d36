"""The classifying recipe on blobs instead of faces."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lightning
import pytest
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from torch import Tensor, nn

from app.core.errors import ModelError, SettingsError
from tests.training.toys import QUIET, save_checkpoint, save_faces, toy_config
from training import data, recipe
from training.config import ClassifyConfig, StartConfig
from training.losses import LabelLoss, restoration
from training.networks.reading import Reading
from training.recipe import Recipe, WarmAverage, train

pytestmark = QUIET
FAST = {"kind": "muon", "learning_rate": 0.02, "momentum": 0.9, "warm_up": 0.3}
MILD = {
    "kind": "classroom", "flip": 0.0, "angle": 4.0, "shift": 0.02, "scale": [0.95, 1.05],
    "low_resolution": 0.3, "erase": 0.0,
}  # fmt: skip


class StopError(Exception):
    """Stands for a power cut."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def source(folder: Path, toy_faces: data.FacesSet) -> Path:
    return save_faces(toy_faces, folder)


LONG = toy_config(
    network={"widths": (8, 16, 32, 32), "depths": (1, 1, 1, 1), "dropout": 0.1},
    augment=MILD,
    optimiser=FAST,
    schedule={"epochs": 4, "batch": 16, "ema": 0.8, "patience": 9},
)


@pytest.fixture(scope="module")
def straight(folder: Path, source: Path) -> Path:
    """A finished run of ``LONG``."""
    assert train(LONG, source, folder / "straight", resume=False).name == "best.ckpt"
    return folder / "straight"


def state(checkpoint: Path) -> dict[str, Tensor]:
    return recipe.weights_of(checkpoint)


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def cut_off(patch: pytest.MonkeyPatch, epoch: int) -> None:
    """The run ends in the middle of an epoch."""
    step = Recipe.training_step

    def stops(self: Recipe, batch: Any, batch_idx: int) -> Tensor:
        if (self.current_epoch, batch_idx) == (epoch, 1):
            raise StopError
        return step(self, batch, batch_idx)

    patch.setattr(Recipe, "training_step", stops)


def test_it_learns(straight: Path) -> None:
    log = (straight / "logs" / "version_0" / "metrics.csv").read_text().splitlines()
    rows = list(csv.DictReader(log))
    losses = [float(row["labels_epoch"]) for row in rows if row.get("labels_epoch")]
    assert len(losses) == 4
    assert losses[-1] < 0.8 * losses[0]
    seen = [float(row["val"]) for row in rows if row.get("val")]
    assert max(seen) > 40  # chance is 12.5


def test_cost_and_config_are_noted(straight: Path) -> None:
    cost = json.loads((straight / "run.json").read_text())
    assert cost["epochs"] == 4
    assert cost["faces"] % 4 == 0
    assert 600 < cost["faces"] <= 4 * 160
    assert cost["threads"] == torch.get_num_threads()
    kept = ClassifyConfig.model_validate_json((straight / "config.json").read_text())
    assert kept == LONG


def test_interrupted_run_ends_where_the_uninterrupted_one_does(
    straight: Path, source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = folder / "again"
    with monkeypatch.context() as patch:
        cut_off(patch, epoch=2)
        with pytest.raises(StopError):
            train(LONG, source, again, resume=True)
    half = torch.load(again / "last.ckpt", weights_only=False)
    assert half["epoch"] == 1
    train(LONG, source, again, resume=True)
    for name in ("last.ckpt", "best.ckpt"):
        assert same(state(again / name), state(straight / name))
    assert not same(state(again / "last.ckpt"), {
        k.removeprefix("network."): v for k, v in half["state_dict"].items()
    })  # fmt: skip


def test_finished_run_has_nothing_left_to_do(straight: Path, source: Path) -> None:
    before = (straight / "last.ckpt").read_bytes()
    assert train(LONG, source, straight, resume=True).samefile(straight / "best.ckpt")
    assert (straight / "last.ckpt").read_bytes() == before
    assert json.loads((straight / "run.json").read_text())["epochs"] == 4


def test_checkpoints_may_be_chosen_at_one_size(source: Path, tmp_path: Path) -> None:
    config = toy_config(schedule={"epochs": 1, "sizes": [24]})
    train(config, source, tmp_path / "run", resume=False)
    log = (tmp_path / "run" / "logs" / "version_0" / "metrics.csv").read_text().splitlines()
    (row,) = [row for row in csv.DictReader(log) if row["val"]]
    assert row["val"] == row["val_24"]


def test_gradients_are_clipped_where_asked(tmp_path: Path) -> None:
    keeper = ModelCheckpoint(tmp_path, monitor="val")
    for clip, found in ((0.5, 0.5), (0.0, None)):
        config = toy_config(optimiser={"clip": clip})
        assert recipe.make_trainer(config, tmp_path, keeper).gradient_clip_val == found


def test_a_seed_repeats_a_run(source: Path, tmp_path: Path) -> None:
    def run(name: str, seed: int) -> dict[str, Tensor]:
        config = toy_config(augment=MILD, schedule={"epochs": 1, "seed": seed})
        return state(train(config, source, tmp_path / name, resume=True))

    one, other = run("one", 5), run("other", 6)
    assert same(one, run("again", 5))
    assert not same(one, other)


def test_another_config_is_not_gone_on_with(
    straight: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = toy_config(schedule={"epochs": 1})
    with pytest.raises(SettingsError, match="add --restart"):
        train(other, source, straight, resume=True)
    assert ClassifyConfig.model_validate_json((straight / "config.json").read_text()) == LONG


def test_restart_leaves_nothing_to_go_on_from(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restarted run that is cut off at once must not go on from its forerunner."""
    run = tmp_path / "run"
    train(toy_config(schedule={"epochs": 2}), source, run, resume=True)
    (run / "answers.npy").write_bytes(b"old")
    other = toy_config(schedule={"epochs": 2, "seed": 9})
    with monkeypatch.context() as patch:
        cut_off(patch, epoch=0)
        with pytest.raises(StopError):
            train(other, source, run, resume=False)
    assert {path.name for path in run.iterdir()} == {"config.json", "logs"}


def test_early_stopping_ends_the_run(source: Path, tmp_path: Path) -> None:
    config = toy_config(
        optimiser={"kind": "sgd", "learning_rate": 1e-12, "schedule": "constant"},
        loss={"restore_weight": 0.0},
        schedule={"epochs": 30, "patience": 2},
    )
    train(config, source, tmp_path / "run", resume=False)
    assert 3 <= json.loads((tmp_path / "run" / "run.json").read_text())["epochs"] < 8


def test_parts_of_another_run_are_taken_over(straight: Path, source: Path) -> None:
    start = StartConfig(run="straight", parts={"stn": "stn", "sr": "sr"})
    config = LONG.model_copy(update={"start": start})
    network = recipe.build_network(config)
    fresh = {name: value.clone() for name, value in network.state_dict().items()}
    faces = data.load_ferplus(source)
    recipe._begin(config, network, faces, straight.parent)
    learned = state(straight / "best.ckpt")
    for name, value in network.state_dict().items():
        expected = learned if name.startswith(("stn.", "sr.")) else fresh
        assert torch.equal(value, expected[name]), name
    whole = LONG.model_copy(update={"start": StartConfig(run="straight")})
    recipe._begin(whole, network, faces, straight.parent)
    assert same(dict(network.state_dict()), learned)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ({"run": "nowhere"}, "no checkpoint at .*nowhere"),
        ({"run": "straight", "parts": {"sr": "stn"}}, "its part 'stn' does not fit toy's 'sr'"),
        ({"run": "straight", "parts": {"sr": "none"}}, "its part 'none' does not fit"),
        ({"run": "straight", "parts": {"none": "sr"}}, "'sr' does not fit toy's 'none'"),
        ({"run": "straight", "parts": {"sr.head": "sr.body"}}, "'sr.body' does not fit"),
    ],
)
def test_misfits_are_refused(
    straight: Path, source: Path, start: dict[str, Any], words: str
) -> None:
    config = toy_config(start=start)
    with pytest.raises(ModelError, match=words):
        train(config, source, straight.parent / "misfit", resume=False)


def test_wider_network_does_not_go_on_from_a_narrow_one(straight: Path, source: Path) -> None:
    wide = toy_config(network={"stem": 12}, start={"run": "straight"})
    with pytest.raises(ModelError, match="part 'network' does not fit toy's 'network'"):
        train(wide, source, straight.parent / "wide", resume=False)


def test_what_can_not_be_trained_is_one_clear_line(source: Path, tmp_path: Path) -> None:
    for change, words in (
        ({"schedule": {"batch": 500}}, "schedule.batch is 500: there are fewer faces"),
        ({"network": {"size": 64}}, "network.size is 64: faces here have 48"),
        ({"loss": {"kind": "weighted"}}, "loss.weights: 8 are needed"),
    ):
        with pytest.raises(SettingsError, match=words):
            train(toy_config(**change), source, tmp_path / "run", resume=False)


def test_checkpoints_of_other_networks_and_damaged_ones_are_named(
    straight: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="another network"):
        recipe.load_network(toy_config(network={"stem": 12}), straight / "best.ckpt")
    whole = (straight / "best.ckpt").read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no checkpoint"):
        (tmp_path / "best.ckpt").write_bytes(content)
        with pytest.raises(ModelError, match="is damaged"):
            recipe.load_network(LONG, tmp_path / "best.ckpt")
    with pytest.raises(ModelError, match="no checkpoint"):
        recipe.load_network(LONG, tmp_path / "none.ckpt")


def test_loaded_network_is_the_saved_one(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = recipe.build_network(LONG)
    loaded = recipe.load_network(LONG, save_checkpoint(network, tmp_path / "best.ckpt"))
    assert not loaded.training
    faces = torch.rand(2, 1, 48, 48) * 255
    with torch.inference_mode():
        torch.testing.assert_close(loaded(faces).logits, network.eval()(faces).logits)


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
    module = Recipe(config, 20, nn.Module())  # type: ignore[arg-type]
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


@pytest.mark.parametrize("kind", ["adamw", "sgd"])
def test_frozen_parameters_stay_put_through_a_run(
    kind: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[dict[str, Tensor]] = []

    def frozen(config: ClassifyConfig) -> Any:
        network = config.network.build(8)
        network.stn.requires_grad_(False)
        built.append({name: p.detach().clone() for name, p in network.named_parameters()})
        return network

    monkeypatch.setattr(recipe, "build_network", frozen)
    config = toy_config(optimiser={"kind": kind}, schedule={"epochs": 1, "ema": 0.5})
    learned = state(train(config, source, tmp_path / "run", resume=False))
    moved = {n for n, value in built[0].items() if not torch.allclose(learned[n], value)}
    assert not any(name.startswith("stn.") for name in moved)
    assert "classifier.head.weight" in moved


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
    module = Recipe(config, 1, labels)
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
