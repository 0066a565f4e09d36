"""Who leaves, enters and swaps seats: from such events to where every student is at any time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.classroom.events import Leg, Seat
from tests.classroom.scene import Scene, Student

SPEED = 7.0
"""Face widths a second of someone on foot."""

LEAST = 1.6
"""Seconds that even the shortest way takes, up and down again."""


class Itineraries:
    """Where every student is, followed event by event in time order.

    Raises ValueError where what is asked for cannot be: one who is away leaves, a seat is taken.
    """

    def __init__(self, scene: Scene, absent: Iterable[int] = ()) -> None:
        self._scene = scene
        self._seat: dict[int, Seat | None] = {s.id: seat_of(s) for s in scene.students}
        self._since = dict.fromkeys(self._seat, 0.0)
        self._legs: dict[int, list[Leg]] = {s.id: [] for s in scene.students}
        self._last: dict[int, Seat] = {s.id: seat_of(s) for s in scene.students}
        self._free = list(scene.spare)
        for student in absent:
            self._seat[student] = None

    def leave(self, student: int, time: float) -> float:
        """Gets up at ``time`` and walks out; when the student is out of the picture."""
        seat = self._sit_until(student, time)
        edge = self._edge(seat)
        until = self._walk(student, time, seat, edge)
        self._seat[student] = None
        return until

    def enter(self, student: int, time: float, seat: Seat | None = None) -> float:
        """Walks in at ``time`` to ``seat``, or to the one had before; when the student sits."""
        if self._seat[student] is not None or time < self._since[student]:
            raise ValueError(f"student {student} is still in the room at {time:g} s")
        target = seat or self._last[student]
        if any(target == other for other in self._seat.values()):
            raise ValueError(f"the seat for student {student} is taken at {time:g} s")
        until = self._walk(student, time, self._edge(target), target)
        if seat is not None and seat != self._last[student]:
            self._free.append(self._last[student])
            if seat in self._free:
                self._free.remove(seat)
        self._seat[student] = self._last[student] = target
        return until

    def swap(self, first: int, second: int, time: float) -> float:
        """Both go to the other's seat, through the aisle where the rows differ."""
        here, there = self._sit_until(first, time), self._sit_until(second, time)
        until = time
        for student, origin, target in ((first, here, there), (second, there, here)):
            start = time
            if origin.row != target.row:
                start = self._walk(student, time, origin, self._edge(origin))
                origin = self._edge(target)  # noqa: PLW2901
            until = max(until, self._walk(student, start, origin, target))
            self._seat[student] = self._last[student] = target
        return until

    def take_free(self, student: int) -> Seat:
        """A seat that nobody has, for one who enters."""
        if not self._free:
            raise ValueError(f"no seat is free for student {student}; give the scene `spare` seats")
        return self._free[0]

    def students(self) -> tuple[Student, ...]:
        """The students of the scene with what was noted here."""
        found = []
        for student in self._scene.students:
            legs = self._legs[student.id]
            seat = self._seat[student.id]
            moved = bool(legs) or seat is None
            if seat is not None and moved:
                legs = [*legs, Leg(self._since[student.id], self._scene.seconds + 1.0, seat, seat)]
            found.append(replace(student, legs=tuple(legs) if moved else None))
        return tuple(found)

    def _sit_until(self, student: int, time: float) -> Seat:
        seat = self._seat[student]
        if seat is None or time < self._since[student]:
            raise ValueError(f"student {student} is not seated at {time:g} s")
        if time > self._since[student]:
            self._legs[student].append(Leg(self._since[student], time, seat, seat))
        return seat

    def _walk(self, student: int, start: float, origin: Seat, target: Seat) -> float:
        away = abs(target.x - origin.x) / target.face_width
        end = start + max(away / SPEED, LEAST)
        self._legs[student].append(Leg(start, end, origin, target))
        self._since[student] = end
        return end

    def _edge(self, seat: Seat) -> Seat:
        """Out of the picture on the side that is nearer; no seat, so its number is -1."""
        width = self._scene.size[0]
        out = 1.6 * seat.face_width
        return replace(seat, seat=-1, x=-out if seat.x < width / 2 else width + out)


def seat_of(student: Student) -> Seat:
    """The seat that the scene gives to the student."""
    return Seat(student.row, student.seat, student.x, student.y, student.face_width)
