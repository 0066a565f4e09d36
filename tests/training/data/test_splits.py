from __future__ import annotations

import numpy as np
import pytest

from tests.training.conftest import texture
from training import data
from training.data import splits


def people(count: int, classes: int = 7, each: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Labels and subjects in which everybody shows most classes, some of them often."""
    rng = np.random.default_rng(0)
    subjects = np.repeat([f"S{n:03}" for n in range(count)], each * 5)
    return rng.integers(0, classes, len(subjects)), subjects


@pytest.mark.parametrize(("count", "k"), [(40, 8), (10, 10), (3, 3), (6, 2)])
def test_nobody_is_in_two_parts_and_all_are_tested_once(count: int, k: int) -> None:
    labels, subjects = people(count)
    folds = splits.subject_folds(labels, subjects, k=k, seed=1)
    assert len(folds) == k
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(len(labels)))
    for fold in folds:
        names = [set(subjects[part]) for part in fold]
        assert all(names)
        assert len(set.union(*names)) == sum(map(len, names)) == count
        assert sorted(np.concatenate(fold)) == list(range(len(labels)))


def test_folds_are_balanced_by_class_and_repeatable() -> None:
    labels, subjects = people(40)
    folds = splits.subject_folds(labels, subjects, k=8)
    whole = np.bincount(labels) / len(labels)
    for fold in folds:
        shares = np.bincount(labels[fold.test], minlength=7) / len(fold.test)
        assert np.abs(shares - whole).max() < 0.08
    again = splits.subject_folds(labels, subjects, k=8)
    np.testing.assert_array_equal(folds[0].validation, again[0].validation)
    other = splits.subject_folds(labels, subjects, k=8, seed=5)
    assert any(set(a.test) != set(b.test) for a, b in zip(folds, other, strict=True))


def test_folds_that_cannot_be_made_are_refused() -> None:
    labels, subjects = people(4)
    with pytest.raises(data.DataError, match="8 people at least, not 4"):
        splits.subject_folds(labels, subjects, k=8)
    with pytest.raises(data.DataError, match="who is who"):
        splits.subject_folds(labels, np.full(len(labels), ""), k=2)
    with pytest.raises(data.DataError, match="can't be split into 4 parts"):
        splits.subject_folds(np.arange(len(labels)), subjects, k=4)


def labelled(count: int) -> data.FacesSet:
    rng = np.random.default_rng(3)
    images = np.stack([np.clip(120 + texture(rng), 0, 255) for _ in range(count)])
    usage = np.repeat(np.array([data.TRAIN, data.TEST], np.uint8), [count - 40, 40])
    return data.unanimous(images.astype(np.uint8), np.arange(count) % 4, usage, "RAF-DB")


def test_published_split_without_leaks_gets_a_validation_part() -> None:
    faces = labelled(200)
    faces.images[:3] = np.clip(faces.images[-3:].astype(int) + 20, 0, 255)  # brighter test faces
    faces.images[40:60] = faces.images[20:40, :, ::-1]  # mirrored training faces
    usage = splits.fair_usage(faces, share=0.2)
    assert np.flatnonzero(usage == data.TEST).tolist() == list(range(160, 200))
    assert np.flatnonzero(usage == data.TRAIN + data.LEFT_OUT).tolist() == [0, 1, 2]
    validation = usage == data.VALIDATION
    assert 25 <= validation.sum() <= 37
    assert np.bincount(data.majority(faces.votes[validation]), minlength=4).min() >= 5
    np.testing.assert_array_equal(usage[20:40], usage[40:60])
    np.testing.assert_array_equal(usage, splits.fair_usage(faces, share=0.2))


def test_a_set_of_one_part_is_refused() -> None:
    faces = labelled(60)
    with pytest.raises(data.DataError, match="RAF-DB has no training or no test faces"):
        splits.fair_usage(faces.select(faces.usage == data.TRAIN))
