"""One face that is followed, and what is known of it. All places are in pixels of the room."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.stages.kalman import FaceFilter
from app.stages.looks import Look
from app.stages.seat_map import Seat

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels of the room."""

MEMORY_S: Final = 5.0
"""Seconds for which a student who never sat is remembered."""

MEMORY_RATIO: Final = 60.0
"""How many times longer a student is remembered than he was seen at his seat: whoever was there
for a minute may be away for an hour, and who passed by is soon forgotten."""

WALKING: Final = 0.7
"""Face sizes a second from which on one walks."""

SETTLES_S: Final = 0.5
"""Seconds after the last step for which one still counts as on foot."""

JUMP_SIGMAS: Final = 3.5
"""Standard deviations from the prediction beyond which the head has moved off suddenly."""


@dataclass(slots=True, eq=False)
class Track:
    """A face that is followed; ``id`` is 0 until it is trusted to be a student.

    Attributes:
        motion: where it is and how it moves.
        seat: where it usually is.
        look: its colours.
        born, seen: seconds, of the first and the last sighting.
        birthplace: x and y of the first.
        last: x and y where it was seen last.
        walked: seconds, the last time that it was on foot.
        clear: the colours left no doubt at the last sighting.
        hits: sightings by a sure detection.
        id: track number, 0 where not trusted.
        fresh: seen in the frame before this one.
        unseen: seconds since the last sighting.
        followed: seen so lately that the motion says where it is; if not, it is at the seat.
        row: of the detection in this frame, -1 where there is none.
    """

    motion: FaceFilter
    seat: Seat
    born: float
    seen: float
    birthplace: tuple[float, float]
    look: Look = field(default_factory=Look)
    hits: int = 1
    id: int = 0
    fresh: bool = True
    unseen: float = 0.0
    followed: bool = True
    last: tuple[float, float] = (0.0, 0.0)
    walked: float = -math.inf
    clear: bool = False
    row: int = -1

    @classmethod
    def start(cls, box: NDArray[np.float64], now: float, row: int) -> Track:
        """A face that was first seen in ``box`` (4,), row ``row`` of this frame's detections."""
        motion = FaceFilter.start(box)
        place = motion.centre
        return cls(motion, Seat(*place, motion.size), now, now, place, row=row, last=place)

    def sight(self, box: NDArray[np.float64], now: float, row: int) -> None:
        """It was found in ``box``."""
        if self.followed and self.motion.miss(box) > JUMP_SIGMAS:
            self.motion.jump(box)
        else:
            self.motion.update(box)
        if self.motion.speed > WALKING:
            self.walked = now
        dt = min(now - self.seen, MEMORY_S)
        middle = float(box[0] + box[2] / 2), float(box[1] + box[3] / 2)
        self.last = middle
        self.seat.learn(middle, self.motion.size, dt)
        self.row, self.seen = row, now

    def go_on(self, face: Track) -> None:
        """It is ``face``, which was followed without an id: seat and look are known from before."""
        self.motion, self.row, self.seen, self.last = face.motion, face.row, face.seen, face.last
        self.walked, self.fresh = face.walked, face.fresh
        self.followed, self.unseen = face.followed, face.unseen
        self.hits += face.hits

    def on_foot(self, now: float) -> bool:
        """Whether it walks, or did a moment ago."""
        return now - self.walked < SETTLES_S

    @property
    def memory(self) -> float:
        """Seconds for which it is worth remembering when out of sight."""
        return MEMORY_S + MEMORY_RATIO * self.seat.seconds

    @property
    def place(self) -> tuple[float, float]:
        """Where it is expected: x and y of the middle."""
        return self.motion.centre if self.followed else (self.seat.x, self.seat.y)

    @property
    def boxes(self) -> list[Box]:
        """Where it may be expected: where last seen if that was just now, else at the seat, at the
        one before it, and first of all where last seen if that was not long ago."""
        if self.followed and self.fresh:
            return [self.motion.box]
        found = [self.motion.box] if self.followed else []
        seats = [(self.seat.x, self.seat.y), self.seat.former]
        for place in seats:
            if place is None:
                continue
            near = [math.dist(place, _middle(box)) < self.seat.size / 2 for box in found]
            if not any(near):
                found.append(self._box_at(*place))
        return found

    def _box_at(self, x: float, y: float) -> Box:
        _, _, width, height = self.motion.box
        scale = self.seat.size / self.motion.size
        width, height = width * scale, height * scale
        return x - width / 2, y - height / 2, width, height


def _middle(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2
