"""Small faces with MediaPipe's full-range BlazeFace, run over overlapping tiles.

BlazeFace (Bazarevsky et al., 2019) sees a picture 192 pixels wide and finds faces from about a
fifteenth of it. ``app.stages.tiles`` cuts the frame so that small faces are large enough.

MediaPipe is imported only here, and only for a detector: installers come without it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelError
from app.core.machine import usable_cores
from app.core.types import KEYPOINTS, Faces, Frame
from app.stages.blazeface_decode import Detections, hand_drawn
from app.stages.offline import block_uploads
from app.stages.quiet import quiet_natives
from app.stages.tiles import (
    MAX_CONTAINMENT,
    MAX_IOU,
    MAX_OVERHANG,
    Tile,
    inner_overhang,
    merge,
    plan_tiles,
)

MEDIAPIPE: Final = "mediapipe"
"""The package; there may be none."""

INPUT: Final = 192
"""Side of the model's input in pixels."""

ENLARGE: Final = 2
"""The API rounds boxes to whole pixels of the picture it is given. Pixels doubled by nearest
neighbour leave the model's own input untouched and halve that rounding."""


class BlazeFaceDetector:
    """Finds faces of about 12 pixels and more; implements ``protocols.Detector``.

    Args:
        model: the full-range model as ``fetch.blazeface_model`` gives it.
        tile: side of the smallest tiles in pixels.
        overlap: share of a tile's side that its neighbour sees too, 0..0.9.
        min_score: detections below are left out, 0..1.
        threads: tiles looked at side by side; 0: as many as there are cores to use, at most 4.

    Raises:
        ModelError: the file can't be read or is no face detector, or MediaPipe is missing.
    """

    def __init__(
        self, model: Path, tile: int, overlap: float, min_score: float, threads: int = 0
    ) -> None:
        check_mediapipe()
        self._tile = tile
        self._overlap = overlap
        block_uploads()
        count = threads or min(4, usable_cores())
        blank = np.zeros((INPUT * ENLARGE, INPUT * ENLARGE, 3), np.uint8)
        self._detectors: list[Any] = []
        self._pool: ThreadPoolExecutor | None = None
        try:
            data = model.read_bytes()
            with quiet_natives():
                for _ in range(count):
                    detector = _create(data, min_score)
                    self._detectors.append(detector)
                    detector.detect(_picture(blank))  # the first picture is slow and logs
        except OSError as error:
            raise ModelError(
                f"face detector model {model} can't be read ({error.strerror}): check the path"
            ) from error
        except ImportError as error:
            raise ModelError(
                f"the package mediapipe can't be loaded ({error}): install it again, or set "
                "detector.kind to sweep"
            ) from error
        except (RuntimeError, ValueError) as error:
            self.close()
            raise ModelError(
                f"{model} is damaged or no face detector model: choose another file or none"
            ) from error
        if count > 1:
            self._pool = ThreadPoolExecutor(count, "blazeface")

    def detect(self, frame: Frame, expected: NDArray[np.float64] | None = None) -> Faces:
        """All faces of ``frame``, best first, boxes and key points in its pixels, ids 0.

        It looks everywhere all the time, whatever is ``expected``.
        """
        if not self._detectors:
            raise ValueError("the detector is closed")
        tiles = plan_tiles(frame.size, self._tile, self._overlap)
        count = len(self._detectors)
        if self._pool is None:
            looks = [_look(self._detectors[0], tiles, frame)]
        else:
            looks = list(
                self._pool.map(
                    lambda i: _look(self._detectors[i], tiles[i::count], frame), range(count)
                )
            )
        rows = np.concatenate(looks)
        raw = rows.astype(np.float32)
        seen = Detections(raw[:, 2:6], raw[:, 1], raw[:, 6:].reshape(-1, len(KEYPOINTS), 2))
        found = Faces.make(hand_drawn(seen, "full"), seen.scores, seen.keypoints)
        return merge(
            found,
            rows[:, 0],
            max_iou=MAX_IOU,
            max_containment=MAX_CONTAINMENT,
            max_overhang=MAX_OVERHANG,
        )

    def reset(self) -> None:
        """Nothing to forget: every frame is looked at by itself."""

    def close(self) -> None:
        """Free the model and end the threads; may be called twice."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        detectors, self._detectors = self._detectors, []
        if detectors:
            with quiet_natives():
                for detector in detectors:
                    detector.close()


def check_mediapipe() -> None:
    """Raise ModelError, saying what to do, where MediaPipe is not installed."""
    if importlib.util.find_spec(MEDIAPIPE) is None:
        raise ModelError(
            "searching tile by tile needs the package mediapipe, which this Roomread is without: "
            "set detector.kind to sweep"
        )


def _create(model: bytes, min_score: float) -> Any:
    from mediapipe.tasks.python import BaseOptions, vision  # noqa: PLC0415

    # The bytes and not the path: the native side can't open every path that Python can.
    options = vision.FaceDetectorOptions(
        base_options=BaseOptions(model_asset_buffer=model),
        running_mode=vision.RunningMode.IMAGE,
        min_detection_confidence=min_score,
        min_suppression_threshold=MAX_IOU,
    )
    return vision.FaceDetector.create_from_options(options)


def _picture(image: NDArray[np.uint8]) -> Any:
    import mediapipe as mp  # noqa: PLC0415

    return mp.Image(image_format=mp.ImageFormat.SRGB, data=image)


def _look(detector: Any, tiles: Sequence[Tile], frame: Frame) -> NDArray[np.float64]:
    """What the tiles show: rows of overhang, score, x, y, width, height, 12 key point numbers."""
    found = [_look_at(detector, tile, frame) for tile in tiles]
    return np.concatenate(found) if found else np.zeros((0, 6 + 2 * len(KEYPOINTS)))


def _look_at(detector: Any, tile: Tile, frame: Frame) -> NDArray[np.float64]:
    small = tile.cut(frame.image, INPUT)
    large = cv2.resize(small, None, fx=ENLARGE, fy=ENLARGE, interpolation=cv2.INTER_NEAREST)
    rows = []
    for face in detector.detect(_picture(np.asarray(large, np.uint8))).detections:
        box = face.bounding_box
        if box.width > 0 and box.height > 0 and len(face.keypoints) == len(KEYPOINTS):
            points = [v for p in face.keypoints for v in (p.x, p.y)]
            sides = np.array([box.origin_x, box.origin_y, box.width, box.height])
            sides = sides / (INPUT * ENLARGE)
            rows.append([0.0, min(1.0, face.categories[0].score), *sides, *points])
    if not rows:
        return np.zeros((0, 6 + 2 * len(KEYPOINTS)))
    seen = np.array(rows)
    seen[:, 2:] *= tile.side
    corner = np.array([tile.left, tile.top], np.float64)
    seen[:, 2:4] += corner
    seen[:, 6:] += np.tile(corner, len(KEYPOINTS))
    seen[:, 0] = inner_overhang(seen[:, 2:6], tile, frame.size)
    return seen
