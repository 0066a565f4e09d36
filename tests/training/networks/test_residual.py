from __future__ import annotations

import pytest
import torch

from training.networks.residual import BasicBlock, ResidualClassifier, SqueezeExcite


def small(**changes: object) -> ResidualClassifier:
    shape = {
        "classes": 5, "stem": 6, "widths": (8, 16, 24), "depths": (1, 2, 1), "excite": False,
        "dropout": 0.0,
    }  # fmt: skip
    return ResidualClassifier(**{**shape, **changes})


def test_stem_and_every_stage_but_the_first_halve_the_picture() -> None:
    network = small().eval()
    seen = network.see(torch.rand(2, 1, 48, 48))
    assert seen.shape == (2, 6, 24, 24)
    sides, channels = [], []
    for block in network.features:
        if isinstance(block, BasicBlock):
            seen = block(seen)
            sides.append(seen.shape[-1])
            channels.append(seen.shape[1])
    assert sides == [24, 12, 12, 6]
    assert channels == [8, 16, 16, 24]


def test_reading_what_was_seen_is_the_whole_pass() -> None:
    network = small().eval()
    images = torch.rand(3, 1, 32, 32)
    torch.testing.assert_close(network.read(network.see(images)), network(images))
    assert network(images).shape == (3, 5)


def test_folded_stem_sees_every_pixel() -> None:
    network = small().eval()
    images = torch.rand(1, 1, 16, 16, requires_grad=True)
    network(images).square().sum().backward()
    assert (images.grad != 0).all()


def test_dead_block_is_its_short_cut() -> None:
    block = BasicBlock(4, 4, 1, excite=False).eval()
    torch.nn.init.zeros_(block.bn2.weight)
    x = torch.randn(2, 4, 6, 6)
    torch.testing.assert_close(block(x), x.relu())


def test_channels_are_weighed_by_what_the_picture_shows() -> None:
    torch.manual_seed(0)
    module = SqueezeExcite(16)
    x = torch.rand(2, 16, 5, 5)
    weights = module(x) / x
    assert ((weights > 0) & (weights < 1)).all()
    # One weight a channel and face, whatever the place.
    torch.testing.assert_close(weights, weights.mean((2, 3), keepdim=True).expand_as(weights))
    torch.testing.assert_close(module(x.flip(3)), module(x).flip(3))
    assert weights[0].std() > 0


@pytest.mark.parametrize("excite", [True, False])
def test_every_parameter_learns(excite: bool) -> None:
    torch.manual_seed(0)
    network = small(excite=excite, widths=(32, 32, 48))
    network(torch.randn(4, 1, 32, 32)).square().sum().backward()
    assert [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_dropout_is_of_training_only() -> None:
    network = small(dropout=0.5)
    images = torch.rand(2, 1, 32, 32)
    network.eval()
    torch.testing.assert_close(network(images), network(images))
    network.dropout.train()
    assert not torch.allclose(network(images), network(images))
