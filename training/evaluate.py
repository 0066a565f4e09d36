"""``python -m training evaluate``: the test protocol on a checkpoint or an exported model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from app.core.card import load_card
from training import data, measure
from training.config import TrainingConfig
from training.networks.roomread import Calibrated
from training.recipe import load_network


def torch_predict(module: torch.nn.Module) -> measure.Predict:
    """Probabilities of a torch module."""

    def predict(crops: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return np.asarray(module(torch.from_numpy(crops)).numpy(), np.float32)

    return predict


def evaluate_command(
    config: TrainingConfig, source: Path, checkpoint: Path, model: Path | None
) -> None:
    """Print the table of the exported ``model`` folder, or of the run's checkpoint."""
    faces = data.load_ferplus(source)
    if model is not None:
        _, onnx_file = load_card(model)
        predict = measure.onnx_predict(onnx_file)
    else:
        predict = torch_predict(Calibrated(load_network(config, checkpoint), 1.0).eval())
    print(measure.table(measure.scores(predict, faces, data.TEST, config.network.size)))
    if model is not None:
        times = measure.milliseconds_a_face(onnx_file, config.network.size, (1, 16, 64))
        words = ", ".join(f"{value:.2f} in a batch of {batch}" for batch, value in times.items())
        print(f"\nms a face, one thread: {words}")
