"""MediaPipe's own face detector, run on models that it takes only with metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

import cv2
import flatbuffers
import mediapipe as mp
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from app.stages.blazeface_decode import Detections
from app.stages.fetch import blazeface_model
from app.stages.offline import block_uploads
from app.stages.quiet import quiet_natives

ENLARGE: Final = 4
"""The API rounds boxes to whole pixels of what it is given: here a quarter of the model's."""


def _with_metadata(model: Path) -> bytes:
    """The model with the metadata of the sparse one, which say how pixels become numbers."""
    donor = schema.ModelT.InitFromPackedBuf(blazeface_model().read_bytes())
    (entry,) = (entry for entry in donor.metadata if entry.name == b"TFLITE_METADATA")
    made = schema.ModelT.InitFromPackedBuf(model.read_bytes())
    made.buffers.append(donor.buffers[entry.buffer])
    entry.buffer = len(made.buffers) - 1
    made.metadata = [entry]
    builder = flatbuffers.Builder()
    builder.Finish(made.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class ApiDetector:
    """Faces of a picture of exactly the model's input size, as the API sees them."""

    def __init__(self, model: Path, min_score: float, max_iou: float) -> None:
        block_uploads()
        options = vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=_with_metadata(model)),
            min_detection_confidence=min_score,
            min_suppression_threshold=max_iou,
        )
        with quiet_natives():
            self._detector = vision.FaceDetector.create_from_options(options)
            self._detector.detect(_picture(np.zeros((64, 64, 3), np.uint8)))

    def detect(self, tile: NDArray[np.uint8]) -> Detections:
        """In pixels of ``tile``, (side, side, 3) uint8 RGB."""
        side = len(tile)
        large = cv2.resize(tile, None, fx=ENLARGE, fy=ENLARGE, interpolation=cv2.INTER_NEAREST)
        seen = self._detector.detect(_picture(np.asarray(large, np.uint8))).detections
        boxes = [
            (b.origin_x, b.origin_y, b.width, b.height) for b in (one.bounding_box for one in seen)
        ]
        points = [[(p.x * side, p.y * side) for p in one.keypoints] for one in seen]
        return Detections(
            np.array(boxes, np.float32).reshape(-1, 4) / ENLARGE,
            np.array([one.categories[0].score for one in seen], np.float32),
            np.array(points, np.float32).reshape(-1, 6, 2),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with quiet_natives():
            self._detector.close()


def _picture(image: NDArray[np.uint8]) -> mp.Image:
    return mp.Image(image_format=mp.ImageFormat.SRGB, data=image)
