"""Which detection is which followed face: one cost, one assignment.

The cost of a pair is twice its negative log likelihood, a sum of named terms, so that a track
that could be anywhere never outbids a sure one. An assignment of least total cost (Kuhn, 1955)
then takes all pairs at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres
from app.stages.assignment import least_cost_pairs
from app.stages.kalman import MEASURED
from app.stages.leaning import LEAN_S, MOVES, lean_costs
from app.stages.looks import SURE_COUNT, Looks, squared_distances
from app.stages.seat_map import MOVE_S, REACH, SEAT_REACH, seat_distances
from app.stages.track import Track

GATE_SIGMAS: Final = 3.0

OFF_SEAT: Final = 4.0
"""Most that it costs to be away from one's seat: exp(-OFF_SEAT / 2) is the share of the time that
students lean over or walk, about a seventh."""

SEAT_KNOWN_S: Final = 3.0
"""Seconds at a seat before it counts in the cost."""

LEAVE: Final = GATE_SIGMAS**2
"""What it costs to leave a track out: what the farthest pair inside a wide gate does."""

LEAVE_BY_COLOURS: Final = 0.0
"""The same where colours are known: a student's own face costs -5 to -18, that of a neighbour who
leans over 0 to 7, as measured on simulated classes."""

LUNGE: Final = 8.0
"""Face sizes a second at which a head moves off from rest: who leans over or gets up is faster
than the motion of one who sits foretells, and is followed by the colours."""

LUNGE_SHARE: Final = 0.03
"""How often, in frames."""

LUNGE_EVIDENCE: Final = 2.0
"""Evidence from colours, in nats, that it takes."""

STRANGE: Final = 0.1
"""How often a student's own colours look like nobody's: behind a raised arm, under a hood."""

MISSING: Final = 0.5
PRESENT: Final = 0.03
"""Chance that the stranger in one's place is a certain neighbour who is not, or who is, where
expected."""

NEIGHBOUR: Final = 8.0
"""Face sizes from within which someone else may lean or walk into a student's place."""

MOMENT_S: Final = 0.19
"""Seconds, a little less than from one frame to the next at 5 frames a second: where frames come
more often, what one of them shows may be left open so long at no loss."""

DOUBT: Final = 1.0
"""Evidence from colours below which one who was known by them till now may be hidden by a
neighbour who has just moved off; a student's own are worth 4 to 6. Who it is stays open for a
moment, with no id on the face: while one head moves before another, colours and place are of
both, and the id would go to the wrong one for a frame or two, and back."""

STOP_SHARE: Final = 0.1
"""How often, in frames, a head that moves has stopped: who leans over stops within a tenth of a
second, far sooner than the velocity fades."""

UNSURE: Final = 3.0
"""Cost of a detection of low score: there are more of them where no face is."""


@dataclass(frozen=True, slots=True)
class Found:
    """The detections of a frame, in the room.

    Attributes:
        boxes: (n, 4) x, y, width, height in pixels of the room.
        scores: (n,).
        colours: (n, k), NaN where nothing can be said.
    """

    boxes: NDArray[np.float64]
    scores: NDArray[np.floating]
    colours: NDArray[np.float32]

    @property
    def middles(self) -> NDArray[np.float64]:
        """(n, 2) in pixels."""
        return centres(self.boxes)

    @property
    def sizes(self) -> NDArray[np.float64]:
        """(n,) geometric mean of width and height."""
        return np.asarray(np.sqrt(self.boxes[:, 2] * self.boxes[:, 3]))

    def select(self, rows: Sequence[int]) -> Found:
        """These rows only."""
        index = list(rows)
        return Found(self.boxes[index], self.scores[index], self.colours[index])


