"""Going on with an analysis that was interrupted, in the session that it left behind.

The tracker knows nobody after a break. So it is shown the last seconds before it again, and whoever
sits there as stored keeps the number; whoever was out of sight comes back under a new one, with a
suggestion who it may be (``absent``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import RoomreadError
from app.core.geometry import iou_matrix
from app.core.similarity import invert, move_boxes
from app.core.types import STILL, FrameResult, Suggestion
from app.engine.analyse.absent import Absent
from app.engine.analyse.batch import Earlier
from app.session.edits import USER
from app.session.store import Session, SessionInfo, Stretch
from app.stages.assignment import least_cost_pairs

WARM_UP: Final = 5.0
"""Seconds before the break that are shown again; by then every face in sight is trusted."""
SAME_FACE: Final = 0.5
"""Overlap from which a face is the stored one: both were found in the same picture."""
ROUNDING: Final = 0.0005
"""Seconds; two frames of a recording are farther apart."""
BREAK: Final = "The analysis was interrupted here and went on later"
"""Text of the marker at the break."""


class Resumed:
    """A session that gets more frames, with the numbers that students had before.

    Args:
        session: interrupted, and opened to go on.
        stretch: its frames so far.
        max_gap: seconds out of sight after which a student is forgotten.
    """

    def __init__(self, session: Session, stretch: Stretch, max_gap: float) -> None:
        self._session, self._stretch, self._max_gap = session, stretch, max_gap
        numbers, times = session.frames.numbered()
        self._stored = set(numbers.tolist())
        self._next = session.frames.last_track + 1
        first = int(np.searchsorted(times, stretch.end - WARM_UP))  # of those shown again
        self._start = float(times[first])
        moved, cameras = session.frames.cameras()
        last = int(np.searchsorted(moved, numbers[first], side="right")) - 1
        self._camera = STILL if last < 0 else cameras[last]
        self._absent: Absent | None = None
        self._votes: Counter[tuple[int, int]] = Counter()
        self._numbers: dict[int, int] = {}  # of the tracker, to those in the session
        self._broken = False
        self._pictures = session.standing.pictures  # that still are
        self._proven: set[int] = set()  # of these, by this run

    @property
    def start(self) -> float:
        """Seconds at which the recording is to be read from; a stored frame is the first one."""
        return max(0.0, self._start - ROUNDING)

    @property
    def earlier(self) -> Earlier:
        """What is done."""
        one = self._stretch
        return Earlier(one.first, one.start, one.last, self._session.counts, self._camera)

    def append(self, result: FrameResult) -> None:
        """Store a frame after the break; learn from one before it who is who."""
        if result.index <= self._stretch.last:
            self._compare(result)
            return
        if not self._broken:
            self._broken = True
            self._number_those_seen()
            self._session.markers.add(result.timestamp, BREAK)
        self._session.append(self._numbered(result))

    def _compare(self, result: FrameResult) -> None:
        if self._session.class_only or result.index not in self._stored:
            return
        stored = self._session.frames.one(result.index).faces
        boxes, ids = stored.boxes.astype(np.float64), stored.ids
        places = {one: box for one, box in self._places.items() if one not in ids}
        if places:  # a face there that was not stored was taken for the picture
            hung = move_boxes(invert(result.camera), np.array(list(places.values())))
            boxes, ids = np.concatenate((boxes, hung)), np.append(ids, list(places))
        overlap = iou_matrix(result.faces.boxes.astype(np.float64), boxes)
        rows, columns = least_cost_pairs(-overlap)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if overlap[row, column] >= SAME_FACE:
                pair = int(result.faces.ids[row]), int(ids[column])
                self._votes[pair] += 1

    @cached_property
    def _places(self) -> dict[int, NDArray[np.float64]]:
        """Where in the room every picture was seen last, (4,); takes a pass over the session."""
        places: dict[int, NDArray[np.float64]] = {}
        if self._pictures:
            for one in takewhile(self._before, self._session.raw_results()):
                rows = np.flatnonzero(np.isin(one.faces.ids, self._pictures))
                room = move_boxes(one.camera, one.faces.boxes[rows])
                places.update(zip(one.faces.ids[rows].tolist(), room, strict=True))
        return places

    def _before(self, one: FrameResult) -> bool:
        """Whether it comes before the break."""
        return one.index <= self._stretch.last

    def _still_pictures(self, tracks: tuple[int, ...]) -> tuple[int, ...]:
        """The pictures now that the tracker says so of these.

        One that was proven before the break stays one, unless this run proves and then doubts it.
        """
        now = {self._numbers[one] for one in tracks if one in self._numbers}
        self._proven |= now
        self._pictures = tuple(sorted((set(self._pictures) - self._proven) | now))
        return self._pictures

    def _number_those_seen(self) -> None:
        taken: set[int] = set()
        for (track, number), _ in self._votes.most_common():
            if track not in self._numbers and number not in taken:
                self._numbers[track] = number
                taken.add(number)

    def _numbered(self, result: FrameResult) -> FrameResult:
        tracks = result.faces.ids.tolist()
        new = [row for row, track in enumerate(tracks) if track not in self._numbers]
        for row in new:
            self._numbers[tracks[row]] = self._next
            self._next += 1
        ids = np.array([self._numbers[one] for one in tracks], np.int32)
        told = list(filter(None, map(self._suggestion, result.suggestions)))
        boxes = move_boxes(result.camera, result.faces.boxes[new])
        told += self._of_absent(ids[new].tolist(), boxes, result.timestamp)
        likeliest = {one.later: one for one in sorted(told, key=lambda one: one.confidence)}
        return replace(
            result,
            faces=replace(result.faces, ids=ids),
            suggestions=tuple(likeliest.values()),
            pictures=self._still_pictures(result.pictures),
        )

    def _of_absent(
        self, numbers: list[int], boxes: NDArray[np.float64], now: float
    ) -> list[Suggestion]:
        """Who of the students out of sight at the break these new ones may be, at ``boxes``."""
        if not numbers:
            return []
        if self._absent is None:  # only now: it takes a pass over the session
            before, known = self._session.raw_results(), self._numbers.values()
            self._absent = Absent(takewhile(self._before, before), known, self._max_gap)
        pairs = zip(numbers, boxes, strict=True)
        return list(filter(None, (self._absent.suggest(one, box, now) for one, box in pairs)))

    def _suggestion(self, one: Suggestion) -> Suggestion | None:
        earlier, later = self._numbers.get(one.earlier), self._numbers.get(one.later)
        if earlier is None or later is None or earlier >= later:
            return None
        return replace(one, earlier=earlier, later=later)


def interrupted(path: Path, info: SessionInfo) -> Session | None:
    """The session at ``path`` where an analysis as of ``info`` was interrupted; else None.

    It takes more frames, unless all were read and only what comes after them is missing. None too
    where it holds no frame, or the app has put it right although more could be read.
    """
    try:
        session = Session.open(path)
    except RoomreadError:  # there is none, or it can't be read: the analysis begins anew
        return None
    try:
        there = session.info
        name = info.source_name if _may_be(there.source_name, info) else there.source_name
        same = replace(there, created=info.created, source_name=name) == info
        if same and session.stretch is not None and (read_out(session) or not _put_right(session)):
            if not read_out(session):
                session.go_on()
            return session
    except RoomreadError:
        pass
    session.close()
    return None


def _may_be(stored: str, info: SessionInfo) -> bool:
    """Whether the source that a session says may be that of ``info``.

    Older versions kept a recording's path as it was given, mostly from another folder.
    """
    given, now = Path(stored), Path(info.source_name)
    if info.source_live or given.is_absolute():
        return stored == info.source_name
    named = [part for part in given.parts if part != ".."]
    return bool(named) and list(now.parts[-len(named) :]) == named


def read_out(session: Session) -> bool:
    """Whether all was read that can be, and the app has put the session right."""
    return session.complete or session.standing.cut_off


def _put_right(session: Session) -> bool:
    """Whether the app has put the session right already, as it does at the end."""
    return any(edit.origin != USER for edit in session.log.edits())
