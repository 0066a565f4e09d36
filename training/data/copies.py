"""Copies and near-copies of faces: pictures that a fair split must not have on both sides.

A near-copy is the same photograph again: shifted, scaled by up to a tenth, mirrored, brighter,
compressed once more, or with an agency's mark. Faces are compared in two steps. Thumbnails, with
the ways in which all faces vary alike whitened away, are compared all against all by the cosine.
What is alike there is compared by the normalised cross-correlation of the band-passed faces over
small shifts and scales, which sees wrinkles and strands of hair and not just "a bright face on a
dark ground".
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.ferplus import TEST, FacesSet

ALIKE: Final = 0.88
"""Correlation from which two faces are one photograph. Found by looking at the pairs of FER2013's
official split: of the 80 held-out faces with a pair from 0.88 to 0.90 all were the same
photograph, or the next one of the same shooting; of 64 from 0.86 to 0.88 some 6 were different
people, and from 0.80 to 0.82 nearly all. The histogram has its valley there, too."""
_MAYBE: Final = 0.55
"""Correlation without scaling below which other scales are not tried."""
_SCALES: Final = (0.9, 0.95, 1.05, 1.1)
_CANDIDATE: Final = 0.6
"""Cosine of whitened thumbnails below which nothing is worth the second look: one pair of 5,000.
A shift by (2, 0) pixels or a scale of 1.05 stays above for over 99 of 100 faces."""
_THUMB: Final = 12
_COMPONENTS: Final = 40
_ALL_PAIRS: Final = 5_000
"""So many pairs are all looked at twice: too few faces to learn from them how faces vary."""
_REACH: Final = 3
"""Pixels by which one face may be shifted against the other."""
_FLAT: Final = 1.0
"""Grey values; a band-passed face that varies less has nothing to be compared by."""
_BLOCK: Final = 512

RULE: Final = f"{ALIKE} {_MAYBE} {_SCALES} {_CANDIDATE} {_THUMB} {_COMPONENTS} {_REACH} {_FLAT}"
"""Changes when the rule does; what was found by another rule is not to be used."""

Pairs = NDArray[np.int64]


def byte_copies(faces: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n,) which of (n, s, s) ``faces`` are byte-identical to one of ``others``."""
    known = {image.tobytes() for image in others}
    return np.array([image.tobytes() in known for image in faces], bool)


def near_pairs(faces: NDArray[np.uint8], others: NDArray[np.uint8]) -> Pairs:
    """Which faces are copies or near-copies of which others.

    The 7,153 held-out faces of FER2013 against its 28,561 training faces take half a minute on
    one core.

    Args:
        faces: (n, 48, 48) grey.
        others: (m, 48, 48) grey.

    Returns:
        (k, 2) rows of ``faces`` and ``others``, sorted.
    """
    found = _byte_pairs(faces, others)
    candidates = _candidates(faces, others)
    fine = _band_passed(others)
    textured = fine.std(axis=(1, 2)) >= _FLAT
    for start in range(0, len(faces), _BLOCK):
        block = _band_passed(faces[start : start + _BLOCK])
        for row in range(start, start + len(block)):
            one = block[row - start]
            if one.std() < _FLAT:
                continue
            for other, mirrored in candidates[row]:
                if (row, other) not in found and textured[other]:
                    looked = np.ascontiguousarray(one[:, ::-1]) if mirrored else one
                    if _one_photograph(looked, fine[other]):
                        found.add((row, other))
    return np.array(sorted(found), np.int64).reshape(-1, 2)


