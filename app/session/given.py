"""What a script or the command line gives: numbers, times and paths, or one line on what is wrong.

Light enough for the command line to import at once.
"""

from __future__ import annotations

import math
import os
from numbers import Real
from pathlib import Path
from typing import Final

from app.core.errors import SettingsError

_TIMES: Final = "give seconds (90.5) or minutes (1:30.5)"


def seconds_in(text: str) -> float:
    """Seconds, or minutes:seconds, or hours:minutes:seconds.

    Raises ValueError, in words for the user, where it is no such time, or below 0.
    """
    value = 0.0
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = [math.nan]
    for part in parts:
        value = value * 60 + part
    below = " is below 0" if any(part < 0 for part in parts) else ""
    if below or len(parts) > 3 or not math.isfinite(value):
        raise ValueError(f"{text!r}{below}: {_TIMES}")
    return value


def time_given(name: str, value: object) -> float | None:
    """A number of seconds, or text as ``seconds_in`` takes it; None stays.

    Raises SettingsError.
    """
    if value is None:
        return None
    try:
        return seconds_in(value) if isinstance(value, str) else _real(value)
    except TypeError as error:
        raise SettingsError(f"{name} {value!r}: {_TIMES}") from error
    except ValueError as error:
        raise SettingsError(f"{name} {error}") from error


def number_given(name: str, value: object) -> float:
    """A number. Raises SettingsError."""
    try:
        return _real(value)
    except TypeError as error:
        raise SettingsError(f"{name} {value!r}: give a number") from error


def whole_given(name: str, value: object) -> int:
    """A whole number. Raises SettingsError."""
    number = number_given(name, value)
    if not number.is_integer():
        raise SettingsError(f"{name} {value!r}: give a whole number")
    return int(number)


def text_given(name: str, value: object) -> str:
    """A text. Raises SettingsError."""
    if not isinstance(value, str):
        raise SettingsError(f"{name} {value!r}: give a text")
    return value


def yes_or_no_given(name: str, value: object) -> bool:
    """True or False. Raises SettingsError."""
    if not isinstance(value, bool):
        raise SettingsError(f"{name} {value!r}: give True or False")
    return value


def path_given(name: str, value: object) -> Path:
    """A path of a file or folder, which need not be there. Raises SettingsError."""
    given = value if isinstance(value, str | os.PathLike) else ""
    text = os.fspath(given)
    if not isinstance(text, str) or not text or "\0" in text:
        raise SettingsError(f"{name} {value!r}: give the path of a file or folder")
    return Path(text)


def _real(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or math.isnan(value):
        raise TypeError
    return float(value)
