"""``python -m training peers``: our model's time a face beside another's, measured in turns.

The other's file is the user's: the one inside an installed package, such as
``fer/data/emotion_model_quantized.tflite`` of ``fer``. Only the networks are timed, from numbers
to numbers; neither finding faces nor preparing them counts.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from app.core.card import load_card
from app.core.errors import ModelError
from training import measure
from training.reporting.cost import BATCHES, Timing, interleaved
from training.tables import head, line

_INTERPRETERS: Final = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter")

_ORT_ERRORS: Final = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
)

Run = Callable[[], object]


@dataclass(frozen=True)
class Beside:
    """Timings of the two models, taken in turns on one thread, by batch size."""

    ours: dict[str, Timing]
    peer: dict[str, Timing]


def measure_beside(model: Path, peer: Path, seconds: float = 5.0) -> Beside:
    """Time a model of ours and a peer's file on one thread.

    Args:
        model: folder with ``model.onnx`` and ``card.json``.
        peer: ``.tflite`` or ``.onnx``.
        seconds: spent on each batch size.

    Raises:
        ModelError: a file is missing, can't be read, or nothing here can run it.
    """
    card, file = load_card(model)
    session = measure.onnx_predict(file, threads=1)
    rng = np.random.default_rng(0)
    ours, theirs = {}, {}
    for batch in BATCHES:
        shape = (batch, 1, card.input_size, card.input_size)
        crops = rng.uniform(0, 255, shape).astype(np.float32)
        runs: dict[str, Run] = {
            "ours": lambda crops=crops: session(crops),
            "peer": peer_run(peer, batch),
        }
        found = interleaved(runs, batch, seconds)
        ours[str(batch)], theirs[str(batch)] = found["ours"], found["peer"]
    return Beside(ours, theirs)


def peer_run(path: Path, batch: int) -> Run:
    """A function that runs a peer's network once on random faces.

    Args:
        path: ``.tflite`` or ``.onnx``.
        batch: faces at once.

    Raises:
        ModelError: it is missing, can't be read, or nothing here can run it.
    """
    if not path.is_file():
        raise ModelError(f"no model file at {path}: give the one inside the installed package")
    if path.suffix == ".tflite":
        return _tflite(path, batch)
    if path.suffix == ".onnx":
        return _onnx(path, batch)
    raise ModelError(f"{path} is neither .tflite nor .onnx: nothing here can run it")


def _tflite(path: Path, batch: int) -> Run:
    try:
        interpreter = _interpreter()(model_path=str(path), num_threads=1)
    except ValueError as error:
        raise ModelError(f"{path} can't be read as a .tflite file") from error
    wanted = interpreter.get_input_details()[0]
    interpreter.resize_tensor_input(wanted["index"], [batch, *wanted["shape"][1:]])
    interpreter.allocate_tensors()
    faces = _faces([batch, *wanted["shape"][1:]], wanted["dtype"])
    output = interpreter.get_output_details()[0]["index"]

    def run() -> object:
        interpreter.set_tensor(wanted["index"], faces)
        interpreter.invoke()
        return interpreter.get_tensor(output)

    return run


def _interpreter() -> Any:
    """LiteRT's interpreter class, by whichever name it is installed."""
    for name in _INTERPRETERS:
        try:
            return importlib.import_module(name).Interpreter
        except ModuleNotFoundError:
            continue
    raise ModelError("a .tflite file needs LiteRT: pip install ai-edge-litert")


def _onnx(path: Path, batch: int) -> Run:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except _ORT_ERRORS as error:
        raise ModelError(f"{path} can't be read as an .onnx file") from error
    wanted = session.get_inputs()[0]
    if any(not isinstance(side, int) for side in wanted.shape[1:]):
        raise ModelError(f"{path}: the shape of its input is not fixed but for the batch")
    faces = _faces([batch, *wanted.shape[1:]], np.float32)
    return lambda: session.run(None, {wanted.name: faces})


def _faces(shape: list[int], kind: type) -> NDArray[Any]:
    rng = np.random.default_rng(0)
    if np.issubdtype(kind, np.integer):
        return rng.integers(0, 127, shape).astype(kind)
    return rng.uniform(-1, 1, shape).astype(kind)


def words(found: Beside, name: str, peer: str) -> str:
    """A Markdown table of the two."""
    lines = head(
        "ms a face, one thread, in turns: best (median)",
        *(f"batch {batch}" for batch in found.ours),
    )
    for label, times in ((name, found.ours), (peer, found.peer)):
        cells = [f"{t.best:.3f} ({t.median:.3f})" for t in times.values()]
        lines.append(line(label, *cells))
    return "\n".join(lines)
