"""The frames of a session file: what was tracked and read, never changed once it is stored."""

from __future__ import annotations

import json
import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.errors import SessionError
from app.core.types import STILL, ClassCounts, FrameResult, Suggestion
from app.session import schema
from app.session.database import DAMAGE, Database, damaged
from app.session.migration import migrate
from app.session.sightings import Sightings

_BATCH: Final = 128  # frames read at once: enough to be quick, little enough to stay flat
_MANY: Final = 512  # of which less is read


class FaceColumns(NamedTuple):
    """Faces of some frames, a column for each thing that is counted.

    Attributes:
        frames: (n,) int64 numbers of their frames, not decreasing.
        tracks: (n,) int32.
        known: (n,) bool: False where the app can't tell.
        held: (n,) bool: the reading is an earlier frame's, see ``Expressions.age``.
        scores: (n,) float32.
        probabilities: (n, 8) float32; NaN where not read.
    """

    frames: NDArray[np.int64]
    tracks: NDArray[np.int32]
    known: NDArray[np.bool_]
    held: NDArray[np.bool_]
    scores: NDArray[np.float32]
    probabilities: NDArray[np.float32]


class FrameTable:
    """Writes and reads results as the pipeline made them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._camera = schema.pack_camera(STILL)  # of the frame stored last

    def append(self, result: FrameResult, smallest: int | None = None) -> None:
        """Store one frame's result; it is safe from a crash when this returns.

        Args:
            result: to store.
            smallest: of a class-only session the smallest group whose expressions are kept; then
                nothing of a single face is stored.
        """
        camera = schema.pack_camera(result.camera)
        with self._db.transaction():
            self._db.execute(
                "INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?, ?)",
                result.index,
                float(result.timestamp),
                *result.size,
                self._stages_id(tuple(result.timings)),
                schema.pack_timings(result.timings.values()),
                None if camera == self._camera else camera,
            )
            if smallest is None:
                self._append_faces(result)
            else:
                counts = ClassCounts.of(result).without_small_groups(smallest)
                self._db.execute(
                    "INSERT INTO class_frame VALUES (?, ?, ?, ?, ?)", *schema.pack_class(counts)
                )
        self._camera = camera

    def go_on(self) -> None:
        """Append to frames that another program, or an earlier run, stored."""
        with self._db.transaction():
            migrate(self._db)  # what comes is of today's layout
        _, cameras = self.cameras()
        self._camera = schema.pack_camera(cameras[-1] if len(cameras) else STILL)

    @property
    def last_track(self) -> int:
        """The highest number of a track; 0 without any."""
        return int(self._db.one("SELECT coalesce(max(track), 0) FROM face")[0])

    def tracks(self) -> list[int]:
        """Every track, in order; takes a pass over the file."""
        return [int(row[0]) for row in self._db.all("SELECT DISTINCT track FROM face ORDER BY 1")]

    def class_counts(self) -> Iterator[ClassCounts]:
        """Every frame of a class-only session in time order; memory stays flat."""
        clock, last = _Clock(self._db.path), -1
        while rows := self._db.all(
            "SELECT frame, timestamp, seen, read, labels, sums FROM class_frame "
            "JOIN frame ON frame.number = class_frame.frame "
            "WHERE frame > ? ORDER BY frame LIMIT ?",
            last,
            _MANY,
        ):
            last = rows[-1][0]
            for row in rows:
                clock.see(*row[:2])
                try:
                    yield schema.unpack_class(row)
                except DAMAGE as error:
                    raise SessionError(damaged(self._db.path)) from error

    def results(self) -> Iterator[FrameResult]:
        """Every stored frame in time order, a few at a time: memory stays flat.

        Raises SessionError where the file is damaged.
        """
        stages = _Stages(self._db)
        clock, camera, last = _Clock(self._db.path), STILL, -1
        while frames := self._batch(last):
            first, last = frames[0][0], frames[-1][0]
            faces, suggestions = self._faces(first, last), self._suggestions(first, last)
            for number, timestamp, width, height, timed, timings, moved in frames:
                clock.see(number, timestamp)
                try:
                    camera = camera if moved is None else schema.unpack_camera(moved)
                    found, read = schema.faces_of(faces.get(number, []))
                    seconds = schema.unpack_timings(stages.names(timed), timings)
                    may_be = tuple(Suggestion(*row[1:]) for row in suggestions.get(number, []))
                    size = (width, height)
                    one = FrameResult(number, timestamp, size, found, read, seconds, camera, may_be)
                except DAMAGE as error:
                    raise SessionError(damaged(self._db.path)) from error
                yield one

    def one(self, number: int, camera: NDArray[np.float64] = STILL) -> FrameResult:
        """The frame of this number as tracked, without timings and suggestions.

        Args:
            number: of a stored frame.
            camera: (2, 3) of this frame, see ``cameras``.

        Raises SessionError where there is none, or the file is damaged.
        """
        (timestamp, *size) = self._db.one(
            "SELECT timestamp, width, height FROM frame WHERE number = ?", number
        )
        try:
            found, read = schema.faces_of(self._faces(number, number).get(number, []))
        except DAMAGE as error:
            raise SessionError(damaged(self._db.path)) from error
        return FrameResult(number, timestamp, (size[0], size[1]), found, read, camera=camera)

    def cameras(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Numbers (m,) of the frames from which on the camera stood elsewhere, and how (m, 2, 3).

        Before the first of them it was ``STILL``.
        """
        rows = []
        if self._db.version > 1:
            rows = self._db.all(
                "SELECT number, camera FROM frame WHERE camera IS NOT NULL ORDER BY number"
            )
        try:
            cameras = [schema.unpack_camera(blob) for _, blob in rows]
        except DAMAGE as error:
            raise SessionError(damaged(self._db.path)) from error
        numbers = np.array([number for number, _ in rows], np.int64)
        return numbers, np.array(cameras, np.float64).reshape(-1, *STILL.shape)

    def faces(self) -> Iterator[FaceColumns]:
        """Every face as tracked, some frames at a time, in time order.

        Raises SessionError where the file is damaged.
        """
        last = -1
        while frames := self._db.all(
            "SELECT number FROM frame WHERE number > ? ORDER BY number LIMIT ?", last, _MANY
        ):
            first, last = frames[0][0], frames[-1][0]
            rows = self._db.all(
                "SELECT frame, track, known, reading FROM face WHERE frame BETWEEN ? AND ? "
                "ORDER BY frame, place",
                first,
                last,
            )
            try:
                numbers = np.array([row[:3] for row in rows], np.int64).reshape(-1, 3)
                readings = schema.unpack_readings([row[3] for row in rows])
            except DAMAGE as error:
                raise SessionError(damaged(self._db.path)) from error
            yield FaceColumns(
                numbers[:, 0],
                numbers[:, 1].astype(np.int32),
                numbers[:, 2].astype(bool),
                readings["age"] > 0,
                readings["score"].astype(np.float32),
                readings["probabilities"].astype(np.float32),
            )

    def numbered(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Number and timestamp of every frame, (f,) each, in time order."""
        numbers, times = array("q"), array("d")
        for number, timestamp in self._numbered():
            numbers.append(number)
            times.append(timestamp)
        return np.array(numbers, np.int64), np.array(times, np.float64)

    def timestamps(self) -> Iterator[float]:
        """The timestamp of every stored frame, in time order; memory stays flat."""
        return (timestamp for _, timestamp in self._numbered())

    def _numbered(self) -> Iterator[tuple[int, float]]:
        clock, last = _Clock(self._db.path), -1
        while rows := self._db.all(
            "SELECT number, timestamp FROM frame WHERE number > ? ORDER BY number LIMIT ?",
            last,
            _MANY,
        ):
            last = rows[-1][0]
            for number, timestamp in rows:
                clock.see(number, timestamp)
                yield number, timestamp

    def sightings(self) -> Sightings:
        """When every track is seen, see ``Sightings`` for the memory."""
        numbers, times = self.numbered()
        return Sightings(times, self._seen(numbers))

    def _seen(
        self, numbers: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """Row of the frame in ``numbers`` and track of each face, some frames at a time."""
        for start in range(0, len(numbers), _MANY):
            part = numbers[start : start + _MANY]
            rows = self._db.all(
                "SELECT frame, track FROM face WHERE frame BETWEEN ? AND ?",
                *part[[0, -1]].tolist(),
            )
            try:
                seen = np.array(rows, np.int32).reshape(-1, 2)
            except DAMAGE as error:
                raise SessionError(damaged(self._db.path)) from error
            yield start + np.searchsorted(part, seen[:, 0]), seen[:, 1]

    def _batch(self, last: int) -> list[Any]:
        camera = "NULL" if self._db.version == 1 else "camera"
        return self._db.all(
            f"SELECT number, timestamp, width, height, stages, timings, {camera} FROM frame "
            "WHERE number > ? ORDER BY number LIMIT ?",
            last,
            _BATCH,
        )

    def _faces(self, first: int, last: int) -> dict[int, list[schema.FaceRow]]:
        return _by_frame(
            self._db.all(
                "SELECT * FROM face WHERE frame BETWEEN ? AND ? ORDER BY frame, place", first, last
            )
        )

    def _suggestions(self, first: int, last: int) -> dict[int, list[Any]]:
        if self._db.version == 1:
            return {}
        return _by_frame(
            self._db.all(
                "SELECT frame, earlier, later, timestamp, confidence FROM suggestion "
                "WHERE frame BETWEEN ? AND ? ORDER BY frame, number",
                first,
                last,
            )
        )

    def _append_faces(self, result: FrameResult) -> None:
        self._db.insert("INSERT INTO face VALUES (?, ?, ?, ?, ?, ?)", schema.face_rows(result))
        self._db.insert(
            "INSERT INTO suggestion (frame, earlier, later, timestamp, confidence) "
            "VALUES (?, ?, ?, ?, ?)",
            [
                (result.index, one.earlier, one.later, one.timestamp, one.confidence)
                for one in result.suggestions
            ],
        )

    def _stages_id(self, names: tuple[str, ...]) -> int:
        text = json.dumps(names)
        self._db.execute("INSERT OR IGNORE INTO stages (names) VALUES (?)", text)
        return int(self._db.one("SELECT id FROM stages WHERE names = ?", text)[0])


class _Clock:
    """Sees that frames come one after another, as they were stored."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number, self._time = -1, -math.inf

    def see(self, number: Any, timestamp: Any) -> None:
        """Raise SessionError where this can't be the next frame."""
        if not (
            schema.possible_time(timestamp)
            and timestamp > self._time
            and self._number < number < schema.MOST_FRAMES
        ):
            raise SessionError(damaged(self._path))
        self._number, self._time = number, timestamp


class _Stages:
    """Names of the stages that were timed, by their id; a new one may appear while we read."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[int, list[str]] = {}

    def names(self, key: int) -> list[str]:
        if key not in self._known:
            row = self._db.one("SELECT names FROM stages WHERE id = ?", key)
            self._known[key] = json.loads(row[0])
        return self._known[key]


def _by_frame(rows: Sequence[Any]) -> dict[int, list[Any]]:
    return {key: list(group) for key, group in groupby(rows, key=lambda row: int(row[0]))}
