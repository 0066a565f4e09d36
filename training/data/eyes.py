"""Faces turned until their eyes are level: what the STN-CNN paper calls pre-processing.

The eyes are YuNet's (Wu et al., 2023) through OpenCV; its file is the user's own.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from training.augment_paper import turned
from training.data.yunet import open_yunet

_ENLARGED: Final = 240
"""Pixels. YuNet understates the tilt of small faces: turned by 20 degrees, 100 training faces
seemed turned by 2.5 at 96 pixels, by 8 at 144, 13 at 192, 15 at 240 and no more at 320."""
_MARGIN: Final = 24
"""Pixels of grey around the face; without them faces that fill the crop are missed."""
_LOOKS: Final = 2
"""A turned face is looked at again, because one look finds three quarters of the tilt."""
_SCORE: Final = 0.5
_STEEPEST: Final = 60.0
"""Degrees. A line of eyes steeper than that is a mistake of the detector."""

Faces = TypeVar("Faces", bound=Any)


def levelled(faces: Faces, detector_file: Path, cache: Path) -> Faces:
    """A set of faces with level eyes, kept beside the run that asked for it.

    Args:
        faces: a dataclass with ``images``, (n, 48, 48) uint8, such as ``FacesSet``.
        detector_file: YuNet, an ONNX file.
        cache: an ``.npz``, read where it holds the same faces, else written.

    Returns:
        The same faces with other images.

    Raises:
        DataError: see ``level_eyes``.
    """
    key = _key(faces.images, detector_file)
    kept = _read(cache, key)
    if kept is None:
        images, _ = level_eyes(faces.images, detector_file)
        cache.parent.mkdir(parents=True, exist_ok=True)
        draft = cache.with_suffix(".part")
        with draft.open("wb") as file:
            np.savez(file, images=images, key=np.array(key))
        draft.replace(cache)
        kept = images
    return replace(faces, images=kept)


def level_eyes(
    images: NDArray[np.uint8], detector_file: Path
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Turn every face about its centre until the line of its eyes is level.

    About 8 ms a face on one core.

    Args:
        images: (n, s, s) grey faces.
        detector_file: YuNet, an ONNX file.

    Returns:
        (n, s, s) turned faces, and (n,) whether eyes were found; where not, the face is as it was.

    Raises:
        DataError: the file is absent or no YuNet.
    """
    detector = _detector(detector_file)
    result = images.copy()
    found = np.zeros(len(images), np.bool_)
    for row, image in enumerate(tqdm(images, "eyes", disable=None, leave=False)):
        total = 0.0
        for _ in range(_LOOKS):
            angle = _tilt(detector, result[row])
            if angle is None:
                break
            found[row] = True
            # Turned from the original each time: turning twice would blur twice.
            total += angle
            result[row] = turned(image, total)
    return result, found


def _tilt(detector: Any, image: NDArray[np.uint8]) -> float | None:
    """Degrees by which the line of the eyes falls from left to right; None without eyes."""
    large = cv2.resize(image, (_ENLARGED, _ENLARGED), interpolation=cv2.INTER_CUBIC)
    padded = cv2.copyMakeBorder(large, *[_MARGIN] * 4, cv2.BORDER_CONSTANT, value=128)
    _, rows = detector.detect(cv2.cvtColor(padded, cv2.COLOR_GRAY2BGR))
    if rows is None:
        return None
    best = rows[rows[:, -1].argmax()]
    # x, y, width, height, then x and y of the eye on the left of the picture and on its right.
    across, down = best[6:8] - best[4:6]
    angle = float(np.degrees(np.arctan2(down, across)))
    return angle if abs(angle) <= _STEEPEST else None


def _detector(path: Path) -> Any:
    hint = "data.align_eyes needs the path of one"
    return open_yunet(path, _ENLARGED + 2 * _MARGIN, _SCORE, hint)


def _key(images: NDArray[np.uint8], detector_file: Path) -> str:
    """Changes with the faces, the detector and how the eyes are looked for."""
    digest = hashlib.sha256(np.ascontiguousarray(images).tobytes())
    if detector_file.is_file():
        digest.update(detector_file.read_bytes())
    digest.update(repr((_ENLARGED, _MARGIN, _LOOKS, _SCORE, _STEEPEST)).encode())
    return digest.hexdigest()


def _read(cache: Path, key: str) -> NDArray[np.uint8] | None:
    try:
        # Opened here: NumPy would leave a file open that was cut off.
        with cache.open("rb") as file, np.load(file) as stored:
            if str(stored["key"]) == key:
                return np.asarray(stored["images"], np.uint8)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        pass  # absent or cut off: made anew
    return None
