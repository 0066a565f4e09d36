"""Who leans over to a neighbour: two events at once that one student explains.

When one who was just seen is gone, and the face at a neighbour's seat suddenly looks more like the
one who is gone than like the neighbour, then the one leans there and hides the other. That both
vanish and change by chance is rarer. How much like either decides, not how well it fits: below the
face of who leans over are the clothes and the table of somebody else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.stages.looks import Looks
from app.stages.seat_map import LEAN_REACH, REACH, SEAT_REACH, beside, seat_distances
from app.stages.track import Track

LEAN_S: Final = 1.0
"""Seconds after the last sighting within which one may turn up before a neighbour, or back."""

MOVES: Final = -2 * math.log(0.1)
"""Cost of turning up there: one in ten of those who were just seen and are gone has leaned over."""

SPREAD: Final = 0.4
"""Face sizes by which a face that leans before another is aside of it."""

SETTLED_S: Final = 1.0
"""Seconds at their seats from which on students are known to be neighbours."""

RATHER: Final = 1.0
"""Nats, by the colours, that the face is rather of who leans than of who is hidden."""

EVIDENCE: Final = 1.5
"""Nats that this takes, or the evidence for who leans."""

LEAST: Final = -1.5
"""Evidence below which it is rather a third one."""

BACK_EVIDENCE: Final = 1.0
"""Evidence that one is back at the own seat."""


def lean_costs(
    tracks: Sequence[Track],
    middles: NDArray[np.float64],
    sizes: NDArray[np.float64],
    colours: NDArray[np.float64],
    squared: NDArray[np.float64],
    missing: NDArray[np.bool_],
    looks: Looks,
) -> NDArray[np.float64]:
    """What it costs that a detection is one who leans over to a neighbour, or who is back.

    Args:
        tracks: n of them.
        middles: (m, 2) of the detections, in pixels of the room; sizes: (m,).
        colours: (n, m) evidence in nats that j is i.
        squared: (n, m) squared distance of the colours of j to the look of i.
        missing: (n,) who is not where expected.
        looks: of this class.

    Returns:
        (n, m) without what place and size cost otherwise; inf where it can't be.
    """
    if not len(tracks) or not len(sizes):
        return np.full(colours.shape, np.inf)
    seats = [t.seat for t in tracks]
    own, _ = seat_distances(seats, middles, sizes)
    now, _ = seat_distances([replace(seat, former=None) for seat in seats], middles, sizes)
    settled = np.array([bool(t.id) and t.seat.seconds >= SETTLED_S for t in tracks], bool)
    recent = (settled & np.array([t.unseen <= LEAN_S for t in tracks], bool))[:, None]
    neighbours = beside(seats, LEAN_REACH) & settled
    aside = np.where(neighbours[..., None], now[None], np.inf)
    nearest, hidden = aside.min(axis=1), aside.argmin(axis=1)

    rather = looks.rather(squared, np.take_along_axis(squared, hidden, axis=0))
    evidence = np.maximum(rather, colours)
    over = (nearest <= SEAT_REACH) & (own > REACH)
    likest = np.fmin.reduce(np.where(over & missing[:, None], squared, np.inf), axis=0)
    over &= recent & (squared <= likest)
    over &= (rather >= RATHER) & (evidence >= EVIDENCE) & (colours >= LEAST)
    back = recent & (own <= SEAT_REACH) & (colours >= BACK_EVIDENCE)
    off = np.where(over, nearest, own) / SPREAD
    cost = off**2 + 4 * math.log(SPREAD) - 2 * np.where(over, evidence, colours)
    return np.asarray(np.where(over | back, cost, np.inf))
