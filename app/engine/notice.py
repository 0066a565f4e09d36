"""What Roomread is for, and the law: said once a user where there is no window to agree in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final

from app.engine.consent import consent_path, said_path
from app.engine.private import make_private_folders

NOTICE: Final = (
    "Roomread reads facial expressions for consented research and for looking back on one's own "
    "lessons, where that is lawful; an expression is not a feeling.",
    "In the EU, inferring emotions in schools and at work has been prohibited since 2 February "
    "2025, except for medical or safety reasons (AI Act, Art. 5(1)(f)).",
)
"""Said before the first analysis."""


def say_notice(say: Callable[[str], None]) -> None:
    """Say it, unless it was said to this user before; never stands in the way."""
    said = said_path()
    # The window's longer notice was agreed to.
    if said.exists() or consent_path().exists():
        return
    for text in NOTICE:
        say(text)
    make_private_folders()
    with contextlib.suppress(OSError):
        said.parent.mkdir(parents=True, exist_ok=True)
        said.touch()
