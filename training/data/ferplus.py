"""FER+ and FER2013: faces, votes, splits and protocols.

Two sources give the same arrays: the user's own ``fer2013.csv`` with ``fer2013new.csv``
(Goodfellow et al., 2013; Barsoum et al., 2016), or the packed ``ferplus.npz``.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.core.errors import RoomreadError
from app.core.expressions import LABELS

TRAIN, VALIDATION, TEST = 0, 1, 2
LEFT_OUT: Final = 3
"""Added to ``TRAIN`` or ``VALIDATION`` where a face is of no part: see ``splits.fair_usage``."""
_USAGE: Final = {"Training": TRAIN, "PublicTest": VALIDATION, "PrivateTest": TEST}
_SIDE: Final = 48
_VOTE_COLUMNS: Final = (*LABELS, "unknown", "NF")

Labels = Literal["ferplus", "fer2013"]
# FER2013's numbers (angry, disgust, fear, happy, sad, surprise, neutral) as places in LABELS.
_FER2013: Final = tuple(
    LABELS.index(name)
    for name in ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
)
_NUMBERS: Final = range(len(_FER2013))
FER: Final = "FER2013"
_UNANIMOUS: Final = 10


class DataError(RoomreadError):
    """A data set that is absent or not as published."""


@dataclass(frozen=True)
class FacesSet:
    """Grey faces with crowd votes.

    Attributes:
        images: (n, 48, 48) uint8.
        votes: (n, 10) uint8: ``LABELS``, then unknown and non-face.
        usage: (n,) 0 training, 1 validation (PublicTest), 2 test (PrivateTest); 3 and 4 are
            training and validation faces that are left out.
        fer2013: (n,) int8, FER2013's own label: 0 angry, 1 disgust, 2 fear, 3 happy, 4 sad,
            5 surprise, 6 neutral; -1 where there is none.
        name: of the data set.
        originals: (n, 48, 48) the faces before they were levelled; None where ``images`` are they.
    """

    images: NDArray[np.uint8]
    votes: NDArray[np.uint8]
    usage: NDArray[np.uint8]
    fer2013: NDArray[np.int8]
    name: str = FER
    originals: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.images)

    def select(self, rows: NDArray[np.bool_]) -> FacesSet:
        """The faces of a mask."""
        arrays = (self.images, self.votes, self.usage, self.fer2013)
        kept = None if self.originals is None else self.originals[rows]
        return FacesSet(*(array[rows] for array in arrays), self.name, kept)

    def left_out(self, part: int) -> int:
        """How many faces of the training or the validation part are left out."""
        return int((self.usage == part + LEFT_OUT).sum())

    @property
    def published(self) -> NDArray[np.uint8]:
        """(n, 48, 48) as in the data set: what is compared to find copies."""
        return self.images if self.originals is None else self.originals


def load_ferplus(path: Path) -> FacesSet:
    """Read a packed ``.npz``, or a folder that holds ``fer2013.csv`` and ``fer2013new.csv``.

    Raises:
        DataError: nothing of the kind is there, or the files do not belong together.
    """
    if path.is_file() and path.suffix == ".npz":
        return _read_packed(path)
    faces, votes = path / "fer2013.csv", path / "fer2013new.csv"
    if faces.is_file() and votes.is_file():
        return _read_csvs(faces, votes)
    raise DataError(
        f"no FER+ data at {path}: expected a folder with fer2013.csv and fer2013new.csv, or a "
        "packed ferplus.npz"
    )


def unanimous(
    images: NDArray[np.uint8], labels: NDArray[np.int64], usage: NDArray[np.uint8], name: str
) -> FacesSet:
    """Faces with one label each as ten equal votes, and as FER2013's number for it.

    Args:
        images: (n, 48, 48).
        labels: (n,) columns of ``LABELS``; FER2013 has no number for contempt.
        usage: (n,) as in ``FacesSet``.
        name: of the data set.
    """
    votes = np.zeros((len(images), len(_VOTE_COLUMNS)), np.uint8)
    votes[np.arange(len(images)), labels] = _UNANIMOUS
    numbers = np.full(len(LABELS), -1, np.int8)
    numbers[list(_FER2013)] = _NUMBERS
    return FacesSet(images, votes, usage, numbers[labels], name)


_NO_PACK: Final = (
    OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error
)  # fmt: skip
"""What NumPy raises: the file is cut off, damaged, a bare array, or holds something else."""


def _read_packed(path: Path) -> FacesSet:
    try:
        # Opened here: NumPy would leave a file open that was cut off.
        with path.open("rb") as file, np.load(file) as packed:
            images, votes, usage = packed["images"], packed["votes"], packed["usage"]
            none = np.full(len(images), -1, np.int8)
            labels, name = packed.get("fer2013", none), str(packed.get("name", FER))
    except _NO_PACK as error:
        raise DataError(
            f"{path} is no packed FER+ file: it needs the arrays images, votes and usage"
        ) from error
    shapes = (images.shape[1:], votes.shape, usage.shape, labels.shape)
    count = len(images)
    if shapes != ((_SIDE, _SIDE), (count, len(_VOTE_COLUMNS)), (count,), (count,)):
        raise DataError(f"{path}: images, votes, usage and fer2013 do not belong together")
    wanted = (("images", images), ("votes", votes), ("usage", usage))
    wrong = [what for what, array in wanted if array.dtype != np.uint8]
    if wrong or not np.isin(labels, [-1, *_NUMBERS]).all() or (usage > LEFT_OUT + VALIDATION).any():
        raise DataError(
            f"{path}: images, votes and usage must be uint8, usage at most "
            f"{LEFT_OUT + VALIDATION}, and fer2013 -1 to 6"
        )
    return FacesSet(images, votes, usage, labels.astype(np.int8), name)


def _read_csvs(faces: Path, votes: Path) -> FacesSet:
    """Join the two published files row by row; non-faces (no picture name) are left out."""
    try:
        return _join(faces, votes)
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise DataError(f"{faces} or {votes} can't be read: copy the published files again") from (
            error
        )


def _join(faces: Path, votes: Path) -> FacesSet:
    images, counts, usage, labels = [], [], [], []
    with (
        faces.open(newline="", encoding="utf-8") as face_file,
        votes.open(newline="", encoding="utf-8") as vote_file,
    ):
        face_rows, vote_rows = csv.DictReader(face_file), csv.DictReader(vote_file)
        _check_columns(faces, face_rows, ("emotion", "pixels", "Usage"))
        _check_columns(votes, vote_rows, ("Usage", "Image name", *_VOTE_COLUMNS))
        for number, (face, vote) in enumerate(zip_longest(face_rows, vote_rows), start=2):
            if face is None or vote is None:
                raise DataError(f"{votes} does not belong to {faces}: one ends at line {number}")
            if face["Usage"] != vote["Usage"]:
                raise DataError(
                    f"{votes} does not belong to {faces}: line {number} is {vote['Usage']} in one "
                    f"and {face['Usage']} in the other"
                )
            if not vote["Image name"]:
                continue
            try:
                images.append(np.array(face["pixels"].split(), np.uint8).reshape(_SIDE, _SIDE))
                counts.append(np.array([int(vote[column]) for column in _VOTE_COLUMNS], np.uint8))
                usage.append(_USAGE[face["Usage"]])
                labels.append(_NUMBERS.index(int(face["emotion"])))
            except (ValueError, OverflowError, KeyError, TypeError) as error:
                raise DataError(
                    f"line {number} of {faces} or {votes} is not as published: 2304 pixels, "
                    "ten votes, an emotion from 0 to 6 and a usage are expected"
                ) from error
    if not images:
        raise DataError(f"{faces} and {votes} hold no faces")
    return FacesSet(
        np.stack(images),
        np.stack(counts),
        np.array(usage, np.uint8),
        np.array(labels, np.int8),
    )


def _check_columns(path: Path, rows: csv.DictReader[str], needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if name not in (rows.fieldnames or ())]
    if missing:
        raise DataError(f"{path} has no column {missing[0]!r}: it is not the published file")


def clean_votes(votes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, 10) votes with single votes, taken for slips, set to 0 (the FER+ protocol)."""
    return np.where(votes <= 1, 0, votes).astype(np.uint8)


