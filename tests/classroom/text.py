"""Reads a scene from text: TOML whose words are in ``lines``.

A short one::

    students = 30
    seconds = 60
    faces = [22, 62]        # pixels, of the farthest and the nearest

    [occlusions]
    rate = 1.5              # for each student and minute

    [[events]]
    kind = "hand"
    student = 3
    start = 4.0
    end = 8.0
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from tests.classroom.clutter import furnish, passer, teacher
from tests.classroom.events import Gap, Hand, Lean, Nudge, Recording, Rest, Zoom
from tests.classroom.happenings import WALK, Busy, absences, moves, occlusions, passers
from tests.classroom.lines import (
    Away,
    Drop,
    Enter,
    Exposure,
    Hide,
    Knock,
    Leave,
    Line,
    Over,
    Passer,
    SceneText,
    Swap,
    Teacher,
    ZoomTo,
)
from tests.classroom.movement import Itineraries
from tests.classroom.scene import Book, Scene, Student, Turn
from tests.classroom.script import classroom


class SceneError(ValueError):
    """A scene's text cannot be read; one line that says where and why."""


def load_scene(path: Path) -> Scene:
    """The scene that the file describes. Raises SceneError or OSError."""
    try:
        return parse_scene(path.read_text(encoding="utf-8"))
    except (SceneError, UnicodeDecodeError) as error:
        raise SceneError(f"{path.name}: {error}") from error


def parse_scene(text: str) -> Scene:
    """The scene that the text describes. Raises SceneError."""
    try:
        return build(SceneText.model_validate(tomllib.loads(text)))
    except ValidationError as error:
        raise SceneError(_first(error)) from error
    except ValueError as error:
        raise SceneError(str(error)) from error


def _first(error: ValidationError) -> str:
    """The first complaint as ``where: what, got value``."""
    found = error.errors()[0]
    # The tag of a union's member is no part of what was written.
    where = ".".join(str(part) for i, part in enumerate(found["loc"])
                     if not (i >= 2 and found["loc"][0] == "events" and i == 2))  # fmt: skip
    if found["type"] == "extra_forbidden":
        return f"{where}: there is no such key"
    what = found["msg"].removeprefix("Value error, ").replace("Input should", "should")
    what = what[0].lower() + what[1:]
    plain = isinstance(found["input"], str | int | float)
    return f"{where}: {what}, got {found['input']!r}" if where and plain else (
        f"{where}: {what}" if where else what)  # fmt: skip


def build(text: SceneText) -> Scene:
    """The scene of a checked text. Raises ValueError where its parts do not go together."""
    base = classroom(
        text.students, text.seconds, text.size, text.seed, text.fps, faces=text.faces,
        rows=text.rows, spare=text.spare, pace=text.pace, events=False,
    )  # fmt: skip
    students = tuple(replace(student, idle=text.idle) for student in base.students)
    base = replace(base, students=students, grain=text.grain, fast=True)
    base = furnish(base, text.clutter)
    busy = Busy()
    lines = list(text.events)
    for line in lines:
        _take(busy, line, text.seconds)
    if text.absences:
        lines += absences(base, busy, text.absences)
    lines += moves(base, busy, text.moves)
    if text.occlusions:
        lines += occlusions(base, busy, text.occlusions)
    lines += passers(base, text.clutter.passers)
    lines.sort(key=lambda line: line.start)
    scene = _with_camera(base, lines, text)
    return _with_people(scene, lines, busy)


def _take(busy: Busy, line: Line, seconds: float) -> None:
    if isinstance(line, Hide | Over | Away):
        busy.take(line.student, line.start, line.end + WALK * isinstance(line, Away))
    if isinstance(line, Over):
        busy.take(line.over, line.start, line.end)
    if isinstance(line, Swap):
        for student in line.students:
            busy.take(student, line.start, line.start + WALK)
    if isinstance(line, Leave):
        busy.take(line.student, line.start, seconds)
    if isinstance(line, Enter):
        busy.take(line.student, 0.0, line.start + WALK)


