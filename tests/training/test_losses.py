from __future__ import annotations

import numpy as np
import pytest
import torch

from app.core.errors import SettingsError
from training import data
from training.config import LossConfig
from training.losses import LabelLoss, distillation, restoration, soft_cross_entropy

LOGITS = torch.tensor([[2.0, 0.0, -1.0, 0, 0, 0, 0, 0], [0.0, 1.0, 0.5, 0, 0, 0, 0, 0]])
HARD = torch.eye(8)[[0, 2]]


def test_soft_cross_entropy_of_hard_labels_is_cross_entropy() -> None:
    expected = torch.nn.functional.cross_entropy(LOGITS, torch.tensor([0, 2]))
    torch.testing.assert_close(soft_cross_entropy(LOGITS, HARD), expected)


def test_soft_cross_entropy_is_least_at_the_shares() -> None:
    shares = torch.tensor([[0.5, 0.3, 0.1, 0.02, 0.02, 0.02, 0.02, 0.02]])
    entropy = -(shares * shares.log()).sum()
    torch.testing.assert_close(soft_cross_entropy(shares.log(), shares), entropy)
    assert soft_cross_entropy(shares.log() * 1.3, shares) > entropy
    assert soft_cross_entropy(shares.log() * 0.7, shares) > entropy


def test_distillation_draws_to_the_teacher_and_keeps_its_gradient_s_size() -> None:
    logits = LOGITS.clone().requires_grad_()
    teacher = torch.tensor([[0.0, 3.0, 0, 0, 0, 0, 0, 0]] * 2)
    sizes = []
    for temperature in (1.0, 8.0):
        answers = torch.softmax(teacher / temperature, dim=1)
        (gradient,) = torch.autograd.grad(distillation(logits, answers, temperature), logits)
        assert (gradient[:, 1] < 0).all()  # a step lifts what the teacher says
        sizes.append(float(gradient.norm()))
        (still,) = torch.autograd.grad(distillation(logits * 0 + teacher, answers, temperature),
                                       logits)  # fmt: skip
        assert still.abs().max() < 1e-6
    # A softened answer is 8 times flatter on both sides; the square brings 1 / 64 back.
    assert 0.25 < sizes[1] / sizes[0] < 1.5


def test_restoration_averages_what_is_larger() -> None:
    target = torch.rand(2, 1, 4, 4)
    larger = target.repeat_interleave(2, 2).repeat_interleave(2, 3)
    checkered = larger + torch.tensor([[0.5, -0.5], [-0.5, 0.5]]).repeat(4, 4)
    assert restoration(checkered, target, "l1") < 1e-6
    assert float(restoration(target + 0.5, target, "l1")) == pytest.approx(0.5)
    assert float(restoration(target + 0.5, target, "l2")) == pytest.approx(0.25)


def test_weights_count_classes(toy_faces: data.FacesSet) -> None:
    weights = (1.0, 1, 3, 1, 1, 1, 1, 1)
    loss = LabelLoss(LossConfig(kind="weighted", weights=weights), toy_faces, 8)
    each = torch.nn.functional.cross_entropy(LOGITS, torch.tensor([0, 2]), reduction="none")
    torch.testing.assert_close(loss(LOGITS, HARD), (each[0] + 3 * each[1]) / 2)
    for wrong in ((), weights[:7]):
        with pytest.raises(SettingsError, match="8 are needed, one a class"):
            LabelLoss(LossConfig(kind="weighted", weights=wrong), toy_faces, 8)


def test_every_kind_falls_towards_the_label(toy_faces: data.FacesSet) -> None:
    kinds = ("votes", "cross_entropy", "label_smoothing", "pdls", "weighted")
    values = {}
    for kind in kinds:
        config = LossConfig(kind=kind, weights=(1.0,) * 8 if kind == "weighted" else ())
        loss = LabelLoss(config, toy_faces, 8)
        values[kind] = float(loss(LOGITS, HARD))
        assert loss(8 * HARD, HARD) < loss(LOGITS, HARD) < loss(-8 * HARD, HARD)
    assert values["votes"] == pytest.approx(values["cross_entropy"])
    assert len({round(values[k], 4) for k in kinds[1:4]}) == 3


def test_pdls_takes_its_prior_from_the_votes(toy_faces: data.FacesSet) -> None:
    own = LabelLoss(LossConfig(kind="pdls", prior="votes"), toy_faces, 8).prior
    paper = LabelLoss(LossConfig(kind="pdls"), toy_faces, 8).prior
    assert own.shape == paper.shape == (8, 8)
    assert not torch.allclose(own, paper, atol=0.05)
    # The toy's faces have 8 votes for their class and 2 for the next.
    assert own[0, 1] > 5 * own[0, 2:].max()


def test_labels_that_nobody_voted_on_give_no_prior() -> None:
    labels = np.arange(8)
    images = np.zeros((8, 48, 48), np.uint8)
    faces = data.unanimous(images, labels, np.zeros(8, np.uint8), "RAF-DB")
    with pytest.raises(SettingsError, match="one label each, no votes"):
        LabelLoss(LossConfig(kind="pdls", prior="votes"), faces, 8)
    LabelLoss(LossConfig(kind="pdls"), faces, 8)
