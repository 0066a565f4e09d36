"""Roomread's own ablation: what each part of the shipped network's design is worth."""

from __future__ import annotations

from typing import Final

from training.reporting.claims import Better
from training.reporting.paper import Paper, Variant

_SMALL: Final = (16, 12)
"""Pixels; the sizes at which super-resolution and low-resolution training have to show."""

ABLATION: Final = Paper(
    title="Roomread's own design (`roomread`)",
    source="",
    variants=(
        Variant("ablation", "STN + image SR + CNN, trained at many sizes", {}),
        Variant("ablation_no_stn", "without STN", {}),
        Variant("ablation_no_sr", "without SR", {}),
        Variant("ablation_no_low_resolution", "trained on sharp faces only", {}),
        Variant("ablation_feature_sr", "feature SR instead of image SR", {}),
    ),
    claims=(
        Better("The spatial transformer pays.", "ablation", "ablation_no_stn"),
        *(
            Better(f"The spatial transformer pays at {k} px.", "ablation", "ablation_no_stn", k)
            for k in _SMALL
        ),
        Better("Image super-resolution pays.", "ablation", "ablation_no_sr"),
        *(
            Better(f"Image super-resolution pays at {k} px.", "ablation", "ablation_no_sr", k)
            for k in _SMALL
        ),
        *(
            Better(
                f"Training on small faces pays at {k} px.",
                "ablation",
                "ablation_no_low_resolution",
                k,
            )
            for k in (48, *_SMALL)
        ),
        *(
            Better(
                f"Image super-resolution is better than that of features at {k} px.",
                "ablation",
                "ablation_feature_sr",
                k,
            )
            for k in (48, *_SMALL)
        ),
    ),
    mind=(
        "From no paper: the parts of the shipped network's design, each left out once.",
        "Measured on a network a tenth as dear as the shipped one, so that every variant gets the "
        "same 8 epochs; larger networks may need their parts less.",
    ),
)
