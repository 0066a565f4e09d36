"""Which of the shipped models this machine can run."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.engine.settings import RecognizerSettings
from app.stages.recognizer import SHIPPED_MODELS, OnnxRecognizer, shipped_model

FACES: Final = 40
READS: Final = 5
SHARE: Final = 0.5
"""A model is fast enough if it reads a class of ``FACES`` students ``READS`` times a second in
this share of the time; the rest is for finding and following them."""
LIMIT_MS: Final = 1000 * SHARE / (FACES * READS)


def choose_recognizer(settings: RecognizerSettings) -> OnnxRecognizer:
    """The user's model, the named shipped one, or the most accurate that is fast enough here.

    Measuring takes a tenth of a second or so. Where none is fast enough, it is the fastest.

    Raises:
        ModelError: a missing, damaged or mismatched model, or no CUDA where it was asked for.
    """
    if settings.model is not None:
        return _load(settings.model, settings)
    if settings.shipped != "auto":
        return _load(shipped_model(settings.shipped), settings)
    for name in SHIPPED_MODELS[:-1]:
        recognizer = _load(shipped_model(name), settings)
        if recognizer.milliseconds_a_face() <= LIMIT_MS:
            return recognizer
    return _load(shipped_model(SHIPPED_MODELS[-1]), settings)


def milliseconds_a_face(settings: RecognizerSettings, chosen: OnnxRecognizer) -> dict[str, float]:
    """Milliseconds a face on this machine, by name: of the user's model, or of all shipped ones.

    Args:
        settings: by which it was chosen.
        chosen: what ``choose_recognizer`` gave; it is not loaded again.

    Raises:
        ModelError: as ``choose_recognizer``.
    """
    own = chosen.card.name
    if settings.model is not None:
        return {own: chosen.milliseconds_a_face()}
    return {
        name: (
            chosen if name == own else _load(shipped_model(name), settings)
        ).milliseconds_a_face()
        for name in SHIPPED_MODELS
    }


def _load(folder: Path, settings: RecognizerSettings) -> OnnxRecognizer:
    return OnnxRecognizer(folder, settings.provider, settings.threads)
