from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from training.networks.reading import Calibrated, Reading


class Fixed(nn.Module):
    """Says of a face what its first pixels show."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    def forward(self, faces: Tensor) -> Reading:
        return Reading(faces.flatten(1)[:, : self.classes])


FACES = torch.arange(18.0).view(2, 1, 3, 3).square() / 20


def test_temperature_and_bias_are_applied() -> None:
    bias = torch.tensor([1.0, -1.0, 0.5])
    shares = Calibrated(Fixed(3), 2.5, bias)(FACES)
    expected = torch.softmax(FACES.flatten(1)[:, :3] / 2.5 + bias, dim=1)
    torch.testing.assert_close(shares, expected)
    plain = Calibrated(Fixed(3), 1.0)(FACES)
    torch.testing.assert_close(plain, torch.softmax(FACES.flatten(1)[:, :3], dim=1))


@pytest.mark.parametrize("with_bias", [True, False])
def test_missing_classes_get_zeros_behind_the_others(with_bias: bool) -> None:
    bias = torch.linspace(-1, 1, 7) if with_bias else None
    seven = Calibrated(Fixed(7), 1.5, bias)(FACES)
    shares = Calibrated(Fixed(7), 1.5, bias, columns=8)(FACES)
    assert shares.shape == (2, 8)
    assert (shares[:, 7] == 0).all()
    torch.testing.assert_close(shares[:, :7], seven)
    torch.testing.assert_close(shares.sum(dim=1), torch.ones(2))


def test_whole_networks_stay_as_they_are() -> None:
    assert Calibrated(Fixed(8), 1.0, columns=8)(FACES).shape == (2, 8)


def test_calibration_is_part_of_the_module() -> None:
    state = Calibrated(Fixed(3), 2.5, torch.ones(3)).state_dict()
    assert float(state["temperature"]) == 2.5
    assert state["bias"].tolist() == [1, 1, 1]
