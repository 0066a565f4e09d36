"""Faces found by YuNet (Wu et al., 2023) through OpenCV; its file is the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.ferplus import DataError

_SIDE: Final = 0.92
"""Side of FER2013's crops as a share of the height of YuNet's box: the median of 391 training
faces. The middle of the one is the middle of the other, to a hundredth of the side."""


def open_yunet(path: Path, side: int = 320, score: float = 0.5, hint: str = "") -> Any:
    """A detector for square pictures of a side; ``setInputSize`` changes it.

    Args:
        path: an ONNX file.
        side: pixels.
        score: below which a box is no face.
        hint: how the user sets the path, for the error message.

    Raises:
        DataError: the file is absent or no YuNet.
    """
    if not path.is_file():
        raise DataError(f"no YuNet file at {path}" + (f": {hint}" if hint else ""))
    logs = cv2.utils.logging
    before = logs.setLogLevel(logs.LOG_LEVEL_ERROR)
    try:
        return cv2.FaceDetectorYN.create(str(path), "", (side, side), score)
    except cv2.error as error:
        raise DataError(f"{path} is no YuNet that OpenCV {cv2.__version__} can read") from error
    finally:
        logs.setLogLevel(before)


def cut_face(grey: NDArray[np.uint8], detector: Any) -> NDArray[np.uint8] | None:
    """The surest face of an (h, w) picture, as a square as tight as FER2013's crops."""
    height, width = grey.shape
    detector.setInputSize((width, height))
    _, rows = detector.detect(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    if rows is None:
        return None
    x, y, w, h = rows[rows[:, -1].argmax()][:4].tolist()
    side = max(1, round(_SIDE * h))
    middle = (x + w / 2, y + h / 2)
    # What lies beyond the picture repeats its border.
    left, top = round(middle[0] - side / 2), round(middle[1] - side / 2)
    columns = np.clip(np.arange(left, left + side), 0, width - 1)
    lines = np.clip(np.arange(top, top + side), 0, height - 1)
    return grey[np.ix_(lines, columns)]
