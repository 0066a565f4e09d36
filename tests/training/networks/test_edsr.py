from __future__ import annotations

import pytest
import torch

from app.core.errors import ModelError
from training.networks.edsr import EDSR, FoldedEDSR, enlarged, scaled


def small(factor: int = 2, features: int = 6, blocks: int = 2, skip: bool = False) -> EDSR:
    return EDSR(factor, features, blocks, skip=skip)


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("skip", [True, False])
def test_side_grows_by_the_factor(factor: int, skip: bool) -> None:
    faces = torch.rand(2, 1, 12, 12) * 255
    assert small(factor, skip=skip)(faces).shape == (2, 1, 12 * factor, 12 * factor)


def test_nothing_is_batch_normalised_and_residuals_are_scaled() -> None:
    network = EDSR(2, 8, 3)
    kinds = {type(module).__name__ for module in network.modules()}
    assert kinds == {
        "EDSR", "Conv2d", "Sequential", "ResidualBlock", "PixelShuffle",
    }  # fmt: skip
    block = network.body[0]
    x = torch.rand(1, 8, 5, 5)
    with torch.no_grad():
        residual = block.second(block.first(x).relu())
        torch.testing.assert_close(block(x), x + 0.1 * residual)


def test_paper_scale_has_the_papers_blocks_and_features() -> None:
    network = EDSR()
    blocks = [module for module in network.body if type(module).__name__ == "ResidualBlock"]
    assert len(blocks) == 16
    assert {block.first.out_channels for block in blocks} == {128}
    # Head, 16 blocks and the body's last convolution, one sub-pixel stage, tail.
    weights = 9 * 128 + 33 * 9 * 128**2 + 9 * 128 * 512 + 9 * 128
    biases = 128 + 33 * 128 + 512 + 1
    assert sum(p.numel() for p in network.parameters()) == weights + biases


def test_grey_levels_go_through_unchanged_in_scale() -> None:
    """With a dead body and the skip, a flat face stays what it is."""
    network = small(skip=True)
    torch.nn.init.zeros_(network.tail.weight)
    torch.nn.init.zeros_(network.tail.bias)
    for grey in (0.0, 100.0, 255.0):
        torch.testing.assert_close(
            network(torch.full((1, 1, 8, 8), grey)), torch.full((1, 1, 16, 16), grey)
        )
    assert scaled(torch.tensor([0.0, 128.0, 256.0])).tolist() == [-2, 0, 2]


def test_higher_factor_begins_with_the_lower_one() -> None:
    torch.manual_seed(0)
    lower, higher = small(2), small(4)
    fresh = {name: value.clone() for name, value in higher.upsample[1].state_dict().items()}
    higher.take_over(lower)
    for part in ("head", "body", "tail"):
        for name, value in lower.get_submodule(part).state_dict().items():
            assert torch.equal(higher.get_submodule(part).state_dict()[name], value), name
    for name, value in lower.upsample[0].state_dict().items():
        assert torch.equal(higher.upsample[0].state_dict()[name], value)
    for name, value in fresh.items():
        assert torch.equal(higher.upsample[1].state_dict()[name], value)
    # Copied, not shared: training the higher one leaves the lower one alone.
    with torch.no_grad():
        higher.head.weight.add_(1)
    assert not torch.equal(higher.head.weight, lower.head.weight)


@pytest.mark.parametrize(
    ("lower", "words"),
    [
        (small(4), "lower factor"),
        (small(2, features=7), "features or blocks"),
        (small(2, blocks=3), "features or blocks"),
    ],
)
def test_what_can_not_be_taken_over_is_refused(lower: EDSR, words: str) -> None:
    higher = small(4)
    before = {name: value.clone() for name, value in higher.state_dict().items()}
    with pytest.raises(ModelError, match=words):
        higher.take_over(lower)
    assert all(torch.equal(value, before[name]) for name, value in higher.state_dict().items())


@pytest.mark.parametrize("factor", [1, 3, 6])
def test_other_factors_are_refused(factor: int) -> None:
    with pytest.raises(ValueError, match="power of 2"):
        small(factor)


@pytest.mark.parametrize(("fold", "enlarge"), [(2, 1), (2, 2), (4, 1), (4, 3)])
def test_fresh_folded_network_only_enlarges(fold: int, enlarge: int) -> None:
    torch.manual_seed(0)
    pictures = torch.randn(2, 1, 24, 24)
    restored = FoldedEDSR(6, 1, fold, enlarge=enlarge)(pictures)
    assert restored.shape == (2, 1, 24 * enlarge, 24 * enlarge)
    torch.testing.assert_close(restored, enlarged(pictures, enlarge) if enlarge > 1 else pictures)


@pytest.mark.parametrize("enlarge", [1, 2])
def test_correction_falls_where_its_pixel_is(enlarge: int) -> None:
    """Folding and unfolding agree: what a pixel shows moves only the output around it."""
    torch.manual_seed(0)
    network = FoldedEDSR(8, 1, enlarge=enlarge)
    torch.nn.init.normal_(network.tail.weight)
    picture = torch.zeros(1, 1, 32, 32)
    dotted = picture.clone()
    dotted[0, 0, 8, 20] = 1
    change = (network(dotted) - network(picture))[0, 0].abs()
    rows, columns = change.nonzero(as_tuple=True)
    # Head, two convolutions of the block and the tail reach 4 folded pixels, which are 8.
    assert rows.min() >= enlarge * (8 - 8)
    assert rows.max() < enlarge * (8 + 2 + 8)
    assert columns.min() >= enlarge * (20 - 8)
    assert columns.max() < enlarge * (20 + 2 + 8)
    assert change[enlarge * 8 : enlarge * 9, enlarge * 20 : enlarge * 21].sum() > 0


@pytest.mark.parametrize("enlarge", [1, 2])
def test_folded_network_learns_to_sharpen(enlarge: int) -> None:
    torch.manual_seed(0)
    network = FoldedEDSR(8, 1, enlarge=enlarge)
    sharp = torch.rand(8, 1, 24, 24)
    dull = torch.nn.functional.avg_pool2d(sharp, 2)
    given = dull if enlarge == 2 else enlarged(dull, 2)
    start = (network(given) - sharp).abs().mean().detach()
    optimizer = torch.optim.Adam(network.parameters(), 5e-3)
    for _ in range(60):
        loss = (network(given) - sharp).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.detach() < 0.97 * start
