from __future__ import annotations

import pytest
import torch

from training.networks.rrdb import RRDB, DenseBlock


@pytest.mark.parametrize(("features", "growth"), [(8, 4), (64, 32)])
def test_channels_are_a_parameter(features: int, growth: int) -> None:
    block = RRDB(features, growth)
    given = torch.randn(2, features, 6, 5)
    assert block(given).shape == given.shape
    channels = features * 5 + growth * 10
    outputs = growth * 4 + features
    # Each convolution sees all maps before it.
    grown = sum((features + n * growth) * growth for n in range(4))
    weights = 9 * (grown + (features + 4 * growth) * features)
    assert sum(p.numel() for p in block.parameters()) == 3 * (weights + outputs)
    seen = [c.in_channels for c in (*block.blocks[0].grow, block.blocks[0].close)]
    assert sum(seen) == channels


def test_starts_as_little_more_than_its_short_cuts() -> None:
    torch.manual_seed(0)
    given = torch.randn(4, 16, 8, 8)
    convolved = RRDB(16, 8)(given) - 1.2 * given
    assert 0 < convolved.std() < 0.05 * given.std()


def test_residual_is_scaled_and_dense() -> None:
    torch.manual_seed(0)
    block = DenseBlock(3, 2)
    given = torch.randn(1, 3, 4, 4)
    maps = [given]
    for convolve in block.grow:
        maps.append(torch.nn.functional.leaky_relu(convolve(torch.cat(maps, 1)), 0.2))
    expected = given + 0.2 * block.close(torch.cat(maps, 1))
    torch.testing.assert_close(block(given), expected)
