"""Muon (Jordan et al., 2024): steps along the nearest orthogonal matrix of the momentum.

Torch's own takes matrices only; here a convolution is one too, a row an output channel, as in
its authors' record runs on small pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import torch
from torch import Tensor

_NEWTON_SCHULZ: Final = (3.4445, -4.7750, 2.0315)
_STEPS: Final = 5
_MATCH: Final = 0.2
"""Brings an update to the size that AdamW's have (Liu et al., 2025), so rates can be shared."""


class Muon(torch.optim.Optimizer):
    """Matrices and convolutions by Muon, everything else by AdamW.

    Args:
        params: parameter groups; ``weight_decay`` and ``lr`` may differ by group.
        lr: learning rate, on AdamW's scale.
        momentum: of Muon, with Nesterov's look ahead.
        betas: of AdamW.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        weight_decay: float = 0.0,
        momentum: float = 0.95,
        betas: tuple[float, float] = (0.9, 0.95),
    ) -> None:
        super().__init__(
            params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "betas": betas}
        )

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step; the closure computes the loss."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                matrix = parameter.ndim > 1 and min(len(parameter), parameter[0].numel()) > 8
                update = self._muon if matrix else self._adam
                update(parameter, group)
        return loss

    def _muon(self, parameter: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        kept = state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
        ahead = parameter.grad.lerp(kept, group["momentum"])
        flat = ahead.reshape(len(ahead), -1)
        direction = orthogonal(flat).reshape(parameter.shape)
        rate = group["lr"] * _MATCH * max(flat.shape) ** 0.5
        parameter.add_(direction, alpha=-rate)

    def _adam(self, parameter: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["step"] = 0
            state["mean"], state["square"] = (torch.zeros_like(parameter) for _ in range(2))
        state["step"] += 1
        slow, slower = group["betas"]
        mean = state["mean"].lerp_(parameter.grad, 1 - slow)
        square = state["square"].lerp_(parameter.grad.square(), 1 - slower)
        spread = (square / (1 - slower ** state["step"])).sqrt_().add_(1e-8)
        parameter.addcdiv_(mean, spread, value=-group["lr"] / (1 - slow ** state["step"]))


def orthogonal(matrix: Tensor) -> Tensor:
    """(m, n) to about the nearest matrix with singular values 1, by five Newton-Schulz steps."""
    a, b, c = _NEWTON_SCHULZ
    x = matrix.float() / (matrix.norm() + 1e-7)
    tall = len(x) > x.shape[1]
    x = x.T if tall else x
    for _ in range(_STEPS):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x
