from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training import calibrate, data
from training.augment import at_size
from training.config import DataConfig, ExportConfig
from training.networks.reading import BySharpness, Calibrated, Reading, sharpness


def asked(logits: Tensor, shares: Tensor, sharp: Tensor | None = None) -> calibrate.Asked:
    return calibrate.Asked(logits, shares, torch.zeros(len(logits)) if sharp is None else sharp)


def draws() -> Tensor:
    return 2 * torch.randn(2000, 8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_known_temperature_is_found(temperature: float) -> None:
    true = draws()
    found = calibrate.fit(asked(temperature * true, torch.softmax(true, dim=1)), ExportConfig())
    assert found.temperature == pytest.approx(temperature, rel=1e-3)
    assert found.bias is None
    assert found.slope == 0


def test_known_biases_are_found() -> None:
    true, bias = draws(), torch.tensor([1.5, -1.0, 0.5, 0, 0, 0, -0.5, -0.5])
    shares = torch.softmax(true + bias, dim=1)
    found = calibrate.fit(asked(1.7 * true, shares), ExportConfig(bias=True))
    assert found.temperature == pytest.approx(1.7, rel=2e-3)
    torch.testing.assert_close(found.bias, bias, atol=5e-3, rtol=0)


def test_a_temperature_that_depends_on_the_spread_is_found() -> None:
    true = draws() * torch.linspace(0.3, 2, 2000)[:, None]
    shares = torch.softmax(true * (0.2 - 0.3 * true.std(dim=1, keepdim=True)).exp(), dim=1)
    found = calibrate.fit(asked(true, shares), ExportConfig(adaptive=True))
    assert found.slope == pytest.approx(-0.3, abs=5e-3)
    assert np.log(found.temperature) == pytest.approx(-0.2, abs=5e-3)
    network = Calibrated(Given(true), found.temperature, slope=found.slope)
    torch.testing.assert_close(network(true), shares, atol=5e-3, rtol=0)


def enlarged(side: int) -> Tensor:
    """(500, 1, 48, 48) crops of noise that was so many pixels wide."""
    noise = torch.rand(500, 1, side, side, generator=torch.Generator().manual_seed(side)) * 255
    return nn.functional.interpolate(noise, size=48, mode="bicubic")


def test_enlarged_crops_are_less_sharp_whatever_their_contrast() -> None:
    sharp = [sharpness(enlarged(side)) for side in (48, 24, 12)]
    assert sharp[0].min() > sharp[1].max() > sharp[1].min() > sharp[2].max()
    fainter = sharpness(enlarged(24) / 3 + 70)
    torch.testing.assert_close(fainter, sharp[1], atol=0.1, rtol=0)
    assert sharpness(torch.full((1, 1, 48, 48), 90.0)) < sharp[2].min()


def test_a_temperature_that_depends_on_sharpness_is_found() -> None:
    true, crops = draws(), torch.cat([enlarged(side) for side in (48, 32, 24, 12)])
    sharp = sharpness(crops)
    low, high = torch.quantile(sharp, torch.tensor([0.01, 0.99])).tolist()
    shares = torch.softmax(
        true * (0.2 + 0.3 * (sharp.clamp(low, high) - high)).exp()[:, None], dim=1
    )
    found = calibrate.fit(asked(true, shares, sharp), ExportConfig(by_sharpness=True))
    assert found.sharp is not None
    assert found.sharp == pytest.approx((0.3, low, high), abs=5e-3)
    assert np.log(found.temperature) == pytest.approx(-0.2, abs=5e-3)
    network = Calibrated(Given(true), found.temperature, sharp=found.sharp)
    torch.testing.assert_close(network(crops), shares, atol=5e-3, rtol=0)
    assert calibrate.fit(asked(true, shares, sharp), ExportConfig()).sharp is None


def test_balance_reads_rare_classes_more_often() -> None:
    frequent = torch.tensor([0.5, 0.3, 0.1, 0.05, 0.02, 0.01, 0.01, 0.01])
    labels = torch.multinomial(frequent, 4000, True, generator=torch.Generator().manual_seed(1))
    logits = draws().repeat(2, 1) + 3 * torch.eye(8)[labels] + frequent.log()
    read, sure = {}, {}
    for balance in (0.0, 0.5, 1.0):
        choice = ExportConfig(bias=True, balance=balance)
        found = calibrate.fit(asked(logits, torch.eye(8)[labels]), choice, frequent)
        assert found.bias is not None
        answers = logits / found.temperature + found.bias
        read[balance] = int((answers.argmax(dim=1) >= 4).sum())
        right = (answers.argmax(dim=1) == labels).float().mean()
        sure[balance] = float(torch.softmax(answers, dim=1).max(dim=1).values.mean() - right)
    assert read[0.0] < read[0.5] < read[1.0]
    # The temperature is fitted anew, so that confidence stays near the share that is right.
    assert abs(sure[0.5]) < 0.04


def test_overconfidence_about_labels_is_taken_back() -> None:
    """From drawn labels instead of shares: the estimate is close, not exact."""
    true = draws()
    labels = torch.distributions.Categorical(logits=true).sample()
    found = calibrate.fit(asked(2.5 * true, torch.eye(8)[labels]), ExportConfig())
    assert found.temperature == pytest.approx(2.5, rel=0.1)


def test_inputs_of_inference_are_taken() -> None:
    with torch.inference_mode():
        logits = 2 * draws()
    found = calibrate.fit(asked(logits, torch.softmax(draws(), dim=1)), ExportConfig(bias=True))
    assert found.temperature == pytest.approx(2, 0.01)


class Given(nn.Module):
    """Its logits are what it was made with."""

    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, crops: Tensor) -> Reading:
        return Reading(self.logits)


