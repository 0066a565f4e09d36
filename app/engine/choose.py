"""Loads the model that reads a session; see ``kept_model`` for which one that is, and why."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from app import __version__
from app.core.card import SHIPPED_MODELS, load_card
from app.core.errors import ModelError, SettingsError
from app.core.machine import processor
from app.engine.how_to_run import how_to_run
from app.engine.kept_model import Choice, choice_path, chooses, load_choice, save_choice
from app.engine.settings import AUTO, RecognizerSettings
from app.stages.providers import CPU, Running
from app.stages.recognizer import OnnxRecognizer, shipped_model

FACES: Final = 40
READS: Final = 5
SHARE: Final = 0.5
"""A model is fast enough if it reads a class of ``FACES`` students ``READS`` times a second in
this share of the time; the rest is for finding and following them."""
LIMIT_MS: Final = 1000 * SHARE / (FACES * READS)
ROUNDS: Final = 8
PAUSE_S: Final = 0.25
"""The best of so many short runs counts, so far apart: a busy moment must not decide."""


def choose_recognizer(
    settings: RecognizerSettings, file: Path | None = None, keep: bool = True
) -> OnnxRecognizer:
    """The user's model, the named shipped one, or the most accurate that is fast enough here.

    The last is measured the first time, which takes a second or two, and kept.

    Args:
        settings: by which it is chosen.
        file: where the choice is kept; None: the usual one.
        keep: whether what is measured now is kept.

    Raises:
        ModelError: a missing, damaged or mismatched model, or a provider that was asked for and
            does not work here.
    """
    running = how_to_run(settings, file, keep)
    if settings.model is not None:
        return _load(settings.model, settings, running)
    if not chooses(settings):
        return _load(shipped_model(settings.shipped), settings, running)
    choice = kept_choice(settings, file)
    if choice is None:
        choice = measure(settings, file, keep)
        if keep:
            with contextlib.suppress(SettingsError):  # measured again next time
                keep_choice(choice, settings, file)
    return _load(shipped_model(choice.model), settings, running)


def measure(settings: RecognizerSettings, file: Path | None = None, keep: bool = True) -> Choice:
    """Measure the shipped models here, the most accurate first, until one is fast enough.

    Where none is, the last one, which is the fastest, is chosen. The choice is not kept;
    ``keep`` says whether the fastest provider is.

    Raises:
        ModelError: as ``choose_recognizer``.
    """
    running = how_to_run(settings, file, keep)
    times: dict[str, float] = {}
    for name in SHIPPED_MODELS[:-1]:
        times[name] = _best(_load(shipped_model(name), settings, running))
        if times[name] <= LIMIT_MS:
            return Choice(name, times)
    return Choice(SHIPPED_MODELS[-1], times)


def kept_choice(settings: RecognizerSettings, file: Path | None = None) -> Choice | None:
    """What was measured before with these models, this Roomread and this way of running them.

    None where nothing was, or the file can't be used.

    Raises:
        ModelError: a shipped model is missing or damaged.
    """
    choice = load_choice(file or choice_path(), _made_with(settings, file))
    return choice if choice is not None and choice.model in SHIPPED_MODELS else None


def keep_choice(choice: Choice, settings: RecognizerSettings, file: Path | None = None) -> None:
    """Keep what was measured.

    Raises:
        SettingsError: the file can't be written.
        ModelError: as ``kept_choice``.
    """
    save_choice(choice, file or choice_path(), _made_with(settings, file))


def milliseconds_a_face(settings: RecognizerSettings, chosen: OnnxRecognizer) -> dict[str, float]:
    """Milliseconds a face on this machine, by name: of the user's model, or of all shipped ones.

    Args:
        settings: by which it was chosen.
        chosen: what ``choose_recognizer`` gave; it is not loaded again.

    Raises:
        ModelError: as ``choose_recognizer``.
    """
    own = chosen.card.name
    running = how_to_run(settings, keep=False)
    if settings.model is not None:
        return {own: chosen.milliseconds_a_face()}
    return {
        name: (
            chosen if name == own else _load(shipped_model(name), settings, running)
        ).milliseconds_a_face()
        for name in SHIPPED_MODELS
    }


def _made_with(settings: RecognizerSettings, file: Path | None) -> dict[str, Any]:
    """What the choice holds for; anything else, and it is measured anew."""
    return {
        "roomread": __version__,
        "processor": processor(),  # computers may share a home directory
        "models": {name: load_card(shipped_model(name))[0].sha256 for name in SHIPPED_MODELS},
        "running": asdict(how_to_run(settings, file, keep=False)),
    }


def _best(recognizer: OnnxRecognizer) -> float:
    """Milliseconds a face in the quickest of some runs; no more of them than are needed."""
    best = recognizer.milliseconds_a_face()
    for _ in range(ROUNDS - 1):
        if best <= LIMIT_MS:
            break
        time.sleep(PAUSE_S)
        best = min(best, recognizer.milliseconds_a_face())
    return best


def _load(folder: Path, settings: RecognizerSettings, running: Running) -> OnnxRecognizer:
    """The recognizer; on the processor where "auto" chose what can't run just this model."""
    try:
        return OnnxRecognizer(folder, running)
    except ModelError:
        if settings.provider != AUTO or running.provider == CPU.name:
            raise
        return OnnxRecognizer(folder, replace(running, provider=CPU.name))
