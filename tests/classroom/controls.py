"""What a face can do, and the presets of the expressions: the one table to tune."""

from __future__ import annotations

from dataclasses import dataclass, fields

from app.core.expressions import LABELS


@dataclass(frozen=True)
class Controls:
    """State of a face. Lengths in half face widths, shares 0..1, angles in degrees.

    Attributes:
        brow_inner, brow_outer: raise of the ends of the brows.
        brow_knit: shift of the brows' inner ends towards the middle.
        lid: opening of the upper lid, 1 at rest, 0 shut.
        lower_lid: raise of the lower lid, a share.
        lid_slant: drop of the outer end of the upper lid, a share.
        corner: raise of the mouth corners.
        mouth_width: width of the mouth, 1 at rest.
        gape: opening between the lips.
        jaw: drop of the chin.
        square: how square the opening is, a share.
        upper_teeth, lower_teeth: share of the opening that they fill.
        lips: thickness of the lips, 1 at rest.
        cheek: raised cheeks; fold: line from nose to mouth; frown: lines between the brows;
        forehead: lines across the forehead; sneer: wrinkled nose, raised upper lip. Shares.
        pitch: how far the head is lowered.
    """

    brow_inner: float = 0.0
    brow_outer: float = 0.0
    brow_knit: float = 0.0
    lid: float = 1.0
    lower_lid: float = 0.0
    lid_slant: float = 0.0
    corner: float = 0.0
    mouth_width: float = 1.0
    gape: float = 0.0
    jaw: float = 0.0
    square: float = 0.0
    upper_teeth: float = 0.0
    lower_teeth: float = 0.0
    lips: float = 1.0
    cheek: float = 0.0
    fold: float = 0.0
    frown: float = 0.0
    forehead: float = 0.0
    sneer: float = 0.0
    pitch: float = 0.0


PRESETS: dict[str, Controls] = {
    "neutral": Controls(
        brow_inner=-0.06, brow_outer=-0.05, lid=0.72, lower_lid=0.15, corner=0.05,
    ),
    "happiness": Controls(
        lid=0.66, lower_lid=0.75, corner=0.30, mouth_width=1.6, gape=0.26,
        jaw=0.14, upper_teeth=0.9, lips=0.85, cheek=1.0, fold=1.0,
    ),
    "surprise": Controls(
        brow_inner=0.17, brow_outer=0.16, lid=1.55, corner=-0.01, mouth_width=0.72, gape=0.38,
        jaw=0.25, lips=0.9, forehead=0.8,
    ),
    "sadness": Controls(
        brow_inner=0.13, brow_outer=-0.07, brow_knit=0.05, lid=0.72, lid_slant=0.5, corner=-0.13,
        mouth_width=0.92, lips=1.05, fold=0.35, frown=0.3, pitch=8.0,
    ),
    "anger": Controls(
        brow_inner=-0.27, brow_outer=0.0, brow_knit=0.16, lid=0.85, lower_lid=0.5, corner=-0.07,
        mouth_width=1.05, gape=0.12, jaw=0.1, square=1.0, upper_teeth=0.7, lower_teeth=0.3,
        lips=0.6, fold=1.0, frown=1.0, sneer=0.8, pitch=6.0,
    ),
    "disgust": Controls(
        brow_inner=-0.08, brow_outer=-0.03, brow_knit=0.05, lid=0.55, lower_lid=0.7, corner=-0.08,
        gape=0.04, lips=1.0, fold=1.0, frown=0.5, sneer=1.0, cheek=0.4,
    ),
    "fear": Controls(
        brow_inner=0.17, brow_outer=0.05, brow_knit=0.07, lid=1.5, corner=-0.05, mouth_width=1.15,
        gape=0.16, jaw=0.14, square=0.3, lower_teeth=0.3, forehead=0.6, frown=0.3,
    ),
    "contempt": Controls(corner=0.03, lid=0.85, fold=0.3, brow_outer=0.03),
}  # fmt: skip
"""Fully shown expressions by label, tuned until ``models/base`` read them: tests assert that the
whole line works, never that the model is right. Asserted: neutral, happiness, surprise, anger."""

NAMES = tuple(field.name for field in fields(Controls))

if set(PRESETS) != set(LABELS):
    raise ValueError("PRESETS: expected one preset for every label")


def blend(weights: dict[str, float]) -> Controls:
    """Weighted sum of presets; what is missing to a sum of 1 is neutral."""
    rest = 1.0 - sum(weights.values())
    parts = [(PRESETS["neutral"], rest)] + [(PRESETS[k], w) for k, w in weights.items()]
    return Controls(**{n: sum(getattr(p, n) * w for p, w in parts) for n in NAMES})
