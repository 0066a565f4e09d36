from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from app.core.expressions import LABELS
from training import card, data, measure
from training.augment import at_size
from training.config import DataConfig

SEVEN = tuple(name for name in LABELS if name != "contempt")


def oracle(exam: measure.Exam, accuracy: float) -> measure.Predict:
    """Right with a known rate, sure of it at 0.9, in the order of the exam."""
    classes = len(exam.classes)
    wrong = np.arange(len(exam.labels)) % 10 >= round(accuracy * 10)
    named = np.where(wrong, (exam.labels + 1) % classes, exam.labels)
    rows = np.full((len(named), classes), 0.1 / (classes - 1), np.float32)
    rows[np.arange(len(named)), named] = 0.9
    served = iter(np.split(rows, range(64, len(rows), 64)))
    return lambda crops: next(served)


def test_figures_of_a_known_predictor(toy_faces: data.FacesSet) -> None:
    exam = measure.make_exam(DataConfig(), toy_faces)
    result = measure.score(oracle(exam, 0.7), exam, 16, 48)
    assert result.faces == 160
    assert result.wa == pytest.approx(70)
    assert result.ua == pytest.approx(70)
    assert result.whole.f1 == pytest.approx(70, abs=0.1)
    assert result.ece == pytest.approx(20, abs=0.01)
    assert result.whole.wa_interval[0] < 70 < result.whole.wa_interval[1]
    assert set(result.whole.by_class) == set(LABELS)
    assert [(c.coverage, c.wa) for c in result.whole.sure] == [(100, 70)] * len(measure.CONFIDENCES)
    counts = np.array(result.confusion)
    assert counts.sum() == 160
    assert counts.diagonal().sum() == 112
    assert counts[0, 1] == 6


def test_confusion_has_true_classes_in_rows(toy_faces: data.FacesSet) -> None:
    exam = measure.make_exam(DataConfig(), toy_faces)
    always_fear = np.eye(8, dtype=np.float32)[LABELS.index("fear")]
    result = measure.score(lambda crops: np.tile(always_fear, (len(crops), 1)), exam, 48, 48)
    counts = np.array(result.confusion)
    assert (counts[:, LABELS.index("fear")] == 20).all()
    assert counts.sum() == 160
    assert result.whole.by_class["fear"] == 100
    assert result.ua == pytest.approx(12.5)


def test_copies_are_counted_and_left_out(toy_faces: data.FacesSet) -> None:
    test = np.flatnonzero(toy_faces.usage == data.TEST)
    images = toy_faces.images.copy()
    images[test[:10]] = images[:10]
    faces = data.FacesSet(images, toy_faces.votes, toy_faces.usage, toy_faces.fer2013)
    exam = measure.make_exam(DataConfig(), faces)
    assert exam.copies.sum() == 10
    shares = np.eye(8, dtype=np.float32)[np.where(exam.copies, exam.labels, (exam.labels + 1) % 8)]
    result = measure.score_of(shares, exam, 48)
    assert result.wa == pytest.approx(100 * 10 / 160)
    assert result.without_copies is not None
    assert result.without_copies.wa == 0
    assert result.without_copies.faces == 150
    assert result.without_near_copies is None


def test_where_every_face_is_a_copy_no_other_is_measured(toy_faces: data.FacesSet) -> None:
    images = toy_faces.images.copy()
    images[toy_faces.usage == data.TEST] = images[toy_faces.usage == data.TRAIN]
    exam = measure.make_exam(DataConfig(), replace(toy_faces, images=images), near=True)
    result = measure.score(oracle(exam, 0.7), exam, 48, 48)
    assert result.without_copies is result.without_near_copies is None
    assert [words for words, _ in result.cuts()] == [""]
    assert not any("without" in key for key in measure.as_figures([result])[0])
    assert "| 48 px | 160 | 70.00" in measure.table([result])
    assert "160 of the 160 test faces are byte-identical" in card._protocol(result, 0)


