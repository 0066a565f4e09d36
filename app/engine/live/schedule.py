"""The live schedule: what is done how often, so that Roomread keeps within what it may spend.

It measures what each stage takes on this machine, in seconds of processor time and in seconds of
its own thread, and knows what the whole process takes: what is left is capture, painting and
helpers. Where all of it is more than the budget, something gives way, always in this order:

1. reads of each face, from what the user aims at (5 a second) to 3,
2. looking for the known faces, from 10 times a second to 6,
3. pictures on the screen, from 30 a second to 15,
4. the search for new faces, from once in 2 s to once in 6 s,
5. reads, from 3 to 1,
6. looking for the known faces, from 6 to 3.

So a plan is one number, its step along this way; each step costs less than the one before. Steps
down are taken at once, as many as the measured costs ask for. Steps up are taken one at a time, and
only where the next one is sure to fit: between "too much" and "room for more" lies a gap wider than
a step, so that a plan that fits stays.

Two things give way by themselves. A frame is followed when the one before it is done, so where that
takes long, as other programs need the processor, fewer are followed than planned. And no more faces
are read at once than the one thread that reads them soon has done, so that nothing waits for it.

Nothing here reads a clock: the same calls, the same plan.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

SEGMENT: Final = 10
"""Steps from the beginning to the end of one line of the order above."""
STEPS: Final = 6 * SEGMENT
"""The last step; nothing is left to give way."""

FULL: Final = 1.0
AIM: Final = 0.95
ROOM: Final = 0.9
"""Shares of a limit: above ``FULL`` something gives way until it is ``AIM`` at most; a step up is
taken where that leaves it below ``ROOM``."""

WINDOW: Final = 2.0
"""Seconds over which the processor time of the whole process is taken."""
EVERY: Final = 0.5
"""Seconds between two decisions."""
PATIENCE: Final = 3.0
"""Seconds after a step down in which no step up is taken: costs are known better by then."""
MOST_PATIENCE: Final = 60.0
"""Seconds that this grows to at most; it doubles whenever a step up had to be taken back."""
TAKEN_BACK: Final = 10.0
"""Seconds after a step up in which a step down takes it back: what it costs shows by then."""
OTHER: Final = 1.5
"""How many times as much work, or as little, is another load, of which nothing was tried yet."""
THREAD: Final = 0.9
"""Share of its time that the thread which reads faces may be at work; more, and frames wait."""
BATCH: Final = 0.15
"""Seconds that the faces of one frame may take to be read: so long is its drawing delayed."""
LEAST_READS: Final = 1.0
"""Readings a second of each face below which nothing gives way."""
_FINE: Final = 0.1
_RISE: Final = 1.15
"""Readings a second by which that thread's limit changes at least, and how many times it rises."""
_MEMORY: Final = 0.95
"""What a measurement weighs after the next one of the same stage."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How often is done what.

    Attributes:
        follow_fps: times a second that the faces are looked for.
        reads: times a second that each face is read.
        display_fps: pictures a second that are shown.
        period: seconds in which the whole picture is searched for new faces once.
    """

    follow_fps: float = 10.0
    reads: float = 5.0
    display_fps: float = 30.0
    period: float = 2.0


def plan_at(step: int, best: Plan) -> Plan:
    """The plan of a step, 0 (``best``) to ``STEPS``; where ``best`` is below a floor, it stays."""

    def between(value: float, floor: float, segment: int) -> float:
        share = min(max(step / SEGMENT - segment, 0.0), 1.0)
        return round(value + (floor - value) * share, 3)

    reads, follow = min(3.0, best.reads), min(6.0, best.follow_fps)
    least = min(LEAST_READS, reads)
    return Plan(
        between(between(best.follow_fps, follow, 1), min(3.0, follow), 5),
        between(between(best.reads, reads, 0), least, 4),
        between(best.display_fps, min(15.0, best.display_fps), 2),
        between(best.period, max(6.0, best.period), 3),
    )


class Cost(NamedTuple):
    """What something takes: seconds of processor time, and of its thread's time."""

    cpu: float
    wall: float


