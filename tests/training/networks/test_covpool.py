from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import torch
from torch import Tensor, nn

from app.core.errors import ModelError
from training.networks import spectral
from training.networks.covpool import (
    BiMap,
    CovariancePooling,
    LogEig,
    ReEig,
    covariance,
    matrix,
    trace,
    vector,
)


def with_eigenvalues(values: list[float], seed: int = 0, count: int = 1) -> Tensor:
    """(count, d, d) float64 symmetric matrices in random bases."""
    generator = torch.Generator().manual_seed(seed)
    size = len(values)
    bases, _ = torch.linalg.qr(
        torch.randn(count, size, size, dtype=torch.float64, generator=generator)
    )
    return (bases * torch.tensor(values, dtype=torch.float64)) @ bases.mT


def maps(count: int, channels: int, side: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, channels, side, side, generator=generator).relu()


def test_covariance_is_numpys_and_positive_with_fewer_positions_than_channels() -> None:
    given = maps(3, 12, 3)
    plain = covariance(given, 0.0)
    for face, found in zip(given, plain, strict=True):
        np.testing.assert_allclose(found, np.cov(face.flatten(1)), atol=1e-6)
    assert torch.linalg.eigvalsh(plain)[:, 0].max() < 1e-6  # nine positions: rank 8 of 12
    ridged = covariance(given, 1e-3)
    smallest = torch.linalg.eigvalsh(ridged.double())[:, 0]
    torch.testing.assert_close(smallest, 1e-3 * trace(plain)[:, 0, 0].double(), rtol=1e-2, atol=0)


def test_every_layer_keeps_symmetry_and_positivity() -> None:
    given = covariance(maps(4, 16, 4), 1e-3)
    narrowed = BiMap(16, 8)(given).detach()
    lifted = ReEig(0.05)(narrowed)
    for made, floor in ((narrowed, 0.0), (lifted, 0.05 - 1e-6)):
        assert torch.linalg.eigvalsh(made.double()).min() >= floor
        torch.testing.assert_close(made, made.mT)


@pytest.mark.parametrize(("kind", "rate"), [(torch.optim.SGD, 0.5), (torch.optim.AdamW, 0.05)])
def test_weights_stay_semi_orthogonal(kind: type[torch.optim.Optimizer], rate: float) -> None:
    torch.manual_seed(0)
    layer = BiMap(12, 5)
    optimizer = kind(layer.parameters(), lr=rate, weight_decay=0.1)
    given, wanted = covariance(maps(8, 12, 4), 1e-3), torch.diag(torch.arange(5.0))
    start, losses = layer.weight.detach().clone(), []
    for _ in range(40):
        loss = (layer(given) - wanted).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    weight = layer.weight.detach()
    torch.testing.assert_close(weight.T @ weight, torch.eye(5), atol=1e-5, rtol=0)
    assert (weight - start).abs().max() > 0.1
    assert losses[-1] < losses[0]


def test_averaged_weights_are_semi_orthogonal_too() -> None:
    torch.manual_seed(0)
    layer = BiMap(6, 3)
    averaged = torch.optim.swa_utils.AveragedModel(layer)
    for seed in range(3):
        with torch.no_grad():
            generator = torch.Generator().manual_seed(seed)
            layer.parametrizations["weight"].original.add_(torch.randn(6, 3, generator=generator))
        averaged.update_parameters(layer)
    weight = averaged.module.weight.detach()
    torch.testing.assert_close(weight.T @ weight, torch.eye(3), atol=1e-5, rtol=0)


def test_reeig_is_the_published_one() -> None:
    given = with_eigenvalues([-0.2, 1e-5, 0.3, 2.0], count=3)
    values = torch.linalg.eigvalsh(ReEig(1e-2)(given))
    expected = torch.tensor([1e-2, 1e-2, 0.3, 2.0], dtype=torch.float64).expand(3, 4)
    torch.testing.assert_close(values, expected)


def test_logeig_is_scipys_logm() -> None:
    given = with_eigenvalues([1e-4, 0.02, 0.02, 0.7, 5.0], count=3)
    for one, found in zip(given, LogEig(1e-6)(given), strict=True):
        np.testing.assert_allclose(found, scipy.linalg.logm(one.numpy()), atol=1e-8)


