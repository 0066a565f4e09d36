"""What the user said at the first start: the notice agreed to, why, and by what right."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.core.errors import SettingsError
from app.core.privacy import BASES, Purpose
from app.engine import settings as settings_module
from app.engine.keep import keep_text

VERSION: Final = 2
"""Of the notice: raise it when its text changes in substance, and everyone is asked again."""
LONGEST: Final = 200
"""Characters of a purpose."""


def consent_path() -> Path:
    """Where the answer is kept, whether or not it exists."""
    return settings_module.settings_path().parent / "notice.json"


def said_path() -> Path:
    """What is there once the command line has said its short notice."""
    return settings_module.settings_path().parent / "notice-said"


def load_purpose(path: Path | None = None) -> Purpose | None:
    """What was said; None where nobody agreed to this version of the notice yet."""
    try:
        kept = json.loads((path or consent_path()).read_text(encoding="utf-8"))
        if kept["version"] != VERSION or kept["basis"] not in BASES:
            return None
        return Purpose(str(kept["purpose"]), kept["basis"], str(kept["agreed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def purpose_now(text: str, basis: str) -> Purpose:
    """The purpose of what is done now, as somebody says it for that alone; nothing is kept.

    Raises:
        SettingsError: one of the two is missing or too long, or ``basis`` none of ``BASES``.
    """
    text = " ".join(text.split())
    if not text:
        raise SettingsError("purpose: say in a few words what the analysis is for")
    if len(text) > LONGEST:
        raise SettingsError(f"purpose: say it in {LONGEST} characters or less")
    if basis not in BASES:
        raise SettingsError(f"basis {basis!r}: give one of {', '.join(BASES)}")
    return Purpose(text, basis, _now())


def save_purpose(text: str, basis: str, path: Path | None = None) -> Purpose:
    """Keep that the user agreed now, for this purpose and on this basis.

    Raises:
        SettingsError: the folder can't be written.
        ValueError: ``basis`` is none of ``BASES``.
    """
    if basis not in BASES:
        raise ValueError(f"basis {basis!r}: expected one of {', '.join(BASES)}")
    path = path or consent_path()
    said = Purpose(" ".join(text.split()), basis, _now())
    keep_text(
        path,
        json.dumps({"version": VERSION, **asdict(said)}) + "\n",
        "your answer",
        "it is asked again next time",
    )
    return said


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
