from __future__ import annotations

import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from app.core.errors import ModelError
from training.networks import face_resnet
from training.networks.face_resnet import FaceResNet, load_face_weights

CHANNELS = (32,) * 7 + (64,) * 8 + (128,) * 6 + (256,) * 8


def layers_for(network: FaceResNet, seed: int = 0) -> list[tuple[Tensor, ...]]:
    """(weights, bias, scale, shift) as published, with random numbers of sensible size."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator)

    return [
        (
            draw(*conv.weight.shape) / conv.weight[0].numel() ** 0.5,
            draw(conv.out_channels),
            draw(conv.out_channels).abs() + 0.2,
            draw(conv.out_channels),
        )
        for conv, _ in network.pairs()
    ]


def test_features_have_a_sixteenth_of_the_side() -> None:
    assert FaceResNet().eval()(torch.randn(1, 1, 96, 96)).shape == (1, 256, 3, 3)
    assert FaceResNet(2).eval()(torch.randn(1, 1, 96, 96)).shape == (1, 64, 12, 12)
    assert FaceResNet(2).width == 64
    assert len(FaceResNet(5).pairs()) == 29


def test_normalisations_compute_the_published_scale_and_shift(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = FaceResNet(2).train()
    layers = layers_for(network)
    monkeypatch.setattr(face_resnet, "_published", lambda: layers)
    faces = torch.randn(6, 1, 64, 64, generator=torch.Generator().manual_seed(1))
    load_face_weights(network, faces)
    assert network.training  # as it was
    seen: dict[torch.nn.Module, tuple[Tensor, Tensor]] = {}
    hooks = [
        norm.register_forward_hook(lambda norm, given, out: seen.update({norm: (given[0], out)}))
        for _, norm in network.pairs()
    ]
    network.eval()
    with torch.inference_mode():
        network(faces)
        for (conv, norm), (weight, bias, scale, shift) in zip(network.pairs(), layers, strict=True):
            torch.testing.assert_close(conv.weight.detach(), weight)
            given, output = seen[norm]
            row = (1, -1, 1, 1)
            expected = scale.view(row) * (given + bias.view(row)) + shift.view(row)
            torch.testing.assert_close(output, expected, atol=2e-4, rtol=1e-4)
            # Training goes on from statistics that are true of these faces.
            torch.testing.assert_close(norm.running_mean, given.mean((0, 2, 3)))
    for hook in hooks:
        hook.remove()


def test_training_mode_starts_where_the_published_network_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = FaceResNet(1)
    monkeypatch.setattr(face_resnet, "_published", lambda: layers_for(network))
    faces = torch.randn(6, 1, 64, 64)
    load_face_weights(network, faces)
    with torch.no_grad():
        learning, used = network.train()(faces), network.eval()(faces)
    torch.testing.assert_close(learning, used, atol=0.02, rtol=0.02)


def number(value: int) -> bytes:
    """dlib's whole number: a byte that counts bytes, then those bytes, little-endian."""
    size = max(1, (value.bit_length() + 7) // 8)
    return bytes([size]) + value.to_bytes(size, "little")


def tensor(tag: bytes, values: np.ndarray, *shape: int) -> bytes:
    sizes = [2, *shape, *([1] * (4 - len(shape)))]
    return number(len(tag)) + tag + b"".join(map(number, sizes)) + values.astype("<f4").tobytes()


def write_published(folder: Path, convolutions: int = 29) -> list[tuple[np.ndarray, ...]]:
    """A file in dlib's format; (weights, bias, scale, shift) of each convolution in it."""
    rng = np.random.default_rng(0)
    content, layers, before = struct.pack("<q", 7), [], 3
    for place, channels in enumerate(CHANNELS[:convolutions]):
        kernel = 7 if place == 0 else 3
        weights = rng.normal(0, 0.1, (channels, before, kernel, kernel)).astype(np.float32)
        bias, scale, shift = rng.normal(0, 1, (3, channels)).astype(np.float32)
        flat = np.concatenate([weights.ravel(), bias])
        both = np.concatenate([scale, shift])
        content += tensor(b"con_4", flat, len(flat)) + b"\x01\x02pad"
        content += tensor(b"affine_", both, len(both))
        layers.append((weights, bias, scale, shift))
        before = channels
    models = folder / "face_recognition_models" / "models"
    models.mkdir(parents=True)
    (models.parent / "__init__.py").write_text("raise RuntimeError('must not be imported')\n")
    (models / "dlib_face_recognition_resnet_model_v1.dat").write_bytes(content)
    return layers


def test_published_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = write_published(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    read = face_resnet._published()
    assert len(read) == 29
    assert tuple(len(layer[1]) for layer in read) == CHANNELS
    for ours, theirs in zip(read[1:], written[1:], strict=True):
        for value, expected in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(value.numpy(), expected)
    stem = written[0][0].sum(axis=1, keepdims=True) * 60 / 256
    np.testing.assert_allclose(read[0][0].numpy(), stem, rtol=1e-5, atol=1e-6)
    network = FaceResNet(5)
    for (conv, _), layer in zip(network.pairs(), read, strict=True):
        assert conv.weight.shape == layer[0].shape


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_published(tmp_path, convolutions=5)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModelError, match="holds 5 convolutions, expected 29"):
        face_resnet._published()
    next(tmp_path.rglob("*.dat")).unlink()
    with pytest.raises(ModelError, match="install the package anew"):
        face_resnet._published()


def test_absent_package_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_resnet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install face_recognition_models"):
        load_face_weights(FaceResNet(1), torch.randn(2, 1, 64, 64))


@pytest.mark.skipif(
    importlib.util.find_spec("face_recognition_models") is None,
    reason="the optional extra 'faces' is not installed",
)
def test_real_weights_fit_and_stay_in_range() -> None:
    layers = face_resnet._published()
    assert tuple(len(layer[1]) for layer in layers) == CHANNELS
    network = FaceResNet().eval()
    faces = torch.randn(4, 1, 24, 24).repeat_interleave(4, 2).repeat_interleave(4, 3)
    load_face_weights(network, faces)
    with torch.inference_mode():
        features = network(faces)
    assert features.isfinite().all()
    assert 1e-3 < features.std() < 1e3
