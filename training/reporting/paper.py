"""What a paper's comparison consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from training.measure import SIZES
from training.reporting.claims import Claim

DIGITS: Final = "digits"
"""Name of the reader of distorted digits (``training.digits``) among the variants."""


@dataclass(frozen=True)
class Variant:
    """A row of a paper's table.

    Attributes:
        config: stem of the file in ``training/configs``, also its name; or ``DIGITS``.
        row: the paper's words for it.
        claimed: the paper's figures by column, percent unless the column says otherwise.
    """

    config: str
    row: str
    claimed: Mapping[str, float]


@dataclass(frozen=True)
class Paper:
    """What is reproduced of a paper.

    Attributes:
        title: with authors or journal where known.
        source: which of its tables the figures are from; empty for our own ablation.
        variants: in the order in which they are run.
        claims: each is judged from the figures.
        mind: differences between its protocol and ours, and oddities of its text.
        sizes: in pixels, at which every variant is measured.
        angles: whether every variant is measured on turned faces.
        tta: whether it is measured with test-time augmentation too.
        folds: name of the config that ``python -m training folds`` trains by people,
            or empty.
        prior: whether the prior of PDLS is held against that of our own votes.
    """

    title: str
    source: str
    variants: tuple[Variant, ...]
    claims: tuple[Claim, ...]
    mind: tuple[str, ...]
    sizes: tuple[int, ...] = SIZES
    angles: bool = False
    tta: bool = False
    folds: str = ""
    prior: bool = False
