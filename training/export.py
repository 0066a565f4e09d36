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
from app.core.errors import ModelError, SettingsError
from app.core.expressions import LABELS
from training import calibrate, data, measure, protocol, storage
from training.augment import at_size
from training.card import half_part, make_card
from training.config import ModelConfig
from training.evaluate import torch_predict
from training.networks.reading import Calibrated
from training.recipe import load_network
from training.record import check_config, load_faces
from training.reporting.report import check_folder

OPSET: Final = 18
TOLERANCE: Final = 1e-4
"""Largest allowed difference of a probability between torch and ONNX Runtime."""
SPARED: Final = "GridSample"
"""Fewer bits would round the coordinates of the spatial transformer."""
_SHOWN: Final = 512
"""Training faces that show the quantiser how large activations get."""


def export(config: ModelConfig, source: Path, checkpoint: Path, folder: Path) -> None:
    """Write ``folder/model.onnx`` and ``folder/card.json`` from a checkpoint.

    Raises:
        SettingsError: the run learned from faces that the app has none of.
        ReportError: the folder can't be written to.
        ModelError: the exported graph does not agree with torch; nothing is written.
    """
    _refuse(config)
    check_folder(folder)
    check_config(config, checkpoint.parent)
    faces = load_faces(config.data, source, checkpoint.parent)
    if faces.name != data.FER:
        raise SettingsError(f"a card can describe a model of {data.FER} only, not of {faces.name}")
    network = load_network(config, checkpoint).to(memory_format=torch.contiguous_format)
    side = network.size
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "model.onnx.part"
    # Calibrated is what the file says, not the checkpoint: eight bits change the confidences.
    write_graph(Calibrated(network, 1.0, columns=len(LABELS)).eval(), side, draft)
    _store(config, draft, faces, side)
    calibration = _calibrate(config, draft, faces, side)
    module = Calibrated(
        network,
        calibration.temperature,
        calibration.bias,
        len(LABELS),
        calibration.slope,
        calibration.sharp,
    ).eval()
    write_graph(module, side, draft)
    difference = compare(module, draft, faces, side)
    if difference >= TOLERANCE:
        draft.unlink()
        raise ModelError(f"torch and ONNX Runtime differ by {difference:.1e}, over {TOLERANCE:.0e}")
    half = folder / "half.onnx.part"
    storage.halve(draft, half, SPARED)
    _store(config, draft, faces, side)
    stored = compare(module, draft, faces, side)
    card = make_card(config, faces, draft, side, calibration, difference, stored)
    card["half"] = half_part(half, faces, side, compare(module, half, faces, side))
    parse_card(card)
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    draft.replace(folder / "model.onnx")
    half.replace(folder / "half.onnx")
    (folder / "card.json").write_text(text, encoding="utf-8")


def _refuse(config: ModelConfig) -> None:
    """See that the card's figures would hold in the app.

    Raises:
        SettingsError: they would not.
    """
    if config.data.split == "random":
        raise SettingsError(
            f"{config.name} learned from a random split, so from test faces too: it can't be "
            "exported, since its card would have no fair figures"
        )
    if config.data.align_eyes:
        raise SettingsError(
            f"{config.name} learned from faces that data.align_eyes had turned, and the app runs "
            "no such detector: it can't be exported"
        )


def _store(config: ModelConfig, draft: Path, faces: data.FacesSet, side: int) -> None:
    """Rewrite a graph as the config says."""
    if config.export.storage == "half":
        storage.keep_half(draft)
    elif config.export.storage == "int8":
        storage.quantise(draft, _shown(config, faces, side), SPARED)


def _calibrate(
    config: ModelConfig, draft: Path, faces: data.FacesSet, side: int
) -> calibrate.Calibration:
    choice = config.export
    asked = calibrate.ask(
        measure.onnx_predict(draft),
        config.data,
        faces,
        measure.SIZES,
        side,
        hard=choice.fit_to == "majority",
    )
    return calibrate.fit(asked, choice, calibrate.frequencies(config.data, faces))


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
