"""Roomread's pipeline, every picture after the other, as a recording is read.

Options: ``model``: "base" or "small".
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from harness import Look, face, serve

from app.core.types import Frame, FrameResult
from app.engine.build import build_pipeline
from app.engine.settings import RecognizerSettings, Settings


def load(options: dict[str, Any]) -> Look:
    """See the module."""
    reader = RecognizerSettings(shipped=options["model"], provider="cpu")
    pipeline = build_pipeline(Settings(recognizer=reader), _quiet).pipeline

    def look(image: Any, at: int, seconds: float) -> list[dict[str, Any]]:
        frame = Frame(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), at, seconds)
        return faces_of(pipeline.process(frame))

    return look


def faces_of(result: FrameResult) -> list[dict[str, Any]]:
    """The faces of a frame, as the harness has them."""
    from app.core.expressions import LABELS

    faces, said = result.faces, result.expressions
    read = np.isfinite(said.probabilities).all(axis=1)
    age = getattr(said, "age", None)
    if age is not None:
        read &= age == 0
    return [
        face(box, LABELS[label] if label >= 0 else None, int(who), bool(now))
        for box, label, who, now in zip(faces.boxes, said.labels, faces.ids, read, strict=True)
    ]


def _quiet(_: str) -> None:
    """Say nothing."""


if __name__ == "__main__":
    serve(load, ("onnxruntime", "onnxruntime-gpu", "opencv-contrib-python"))
