"""The library ``fer``: its own detectors, or YuNet's boxes, and its own expression model.

Options: ``settings`` of ``fer.FER``; ``yunet``, a path, and ``score`` for OpenCV's FaceDetectorYN.
"""

from __future__ import annotations

from typing import Any

from harness import Look, best, face, serve
from yunet import finder


def load(options: dict[str, Any]) -> Look:
    """See the module."""
    settings = options.get("settings", {})
    if settings.get("mtcnn"):
        import facenet_pytorch  # noqa: F401 - PyTorch after TensorFlow ends the process
    from fer.fer import FER

    reader = FER(**settings)
    find = finder(options["yunet"], options["score"]) if "yunet" in options else None

    def look(image: Any, at: int, seconds: float) -> list[dict[str, Any]]:
        boxes = None if find is None else find(image)[:, :4].astype(int)
        if boxes is not None and not len(boxes):
            return []
        seen = reader.detect_emotions(image, boxes)
        return [face(one["box"], best(one["emotions"])) for one in seen]

    return look


if __name__ == "__main__":
    serve(load, ("fer", "tensorflow", "opencv-contrib-python"))