def _with_camera(scene: Scene, lines: list[Line], text: SceneText) -> Scene:
    light = [(0.0, 1.0)]
    for line in lines:
        if isinstance(line, Exposure):
            light += [(line.start, light[-1][1]), (line.start + 0.2, line.factor)]
    return replace(
        scene, light=tuple(light),
        nudges=tuple(Nudge(n.start, n.shift, n.angle) for n in lines if isinstance(n, Knock)),
        zooms=tuple(Zoom(z.start, z.end or z.start, z.factor)
                    for z in lines if isinstance(z, ZoomTo)),
        recording=Recording(
            text.recording.jitter, text.recording.lost,
            tuple(Gap(d.start, d.end) for d in lines if isinstance(d, Drop)),
            text.recording.crf, text.recording.shutter,
        ),
    )  # fmt: skip


def _with_people(scene: Scene, lines: list[Line], busy: Busy) -> Scene:
    students = {s.id: replace(s, turns=_undisturbed(s, busy)) for s in scene.students}
    hides = [line for line in lines if isinstance(line, Hide)]
    for line in hides:
        student = students[line.student]
        turn = _turn(line, scene)
        if turn is not None:
            students[student.id] = replace(student, turns=(*student.turns, turn))
    scene = replace(scene, students=tuple(students.values()))
    leans = [line for line in lines if isinstance(line, Over)]
    for line in leans:
        if students[line.student].row != students[line.over].row or line.student == line.over:
            raise ValueError(f"lean at {line.start:g} s: over: expected someone in the row of "
                             f"student {line.student}, got {line.over}")  # fmt: skip
    return replace(
        scene, students=_walks(scene, lines),
        books=tuple(Book(b.student, b.start, b.end) for b in hides if b.kind == "book"),
        hands=tuple(Hand(h.student, h.start, h.end) for h in hides if h.kind == "hand"),
        rests=tuple(Rest(r.student, r.start, r.end) for r in hides if r.kind == "desk"),
        leans=tuple(Lean(n.student, n.over, n.start, n.end) for n in leans),
        walkers=tuple(
            teacher(scene, t) if isinstance(t, Teacher) else passer(scene, t)
            for t in lines if isinstance(t, Teacher | Passer)
        ),
    )  # fmt: skip


def _undisturbed(student: Student, busy: Busy) -> tuple[Turn, ...]:
    """What the student does unasked, where no event says otherwise."""
    return tuple(t for t in student.turns if busy.free(student.id, t.start, t.end))


def _turn(line: Hide, scene: Scene) -> Turn | None:
    """Aside to profile or beyond, or back to who sits behind."""
    if line.kind not in ("turn", "back"):
        return None
    student = next(s for s in scene.students if s.id == line.student)
    # To the side where there is more of the class, by turns where both are alike.
    side = 1.0 if (student.x < scene.size[0] / 2) != (int(line.start) % 3 == 0) else -1.0
    yaw = 85.0 if line.kind == "turn" else 150.0
    return Turn(line.start, line.end, yaw=side * yaw - student.facing[0])


def _walks(scene: Scene, lines: list[Line]) -> tuple[Student, ...]:
    """The students with where they are; see ``movement``."""
    steps: list[tuple[float, Line, str]] = []
    seen: set[int] = set()
    late = []
    for line in lines:
        if isinstance(line, Leave | Away):
            steps.append((line.start, line, "out"))
        if isinstance(line, Enter | Away):
            steps.append((line.start if isinstance(line, Enter) else line.end, line, "in"))
        if isinstance(line, Swap):
            steps.append((line.start, line, "swap"))
        if isinstance(line, Enter) and line.student not in seen:
            late.append(line.student)
        if isinstance(line, Enter | Leave | Away):
            seen.add(line.student)
    itineraries = Itineraries(scene, late)
    for time, line, step in sorted(steps, key=lambda s: s[0]):
        if step == "swap" and isinstance(line, Swap):
            itineraries.swap(*line.students, time)
        elif step == "out" and isinstance(line, Leave | Away):
            itineraries.leave(line.student, time)
        elif step == "in" and isinstance(line, Enter | Away):
            seat = None
            if line.seat == "free":
                seat = itineraries.take_free(line.student)
            itineraries.enter(line.student, time, seat)
    return itineraries.students()
