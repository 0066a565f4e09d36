"""AffectNet (Mollahosseini et al., 2019): faces from the web, labelled by trained people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from training.data.ferplus import TEST, TRAIN, DataError
from training.data.labelled import Entry, LabelledFaces, read_entries

_LAYOUT: Final = (
    "train_set/images/0.jpg with train_set/annotations/0_exp.npy (and val_set), or "
    "train_class/class001/*.jpg to class008 (and val_class)"
)
_CODES: Final = (
    "neutral",
    "happiness",
    "sadness",
    "surprise",
    "fear",
    "disgust",
    "anger",
    "contempt",
)
_NOT_EXPRESSIONS: Final = (8, 9, 10)
"""None of the eight, uncertain, no face."""
# No labels of a test set are published; papers test on the validation set.
_PARTS: Final = (("train", TRAIN), ("val", TEST))
_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png"})


def read_affectnet(folder: Path) -> LabelledFaces:
    """Read AffectNet as it is given out now, or as the sample by class folders.

    Given out now: ``train_set/images/0.jpg`` with ``train_set/annotations/0_exp.npy``, which holds
    0 neutral, 1 happy, 2 sad, 3 surprise, 4 fear, 5 disgust, 6 anger or 7 contempt; 8 to 10 are no
    expressions and left out. By class: ``train_class/class001`` to ``class008``, in that order.
    ``val_set`` and ``val_class`` are ``TEST``: no labels of a test set are published, and papers
    test on the validation set; ``splits.fair_usage`` cuts another one off the training faces.

    Args:
        folder: the one with ``train_set`` and ``val_set``, or with ``train_class``; one of the two
            parts may be missing.

    Raises:
        DataError: absent, an annotation is missing or no expression's number.
    """
    entries: list[Entry] = []
    for name, part in _PARTS:
        entries += _annotated(folder / f"{name}_set", part)
        entries += _by_class(folder / f"{name}_class", part)
    if not entries:
        raise DataError(f"no AffectNet at {folder}: expected {_LAYOUT}")
    return read_entries(entries, "AffectNet")


def _annotated(folder: Path, part: int) -> Iterator[Entry]:
    for path in _pictures(folder / "images"):
        annotation = folder / "annotations" / f"{path.stem}_exp.npy"
        if not annotation.is_file():
            raise DataError(f"no annotation {annotation} of {path.name}: expected {_LAYOUT}")
        code = _code(annotation)
        if code not in _NOT_EXPRESSIONS:
            yield Entry(path, _CODES[code], part)


def _code(annotation: Path) -> int:
    # The published files hold the number as a text.
    try:
        code = int(np.load(annotation, allow_pickle=False).item())
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{annotation} holds no expression's number (0 to 10)") from error
    if not 0 <= code <= max(_NOT_EXPRESSIONS):
        raise DataError(f"{annotation} holds {code}, which is no expression's number (0 to 10)")
    return code


def _by_class(folder: Path, part: int) -> Iterator[Entry]:
    for number, expression in enumerate(_CODES, start=1):
        for path in _pictures(folder / f"class{number:03}"):
            yield Entry(path, expression, part)


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in _PICTURES)