def grey(crops: NDArray[np.float32]) -> NDArray[np.float32]:
    """Eight numbers a face made of its first pixels, above zero."""
    return crops.reshape(len(crops), -1)[:, :8] + 1


@pytest.mark.parametrize(("labels", "classes", "count"), [("ferplus", 8, 160), ("fer2013", 7, 140)])
def test_validation_faces_of_every_size_are_asked(
    labels: str, classes: int, count: int, toy_faces: data.FacesSet
) -> None:
    config = DataConfig(labels=labels)  # type: ignore[arg-type]
    logits, shares, sharp = calibrate.ask(grey, config, toy_faces, (48, 12), 48)
    assert sharp[:count].mean() > sharp[count:].mean() + 1
    assert logits.shape == shares.shape == (2 * count, classes)
    held, known = data.protocol_split(toy_faces, data.VALIDATION, config.labels)
    for part, pixels in zip(logits.split(count), (48, 12), strict=True):
        expected = at_size(held.images, pixels, 48).reshape(count, -1)[:, :classes]
        np.testing.assert_allclose(part.exp(), expected + 1, rtol=1e-4)
    for part in shares.split(count):
        assert part.argmax(dim=1).tolist() == known.tolist()


def test_the_majority_may_take_the_place_of_the_votes(toy_faces: data.FacesSet) -> None:
    ask = (grey, DataConfig(), toy_faces, (48,), 48)
    hard, votes = calibrate.ask(*ask, hard=True), calibrate.ask(*ask)
    assert set(hard.shares.unique().tolist()) == {0, 1}
    assert hard.shares.argmax(dim=1).tolist() == votes.shares.argmax(dim=1).tolist()
    assert (votes.shares.max(dim=1).values < 1).all()
    to_labels, to_votes = (calibrate.fit(said, ExportConfig()) for said in (hard, votes))
    assert to_labels.temperature != to_votes.temperature


def test_frequencies_are_those_of_the_training_faces(toy_faces: data.FacesSet) -> None:
    found = calibrate.frequencies(DataConfig(), toy_faces)
    _, labels = data.protocol_split(toy_faces, data.TRAIN)
    torch.testing.assert_close(
        found, torch.from_numpy(np.bincount(labels, minlength=8) / len(labels)).float()
    )


def test_faces_that_are_of_no_use_do_not_count(toy_faces: data.FacesSet) -> None:
    votes = toy_faces.votes.copy()
    drowned = np.flatnonzero(toy_faces.usage == data.TRAIN)[:15]  # neutral ones
    votes[drowned, -1] = 60  # most say that it is no face
    found = calibrate.frequencies(DataConfig(), replace(toy_faces, votes=votes))
    assert found[0] == pytest.approx(5 / 145)
    torch.testing.assert_close(found[1:], torch.full((7,), 20 / 145))


def test_calibration_in_words() -> None:
    plain = calibrate.Calibration(1.23456).words("ferplus")
    assert plain["temperature"] == 1.2346
    assert plain["inside_graph"] is True
    assert "bias" not in plain
    assert "slope" not in plain
    assert plain["method"].startswith("temperature, fitted to the vote distributions of")
    bias = torch.tensor([0.5, -0.25])
    sharp = BySharpness(0.1, -6.0, 0.5)
    full = calibrate.Calibration(1.0, 0.2, bias, "majority", 0.1, sharp=sharp).words("ferplus")
    assert full["sharpness"] == {"factor": 0.1, "low": -6.0, "high": 0.5}
    assert "sharpness" not in plain
    assert full["bias"] == [0.5, -0.25]
    assert full["slope"] == 0.2
    assert full["method"].startswith(
        "temperature that depends on the spread of the logits and the sharpness of the crop and a "
    )
    assert "to the majority labels of" in full["method"]
    assert "0.1 of the log frequencies" in full["method"]
    seven = calibrate.Calibration(1.0).words("fer2013")
    assert seven["method"] == "temperature, fitted to the FER2013 labels of the validation faces"


def test_a_bias_that_balance_made_is_not_called_fitted() -> None:
    shares = torch.softmax(draws(), dim=1)
    frequent = torch.linspace(1, 8, 8) / 36
    for fitted in (False, True):
        choice = ExportConfig(bias=fitted, balance=0.2)
        words = calibrate.fit(asked(draws(), shares), choice, frequent).words("ferplus")
        assert ("and a bias a class" in words["method"]) == fitted
        assert "0.2 of the log frequencies of the classes taken off" in words["method"]
        assert len(words["bias"]) == 8
