"""Which shipped model reads a session, and the small file that keeps what was measured for it.

A recording is read by the most accurate one on any computer, busy or not: it may take its time.
A camera does not wait, so there it is the most accurate that is fast enough here. That is measured
once and kept, so that the same computer always reads with the same model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.core.card import SHIPPED_MODELS
from app.engine.keep import keep_text
from app.engine.settings import RecognizerSettings, Settings, settings_path

_AUTO: Final = "auto"


@dataclass(frozen=True, slots=True)
class Choice:
    """What was measured on this computer.

    Attributes:
        model: name of the shipped model that reads.
        milliseconds: a face, of each that was measured, by name.
    """

    model: str
    milliseconds: Mapping[str, float]


def chooses(settings: RecognizerSettings) -> bool:
    """Whether the choice is the app's."""
    return settings.model is None and settings.shipped == _AUTO


def for_recording(settings: Settings) -> Settings:
    """``settings`` as a recording is read with: "auto" is the most accurate model there."""
    if not chooses(settings.recognizer):
        return settings
    best = settings.recognizer.model_copy(update={"shipped": SHIPPED_MODELS[0]})
    return settings.model_copy(update={"recognizer": best})


def choice_path() -> Path:
    """Where the choice is kept, whether or not it was made."""
    return settings_path().with_name("model.json")


def load_choice(file: Path, made_with: Mapping[str, Any]) -> Choice | None:
    """The choice that was made with just this.

    None where nothing was kept, it was made with something else, or the file can't be used.
    """
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        times = {str(name): float(ms) for name, ms in kept["milliseconds"].items()}
        return Choice(str(kept["model"]), times) if kept["made_with"] == made_with else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def save_choice(choice: Choice, file: Path, made_with: Mapping[str, Any]) -> None:
    """Keep what was measured.

    Raises:
        SettingsError: the file can't be written.
    """
    kept = {
        "model": choice.model,
        "milliseconds": dict(choice.milliseconds),
        "made_with": dict(made_with),
    }
    keep_text(file, json.dumps(kept, indent=1) + "\n", "the chosen model")
