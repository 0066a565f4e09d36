"""How people look: skin, hair, clothes and build, drawn by a seeded generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.classroom.head import Build, HairStyle

Colour = tuple[float, float, float]
"""sRGB, 0..255."""

SKINS: tuple[Colour, ...] = (
    (226, 184, 158), (216, 168, 136), (202, 150, 114), (182, 128, 92), (152, 100, 70),
    (118, 76, 55), (92, 60, 46),
)  # fmt: skip

HAIRS: dict[str, Colour] = {
    "black": (34, 28, 28), "dark": (58, 40, 32), "brown": (96, 62, 40), "chestnut": (128, 74, 44),
    "blond": (206, 166, 106), "ginger": (176, 92, 44),
}  # fmt: skip

SHIRTS: tuple[Colour, ...] = (
    (54, 92, 150), (168, 52, 56), (70, 120, 84), (222, 216, 204), (62, 64, 76), (214, 158, 56),
    (112, 78, 140), (60, 142, 148), (224, 128, 116), (142, 164, 190), (36, 46, 78),
    (186, 186, 178),
)  # fmt: skip

SCARVES: tuple[Colour, ...] = ((176, 140, 150), (70, 96, 130), (208, 198, 184))

_SHORT = ((0, -0.90), (22, -0.92), (40, -0.82), (58, -0.52), (70, -0.22), (80, 0.12), (86, 0.10),
          (96, -0.10), (112, 0.25), (128, 0.85), (180, 0.95))  # fmt: skip
_FRINGE = ((0, -0.52), (30, -0.50), (48, -0.42), (60, -0.15), (68, 0.75), (78, 1.15), (180, 1.2))
_BOB = ((0, -1.02), (18, -1.0), (36, -0.82), (50, -0.40), (58, 0.30), (66, 1.10), (76, 1.35),
        (180, 1.35))  # fmt: skip
_LONG = ((0, -1.04), (18, -1.0), (36, -0.84), (50, -0.40), (59, 0.4), (68, 1.6), (80, 2.3),
         (180, 2.4))  # fmt: skip
_BACK = ((0, -1.02), (30, -0.98), (50, -0.74), (64, -0.42), (76, -0.05), (90, -0.18), (108, 0.2),
         (130, 0.75), (180, 0.85))  # fmt: skip
_SIDE = ((0, -0.86), (25, -0.80), (42, -0.74), (58, -0.45), (70, -0.15), (82, 0.14), (92, -0.05),
         (112, 0.3), (130, 0.85), (180, 0.95))  # fmt: skip
_VEIL = ((0, -0.84), (25, -0.78), (45, -0.46), (58, 0.1), (66, 0.9), (80, 1.9), (95, 2.35),
         (180, 2.4))  # fmt: skip

STYLES: dict[str, HairStyle] = {
    "short": HairStyle(1.085, _SHORT),
    "side": HairStyle(1.12, _SIDE, rough=0.03, ragged=0.05),
    "crop": HairStyle(1.04, _SHORT, rough=0.008, ragged=0.03),
    "curly": HairStyle(1.17, _SIDE, rough=0.05, ragged=0.07),
    "afro": HairStyle(1.30, _BACK, rough=0.045, ragged=0.06),
    "fringe": HairStyle(1.11, _FRINGE, ragged=0.03),
    "bob": HairStyle(1.12, _BOB, flare=1.06),
    "long": HairStyle(1.11, _LONG, flare=1.05),
    "bun": HairStyle(1.06, _BACK, rough=0.015, bun=True),
    "scarf": HairStyle(1.09, _VEIL, rough=0.012, ragged=0.0, flare=1.12, cloth=True),
}


@dataclass(frozen=True)
class Look:
    """One person.

    Attributes:
        skin, hair, shirt, iris: colours.
        style: key of ``STYLES``.
        build: shape of the head.
        broad: width of the shoulders, about 1.
        pattern: "plain", "stripes", "print", "hood", "dots" or "checks".
        seed: of strands, folds and freckles.
    """

    skin: Colour
    hair: Colour
    shirt: Colour
    iris: Colour
    style: str
    build: Build
    broad: float
    pattern: str
    seed: int


IRISES: tuple[Colour, ...] = (
    (72, 46, 30),
    (58, 38, 28),
    (96, 70, 42),
    (86, 104, 92),
    (92, 116, 140),
)


def draw_look(rng: np.random.Generator, number: int) -> Look:
    """A person; ``number`` cycles through skins and styles so that a class is varied."""
    styles = ("short", "long", "side", "fringe", "curly", "bob", "crop", "bun", "afro", "scarf")
    skin = SKINS[(number * 3 + int(rng.integers(2))) % len(SKINS)]
    style = styles[number % len(styles)]
    dark = SKINS.index(skin) >= 3
    hairs = ("black", "dark", "black") if dark else tuple(HAIRS)
    hair = HAIRS[str(rng.choice(hairs))]
    if style == "scarf":
        hair = SCARVES[int(rng.integers(len(SCARVES)))]
    if style == "afro":
        hair = HAIRS["dark" if skin in SKINS[:2] else "black"]
    spread = rng.uniform(-1.0, 1.0, 9)
    build = Build(
        width=1.0, jaw=1.0 + 0.07 * spread[1], length=1.0 + 0.035 * spread[2],
        nose=1.0 + 0.13 * spread[3], nose_width=1.0 + 0.12 * spread[4] + 0.08 * dark,
        cheeks=1.0 + 0.3 * spread[5], eyes=1.0 + 0.06 * spread[6],
        lips=1.0 + 0.14 * spread[7] + 0.12 * dark, brows=1.0 + 0.15 * spread[8],
    )  # fmt: skip
    return Look(
        skin=skin, hair=hair, shirt=SHIRTS[(number * 5 + 1) % len(SHIRTS)],
        iris=IRISES[int(rng.integers(2 if dark else len(IRISES)))], style=style, build=build,
        broad=float(rng.uniform(0.92, 1.06)),
        pattern=str(rng.choice(("plain", "plain", "stripes", "print", "hood"))),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip
