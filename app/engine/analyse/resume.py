"""Going on with an analysis that was interrupted, in the session that it left behind.

The tracker knows nobody after a break. So it is shown the last seconds before it again, and whoever
sits there as stored keeps the number; whoever was out of sight comes back under a new one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.core.errors import RoomreadError
from app.core.geometry import iou_matrix
from app.core.types import FrameResult, Suggestion
from app.engine.analyse.batch import Earlier
from app.session.edits import USER
from app.session.store import Session, SessionInfo, Stretch

WARM_UP: Final = 5.0
"""Seconds before the break that are shown again; by then every face in sight is trusted."""
SAME_FACE: Final = 0.5
"""Overlap from which a face is the stored one: both were found in the same picture."""
BREAK: Final = "The analysis was interrupted here and went on later"
"""Text of the marker at the break."""


class Resumed:
    """A session that gets more frames, with the numbers that students had before.

    Args:
        session: interrupted, and opened to go on.
        stretch: its frames so far.
    """

    def __init__(self, session: Session, stretch: Stretch) -> None:
        self._session, self._stretch = session, stretch
        self._stored = set(session.frames.numbered()[0].tolist())
        self._next = session.frames.last_track + 1
        _, cameras = session.frames.cameras()
        self._camera = cameras[-1] if len(cameras) else None  # at the break
        self._votes: Counter[tuple[int, int]] = Counter()
        self._numbers: dict[int, int] = {}  # of the tracker, to those in the session
        self._broken = False

    @property
    def start(self) -> float:
        """Seconds at which the recording is to be read from."""
        return max(self._stretch.start, self._stretch.end - WARM_UP)

    @property
    def earlier(self) -> Earlier:
        """What is done."""
        one = self._stretch
        return Earlier(one.first, one.start, one.last, self._session.counts)

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

    def numbers_of(self, tracks: tuple[int, ...]) -> tuple[int, ...]:
        """The session's numbers of these of the tracker's, as far as they were seen."""
        return tuple(self._numbers[one] for one in tracks if one in self._numbers)

    def _compare(self, result: FrameResult) -> None:
        if self._session.class_only or result.index not in self._stored:
            return
        stored = self._session.frames.one(result.index).faces
        overlap = iou_matrix(result.faces.boxes, stored.boxes)
        rows, columns = linear_sum_assignment(-overlap)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if overlap[row, column] >= SAME_FACE:
                pair = int(result.faces.ids[row]), int(stored.ids[column])
                self._votes[pair] += 1

    def _number_those_seen(self) -> None:
        taken: set[int] = set()
        for (track, number), _ in self._votes.most_common():
            if track not in self._numbers and number not in taken:
                self._numbers[track] = number
                taken.add(number)

    def _numbered(self, result: FrameResult) -> FrameResult:
        for track in result.faces.ids.tolist():
            if track not in self._numbers:
                self._numbers[track] = self._next
                self._next += 1
        ids = np.array([self._numbers[one] for one in result.faces.ids.tolist()], np.int32)
        camera = result.camera
        if self._camera is not None:
            # First to where the camera was at the break, then on to its first picture.
            turn, shift = self._camera[:, :2], self._camera[:, 2:]
            camera = np.hstack((turn @ camera[:, :2], turn @ camera[:, 2:] + shift))
        return replace(
            result,
            faces=replace(result.faces, ids=ids),
            camera=camera,
            suggestions=tuple(filter(None, map(self._suggestion, result.suggestions))),
            pictures=self.numbers_of(result.pictures),
        )

    def _suggestion(self, one: Suggestion) -> Suggestion | None:
        earlier, later = self._numbers.get(one.earlier), self._numbers.get(one.later)
        if earlier is None or later is None or earlier >= later:
            return None
        return replace(one, earlier=earlier, later=later)


def interrupted(path: Path, info: SessionInfo) -> Session | None:
    """The session at ``path`` where an analysis as of ``info`` was interrupted; else None.

    It takes more frames, unless all were read and only what comes after them is missing. None too
    where it holds no frame, or the app has put it right as it does at the end.
    """
    try:
        session = Session.open(path)
    except RoomreadError:  # there is none, or it can't be read: the analysis begins anew
        return None
    try:
        same = replace(session.info, created=info.created) == info
        going = session.complete or not put_right(session)
        if same and session.stretch is not None and going:
            if not session.complete:
                session.go_on()
            return session
    except RoomreadError:
        pass
    session.close()
    return None


def put_right(session: Session) -> bool:
    """Whether the app has put the session right already, as it does at the end."""
    return any(edit.origin != USER for edit in session.log.edits())
