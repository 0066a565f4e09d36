"""Draws what happens in a class from rates, so that a long class takes few lines of text."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from tests.classroom.lines import (
    Absences,
    Away,
    Enter,
    Hide,
    Leave,
    Line,
    Moves,
    Occlusions,
    Over,
    Passer,
    Swap,
    Teacher,
)
from tests.classroom.scene import Scene


class Busy:
    """Who is taken by an event, when."""

    def __init__(self) -> None:
        self._spans: dict[int, list[tuple[float, float]]] = defaultdict(list)

    def take(self, student: int, start: float, end: float) -> None:
        """From now on the student is busy from ``start`` to ``end``."""
        self._spans[student].append((start, end))

    def free(self, student: int, start: float, end: float) -> bool:
        """Whether the student has nothing to do in that time and half a second before and after."""
        return all(end + 0.5 < a or start - 0.5 > b for a, b in self._spans[student])


def occlusions(scene: Scene, busy: Busy, wish: Occlusions) -> list[Line]:
    """Events that hide faces. Lengths are log-uniform: most are short, some half a minute.

    Who is busy is left out, so that there are somewhat fewer than asked for.
    """
    rng = np.random.default_rng((scene.seed, 6))
    count = rng.poisson(wish.rate * len(scene.students) * scene.seconds / 60.0)
    starts = np.sort(rng.uniform(1.0, max(scene.seconds - 2.0, 1.1), count)).round(2).tolist()
    found: list[Line] = []
    no_teacher = 0.0
    for start in starts:
        chosen = scene.students[int(rng.integers(len(scene.students)))]
        kind = str(rng.choice(wish.kinds))
        length = round(float(np.exp(rng.uniform(*np.log(wish.length)))), 2)
        end = round(start + length, 2)
        if kind == "teacher":
            if start > no_teacher:
                no_teacher = end + 12.0
                found.append(Teacher(kind="teacher", student=chosen.id, start=start, pause=length))
            continue
        if not busy.free(chosen.id, start, end):
            continue
        if kind == "lean":
            mates = [s.id for s in scene.students if busy.free(s.id, start, end)
                     and s.row == chosen.row and abs(s.seat - chosen.seat) == 1]  # fmt: skip
            if not mates:
                continue
            over = mates[int(rng.integers(len(mates)))]
            busy.take(over, start, end)
            found.append(Over(kind="lean", student=chosen.id, over=over, start=start, end=end))
        else:
            found.append(Hide.model_validate(
                {"kind": kind, "student": chosen.id, "start": start, "end": end}))  # fmt: skip
        busy.take(chosen.id, start, end)
    return found


WALK = 12.0
"""Seconds in which a student who walks is left alone by other events."""


def absences(scene: Scene, busy: Busy, wish: Absences) -> list[Line]:
    """Students who leave and come back to their seats."""
    rng = np.random.default_rng((scene.seed, 7))
    found: list[Line] = []
    for index in rng.permutation(len(scene.students))[: round(wish.share * len(scene.students))]:
        student = scene.students[int(index)].id
        start = round(float(rng.uniform(*wish.window)), 2)
        busy.take(student, start, start + wish.seconds + WALK)
        found.append(Away(kind="away", student=student, start=start, end=start + wish.seconds))
    return found


def moves(scene: Scene, busy: Busy, wish: Moves) -> list[Line]:
    """Swaps, students who leave, who come late, and who change to a free seat, at random times.

    Raises ValueError where there are more of them than students.
    """
    rng = np.random.default_rng((scene.seed, 8))
    needed = 2 * wish.swaps + wish.leave + wish.enter + wish.change
    free = [s.id for s in scene.students if busy.free(s.id, 0.0, scene.seconds)]
    if needed > len(free):
        raise ValueError(f"moves: {needed} students needed, {len(free)} have no other event")
    order = [free[i] for i in rng.permutation(len(free))]
    found: list[Line] = []

    def when(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high) * scene.seconds), 2)

    for _ in range(wish.swaps):
        pair = (order.pop(), order.pop())
        found.append(Swap(kind="swap", students=pair, start=when(0.1, 0.7)))
        for student in pair:
            busy.take(student, found[-1].start, found[-1].start + WALK)
    for _ in range(wish.leave):
        found.append(Leave(kind="leave", student=order.pop(), start=when(0.2, 0.8)))
        busy.take(found[-1].student, found[-1].start, scene.seconds)
    for _ in range(wish.enter):
        found.append(Enter(kind="enter", student=order.pop(), start=when(0.1, 0.7)))
        busy.take(found[-1].student, 0.0, found[-1].start + WALK)
    for _ in range(wish.change):
        start = when(0.1, 0.45)
        end = round(start + max(0.15 * scene.seconds, 8.0), 2)
        found.append(Away(kind="away", student=order.pop(), start=start, end=end, seat="free"))
        busy.take(found[-1].student, start, end + WALK)
    return found


def passers(scene: Scene, count: int) -> list[Line]:
    """People who walk through the picture, evenly spread."""
    gap = scene.seconds / (count + 1)
    return [Passer(kind="passer", start=round(gap * (i + 0.5), 2)) for i in range(count)]