class AffineCost:
    """What a stage takes for n faces, ``a + b * n``, learnt from what it took lately.

    Exponentially weighted least squares. While n hardly changes a and b can't be told apart: then
    all is put down to the faces, which is right for that very n.
    """

    def __init__(self) -> None:
        self._weight = 0.0
        self._sums = [0.0, 0.0, 0.0, 0.0]  # of n, n², seconds and n * seconds

    def add(self, n: float, seconds: float) -> None:
        """It took so long for n faces."""
        self._weight = self._weight * _MEMORY + 1.0
        new = (n, n * n, seconds, n * seconds)
        self._sums = [_MEMORY * old + one for old, one in zip(self._sums, new, strict=True)]

    def at(self, n: float) -> float:
        """Seconds that n faces take; 0 before the first measurement."""
        if not self._weight:
            return 0.0
        mean_n, mean_nn, mean, mean_product = (one / self._weight for one in self._sums)
        if mean_n <= 0:
            return mean
        most = mean / mean_n
        spread = max(0.0, mean_nn - mean_n**2)
        prior = (0.05 * mean_n) ** 2
        slope = (mean_product - mean_n * mean + prior * most) / (spread + prior)
        slope = min(max(slope, 0.0), most)
        return max(0.0, mean + slope * (n - mean_n))


class _Stage:
    """A stage whose cost grows with the faces."""

    def __init__(self) -> None:
        self._cpu, self._wall = AffineCost(), AffineCost()

    def add(self, n: float, cost: Cost) -> None:
        self._cpu.add(n, cost.cpu)
        self._wall.add(n, cost.wall)

    def at(self, n: float) -> Cost:
        return Cost(self._cpu.at(n), self._wall.at(n))


class _Mean:
    """A weighted mean of late values; 0 before the first."""

    def __init__(self, memory: float) -> None:
        self._memory = memory
        self._sum = self._weight = 0.0

    def add(self, value: float, weight: float = 1.0) -> None:
        self._sum = self._sum * self._memory + value
        self._weight = self._weight * self._memory + weight

    @property
    def value(self) -> float:
        """Sum of the values by sum of the weights."""
        return self._sum / self._weight if self._weight else 0.0


