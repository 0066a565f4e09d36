"""Reports of models that were never trained."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.expressions import LABELS
from training import data, measure, record
from training.figures import pack_answers
from training.reporting.cost import Cost, Timing
from training.reporting.report import Measured, Report, Turned

MakeReport = Callable[..., Report]
FACES = 800


def make_exam() -> measure.Exam:
    """Eight classes, a hundred black faces each; every tenth is a copy."""
    labels = np.repeat(np.arange(8), FACES // 8)
    copies = np.arange(FACES) % 10 == 0
    return measure.Exam(LABELS, np.zeros((FACES, 48, 48), np.uint8), labels, copies, copies)


def answers(right: float, seed: int) -> NDArray[np.bool_]:
    """Faces have a difficulty of their own, so better models are right where worse ones are."""
    hard = np.random.default_rng(0).permutation(np.linspace(0, 1, FACES))
    return hard + np.random.default_rng(seed).normal(0, 0.02, FACES) < right


def make_measured(
    right: float, seed: int = 1, sizes: tuple[int, ...] = measure.SIZES, faces: str = "test"
) -> Measured:
    exam = make_exam()
    scores = []
    for place, pixels in enumerate(sizes):
        good = answers(right - 0.05 * place, seed)
        shares = np.full((FACES, 8), 0.05, np.float32)
        shares[np.arange(FACES), np.where(good, exam.labels, (exam.labels + 3) % 8)] = 0.65
        scores.append(measure.score_of(shares, exam, pixels))
    turned = {
        angle: Turned(100 * float(good.mean()), pack_answers(good))
        for angle in (-45, -30, 0, 30, 45)
        for good in [answers(right - abs(angle) / 300, seed)]
    }
    return Measured(
        protocol="A protocol.",
        faces=faces,
        scores=scores,
        threshold=0.5,
        threshold_from="a guess",
        at_threshold=[s.whole.at_coverage for s in scores],
        at_threshold_without=[s.without_copies.at_coverage for s in scores if s.without_copies],
        near=pack_answers(exam.copies),
        by_angle=turned,
    )


def make_report(
    name: str = "one",
    right: float = 0.8,
    seed: int = 1,
    faces: str = "test",
    seen: int | None = 100_000,
    labels: str = "ferplus",
    sizes: tuple[int, ...] = measure.SIZES,
    config: dict[str, object] | None = None,
) -> Report:
    times = {str(batch): Timing(0.5, 0.6, 40) for batch in (1, 16, 64)}
    return Report(
        name=name,
        created="2026-01-01",
        command=f"python -m training evaluate training/configs/{name}.toml --data DATA",
        subject=f"checkpoint of run {name}",
        kind="checkpoint",
        data=data.FER,
        digest="0" * 64,
        labels=labels,
        protocols={labels: make_measured(right, seed, sizes, faces)},
        cost=Cost(1_500_000, 9_000_000, 6_000_000, times, times),
        compute=None
        if seen is None
        else record.Cost(seconds=3600, threads=2, epochs=6, faces=seen),
        left_out=321,
        config={"name": name, "rate": 0.00003} if config is None else config,
    )


@pytest.fixture
def report() -> Report:
    return make_report()
