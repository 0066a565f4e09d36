"""Looking both ways in time: who came back, as only a whole recording can tell.

A tracker must decide at once and gives a doubtful return a new id with a suggestion, a
probability from place and colours (``Suggestion.confidence``). Afterwards more is known: whether
the earlier track was ever seen again, whether the later one stayed, and who else came and went.
All ends of tracks are assigned to all later beginnings together (Kuhn, 1955), with costs in nats,
negative log odds that both are one student. A pair counts as certain where the best assignment
without it is worse by ``CERTAIN``: so two who may have swapped seats spoil each other's certainty.
Joined are only pairs that the tracker suggested, where a student is back at the seat, with the
same size, in one step or, after visits elsewhere, in several.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.types import FrameResult, Suggestion
from app.session.edits import Change, Exclude, Merge
from app.session.paths import Path, Story, follow
from app.stages.assignment import least_cost_pairs

CERTAIN: Final = 3.0
"""Nats by which all is less likely without a pair: one in twenty, as the tracker's own limit."""

GONE: Final = 2.0
"""Nats for a track that is never seen again otherwise: few leave a lesson for good."""
GONE_S: Final = 60.0
"""Seconds of recording that must follow for that to count in full."""

STAYED: Final = 1.5
"""Nats for a later track that stays: visitors, teachers and false faces seldom do."""
STAYED_S: Final = 30.0
"""Seconds of sitting at which that counts in full."""

AWAY_S: Final = 300.0
"""Seconds out of sight that cost one nat: most absences are short."""

LIKELY: Final = 0.5
"""Confidence of the tracker without which nothing is joined."""

CLEAR: Final = 0.95
"""Confidence from which on colours tell those apart who may have swapped seats."""

AT_ONCE_S: Final = 5.0
"""Seconds within which those who swap seats stand up, and within which they sit down."""

UNMENTIONED: Final = 0.05
"""Probability that the tracker does not care to mention."""

SURE: Final = 0.98
"""Confidences count no higher than this, nor lower than its opposite."""

SAME_SEAT: Final = 0.8
"""Face sizes between the places where two tracks sit that are one seat: as far as a student leans;
neighbours sit 1.4 or more apart."""

SAME_SIZE: Final = 1.3
"""Ratio of sizes up to which two faces at one seat may be one."""

NEAR_SEAT: Final = 1.0
"""Face sizes from a seat: whoever else was seen there in the meantime spoils certainty."""

WINDOW_S: Final = 20.0
"""Seconds at the beginning and at the end of a track whose median place is its seat there."""

STEADY: Final = 0.5
"""Face sizes, robust deviation of places in such a window: whoever moves more does not sit."""

SEATED_STEPS: Final = 4
"""Places kept (see ``paths``) in a window before it counts as sitting: a second, or more."""

WALK: Final = 10.0
"""Face sizes a second: nobody changes seats faster."""
STAND_UP_S: Final = 1.0
"""Seconds that standing up and sitting down take at least."""

FALSE_FRAMES: Final = 5
"""A track of no more frames may be a false face."""
LASTING_S: Final = 10.0
"""Seconds after which a track is no false face; its score tells what faces have here."""
APART: Final = 2.0
"""Face sizes from every seat at which a false face must be."""

_IMPOSSIBLE: Final = 1e6


@dataclass(frozen=True, slots=True)
class _Seat:
    """Where a track sits at one of its ends: pixels of the room, and how steadily."""

    x: float
    y: float
    size: float
    steady: bool


def look_both_ways(results: Iterable[FrameResult], left_out: Collection[int] = ()) -> list[Change]:
    """What is certain with hindsight: tracks to be joined, and false faces to be left out.

    Args:
        results: of a whole recording as tracked, in time order.
        left_out: tracks that are left out already: nobody is joined to a picture on the wall.

    Returns:
        Merges in order of the later track's appearance, each into the student's first track; then
        exclusions. Nothing where nothing is certain.
    """
    story = follow(results, left_out)
    joined: dict[int, int] = {}
    changes: list[Change] = []
    for earlier, later in sorted(certain_pairs(story), key=lambda pair: pair[1].first):
        joined[later.track] = joined.get(earlier.track, earlier.track)
        changes.append(Merge(joined[later.track], later.track))
    return [*changes, *(Exclude(path.track) for path in false_faces(story))]


