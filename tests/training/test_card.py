from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.toys import toy_config
from training import card, data, measure
from training.config import ModelConfig, load_model_config

CONFIGS = Path(__file__).resolve().parents[2] / "training" / "configs"


def test_calibration_in_words() -> None:
    plain = card.Calibration(1.23456, None).words()
    assert plain["temperature"] == 1.2346
    assert plain["inside_graph"] is True
    assert "bias" not in plain
    assert plain["method"].startswith("temperature, fitted")
    biased = card.Calibration(1.0, torch.tensor([0.5, -0.25])).words()
    assert biased["bias"] == [0.5, -0.25]
    assert biased["method"].startswith("temperature and a bias a class")


def test_bar_reads_the_surest_validation_faces(toy_faces: data.FacesSet) -> None:
    held, labels = data.protocol_split(toy_faces, data.VALIDATION)

    def predict(crops: np.ndarray) -> np.ndarray:
        """Sure by how bright the face is."""
        sure = 0.2 + 0.7 * crops.mean((1, 2, 3)) / 255
        rows = np.repeat(((1 - sure) / 7)[:, None], 8, axis=1)
        rows[:, 0] = sure
        return rows.astype(np.float32)

    bar = card._bar(predict, toy_faces, 48)
    from training.augment import at_size

    sure = predict(at_size(held.images, card.BAR_PIXELS, 48)[:, None].astype(np.float32))[:, 0]
    assert len(labels) == len(sure)
    assert (sure >= bar).mean() == pytest.approx(measure.COVERAGE, abs=0.03)


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
    config = load_model_config(CONFIGS / f"{name}.toml")
    assert card._origin(config) == origin
    assert origin == "" or origin in card._PRETRAINING


def test_unused_published_weights_are_not_claimed() -> None:
    config: ModelConfig = toy_config(network={"backbone": "face_resnet", "enlarge": 2})
    assert card._origin(config) == ""
