from __future__ import annotations

import pytest
import torch

from training.networks.edsr import FoldedEDSR
from training.networks.roomread import RoomreadNet, standardise
from training.networks.stn import SpatialTransformer


def small_net(**changes: object) -> RoomreadNet:
    arguments = {
        "size": 48, "stem": 8, "widths": (8, 16), "depths": (1, 1), "excite": True,
        "dropout": 0.0, "sr_features": 8, "sr_blocks": 1, "align": True,
    }  # fmt: skip
    return RoomreadNet(**{**arguments, **changes})


def test_fresh_transformer_changes_nothing() -> None:
    images = torch.rand(3, 1, 48, 48)
    warped, theta = SpatialTransformer(48).eval()(images)
    torch.testing.assert_close(warped, images, atol=1e-5, rtol=0)
    torch.testing.assert_close(theta, torch.eye(2, 3).expand(3, 2, 3))


def test_transformer_learns_to_centre() -> None:
    """A dot off the centre is brought there: the sampler's gradient points the right way."""
    torch.manual_seed(0)
    stn = SpatialTransformer(32)
    optimizer = torch.optim.Adam(stn.parameters(), 3e-3)
    images = torch.zeros(16, 1, 32, 32)
    for i in range(16):
        x = 8 + i % 8
        images[i, 0, 14:19, x : x + 6] = 1.0
    for _ in range(80):
        warped, _ = stn(images)
        loss = -warped[:, :, 14:18, 14:18].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    before = images[:, :, 14:18, 14:18].mean()
    assert warped[:, :, 14:18, 14:18].mean() > before + 0.3


def test_fresh_super_resolution_changes_nothing_and_learns_to_sharpen() -> None:
    torch.manual_seed(0)
    sr = FoldedEDSR(8, 1)
    sharp = torch.rand(8, 1, 24, 24)
    dull = torch.nn.functional.interpolate(
        torch.nn.functional.avg_pool2d(sharp, 2), scale_factor=2, mode="bicubic"
    )
    torch.testing.assert_close(sr(dull), dull)
    start = (dull - sharp).abs().mean()
    optimizer = torch.optim.Adam(sr.parameters(), 3e-3)
    for _ in range(60):
        loss = (sr(dull) - sharp).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.97 * start


@pytest.mark.parametrize("align", [True, False])
@pytest.mark.parametrize("sr_blocks", [0, 1])
def test_every_part_can_be_left_out(align: bool, sr_blocks: int) -> None:
    net = small_net(align=align, sr_blocks=sr_blocks)
    crops = torch.rand(4, 1, 48, 48) * 255
    reading = net(crops)
    assert reading.logits.shape == (4, 8)
    assert reading.restored.shape == crops.shape
    target = net.target_for(crops, crops, reading.theta)
    assert target.shape == crops.shape
    reading.logits.sum().backward()
    missing = [
        name
        for name, parameter in net.named_parameters()
        # A fresh transformer's and a fresh tail's zero weights stop the gradient before them.
        if parameter.grad is None and not name.startswith(("stn.localise", "sr."))
    ]
    assert missing == []


def test_light_does_not_change_a_reading() -> None:
    net = small_net().eval()
    crops = torch.rand(2, 1, 48, 48) * 200
    brighter = standardise(crops * 1.2 + 10)
    torch.testing.assert_close(standardise(crops), brighter, atol=0.05, rtol=0)
    with torch.inference_mode():
        assert (net(crops).logits - net(crops + 30).logits).abs().max() < 1e-3
