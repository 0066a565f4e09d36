"""The two colour schemes, light and dark, of the window and of reports, as "#rrggbb".

The colours of the expressions are with their marks, in ``expressions``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme. Text on its ground has a contrast of 4.5 or more."""

    window: str
    card: str
    border: str
    text: str
    muted: str
    track: str
    hover: str
    accent: str
    on_accent: str
    error: str
    error_ground: str
    info_ground: str
    note: str
    note_ground: str


LIGHT: Final = Colours(
    window="#eef0f3",
    card="#ffffff",
    border="#d3d8de",
    text="#1a1f26",
    muted="#566070",
    track="#e8ebef",
    hover="#e6edf5",
    accent="#1b5e9b",
    on_accent="#ffffff",
    error="#9b1c1c",
    error_ground="#fdecea",
    info_ground="#e6f0fa",
    note="#6f5200",
    note_ground="#fcf4dc",
)
DARK: Final = Colours(
    window="#14171b",
    card="#1e2227",
    border="#343b44",
    text="#eceff2",
    muted="#a3adb9",
    track="#2b3138",
    hover="#2a323b",
    accent="#6cb2ee",
    on_accent="#0d1b28",
    error="#ffb4ab",
    error_ground="#3b1f1f",
    info_ground="#1c2f42",
    note="#ecc766",
    note_ground="#37301c",
)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb", 0..255."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
