"""The face detector that the settings name."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Final

from app.core.errors import ModelError
from app.core.machine import usable_cores
from app.engine.settings import DetectorSettings
from app.stages.blazeface import MEDIAPIPE, BlazeFaceDetector, check_mediapipe
from app.stages.fetch import blazeface_model, detector_models, yunet_model
from app.stages.protocols import Detector
from app.stages.sweep import SweepDetector
from app.stages.yunet import YuNetDetector

LITERT: Final = "ai_edge_litert"
"""The package that the sweep needs; there is none for some platforms."""
MAX_THREADS: Final = 4


def build_detector(settings: DetectorSettings, say: Callable[[str], None]) -> Detector:
    """Load the detector of ``settings.kind``, fetching its models on first use.

    Where "sweep" can't be had, "tiles" does the work, more slowly; where it can't either, the
    error gives both reasons.

    Args:
        settings: which one, and its parameters.
        say: told in one line each what is fetched, and what does the work instead.

    Raises:
        ModelError: a model is missing, damaged, or can't be fetched.
    """
    if settings.kind == "yunet":
        model = settings.yunet or yunet_model(say)
        return YuNetDetector(model, min_score=settings.min_score, say=say)
    if settings.kind == "tiles":
        return _build_tiles(settings, say)
    try:
        return build_sweep(settings, say)
    except ModelError as error:
        return _build_tiles_instead(settings, say, error)


def _build_tiles(settings: DetectorSettings, say: Callable[[str], None]) -> Detector:
    check_mediapipe()  # before anything is fetched for it
    return BlazeFaceDetector(
        blazeface_model(settings.model, say),
        tile=settings.tile,
        overlap=settings.overlap,
        min_score=settings.min_score,
    )


def _build_tiles_instead(
    settings: DetectorSettings, say: Callable[[str], None], why: ModelError
) -> Detector:
    if importlib.util.find_spec(MEDIAPIPE) is None:
        raise ModelError(
            f"{why}; searching tile by tile instead needs the package mediapipe, which this "
            "Roomread is without"
        ) from why
    say(f"Searching tile by tile, which takes longer: {why}")
    try:
        return _build_tiles(settings, say)
    except ModelError as error:
        raise ModelError(f"{why}; and searching tile by tile fails too: {error}") from error


def build_sweep(settings: DetectorSettings, say: Callable[[str], None]) -> Detector:
    """Load "sweep", or raise ModelError; arguments as ``build_detector``."""
    _need_litert()
    from app.stages.litert import BlazeFaceNet  # noqa: PLC0415

    models = detector_models(say, ("short", "full"))
    # Half of the cores, as expressions are read beside it: a second thread on two cores takes 30%
    # more of their time.
    threads = max(1, min(MAX_THREADS, usable_cores() // 2))
    return SweepDetector(
        BlazeFaceNet(models["short"], "short", threads),
        BlazeFaceNet(models["full"], "full", threads),
        period=settings.period,
        min_score=settings.min_score,
    )


def build_whole(min_score: float, say: Callable[[str], None]) -> Detector:
    """Load the detector for single pictures (``app.stages.whole``), too slow to follow a class.

    Raises:
        ModelError: a model is missing, damaged, or can't be fetched.
    """
    _need_litert()
    from app.stages.whole import PASSES, WholeDetector  # noqa: PLC0415

    models = detector_models(say, dict.fromkeys(one.kind for one in PASSES))
    return WholeDetector(models, min_score, threads=min(MAX_THREADS, usable_cores()))


def _need_litert() -> None:
    if importlib.util.find_spec(LITERT) is None:
        raise ModelError("the package ai-edge-litert is missing: install Roomread again")
