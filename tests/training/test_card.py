from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.toys import toy_config
from training import card
from training.config import ModelConfig, load_config

CONFIGS = Path(__file__).resolve().parents[2] / "training" / "configs"


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("face", "face_resnet"),
        ("residual", ""),
        ("stn_sr_compact", ""),  # begins with a run of super-resolution, which has no such part
        ("resnet_transfer_compact", "efficientnet_lite0"),
        ("resnet_transfer", "resnet50"),
        ("resnet_transfer_tune", "resnet50"),  # goes on from resnet_transfer
    ],
)
def test_published_weights_at_the_beginning_are_told(name: str, origin: str) -> None:
    config = load_config(CONFIGS / f"{name}.toml", ModelConfig)
    assert card._origin(config) == origin
    assert origin == "" or origin in card._PRETRAINING


def test_unused_published_weights_are_not_claimed() -> None:
    config: ModelConfig = toy_config(network={"backbone": "face_resnet", "enlarge": 2})
    assert card._origin(config) == ""
