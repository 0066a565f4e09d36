from __future__ import annotations

from pathlib import Path

import pytest
import torch

from app.core.errors import SettingsError
from training.augment import ClassroomConfig
from training.augment_paper import NineConfig
from training.config import ClassifyConfig, ModelConfig, ScheduleConfig, load_config
from training.recipe import build_network

CONFIGS = Path(__file__).resolve().parents[2] / "training" / "configs"
GOOD = """
name = "toy"
[network]
kind = "roomread"
widths = [8]
depths = [1]
[augment]
kind = "classroom"
[loss]
[schedule]
epochs = 2
"""


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_config_is_valid_and_its_network_builds(path: Path) -> None:
    config = load_config(path)
    assert config.name == path.stem
    if isinstance(config, ModelConfig):
        with torch.device("meta"):  # shapes without numbers: the largest have 30 million
            network = build_network(config)
        assert network.size == 48
        if hasattr(network, "parameter_groups"):
            rated = [id(p) for group, _ in network.parameter_groups() for p in group]
            assert sorted(rated) == sorted(id(p) for p in network.parameters() if p.requires_grad)


def test_defaults_and_kinds(tmp_path: Path) -> None:
    path = tmp_path / "toy.toml"
    path.write_text(GOOD)
    config = load_config(path, ClassifyConfig)
    assert config.recipe == "classify"
    assert config.augment == ClassroomConfig()
    path.write_text(GOOD.replace('"classroom"', '"nine"\nangle = 20'))
    assert load_config(path, ClassifyConfig).augment == NineConfig(angle=20)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("epochs = 2", "epochs = 0"), "schedule.epochs: Input should be greater than 0"),
        (("epochs = 2", 'epochs = "two"'), "schedule.epochs: Input should be a valid integer"),
        (("epochs = 2", "epochs = 2\nseeed = 1"), "schedule.seeed: there is no such field"),
        (("epochs = 2", "epochs = 2\nvalidate_every = 3"), "schedule: validate_every is above"),
        (("epochs = 2", ""), "schedule.epochs: is missing"),
        (("epochs = 2", "epochs = 2\nseed = -1"), "schedule.seed: Input should be greater"),
        (("epochs = 2", "epochs = 2\nsizes = [0]"), "schedule.sizes.0: Input should be greater"),
        (("epochs = 2", "epochs = 2\nsizes = [96]"), "schedule.sizes.0: Input should be less"),
        (("epochs = 2", "epochs = 2\nsizes = [16, 16]"), "schedule: sizes has one twice"),
        (("[loss]", "scale = [1.2, 0.9]"), "augment.scale: the smaller one comes first"),
        (("[loss]", "scale = [0.0, 0.9]"), "augment.scale.0: Input should be greater"),
        (("[loss]", "smallest = 60"), "augment.smallest: Input should be less"),
        (("[loss]", "noise = inf"), "augment.noise: Input should be a finite number"),
        (("[loss]", "angle = nan"), "augment.angle: Input should be a finite number"),
        (("[loss]", "[loss]\nrestore_weight = inf"), "loss.restore_weight: Input should be a fin"),
        (("[loss]", "[loss]\nweights = [1.0, 0.0]"), "loss.weights.1: Input should be greater"),
        (("[loss]", "[crop]\nscale = 5.0"), "crop.scale: Input should be less"),
        (("[loss]", "[crop]\nshift = [0.0, -2.0]"), "crop.shift.1: Input should be greater"),
        (("[loss]", "[optimiser]\nlearning_rate = 1e3"), "optimiser.learning_rate: Input should"),
        (("[loss]", "[distill]\ntemperature = inf"), "distill.temperature: Input should be a fin"),
        (("widths = [8]", "widths = [0]"), "network.widths.0: Input should be greater"),
        (("depths = [1]", "depths = [-1]"), "network.depths.0: Input should be greater"),
        (("widths = [8]", "widths = [8, 8, 8, 8, 8, 8]"), "network.widths: Tuple should have at"),
        (("widths = [8]", "enlarge = 100"), "network.enlarge: Input should be less"),
        (('name = "toy"', f'name = "{300 * "a"}"'), "name: String should have at most 100"),
        (("[loss]", "[losss]"), "losss: there is no such field"),
        (("[loss]", '[loss]\nkind = "guess"'), "loss.kind: Input should be"),
        (("[loss]", "[loss"), "no valid TOML"),
        (('name = "toy"', 'name = "Toy net"'), "name: String should match"),
        (('kind = "roomread"', 'kind = "roomread"\nsize = 50'), "network.size: Input should be"),
        (('kind = "roomread"', 'kind = "roomread"\nwide = 1'), "network.wide: there is no such"),
        (('kind = "roomread"', ""), "network.kind: is missing"),
        (('kind = "roomread"', 'kind = "resnext"'), "network.kind: must be one of 'roomread'"),
        (('kind = "classroom"', "flip = 0.5"), "augment.kind: is missing"),
        (('kind = "classroom"', 'kind = "wild"'), "augment.kind: must be one of 'classroom'"),
        (('kind = "classroom"', 'kind = "none"\nflip = 0.5'), "augment.flip: there is no such"),
        (("depths = [1]", "depths = [1, 1]"), "network: the residual backbone needs widths"),
        (("widths = [8]", "pretrained = true"), "network: there are no published weights"),
        (("widths = [8]", "widths = [8]\nsr_features = 0"), "network: sr_features is 0"),
        (
            ("widths = [8]", 'backbone = "face_resnet"\nsr_of = "features"'),
            "network: sr_of = 'features' needs the residual backbone",
        ),
        (('name = "toy"', 'name = "toy"\nrecipe = "bake"'), "recipe must be one of classify"),
        (('name = "toy"', 'name = "toy"\nrecipe = ["classify"]'), "recipe must be one of"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_in_the_file(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    path = tmp_path / "bad.toml"
    assert change[0] in GOOD
    path.write_text(GOOD.replace(*change))
    with pytest.raises(SettingsError) as caught:
        load_config(path)
    message = str(caught.value)
    assert f"config {path}" in message
    assert words in message
    assert "\n" not in message


def test_absent_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(SettingsError, match="can't be read"):
            load_config(path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="no valid TOML"):
        load_config(tmp_path / "binary.toml")


def test_only_classifiers_are_model_configs() -> None:
    with pytest.raises(SettingsError, match="expected classify or feature_sr"):
        load_config(CONFIGS / "stn_sr_restore_x2.toml", ModelConfig)


def test_configs_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        ScheduleConfig(epochs=1).epochs = 2  # type: ignore[misc]