def test_near_copies_are_left_out_where_they_are_looked_for(toy_faces: data.FacesSet) -> None:
    rng = np.random.default_rng(0)
    noise = rng.uniform(0, 255, (len(toy_faces), 48, 48)).astype(np.float32)
    images = np.stack([cv2.GaussianBlur(image, (0, 0), 2) for image in noise])
    images = 4 * (images - images.mean()) + 120  # blurring has taken the contrast
    test = np.flatnonzero(toy_faces.usage == data.TEST)
    images[test[:10]] = images[:10] + 9  # brighter
    images[test[10:15]] = images[10:15]
    faces = replace(toy_faces, images=np.clip(images, 0, 255).astype(np.uint8))
    exam = measure.make_exam(DataConfig(), faces, near=True)
    assert exam.near is not None
    assert (exam.copies.sum(), exam.near.sum()) == (5, 15)
    result = measure.score(oracle(exam, 0.9), exam, 48, 48)
    assert result.without_near_copies is not None
    assert result.without_near_copies.faces == 145
    assert "| 48 px, without copies and near-copies | 145 |" in measure.table([result])
    row = measure.as_figures([result])[0]
    assert row["faces"] == 160
    assert row["without_copies"]["faces"] == 155
    assert row["without_copies_and_near_copies"]["faces"] == 145
    assert row["without_copies_and_near_copies"]["by_class"] != row["by_class"]
    seven = measure.make_exam(
        DataConfig(labels="fer2013"),
        replace(faces, fer2013=np.zeros(len(faces), np.int8)),
        near=True,
    )
    assert seven.near is not None
    assert seven.near.sum() == 15


def test_eight_become_seven_and_seven_eight() -> None:
    eight = np.array([[0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.4]], np.float32)
    seven = measure.fit_classes(eight, 7)
    assert seven.sum() == pytest.approx(1)
    assert seven[0, 0] == pytest.approx(0.1 / 0.6)
    back = measure.fit_classes(seven, 8)
    assert back[0, LABELS.index("contempt")] == 0
    assert back.shape == (1, 8)
    with pytest.raises(ValueError, match="10 probabilities"):
        measure.fit_classes(np.zeros((1, 10), np.float32), 8)


def test_fer2013_is_measured_on_seven_classes(toy_faces: data.FacesSet) -> None:
    codes = (np.arange(len(toy_faces)) % 8 - 1).astype(np.int8)  # -1: a face without a label
    faces = replace(toy_faces, fer2013=codes)
    _, labels = data.protocol_split(faces, data.TEST, "fer2013")
    exam = measure.make_exam(DataConfig(labels="fer2013"), faces)
    assert exam.classes == SEVEN
    assert len(exam.labels) == 140
    eight = np.full((len(labels), 8), 0.02, np.float32)
    eight[:, LABELS.index("contempt")] = 0.5
    eight[np.arange(len(labels)), labels] = 0.38
    rows = iter(np.split(eight, range(64, len(eight), 64)))
    result = measure.score(lambda crops: next(rows), exam, 48, 48)
    assert result.wa == 100
    assert np.array(result.confusion).shape == (7, 7)


def test_a_random_split_counts_the_copies_of_its_own_training_part(
    toy_faces: data.FacesSet,
) -> None:
    images = toy_faces.images.copy()
    images[1::2] = images[::2]
    faces = data.FacesSet(images, toy_faces.votes, toy_faces.usage, toy_faces.fer2013)
    exam = measure.make_exam(DataConfig(split="random"), faces)
    assert 0.15 < len(exam.labels) / len(images) < 0.25
    # Four of five twins of a held-out face are in the training part.
    assert 0.6 < exam.copies.mean() < 0.95


def test_curve_reads_ever_more_faces(toy_faces: data.FacesSet) -> None:
    exam = measure.make_exam(DataConfig(), toy_faces)
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.ones(8), len(exam.labels)).astype(np.float32)
    curve = measure.score_of(shares, exam, 48).curve
    assert [c.coverage for c in curve] == sorted(c.coverage for c in curve)
    bars = [c.min_confidence for c in curve]
    assert bars == sorted(bars, reverse=True)
    assert curve[-1].coverage == 100


def test_table_has_every_size(toy_faces: data.FacesSet) -> None:
    exam = measure.make_exam(DataConfig(), toy_faces)
    results = [measure.score(oracle(exam, 0.9), exam, k, 48) for k in measure.SIZES]
    text = measure.table(results)
    assert all(f"| {k} px | 160 | 90.00" in text for k in measure.SIZES)
    figures = measure.as_figures(results)
    assert [entry["pixels"] for entry in figures] == list(measure.SIZES)
    assert figures[0]["wa"] == 90


def test_threshold_reads_the_surest_faces(toy_faces: data.FacesSet) -> None:
    exam = measure.make_exam(DataConfig(), toy_faces, data.VALIDATION)

    def predict(crops: np.ndarray) -> np.ndarray:
        """Sure by how bright the face is."""
        sure = 0.2 + 0.7 * crops.mean((1, 2, 3)) / 255
        rows = np.repeat(((1 - sure) / 7)[:, None], 8, axis=1)
        rows[:, 0] = sure
        return rows.astype(np.float32)

    bar = measure.threshold(predict, exam, 48)
    sure = predict(at_size(exam.images, 16, 48)[:, None].astype(np.float32))[:, 0]
    assert (sure >= bar).mean() == pytest.approx(measure.COVERAGE, abs=0.03)
