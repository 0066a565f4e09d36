from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

from training.networks.edsr import enlarged, scaled
from training.networks.reading import Calibrated
from training.networks.stn_sr import StnSr, StnSrConfig

SMALL = {
    "sr_features": 4, "sr_blocks": 1, "stem": 4, "widths": (4, 8), "depths": (1, 1),
}  # fmt: skip


def small(**changes: object) -> StnSr:
    torch.manual_seed(0)
    return StnSrConfig.model_validate({**SMALL, **changes}).build(7)


@pytest.mark.parametrize("align", [True, False])
@pytest.mark.parametrize("sr", [True, False])
@pytest.mark.parametrize("enlarge", [2, 4])
def test_every_row_of_the_ablation(align: bool, sr: bool, enlarge: int) -> None:
    network = small(align=align, sr=sr, enlarge=enlarge)
    seen: list[torch.Size] = []
    network.classifier.register_forward_pre_hook(lambda _, given: seen.append(given[0].shape))
    crops = torch.rand(3, 1, 48, 48) * 255
    reading = network(crops)
    assert reading.logits.shape == (3, 7)
    # Every row's classifier sees the same side, so only the way of enlarging differs.
    assert seen == [(3, 1, 48 * enlarge, 48 * enlarge)]
    assert (reading.theta is not None) == align
    assert (reading.restored is not None) == sr
    if reading.restored is not None:
        target = network.target_for(crops, crops, reading.theta)
        assert reading.restored.shape == (3, 1, 48 * enlarge, 48 * enlarge)
        assert target.shape == crops.shape
        # A fresh transformer changes nothing.
        torch.testing.assert_close(target, scaled(crops), atol=1e-3, rtol=0)


def test_base_is_the_classifier_on_the_bilinearly_enlarged_face() -> None:
    network = small(align=False, sr=False).eval()
    crops = torch.rand(2, 1, 48, 48) * 255
    expected = network.classifier(scaled(enlarged(crops, 2)))
    torch.testing.assert_close(network(crops).logits, expected)
    assert all(name.startswith("classifier.") for name, _ in network.named_parameters())


def test_target_stands_in_the_pose_of_the_restored_face() -> None:
    network = small(sr_skip=True).eval()
    torch.nn.init.zeros_(network.sr.tail.weight)
    torch.nn.init.zeros_(network.sr.tail.bias)
    with torch.no_grad():
        network.stn.project.bias.copy_(torch.tensor([0.3, 0.5, 0.4, -0.5, 0.3, -0.2]))
    rows = torch.linspace(0, 255, 48).expand(1, 1, 48, 48)
    crops = (rows + rows.transpose(2, 3)) / 2
    with torch.no_grad():
        reading = network(crops)
    assert (reading.theta - torch.eye(2, 3)).abs().max() > 0.1
    shrunk = torch.nn.functional.avg_pool2d(reading.restored, 2)
    target = network.target_for(crops, crops, reading.theta)
    # Super-resolution that only enlarges has to meet its target, up to what averaging blurs.
    assert (shrunk - target).abs().mean() < 0.02
    assert (shrunk - scaled(crops)).abs().mean() > 0.1


def test_every_parameter_is_reached() -> None:
    network = small()
    crops = torch.rand(4, 1, 48, 48) * 255
    network(crops).logits.square().sum().backward()
    # The fresh transformer's last weights are 0, so its first step moves only these.
    assert network.stn.project.weight.grad.abs().max() > 0
    with torch.no_grad():
        network.stn.project.weight.normal_(std=0.01)
    network.zero_grad()
    network(crops).logits.square().sum().backward()
    dead = [name for name, p in network.named_parameters() if not p.grad.abs().max() > 0]
    assert dead == []


def test_unknown_factor_is_refused() -> None:
    with pytest.raises(ValueError, match="enlarge"):
        StnSrConfig(enlarge=3)


def test_paper_scale_learns() -> None:
    torch.manual_seed(0)
    network = StnSrConfig().build(7)
    crops = torch.rand(2, 1, 48, 48) * 255
    with torch.autocast("cpu", torch.bfloat16):
        loss = network(crops).logits.logsumexp(1).mean()
    loss.backward()
    assert network.sr.head.weight.grad.isfinite().all()
    assert network.sr.head.weight.grad.abs().max() > 0
    assert network.stn.project.weight.grad.abs().max() > 0


# torch warns about its own insides.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_paper_scale_exports(tmp_path: Path) -> None:
    """As wide as in the paper; more blocks of a kind would only be more of the same."""
    torch.manual_seed(0)
    network = StnSrConfig(sr_blocks=2, depths=(1, 1, 1, 1)).build(7)
    crops = torch.rand(2, 1, 48, 48) * 255
    with torch.no_grad():  # so that the graph has to sample, not to copy
        network.stn.project.bias.copy_(torch.tensor([0.3, 0.5, 0.1, -0.5, 0.3, -0.1]))
    path = tmp_path / "paper.onnx"
    module = Calibrated(network, 1.0).eval()
    torch.onnx.export(
        module, (crops,), path, input_names=["faces"],
        dynamic_shapes=({0: torch.export.Dim("batch", min=1)},),
        opset_version=18, dynamo=True, verbose=False,
    )  # fmt: skip
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    one = crops[:1]
    with torch.inference_mode():
        expected = module(one).numpy()
    np.testing.assert_allclose(
        session.run(None, {"faces": one.numpy()})[0], expected, atol=1e-4, rtol=0
    )