@pytest.mark.parametrize(
    "values",
    [
        [0.1, 0.4, 1.0, 3.0],
        [0.4, 0.4, 0.4, 3.0],  # equal ones, which a ridge makes in plenty
        [1.0, 1.0 + 1e-9, 1.0 + 2e-5, 2.0],  # all but equal
        [0.01, 0.01, 0.02, 3.0],  # some below the floor
    ],
)
@pytest.mark.parametrize("layer", [ReEig(0.05), LogEig(1e-6), LogEig(1e-6, floor=0.05)])
def test_gradients_by_finite_differences(values: list[float], layer: nn.Module) -> None:
    given = with_eigenvalues(values, seed=3).requires_grad_(True)

    def symmetrised(x: Tensor) -> Tensor:
        return layer(0.5 * (x + x.mT))

    assert torch.autograd.gradcheck(symmetrised, (given,), eps=1e-7, atol=1e-5)


def test_logeig_with_a_floor_is_reeig_then_logeig() -> None:
    given = with_eigenvalues([-0.1, 0.01, 0.4, 3.0], count=2)
    both = LogEig(1e-6)(ReEig(0.05)(given))
    torch.testing.assert_close(LogEig(1e-6, floor=0.05)(given), both)


def test_values_that_are_not_finite_are_one_clear_line() -> None:
    with pytest.raises(ModelError, match="not finite"):
        LogEig(1e-6)(torch.full((1, 3, 3), torch.nan))


def test_vector_keeps_distances_and_is_undone() -> None:
    one, two = with_eigenvalues([1.0, 2.0, 3.0, 4.0], count=2)
    flat = vector(torch.stack([one, two]))
    assert flat.shape == (2, 10)
    torch.testing.assert_close((flat[0] - flat[1]).norm(), (one - two).norm())
    torch.testing.assert_close(matrix(flat), torch.stack([one, two]))


# The exported formulation


@pytest.mark.parametrize("floor", [1e-4, 1e-2, 0.5])
def test_products_rectify_as_eigenvalues_do(floor: float) -> None:
    values = [-0.3, 0.0, 1e-6, 9e-5, 1.1e-4, 9.9e-3, 0.3, 40.0]
    given = with_eigenvalues(values, count=4).float()
    found, expected = spectral.rectified(given, floor), ReEig(floor)(given)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_products_take_logarithms_as_eigenvalues_do() -> None:
    for smallest in (1e-5, 1e-3, 0.1):
        values = torch.logspace(np.log10(smallest) + 1, 1, 8).tolist()
        given = with_eigenvalues(values, count=4)
        found, expected = spectral.logarithm(given, smallest), LogEig(smallest)(given)
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_products_take_exponentials() -> None:
    raw = torch.randn(9, 9, generator=torch.Generator().manual_seed(0))
    skew = 4 * (raw - raw.T)
    torch.testing.assert_close(
        spectral.exponential(skew), torch.matrix_exp(skew.double()).float(), atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("ridge", [1e-4, 1e-3])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
def test_both_paths_agree_on_pooled_maps(
    ridge: float, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    pool = CovariancePooling(24, (16, 12), ridge=ridge).eval()
    with torch.no_grad():
        pool.layers[0].parametrizations["weight"].original.add_(0.3 * torch.randn(24, 16))
        # One face is flat: its covariance is zero.
        given = torch.cat([scale * maps(6, 24, 4), torch.full((1, 24, 4, 4), 0.5)])
        expected = pool(given)
        monkeypatch.setattr(torch.compiler, "is_exporting", lambda: True)
        found = pool(given)
    assert found.isfinite().all()
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=0)


def test_pooling_computes_in_single_precision_under_autocast() -> None:
    torch.manual_seed(0)
    pool = CovariancePooling(8, (6,))
    given = maps(2, 8, 4)
    with torch.autocast("cpu", torch.bfloat16):
        found = pool(given)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, pool(given))
    assert found.shape == (2, pool.width)
