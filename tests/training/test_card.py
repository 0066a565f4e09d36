from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.toys import toy_config
from training import card
from training.config import ModelConfig, load_config

CONFIGS = Path(__file__).resolve().parents[2] / "training" / "configs"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("face", ["dlib's face recognition network"]),
        ("residual", []),
        ("stn_sr_compact", ["sr began with stn_sr_restore_x2, version 1"]),
        ("resnet_transfer_compact", ["EfficientNet-Lite0's ImageNet weights"]),
        ("resnet_transfer", ["ImageNet weights of ResNet-50"]),
        (
            "resnet_transfer_tune",
            ["the network began with resnet_transfer, version 1 (the", "weights of ResNet-50)"],
        ),
        (
            "psr_compact_kstep2",
            [
                "scaling.sr.0 began with stn_sr_restore_x2, version 1; ",
                "scaling.sr.1 began with stn_sr_restore_x4, version 1 (began with "
                "stn_sr_restore_x2, version 1)",
            ],
        ),
        ("fsr_compact", ["its classifier is fsr_compact_covpool, version 1"]),
        (
            "base_fer2013",
            ["stn, sr, classifier.features began with base, version "],
        ),
    ],
)
def test_what_the_weights_come_from_is_told(name: str, words: list[str]) -> None:
    found = card.pretraining(load_config(CONFIGS / f"{name}.toml", ModelConfig))
    assert all(part in found for part in words)
    assert bool(found) == bool(words)


def test_teachers_are_told_with_what_they_come_from() -> None:
    config = toy_config(distill={"teachers": ["residual", "face"]})
    assert card.pretraining(config).startswith(
        "taught by residual, version 1; taught by face, version 1 (the classifier began with"
    )


@pytest.mark.parametrize("pyramid", [True, False])
def test_a_file_of_weights_is_told(pyramid: bool) -> None:
    network = {"kind": "psr", "pyramid": pyramid, "align": False, "weights": "in/vgg16_bn.pth"}
    found = card.pretraining(toy_config(network=network))
    assert found == "the VGG16 began with the weights of vgg16_bn.pth"


def test_unused_published_weights_are_not_claimed() -> None:
    config: ModelConfig = toy_config(network={"backbone": "face_resnet", "enlarge": 2})
    assert card.pretraining(config) == ""
