from __future__ import annotations

import dataclasses
import re

import pytest

from app.core.palette import DARK, LIGHT, Colours, rgb


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in rgb(colour)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_colour_is_three_numbers() -> None:
    assert rgb("#ff8000") == (255, 128, 0)
    with pytest.raises(ValueError, match="values to unpack"):
        rgb("#ff80")


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_every_text_stands_out_on_its_ground(scheme: Colours) -> None:
    for ground in (scheme.window, scheme.card):
        for ink in (scheme.text, scheme.muted, scheme.accent):
            assert contrast(ink, ground) >= 4.5
    assert contrast(scheme.note, scheme.note_ground) >= 4.5
    assert contrast(scheme.error, scheme.error_ground) >= 4.5
    assert contrast(scheme.on_accent, scheme.accent) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_all_are_written_alike(scheme: Colours) -> None:
    for colour in dataclasses.astuple(scheme):
        assert re.fullmatch(r"#[0-9a-f]{6}", colour)
