"""Who came back: the probability that a new face is a student who was out of sight.

For every new face the hypotheses are weighed by Bayes' rule: it is a student back at the seat or
where last seen, a student who sat down elsewhere, or someone who was never there. Place and size
speak through the seat map, colours through ``app.stages.looks``; the longer a seat was empty, the
likelier somebody else took it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.stages.looks import Looks, squared_distances
from app.stages.seat_map import (
    KNOWN_S,
    LEAN_REACH,
    SAME_SEAT,
    SIZE_SPREAD,
    SPREAD,
    beside,
    seat_distances,
)
from app.stages.track import Track

ROOM: Final = 500.0
"""Face sizes squared: how large a picture is; a face of somebody new may be anywhere in it."""

STRANGER: Final = 0.1
"""How often a new face is of somebody new, to one student who comes back: some latecomers,
visitors, and false faces."""

ARRIVAL_S: Final = 10.0
"""Time constant in seconds from the start over which it is much oftener: the detector needs some
time to find all who are there."""

MOVER: Final = 0.1
"""How often it is a student who sits down elsewhere."""

TAKEN_S: Final = 600.0
"""Seconds after which a seat that was left has been taken by somebody else, on average."""

SUCCEEDED: Final = 0.03
"""How often a student comes back to a seat where another sat since, to once that the other does.
Mostly both are one student, under a new id after an uncertain return."""

LEAVING_S: Final = 0.6
"""Time constant in seconds for which the place where a student was last seen counts as well as
the seat."""


DASH: Final = 20.0
"""Face sizes a second at most at which a student who was just lost may have gone on."""

DASH_REACH: Final = 8.0
"""Face sizes to which; two seats in a row are 3 to 7 apart."""

DASH_S: Final = 5.0
"""Seconds for which that is believed, where colours say so too: a detector that looks everywhere
every two seconds only may find one who leans over this late."""

LEAN: Final = 0.2
"""How often one who is out of sight leans before a neighbour whom nobody sees either."""

LEAN_SPREAD: Final = 0.4
"""Face sizes by which a face that leans before another is aside of it."""

LEAN_S: Final = 15.0
"""Time constant of that in seconds: one who had turned away may have leaned over since."""

LEAN_MAX_S: Final = 30.0
"""Seconds for which that is believed, where colours say so too."""

LEAN_EVIDENCE: Final = 1.5
"""Nats that they must say."""

HOME_EVIDENCE: Final = -1.5
"""Nats from colours below which nobody is taken for the owner of a seat unasked."""

STRANGE: Final = 0.01
"""How often one who comes back looks like nobody for longer than the tracker waits."""

DASH_EVIDENCE: Final = 2.0
"""Nats that they must say."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A new face, in the room.

    Attributes:
        centre: (x, y) in pixels; size: geometric mean of width and height.
        colours: (k,), None where unknown.
        born: seconds, when it was first seen; birthplace: (x, y) where.
        on_foot: it walks, or did a moment ago: past a seat, not yet back at it.
    """

    centre: tuple[float, float]
    size: float
    colours: NDArray[np.floating] | None
    born: float
    birthplace: tuple[float, float]
    on_foot: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is known of lost students and new faces.

    Attributes:
        probability: (n, m) that new face j is lost student i, wherever it is.
        home: (n, m) of it being i, back where i should be.
        share: (n, m) of all candidates, how likely it is j who is back for i.
        near: (n, m) bool: j is so near the place of i that it may be taken for i unasked.
    """

    probability: NDArray[np.float64]
    home: NDArray[np.float64]
    share: NDArray[np.float64]
    near: NDArray[np.bool_]


def weigh(
    lost: Sequence[Track],
    candidates: Sequence[Candidate],
    looks: Looks,
    started: float,
    reach: tuple[float, float],
) -> Weighed:
    """Weigh who of ``lost`` each candidate is.

    Args:
        lost: n students out of sight.
        candidates: m new faces.
        looks: of this class.
        started: seconds since the first frame.
        reach: face sizes and log ratio of sizes within which a return is believed unasked.
    """
    sizes = np.array([c.size for c in candidates])
    seen = np.array([t.seen for t in lost])[:, None]
    away = np.maximum(np.array([c.born for c in candidates])[None] - seen, 0.0)
    seat, seat_near = _at_seat(lost, candidates, sizes, reach)
    last, last_near = _at_last(lost, candidates, sizes, away, reach)
    over, over_near = _leaning_over(lost, candidates, sizes, away, reach)
    taken = 1 - np.exp(-away / TAKEN_S)
    occupied = (taken * seat).sum(axis=0, keepdims=True)

    evidence = _colour_evidence(lost, candidates, looks)
    colours = np.exp(evidence)
    sits = np.array([not c.on_foot for c in candidates], bool)
    # Places alone can't tell who leans from who sits.
    over = np.where((evidence > 0) & sits, over, 0.0)
    seat *= np.where(_succeeded(lost), SUCCEEDED, 1.0)[:, None]
    home = (1 - taken) * np.maximum(np.maximum(seat, last), over) * colours
    moved = MOVER * (1 / ROOM + occupied) * colours
    stranger = STRANGER + math.exp(-started / ARRIVAL_S)
    total = (home + moved).sum(axis=0, keepdims=True) + stranger / ROOM + occupied
    waiting = np.array([not t.followed for t in lost], bool)[:, None]
    at_home = seat_near & waiting & (evidence >= HOME_EVIDENCE)
    gone_on = last_near & (evidence >= DASH_EVIDENCE)
    gone_on |= over_near & (evidence >= LEAN_EVIDENCE)
    share = home / np.maximum(home.sum(axis=1, keepdims=True), 1e-300)
    return Weighed((home + moved) / total, home / total, share, at_home | gone_on)


