"""Copies and near-copies of faces: pictures that a fair split must not have on both sides.

A near-copy is the same photograph again: shifted or scaled by a pixel or two, mirrored, brighter,
compressed once more, or with an agency's mark. Faces are compared in two steps: thumbnails by the
cosine of their standardised pixels, all against all; what is alike there, by the normalised
cross-correlation of the band-passed faces over small shifts, which sees wrinkles and strands of
hair and not just "a bright face on a dark ground".
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.ferplus import TEST, TRAIN, VALIDATION, FacesSet

ALIKE: Final = 0.84
"""Correlation from which two faces are one photograph. Of the pairs of FER2013 looked at, those
above were the same picture, a few below 0.8 were different people in like poses. Copies turned by
3 degrees, scaled by a tenth or compressed to quality 30 stay above for 19 in 20 faces."""
_THUMB: Final = 12
_CANDIDATE: Final = 0.75
"""Cosine of thumbnails below which nothing is worth the second look."""
_REACH: Final = 3
"""Pixels by which one face may be shifted against the other."""
_BLOCK: Final = 512


def byte_copies(faces: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n,) which of (n, s, s) ``faces`` are byte-identical to one of ``others``."""
    known = {image.tobytes() for image in others}
    return np.array([image.tobytes() in known for image in faces], bool)


def near_copies(faces: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n,) which of (n, 48, 48) ``faces`` are copies or near-copies of one of ``others``."""
    found = byte_copies(faces, others)
    fine, thumbs = _band_passed(others), _thumbnails(others)
    for mirrored in (False, True):
        looked = faces[:, :, ::-1] if mirrored else faces
        for start in range(0, len(faces), _BLOCK):
            rows = np.arange(start, min(start + _BLOCK, len(faces)))
            rows = rows[~found[rows]]
            cosines = _thumbnails(looked[rows]) @ thumbs.T
            mine = _band_passed(looked[rows])
            for place, row in enumerate(rows):
                candidates = np.flatnonzero(cosines[place] >= _CANDIDATE)
                found[row] = any(_correlation(mine[place], fine[other]) >= ALIKE
                                 for other in candidates)  # fmt: skip
    return found


def copies_of_training(faces: FacesSet, test: FacesSet, near: bool = False) -> NDArray[np.bool_]:
    """(n,) which faces of ``test`` are copies of a training or validation face.

    Args:
        faces: the whole set.
        test: the faces asked about.
        near: near-copies count too.
    """
    others = faces.images[faces.usage != TEST]
    return (near_copies if near else byte_copies)(test.images, others)


def is_training(faces: FacesSet) -> NDArray[np.bool_]:
    """(n,) training faces that are no copies or near-copies of validation and test faces."""
    training = faces.usage == TRAIN
    mask = training.copy()
    mask[training] = ~near_copies(faces.images[training], faces.images[~training])
    return mask


def training_split(faces: FacesSet) -> FacesSet:
    """The faces of ``is_training``."""
    return faces.select(is_training(faces))


def count_copies(faces: FacesSet) -> dict[str, int]:
    """How many faces of the official split are also in a part that they must not be in."""
    parts = {number: faces.select(faces.usage == number) for number in (TRAIN, VALIDATION, TEST)}
    earlier = np.concatenate([parts[TRAIN].images, parts[VALIDATION].images])
    counts = {}
    for words, count in (("byte-identical", byte_copies), ("near-copies and copies", near_copies)):
        test = count(parts[TEST].images, earlier)
        validation = count(parts[VALIDATION].images, parts[TRAIN].images)
        counts[f"test faces in training or validation, {words}"] = int(test.sum())
        counts[f"validation faces in training, {words}"] = int(validation.sum())
    return counts


def _thumbnails(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 144) unit vectors of small standardised faces."""
    small = np.stack(
        [
            cv2.resize(face.astype(np.float32), (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
            for face in faces
        ]
    ) if len(faces) else np.zeros((0, _THUMB, _THUMB), np.float32)  # fmt: skip
    flat = small.reshape(len(faces), _THUMB * _THUMB)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def _band_passed(faces: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    """Faces without their broad light and their finest grain."""
    passed = []
    for face in faces:
        grey = face.astype(np.float32)
        passed.append(cv2.GaussianBlur(grey, (0, 0), 1.0) - cv2.GaussianBlur(grey, (0, 0), 4.0))
    return passed


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Best normalised cross-correlation over shifts of up to ``_REACH`` pixels."""
    inner = other[_REACH:-_REACH, _REACH:-_REACH]
    return float(cv2.matchTemplate(one, inner, cv2.TM_CCOEFF_NORMED).max())
