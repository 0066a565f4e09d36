"""Reading expressions with an ONNX model, all faces of a frame in one batch."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.card import SHIPPED_MODELS, ModelCard, load_card, load_half
from app.core.errors import ModelError
from app.core.expressions import LABELS
from app.core.types import Expressions, Faces, Frame
from app.stages.crops import cut_faces
from app.stages.inference import Inference
from app.stages.providers import Running, provider_named
from app.stages.quality import measure_quality

_USUAL: Final = Running()


def shipped_model(name: str = SHIPPED_MODELS[0]) -> Path:
    """Folder of a model that ships with Roomread."""
    return Path(__file__).resolve().parents[2] / "models" / name


class OnnxRecognizer:
    """Implements ``Recognizer`` with ONNX Runtime.

    Args:
        folder: holds ``model.onnx`` and ``card.json``, and ``half.onnx`` for graphics cards
            where the card says so.
        running: on what and how; as it stands, on the CPU.

    Attributes:
        card: the model's card.
        provider: what really runs, as people read it: "CPU", "CUDA (16 bits)" ...

    Raises:
        ModelError: a missing, damaged or mismatched model, or a provider that does not work here.
    """

    def __init__(self, folder: Path, running: Running = _USUAL) -> None:
        self.card: ModelCard
        self.card, model = load_card(folder)
        half = None
        if running.half and provider_named(running.provider).half:
            half = load_half(folder, self.card)
        model = half or model
        side = self.card.input_size
        self._inference = Inference(model, running, (1, side, side))
        self.provider = self._inference.provider.title + (" (16 bits)" if half else "")
        self._check_contract(model)

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        """Read every face; see ``Recognizer``."""
        if not len(faces):
            return Expressions.unread(0)
        crops = cut_faces(frame.image, faces, self.card.crop, self.card.input_size)
        quality = measure_quality(crops, faces)
        return Expressions(self.read(crops), np.ones(len(faces), bool), quality)

    def read(self, crops: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, 1, s, s) float32 grey 0..255 to (n, 8) probabilities in ``LABELS`` order."""
        return self._inference.run(crops)

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
        session = self._inference.session
        inputs, outputs = session.get_inputs(), session.get_outputs()
        shapes = [list(port.shape[1:]) for port in (*inputs, *outputs)]
        if shapes != [[1, side, side], [len(LABELS)]]:
            raise ModelError(
                f"{model} takes and gives {shapes}, its card says [[1, {side}, {side}], "
                f"[{len(LABELS)}]]: reinstall the model or choose another"
            )
