from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError

from tests.training.networks.exporting import exported_difference, exporting
from training.networks.covpool import matrix
from training.networks.fsr import Critic, Fsr, FsrConfig, Generator, GeneratorConfig

SMALL = {
    "side": 48, "stages": [[8], [12], [16, 16]], "rows": [8], "ridge": 1e-3, "hidden": 24,
    "perceptual": 16,
}  # fmt: skip
GENERATOR = {"blocks": 1, "features": 8, "growth": 4, "fold": 2}


def crops(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(count, 1, 48, 48, generator=generator) * 255


def small(**changes: object) -> Fsr:
    torch.manual_seed(0)
    return FsrConfig.model_validate({**SMALL, "generator": GENERATOR, **changes}).build(7)


def used(net: Fsr) -> Fsr:
    """With statistics of some batch, a generator that changes features, and sure answers."""
    net.train()
    net(crops(16))
    with torch.no_grad():
        if net.generator is not None:
            torch.nn.init.normal_(net.generator.last.weight, std=0.1)
            net.generator.space.fit(net.baseline.extract(crops(16)))
        net.baseline.head[-1].weight.mul_(5)
    return net.eval()


def test_a_fresh_generator_changes_nothing() -> None:
    net = small().eval()
    features = net.baseline.extract(crops(3))
    torch.testing.assert_close(net.generator(features), features, atol=1e-5, rtol=0)
    expected = net.baseline.read(features)
    torch.testing.assert_close(net(crops(3)).logits, expected)


def test_what_is_generated_is_a_symmetric_matrix_again() -> None:
    net = used(small())
    features = net.baseline.extract(crops(3))
    made = net.generator(features)
    assert (made - features).abs().max() > 0.01
    torch.testing.assert_close(matrix(made), matrix(made).mT)


def test_without_generator_it_is_the_baseline() -> None:
    net = small(generator=None)
    assert net.generator is None
    assert all(name.startswith("baseline.") for name, _ in net.named_parameters())
    with_generator = small()
    with_generator.baseline.load_state_dict(net.baseline.state_dict())
    torch.testing.assert_close(net.eval()(crops(2)).logits, with_generator.eval()(crops(2)).logits)


def test_perceptual_space_is_what_the_classifier_reads() -> None:
    net = used(small())
    features = net.baseline.extract(crops(3))
    perceived = net.baseline.perceive(features)
    assert perceived.shape == (3, 16)
    torch.testing.assert_close(net.baseline.head(perceived), net.baseline.read(features))
    assert FsrConfig().perceptual == 128


def test_every_weight_is_trained() -> None:
    net = small()
    torch.nn.init.normal_(net.generator.last.weight)
    net(crops(4)).logits.square().sum().backward()
    missing = [n for n, p in net.named_parameters() if p.grad is None or not p.grad.any()]
    # Only the last bias and what batch normalisation takes away may be zero.
    assert missing == []


@pytest.mark.parametrize("side", [32, 48, 100])
def test_other_sides_are_resized_to(side: int) -> None:
    net = small(side=side)
    seen: list[int] = []
    net.baseline.convolutions.register_forward_pre_hook(lambda _, x: seen.append(x[0].shape[-1]))
    assert net(crops(2)).logits.shape == (2, 7)
    assert seen == [side]


def test_critic_has_no_batch_normalisation_and_one_number_a_face() -> None:
    critic = Critic(32, (8, 16), fold=2, hidden=10)
    assert not [m for m in critic.modules() if "Norm" in type(m).__name__]
    features = torch.randn(5, 528)
    alone = torch.cat([critic(row.unsqueeze(0)) for row in features])
    torch.testing.assert_close(critic(features), alone)
    assert alone.shape == (5,)


def test_feature_space_is_undone() -> None:
    generator = Generator(GeneratorConfig.model_validate(GENERATOR), 36)
    features = 3 * torch.randn(50, 36) + 7
    generator.space.fit(features)
    standard = generator.space(features)
    assert standard.mean().abs() < 1e-5
    assert standard.square().mean().sqrt() == pytest.approx(1, abs=1e-4)
    torch.testing.assert_close(generator.space.back(standard), features)


@exporting
def test_one_graph_says_what_torch_says() -> None:
    net = used(small())
    # A dark and a flat crop have no covariance at all.
    faces = torch.cat([crops(3), torch.zeros(1, 1, 48, 48), torch.full((1, 1, 48, 48), 90.0)])
    logits = net(faces).logits
    assert logits.isfinite().all()
    assert logits.softmax(1).std(dim=0).max() > 0.01
    assert exported_difference(net, faces) < 1e-4


@exporting
@pytest.mark.slow
def test_paper_scale_runs_forward_backward_and_exports() -> None:
    torch.manual_seed(0)
    net = FsrConfig(generator=GeneratorConfig()).build(7)
    reading = net(crops(2))
    assert reading.logits.shape == (2, 7)
    reading.logits.square().sum().backward()
    assert all(p.grad is None or p.grad.isfinite().all() for p in net.parameters())
    assert net.baseline.width == 128 * 129 // 2
    assert exported_difference(net, crops(3)) < 1e-4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rows": [32]}, "rows"),
        ({"rows": [8, 16]}, "rows"),
        ({"stages": [[8], []]}, "stages"),
        ({"rows": [7]}, "fold"),
        ({"rows": []}, "rows"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        FsrConfig.model_validate({**SMALL, "generator": GENERATOR, **change})
