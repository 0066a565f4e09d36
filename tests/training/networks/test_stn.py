from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from training.networks.stn import SpatialTransformer


def dots(count: int, side: int = 32) -> Tensor:
    """Bright rectangles at different places left of the middle and on it."""
    images = torch.zeros(count, 1, side, side)
    for i in range(count):
        x = 8 + i % 8
        images[i, 0, 14:19, x : x + 6] = 1.0
    return images


@pytest.mark.parametrize(("size", "channels"), [(48, 1), (32, 3)])
def test_fresh_transformer_changes_nothing(size: int, channels: int) -> None:
    images = torch.rand(3, channels, size, size)
    warped, theta = SpatialTransformer(size, channels).eval()(images)
    torch.testing.assert_close(warped, images, atol=1e-5, rtol=0)
    torch.testing.assert_close(theta, torch.eye(2, 3).expand(3, 2, 3))


def test_theta_maps_output_to_input() -> None:
    stn = SpatialTransformer(32)
    images = torch.rand(1, 1, 32, 32)
    moved = stn.warp(images, torch.tensor([[[1.0, 0, 4 / 16], [0, 1, 0]]]))
    torch.testing.assert_close(moved[..., :28], images[..., 4:], atol=1e-5, rtol=0)
    torch.testing.assert_close(moved[..., 28:], images[..., 31:].expand(1, 1, 32, 4))  # the border
    mirrored = stn.warp(images, torch.tensor([[[-1.0, 0, 0], [0, 1, 0]]]))
    torch.testing.assert_close(mirrored, images.flip(3), atol=1e-5, rtol=0)
    quarter = stn.warp(images, torch.tensor([[[0.0, -1, 0], [1, 0, 0]]]))
    torch.testing.assert_close(quarter, images.rot90(1, (2, 3)), atol=1e-5, rtol=0)


def test_matrix_stays_within_its_limit() -> None:
    torch.manual_seed(0)
    stn = SpatialTransformer(32, limit=0.25)
    torch.nn.init.normal_(stn.project.weight, std=50)
    far = (stn.theta(torch.rand(8, 1, 32, 32)) - torch.eye(2, 3)).abs()
    assert 0.2 < far.max() <= 0.25 + 1e-6


def test_transformer_learns_to_centre() -> None:
    """A dot off the centre is brought there: the sampler's gradient points the right way."""
    torch.manual_seed(0)
    stn = SpatialTransformer(32, width=8)
    optimizer = torch.optim.Adam(stn.parameters(), 5e-3)
    images = dots(16)
    for _ in range(60):
        warped, _ = stn(images)
        loss = -warped[:, :, 14:18, 14:18].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    before = images[:, :, 14:18, 14:18].mean()
    assert warped.detach()[:, :, 14:18, 14:18].mean() > before + 0.3


def test_sampling_grid_is_not_rounded_in_mixed_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    stn = SpatialTransformer(48).eval()
    torch.nn.init.normal_(stn.project.weight, std=0.1)
    grids = []
    sample = torch.nn.functional.grid_sample
    monkeypatch.setattr(
        "training.networks.stn.F.grid_sample",
        lambda images, grid, **how: grids.append(grid) or sample(images, grid, **how),
    )
    images = torch.rand(2, 1, 48, 48)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        warped, theta = stn(images)
    assert theta.dtype == grids[0].dtype == warped.dtype == torch.float32
    steps = (torch.arange(48) * 2 + 1) / 48 - 1
    x, y = steps.repeat(48), steps.repeat_interleave(48)
    exact = theta.double() @ torch.stack([x, y, torch.ones(48 * 48)]).double()
    error = (grids[0].view(2, -1, 2) - exact.transpose(1, 2)).abs().max()
    assert error < 1e-5  # bfloat16 would be off by up to 4e-3, a tenth of a pixel
    with torch.inference_mode():
        torch.testing.assert_close(warped, stn.warp(images, theta))


def test_turning_there_and_back() -> None:
    stn = SpatialTransformer(48)
    y, x = torch.meshgrid(torch.arange(48.0), torch.arange(48.0), indexing="ij")
    image = torch.exp(-((x - 30) ** 2 + (y - 20) ** 2) / 60)[None, None]
    c, s = math.cos(0.3), math.sin(0.3)
    there = stn.warp(image, torch.tensor([[[c, -s, 0], [s, c, 0]]]))
    back = stn.warp(there, torch.tensor([[[c, s, 0], [-s, c, 0]]]))
    assert (there - image).abs().max() > 0.2
    assert (back - image).abs().max() < 0.05