def _succeeded(lost: Sequence[Track]) -> NDArray[np.bool_]:
    """(n,) in whose seat another of ``lost`` has settled since."""
    middles = np.array([(t.seat.x, t.seat.y) for t in lost]).reshape(-1, 2)
    distance, _ = seat_distances(
        [t.seat for t in lost], middles, np.array([t.seat.size for t in lost])
    )
    born, seen = np.array([t.born for t in lost]), np.array([t.seen for t in lost])
    settled = np.array([t.seat.seconds >= KNOWN_S for t in lost], bool)
    after = (born[None] > seen[:, None]) & settled[None]
    return np.asarray((after & (distance <= SAME_SEAT)).any(axis=1))


def _at_seat(
    lost: Sequence[Track],
    candidates: Sequence[Candidate],
    sizes: NDArray[np.float64],
    reach: tuple[float, float],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(n, m) likelihood of face j at the seat of i, and whether it is within reach of it."""
    centres = np.array([c.centre for c in candidates]).reshape(-1, 2)
    distance, ratio = seat_distances([t.seat for t in lost], centres, sizes)
    spread = np.array([t.seat.spread for t in lost])[:, None]
    return _density(distance, spread, ratio), (distance <= reach[0]) & (ratio <= reach[1])


def _at_last(
    lost: Sequence[Track],
    candidates: Sequence[Candidate],
    sizes: NDArray[np.float64],
    away: NDArray[np.float64],
    reach: tuple[float, float],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The same of where i was last seen and may have gone on to."""
    births = np.array([c.birthplace for c in candidates]).reshape(-1, 2)
    last = np.array([t.motion.centre for t in lost]).reshape(-1, 2)
    size = np.array([t.motion.size for t in lost])[:, None]
    distance = np.linalg.norm(last[:, None] - births[None], axis=2) / ((size + sizes) / 2)
    ratio = np.abs(np.log(size / sizes))
    spread = SPREAD + DASH / 2 * away
    likelihood = _density(distance, spread, ratio) * np.exp(-away / LEAVING_S)
    gone_on = (distance <= reach[0] + np.minimum(DASH * away, DASH_REACH)) & (away <= DASH_S)
    return likelihood, gone_on & (ratio <= reach[1])


def _leaning_over(
    lost: Sequence[Track],
    candidates: Sequence[Candidate],
    sizes: NDArray[np.float64],
    away: NDArray[np.float64],
    reach: tuple[float, float],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The same of the seat of a neighbour, whom i hides."""
    seats = [t.seat for t in lost]
    centres = np.array([c.centre for c in candidates]).reshape(-1, 2)
    distance, ratio = seat_distances(seats, centres, sizes)
    there = beside(seats, LEAN_REACH)[..., None]
    nearest = np.where(there, distance[None], np.inf).min(axis=1, initial=np.inf)
    likelihood = LEAN * _density(nearest, np.full_like(nearest, LEAN_SPREAD), ratio)
    near = (nearest <= reach[0]) & (ratio <= reach[1]) & (away <= LEAN_MAX_S)
    return likelihood * np.exp(-away / LEAN_S), near


def _density(
    distance: NDArray[np.float64], spread: NDArray[np.float64], ratio: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of a normal distribution over places, per face size squared, times that of the size."""
    place = np.exp(-0.5 * (distance / spread) ** 2) / (2 * np.pi * spread**2)
    return np.asarray(place * np.exp(-0.5 * (ratio / (SIZE_SPREAD * np.sqrt(2))) ** 2))


def _colour_evidence(
    lost: Sequence[Track],
    candidates: Sequence[Candidate],
    looks: Looks,
) -> NDArray[np.float64]:
    """(n, m) nats that the colours of face j are those of i and not just anybody's."""
    known = [c.colours for c in candidates if c.colours is not None]
    if not known or not lost:
        return np.zeros((len(lost), len(candidates)))
    nothing = np.full(len(known[0]), np.nan)
    seen = np.stack([nothing if c.colours is None else c.colours for c in candidates])
    squared = squared_distances([t.look.mean for t in lost], seen)
    not_self = 1.0 - np.eye(len(lost))
    return looks.evidence(squared, squared, not_self, STRANGE)
