"""Writes scenes: a class of any size with seats, looks and a timetable of what happens."""

from __future__ import annotations

import numpy as np

from tests.classroom.events import Seat
from tests.classroom.head import Build
from tests.classroom.people import Look, draw_look
from tests.classroom.scene import Book, Phase, Row, Scene, Student, Turn, Walker

SHARES = {"neutral": 0.40, "happiness": 0.27, "surprise": 0.15, "anger": 0.12, "sadness": 0.06}
"""How often each expression is scripted."""

ELBOW_ROOM = 2.75
"""Least distance of two seats in face widths."""


TEACHER = Look(
    skin=(206, 156, 122), hair=(70, 52, 42), shirt=(58, 66, 84), iris=(60, 40, 30),
    style="short", build=Build(), broad=0.98, pattern="plain", seed=5,
)  # fmt: skip
"""Who walks before the class."""


def classroom(
    students: int = 16,
    seconds: float = 12.0,
    size: tuple[int, int] = (1280, 720),
    seed: int = 6,
    fps: int = 15,
    *,
    faces: tuple[float, float] | None = None,
    rows: int | None = None,
    spare: int = 0,
    pace: float = 1.0,
    events: bool = True,
) -> Scene:
    """A class of ``students`` who look about, change expression and are hidden for a while.

    ``faces``: pixels, of the farthest and the nearest. ``rows`` of desks. ``spare`` seats stay
    empty. ``pace``: how often heads turn and expressions change, 1 as in the demo. Without
    ``events`` there are no books, no teacher and no change of light.

    Raises ValueError where so many do not fit the picture.
    """
    if students < 1 or seconds <= 0 or fps < 1 or min(size) < 180:
        raise ValueError("expected at least 1 student, some seconds, 1 fps and 180 pixels")
    rng = np.random.default_rng(seed)
    desks, seats = _places(students + spare, size, rng, faces, rows)
    empty = np.random.default_rng((seed, 5)).choice(len(seats), spare, replace=False)
    taken = [seat for number, seat in enumerate(seats) if number not in empty]
    found = []
    for number, seat in enumerate(taken):
        found.append(
            Student(
                id=number + 1, row=seat.row, seat=seat.seat, x=seat.x, y=seat.y,
                face_width=seat.face_width, look=draw_look(rng, number),
                facing=(
                    float(rng.normal(0, 4) + 7.0 * (0.5 - seat.x / size[0])),
                    float(rng.normal(1, 1.5)), float(rng.normal(0, 2)),
                ),
                phases=_phases(seconds, rng, pace),
                turns=_turns(number, seconds, rng, pace),
                blinks=_blinks(seconds, rng),
                sway=tuple(float(v) for v in rng.uniform(0, 2 * np.pi, 6)),
                item=str(rng.choice(("", "book", "laptop", "bottle"), p=(0.25, 0.4, 0.15, 0.2))),
            )
        )  # fmt: skip
    return Scene(
        size=size, fps=fps, seconds=seconds, seed=seed, rows=desks, students=tuple(found),
        books=_books(found, seconds) if events else (),
        walkers=(_teacher(size, seconds),) if events and seconds >= 8 else (),
        light=((0.0, 1.0), (0.45 * seconds, 1.0), (0.55 * seconds, 0.80), (0.68 * seconds, 0.80),
               (0.8 * seconds, 1.04)) if events else ((0.0, 1.0),),
        spare=tuple(seats[number] for number in sorted(empty)),
    )  # fmt: skip


