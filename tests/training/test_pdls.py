from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from app.core.expressions import LABELS
from training import data, pdls


def test_table_2_as_the_paper_describes_it() -> None:
    assert pdls.TABLE_2.shape == (8, 8)
    np.testing.assert_allclose(pdls.TABLE_2.sum(axis=1), 1)
    assert (pdls.TABLE_2.argmax(axis=1) == np.arange(8)).all()
    assert (np.diag(pdls.TABLE_2) > 0.5).all()
    row = {name: LABELS.index(name) for name in LABELS}
    assert pdls.TABLE_2[row["neutral"], row["sadness"]] == pytest.approx(0.114, abs=5e-4)
    assert pdls.TABLE_2[row["fear"], row["surprise"]] == pytest.approx(0.169, abs=5e-4)
    assert pdls.TABLE_2[row["happiness"], row["happiness"]] == pytest.approx(0.918, abs=1e-3)
    with pytest.raises(ValueError, match="read-only"):
        pdls.TABLE_2[0, 0] = 1


def test_pdls_is_the_papers_equation_4() -> None:
    """Two classes by hand: logits (ln 3, 0) give probabilities 3/4 and 1/4."""
    logits = torch.tensor([[np.log(3.0), 0.0]])
    shares = torch.tensor([[0.0, 1.0]])
    prior = torch.tensor([[0.8, 0.2], [0.3, 0.7]])
    by_hand = -(0.1 * 0.3 * np.log(3 / 4) + (0.9 + 0.1 * 0.7) * np.log(1 / 4))
    assert pdls.pdls(logits, shares, prior, 0.9).item() == pytest.approx(by_hand)


def test_label_smoothing_is_the_papers_equation_3() -> None:
    torch.manual_seed(0)
    logits, labels = torch.randn(5, 8), torch.tensor([0, 3, 7, 7, 2])
    log = logits.log_softmax(1)
    # The paper's example: 0.9125 for the label and 0.0125 for every other.
    expected = -(0.0125 * log.sum(1) + 0.9 * log[torch.arange(5), labels]).mean()
    ours = pdls.label_smoothing(logits, F.one_hot(labels, 8).float(), 0.9)
    torch.testing.assert_close(ours, expected)
    torch.testing.assert_close(ours, F.cross_entropy(logits, labels, label_smoothing=0.1))


def test_alpha_1_is_cross_entropy() -> None:
    torch.manual_seed(1)
    logits, labels = torch.randn(6, 8), torch.arange(6)
    shares = F.one_hot(labels, 8).float()
    plain = F.cross_entropy(logits, labels)
    torch.testing.assert_close(pdls.pdls(logits, shares, pdls.prior_for(8), 1.0), plain)
    torch.testing.assert_close(pdls.label_smoothing(logits, shares, 1.0), plain)
    assert abs(pdls.pdls(logits, shares, pdls.prior_for(8), 0.9) - plain) > 0.01


def test_seven_classes_lose_contempt_and_sum_to_1() -> None:
    prior = pdls.prior_for(7)
    assert prior.shape == (7, 7)
    torch.testing.assert_close(prior.sum(1), torch.ones(7))
    expected = pdls.TABLE_2[0, 3] / (1 - pdls.TABLE_2[0, 7])
    assert prior[0, 3].item() == pytest.approx(expected)


def test_prior_is_the_mean_of_a_labels_distributions() -> None:
    votes = np.zeros((4, 10), np.uint8)
    votes[0, [0, 3, 8]] = 5, 5, 9
    votes[1, [0]] = 4
    votes[2, [1]] = 7
    votes[3, [9]] = 10
    prior = pdls.prior_from_votes(votes, np.array([0, 0, -1, 0]))
    np.testing.assert_allclose(prior[0], [0.75, 0, 0, 0.25, 0, 0, 0, 0])
    np.testing.assert_allclose(prior[1:], np.eye(8)[1:])


def test_comparison_names_the_largest_difference_a_row() -> None:
    prior = pdls.TABLE_2.copy()
    prior[5, 4] += 0.04
    comparison = pdls.compare_with_table_2(prior)
    assert comparison.largest["disgust"] == pytest.approx(0.04)
    assert comparison.largest["neutral"] == 0
    lines = comparison.table().splitlines()
    assert len(lines) == 10
    assert lines[7].startswith("| disgust |")
    assert lines[7].endswith("| 0.040 |")


@pytest.mark.shared
def test_our_votes_give_the_papers_table(shared: Path) -> None:
    with np.load(shared / "data" / "ferplus.npz") as packed:
        votes = packed["votes"][packed["usage"] == data.TRAIN]
    prior = pdls.prior_from_votes(votes, data.majority(votes))
    largest = pdls.compare_with_table_2(prior).largest
    assert max(largest.values()) < 0.03, largest
    assert (prior.argmax(axis=1) == np.arange(8)).all()
