"""How much the expressions of a class change together, over time.

In each window the course of every student's probabilities is correlated with the mean course of
the others: leave-one-out inter-subject correlation (Hasson, Nir, Levy, Fuhrmann & Malach, 2004,
"Intersubject synchronization of cortical activity during natural vision"; Nastase, Gazzola, Hasson
& Keysers, 2019, "Measuring shared responses across subjects using intersubject correlation"), over
all expressions at once. Each student is taken against the own mean in the window, so what a face
always looks like, its rest, cancels out.

Slow courses correlate by chance. What chance makes of these very students is measured by moving
each one's course round by a time of its own (circular shifts; Nastase et al., 2019), with who is
read when left as it is: everyone's own ups and downs stay, only what they share in time goes.

Live holds a reading until the face is read again (``Expressions.age``), mostly for 0.2 s and never
for more than 1.5 s. That smears a course by as much, little against the second of a bin; it does so
in the shifted courses, too, and at a moment of its own for every student, so that nothing moves
together for being held.

What it says: expressions changed together, more than chance would have it. Not why: a joke, a
question, a cloud before the window and a camera that refocuses all move many faces at once. Nothing
of attention, understanding or mood, and a low value is no bad sign: who works alone does not move
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.session.series import BY_PROBABILITY, READ, Series, SeriesTally, series_of
from app.session.statistics import session_seed
from app.session.store import Session

WINDOW: Final = 30.0
"""Default length of a window in seconds."""
SHIFTS: Final = 200
"""Default number of shifted sessions that chance is measured in."""
SHORTEST_WINDOW: Final = 10.0
"""Seconds; fewer readings correlate in any way."""

_LEAST_SHIFTS: Final = 40  # a 95% band needs the 40th part on either side
_LEAST_BINS: Final = 5  # a window that has fewer tells nothing


@dataclass(frozen=True, slots=True, eq=False)
class CoMovement:
    """Changing together in each window of a session, beside what chance makes of it.

    Attributes:
        starts: (w,) seconds at which the windows begin.
        window: their length in seconds.
        values: (w,) mean over the students of the correlation of each with the others, -1..1; NaN
            where fewer than ``min_group`` students could be compared.
        low, high: (w,) 95% of what chance gives lies between them; NaN where ``values`` is.
        students: (w,) int64 who could be compared.
        overall: mean of ``values``; NaN where there is none.
        overall_low, overall_high: 95% of what chance makes of the mean.
        p_value: share of the shifted sessions whose mean is at least as high; NaN where none.
        min_group: fewest students.
        shifts: shifted sessions that chance was measured in.
    """

    starts: NDArray[np.float64]
    window: float
    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    students: NDArray[np.int64]
    overall: float
    overall_low: float
    overall_high: float
    p_value: float
    min_group: int
    shifts: int

    @property
    def above(self) -> NDArray[np.bool_]:
        """(w,) windows above the band of chance; of 40 windows one is by chance alone."""
        return self.values > self.high


def co_movement(
    session: Session, window: float = WINDOW, shifts: int = SHIFTS, seed: int | None = None
) -> CoMovement:
    """Co-movement of a session after all edits; one pass over the file.

    Args:
        session: of students.
        window: seconds, 10 or more.
        shifts: shifted sessions to measure chance in, 40 or more.
        seed: of the shifts; None: one that the same session always gets.

    Raises:
        ValueError: the session is class-only and has no students, or an argument is out of range.
        SessionError: the file is damaged.
    """
    if session.class_only:
        raise ValueError("a class-only session has no students to compare")
    return co_movement_of(session, series_of(session), window, shifts, seed)


def co_movement_of(
    session: Session,
    tally: SeriesTally,
    window: float = WINDOW,
    shifts: int = SHIFTS,
    seed: int | None = None,
) -> CoMovement:
    """The same of series that were made already, of all frames of the session."""
    if not window >= SHORTEST_WINDOW:
        raise ValueError(f"window: expected {SHORTEST_WINDOW:g} seconds or more, got {window}")
    if shifts < _LEAST_SHIFTS:
        raise ValueError(f"shifts: expected {_LEAST_SHIFTS} or more, got {shifts}")
    bins = max(round(window / tally.length), _LEAST_BINS)
    duration = tally.end - tally.start
    count = 0 if np.isnan(duration) else int(duration / tally.length / bins + 1e-6)
    courses = _Courses(list(tally.students().values()), count, bins)
    smallest = session.info.privacy.min_group
    rng = np.random.default_rng(session_seed(session) if seed is None else seed)
    values, students = _mean_correlation(courses.values, courses.read, smallest)
    by_chance = np.full((shifts, count), np.nan)
    for shifted in by_chance if np.isfinite(values).any() else ():
        shifted[:] = _mean_correlation(courses.shifted(rng), courses.read, smallest)[0]
    low, high = _band(by_chance, values)
    overall, of_chance = _mean(values[None])[0], _mean(by_chance)
    ends = _band(of_chance[:, None], np.array([overall]))
    reached = 1 + np.count_nonzero(of_chance >= overall)
    return CoMovement(
        starts=tally.start + np.arange(count, dtype=np.float64) * (bins * tally.length),
        window=bins * tally.length,
        values=values,
        low=low,
        high=high,
        students=students,
        overall=float(overall),
        overall_low=float(ends[0][0]),
        overall_high=float(ends[1][0]),
        p_value=float("nan") if np.isnan(overall) else reached / (shifts + 1),
        min_group=smallest,
        shifts=shifts,
    )


class _Courses:
    """What the students showed, bin by bin, in whole windows.

    Args:
        students: series of each.
        count: windows (w).
        bins: of a window (b).

    Attributes:
        values: (w, s, b, 8) float32 mean probabilities of s students; 0 where not read.
        read: (w, s, b) bool: what is compared. False where nobody else was read, and in windows of
            which a student was read in less than half.
    """

    def __init__(self, students: list[Series], count: int, bins: int) -> None:
        places = np.arange(count * bins)
        values, read = [], []
        for one in students:
            dense = one.on(places)
            whole = dense[:, READ]
            there = (whole > 0).reshape(count, bins)
            there &= 2 * there.sum(axis=1, keepdims=True) >= bins
            if there.any():
                means = dense[:, BY_PROBABILITY] / np.where(whole > 0, whole, 1.0)[:, None]
                values.append(means.astype(np.float32).reshape(count, bins, -1))
                read.append(there)
        shape = (len(read), count, bins)
        seen = np.array(read, bool).reshape(shape).swapaxes(0, 1)
        self.read = seen & (seen.sum(axis=1, keepdims=True) > 1)
        kinds = BY_PROBABILITY.stop - BY_PROBABILITY.start
        each = np.array(values, np.float32).reshape(*shape, kinds).swapaxes(0, 1)
        self.values = np.where(self.read[..., None], each, np.float32(0.0))

    def shifted(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """``values`` with each student's course moved round among the bins with a reading."""
        moved = np.zeros_like(self.values)
        bins = self.read.shape[2]
        for place in range(self.read.shape[1]):
            read = self.read[:, place]
            own = self.values[:, place][read]
            nearest = min(bins, len(own) // 3)
            shift = int(rng.integers(nearest, len(own) - nearest + 1))
            moved[:, place][read] = np.roll(own, shift, axis=0)
        return moved


def _mean_correlation(
    values: NDArray[np.float32], read: NDArray[np.bool_], smallest: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(w,) mean over the students of the correlation of each with the mean of the others.

    NaN where fewer than ``smallest`` students could be compared; (w,) of these there were.
    Arrays as in ``_Courses``. Sums over the others are sums over everyone less the own part.
    """
    there = read.astype(np.float32)
    bins = np.maximum(there.sum(axis=2), 1.0)
    own = (values - (values.sum(axis=2) / bins[..., None])[:, :, None]) * there[..., None]
    everyone = own.sum(axis=1)
    share = 1.0 / np.maximum(there.sum(axis=1) - 1.0, 1.0)  # of one among the others, (w, b)
    weighted = everyone * share[..., None]
    both = np.stack((weighted, weighted * share[..., None]), axis=-1)
    flat = own.reshape(*own.shape[:2], own.shape[2] * own.shape[3])
    crossed = flat @ both.reshape(len(both), flat.shape[2], 2)
    squares = np.einsum("wsbk,wsbk->wsb", own, own)
    own_part = squares @ np.stack((share, share**2), axis=-1)
    across = crossed[..., 0] - own_part[..., 0]
    others = (there @ (weighted**2).sum(axis=2)[..., None])[..., 0]
    others += own_part[..., 1] - 2.0 * crossed[..., 1]
    total = there @ weighted - np.einsum("wsbk,wb->wsk", own, share)
    others -= (total**2).sum(axis=2) / bins
    spread = np.sqrt(np.maximum(squares.sum(axis=2) * others, 0.0))
    known = spread > 1e-6
    found = np.divide(across, spread, out=np.zeros_like(across), where=known)
    students = known.sum(axis=1)
    mean = found.sum(axis=1, dtype=np.float64) / np.maximum(students, 1)
    return np.where(students >= max(smallest, 2), mean, np.nan), students


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, w) to (n,): mean of those that are known; NaN where none is."""
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)


def _band(
    by_chance: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(w,) ends of what 95% of (n, w) lie between; NaN where ``values`` (w,) is."""
    low, high = np.full_like(values, np.nan), np.full_like(values, np.nan)
    known = np.isfinite(values)
    if known.any():
        low[known], high[known] = np.nanquantile(
            by_chance[:, known], [0.025, 0.975], axis=0, method="weibull"
        )
    return low, high
