"""A detector that looks at whole frames, and Roomread's small model; runs in its environment.

Options: ``detector``: "yunet" (with ``yunet``, a path, and ``score``) for OpenCV's FaceDetectorYN;
"mediapipe" (with ``score``) for the full-range model through MediaPipe's Tasks; "short" for the
short-range model as MediaPipe feeds it: the whole frame on 128 pixels. BlazeFace's boxes are made
those that a person would draw, on which Roomread's model was trained.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from harness import Look, face, serve
from yunet import finder

from app.core.expressions import LABELS
from app.core.types import KEYPOINTS, Faces, Frame
from app.stages.blazeface_decode import Detections, hand_drawn
from app.stages.fetch import blazeface_model, detector_models
from app.stages.litert import BlazeFaceNet
from app.stages.recognizer import OnnxRecognizer, shipped_model

Find = Callable[[Any], Faces]
SHORT = 128
"""Side of the short-range model's input."""


def load(options: dict[str, Any]) -> Look:
    """See the module."""
    makers = {"yunet": _yunet, "mediapipe": _mediapipe, "short": _short}
    find = makers[options["detector"]](options)
    reader = OnnxRecognizer(shipped_model("small"))

    def look(image: Any, at: int, seconds: float) -> list[dict[str, Any]]:
        faces = find(image)
        frame = Frame(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), at, seconds)
        said = reader.recognize(faces, frame).labels
        return [face(box, LABELS[label]) for box, label in zip(faces.boxes, said, strict=True)]

    return look


def _yunet(options: dict[str, Any]) -> Find:
    find = finder(options["yunet"], options["score"])

    def faces(image: Any) -> Faces:
        found = find(image)
        found = found[(found[:, 2:4] > 0).all(axis=1)]
        points = np.full((len(found), len(KEYPOINTS), 2), np.nan)
        points[:, :3] = found[:, 4:10].reshape(-1, 3, 2)
        points[:, 3] = found[:, 10:14].reshape(-1, 2, 2).mean(axis=1)
        return Faces.make(found[:, :4], np.clip(found[:, 14], 0, 1), points)

    return faces


def _mediapipe(options: dict[str, Any]) -> Find:
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    detector = vision.FaceDetector.create_from_options(
        vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_path=str(blazeface_model())),
            running_mode=vision.RunningMode.IMAGE,
            min_detection_confidence=options["score"],
        )
    )

    def faces(image: Any) -> Faces:
        height, width = image.shape[:2]
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        seen = detector.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)).detections
        boxes = [one.bounding_box for one in seen]
        found = Detections(
            np.array([[b.origin_x, b.origin_y, b.width, b.height] for b in boxes]).reshape(-1, 4),
            np.array([min(1.0, one.categories[0].score) for one in seen]),
            np.array(
                [[(p.x * width, p.y * height) for p in one.keypoints] for one in seen]
            ).reshape(-1, len(KEYPOINTS), 2),
        )
        return Faces.make(hand_drawn(found, "full"), found.scores, found.keypoints)

    return faces


def _short(options: dict[str, Any]) -> Find:
    net = BlazeFaceNet(detector_models(kinds=["short"])["short"], "short")

    def faces(image: Any) -> Faces:
        height, width = image.shape[:2]
        longer = max(height, width)
        square = np.zeros((longer, longer, 3), np.uint8)
        square[:height, :width] = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        small = cv2.resize(square, (SHORT, SHORT), interpolation=cv2.INTER_AREA)
        boxes, scores, points = net.detect(small, options["score"])
        return Faces.make(boxes * longer / SHORT, scores, points * longer / SHORT)

    return faces


if __name__ == "__main__":
    serve(load, ("mediapipe", "onnxruntime", "onnxruntime-gpu", "opencv-contrib-python"))