@dataclass(frozen=True, slots=True)
class Gate:
    """Farthest that a face may be from where it is expected.

    Attributes:
        distance: in face sizes; the gate is narrower right after a sighting.
        log_ratio: of the logarithm of the size.
        high_score: detections below are unsure.
    """

    distance: float
    log_ratio: float
    high_score: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of track i and detection j, all (n, m).

    Attributes:
        cost: twice the negative log likelihood; inf where j can't be i.
        leans: whether i leans over to somebody there.
        evidence: from colours, in nats, that j is i and nobody else.
    """

    cost: NDArray[np.float64]
    leans: NDArray[np.bool_]
    evidence: NDArray[np.float64]

    @property
    def clear(self) -> NDArray[np.bool_]:
        """(n, m) whether the colours leave no doubt."""
        return np.asarray(self.evidence >= DOUBT)


def pair_costs(tracks: Sequence[Track], found: Found, looks: Looks, gate: Gate, dt: float) -> Pairs:
    """What it costs that detection j is track i; ``dt``: seconds since the last frame."""
    expected = np.array([t.place for t in tracks]).reshape(-1, 2)
    expected_size = np.array([t.motion.size for t in tracks])
    middles, sizes = found.middles, found.sizes
    apart = np.linalg.norm(expected[:, None] - middles[None], axis=2)
    distance = apart / ((expected_size[:, None] + sizes[None]) / 2)
    ratio = np.abs(np.log(expected_size[:, None] / sizes[None]))
    spread = np.array([t.motion.spread for t in tracks])[:, None]
    spread = np.minimum(spread, gate.distance)  # people sit
    size_spread = np.array([t.motion.size_spread for t in tracks])[:, None]
    squared = squared_distances([t.look.mean for t in tracks], found.colours)
    colours = _colour_evidence(tracks, distance, squared, looks, gate)

    reach = np.minimum(GATE_SIGMAS * spread, gate.distance)
    lunge = spread + LUNGE * min(dt, 0.2)
    lunges = (colours >= LUNGE_EVIDENCE) & (distance > reach) & (distance <= 2 * lunge)
    growth = np.minimum(GATE_SIGMAS * size_spread, gate.log_ratio)
    allowed = (distance <= reach) | lunges

    stays = (distance / spread) ** 2 + 4 * np.log(spread)
    goes = (distance / lunge) ** 2 + 4 * np.log(lunge) - 2 * math.log(LUNGE_SHARE)
    position = np.where(lunges, np.minimum(stays, goes), stays)
    stops = _stops(tracks, middles, sizes)
    position = np.where(distance <= reach, np.minimum(position, stops), position)
    seat = _off_seat(tracks, middles, sizes)
    place = np.where(allowed, position + seat - 2 * colours, np.inf)
    seen = found.middles, found.sizes
    gone = _missing(distance, gate)
    moves = np.where(gone, MOVES, np.inf)[:, None]
    leaning = lean_costs(tracks, *seen, colours, squared, gone, looks)
    leaning += np.where(distance <= reach, 0.0, moves)  # who leans there already stays
    allowed = (ratio <= growth) & ~_uncovers(tracks, middles, sizes, colours)
    size = (ratio / size_spread) ** 2
    unsure = np.where(found.scores < gate.high_score, UNSURE, 0.0)
    cost = np.where(allowed, np.minimum(place, leaning) + size + unsure[None], np.inf)
    return Pairs(cost, leaning < place, colours)


def doubtful(
    tracks: Sequence[Track], pairs: Pairs, assigned: Sequence[tuple[int, int]], now: float
) -> set[int]:
    """Detections of which is better left open for now who it is.

    ``assigned``: pairs (track, detection); ``now``: seconds.
    """
    here = {i for i, _ in assigned}
    gone = [t for i, t in enumerate(tracks) if i not in here and t.id and t.unseen <= LEAN_S]
    strange = ~pairs.clear & ~pairs.leans

    def left_open(i: int, j: int) -> bool:
        track, reach = tracks[i], NEIGHBOUR * tracks[i].motion.size
        sudden = track.clear and strange[i, j] and now - track.seen < MOMENT_S
        return sudden and any(math.dist(track.place, other.place) <= reach for other in gone)

    return {j for i, j in assigned if left_open(i, j)}


def _colour_evidence(
    tracks: Sequence[Track],
    distance: NDArray[np.float64],
    squared: NDArray[np.float64],
    looks: Looks,
    gate: Gate,
) -> NDArray[np.float64]:
    """(n, m) nats that detection j is track i and none of its neighbours, nor one who is lost."""
    places = np.array([t.place for t in tracks]).reshape(-1, 2)
    sizes = np.array([t.motion.size for t in tracks])
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) / sizes[:, None]
    # Who is not where expected may well be elsewhere; who is there is not.
    chance = np.where(_missing(distance, gate), MISSING, PRESENT)[None] * (apart <= NEIGHBOUR)
    chance = np.maximum(chance, PRESENT * np.array([not t.followed for t in tracks])[None])
    np.fill_diagonal(chance, 0.0)
    return looks.evidence(squared, squared, chance, STRANGE)


def _missing(distance: NDArray[np.float64], gate: Gate) -> NDArray[np.bool_]:
    """(n,) who is not where expected."""
    return np.asarray(distance.min(axis=1, initial=np.inf) > gate.distance / 2)


def _uncovers(
    tracks: Sequence[Track],
    middles: NDArray[np.float64],
    sizes: NDArray[np.float64],
    colours: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """(n, m) whether j is rather one whom i, away from the own seat, hid until now: it is at that
    one's seat, and the colours fit better. Who leans there for long has a seat there, too: one
    that is no older than how long the other is hidden."""
    if not tracks:
        return np.zeros(colours.shape, bool)
    distance, _ = seat_distances([t.seat for t in tracks], middles, sizes)
    hidden = np.array([bool(t.id) and not t.followed for t in tracks], bool)[:, None]
    at_home = hidden & (distance <= SEAT_REACH)
    theirs = np.where(at_home, colours, -np.inf)
    gone = np.array([t.unseen for t in tracks])[theirs.argmax(axis=0)]
    sat = np.array([t.seat.seconds for t in tracks])[:, None]
    own = (distance <= REACH) & ((sat > gone + LEAN_S) | (gone > MOVE_S))
    return np.asarray(~own & ~hidden & (theirs.max(axis=0) > colours))


def _stops(
    tracks: Sequence[Track], middles: NDArray[np.float64], sizes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n, m) cost of having stopped where last seen a moment ago; inf where that is longer ago."""
    last = np.array([t.last for t in tracks]).reshape(-1, 2)
    apart = np.linalg.norm(last[:, None] - middles[None], axis=2) / sizes[None]
    just = np.array([t.followed and t.unseen < MOMENT_S for t in tracks], bool)[:, None]
    spread = MEASURED * math.sqrt(2)
    cost = (apart / spread) ** 2 + 4 * math.log(spread) - 2 * math.log(STOP_SHARE)
    return np.asarray(np.where(just, cost, np.inf))


