from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError

from tests.training.networks.exporting import exported_difference, exporting
from training.networks.equalise import area_resize, equalise
from training.networks.inception import Inception
from training.networks.stn_cnn import StnCnn, StnCnnConfig


def small(**changes: object) -> StnCnn:
    fields = {
        "side": 16, "widths": (8, 8, 8, 8, 16), "inception": (16, 16), "hidden": 16,
        "localisation": 4,
    }  # fmt: skip
    return StnCnnConfig(**{**fields, **changes}).build(7)


def crops(count: int = 4) -> torch.Tensor:
    torch.manual_seed(0)
    return torch.rand(count, 1, 48, 48) * 255


def test_inception_keeps_the_picture_and_gives_each_branch_a_quarter() -> None:
    module = Inception(6, 16).eval()
    x = torch.rand(2, 6, 8, 8)
    y = module(x)
    assert y.shape == (2, 16, 8, 8)
    torch.testing.assert_close(y[:, 4:8], module.three(x))
    # A change of one pixel is seen at distance 0, 1, 2 and 1 by the four branches.
    x[0, :, 4, 4] += 10
    touched = ((module(x) - y)[0] != 0).flatten(0, 0)
    reach = [int((touched[4 * b : 4 * b + 4].any(0).nonzero() - 4).abs().max()) for b in range(4)]
    assert reach == [0, 1, 2, 1]


@exporting
def test_paper_scale_trains_and_exports() -> None:
    net = StnCnnConfig().build(7)
    kinds = [type(m).__name__ for m in net.features.modules()]
    assert kinds.count("MaxPool2d") == 2
    assert kinds.count("Inception") == 2
    reading = net(crops(2))
    assert reading.logits.shape == (2, 7)
    assert reading.theta is not None
    torch.nn.functional.cross_entropy(reading.logits, torch.tensor([0, 3])).backward()
    assert all(p.grad is not None for p in net.features.parameters())
    assert net.stn is not None
    assert net.stn.project.weight.grad.abs().sum() > 0
    torch.nn.init.normal_(net.stn.project.weight, std=0.02)
    assert exported_difference(net, crops(3)) < 1e-4


def test_without_transformer_nothing_is_turned() -> None:
    net = small(align=False).eval()
    reading = net(crops())
    assert reading.theta is None
    images = equalise(area_resize(crops(), 16)) / 127.5 - 1
    torch.testing.assert_close(reading.logits, net.head(net.features(images)))


def test_a_fresh_transformer_reads_as_none() -> None:
    with_stn, without = small().eval(), small(align=False).eval()
    without.load_state_dict(
        {k: v for k, v in with_stn.state_dict().items() if not k.startswith("stn.")}
    )
    torch.testing.assert_close(
        with_stn(crops()).logits, without(crops()).logits, atol=1e-3, rtol=1e-3
    )


def test_msra_initialisation_and_biases_of_one() -> None:
    net = StnCnnConfig(hidden=512).build(7)
    conv, linear = net.features[4][0], net.head[0]
    assert conv.bias is None
    assert conv.weight.std().item() == pytest.approx((2 / (128 * 9)) ** 0.5, rel=0.02)
    assert linear.weight.std().item() == pytest.approx((2 / linear.in_features) ** 0.5, rel=0.02)
    assert (linear.bias == 1).all()
    assert (net.head[-1].bias == 1).all()


def test_the_transformer_gets_a_share_of_its_gradient_and_changes_nothing_else() -> None:
    found = []
    for rate in (1.0, 0.25):
        torch.manual_seed(0)
        net = small(localisation_rate=rate, dropout=0.0)
        logits = net(crops()).logits
        torch.nn.functional.cross_entropy(logits, torch.arange(4)).backward()
        assert net.stn is not None
        found.append((logits, net.stn.project.weight.grad, net.head[0].weight.grad))
    torch.testing.assert_close(found[0][0], found[1][0])
    torch.testing.assert_close(found[0][1] * 0.25, found[1][1])
    torch.testing.assert_close(found[0][2], found[1][2])


@pytest.mark.parametrize(
    "fields",
    [{"inception": (16, 18)}, {"widths": (0, 1, 1, 1, 1)}, {"side": 20}, {"dropout": 1.0}],
)
def test_impossible_shapes_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StnCnnConfig(**fields)


def test_learns_turned_bars() -> None:
    """Two classes that differ by shape, at any angle within 45 degrees: training does its work."""
    torch.manual_seed(0)
    net = small(dropout=0.0)
    optimizer = torch.optim.SGD(net.parameters(), 0.05, momentum=0.9)
    images = torch.zeros(32, 1, 48, 48)
    images[::2, :, 20:28, 8:40] = 200
    images[1::2, :, 8:40, 20:28] = 200
    images[1::2, :, 20:28, 8:40] = 200
    labels = torch.arange(32) % 2
    for _ in range(25):
        noisy = images + torch.rand(32, 1, 48, 48)
        loss = torch.nn.functional.cross_entropy(net(noisy).logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.2