def certain_pairs(story: Story) -> list[tuple[Path, Path]]:
    """Pairs (earlier, later) of tracks that are one student, see above."""
    named = {track for one in story.suggestions for track in (one.earlier, one.later)}
    # Whoever never sat and was never taken for anybody only walked by.
    seats = [(path, _end_seat(path), _begin_seat(path)) for path in story.paths]
    known = [one for one in seats if one[0].track in named or one[1].steady or one[2].steady]
    if not known:
        return []
    paths = [path for path, _, _ in known]
    ends, begins = [end for _, end, _ in known], [begin for _, _, begin in known]
    apart, ratio = _apart(ends, begins)
    steady = np.outer([one.steady for one in ends], [one.steady for one in begins])
    costs = _costs(paths, apart, story)
    partner = assign(costs)
    sure = margins(costs, partner) >= CERTAIN
    told = {(one.earlier, one.later): one.confidence for one in story.suggestions}
    follows = {
        i: int(j)
        for i, j in enumerate(partner)
        if j >= 0 and sure[i] and told.get((paths[i].track, paths[j].track), 0.0) >= LIKELY
    }
    home = steady & (apart <= SAME_SEAT) & (ratio <= np.log(SAME_SIZE))
    pairs: set[tuple[int, int]] = set()
    for chain in _homecomings(follows, home):
        links = [paths[k] for k in chain]
        doubt = any(told[one.track, other.track] < CLEAR for one, other in pairwise(links))
        seat = ends[chain[0]]
        if not _disturbed(seat, links, story) and not (doubt and _swapped(seat, links, story)):
            # A glimpse on the way is too short to be sure of; it stays what it is.
            sat = [k for k in chain[1:-1] if begins[k].steady and ends[k].steady]
            pairs.update(pairwise([chain[0], *sat, chain[-1]]))
    return [(paths[i], paths[j]) for i, j in sorted(pairs)]


def _homecomings(follows: Mapping[int, int], home: NDArray[np.bool_]) -> Iterator[list[int]]:
    """Chains of tracks, each the shortest that ends at the seat where it began."""
    for first in follows:
        chain = [first]
        while chain[-1] in follows:
            chain.append(follows[chain[-1]])
            if home[first, chain[-1]]:
                yield chain
                break


