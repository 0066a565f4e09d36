"""Reading expressions with an ONNX model, all faces of a frame in one batch."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from app.core.card import SHIPPED_MODELS, ModelCard, load_card
from app.core.errors import ModelError
from app.core.expressions import LABELS
from app.core.types import Expressions, Faces, Frame
from app.stages.crops import cut_faces
from app.stages.providers import CPU, CUDA, ORT_ERRORS, SILENT, problem_of
from app.stages.quality import measure_quality


def shipped_model(name: str = SHIPPED_MODELS[0]) -> Path:
    """Folder of a model that ships with Roomread."""
    return Path(__file__).resolve().parents[2] / "models" / name


class OnnxRecognizer:
    """Implements ``Recognizer`` with ONNX Runtime.

    Args:
        folder: holds ``model.onnx`` and ``card.json``.
        provider: "cpu", "cuda" (an error where CUDA does not work), or "auto": CUDA where it
            truly works, else the CPU.
        threads: of ONNX Runtime; 0: as many as there are cores.

    Attributes:
        card: the model's card.
        provider: "CPU" or "CUDA": what really runs.

    Raises:
        ModelError: a missing, damaged or mismatched model, or no CUDA where it was asked for.
    """

    def __init__(self, folder: Path, provider: str = "auto", threads: int = 0) -> None:
        self.card: ModelCard
        self.card, model = load_card(folder)
        self._session, self.provider = _start(model, provider, threads)
        self._check_contract(model)
        self._input = self._session.get_inputs()[0].name

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        """Read every face; see ``Recognizer``."""
        if not len(faces):
            return Expressions.unread(0)
        crops = cut_faces(frame.image, faces, self.card.crop, self.card.input_size)
        quality = measure_quality(crops, faces)
        return Expressions(self.read(crops), np.ones(len(faces), bool), quality)

    def read(self, crops: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, 1, s, s) float32 grey 0..255 to (n, 8) probabilities in ``LABELS`` order."""
        return np.asarray(self._session.run(None, {self._input: crops})[0], np.float32)

    def milliseconds_a_face(self, batch: int = 16) -> float:
        """Time of a face in a batch of so many, the best of five; after a run to warm up."""
        side = self.card.input_size
        crops = np.random.default_rng(0).uniform(0, 255, (batch, 1, side, side))
        faces = crops.astype(np.float32)
        self.read(faces)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            self.read(faces)
            times.append(time.perf_counter() - start)
        return 1000 * min(times) / batch

    def _check_contract(self, model: Path) -> None:
        """The graph's inputs and outputs against the card."""
        side = self.card.input_size
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        shapes = [list(port.shape[1:]) for port in (*inputs, *outputs)]
        if shapes != [[1, side, side], [len(LABELS)]]:
            raise ModelError(
                f"{model} takes and gives {shapes}, its card says [[1, {side}, {side}], "
                f"[{len(LABELS)}]]: reinstall the model or choose another"
            )


def _start(model: Path, provider: str, threads: int) -> tuple[ort.InferenceSession, str]:
    """A session on the best provider that really starts."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = SILENT
    cuda = provider != "cpu" and CUDA in ort.get_available_providers() and not problem_of(CUDA)
    try:
        if cuda:
            return ort.InferenceSession(str(model), options, providers=[CUDA, CPU]), "CUDA"
        if provider == "cuda":
            raise ModelError(
                "CUDA was asked for but does not work here: run 'roomread doctor', or set the "
                "provider to auto or cpu"
            )
        return ort.InferenceSession(str(model), options, providers=[CPU]), "CPU"
    except ORT_ERRORS as error:
        raise ModelError(f"{model} can't be loaded by ONNX Runtime: reinstall it") from error