class Schedule:
    """Decides what is done how often. Not safe for several threads at once.

    Every ``now`` is in seconds of one clock, never less than before.

    Args:
        budget: cores that the whole process may keep busy, above 0.
        best: the plan where nothing has to give way.
    """

    def __init__(self, budget: float, best: Plan | None = None) -> None:
        if not budget > 0:
            raise ValueError(f"budget: expected more than 0, got {budget}")
        self.budget = budget
        self._best = best or Plan()
        self._step = 0
        self._cap = self._best.reads  # readings a second that the thread has time for
        self._faces = 0.0  # to be read in one round; see ``followed``
        self._camera = math.inf
        self._follow, self._read = _Stage(), _Stage()
        # Of one search of the whole picture; by frames, some of which search nothing.
        self._sweep, self._sweep_wall = _Mean(0.97), _Mean(0.97)
        self._rest = _Mean(0.7)
        self._stages = 0.0
        self._spent: deque[tuple[float, float, float]] = deque()
        self._decided = self._gave_way = self._capped = self._rose = -math.inf
        self._patience, self._tried = PATIENCE, math.nan
        self._busy = math.nan

    @property
    def plan(self) -> Plan:
        """What to do now."""
        return self._at(self._step)

    @property
    def step(self) -> int:
        """How far the plan has given way, 0 to ``STEPS``."""
        return self._step

    @property
    def busy(self) -> float:
        """Cores that the process kept busy over the last ``WINDOW``; NaN before."""
        return self._busy

    def followed(self, faces: float, cost: Cost, swept: Cost, elapsed: float) -> None:
        """A frame was followed.

        Args:
            faces: found, each counted by how often it is read against ``Plan.reads``.
            cost: of all that.
            swept: of it for the search of a part of the whole picture.
            elapsed: seconds since the frame before; 0 for the first.
        """
        self._faces = faces
        self._follow.add(faces, Cost(cost.cpu - swept.cpu, max(0.0, cost.wall - swept.wall)))
        rounds = elapsed / self.plan.period
        if 0 < rounds < 1:  # not the first frame, nor one after a pause: they are searched whole
            self._sweep.add(swept.cpu, rounds)
            self._sweep_wall.add(swept.wall, rounds)
        self._stages += cost.cpu

    def read(self, faces: int, cost: Cost) -> None:
        """So many faces of a frame were read, and what came of it was taken in."""
        self._read.add(faces, cost)
        self._stages += cost.cpu

    def pause(self) -> None:
        """What is spent from now on up to the next ``spent`` does not count."""
        self._spent.clear()

    def spent(self, now: float, process: float, camera_fps: float = math.inf) -> None:
        """The processor time of the process so far, in seconds; decides when that is due.

        Args:
            now: seconds.
            process: seconds of processor time, of all threads.
            camera_fps: pictures that come a second: no more of them can be followed or shown.
        """
        if now - self._decided < EVERY:
            return
        self._decided = now
        self._camera = camera_fps if camera_fps > 0 else math.inf
        while self._spent and now - self._spent[0][0] > WINDOW + EVERY / 2:
            self._spent.popleft()
        self._spent.append((now, process, self._stages))
        first = self._spent[0]
        span = now - first[0]
        if span <= 0:
            return
        self._busy = (process - first[1]) / span
        self._rest.add(max(0.0, self._busy - (self._stages - first[2]) / span))
        if span >= WINDOW - EVERY:  # the first frames of a run take longer than any later one
            self._decide(now)

    def load(self, step: int) -> float:
        """Processor time that the process would take at a step, as a share of its budget."""
        plan, now = self._at(step), self.plan
        fps = self._fps(plan)
        follow, read = self._follow.at(self._faces), self._read.at(self._batch(plan.reads, fps))
        sweep = self._sweep.value / plan.period
        # Of what capture, painting and helpers take, nobody knows which part is painting: all of it
        # as long as less is shown than now is too hopeful and as long as more is shown too dark.
        # Neither does harm: what it really was is measured after each step.
        rest = self._rest.value * plan.display_fps / now.display_fps
        return (fps * (follow.cpu + read.cpu) + sweep + rest) / self.budget

    def reading(self, reads: float) -> float:
        """How long one frame's faces would take for so many readings a second, as a share of how
        long they may."""
        fps = self._fps(plan_at(self._step, self._best))
        return self._read.at(self._batch(reads, fps)).wall / min(THREAD / fps, BATCH)

    def _at(self, step: int) -> Plan:
        plan = plan_at(step, self._best)
        return replace(plan, reads=min(plan.reads, self._cap))

    def _fps(self, plan: Plan) -> float:
        """Frames a second that are really followed."""
        sweep = self._sweep_wall.value / plan.period  # seconds a second, however many frames
        busy = self._follow.at(self._faces).wall
        most = max(0.1, 1.0 - sweep) / busy if busy > 0 else math.inf
        return min(plan.follow_fps, self._camera, most)

    def _batch(self, reads: float, fps: float) -> float:
        """Faces that are read after each frame."""
        return self._faces * min(1.0, reads / fps)

    def _decide(self, now: float) -> None:
        self._limit_reads(now)
        if self.load(self._step) > FULL:
            fitting = (k for k in range(self._step + 1, STEPS) if self.load(k) <= AIM)
            self._step = next(fitting, STEPS)
            self._take_back(now)
            self._gave_way = now
        elif self._step and self._may_rise(now) and self.load(self._step - 1) < ROOM:
            self._step -= 1
            self._rose = now

    def _take_back(self, now: float) -> None:
        """A step up that was too much is tried again later each time, as with a binary exponential
        backoff: costs that no stage shows, such as those of its helper threads, would make the plan
        go to and fro."""
        if self._gave_way < self._rose and now - self._rose <= TAKEN_BACK:
            self._patience = min(MOST_PATIENCE, 2 * self._patience)
            self._tried = self._work()

    def _may_rise(self, now: float) -> bool:
        if not 1 / OTHER <= _ratio(self._work(), self._tried) <= OTHER:
            self._patience, self._tried = PATIENCE, math.nan
        return now - self._gave_way >= self._patience

    def _work(self) -> float:
        """Processor seconds a second of the stages at the best plan, whatever the plan is now."""
        best = self._best
        fps = min(best.follow_fps, self._camera)
        read = self._read.at(self._batch(best.reads, fps))
        return fps * (self._follow.at(self._faces).cpu + read.cpu) + self._sweep.value / best.period

    def _limit_reads(self, now: float) -> None:
        best, least = self._best.reads, min(LEAST_READS, self._best.reads)
        aimed = min(self._cap, plan_at(self._step, self._best).reads)
        if self.reading(aimed) > FULL:
            steps = range(math.ceil((aimed - least) / _FINE), -1, -1)
            wanted = (round(least + k * _FINE, 3) for k in steps)
            self._cap = next((one for one in wanted if self.reading(one) <= AIM), least)
            self._capped = now
        elif self._cap < best and now - self._capped >= PATIENCE:
            more = min(best, round(max(self._cap + _FINE, self._cap * _RISE), 3))
            self._cap = more if self.reading(more) < ROOM else self._cap


def _ratio(one: float, other: float) -> float:
    """How many times the other; 1 where that is not known."""
    return 1.0 if math.isnan(other) else one / other if other > 0 else math.inf
