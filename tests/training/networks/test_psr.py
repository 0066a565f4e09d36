from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from tests.training.networks.exporting import exported_difference, exporting
from training.config import ClassifyConfig, load_config
from training.networks.psr import Localisation, PsrConfig, PsrNet, Scaling, TableTransformer
from training.networks.vgg import VGG16, vgg16_features

CONFIGS = Path(__file__).resolve().parents[3] / "training" / "configs"
SMALL = {"width": 1 / 32, "hidden": 16, "sr_features": 4, "sr_blocks": 1, "side": 32}


def small_net(**changes: object) -> PsrNet:
    net = PsrConfig.model_validate({**SMALL, **changes}).build(8)
    assert isinstance(net, PsrNet)
    return net


def crops(n: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(n, 1, 48, 48, generator=generator) * 255


def count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def test_transformer_is_that_of_table_1() -> None:
    layers = [layer for layer in Localisation(1, 48).modules() if not list(layer.children())]
    assert [type(layer).__name__ for layer in layers] == [
        "Conv2d", "MaxPool2d", "ReLU", "Conv2d", "MaxPool2d", "ReLU", "Flatten",
        "Linear", "ReLU", "Linear",
    ]  # fmt: skip
    first, second = layers[0], layers[3]
    assert (first.in_channels, first.out_channels, first.kernel_size) == (1, 8, (7, 7))
    assert (second.in_channels, second.out_channels, second.kernel_size) == (8, 10, (5, 5))
    assert (layers[7].in_features, layers[7].out_features) == (10 * 8 * 8, 32)
    assert (layers[9].in_features, layers[9].out_features) == (32, 6)


@pytest.mark.parametrize("side", [32, 48, 100])
def test_fresh_transformer_of_any_side_changes_nothing(side: int) -> None:
    stn = TableTransformer(3, side)
    images = torch.rand(2, 3, side, side)
    theta = stn.theta(images)
    torch.testing.assert_close(theta, torch.eye(2, 3).expand(2, 2, 3))
    torch.testing.assert_close(stn.warp(images, theta), images, atol=1e-4, rtol=0)


@pytest.mark.parametrize(("kstep", "sides"), [(1, [24, 48, 48]), (2, [12, 24, 48, 48])])
def test_scaling_gives_the_sizes_of_equation_1(kstep: int, sides: list[int]) -> None:
    images = crops()
    pictures = Scaling(kstep, 4, 1, skip=True)(images)
    assert [each.shape[-1] for each in pictures] == sides
    means = images.unfold(2, 2**kstep, 2**kstep).unfold(3, 2**kstep, 2**kstep).mean((4, 5))
    torch.testing.assert_close(pictures[0], means, atol=1e-3, rtol=0)
    assert pictures[-1] is images


@pytest.mark.parametrize("kstep", [1, 2])
@pytest.mark.parametrize("align", [True, False])
def test_shapes_and_gradients(kstep: int, align: bool) -> None:
    net = small_net(kstep=kstep, align=align)
    reading = net(crops())
    assert reading.logits.shape == (2, 8)
    assert [part.shape for part in reading.parts] == [(2, 8)] * (kstep + 2)
    assert reading.restored.shape == (2, 1, 32, 32)
    assert (reading.theta is not None) == align
    target = net.target_for(crops(), crops(), reading.theta)
    assert target.shape == reading.restored.shape
    (reading.logits.square().sum() + (reading.restored - target).abs().mean()).backward()
    assert [name for name, p in net.named_parameters() if p.grad is None] == []


@pytest.mark.parametrize("pos", range(14))
def test_pos_decides_what_branches_share(pos: int) -> None:
    net = small_net(pos=pos, align=False)
    features = vgg16_features(1 / 32)
    convolutions = [i for i, layer in enumerate(features) if isinstance(layer, nn.Conv2d)]
    own = count(features[: [*convolutions, len(features)][pos]])
    assert [count(low) for low in net.low] == [own] * 3
    assert count(net.high) == count(features) - own
    total = count(features) + 2 * own + count(net.scaling) + count(net.classifier) + 3
    assert count(net) == total
    assert len({id(p) for low in net.low for p in low.parameters()}) == 3 * len(
        list(net.low[0].parameters())
    )
    assert net(crops()).logits.shape == (2, 8)


def test_with_pos_0_branches_of_one_picture_agree() -> None:
    """All is shared, so two branches that see the same picture give the same score."""
    net = small_net(pos=0).eval()
    net.scaling = _Same()
    with torch.inference_mode():
        parts = net(crops()).parts
    torch.testing.assert_close(parts[0], parts[2])
    net = small_net(pos=1).eval()
    net.scaling = _Same()
    with torch.inference_mode():
        parts = net(crops()).parts
    assert (parts[0] - parts[2]).abs().max() > 1e-4


class _Same(nn.Module):
    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        return [images] * 3


def test_fusion_is_a_weighted_mean_of_the_branches() -> None:
    net = small_net().eval()
    torch.testing.assert_close(net.fusion_weights, torch.full((3,), 1 / 3))
    nn.init.normal_(net.fusion)
    weights = net.fusion_weights.detach()
    assert weights.sum().item() == pytest.approx(1)
    with torch.inference_mode():
        reading = net(crops())
    fused = sum(w * part for w, part in zip(weights, reading.parts, strict=True))
    torch.testing.assert_close(reading.logits, fused)


def test_learned_fusion_favours_the_better_branch() -> None:
    torch.manual_seed(0)
    net = small_net(align=False).eval()
    images, labels = crops(16), torch.arange(16) % 8
    with torch.no_grad():
        parts = net(images).parts
    best = int(torch.tensor([nn.functional.cross_entropy(p, labels) for p in parts]).argmin())
    optimizer = torch.optim.Adam([net.fusion], 0.1)
    for _ in range(10):
        loss = nn.functional.cross_entropy(net(images).logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert net.fusion_weights[best] > 1 / 3 + 0.05


def test_fixed_fusion_is_scaled_and_stays() -> None:
    net = small_net(fusion=[1.0, 2.0, 1.0])
    torch.testing.assert_close(net.fusion_weights, torch.tensor([0.25, 0.5, 0.25]))
    assert not net.fusion.requires_grad
    assert all(p is not net.fusion for group, _ in net.parameter_groups() for p in group)


def test_groups_hold_every_parameter_once_and_slow_the_transformer() -> None:
    net = small_net()
    groups = net.parameter_groups()
    assert [factor for _, factor in groups] == [1.0, 0.1]
    assert {id(p) for p in groups[1][0]} == {id(p) for p in net.stn.parameters()}
    everything = [id(p) for group, _ in groups for p in group]
    assert sorted(everything) == sorted(id(p) for p in net.parameters())
    assert len(small_net(align=False).parameter_groups()) == 1


def test_target_is_the_sharp_face_in_the_same_pose() -> None:
    net = small_net(side=48)
    sharp = crops()
    theta = torch.tensor([[-1.0, 0, 0], [0, 1, 0]]).expand(2, 2, 3)
    target = net.target_for(sharp, sharp, theta)
    plain = net.target_for(sharp, sharp, None)
    torch.testing.assert_close(target, plain.flip(3), atol=1e-4, rtol=0)


def test_weights_of_a_file_fill_every_branch(tmp_path: Path) -> None:
    baseline = PsrConfig(**{**SMALL, "pyramid": False, "align": False}).build(8)
    torch.save(baseline.state_dict(), tmp_path / "vgg.pth")
    net = small_net(pos=5, weights=str(tmp_path / "vgg.pth"))
    net.start(crops())
    wanted = baseline.features.state_dict()
    for low in net.low:
        for name, weight in {**low.state_dict(), **net.high.state_dict()}.items():
            assert torch.equal(weight, wanted[name])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pyramid": False}, "no transformer"),
        ({"side": 50, "kstep": 2}, "multiple of 4"),
        ({"fusion": (1.0, 1.0)}, "3 weights above 0"),
        ({"fusion": (1.0, 1.0, 0.0)}, "3 weights above 0"),
        ({"pos": 14}, "less than or equal to 13"),
        ({"kstep": 3}, "less than or equal to 2"),
    ],
)
def test_impossible_networks_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        PsrConfig.model_validate({**SMALL, **changes})


