"""Who and what is where at one moment, from the back of the picture to the front.

The drawing and the truth both follow this list, so that they cannot disagree.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from tests.classroom.controls import PRESETS
from tests.classroom.events import Back, Leg
from tests.classroom.figure import Pose, face_box
from tests.classroom.people import Look
from tests.classroom.scene import (
    TURN_TIME,
    Scene,
    State,
    Student,
    Walker,
    book_raise,
    ease,
    state,
    walker_x,
)

STANDING = 2.2
"""How much higher the head of someone on foot is, in half face widths."""

RESTING = 1.55
"""How much lower the head of someone is who rests it on the desk, in half face widths."""

GETTING_UP = 0.6
"""Seconds."""


@dataclass(frozen=True)
class Person:
    """Someone in the picture.

    Attributes:
        student: id, 0 for who is none.
        look: appearance.
        x, y: pixel of the point (0, 0) of the upright head.
        face_width: pixels.
        state: pose and expression.
        bottom: half face widths below y down to which the body is drawn.
        floor: pixel row from which on a desk hides the body.
    """

    student: int
    look: Look
    x: int
    y: int
    face_width: float
    state: State
    bottom: float
    floor: int

    @property
    def middle(self) -> tuple[float, float]:
        """Pixel in the middle of the face."""
        x, y, width, height = self.box
        return x + width / 2.0, y + height / 2.0

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Around the face: x, y, width, height in pixels."""
        x, y, *size = face_box(self.look, self.face_width, self.state.pose, self.state.pitch)
        return (self.x + x, self.y + y, size[0], size[1])


@dataclass(frozen=True, slots=True)
class Desk:
    """A row of desks, by number."""

    row: int


@dataclass(frozen=True, slots=True)
class Held:
    """What hides a face: "book" (x, y: middle of its top), "hand" (middle of the palm) or "arms"
    on the desk (their middle). Nothing is seen of it below the pixel row ``bottom``."""

    kind: str
    student: int
    look: Look
    x: int
    y: int
    face_width: float
    bottom: int


Item = Person | Desk | Held


@dataclass(frozen=True, slots=True)
class Place:
    """Where a student is: pixel between the eyes; ``heading`` -1, 0 or 1 while on foot, and how
    far up, 0..1."""

    row: int
    x: float
    y: float
    face_width: float
    heading: int = 0
    up: float = 0.0


def staging(scene: Scene, time: float) -> list[Item]:
    """What the picture at ``time`` shows, from back to front."""
    places = {s.id: place for s in scene.students if (place := whereabouts(s, time))}
    cast = [_student(scene, s, places, time) for s in scene.students if s.id in places]
    found: list[Item] = []
    for number in range(len(scene.rows)):
        here = [p for p in cast if places[p.student].row == number]
        # Who walks does so behind those who sit; who leans over is before the neighbour.
        here.sort(key=lambda p: _depth(scene, p.student, places, time))
        for person in here:
            found.append(person)
            found.extend(_hand(scene, person, time))
        found.append(Desk(number))
        found.extend(_on_desk(scene, number, here, time))
    found.extend(_back(scene, back, time) for back in scene.backs)
    found.extend(p for walker in scene.walkers if (p := _teacher(scene, walker, time)))
    return found


def whereabouts(student: Student, time: float) -> Place | None:
    """Where the student is at ``time``; None while away."""
    if student.legs is None:
        return Place(student.row, student.x, student.y, student.face_width)
    leg = next((leg for leg in student.legs if leg.start <= time < leg.end), None)
    if leg is None:
        return None
    a, b = leg.origin, leg.target
    if not leg.walks:
        return Place(a.row, a.x, a.y, a.face_width)
    share = (time - leg.start) / (leg.end - leg.start)
    return Place(
        a.row, a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share,
        a.face_width + (b.face_width - a.face_width) * share,
        1 if b.x > a.x else -1, _upright(leg, time),
    )  # fmt: skip


def _upright(leg: Leg, time: float) -> float:
    """How far up who walks is: up from the seat and down into it, but not at the picture's edge."""
    rise = 1.0 if leg.origin.seat < 0 else ease(leg.start, GETTING_UP, time)
    fall = 0.0 if leg.target.seat < 0 else ease(leg.end - GETTING_UP, GETTING_UP, time)
    return rise * (1.0 - fall)


def _depth(scene: Scene, student: int, places: dict[int, Place], time: float) -> int:
    if places[student].heading:
        return 0
    return 2 if any(n.student == student and n.start <= time < n.end for n in scene.leans) else 1


