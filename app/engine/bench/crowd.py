"""A class of any size: cut-outs of students in rows on a dimmed room, each in a time of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.errors import SourceError
from app.engine.bench.cut_outs import Cast, CutOut

FACES: Final = (14.0, 60.0)
"""Widths in pixels of the smallest and the largest face in a picture of 720 lines; scaled with it.
Between them, each face is wider than the next by the same ratio."""
SMALLEST: Final = 6.0
"""Pixels: no face is drawn narrower."""
NOISE: Final = 2.0
"""Standard deviation of the sensor's noise, in grey levels: no two pictures of a camera are
equal."""
_LINES: Final = 720
_LIGHT: Final = (0.88, 1.12)
_DIMMED: Final = 0.55
_BLUR: Final = 0.02
"""Of the picture's height: no face of the room itself is left."""
_SOFT: Final = 0.1
"""Of a cut-out: its edge, which fades into the room."""
_SMALLER: Final = 0.97
_FULL: Final = 0.97
"""Share of the picture's width and height that rows may fill."""


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """One student of the crowd.

    Attributes:
        student: who it is.
        x, y, width, height: of the cut-out, in pixels of the picture.
        offset: seconds by which this one is ahead of the others.
        light: factor of its brightness.
        mirrored: right and left are swapped.
    """

    student: CutOut
    x: int
    y: int
    width: int
    height: int
    offset: float
    light: float
    mirrored: bool


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One picture of the crowd.

    Attributes:
        image: (height, width, 3) uint8 RGB.
        boxes: (n, 4) float64 x, y, width, height of every face, in order of the seats.
        seen: (n,) bool: False where something hides it.
    """

    image: NDArray[np.uint8]
    boxes: NDArray[np.float64]
    seen: NDArray[np.bool_]


def seats_for(cast: Cast, faces: int, size: tuple[int, int], seed: int = 7) -> list[Seat]:
    """Seats for so many students in a picture of (width, height): rows, the far ones on top.

    Where they have no room at the widths of ``FACES``, all are made smaller alike.

    Raises:
        SourceError: some would be narrower than ``SMALLEST``.
    """
    if not faces:
        return []
    chance = np.random.default_rng(seed)
    order = np.concatenate(
        [chance.permutation(len(cast.students)) for _ in range(0, faces, len(cast.students))]
    )[:faces]
    wanted = np.geomspace(*FACES, faces) if faces > 1 else np.array([np.sqrt(np.prod(FACES))])
    students = [cast.students[one] for one in order]
    widths = wanted * size[1] / _LINES
    while True:
        rows = _rows(students, widths, size[0] * _FULL)
        wide = max(sum(width for width, _ in row) for row in rows)
        high = sum(max(height for _, height in row) for row in rows)
        if wide <= size[0] * _FULL and high <= size[1] * _FULL:
            break
        widths = widths * _SMALLER
        if widths[0] < SMALLEST:
            raise SourceError(
                f"{faces} faces have no room in {size[0]} x {size[1]} pixels: ask for fewer, "
                "or for a larger picture"
            )
    seats: list[Seat] = []
    top, gap = 0.0, (size[1] - high) / (len(rows) + 1)
    for row in rows:
        deep = max(height for _, height in row)
        top += gap
        aside = (size[0] - sum(width for width, _ in row)) / (len(row) + 1)
        left = 0.0
        for width, height in row:
            left += aside
            seats.append(
                Seat(
                    students[len(seats)], int(left), int(top + deep - height), width, height,
                    float(chance.uniform(0, 60)), float(chance.uniform(*_LIGHT)),
                    bool(chance.random() < 0.5),
                )
            )  # fmt: skip
            left += width
        top += deep
    return seats


def _rows(
    students: list[CutOut], widths: NDArray[np.float64], room: float
) -> list[list[tuple[int, int]]]:
    """(width, height) of the cut-outs, row by row; ``widths`` are those of their faces."""
    count = max(3, round(0.8 * np.sqrt(len(students))))
    most = -(-len(students) // count)
    rows: list[list[tuple[int, int]]] = []
    for student, face in zip(students, widths, strict=True):
        height, width = student.pictures.shape[1:3]
        scale = face / student.face_width
        sized = max(2, round(width * scale)), max(2, round(height * scale))
        full = not rows or len(rows[-1]) == most
        if full or sum(one for one, _ in rows[-1]) + sized[0] > room:
            rows.append([])
        rows[-1].append(sized)
    return rows


def shots(
    cast: Cast, seats: list[Seat], size: tuple[int, int], count: int, fps: float, seed: int = 7
) -> Iterator[Shot]:
    """So many pictures of (width, height), ``fps`` a second.

    Between two pictures of a cut-out the nearer times are mixed, as a camera's exposure does.
    """
    room = _room(cast.room, size)
    noise = np.random.default_rng(seed)
    grain = noise.normal(0, NOISE, (size[1] + 64, size[0] + 64)).round().astype(np.int16)
    edges = [_edge(seat.width, seat.height) for seat in seats]
    for number in range(count):
        image = room.copy()
        boxes, seen = np.empty((len(seats), 4)), np.ones(len(seats), bool)
        for row, seat in enumerate(seats):
            place = _bounce((number / fps + seat.offset) * cast.fps, len(seat.student.boxes))
            patch, boxes[row] = _pose(seat, place)
            seen[row] = seat.student.seen[int(place)]
            under = image[seat.y : seat.y + seat.height, seat.x : seat.x + seat.width]
            under += ((patch - under) * edges[row]).astype(np.float32)
        down, right = noise.integers(0, 64, 2)
        image += grain[down : down + size[1], right : right + size[0], None]
        yield Shot(np.clip(image, 0, 255).astype(np.uint8), boxes, seen)


def _pose(seat: Seat, place: float) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The student at a place between two pictures: (height, width, 3), and the face's box."""
    pictures, boxes = seat.student.pictures, seat.student.boxes
    first = int(place)
    second, share = min(first + 1, len(boxes) - 1), place - first
    mixed = cv2.addWeighted(
        pictures[first], (1 - share) * seat.light, pictures[second], share * seat.light, 0
    )
    box = boxes[first] * (1 - share) + boxes[second] * share
    height, width = pictures.shape[1:3]
    if seat.mirrored:
        mixed = cv2.flip(mixed, 1)
        box = np.array([width - box[0] - box[2], *box[1:]])
    how = cv2.INTER_AREA if seat.width < width else cv2.INTER_CUBIC
    patch = cv2.resize(mixed, (seat.width, seat.height), interpolation=how)
    box = box * np.tile((seat.width / width, seat.height / height), 2)
    return patch.astype(np.float32), box + np.array([seat.x, seat.y, 0, 0])


def _bounce(place: float, length: int) -> float:
    """Where forth and back along ``length`` pictures leads to."""
    if length < 2:
        return 0.0
    turn = place % (2 * (length - 1))
    return min(turn, 2 * (length - 1) - turn)


def _room(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
    """(height, width, 3) float32: the room, dimmed, and blurred until nobody is in it."""
    small = cv2.resize(picture, (size[0] // 8, size[1] // 8), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), max(1.0, _BLUR * size[1]))
    wide = cv2.resize(blurred, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(wide, np.float32) * np.float32(_DIMMED)


def _edge(width: int, height: int) -> NDArray[np.float32]:
    """(height, width, 1) float32: how much of the cut-out is seen, 0 at its edge."""

    def fade(length: int) -> NDArray[np.float64]:
        inside = np.minimum(np.arange(length) + 0.5, length - np.arange(length) - 0.5)
        return np.asarray(np.clip(inside / (_SOFT * length), 0, 1))

    return np.asarray(np.outer(fade(height), fade(width))[:, :, None], np.float32)
