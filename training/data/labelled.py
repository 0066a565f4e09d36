"""Faces with one label each, as CK+, JAFFE, RAF-DB and AffectNet have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from app.core.expressions import LABELS
from training.data.ferplus import DataError

SIDE: Final = 48
"""Pixels."""


@dataclass(frozen=True)
class LabelledFaces:
    """Grey faces with one expression each.

    Attributes:
        images: (n, 48, 48) uint8.
        labels: (n,) int64 columns of ``LABELS``.
        subjects: (n,) who it is; an empty text where the data set does not say.
        part: (n,) uint8 ``TRAIN`` or ``TEST``; all ``TRAIN`` where no split is published.
        name: of the data set, where it is told apart by one.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    subjects: NDArray[np.str_]
    part: NDArray[np.uint8]
    name: str = ""

    def __len__(self) -> int:
        return len(self.images)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> LabelledFaces:
        """The faces of a mask or of row numbers."""
        return LabelledFaces(
            self.images[rows], self.labels[rows], self.subjects[rows], self.part[rows], self.name
        )


@dataclass(frozen=True)
class Entry:
    """One picture before it is read."""

    path: Path
    expression: str
    part: int
    subject: str = ""


def read_entries(entries: Sequence[Entry], words: str) -> LabelledFaces:
    """Read all pictures, whole, shrunk by area averaging or enlarged bicubically to 48 pixels.

    Args:
        entries: what to read, in this order.
        words: name of the data set, beside the progress bar.

    Raises:
        DataError: a file is no picture.
    """
    images = np.empty((len(entries), SIDE, SIDE), np.uint8)
    for row, entry in enumerate(tqdm(entries, words, disable=None, leave=False)):
        images[row] = at_side(read_grey(entry.path))
    return assemble(images, entries)


def assemble(images: NDArray[np.uint8], entries: Sequence[Entry]) -> LabelledFaces:
    """Pictures that are read, (n, 48, 48), with what is known of them."""
    return LabelledFaces(
        images,
        np.array([LABELS.index(entry.expression) for entry in entries], np.int64),
        np.array([entry.subject for entry in entries], np.str_),
        np.array([entry.part for entry in entries], np.uint8),
    )


def read_grey(path: Path) -> NDArray[np.uint8]:
    """(h, w) grey picture.

    Raises:
        DataError: the file is no picture.
    """
    wrong = f"{path} can't be read as a picture: copy the data set again"
    # Not cv2.imread: on Windows it opens no path with letters beyond the system's code page.
    try:
        raw = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise DataError(wrong) from error
    grey = cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE) if len(raw) else None
    if grey is None:
        raise DataError(wrong)
    return np.asarray(grey, np.uint8)


def at_side(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(48, 48) of a picture of any size."""
    if grey.shape == (SIDE, SIDE):
        return grey
    how = cv2.INTER_AREA if min(grey.shape) >= SIDE else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, (SIDE, SIDE), interpolation=how), np.uint8)


def first_folder(candidates: Sequence[Path], name: str, layout: str) -> Path:
    """The first folder that exists.

    Raises:
        DataError: none does; ``name`` and ``layout`` of the data set are in the message.
    """
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise DataError(f"no {name} at {candidates[0].parent}: expected {layout}")
