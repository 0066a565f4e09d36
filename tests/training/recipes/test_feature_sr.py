"""The two steps of FSR-FER on gratings, whose fine stripes shrinking hides first."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from app.core.errors import ModelError, RoomreadError, SettingsError
from tests.training.toys import QUIET, save_faces
from training import data, protocol
from training import recipe as classify
from training.config import ClassifyConfig, load_config
from training.losses_gan import critic_loss, sample_weights
from training.recipes import feature_sr
from training.recipes.feature_sr import FeatureSr, FeatureSrConfig
from training.recipes.features import Batch, Pairs, kept_features, shrunk
from training.running import weights_of

pytestmark = QUIET

NETWORK = {
    "kind": "fsr", "side": 48, "stages": [[8], [8], [16]], "rows": [8], "ridge": 1e-3,
    "hidden": 24, "perceptual": 16,
}  # fmt: skip
GENERATOR = {"blocks": 1, "features": 16, "growth": 8, "fold": 2}


def baseline_config(**changes: object) -> ClassifyConfig:
    still = {
        "kind": "classroom", "flip": 0.0, "angle": 0.0, "shift": 0.0, "scale": (1.0, 1.0),
        "low_resolution": 0.0, "compress": 0.0, "blur": 0.0, "noise": 0.0, "erase": 0.0,
    }  # fmt: skip
    return ClassifyConfig.model_validate(
        {
            "name": "sharp",
            "network": NETWORK,
            "augment": still,
            "optimiser": {"learning_rate": 0.01},
            "schedule": {"epochs": 6, "batch": 8, "ema": 0.5, "validate_every": 3},
            **changes,
        }
    )


def config_of(**changes: object) -> FeatureSrConfig:
    return FeatureSrConfig.model_validate(
        {
            "recipe": "feature_sr",
            "name": "fsr",
            "baseline": "sharp",
            "factors": [2, 4],
            "network": {**NETWORK, "generator": GENERATOR},
            "critic": {"widths": [8], "fold": 2, "hidden": 16},
            "optimiser": {"learning_rate": 2e-3, "halve_at": [80, 100]},
            "schedule": {"epochs": 12, "batch": 8, "ema": 0.0, "validate_every": 4},
            **changes,
        }
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, toy_faces: data.FacesSet) -> Path:
    """Packed faces, and the finished runs of both steps."""
    folder = tmp_path_factory.mktemp("runs")
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:48, :48]
    images = []
    for label in data.majority(toy_faces.votes):
        angle = np.pi * (label % 4) / 4 + rng.uniform(-0.15, 0.15)
        period = (4.0, 9.0)[label // 4] * rng.uniform(0.9, 1.1)
        along = x * np.cos(angle) + y * np.sin(angle)
        wave = np.sin(2 * np.pi * along / period + rng.uniform(0, 6))
        picture = 128 + rng.uniform(30, 60) * wave + rng.normal(0, 20, (48, 48))
        images.append(np.clip(picture, 0, 255).astype(np.uint8))
    unlabelled = np.full(len(images), -1, np.int8)
    faces = dataclasses.replace(toy_faces, images=np.stack(images), fer2013=unlabelled)
    save_faces(faces, folder).rename(folder / "faces.npz")
    with pytest.MonkeyPatch.context() as patch:
        # Two waves of one class look like one photograph to the search for near-copies.
        patch.setattr(data, "fair_usage", lambda faces: faces.usage)
        classify.train(baseline_config(), folder / "faces.npz", folder / "sharp", resume=False)
        feature_sr.train(config_of(), folder / "faces.npz", folder / "fsr", resume=False)
    return folder


def held_out(runs: Path) -> tuple[np.ndarray, np.ndarray]:
    faces = data.load_ferplus(runs / "faces.npz")
    chosen, labels = protocol.held_out(config_of().data, faces, data.VALIDATION)
    return chosen.images, labels


def test_generated_features_are_closer_to_the_sharp_ones(runs: Path) -> None:
    """On faces that were not learned from, over the factors, in both spaces."""
    network = classify.load_network(config_of(), runs / "fsr" / "best.ckpt")
    images, _ = held_out(runs)
    before, after = torch.zeros(2), torch.zeros(2)
    with torch.inference_mode():
        sharp = network.baseline.extract(torch.from_numpy(images[:, None].astype(np.float32)))
        for factor in (2, 4):
            crops = torch.from_numpy(shrunk(images, factor)[:, None].astype(np.float32))
            small = network.baseline.extract(crops)
            made = network.generator(small)
            for number, space in enumerate((torch.nn.Identity(), network.baseline.perceive)):
                before[number] += (space(small) - space(sharp)).square().sum(1).mean()
                after[number] += (space(made) - space(sharp)).square().sum(1).mean()
    assert (after < 0.9 * before).all()


def accuracy(
    network: torch.nn.Module, images: np.ndarray, labels: np.ndarray, factor: int
) -> float:
    """Percent read right of faces shrunk by a factor."""
    crops = torch.from_numpy(shrunk(images, factor)[:, None].astype(np.float32))
    with torch.inference_mode():
        read = network.eval()(crops).logits.argmax(dim=1).numpy()
    return 100 * float((read == labels).mean())


def test_small_faces_are_read_better_and_the_baseline_is_untouched(runs: Path) -> None:
    sharp = classify.load_network(baseline_config(), runs / "sharp" / "best.ckpt")
    network = classify.load_network(config_of(), runs / "fsr" / "best.ckpt")
    images, labels = held_out(runs)
    bicubic = {factor: accuracy(sharp, images, labels, factor) for factor in (1, 2, 4)}
    restored = {factor: accuracy(network, images, labels, factor) for factor in (2, 4)}
    assert bicubic[1] > 60  # chance is 12.5
    assert bicubic[4] < bicubic[1] - 10
    assert sum(restored.values()) > bicubic[2] + bicubic[4]
    for name, weight in sharp.baseline.state_dict().items():
        torch.testing.assert_close(network.baseline.state_dict()[name], weight)


def test_the_run_is_noted_and_goes_on_where_it_ended(runs: Path) -> None:
    folder = runs / "fsr"
    assert json.loads((folder / "run.json").read_text())["epochs"] == 12
    finished = (folder / "last.ckpt").stat().st_mtime_ns
    best = feature_sr.train(config_of(), runs / "faces.npz", folder, resume=True)
    assert best == folder / "best.ckpt"
    assert (folder / "last.ckpt").stat().st_mtime_ns == finished
    with pytest.raises(SettingsError, match="--restart"):
        feature_sr.train(config_of(factors=[2, 3]), runs / "faces.npz", folder, resume=True)


def test_interrupted_run_ends_where_the_uninterrupted_one_does(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StopError(Exception):
        pass

    step = FeatureSr.training_step

    def stops(module: FeatureSr, batch: Batch, number: int) -> None:
        if (module.current_epoch, number) == (9, 2):
            raise StopError
        step(module, batch, number)

    again = runs / "again"
    with monkeypatch.context() as patch:
        patch.setattr(FeatureSr, "training_step", stops)
        with pytest.raises(StopError):
            feature_sr.train(config_of(), runs / "faces.npz", again, resume=True)
    feature_sr.train(config_of(), runs / "faces.npz", again, resume=True)
    one, other = (weights_of(folder / "last.ckpt") for folder in (again, runs / "fsr"))
    assert all(torch.equal(one[key], other[key]) for key in other)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"baseline": "elsewhere"}, "run elsewhere is missing"),
        ({"data": {"split": "random"}}, "run sharp, whose data.split is 'official'"),
        ({"network": {**NETWORK, "hidden": 32, "generator": GENERATOR}}, "another network"),
        ({"data": {"labels": "fer2013"}}, "other labels"),
        ({"baseline": "fsr"}, "recipe 'feature_sr', expected classify"),
    ],
)
def test_a_baseline_that_does_not_fit_is_one_clear_line(
    runs: Path, change: dict[str, object], words: str
) -> None:
    with pytest.raises(RoomreadError, match=words) as caught:
        feature_sr.with_baseline(config_of(**change), runs)
    assert "\n" not in str(caught.value)


def test_a_restart_without_baseline_or_data_destroys_nothing(runs: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in (runs / "fsr").iterdir()}
    for config, faces, words in (
        (config_of(), runs / "typo", "no data set at"),
        (config_of(baseline="elsewhere"), runs / "faces.npz", "run elsewhere is missing"),
    ):
        with pytest.raises(RoomreadError, match=words):
            feature_sr.train(config, faces, runs / "fsr", resume=False)
    assert {path.name: path.stat().st_mtime_ns for path in (runs / "fsr").iterdir()} == before


def test_a_baseline_that_still_learns_is_not_taken(runs: Path) -> None:
    noted = (runs / "sharp" / "run.json").read_text()
    (runs / "sharp" / "run.json").write_text('{"epochs": 1, "finished": false}')
    with pytest.raises(ModelError, match=r"run sharp is missing in .* or not finished"):
        feature_sr.with_baseline(config_of(), runs)
    (runs / "sharp" / "run.json").write_text(noted)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"network": NETWORK}, "generator"),
        ({"critic": {"widths": [8, 8, 8], "fold": 2}}, "critic.fold"),
        ({"factors": [2, 20]}, "factors"),
        ({"objective": {"sigma": 0.9}}, "sigma"),
    ],
)
def test_bad_configs_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        config_of(**change)


def test_weights_can_be_left_out() -> None:
    torch.manual_seed(0)
    small, sharp = torch.randn(6, 36), torch.randn(6, 36)
    labels = torch.arange(6)
    losses = {}
    for reweight in (True, False):
        config = config_of(objective={"reweight": reweight})
        torch.manual_seed(0)
        module = FeatureSr(config, config.network.build(8)).eval()
        losses[reweight], parts = module.generator_loss(module.generator(small), sharp, labels)
    torch.testing.assert_close(losses[False].detach(), sum(parts.values()))
    baseline = module.network.baseline
    each = (
        module.critic(small)
        + (baseline.perceive(small) - baseline.perceive(sharp)).square().sum(1)
        + (small - sharp).square().mean(1)
    )
    weighted = (sample_weights(baseline.read(small), labels) * each).mean()
    torch.testing.assert_close(losses[True], weighted)


def test_the_baseline_stays_fixed_in_training() -> None:
    config = config_of()
    module = FeatureSr(config, config.network.build(8))
    module.train()
    assert not any(m.training for m in module.network.baseline.modules())
    assert module.generator.training
    assert not any(p.requires_grad for p in module.network.baseline.parameters())


@pytest.mark.slow
def test_paper_scale_losses_run_forward_and_backward() -> None:
    config = load_config(Path("training/configs/fsr.toml"))
    assert isinstance(config, FeatureSrConfig)
    torch.manual_seed(0)
    module = FeatureSr(config, config.network.build(7))
    module.train()
    small, sharp = torch.randn(2, 8256), torch.randn(2, 8256)
    loss, _ = module.generator_loss(module.generator(small), sharp, torch.tensor([0, 6]))
    loss.backward()
    critic_loss(module.critic, sharp, small).backward()
    for trained in (module.generator, module.critic):
        assert all(p.grad is not None and p.grad.isfinite().all() for p in trained.parameters())


def test_every_face_comes_once_an_epoch_at_a_drawn_factor() -> None:
    features = np.zeros((3, 100, 2), np.float32)
    features[1], features[2] = 1, 2
    labels = np.arange(100)
    draws = [Pairs(features, labels, 1, epoch).drawn for epoch in (0, 0, 1)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0] != draws[2]).any()
    small, sharp, seen = Pairs(features, labels, 1, 0).__getitems__(range(100))
    np.testing.assert_array_equal(small[:, 0], draws[0])
    assert set(small[:, 0].tolist()) == {1.0, 2.0}
    assert not sharp.any()
    np.testing.assert_array_equal(seen, labels)


def test_features_are_kept_and_those_of_other_faces_are_not_used(tmp_path: Path) -> None:
    extractor = config_of().network.build(8).eval().baseline
    images = np.random.default_rng(0).integers(0, 256, (5, 48, 48)).astype(np.uint8)
    path = tmp_path / "features.npy"
    kept = np.array(kept_features(path, extractor, images, (1, 4)))
    assert kept.shape == (2, 5, 36)
    with torch.inference_mode():
        crops = torch.from_numpy(shrunk(images, 4)[:, None].astype(np.float32))
        np.testing.assert_allclose(kept[1], extractor.extract(crops), atol=1e-4)
    written = path.stat().st_mtime_ns
    kept_features(path, extractor, images, (1, 4))
    assert path.stat().st_mtime_ns == written
    assert kept_features(path, extractor, images[:4], (1, 4)).shape == (2, 4, 36)


@pytest.mark.parametrize(
    "name", ["fsr", "fsr_covpool", "fsr_compact", "fsr_compact_plain", "fsr_compact_covpool"]
)
def test_shipped_configs(name: str) -> None:
    config = load_config(Path("training/configs") / f"{name}.toml")
    assert config.name == name
    if isinstance(config, FeatureSrConfig):
        baseline = load_config(Path("training/configs") / f"{config.baseline}.toml")
        assert isinstance(baseline, ClassifyConfig)
        assert baseline.network == config.network.model_copy(update={"generator": None})
        assert config.factors == (2, 3, 4, 5, 6, 7, 8)
        assert (config.objective.sigma, config.objective.r) == (1.5, 1.0)
        assert (config.objective.k, config.objective.p) == (2.0, 6.0)


def test_the_ablation_differs_in_the_weights_alone() -> None:
    with_weights, without = (
        load_config(Path("training/configs") / f"{name}.toml")
        for name in ("fsr_compact", "fsr_compact_plain")
    )
    assert isinstance(with_weights, FeatureSrConfig)
    assert with_weights.objective.reweight
    changed = {
        "name": "fsr_compact_plain",
        "objective": with_weights.objective.model_copy(update={"reweight": False}),
    }
    assert with_weights.model_copy(update=changed) == without
