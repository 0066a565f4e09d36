from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.session.kappa import Estimate, Sample

LABELS = 5


def sample(
    hand: NDArray[np.integer],
    machine: NDArray[np.integer],
    weights: NDArray[np.floating] | None = None,
    told: NDArray[np.bool_] | None = None,
) -> Sample:
    """A simple random sample unless weights are given; then a stratum is a machine's label."""
    n = len(hand)
    return Sample(
        hand,
        machine,
        np.zeros(n, int) if weights is None else machine,
        np.ones(n) if weights is None else weights,
        np.ones(n, bool) if told is None else told,
    )


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(2, 80))
def test_kappa_is_that_of_scikit_learn(seed: int, n: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    hand = rng.integers(0, LABELS, n)
    machine = np.where(rng.random(n) < 0.6, hand, rng.integers(0, LABELS, n))
    if len({*hand.tolist(), *machine.tolist()}) < 2:
        return  # of one label alone, theirs is NaN and warns
    weights = rng.uniform(0.1, 9, LABELS)[machine]
    for given_weights in (None, weights):
        found = sample(hand, machine, given_weights)
        expected = metrics.cohen_kappa_score(hand, machine, sample_weight=given_weights)
        assert found.kappa().value == pytest.approx(expected)
        for label in range(LABELS):
            one, other = hand == label, machine == label
            kappa = found.kappa(label).value
            if one.any() or other.any():
                expected = metrics.cohen_kappa_score(one, other, sample_weight=given_weights)
                assert kappa == pytest.approx(expected)
            else:
                assert np.isnan(kappa)


def test_only_what_both_tell_counts() -> None:
    hand, machine = np.array([0, 1, 2, 1, 0, 4]), np.array([0, 1, 1, 4, 4, 0])
    told = (hand != 4) & (machine != 4)
    all_of_them, some = sample(hand, machine, told=told), sample(hand[told], machine[told])
    assert all_of_them.kappa().value == pytest.approx(some.kappa().value)
    assert all_of_them.share().value == pytest.approx(2 / 3)


def test_the_interval_is_a_little_wider_than_the_usual_one() -> None:
    """Than that of Fleiss, Cohen & Everitt (1969), which is for large samples."""
    table = np.array([[53, 5, 2], [11, 14, 5], [1, 6, 3]])
    hand, machine = (np.repeat(index.ravel(), table.ravel()) for index in np.indices((3, 3)))
    n, p = table.sum(), table / table.sum()
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, chance = np.trace(p), rows @ columns
    kappa = (observed - chance) / (1 - chance)
    diagonal = (np.diag(p) * (1 - (rows + columns) * (1 - kappa)) ** 2).sum()
    off = p * (columns[:, None] + rows[None, :]) ** 2
    off = (1 - kappa) ** 2 * (off.sum() - np.trace(off))
    variance = (diagonal + off - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)
    found = sample(hand, machine).kappa()
    assert found.value == pytest.approx(kappa)
    assert 1.0 < (found.high - found.low) / 2 / (1.96 * variance**0.5) < 1.2


def test_perfect_agreement_of_a_few_is_not_certain() -> None:
    labels = np.array([0, 1, 2, 0, 1, 0])
    found = sample(labels, labels).kappa()
    assert found.value == found.high == 1.0
    assert found.low < 0.5
    many = sample(np.tile(labels, 50), np.tile(labels, 50)).kappa()
    assert many.low > 0.95


def test_worse_than_chance_stays_within_bounds() -> None:
    hand, machine = np.array([0, 1] * 5), np.array([1, 0] * 5)
    found = sample(hand, machine).kappa()
    assert found.value == pytest.approx(-1.0)
    assert found.low >= -1.0


@pytest.mark.parametrize("labels", [[], [3, 3, 3]])
def test_of_nothing_and_of_one_label_alone_there_is_no_kappa(labels: list[int]) -> None:
    found = sample(np.array(labels, int), np.array(labels, int))
    assert np.isnan(found.kappa()).all()
    assert isinstance(found.share(), Estimate)
    assert np.isnan(found.share().value) == (not labels)


def test_a_lone_face_has_an_interval() -> None:
    found = Sample(*(np.array(part) for part in ([0, 1], [0, 1], [0, 1], [9.0, 1.0], [True, True])))
    assert np.isfinite(found.share()).all()
    assert np.isfinite(found.kappa()).all()


@pytest.mark.parametrize("right", [0.6, 0.95])
def test_intervals_hold_as_often_as_they_say(right: float) -> None:
    """Of a made-up lesson whose kappa is known; a rare label is drawn as often as a common one."""
    rng = np.random.default_rng(7)
    usual = np.array([0.7, 0.15, 0.08, 0.05, 0.02])
    hand = rng.choice(LABELS, 20_000, p=usual)
    machine = np.where(rng.random(20_000) < right, hand, rng.choice(LABELS, 20_000, p=usual))
    truth = sample(hand, machine)
    kappa, share = truth.kappa().value, truth.share().value
    strata = [np.flatnonzero(machine == label) for label in range(LABELS)]
    held = []
    for _ in range(200):
        drawn = np.concatenate([rng.choice(one, 12, replace=False) for one in strata])
        weights = np.array([len(one) / 12 for one in strata])[machine[drawn]]
        found = sample(hand[drawn], machine[drawn], weights)
        pairs = ((found.kappa(), kappa), (found.share(), share))
        held.append([one.low <= true <= one.high for one, true in pairs])
    assert (np.mean(held, axis=0) > 0.92).all()
