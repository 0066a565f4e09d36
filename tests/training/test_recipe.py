"""The classifying recipe on blobs instead of faces."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from app.core.errors import ModelError, RoomreadError, SettingsError
from tests.training.toys import QUIET, save_checkpoint, save_faces, toy_config
from training import data, recipe, running
from training.config import ClassifyConfig, StartConfig
from training.recipe import Recipe, train

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
    for old in ("answers.npy", "training.npy", "held.npy"):
        (run / old).write_bytes(b"old")
    (run / "logs" / "mine.txt").write_bytes(b"not of the run")
    other = toy_config(schedule={"epochs": 2, "seed": 9})
    with monkeypatch.context() as patch:
        cut_off(patch, epoch=0)
        with pytest.raises(StopError):
            train(other, source, run, resume=False)
    left = {path.name for path in run.iterdir()}
    assert left == {"config.json", "data.sha256", "logs", "run.json"}
    assert {path.name for path in (run / "logs").iterdir()} <= {"version_0", "mine.txt"}
    assert not list(run.glob("logs/*/metrics.csv"))  # none of the first run's
    assert json.loads((run / "run.json").read_text())["epochs"] == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "no data set at"),
        ({"start": {"run": "nowhere"}}, "run nowhere is missing"),
        ({"distill": {"teachers": ["base"]}}, "run base is missing"),
        ({"network": {"size": 64}}, "network.size is 64"),
    ],
)
def test_a_restart_that_can_not_begin_destroys_nothing(
    straight: Path, source: Path, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    before = {path.name: path.read_bytes() for path in straight.iterdir() if path.is_file()}
    assert {"best.ckpt", "last.ckpt", "data.sha256"} <= set(before)
    faces = source if changes else tmp_path / "typo"
    with pytest.raises(RoomreadError, match=words):
        train(toy_config(**changes), faces, straight, resume=False)
    after = {path.name: path.read_bytes() for path in straight.iterdir() if path.is_file()}
    assert after == before


def test_a_finished_run_is_not_trained_again_without_its_last_checkpoint(
    straight: Path, source: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(straight, run)
    (run / "last.ckpt").unlink()
    learned = (run / "best.ckpt").read_bytes()
    with pytest.raises(SettingsError, match="add --restart"):
        train(toy_config(), source, run, resume=True)
    assert train(LONG, source, run, resume=True) == run / "best.ckpt"
    assert (run / "best.ckpt").read_bytes() == learned
    assert not (run / "last.ckpt").exists()


def test_a_run_does_not_go_on_with_other_faces(
    straight: Path, source: Path, toy_faces: data.FacesSet, tmp_path: Path
) -> None:
    votes = toy_faces.votes.copy()
    votes[0] = votes[30]
    other = save_faces(dataclasses.replace(toy_faces, votes=votes), tmp_path)
    with pytest.raises(data.DataError, match="a run of other faces than those of"):
        train(LONG, other, straight, resume=True)
    (straight / "data.sha256").unlink()  # as in runs of earlier versions
    train(LONG, source, straight, resume=True)
    with pytest.raises(data.DataError, match="a run of other faces"):
        train(LONG, other, straight, resume=True)


def test_the_time_of_a_sitting_that_was_cut_off_counts(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second passes at every look at the clock: at the start, every epoch's end and the end."""
    config, run = toy_config(schedule={"epochs": 3}), tmp_path / "run"
    clock = itertools.count()
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))

    def noted() -> dict[str, Any]:
        return json.loads((run / "run.json").read_text())

    with monkeypatch.context() as patch:
        cut_off(patch, epoch=1)
        with pytest.raises(StopError):
            train(config, source, run, resume=True)
    assert (noted()["seconds"], noted()["epochs"], noted()["finished"]) == (2, 1, False)
    train(config, source, run, resume=True)
    assert (noted()["seconds"], noted()["epochs"], noted()["finished"]) == (5, 3, True)
    assert noted()["threads"] == torch.get_num_threads()


def test_early_stopping_ends_the_run(source: Path, tmp_path: Path) -> None:
    config = toy_config(
        optimiser={"kind": "sgd", "learning_rate": 1e-12, "schedule": "constant"},
        loss={"restore_weight": 0.0},
        schedule={"epochs": 30, "patience": 2},
    )
    train(config, source, tmp_path / "run", resume=False)
    noted = (tmp_path / "run" / "run.json").read_text()
    assert 3 <= json.loads(noted)["epochs"] < 8
    train(config, source, tmp_path / "run", resume=True)
    assert (tmp_path / "run" / "run.json").read_text() == noted


def test_parts_of_another_run_are_taken_over(straight: Path, source: Path) -> None:
    start = (
        StartConfig(run="straight", parts={"stn": "stn"}),
        StartConfig(run="straight", parts={"sr": "sr"}),
    )
    config = LONG.model_copy(update={"start": start})
    network = recipe.build_network(config)
    fresh = {name: value.clone() for name, value in network.state_dict().items()}
    faces = data.load_ferplus(source)
    recipe._begin(config, network, faces, straight.parent)
    learned = state(straight / "best.ckpt")
    for name, value in network.state_dict().items():
        expected = learned if name.startswith(("stn.", "sr.")) else fresh
        assert torch.equal(value, expected[name]), name
    whole = LONG.model_copy(update={"start": (StartConfig(run="straight"),)})
    recipe._begin(whole, network, faces, straight.parent)
    assert same(dict(network.state_dict()), learned)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ({"run": "nowhere"}, "run nowhere is missing"),
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
    torch.save({"epoch": 1}, tmp_path / "other.ckpt")
    bare = (tmp_path / "other.ckpt").read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"no checkpoint", bare):
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