def _places(
    students: int, size: tuple[int, int], rng: np.random.Generator,
    faces: tuple[float, float] | None, rows: int | None,
) -> tuple[tuple[Row, ...], list[Seat]]:  # fmt: skip
    """Rows of desks, and the seats of all students from the back."""
    scale = size[1] / 720.0
    count = rows or int(np.clip(round(students**0.5), 2, 6))
    # Who sits in a row differs a little, so that ``faces`` bounds all of them.
    least, most = (faces[0] / 0.96, faces[1] / 1.04) if faces else (
        (26.0 if count < 5 else 20.0) * scale, 70.0 * scale)  # fmt: skip
    widths = np.geomspace(least, max(least, most), count)
    half = widths / 2.0
    gaps = 1.28 * (1.75 * half[1:] + 1.9 * half[:-1])
    eyes = 0.765 * size[1] - np.concatenate([np.cumsum(gaps[::-1])[::-1], [0.0]])
    if eyes[0] < widths[0]:
        raise ValueError(f"rows: {count} rows of faces up to {most:.0f} px do not fit {size}")
    room = np.floor(0.95 * size[0] / (ELBOW_ROOM * widths)).astype(int)
    if students > room.sum():
        raise ValueError(f"students: expected at most {room.sum()} at {size}, got {students}")
    taken = np.zeros(count, int)
    wish = np.linspace(1.2, 0.8, count)
    for _ in range(students):
        taken[np.argmax(np.where(taken < room, wish / (taken + 1.0), -1.0))] += 1
    places = []
    for row in range(count):
        pitch = 0.95 * size[0] / taken[row]
        lean = 0.16 * pitch * (1 if row % 2 else -1) if taken[row] > 1 else 0.0
        play = min(0.12 * pitch, 0.5 * max(pitch - ELBOW_ROOM * widths[row], 0.0))
        spare = 0.025 * size[0] + pitch / 2.0
        for seat in range(taken[row]):
            x = spare + seat * pitch + lean * 0.5 + rng.uniform(-play, play)
            y = eyes[row] + rng.uniform(-0.12, 0.12) * half[row]
            face = widths[row] * rng.uniform(0.96, 1.04)
            places.append(Seat(row, seat, float(x), float(y), float(face)))
    desks = tuple(
        Row(float(e + 2.95 * h), float(e + 3.45 * h), float(e + 6.6 * h))
        for e, h in zip(eyes, half, strict=True)
    )
    return desks, places


def _phases(seconds: float, rng: np.random.Generator, pace: float) -> tuple[Phase, ...]:
    labels, shares = list(SHARES), np.array(list(SHARES.values()))
    phases: list[Phase] = []
    start = 0.0
    while start < seconds:
        usable = shares * [not phases or label != phases[-1].label for label in labels]
        label = str(rng.choice(labels, p=usable / usable.sum()))
        phases.append(Phase(round(start, 2), label, 1.0))
        start += rng.uniform(2.4, 4.0) / pace
    return tuple(phases)


def _turns(number: int, seconds: float, rng: np.random.Generator, pace: float) -> tuple[Turn, ...]:
    """Looks aside now and then; every fourth student looks down at the desk once."""
    turns = []
    start = float(rng.uniform(0.8, 3.5))
    low = number % 4 == 2
    while start < seconds - 1.5:
        end = start + float(rng.uniform(1.3, 2.3))
        if low:
            turns.append(Turn(start, end + 0.5, pitch=28.0, down=1.0))
            low = False
        else:
            yaw = float(rng.uniform(22, 52) * rng.choice((-1.0, 1.0)))
            turns.append(Turn(start, end, yaw=yaw, roll=float(rng.normal(0, 5))))
        start = end + float(rng.uniform(3.0, 6.0)) / pace
    return tuple(turns)


def _blinks(seconds: float, rng: np.random.Generator) -> tuple[float, ...]:
    times = np.cumsum(rng.uniform(1.5, 4.5, int(seconds) + 2))
    return tuple(float(t) for t in times if t < seconds)


def _books(students: list[Student], seconds: float) -> tuple[Book, ...]:
    """Two students of one row hide behind a book, when the teacher is not before them."""
    middle = [s for s in students if s.row == max(s.row for s in students) - 1]
    if seconds < 6 or len(middle) < 2:
        return ()
    return (
        Book(middle[-1].id, 0.12 * seconds, 0.12 * seconds + 2.4),
        Book(middle[0].id, 0.70 * seconds, 0.70 * seconds + 2.6),
    )


def _teacher(size: tuple[int, int], seconds: float) -> Walker:
    width, height = size
    face = 124.0 * height / 720.0
    begin, out = 0.22 * seconds, 1.5 * face
    path = (
        (begin, -out), (begin + 3.2, 0.44 * width), (begin + 3.9, 0.47 * width),
        (begin + 7.4, width + out),
    )  # fmt: skip
    # So near that the head is above the picture: detectors take the back of a head for a face.
    return Walker(TEACHER, face, -0.17 * height, path)