def _off_seat(
    tracks: Sequence[Track], middles: NDArray[np.float64], sizes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n, m) cost of being away from the seat, 0 where no seat is known."""
    seats = [t.seat for t in tracks]
    distance, _ = seat_distances(seats, middles, sizes)
    spread = np.array([s.spread for s in seats])[:, None]
    known = np.array([s.seconds >= SEAT_KNOWN_S for s in seats])[:, None]
    return np.where(known, np.minimum((distance / spread) ** 2, OFF_SEAT), 0.0)


def leave_costs(tracks: Sequence[Track], found: Found) -> NDArray[np.float64]:
    """(n,) what it costs to leave out each track."""
    coloured = bool(np.isfinite(found.colours).any())
    known = np.array([coloured and t.look.count > SURE_COUNT for t in tracks], bool)
    return np.where(known, LEAVE_BY_COLOURS, LEAVE)


def assign(cost: NDArray[np.float64], leave: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs (track, detection) of least total cost (n, m); inf forbids a pair.

    ``leave`` (n,): cost of leaving a track out, so that nobody is pushed onto a neighbour for the
    sake of one pair more.
    """
    n, m = cost.shape
    forbidden = 1e6
    padded = np.full((n, m + n), forbidden)
    padded[:, :m] = np.where(np.isfinite(cost), cost, forbidden)
    padded[np.arange(n), m + np.arange(n)] = leave
    rows, columns = least_cost_pairs(padded)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(i, j) for i, j in pairs if j < m and np.isfinite(cost[i, j])]