def near_copies(faces: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n,) which of (n, 48, 48) ``faces`` are copies or near-copies of one of ``others``."""
    mask = np.zeros(len(faces), np.bool_)
    mask[near_pairs(faces, others)[:, 0]] = True
    return mask


def copies_of_training(faces: FacesSet, test: FacesSet, near: bool = False) -> NDArray[np.bool_]:
    """(n,) which faces of ``test`` are copies of a training or validation face.

    Args:
        faces: the whole set.
        test: the faces asked about.
        near: near-copies count too.
    """
    others = faces.published[faces.usage != TEST]
    return (near_copies if near else byte_copies)(test.published, others)


def _byte_pairs(faces: NDArray[np.uint8], others: NDArray[np.uint8]) -> set[tuple[int, int]]:
    places = defaultdict(list)
    for place, image in enumerate(others):
        places[image.tobytes()].append(place)
    return {
        (row, place) for row, image in enumerate(faces) for place in places.get(image.tobytes(), ())
    }


def _candidates(
    faces: NDArray[np.uint8], others: NDArray[np.uint8]
) -> list[list[tuple[int, bool]]]:
    """For each face the others that are worth a second look, and whether mirrored."""
    if len(faces) * len(others) <= _ALL_PAIRS:
        every = [(other, mirrored) for mirrored in (False, True) for other in range(len(others))]
        return [every] * len(faces)
    known, looked = _thumbnails(others), _thumbnails(faces)
    centre, whiten = _whitening(np.concatenate([known, looked]).reshape(-1, _THUMB * _THUMB))
    prints = _unit((known.reshape(len(known), -1) - centre) @ whiten)
    found: list[list[tuple[int, bool]]] = [[] for _ in faces]
    for mirrored in (False, True):
        turned = looked[:, :, ::-1] if mirrored else looked
        mine = _unit((turned.reshape(len(turned), -1) - centre) @ whiten)
        for start in range(0, len(faces), _BLOCK):
            cosines = mine[start : start + _BLOCK] @ prints.T
            rows, places = np.divmod(np.flatnonzero(cosines >= _CANDIDATE), len(others))
            for row, place in zip(rows.tolist(), places.tolist(), strict=True):
                found[start + row].append((place, mirrored))
    return found


def _whitening(
    flat: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(144,) mean and (144, 40) projection to whitened principal components."""
    centre = flat.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((flat - centre).T))
    largest = slice(-1, -_COMPONENTS - 1, -1)
    scale = np.sqrt(np.maximum(values[largest], 1e-9))
    return centre, (vectors[:, largest] / scale).astype(np.float32)


def _thumbnails(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 12, 12) small blurred faces without their brightness and contrast."""
    side = faces.shape[1]
    areas = np.kron(np.eye(_THUMB, dtype=np.float32), np.ones((1, side // _THUMB), np.float32))
    shrink = areas / (side // _THUMB) @ _blur(side, 2.5)
    small = _both_ways(faces, shrink)
    flat = small.reshape(len(faces), -1)
    flat -= flat.mean(axis=1, keepdims=True)
    return _unit(flat).reshape(small.shape)


def _band_passed(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, s, s) faces without their broad light and their finest grain."""
    side = faces.shape[1]
    return _both_ways(faces, _blur(side, 1.0)) - _both_ways(faces, _blur(side, 4.0))


def _both_ways(faces: NDArray[np.uint8], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, k, k): (k, s) ``rows`` applied to the rows and the columns of (n, s, s) faces."""
    result = np.empty((len(faces), len(rows), len(rows)), np.float32)
    for start in range(0, len(faces), _BLOCK):
        block = slice(start, start + _BLOCK)
        result[block] = rows @ faces[block].astype(np.float32) @ rows.T
    return result


def _blur(side: int, sigma: float) -> NDArray[np.float32]:
    """(s, s) Gaussian blur of a line of pixels, as OpenCV's with its mirrored border."""
    lines = np.eye(side, dtype=np.float32)[:, :, None]
    return np.stack([cv2.GaussianBlur(line, (1, 0), 1e-6, sigmaY=sigma)[:, 0] for line in lines]).T


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def _one_photograph(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Whether two band-passed faces correlate as one photograph does with itself."""
    best = _correlation(one, other, _REACH)
    if _MAYBE <= best < ALIKE:
        side = len(one)
        middle = ((side - 1) / 2, (side - 1) / 2)
        for scale in _SCALES:
            turn = cv2.getRotationMatrix2D(middle, 0, scale)
            scaled = cv2.warpAffine(other, turn, (side, side), borderMode=cv2.BORDER_REPLICATE)
            # A shrunken face does not reach the border of its picture.
            margin = max(_REACH, int(np.ceil(side * (1 - scale))))
            best = max(best, _correlation(one, scaled, margin))
            if best >= ALIKE:
                break
    return best >= ALIKE


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32], margin: int) -> float:
    """Best normalised cross-correlation over shifts of up to ``margin`` pixels."""
    inner = other[margin:-margin, margin:-margin]
    return float(cv2.matchTemplate(one, inner, cv2.TM_CCOEFF_NORMED).max())
