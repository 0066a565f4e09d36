from __future__ import annotations

from pathlib import Path

import pytest
import torch

from app.core.errors import ModelError
from training.networks.resnet50 import Bottleneck, ResNet50, grey_kernel, load_weights


def published(path: Path) -> tuple[Path, ResNet50]:
    """A file as torchvision's, but narrow: colour convolution first, a classifier last."""
    torch.manual_seed(0)
    donor = ResNet50(channels=3, width=8).eval()
    for module in donor.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    whole = {**donor.state_dict(), "fc.weight": torch.rand(1000, 256), "fc.bias": torch.rand(1000)}
    torch.save(whole, path)
    return path, donor


def test_names_and_shapes_are_those_of_torchvision() -> None:
    state = ResNet50().state_dict()
    assert len(state) == 318  # torchvision's 320 less its classifier's two
    assert sum(p.numel() for p in ResNet50().parameters()) == 25_557_032 - 2_049_000
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    assert shapes["conv1.weight"] == (64, 3, 7, 7)
    assert shapes["layer1.0.downsample.0.weight"] == (256, 64, 1, 1)
    assert shapes["layer2.0.conv2.weight"] == (128, 128, 3, 3)
    assert shapes["layer3.5.conv3.weight"] == (1024, 256, 1, 1)
    assert shapes["layer4.2.bn3.running_var"] == (2048,)
    assert shapes["layer4.0.downsample.1.bias"] == (2048,)


def test_stride_sits_on_the_middle_convolution() -> None:
    block = Bottleneck(64, 32, 2)
    assert [block.conv1.stride, block.conv2.stride, block.conv3.stride] == [(1, 1), (2, 2), (1, 1)]


@pytest.mark.parametrize(("max_pool", "side"), [(True, 2), (False, 3)])
def test_without_max_pool_more_of_the_picture_is_left(max_pool: bool, side: int) -> None:
    net = ResNet50(channels=1, max_pool=max_pool, width=8)
    assert net(torch.rand(2, 1, 48, 48)).shape == (2, 256, side, side)
    assert len(net.stages) == 5


def test_equation_1_is_the_mean_over_colours() -> None:
    colours = torch.rand(4, 3, 7, 7)
    grey = grey_kernel(colours)
    torch.testing.assert_close(grey[:, 0], (colours[:, 0] + colours[:, 1] + colours[:, 2]) / 3)


def test_a_grey_network_answers_as_the_colour_one_to_a_grey_picture(tmp_path: Path) -> None:
    path, donor = published(tmp_path / "resnet50.pth")
    net = ResNet50(channels=1, width=8).eval()
    load_weights(net, path)
    grey = torch.randn(2, 1, 64, 64)
    # Equation 1 divides by the colours, so the picture must be as many times stronger.
    expected = donor(grey.expand(-1, 3, -1, -1))
    torch.testing.assert_close(net(3 * grey), expected, atol=1e-3, rtol=1e-3)
    assert (net(grey) - expected).abs().max() > 0.1


def test_a_colour_network_loads_as_it_is(tmp_path: Path) -> None:
    path, donor = published(tmp_path / "resnet50.pth")
    net = ResNet50(channels=3, width=8).eval()
    load_weights(net, path)
    images = torch.randn(1, 3, 32, 32)
    torch.testing.assert_close(net(images), donor(images))


@pytest.mark.parametrize("kind", ["missing", "text", "cut", "other keys", "other width", "tensor"])
def test_unfit_files_are_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "weights.pth"
    if kind == "text":
        path.write_text("<html>not found</html>")
    elif kind == "cut":
        whole, _ = published(tmp_path / "whole.pth")
        path.write_bytes(whole.read_bytes()[:5000])
    elif kind == "other keys":
        torch.save({"weight": torch.rand(2)}, path)
    elif kind == "other width":
        torch.save(ResNet50(channels=3, width=16).state_dict(), path)
    elif kind == "tensor":
        torch.save(torch.rand(3), path)
    with pytest.raises(ModelError, match=r"weights\.pth") as caught:
        load_weights(ResNet50(channels=1, width=8), path)
    assert "\n" not in str(caught.value)
