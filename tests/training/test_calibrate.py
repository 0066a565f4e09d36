from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from training import calibrate, data
from training.augment import at_size
from training.config import DataConfig
from training.networks.reading import Reading


def draws() -> Tensor:
    return 2 * torch.randn(2000, 8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_known_temperature_is_found(temperature: float) -> None:
    true = draws()
    found, bias = calibrate.fit(temperature * true, torch.softmax(true, dim=1), with_bias=False)
    assert found == pytest.approx(temperature, rel=1e-3)
    assert bias.abs().max() == 0


def test_known_biases_are_found() -> None:
    true, bias = draws(), torch.tensor([1.5, -1.0, 0.5, 0, 0, 0, -0.5, -0.5])
    shares = torch.softmax(true + bias, dim=1)
    found, biases = calibrate.fit(1.7 * true, shares, with_bias=True)
    assert found == pytest.approx(1.7, rel=2e-3)
    torch.testing.assert_close(biases, bias, atol=5e-3, rtol=0)
    _, none = calibrate.fit(1.7 * true, shares, with_bias=False)
    assert none.abs().max() == 0


def test_overconfidence_about_labels_is_taken_back() -> None:
    """From drawn labels instead of shares: the estimate is close, not exact."""
    true = draws()
    labels = torch.distributions.Categorical(logits=true).sample()
    found, _ = calibrate.fit(2.5 * true, torch.eye(8)[labels], with_bias=False)
    assert found == pytest.approx(2.5, rel=0.1)


def test_inputs_of_inference_are_taken() -> None:
    with torch.inference_mode():
        logits = 2 * draws()
    assert calibrate.fit(logits, torch.softmax(draws(), dim=1), True)[0] == pytest.approx(2, 0.01)


class Grey(nn.Module):
    """Its logits are the first pixels."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, crops: Tensor) -> Reading:
        return Reading(crops.flatten(1)[:, : self.classes])


@pytest.mark.parametrize(("labels", "classes", "count"), [("ferplus", 8, 160), ("fer2013", 7, 140)])
def test_validation_faces_of_every_size_are_asked(
    labels: str, classes: int, count: int, toy_faces: data.FacesSet
) -> None:
    config = DataConfig(labels=labels)  # type: ignore[arg-type]
    logits, shares = calibrate.logits_and_shares(Grey(classes), config, toy_faces, (48, 12), 48)
    assert logits.shape == shares.shape == (2 * count, classes)
    held, known = data.protocol_split(toy_faces, data.VALIDATION, config.labels)
    for part, pixels in zip(logits.split(count), (48, 12), strict=True):
        expected = at_size(held.images, pixels, 48).reshape(count, -1)[:, :classes]
        np.testing.assert_array_equal(part.numpy(), expected)
    for part in shares.split(count):
        assert part.argmax(dim=1).tolist() == known.tolist()
