"""Small faces with YuNet, a second detector for users who have its file.

YuNet (Wu, Peng and Yu, 2023) is a convolutional net of 75,000 weights that looks at the whole
frame at once; OpenCV runs it. Its file is 230 KB, under the MIT licence, and lies in the OpenCV
Zoo (github.com/opencv/opencv_zoo, models/face_detection_yunet).

Its boxes are left as they are: on 529 faces of 60 photographs (WIDER FACE, validation part) the
median hand-drawn box lies within 2% of a side of them. So are its scores, which mean what
BlazeFace's do: of the detections from 0.68 on 90% are faces there, with BlazeFace's tiles too; of
those between 0.45 and 0.5 one in six or seven is.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelError
from app.core.types import KEYPOINTS, Faces, Frame
from app.stages.fetch import YUNET

LICENCE: Final = "YuNet by Shiqi Yu and others, MIT licence"
SHA256: Final = {
    YUNET.sha256: "2026may",
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4": "2023mar",
}
"""Of the OpenCV Zoo's files, by checksum; both hold the same weights."""
HOME: Final = "github.com/opencv/opencv_zoo (models/face_detection_yunet)"

_MAX_IOU: Final = 0.3
_MOST: Final = 5000
"""Detections that are looked at before those of one face are joined."""
_BLANK: Final = (64, 64)


def _quiet(_: str) -> None:
    """Say nothing."""


class YuNetDetector:
    """Finds faces of about 8 pixels and more; implements ``protocols.Detector``.

    Args:
        model: the user's copy of YuNet.
        scale: by which frames are enlarged before; above 1 it finds smaller faces, and takes
            the square of it in time.
        min_score: detections below are left out, 0..1.
        say: told in one line which file it is, and its licence.

    Raises:
        ModelError: the file can't be read or is no YuNet that OpenCV can run.
        ValueError: ``scale`` is not above 0.
    """

    def __init__(
        self,
        model: Path,
        scale: float = 1.0,
        min_score: float = 0.45,
        say: Callable[[str], None] = _quiet,
    ) -> None:
        if not scale > 0:
            raise ValueError(f"scale: expected a number above 0, got {scale}")
        self._scale = scale
        data = _read(model.expanduser())
        blank = np.zeros((*_BLANK, 3), np.uint8)
        self._net: cv2.FaceDetectorYN | None = None
        try:
            with _quiet_opencv():
                # The bytes and not the path: OpenCV can't open every path that Python can.
                net = cv2.FaceDetectorYN.create(
                    "onnx",
                    np.frombuffer(data, np.uint8),
                    np.zeros(0, np.uint8),
                    _BLANK,
                    min_score,
                    _MAX_IOU,
                    _MOST,
                )
                net.detect(blank)
        except cv2.error as error:
            raise ModelError(
                f"{model} is damaged or no YuNet model: get {YUNET.name} from {HOME}"
            ) from error
        self._net = net
        say(f"Finding faces with {_describe(data)}")

    def detect(self, frame: Frame, expected: NDArray[np.float64] | None = None) -> Faces:
        """All faces of ``frame``, best first, boxes and key points in its pixels, ids 0.

        The mouth is the middle of its corners; ears are NaN. It looks everywhere all the time,
        whatever is ``expected``.
        """
        if self._net is None:
            raise ValueError("the detector is closed")
        width, height = frame.size
        size = max(1, round(width * self._scale)), max(1, round(height * self._scale))
        image = cv2.cvtColor(frame.image, cv2.COLOR_RGB2BGR)
        if size != frame.size:
            how = cv2.INTER_AREA if self._scale < 1 else cv2.INTER_LINEAR
            image = cv2.resize(image, size, interpolation=how)
        self._net.setInputSize(size)
        found = np.asarray(self._net.detect(image)[1], np.float64)
        if found.ndim != 2:  # OpenCV gives None where it sees nobody
            return Faces.empty()
        return _faces(found, width / size[0], height / size[1])

    def reset(self) -> None:
        """Nothing to forget: every frame is looked at by itself."""

    def close(self) -> None:
        """Free the model; may be called twice."""
        self._net = None


def _faces(rows: NDArray[np.float64], across: float, down: float) -> Faces:
    """Faces of OpenCV's rows (n, 15): box, five points and score; its pixels times ``across`` and
    ``down`` are the frame's."""
    rows = rows[np.isfinite(rows).all(axis=1) & (rows[:, 2:4] > 0).all(axis=1)]
    rows = rows[np.argsort(-rows[:, 14], kind="stable")]
    boxes = rows[:, :4] * (across, down, across, down)
    points = rows[:, 4:14].reshape(-1, 5, 2) * (across, down)
    keypoints = np.full((len(rows), len(KEYPOINTS), 2), np.nan)
    keypoints[:, :3] = points[:, :3]
    keypoints[:, 3] = (points[:, 3] + points[:, 4]) / 2
    return Faces.make(boxes, np.clip(rows[:, 14], 0.0, 1.0), keypoints)


def _read(model: Path) -> bytes:
    try:
        return model.read_bytes()
    except OSError as error:
        raise ModelError(
            f"YuNet's file {model} can't be read ({error.strerror}): check the path"
        ) from error


def _describe(data: bytes) -> str:
    checksum = hashlib.sha256(data).hexdigest()
    if checksum in SHA256:
        return f"{LICENCE}, SHA-256 {checksum[:12]}… as in the OpenCV Zoo ({SHA256[checksum]})"
    return f"a YuNet of your own, SHA-256 {checksum[:12]}…; Roomread was not measured with it"


@contextlib.contextmanager
def _quiet_opencv() -> Iterator[None]:
    """Keep OpenCV from warning of what it does not need here, or saying twice what is raised."""
    before = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(before)
