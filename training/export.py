"""``python -m training export``: calibrate, write the graph, check it, write the card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from app.core.card import parse_card
from app.core.errors import ModelError
from app.core.expressions import LABELS
from training import calibrate, data, measure, protocol, storage
from training.augment import at_size
from training.card import Calibration, make_card
from training.config import ModelConfig
from training.evaluate import torch_predict
from training.networks.reading import Calibrated
from training.recipe import load_network

OPSET: Final = 18
TOLERANCE: Final = 1e-4
"""Largest allowed difference of a probability between torch and ONNX Runtime."""
_SHOWN: Final = 512
"""Training faces that show the quantiser how large activations get."""


def export(config: ModelConfig, source: Path, checkpoint: Path, folder: Path) -> None:
    """Write ``folder/model.onnx`` and ``folder/card.json`` from a checkpoint.

    Raises:
        ModelError: the exported graph does not agree with torch; nothing is written.
    """
    faces = protocol.load(config.data, source, checkpoint.parent)
    network = load_network(config, checkpoint).to(memory_format=torch.contiguous_format)
    side = network.size
    calibration = _calibrate(config, network, faces, side)
    module = Calibrated(network, calibration.temperature, calibration.bias, len(LABELS)).eval()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "model.onnx.part"
    write_graph(module, side, draft)
    difference = compare(module, draft, faces, side)
    if difference >= TOLERANCE:
        draft.unlink()
        raise ModelError(f"torch and ONNX Runtime differ by {difference:.1e}, over {TOLERANCE:.0e}")
    if config.export.storage == "half":
        storage.keep_half(draft)
    elif config.export.storage == "int8":
        # Eight bits would round the coordinates of the spatial transformer.
        storage.quantise(draft, _shown(config, faces, side), "GridSample")
    stored = compare(module, draft, faces, side)
    card = make_card(config, faces, draft, side, calibration, difference, stored)
    parse_card(card)
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    draft.replace(folder / "model.onnx")
    (folder / "card.json").write_text(text, encoding="utf-8")


def _calibrate(
    config: ModelConfig, network: torch.nn.Module, faces: data.FacesSet, side: int
) -> Calibration:
    logits, shares = calibrate.logits_and_shares(network, config.data, faces, measure.SIZES, side)
    temperature, bias = calibrate.fit(logits, shares, config.export.bias)
    return Calibration(temperature, bias if config.export.bias else None)


def _shown(config: ModelConfig, faces: data.FacesSet, side: int) -> NDArray[np.float32]:
    """(n, 1, s, s) training faces of every size of the protocol."""
    images = protocol.training_faces(config.data, faces).images[:_SHOWN]
    parts = [
        at_size(images[place :: len(measure.SIZES)], pixels, side)
        for place, pixels in enumerate(measure.SIZES)
    ]
    return np.concatenate(parts)[:, None].astype(np.float32)


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
