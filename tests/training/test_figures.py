from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score
from torchmetrics.functional.classification import multiclass_calibration_error

from training import figures

NAMES = tuple("abcdefg")


def sample(count: int = 600, classes: int = 7) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Random probabilities, somewhat right."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, classes - 1, count)  # the last class never occurs
    raw = rng.normal(0, 1, (count, classes))
    raw[np.arange(count), labels] += 1.5
    shares = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    return shares.astype(np.float32), labels


def test_figures_agree_with_scikit_learn() -> None:
    shares, labels = sample()
    read = shares.argmax(axis=1)
    found = figures.figures(shares, labels, NAMES)
    assert found.wa == pytest.approx(100 * accuracy_score(labels, read))
    kept = read != 6  # a read class that never occurs is no class to scikit-learn's mean recall
    assert kept.sum() < len(kept)
    recalls = [100 * (read[labels == j] == j).mean() for j in range(6)]
    assert found.ua == pytest.approx(np.mean(recalls))
    assert found.ua == pytest.approx(
        100 * balanced_accuracy_score(labels, np.where(kept, read, (labels + 1) % 6))
    )
    assert found.f1 == pytest.approx(100 * f1_score(labels, read, average="macro"), abs=1e-4)


def test_ece_of_a_hand_made_case() -> None:
    shares = np.array([[0.9, 0.1]] * 10 + [[0.6, 0.4]] * 10, np.float32)
    labels = np.array([0] * 7 + [1] * 3 + [0] * 6 + [1] * 4)
    # Half of the faces claim 0.9 and keep 0.7; the others claim 0.6 and keep it.
    assert figures.figures(shares, labels, NAMES).ece == pytest.approx(10, abs=1e-4)


def test_bins_add_up_to_the_calibration_error() -> None:
    shares, labels = sample()
    right = shares.argmax(axis=1) == labels
    bins = figures.reliability(shares.max(axis=1), right)
    assert sum(b.faces for b in bins) == len(labels)
    summed = sum(b.faces * abs(b.confidence - b.accuracy) for b in bins) / len(labels)
    ece = multiclass_calibration_error(
        torch.from_numpy(shares), torch.from_numpy(labels), 7, n_bins=figures.BINS
    )
    assert summed == pytest.approx(100 * float(ece), abs=0.02)


def test_no_faces_have_no_figures() -> None:
    with pytest.raises(ValueError, match="no faces"):
        figures.figures(np.zeros((0, 8), np.float32), np.zeros(0, np.int64), NAMES)


def test_interval_of_a_share_is_the_bootstrap_of_its_answers() -> None:
    right = np.random.default_rng(1).random(400) < 0.8
    low, high = figures.share_interval(float(right.mean()), len(right))
    rng = np.random.default_rng(2)
    copied = [100 * rng.choice(right, len(right)).mean() for _ in range(4000)]
    assert (low, high) == pytest.approx(tuple(np.percentile(copied, (2.5, 97.5))), abs=0.4)
    assert low < 100 * right.mean() < high


def test_a_paired_interval_is_narrower_than_that_of_two_strangers() -> None:
    rng = np.random.default_rng(0)
    theirs = rng.random(1000) < 0.7
    ours = theirs | (rng.random(1000) < 0.05)
    middle, low, high = figures.paired_interval(ours, theirs)
    assert middle == pytest.approx(100 * (ours.mean() - theirs.mean()))
    assert 0 < low < middle < high < 3
    assert figures.paired_interval(ours, ours) == (0, 0, 0)


@pytest.mark.parametrize("count", [5, 17, 25])
def test_models_that_disagree_on_every_face_are_paired(count: int) -> None:
    """Shares that add up to 1 with a rounding error are no bad distribution."""
    for gained in range(count + 1):
        ours = np.arange(count) < gained
        middle, low, high = figures.paired_interval(ours, ~ours)
        assert middle == pytest.approx(100 * (2 * gained - count) / count)
        assert low <= middle <= high


def test_confusion_intervals_hold_the_figures() -> None:
    shares, labels = sample()
    found = figures.figures(shares, labels, NAMES)
    table = np.zeros((7, 7), int)
    np.add.at(table, (labels, shares.argmax(axis=1)), 1)
    edges = figures.confusion_intervals(table.tolist())
    assert edges["ua"][0] < found.ua < edges["ua"][1]
    assert edges["f1"][0] < found.f1 < edges["f1"][1]
    assert edges["ua"][1] - edges["ua"][0] < 12


def test_mean_difference_is_paired() -> None:
    rng = np.random.default_rng(0)
    faces = rng.normal(30, 5, 200)
    middle, low, high = figures.mean_difference(faces + rng.normal(0.5, 0.2, 200), faces)
    assert middle == pytest.approx(0.5, abs=0.05)
    assert 0.4 < low < middle < high < 0.6


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.8, 1.0])
def test_a_threshold_reads_the_share_that_was_asked_for(share: float) -> None:
    shares, labels = sample()
    sure = shares.max(axis=1)
    bar = figures.threshold_for(sure, share)
    assert (sure >= bar).mean() >= share
    assert (sure >= bar + 2e-4).mean() < share
    found = figures.coverage_at(sure, shares.argmax(axis=1) == labels, bar)
    assert found.coverage == pytest.approx(100 * (sure >= bar).mean(), abs=0.05)


def test_thresholds_fall_as_more_is_read() -> None:
    sure = sample()[0].max(axis=1)
    bars = [figures.threshold_for(sure, share / 50) for share in range(1, 51)]
    assert bars == sorted(bars, reverse=True)
    assert len(set(bars)) > 40


def test_coverage_leaves_out_the_unsure() -> None:
    right = np.array([True, True, False, False])
    sure = np.array([0.9, 0.5, 0.5, 0.2], np.float32)
    found = figures.coverage_at(sure, right, 0.5)
    assert (found.coverage, found.wa) == (75, 66.7)
    assert figures.coverage_at(sure, right, 0.95) == figures.Coverage(0.95, 0, None)


def test_answers_survive_packing() -> None:
    right = np.random.default_rng(0).random(101) < 0.5
    assert (figures.unpack_answers(figures.pack_answers(right), 101) == right).all()