def assign(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """The assignment of least total cost.

    Args:
        costs: (n, m) nats of row i and column j being a pair, inf where they can't; a row or
            column without a partner costs 0.

    Returns:
        (n,) the column of each row, -1 where it has none.
    """
    n, m = costs.shape
    alone = np.where(np.eye(n, dtype=bool), 0.0, _IMPOSSIBLE)
    options = np.hstack((np.where(np.isfinite(costs), costs, _IMPOSSIBLE), alone))
    _, columns = least_cost_pairs(options)
    return np.where(columns < m, columns, -1)


def margins(costs: NDArray[np.float64], partner: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much worse the best assignment without each pair is, (n,) nats; inf for rows alone.

    That assignment differs from the best by a cycle of rows, each taking the partner of the next;
    the node after the last row is nobody, who takes and gives what is left over. The cheapest one
    through a row is a shortest path (Floyd, 1962).
    """
    n = len(costs)
    paired = np.flatnonzero(partner >= 0)
    free = np.setdiff1d(np.arange(costs.shape[1]), partner[paired])
    now = np.zeros(n)
    now[paired] = costs[paired, partner[paired]]
    steps = np.full((n + 1, n + 1), np.inf)
    steps[:n, paired] = costs[:, partner[paired]] - now[:, None]
    steps[:n, n] = np.minimum(costs[:, free].min(axis=1, initial=np.inf), 0.0) - now
    steps[n, :n] = 0.0
    np.fill_diagonal(steps, np.inf)
    steps += 1e-9  # rounding must not make a cycle negative
    around = _shortest_paths(steps)
    cheapest = (steps + around.T).min(axis=1)[:n]
    return np.where(partner >= 0, cheapest, np.inf)


def _shortest_paths(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, n) length of the shortest path from each node to each; 0 to itself (Floyd, 1962)."""
    length = steps.copy()
    np.fill_diagonal(length, 0.0)
    for node in range(len(length)):
        np.minimum(length, length[:, node, None] + length[node], out=length)
    return length


def false_faces(story: Story) -> list[Path]:
    """Tracks of a few frames with scores below those of all who stay, away from every seat."""
    lasting = [path for path in story.paths if path.last - path.first >= LASTING_S]
    if len(lasting) < 3:
        return []
    lowest = min(path.score for path in lasting)
    named = {track for one in story.suggestions for track in (one.earlier, one.later)}
    seats = [_seat(path, path.times >= path.first) for path in lasting]
    found = []
    for path in story.paths:
        if path.frames <= FALSE_FRAMES and path.score < lowest and path.track not in named:
            here = _seat(path, path.times >= path.first)
            if _apart([here], seats)[0].min() >= APART:
                found.append(path)
    return found


def _begin_seat(path: Path) -> _Seat:
    return _seat(path, path.times <= path.first + WINDOW_S)


def _end_seat(path: Path) -> _Seat:
    return _seat(path, path.times >= path.last - WINDOW_S)


def _seat(path: Path, window: NDArray[np.bool_]) -> _Seat:
    places, sizes = path.places[window], path.sizes[window]
    (x, y), size = np.median(places, axis=0), float(np.median(sizes))
    moved = 1.4826 * float(np.median(np.hypot(places[:, 0] - x, places[:, 1] - y))) / size
    return _Seat(float(x), float(y), size, moved <= STEADY and len(places) >= SEATED_STEPS)


def _apart(
    ours: list[_Seat], theirs: list[_Seat]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, m) distance in face sizes, (n, m) absolute log ratio of sizes."""
    a = np.array([(one.x, one.y, one.size) for one in ours])[:, None]
    b = np.array([(one.x, one.y, one.size) for one in theirs])[None]
    gap = np.hypot(a[..., 0] - b[..., 0], a[..., 1] - b[..., 1])
    return gap / ((a[..., 2] + b[..., 2]) / 2), np.abs(np.log(a[..., 2] / b[..., 2]))


def _costs(paths: list[Path], apart: NDArray[np.float64], story: Story) -> NDArray[np.float64]:
    """(n, n) nats that track i is the one that goes on as track j; inf where it can't be."""
    first = np.array([path.first for path in paths])
    away = first[None] - np.array([path.last for path in paths])[:, None]
    stayed = np.minimum([path.seconds / STAYED_S for path in paths], 1.0)
    gone = np.minimum((story.end - first) / GONE_S, 1.0)
    told = _told(paths, story.suggestions)
    costs = np.log((1 - told) / told) - STAYED * stayed - GONE * gone + away / AWAY_S
    reachable = (apart <= NEAR_SEAT) | (away >= STAND_UP_S + apart / WALK)
    return np.asarray(np.where((away > 0) & reachable, costs, np.inf))


def _told(paths: list[Path], suggestions: Iterable[Suggestion]) -> NDArray[np.float64]:
    """(n, n) probability that the tracker leaves for track j being track i, at most."""
    row = {path.track: k for k, path in enumerate(paths)}
    told: NDArray[np.float64] = np.full((len(paths), len(paths)), UNMENTIONED)
    best: dict[int, float] = {}
    known = [one for one in suggestions if one.later in row]
    for one in known:
        best[one.later] = max(best.get(one.later, 0.0), one.confidence)
    for later, confidence in best.items():
        told[:, row[later]] = max(1 - confidence, UNMENTIONED)
    for one in known:
        if one.earlier in row:
            told[row[one.earlier], row[one.later]] = one.confidence
    return told.clip(1 - SURE, SURE)


def _disturbed(seat: _Seat, chain: list[Path], story: Story) -> bool:
    """Whether somebody else was seen at the seat between the first and the last of the chain."""
    for path in story.paths:
        if path in chain:
            continue
        low, high = np.searchsorted(path.times, (chain[0].last, chain[-1].first), side="right")
        if high > low:
            places, sizes = path.places[low:high], path.sizes[low:high]
            gap = np.hypot(places[:, 0] - seat.x, places[:, 1] - seat.y) / seat.size
            alike = np.abs(np.log(sizes / seat.size)) <= np.log(SAME_SIZE)
            if (alike & (gap <= NEAR_SEAT)).any():
                return True
    return False


def _swapped(seat: _Seat, chain: list[Path], story: Story) -> bool:
    """Whether somebody whom the tracker found again may have swapped seats with this student."""
    left, back = chain[0].last, chain[-1].first
    for path in story.paths:
        if path in chain:
            continue
        x, y = np.median(path.places, axis=0)
        walk = STAND_UP_S + np.hypot(x - seat.x, y - seat.y) / seat.size / WALK
        gone, found = path.times[:-1], path.times[1:]
        at_once = (np.abs(gone - left) <= AT_ONCE_S) & (np.abs(found - back) <= AT_ONCE_S)
        far_enough = np.minimum(found - left, back - gone) >= walk
        if (at_once & far_enough & (found - gone >= walk)).any():
            return True
    return False
