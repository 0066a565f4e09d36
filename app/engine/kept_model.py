"""Which shipped model reads a session, and the small file that keeps what was measured for it.

A recording is read by the most accurate one on any computer, busy or not: it may take its time.
A camera does not wait, so there it is the most accurate that is fast enough here. That is measured
once and kept, so that the same computer always reads with the same model.

The file keeps two more things: which provider was the fastest (``how_to_run``) and what
``roomread doctor --tune`` found (``tune``). Each says what it holds for, and stands on its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from app.core.card import SHIPPED_MODELS
from app.engine.keep import keep_text
from app.engine.settings import AUTO, RecognizerSettings, Settings, settings_path

if TYPE_CHECKING:  # it brings ONNX Runtime, which the window has no use for at its start
    from app.stages.providers import Running

_FASTEST, _TUNED, _MADE_WITH = "fastest", "tuned", "made_with"
TUNED: Final = "what tuning found"
"""As the user reads it where it can't be kept."""
_UNUSABLE: Final = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What a file that can't be used raises."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was measured on this computer.

    Attributes:
        model: name of the shipped model that reads.
        milliseconds: a face, of each that was measured, by name.
    """

    model: str
    milliseconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fastest:
    """Which provider reads faces the fastest on this computer.

    Attributes:
        provider: its name in the settings.
        milliseconds: a face, of each that was measured, by name.
    """

    provider: str
    milliseconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What ``roomread doctor --tune`` found on this computer.

    Attributes:
        running: the way that is clearly better than the usual one; None: there is none.
        day: when it was measured, year-month-day; "" where that was not noted.
    """

    running: Running | None
    day: str


def chooses(settings: RecognizerSettings) -> bool:
    """Whether the choice is the app's."""
    return settings.model is None and settings.shipped == AUTO


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
        choice = Choice(str(kept["model"]), _times(kept))
        return choice if kept[_MADE_WITH] == made_with else None
    except _UNUSABLE:
        return None


def save_choice(choice: Choice, file: Path, made_with: Mapping[str, Any]) -> None:
    """Keep what was measured.

    Raises:
        SettingsError: the file can't be written.
    """
    _merge(file, {**asdict(choice), _MADE_WITH: dict(made_with)})


def load_fastest(file: Path, made_with: Mapping[str, Any]) -> Fastest | None:
    """The provider that was the fastest with just this; None as in ``load_choice``."""
    from app.stages.providers import provider_named  # noqa: PLC0415 - as above

    try:
        kept = json.loads(file.read_text(encoding="utf-8"))[_FASTEST]
        found = Fastest(provider_named(kept["provider"]).name, _times(kept))
        return found if kept[_MADE_WITH] == made_with else None
    except _UNUSABLE:
        return None


def save_fastest(fastest: Fastest, file: Path, made_with: Mapping[str, Any]) -> None:
    """Keep which provider was the fastest.

    Raises:
        SettingsError: the file can't be written.
    """
    _merge(file, {_FASTEST: {**asdict(fastest), _MADE_WITH: dict(made_with)}})


def load_tuned(file: Path, made_with: Mapping[str, Any]) -> Tuned | None:
    """What tuning found with just this; None as in ``load_choice``."""
    from app.stages.providers import Running, provider_named  # noqa: PLC0415 - as above

    try:
        kept = json.loads(file.read_text(encoding="utf-8"))[_TUNED]
        running = TypeAdapter(Running | None).validate_python(kept["running"])
        if running is not None:
            provider_named(running.provider)
        found = Tuned(running, str(kept.get("day", "")))
        return found if kept[_MADE_WITH] == made_with else None
    except _UNUSABLE:
        return None


def save_tuned(tuned: Tuned, file: Path, made_with: Mapping[str, Any]) -> None:
    """Keep what tuning found.

    Raises:
        SettingsError: the file can't be written.
    """
    _merge(file, {_TUNED: {**asdict(tuned), _MADE_WITH: dict(made_with)}}, TUNED)


def forget_tuned(file: Path) -> bool:
    """Forget what tuning found, whatever it holds for; False, and nothing written, if nothing is.

    Raises:
        SettingsError: the file can't be written.
    """
    try:
        known = _TUNED in json.loads(file.read_text(encoding="utf-8"))
    except _UNUSABLE:
        known = False
    if known:
        _merge(file, {_TUNED: None}, TUNED)
    return known


def _times(kept: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(ms) for name, ms in kept["milliseconds"].items()}


def _merge(file: Path, parts: Mapping[str, Any], what: str = "the chosen model") -> None:
    """Write these parts of the file and leave the others as they are; None takes one out."""
    try:
        kept = dict(json.loads(file.read_text(encoding="utf-8")))
    except _UNUSABLE:
        kept = {}
    kept = {name: part for name, part in {**kept, **parts}.items() if part is not None}
    keep_text(file, json.dumps(kept, indent=1) + "\n", what)
