"""Splits with nobody, and no photograph, on two sides."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from training.data.copies import near_pairs
from training.data.ferplus import TEST, TRAIN, DataError
from training.data.labelled import LabelledFaces

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


def published_parts(faces: LabelledFaces, share: float = 0.1, seed: int = 0) -> Fold:
    """The published split of RAF-DB or AffectNet, made fair, with a validation part.

    Training faces that are copies or near-copies of a test face are left out. The validation part
    is cut off the training faces by classes; photographs that are near-copies of each other, and
    pictures of one person where people are known, stay together. The time grows with the square
    of the number of faces.

    Args:
        faces: with a published training and test part.
        share: of the training faces for validation, about.
        seed: of the shuffle.

    Raises:
        DataError: no training or no test faces.
    """
    train, test = np.flatnonzero(faces.part == TRAIN), np.flatnonzero(faces.part == TEST)
    if not len(train) or not len(test):
        raise DataError("this data set has no published training and test part: use folds")
    leaky = near_pairs(faces.images[test], faces.images[train])[:, 1]
    train = np.delete(train, np.unique(leaky))
    groups = _photographs(faces.select(train))
    splits = _grouped(faces.labels[train], groups, max(2, round(1 / share)), seed)
    kept, validation = next(splits)
    return Fold(train[kept], train[validation], test)


def _photographs(faces: LabelledFaces) -> NDArray[np.int32]:
    """(n,) numbers of groups of faces that must stay together."""
    pairs = [near_pairs(faces.images, faces.images)]
    for name in np.unique(faces.subjects[faces.subjects != ""]):
        rows = np.flatnonzero(faces.subjects == name)
        pairs.append(np.stack([np.full_like(rows, rows[0]), rows], axis=1))
    rows, others = np.concatenate(pairs).T
    graph = coo_array((np.ones(len(rows), np.bool_), (rows, others)), (len(faces), len(faces)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int32)


def _grouped(
    labels: NDArray[np.int64], groups: NDArray[Any], k: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """(rest, part) row numbers of k parts with every group in one."""
    splitter = StratifiedGroupKFold(k, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A class with fewer faces than folds is missing from some; CK+ and JAFFE have none such.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        try:
            yield from splitter.split(np.zeros(len(labels)), labels, groups)
        except ValueError as error:
            raise DataError(f"{len(labels)} faces can't be split into {k} parts") from error
