"""BlazeFace run over a picture of any size with LiteRT.

The networks are convolutional: MediaPipe's API shrinks every picture to 128, 192 or 256 pixels,
but the same weights can slide over a large one in a single run, without overlapping tiles.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from app.core.errors import ModelError
from app.stages.blazeface_decode import (
    LAYOUTS,
    Detections,
    Kind,
    anchors,
    decode,
    hand_drawn,
    suppress,
)
from app.stages.quiet import quiet_natives

MAX_SIZES: Final = 6
"""Interpreters kept; one for 1280 x 720 takes about 60 MB."""


class BlazeFaceNet:
    """One BlazeFace model, run once over a whole picture.

    Args:
        model: a .tflite file as ``fetch.detector_models`` gives it.
        kind: which of the models it is; the sparse full-range one can't be run this way.
        threads: of XNNPACK, 1 or more.

    Raises:
        ModelError: the file can't be read, is damaged or is no such model.
    """

    def __init__(self, model: Path, kind: Kind, threads: int = 1) -> None:
        self.kind = kind
        self._path = model
        self._threads = threads
        self._runs: OrderedDict[tuple[int, int], _Run] = OrderedDict()
        try:
            self._model = model.read_bytes()
        except OSError as error:
            raise ModelError(
                f"face detector model {model} can't be read ({error.strerror}): check the path"
            ) from error
        side = LAYOUTS[kind].side
        self._run_for(side, side)

    def detect(
        self, image: NDArray[np.uint8], min_score: float, max_iou: float | None = 0.3
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """The faces of ``image``: boxes as a person would draw them, scores and key points.

        Args:
            image: (height, width, 3) uint8 RGB, looked at pixel by pixel: its scale decides how
                large a face the model sees.
            min_score: faces below are left out, 0..1.
            max_iou: faces that overlap more are made one; None: left as they are.

        Returns:
            boxes (n, 4) float32 x, y, width, height, scores (n,) float32 and key points (n, 6, 2)
            float32 in the order of ``KEYPOINTS``; in pixels of ``image``, best first.
        """
        found = self.detect_raw(image, min_score)
        if max_iou is not None:
            found = suppress(found, max_iou)
        return hand_drawn(found, self.kind), found.scores, found.keypoints

    def detect_raw(self, image: NDArray[np.uint8], min_score: float) -> Detections:
        """The model's own boxes, overlapping ones too, in pixels of ``image``."""
        step = LAYOUTS[self.kind].step
        height, width = (-(-side // step) * step for side in image.shape[:2])
        run = self._run_for(width, height)
        regressors, logits = run(image)
        return decode(regressors, logits, run.anchors, min_score)

    def close(self) -> None:
        """Free the interpreters; may be called twice."""
        self._runs.clear()

    def _run_for(self, width: int, height: int) -> _Run:
        run = self._runs.pop((width, height), None)
        if run is None:
            try:
                run = _Run(self._model, self.kind, width, height, self._threads)
            except (RuntimeError, ValueError, TypeError, IndexError, struct.error) as error:
                raise ModelError(
                    f"{self._path} is damaged or no BlazeFace model ({self.kind}): fetch it again"
                ) from error
        self._runs[width, height] = run
        while len(self._runs) > MAX_SIZES:
            self._runs.popitem(last=False)
        return run


class _Run:
    """An interpreter for one input size."""

    def __init__(self, model: bytes, kind: Kind, width: int, height: int, threads: int) -> None:
        side = LAYOUTS[kind].side
        content = _for_size(model, side, width, height)
        with quiet_natives():
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            (entry,) = self._interpreter.get_input_details()
            if entry["shape"].tolist() != [1, side, side, 3]:
                raise ValueError(f"expected an input of {side} pixels, got {entry['shape']}")
            self._input: int = entry["index"]
            self._interpreter.resize_tensor_input(self._input, [1, height, width, 3])
            self._interpreter.allocate_tensors()
        self.anchors = anchors(kind, width, height)
        shapes = {
            tuple(out["shape"].tolist()): out["index"]
            for out in self._interpreter.get_output_details()
        }
        n = len(self.anchors)
        if shapes.keys() != {(1, n, 16), (1, n, 1)}:
            raise ValueError(f"unexpected outputs {sorted(shapes)}")
        self._regressors: int = shapes[1, n, 16]
        self._logits: int = shapes[1, n, 1]

    def __call__(self, image: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Raw regressors (n, 16) and logits (n,); the image is padded with black."""
        # A view into the interpreter must be gone before it runs.
        self._fill(self._interpreter.tensor(self._input)()[0], image)
        self._interpreter.invoke()
        regressors: NDArray[np.float32] = self._interpreter.get_tensor(self._regressors)
        logits: NDArray[np.float32] = self._interpreter.get_tensor(self._logits)
        return regressors[0], logits[0, :, 0]

    @staticmethod
    def _fill(entry: NDArray[np.float32], image: NDArray[np.uint8]) -> None:
        height, width = image.shape[:2]
        np.multiply(image, np.float32(1 / 127.5), out=entry[:height, :width])
        entry[:height, :width] -= 1
        entry[height:] = -1
        entry[:height, width:] = -1


def _for_size(model: bytes, side: int, width: int, height: int) -> bytes:
    """The model with the sizes of its upsampled grids, which are constants, set for an input.

    Those of the other layers follow from the input's.
    """
    content = bytearray(model)
    graph = schema.Model.GetRootAs(content)
    for index in _resize_sizes(graph):
        # a view into ``content``
        sizes = graph.Buffers(graph.Subgraphs(0).Tensors(index).Buffer()).DataAsNumpy()
        rows, columns = sizes.view("<i4")
        sizes.view("<i4")[:] = rows * height // side, columns * width // side
    return bytes(content)


def _resize_sizes(graph: Any) -> set[int]:
    """Numbers of the tensors that say how large a RESIZE_BILINEAR makes its grid."""
    if graph.SubgraphsLength() != 1:
        raise ValueError(f"expected one graph, got {graph.SubgraphsLength()}")
    network = graph.Subgraphs(0)
    operators = (network.Operators(i) for i in range(network.OperatorsLength()))
    found = set()
    for operator in operators:
        code = graph.OperatorCodes(operator.OpcodeIndex())
        # Models from before 2020 have the operator in the old field only.
        builtin = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        if builtin == schema.BuiltinOperator.RESIZE_BILINEAR:
            found.add(operator.Inputs(1))
    return found
