from __future__ import annotations

import numpy as np
import pytest

from training import data, measure


def oracle(faces: data.FacesSet, usage: int, accuracy: float) -> measure.Predict:
    """Right with a known rate, sure of it at 0.9, in the order of the split."""
    _, labels = data.protocol_split(faces, usage)
    wrong = np.arange(len(labels)) % 10 >= round(accuracy * 10)
    named = np.where(wrong, (labels + 1) % 8, labels)
    rows = np.full((len(labels), 8), 0.1 / 7, np.float32)
    rows[np.arange(len(labels)), named] = 0.9
    served = iter(np.split(rows, range(64, len(rows), 64)))
    return lambda crops: next(served)


def test_figures_of_a_known_predictor(toy_faces: data.FacesSet) -> None:
    result = measure.score(oracle(toy_faces, data.TEST, 0.7), toy_faces, data.TEST, 16, 48)
    assert result.faces == 160
    assert result.wa == pytest.approx(70)
    assert result.ua == pytest.approx(70)
    assert result.ece == pytest.approx(20, abs=0.01)
    assert set(result.by_class) == set(data.LABELS)
    assert [(c.coverage, c.wa) for c in result.sure] == [(100, 70)] * len(measure.CONFIDENCES)


def test_coverage_leaves_out_the_unsure() -> None:
    right = np.array([True, True, False, False])
    confidences = np.array([0.9, 0.5, 0.5, 0.2], np.float32)
    result = measure._coverage(confidences, right, 0.5)
    assert (result.coverage, result.wa) == (75, 66.7)


def test_table_has_every_size(toy_faces: data.FacesSet) -> None:
    results = [
        measure.score(oracle(toy_faces, data.TEST, 0.9), toy_faces, data.TEST, k, 48)
        for k in measure.SIZES
    ]
    text = measure.table(results)
    assert all(f"| {k} px | 160 | 90.00" in text for k in measure.SIZES)
