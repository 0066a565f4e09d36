"""On what and how ONNX Runtime runs the expression model on this computer.

What ``roomread doctor --tune`` found and kept comes first. Otherwise "auto" is the first graphics
card (or other accelerator) that truly works and reads faces faster than the processor does; that
is measured once and kept. Where there is none, nothing is measured.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from app import __version__
from app.core.errors import ModelError, SettingsError
from app.core.machine import processor, usable_cores
from app.engine import kept_model
from app.engine.kept_model import (
    Fastest,
    Tuned,
    choice_path,
    load_fastest,
    load_tuned,
    save_fastest,
    save_tuned,
)
from app.engine.settings import AUTO, RecognizerSettings
from app.stages.providers import CPU, Provider, Running, listed, problem_of, provider_named
from app.stages.recognizer import OnnxRecognizer, shipped_model

AGREES: Final = 0.3
"""Share of the probability that may lie on other expressions than the processor's reading of
noise says: in 16 bits instead of 8 it is 0.13, in a wrong order of the expressions 0.94."""
_FACES: Final = 16


def how_to_run(
    settings: RecognizerSettings, file: Path | None = None, keep: bool = True
) -> Running:
    """How the expression model runs here.

    Args:
        settings: which name a provider, or "auto", and threads, or 0.
        file: where what was measured is kept; None: the usual one.
        keep: whether what is measured now is kept.
    """
    running = tuned(settings, file) or usual(settings, file, keep)
    return replace(
        running, threads=settings.threads or running.threads, half=settings.half and running.half
    )


def usual(settings: RecognizerSettings, file: Path | None = None, keep: bool = True) -> Running:
    """How it runs where nothing was found by tuning; arguments as ``how_to_run``."""
    return Running(_provider(settings, file, keep), settings.threads, half=settings.half)


def tuned(settings: RecognizerSettings, file: Path | None = None) -> Running | None:
    """The way that tuning found, where ``kept_tuning`` is there and names one."""
    found = kept_tuning(settings, file)
    return None if found is None else found.running


def kept_tuning(settings: RecognizerSettings, file: Path | None = None) -> Tuned | None:
    """What was found by tuning, where that holds for these settings and still works here."""
    file = file or choice_path()
    # What nothing bound holds for any settings; what a setting bound, only while it does.
    bounds = dict.fromkeys(itertools.product((settings.provider, AUTO), (settings.threads, 0)))
    kept = (load_tuned(file, _tuned_with(*bound)) for bound in bounds)
    found = next((one for one in kept if one is not None), None)
    if found is None or found.running is None:
        return found
    if settings.provider not in (AUTO, found.running.provider):
        return None
    provider = provider_named(found.running.provider)
    return None if provider != CPU and problem_of(provider) else found


def keep_tuned(
    running: Running | None, file: Path | None = None, settings: RecognizerSettings | None = None
) -> None:
    """Keep what was found by tuning, with today's date.

    Args:
        running: what was found; None: nothing that is clearly better than the usual way.
        file: where it is kept; None: the usual one.
        settings: that bound the tuning; None: nothing did.

    Raises:
        SettingsError: the file can't be written.
    """
    settings = settings or RecognizerSettings()
    found = Tuned(running, datetime.now().astimezone().date().isoformat())
    save_tuned(found, file or choice_path(), _tuned_with(settings.provider, settings.threads))


def forget_tuned(file: Path | None = None) -> bool:
    """Forget what was found by tuning; False, and nothing written, where nothing was.

    Raises:
        SettingsError: the file can't be written.
    """
    return kept_model.forget_tuned(file or choice_path())


def rivals_of_the_cpu() -> list[Provider]:
    """Providers that "auto" may choose and that truly compute here, in order."""
    return [one for one in listed() if one.auto and one != CPU and not problem_of(one)]


def quickest(rivals: Sequence[Provider], settings: RecognizerSettings) -> Fastest:
    """The first of ``rivals`` that reads faces faster than the processor, and as it does.

    Raises:
        ModelError: the shipped model is missing or damaged.
    """
    threads = settings.threads
    usual = OnnxRecognizer(shipped_model(), Running(CPU.name, threads))
    crops = noise(_FACES, usual.card.input_size)
    expected = usual.read(crops)
    times = {CPU.name: usual.milliseconds_a_face()}
    for rival in rivals:
        try:
            other = OnnxRecognizer(
                shipped_model(), Running(rival.name, threads, half=settings.half)
            )
            check_agrees(other.read(crops), expected)
            times[rival.name] = other.milliseconds_a_face()
        except ModelError:
            continue  # it computes, but not this model, or not rightly
        if times[rival.name] < times[CPU.name]:
            return Fastest(rival.name, times)
    return Fastest(CPU.name, times)


def noise(faces: int, side: int) -> NDArray[np.float32]:
    """(faces, 1, side, side) crops of noise, grey 0..255; always the same."""
    crops = np.random.default_rng(0).uniform(0, 255, (faces, 1, side, side))
    return crops.astype(np.float32)


def check_agrees(found: NDArray[np.float32], expected: NDArray[np.float32]) -> None:
    """Whether readings are those of the processor, but for ``AGREES``.

    Args:
        found: (n, 8) probabilities.
        expected: (n, 8) that the processor reads in the same crops.

    Raises:
        ModelError: they lie further apart, or are no numbers.
    """
    apart = float(np.abs(found - expected).sum(axis=1).mean() / 2)
    if not apart <= AGREES:  # NaN is not either
        said = f"{apart:.0%} apart" if np.isfinite(apart) else "not numbers"
        raise ModelError(
            f"reads wrongly here ({said}, {AGREES:.0%} may be): set recognizer.provider to auto"
        )


def _provider(settings: RecognizerSettings, file: Path | None, keep: bool) -> str:
    """The name of the one that was asked for, or of the fastest."""
    if settings.provider != AUTO:
        return settings.provider
    rivals = rivals_of_the_cpu()
    if not rivals:
        return CPU.name
    file = file or choice_path()
    made_with = {
        **_here(),
        "rivals": [one.name for one in rivals],
        "threads": settings.threads,
        "half": settings.half,
    }
    found = load_fastest(file, made_with)
    if found is None:
        found = quickest(rivals, settings)
        if keep:
            with contextlib.suppress(SettingsError):  # measured again next time
                save_fastest(found, file, made_with)
    return found.provider


def _tuned_with(provider: str, threads: int) -> dict[str, Any]:
    """What a tuning holds for that settings bound to this; "auto" and 0 did not bind it."""
    return {**_here(), "bound": {"provider": provider, "threads": threads}}


def _here() -> dict[str, Any]:
    """What a measurement holds for; anything else, and it is done anew."""
    return {
        "roomread": __version__,
        "onnxruntime": ort.__version__,
        "providers": ort.get_available_providers(),
        "processor": processor(),  # computers may share a home directory
        "cores": usable_cores(),
    }