def _student(scene: Scene, student: Student, places: dict[int, Place], time: float) -> Person:
    place = places[student.id]
    moment = state(student, time)
    pose, x, y = moment.pose, place.x, place.y
    unit = place.face_width / 2.0
    if place.heading:
        aside = 75.0 * place.heading * place.up
        bob = 0.06 * abs(math.sin(time * 6.0))
        pose = Pose(aside + pose.yaw * (1.0 - 0.8 * place.up), pose.pitch, pose.roll,
                    (pose.shift[0], pose.shift[1] + bob * place.up))  # fmt: skip
        y -= STANDING * unit * place.up
    for lean in scene.leans:
        if lean.student == student.id and lean.start <= time < lean.end and lean.over in places:
            share = _out_and_back(lean.start, lean.end, time)
            side = math.copysign(1.0, places[lean.over].x - x)
            x += (places[lean.over].x - side * 0.25 * unit - x) * share
            pose = replace(pose, yaw=pose.yaw + 35.0 * side * share,
                           roll=pose.roll + 12.0 * side * share)  # fmt: skip
    for rest in scene.rests:
        if rest.student == student.id and rest.start <= time < rest.end:
            share = _out_and_back(rest.start, rest.end, time)
            pose = replace(pose, pitch=pose.pitch + 68.0 * share, roll=pose.roll + 8.0 * share)
            y += RESTING * unit * share
    # Of the first seat, as the body that is drawn is the same in every seat.
    bottom = (scene.rows[student.row].far - student.y) / student.face_width * 2 + 0.6
    if student.legs is not None:
        bottom += STANDING
    floor = round(scene.rows[place.row].far + 0.3 * unit)
    return Person(student.id, student.look, round(x), round(y), place.face_width,
                  replace(moment, pose=pose), bottom, floor)  # fmt: skip


def _out_and_back(start: float, end: float, time: float) -> float:
    return ease(start, TURN_TIME, time) - ease(end - TURN_TIME, TURN_TIME, time)


def _hand(scene: Scene, person: Person, time: float) -> Iterator[Held]:
    """Before the face of its owner, but not of the neighbours."""
    for hand in scene.hands:
        if hand.student == person.student and hand.start <= time < hand.end:
            unit = person.face_width / 2.0
            share = _out_and_back(hand.start, hand.end, time)
            low = person.y + person.bottom * unit
            y = low + (person.y + 0.62 * unit - low) * share
            bottom = round(person.y + (person.bottom - 0.4) * unit)
            yield Held("hand", person.student, person.look, person.x, round(y),
                       person.face_width, bottom)  # fmt: skip


def _on_desk(scene: Scene, row: int, here: list[Person], time: float) -> Iterator[Held]:
    people = {p.student: p for p in here}
    for rest in scene.rests:
        if rest.student in people and rest.start + 0.6 * TURN_TIME <= time < rest.end - 0.3:
            p = people[rest.student]
            y = round(scene.rows[row].far - 0.05 * p.face_width / 2.0)
            yield Held("arms", p.student, p.look, p.x, y, p.face_width, scene.size[1])
    for held in scene.books:
        lift = book_raise(held, time)
        if held.student in people and lift > 0.0:
            p = people[held.student]
            unit = p.face_width / 2.0
            student = next(s for s in scene.students if s.id == held.student)
            level = student.y if student.legs is None else float(p.y)
            up, down = level - 0.75 * unit, scene.rows[row].far
            yield Held("book", p.student, p.look, p.x, round(down + (up - down) * lift),
                       p.face_width, round(down + 0.2 * unit))  # fmt: skip


def _back(scene: Scene, back: Back, time: float) -> Person:
    sway = math.sin(0.8 * time + back.sway)
    pose = Pose(yaw=180.0 + 9.0 * sway, pitch=3.0 * math.sin(0.5 * time + 2.0 * back.sway),
                roll=2.0 * math.sin(0.6 * time + back.sway))  # fmt: skip
    bottom = (scene.size[1] - back.y) / back.face_width * 2 + 0.8
    return Person(0, back.look, round(back.x), round(back.y), back.face_width,
                  _plain(pose), bottom, scene.size[1])  # fmt: skip


def _teacher(scene: Scene, walker: Walker, time: float) -> Person | None:
    x = walker_x(walker, time)
    if x is None:
        return None
    bob = 0.03 * walker.face_width * abs(math.sin(time * 5.2))
    bottom = (scene.size[1] - walker.y) / walker.face_width * 2 + 0.8
    return Person(0, walker.look, round(x), round(walker.y - bob), walker.face_width,
                  _plain(Pose(yaw=walker.yaw)), bottom, scene.size[1])  # fmt: skip


def _plain(pose: Pose) -> State:
    return State(pose, PRESETS["neutral"], "neutral", 1.0)
