from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from app.core.errors import ModelError
from training.networks import vgg

CONVOLUTIONS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
CONVOLUTIONS_WITH_NORM = (0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40)
"""Numbers of the convolutions in torchvision's vgg16 and vgg16_bn."""


def published(batch_norm: bool, width: float) -> dict[str, torch.Tensor]:
    """Random weights under torchvision's names, three colours, with its classifier."""
    torch.manual_seed(5)
    features = vgg.vgg16_features(width, batch_norm)
    state = {f"features.{name}": torch.rand_like(w.float()) for name, w in
             features.state_dict().items() if "num_batches" not in name}  # fmt: skip
    state |= {
        f"features.{name}": w for name, w in features.state_dict().items() if "num_batches" in name
    }
    state["features.0.weight"] = torch.rand(round(64 * width), 3, 3, 3)
    return state | {"classifier.0.weight": torch.rand(4, 4), "classifier.0.bias": torch.rand(4)}


@pytest.mark.parametrize(
    ("batch_norm", "numbers"), [(False, CONVOLUTIONS), (True, CONVOLUTIONS_WITH_NORM)]
)
def test_layers_have_torchvisions_numbers_and_shapes(
    batch_norm: bool, numbers: tuple[int, ...]
) -> None:
    features = vgg.vgg16_features(1.0, batch_norm)
    found = {i: layer for i, layer in enumerate(features) if isinstance(layer, nn.Conv2d)}
    assert tuple(found) == numbers
    wide = (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
    assert tuple(layer.out_channels for layer in found.values()) == wide
    weights = sum(p.numel() for layer in found.values() for p in layer.parameters())
    # torchvision's count, less two of the three colours of the first convolution.
    assert weights == 14_714_688 - 2 * 64 * 9


@pytest.mark.parametrize("side", [12, 24, 48, 50])
def test_small_pictures_keep_a_map(side: int) -> None:
    result = vgg.vgg16_features(1 / 32)(torch.rand(2, 1, side, side))
    halved = side
    for _ in range(5):
        halved = -(-halved // 2)
    assert result.shape == (2, 16, halved, halved)


@pytest.mark.parametrize("position", range(14))
def test_cut_anywhere_changes_nothing(position: int) -> None:
    features = vgg.vgg16_features(1 / 32).eval()
    images = torch.rand(2, 1, 32, 32)
    low, high = vgg.cut(features, position)
    assert sum(isinstance(layer, nn.Conv2d) for layer in low) == position
    assert {*low.state_dict(), *high.state_dict()} == set(features.state_dict())
    torch.testing.assert_close(high(low(images)), features(images))


def test_no_cut_beyond_the_layers() -> None:
    with pytest.raises(ValueError, match=r"0\.\.13"):
        vgg.cut(vgg.vgg16_features(1 / 32), 14)


def test_shared_layers_treat_branches_as_one_batch() -> None:
    """Maps of one size: the same outputs and running statistics as of all in one batch."""
    torch.manual_seed(0)
    features, twin = vgg.vgg16_features(1 / 16), vgg.vgg16_features(1 / 16)
    twin.load_state_dict(features.state_dict())
    first, second = torch.randn(3, 1, 16, 16), 2 + torch.randn(5, 1, 16, 16)
    apart = vgg.apply_shared(features, [first, second])
    together = twin(torch.cat([first, second]))
    torch.testing.assert_close(torch.cat(apart), together, atol=1e-4, rtol=1e-4)
    for name, value in twin.state_dict().items():
        torch.testing.assert_close(features.state_dict()[name], value, atol=1e-4, rtol=1e-4)


def test_statistics_of_branches_weigh_every_pixel_alike() -> None:
    norm = nn.BatchNorm2d(2, momentum=1.0)
    small, large = torch.randn(3, 2, 2, 2), 4 + torch.randn(3, 2, 5, 5)
    normed = vgg.apply_shared(nn.Sequential(norm), [small, large])
    assert [each.shape for each in normed] == [small.shape, large.shape]
    pixels = torch.cat([small.transpose(0, 1).flatten(1), large.transpose(0, 1).flatten(1)], dim=1)
    torch.testing.assert_close(norm.running_mean, pixels.mean(1))
    expected = (small - pixels.mean(1).view(1, 2, 1, 1)) / pixels.std(1, correction=0).view(
        1, 2, 1, 1
    )
    torch.testing.assert_close(normed[0], expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_published_weights_load_whole_and_in_parts(tmp_path: Path, batch_norm: bool) -> None:
    state = published(batch_norm, 1 / 16)
    torch.save(state, tmp_path / "vgg16.pth")
    whole = vgg.vgg16_features(1 / 16, batch_norm)
    low, high = vgg.cut(vgg.vgg16_features(1 / 16, batch_norm), 6)
    vgg.load_vgg16(tmp_path / "vgg16.pth", [whole, low, high])
    grey = torch.rand(1, 1, 8, 8)
    colour = nn.functional.conv2d(
        grey.expand(1, 3, 8, 8), state["features.0.weight"], state["features.0.bias"], padding=1
    )
    torch.testing.assert_close(whole[0](grey), colour)
    for name, weight in {**low.state_dict(), **high.state_dict()}.items():
        assert torch.equal(weight, whole.state_dict()[name])
        if name != "0.weight":
            assert torch.equal(weight, state[f"features.{name}"])


def test_a_trained_baselines_checkpoint_loads(tmp_path: Path) -> None:
    net = vgg.VGG16(8, 48, 1 / 32, True, 16, "")
    state = {f"network.{name}": weight for name, weight in net.state_dict().items()}
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "best.ckpt")
    other = vgg.VGG16(8, 48, 1 / 32, True, 16, str(tmp_path / "best.ckpt"))
    other.start(torch.zeros(1, 1, 48, 48))
    for name, weight in net.features.state_dict().items():
        assert torch.equal(other.features.state_dict()[name], weight)


def test_files_that_do_not_fit_are_one_line(tmp_path: Path) -> None:
    target = [vgg.vgg16_features(1 / 16)]
    with pytest.raises(ModelError, match="can't be read: No such file"):
        vgg.load_vgg16(tmp_path / "none.pth", target)
    (tmp_path / "text.pth").write_text("hello")
    with pytest.raises(ModelError, match="no file of torch"):
        vgg.load_vgg16(tmp_path / "text.pth", target)
    torch.save({"layer.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(ModelError, match="no features of a VGG16"):
        vgg.load_vgg16(tmp_path / "other.pth", target)
    torch.save(published(True, 1 / 32), tmp_path / "narrow.pth")
    with pytest.raises(ModelError, match="another width"):
        vgg.load_vgg16(tmp_path / "narrow.pth", target)
    torch.save(published(False, 1 / 16), tmp_path / "plain.pth")
    with pytest.raises(ModelError, match="another network"):
        vgg.load_vgg16(tmp_path / "plain.pth", target)


def test_baseline_reads_crops_of_another_side() -> None:
    net = vgg.VGG16(7, 32, 1 / 32, False, 16, "")
    reading = net(torch.rand(3, 1, 48, 48) * 255)
    assert reading.logits.shape == (3, 7)
    assert reading.restored is None
    assert reading.parts == ()
    reading.logits.sum().backward()
    assert all(p.grad is not None for p in net.parameters())


def test_no_pixel_is_skipped_in_shrinking() -> None:
    crop = torch.zeros(1, 1, 48, 48)
    crop[..., 17, 30] = 1
    assert vgg.to_side(crop, 32).sum() > 0.2
    with pytest.raises(ValueError, match="48 pixels can't be sampled at 16"):
        vgg.to_side(crop, 16)