def network_of(name: str) -> PsrConfig:
    config = load_config(CONFIGS / f"{name}.toml")
    assert config.name == name
    assert isinstance(config, ClassifyConfig)
    return config.network


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("psr*.toml")), ids=lambda path: path.stem)
def test_configs_are_complete(path: Path) -> None:
    network_of(path.stem)


def test_compact_variants_differ_in_one_thing() -> None:
    base = tomllib.loads((CONFIGS / "psr_compact.toml").read_text(encoding="utf-8"))
    variants = [path for path in CONFIGS.glob("psr_compact_*.toml") if "_vgg" not in path.stem]
    assert len(variants) >= 6
    for path in variants:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        differing = [
            (section, key)
            for section in base.keys() | raw.keys()
            # Two steps need two networks to begin with, so [[start]] follows from kstep.
            if section not in ("name", "version", "start")
            for key in base[section].keys() | raw[section].keys()
            if base[section].get(key) != raw[section].get(key)
        ]
        assert len(differing) == 1, f"{path.stem}: {differing}"


@pytest.mark.slow
@exporting
def test_paper_scale_learns_and_exports() -> None:
    torch.manual_seed(0)
    net = network_of("psr").build(8)
    assert isinstance(net, PsrNet)
    reading = net(crops())
    nn.functional.cross_entropy(reading.logits, torch.tensor([1, 2])).backward()
    assert all(p.grad is not None for p in net.parameters())
    nn.init.normal_(net.stn.localisation[-1].weight, std=0.02)
    assert exported_difference(net, crops(3)) < 1e-4


@exporting
def test_baseline_exports_with_another_side() -> None:
    net = PsrConfig(**{**SMALL, "pyramid": False, "align": False}).build(8)
    assert isinstance(net, VGG16)
    assert exported_difference(net, crops(3)) < 1e-4
