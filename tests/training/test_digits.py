from __future__ import annotations

import pytest
import torch

pytest.importorskip("sklearn")

from training import digits


def test_distortions_are_those_of_the_matrices() -> None:
    some = torch.rand(4, 1, 8, 8)
    first, theta = digits.distorted(some, torch.Generator().manual_seed(1))
    again, _ = digits.distorted(some, torch.Generator().manual_seed(1))
    other, _ = digits.distorted(some, torch.Generator().manual_seed(2))
    assert first.shape == (4, 1, 32, 32)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    # The determinant is the square of the zoom out.
    lengths = torch.linalg.det(theta[:, :, :2]).rsqrt()
    assert ((lengths >= digits.SCALE[0]) & (lengths <= digits.SCALE[1])).all()
    # Seen through the inverse, a digit is back upright in the middle.
    turned = torch.linalg.inv(theta[:, :, :2])
    inverse = torch.cat([turned, -turned @ theta[:, :, 2:]], dim=2)
    grid = torch.nn.functional.affine_grid(inverse, [4, 1, 32, 32], align_corners=False)
    back = torch.nn.functional.grid_sample(first, grid, align_corners=False)
    upright = digits._upright(some)
    inside = (slice(None), slice(None), slice(10, 22), slice(10, 22))
    assert (back - upright)[inside].abs().mean() < 0.05
    assert (first - upright)[inside].abs().mean() > 0.1


def test_transformer_reads_distorted_digits_better_and_rights_them() -> None:
    """24 epochs, seeds 0, 1, 2: 95.8, 94.9, 94.0 % with, 87.3, 86.9, 88.3 % without."""
    plain = digits.train(align=False, epochs=24, seed=0)
    aligner = digits.train(align=True, epochs=24, seed=0)
    assert digits.accuracy(aligner) > 0.9
    assert digits.accuracy(aligner) > digits.accuracy(plain) + 0.03
    assert digits.spread_of_turns(aligner) < 0.8 * digits.spread_of_turns(plain)