def majority(votes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(n,) label of the FER+ protocol: more than half of the cleaned votes; -1 where none has."""
    cleaned = clean_votes(votes)
    best = cleaned[:, : len(LABELS)].argmax(axis=1)
    most = cleaned[np.arange(len(cleaned)), best].astype(int)
    decided = most * 2 > cleaned.sum(axis=1, dtype=int)
    return np.where(decided, best, -1)


def distributions(votes: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Votes as label distributions (Barsoum et al., 2016).

    Returns:
        (n, 8) float32 shares of the cleaned votes among the eight expressions, and (n,) whether
        the face has at least half of its votes there; the others' rows are of no use.
    """
    cleaned = clean_votes(votes).astype(np.float32)
    named = cleaned[:, : len(LABELS)]
    total = named.sum(axis=1)
    usable = (total > 0) & (total >= cleaned[:, len(LABELS) :].sum(axis=1))
    return named / np.maximum(total, 1)[:, None], usable


def class_names(labels: Labels) -> tuple[str, ...]:
    """``LABELS``; for FER2013's own labels without contempt, which is the last."""
    return LABELS if labels == "ferplus" else LABELS[:-1]


def labels_of(faces: FacesSet, labels: Labels) -> NDArray[np.int64]:
    """(n,) the label a face has, into ``class_names(labels)``; -1 where it has none."""
    if labels == "ferplus":
        return majority(faces.votes)
    return np.array([*_FER2013, -1])[faces.fer2013]


def targets(faces: FacesSet, labels: Labels) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """What a face should be read as: vote shares for FER+, the label itself for FER2013.

    Returns:
        (n, classes) float32 rows that sum to 1, and (n,) which of them are of use.
    """
    if labels == "ferplus":
        return distributions(faces.votes)
    known = labels_of(faces, labels)
    return np.eye(len(class_names(labels)), dtype=np.float32)[known], known >= 0


def protocol_split(
    faces: FacesSet, usage: int, labels: Labels = "ferplus"
) -> tuple[FacesSet, NDArray[np.int64]]:
    """The faces of a split that a protocol keeps, and their labels."""
    known = labels_of(faces, labels)
    kept = (faces.usage == usage) & (known >= 0)
    return faces.select(kept), known[kept]
