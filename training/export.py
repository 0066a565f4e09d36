"""``python -m training export``: calibrate, write the graph, check it, write the card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from app.core.card import parse_card
from app.core.errors import ModelError
from training import data, measure
from training.augment import at_size
from training.card import make_card
from training.config import TrainingConfig
from training.evaluate import torch_predict
from training.networks.roomread import Calibrated, RoomreadNet
from training.recipe import load_network

OPSET: Final = 18
TOLERANCE: Final = 1e-4
"""Largest allowed difference of a probability between torch and ONNX Runtime."""


def export(config: TrainingConfig, source: Path, checkpoint: Path, folder: Path) -> None:
    """Write ``folder/model.onnx`` and ``folder/card.json`` from a checkpoint.

    Raises:
        ModelError: the exported graph does not agree with torch; nothing is written.
    """
    faces = data.load_ferplus(source)
    network = load_network(config, checkpoint).to(memory_format=torch.contiguous_format)
    temperature = fit_temperature(network, faces, config.network.size)
    module = Calibrated(network, temperature).eval()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "model.onnx.part"
    write_graph(module, config.network.size, draft)
    difference = compare(module, draft, faces, config.network.size)
    if difference >= TOLERANCE:
        draft.unlink()
        raise ModelError(f"torch and ONNX Runtime differ by {difference:.1e}, over {TOLERANCE:.0e}")
    card = make_card(config, faces, draft, temperature, difference)
    parse_card(card)
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    draft.replace(folder / "model.onnx")
    (folder / "card.json").write_text(text, encoding="utf-8")


def fit_temperature(network: RoomreadNet, faces: data.FacesSet, side: int) -> float:
    """Temperature that fits the vote distributions of the validation faces best.

    Faces count at every size of the protocol, since the app can't choose how large they are.
    """
    held = faces.select(faces.usage == data.VALIDATION)
    shares, usable = data.distributions(held.votes)
    logits, targets = [], []
    for pixels in measure.SIZES:
        images = at_size(held.images[usable], pixels, side)[:, None].astype(np.float32)
        with torch.inference_mode():
            parts = [network(chunk).logits for chunk in torch.from_numpy(images).split(256)]
        logits.append(torch.cat(parts))
        targets.append(torch.from_numpy(shares[usable]))
    all_logits, all_targets = torch.cat(logits), torch.cat(targets)

    def loss(log_temperature: float) -> float:
        scaled = all_logits / float(np.exp(log_temperature))
        return float(-(all_targets * scaled.log_softmax(dim=1)).sum(dim=1).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def write_graph(module: torch.nn.Module, side: int, path: Path) -> None:
    """One self-contained ONNX file with a dynamic batch."""
    example = torch.rand(2, 1, side, side) * 255
    program = torch.onnx.export(
        module,
        (example,),
        input_names=["faces"],
        output_names=["probabilities"],
        dynamic_shapes=({0: torch.export.Dim("batch", min=1)},),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise ModelError("torch could not export the network")
    onnx.save_model(_without_traces(program.model_proto), str(path))
    onnx.checker.check_model(str(path), full_check=True)


def _without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Drop what torch notes at every node: lines of code and folders of this computer."""
    for owner in (model, model.graph, *model.graph.node, *model.graph.value_info):
        del owner.metadata_props[:]
        owner.ClearField("doc_string")
    return model


def compare(module: torch.nn.Module, model: Path, faces: data.FacesSet, side: int) -> float:
    """Largest difference of a probability on 256 validation faces at four sizes."""
    held = faces.images[faces.usage == data.VALIDATION][:256]
    expected, actual = torch_predict(module), measure.onnx_predict(model)
    worst = 0.0
    for pixels in measure.SIZES:
        crops: NDArray[np.float32] = at_size(held, pixels, side)[:, None].astype(np.float32)
        worst = max(worst, float(np.abs(expected(crops) - actual(crops)).max()))
    return worst
