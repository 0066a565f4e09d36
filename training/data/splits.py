"""Splits with nobody, and no photograph, on two sides."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from training.data.copies import byte_copies, near_copies, near_pairs
from training.data.ferplus import LEFT_OUT, TEST, TRAIN, VALIDATION, DataError, FacesSet, majority

Rows = NDArray[np.int64]
_LEAST_PARTS = 5


class Fold(NamedTuple):
    """Row numbers, sorted, of the faces of each part."""

    train: Rows
    validation: Rows
    test: Rows


def subject_folds(
    labels: NDArray[np.int64], subjects: NDArray[np.str_], k: int = 8, seed: int = 0
) -> list[Fold]:
    """Cross-validation with every person in one part of a fold only, and tested in one fold.

    The classes are shared out as evenly as the people allow. Of the people who are not tested in
    a fold about one in k, but at most one in five, is for validation. (The STN-CNN paper, its
    section 5.1, makes eight folds of CK+ too, but takes the people for validation and for test
    from one group, so that it tests on few.)

    Args:
        labels: (n,) classes.
        subjects: (n,) who it is.
        k: folds.
        seed: of the shuffle.

    Returns:
        k folds of row numbers; every row is in one test part.

    Raises:
        DataError: a face without a subject, or too few people.
    """
    people = len(np.unique(subjects))
    if (np.asarray(subjects) == "").any():
        raise DataError("this data set does not say who is who: it can't be split by people")
    least = max(k, 4 if k == 2 else 3)
    if k < 2 or people < least:
        raise DataError(f"{k} folds need 2 folds and {least} people at least, not {people} people")
    folds = []
    for rest, test in _grouped(labels, subjects, k, seed):
        parts = min(max(k, _LEAST_PARTS), len(np.unique(subjects[rest])))
        train, validation = next(_grouped(labels[rest], subjects[rest], parts, seed))
        folds.append(Fold(rest[train], rest[validation], test))
    if not all(len(part) for fold in folds for part in fold):
        raise DataError(f"{k} folds of {people} people leave a part empty: use fewer folds")
    return folds


def fair_usage(faces: FacesSet, share: float = 0.1, seed: int = 0) -> NDArray[np.uint8]:
    """The published split without photographs on two sides.

    Training faces that are copies or near-copies of a validation or test face are left out, and
    validation faces that are copies or near-copies of a test face. Test faces all stay. RAF-DB and
    AffectNet have no validation part: theirs is cut off the training faces by labels, near-copies
    of each other together. The time grows with the square of the number of faces.

    Args:
        faces: with a training and a test part.
        share: of the training faces for validation, about, where there are none.
        seed: of the shuffle.

    Returns:
        (n,) as ``FacesSet.usage``, with ``LEFT_OUT``.

    Raises:
        DataError: no training or no test faces.
    """
    images, usage = faces.published, faces.usage.copy()
    parts = [np.flatnonzero(faces.usage == part) for part in (TRAIN, VALIDATION, TEST)]
    train, validation, test = parts
    if not len(train) or not len(test):
        raise DataError(f"{faces.name} has no training or no test faces: it can't be split fairly")
    held = np.flatnonzero(faces.usage != TRAIN)
    usage[train[near_pairs(images[held], images[train])[:, 1]]] = TRAIN + LEFT_OUT
    usage[validation[near_pairs(images[test], images[validation])[:, 1]]] = VALIDATION + LEFT_OUT
    if not len(validation):
        train = np.flatnonzero(usage == TRAIN)
        groups = _photographs(images[train])
        labels = majority(faces.votes[train])
        _, cut = next(_grouped(labels, groups, max(2, round(1 / share)), seed))
        usage[train[cut]] = VALIDATION
    return usage


def count_copies(faces: FacesSet) -> dict[str, int]:
    """How many faces of the published split are also in a part that they must not be in."""
    train, validation, test = (
        faces.published[faces.usage == part] for part in (TRAIN, VALIDATION, TEST)
    )
    known = np.concatenate([train, validation])
    fair = replace(faces, usage=fair_usage(faces))
    return {
        "test faces": len(test),
        "validation faces": len(validation),
        "training faces": len(train),
        "test faces in training or validation, byte-identical": int(byte_copies(test, known).sum()),
        "test faces in training or validation, near-copies and copies": int(
            near_copies(test, known).sum()
        ),
        "validation faces in training, byte-identical": int(byte_copies(validation, train).sum()),
        "validation faces in training, near-copies and copies": int(
            near_copies(validation, train).sum()
        ),
        "validation faces left out, for test faces": fair.left_out(VALIDATION),
        "training faces left out, for validation and test faces": fair.left_out(TRAIN),
    }


def _photographs(images: NDArray[np.uint8]) -> NDArray[np.int32]:
    """(n,) numbers of groups of (n, 48, 48) faces that are near-copies of each other."""
    rows, others = near_pairs(images, images).T
    graph = coo_array((np.ones(len(rows), np.bool_), (rows, others)), (len(images), len(images)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int32)


def _grouped(
    labels: NDArray[np.int64], groups: NDArray[Any], k: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """(rest, part) row numbers of k parts with every group in one."""
    from sklearn.model_selection import StratifiedGroupKFold  # noqa: PLC0415 - takes seconds

    splitter = StratifiedGroupKFold(k, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A class with fewer faces than folds is missing from some; CK+ and JAFFE have none such.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        try:
            yield from splitter.split(np.zeros(len(labels)), labels, groups)
        except ValueError as error:
            raise DataError(f"{len(labels)} faces can't be split into {k} parts") from error
