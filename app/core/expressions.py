"""The expression labels, their order, and how each is drawn.

The order is that of the FER+ votes (Barsoum et al., 2016) and of every model's output.
Colours are the Okabe-Ito palette (Okabe & Ito, 2008), made to be told apart with any kind
of colour vision, and a ninth far from them for everyone; each label also has a marker shape,
so colour never stands alone.
"""

from __future__ import annotations

from typing import Final, NamedTuple

LABELS: Final[tuple[str, ...]] = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
)
"""Class names in output order; column j of every probability array is ``LABELS[j]``."""

CANT_TELL: Final = "can't tell"
"""What people read where the app does not name an expression. Files have an empty cell."""
UNKNOWN: Final = -1
"""Label index of a face whose expression can't be told: that of ``CANT_TELL``."""


class Mark(NamedTuple):
    """How one expression is drawn.

    ``colour`` is RGB, 0..255. ``shape`` is a name that both renderers know; ``points`` are
    its outline in a unit square (x right, y down, 0..1), empty for a circle.
    """

    colour: tuple[int, int, int]
    shape: str
    points: tuple[tuple[float, float], ...]


_SQUARE = ((0.08, 0.08), (0.92, 0.08), (0.92, 0.92), (0.08, 0.92))
_DIAMOND = ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5))
_UP = ((0.5, 0.03), (1.0, 0.93), (0.0, 0.93))
_DOWN = ((0.0, 0.07), (1.0, 0.07), (0.5, 0.97))
_PLUS = (
    (0.33, 0.0), (0.67, 0.0), (0.67, 0.33), (1.0, 0.33), (1.0, 0.67), (0.67, 0.67),
    (0.67, 1.0), (0.33, 1.0), (0.33, 0.67), (0.0, 0.67), (0.0, 0.33), (0.33, 0.33),
)  # fmt: skip
_CROSS = (
    (0.2, 0.0), (0.5, 0.3), (0.8, 0.0), (1.0, 0.2), (0.7, 0.5), (1.0, 0.8),
    (0.8, 1.0), (0.5, 0.7), (0.2, 1.0), (0.0, 0.8), (0.3, 0.5), (0.0, 0.2),
)  # fmt: skip
_STAR = (
    (0.5, 0.0), (0.62, 0.36), (1.0, 0.38), (0.7, 0.6), (0.81, 0.97), (0.5, 0.76),
    (0.19, 0.97), (0.3, 0.6), (0.0, 0.38), (0.38, 0.36),
)  # fmt: skip

MARKS: Final[tuple[Mark, ...]] = (
    Mark((86, 180, 233), "circle", ()),  # neutral: sky blue
    Mark((240, 228, 66), "up", _UP),  # happiness: yellow
    Mark((230, 159, 0), "star", _STAR),  # surprise: orange
    Mark((0, 114, 178), "down", _DOWN),  # sadness: blue
    Mark((213, 94, 0), "diamond", _DIAMOND),  # anger: vermilion
    Mark((0, 158, 115), "square", _SQUARE),  # disgust: bluish green
    Mark((204, 121, 167), "plus", _PLUS),  # fear: reddish purple
    Mark((150, 60, 220), "cross", _CROSS),  # contempt: violet, outside the original eight
)
"""One mark a label, in label order."""

CANT_TELL_COLOUR: Final[tuple[int, int, int]] = (150, 150, 150)
"""RGB of the grey box of a face that the app can't read."""
