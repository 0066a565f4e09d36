"""What a session file looks like inside, and how a frame's faces become rows and back.

One row a frame and one row a face. A face's float32 numbers lie side by side in one
little-endian BLOB: 68 bytes instead of 153 as SQLite's own 8-byte numbers, and not a bit is lost.

Version 2 added a face's yaw and exposure, the camera, suggestions and the edit log; version 3
changes of regions, markers, hand labels and the frames of class-only sessions; version 4 how old a
face's reading is. Migrating leaves the rows of faces as they are: their length tells which layout
they have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.types import (
    KEYPOINTS,
    STILL,
    ClassCounts,
    Expressions,
    Faces,
    FrameResult,
    Quality,
)

APPLICATION_ID: Final = 0x526F6F6D
"""SQLite's ``application_id``: "Room" in ASCII; tells a session from any other database."""
VERSION: Final = 4
"""SQLite's ``user_version``: raised when the tables change."""

_SUGGESTION: Final = """CREATE TABLE suggestion (
        number INTEGER PRIMARY KEY,
        frame INTEGER NOT NULL REFERENCES frame (number),
        earlier INTEGER NOT NULL, later INTEGER NOT NULL,  -- tracks
        timestamp REAL NOT NULL,     -- seconds
        confidence REAL NOT NULL     -- 0..1
    )"""
_EDIT: Final = """CREATE TABLE edit (
        number INTEGER PRIMARY KEY,
        time TEXT NOT NULL,          -- ISO 8601, UTC, one an action; empty where nobody knows
        kind TEXT NOT NULL,          -- key of edits.KINDS
        payload TEXT NOT NULL,       -- JSON of the change
        origin TEXT NOT NULL,        -- edits.USER, TWO_WAY, PICTURE or REPAIR
        undone INTEGER NOT NULL DEFAULT 0  -- 0: it holds; else the how-manyth undoing it was
    )"""
_REGION_CHANGE: Final = """CREATE TABLE region_change (
        number INTEGER PRIMARY KEY,
        timestamp REAL NOT NULL,     -- seconds, of the first frame for which they hold
        regions TEXT NOT NULL        -- JSON of Regions
    )"""
_MARKER: Final = """CREATE TABLE marker (
        number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
        timestamp REAL NOT NULL,     -- seconds
        text TEXT NOT NULL
    )"""
_HAND_LABEL: Final = """CREATE TABLE hand_label (
        frame INTEGER NOT NULL REFERENCES frame (number),
        track INTEGER NOT NULL,
        label INTEGER NOT NULL,      -- index into LABELS; -1: the user can't tell either
        time TEXT NOT NULL,          -- ISO 8601, UTC
        PRIMARY KEY (frame, track)
    ) WITHOUT ROWID"""
_CLASS_FRAME: Final = """CREATE TABLE class_frame (
        frame INTEGER PRIMARY KEY REFERENCES frame (number),
        seen INTEGER NOT NULL, read INTEGER NOT NULL,
        labels BLOB NOT NULL,        -- int64, faces of each of LABELS
        sums BLOB NOT NULL           -- float64, their probabilities, summed
    )"""

TABLES: Final = (
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        info TEXT NOT NULL,          -- JSON of SessionInfo
        environment TEXT NOT NULL,   -- JSON: versions of what made it
        read INTEGER, analysed INTEGER, skipped INTEGER,  -- NULL until finished
        complete INTEGER NOT NULL DEFAULT 0,
        message TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TABLE stages (
        id INTEGER PRIMARY KEY,
        names TEXT NOT NULL UNIQUE   -- JSON list of the stages that were timed
    )""",
    """CREATE TABLE frame (
        number INTEGER PRIMARY KEY,
        timestamp REAL NOT NULL,     -- seconds
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        stages INTEGER NOT NULL REFERENCES stages (id),
        timings BLOB NOT NULL,       -- float64 seconds, in the order of stages.names
        camera BLOB                  -- float64 (2, 3); NULL: as in the frame before, at first STILL
    )""",
    """CREATE TABLE face (
        frame INTEGER NOT NULL REFERENCES frame (number),
        place INTEGER NOT NULL,      -- row in its frame
        track INTEGER NOT NULL,
        known INTEGER NOT NULL,
        reading BLOB NOT NULL,       -- READING, in older rows one of LAYOUTS
        keypoints BLOB,              -- float32 x, y of each key point; NULL: none given
        PRIMARY KEY (frame, place)
    ) WITHOUT ROWID""",
    _SUGGESTION,
    _EDIT,
    _REGION_CHANGE,
    _MARKER,
    _HAND_LABEL,
    _CLASS_FRAME,
)

FROM_1: Final = (
    "ALTER TABLE frame ADD COLUMN camera BLOB",
    _SUGGESTION,
    _EDIT,
    "DROP TABLE student",  # whoever migrates puts the names into the log
    "PRAGMA user_version = 2",
)
"""From version 1 to 2; no row of a frame or face is touched."""
FROM_2: Final = (
    _REGION_CHANGE,
    _MARKER,
    _HAND_LABEL,
    _CLASS_FRAME,
    "PRAGMA user_version = 3",
)
"""From version 2 to 3."""
FROM_3: Final = ("PRAGMA user_version = 4",)
"""From version 3 to 4: the tables stay, rows of ``face`` that come are longer."""

_NAMED: Final = re.compile(r"CREATE TABLE (\w+) \((.*)\)", re.DOTALL)
_COLUMN: Final = re.compile(r"(\w+) (?:INTEGER|REAL|TEXT|BLOB)")


def columns_of(version: int) -> dict[str, list[str]]:
    """Table to its columns in a file of this version, 1 to ``VERSION``."""
    tables: dict[str, list[str]] = {}
    for statement in TABLES:
        if match := _NAMED.match(statement):
            plain = re.sub("--.*", "", match[2])
            tables[match[1]] = _COLUMN.findall(plain)
    newer = FROM_2 if version == 2 else (*FROM_1, *FROM_2) if version == 1 else ()
    for statement in newer:
        if match := _NAMED.match(statement):
            del tables[match[1]]
    if version == 1:
        tables["frame"].remove("camera")
        tables["student"] = ["track", "name"]
    return tables


QUALITY: Final = ("sharpness", "yaw", "exposure")
_FIELDS: Final = (
    ("box", "<f4", (4,)),
    ("score", "<f4", ()),
    ("probabilities", "<f4", (len(LABELS),)),
    ("sharpness", "<f4", ()),
    ("yaw", "<f4", ()),
    ("exposure", "<f4", ()),
    ("age", "<f4", ()),
)
READING: Final = np.dtype(list(_FIELDS))
"""Layout of ``face.reading``."""
READING_1: Final = np.dtype(list(_FIELDS[:4]))
"""The same in version 1; yaw and exposure were not measured."""
READING_2: Final = np.dtype(list(_FIELDS[:6]))
"""The same in versions 2 and 3: whatever was read, was read in its frame."""
LAYOUTS: Final = {one.itemsize: one for one in (READING, READING_2, READING_1)}
"""By their lengths in bytes."""
KEYPOINT_SHAPE: Final = (len(KEYPOINTS), 2)
KEYPOINT_BYTES: Final = 4 * len(KEYPOINTS) * 2
"""Length of ``face.keypoints``."""
MOST_FRAMES: Final = 1 << 31
"""No frame has a number as high."""
LONGEST: Final = 30 * 24 * 3600.0
"""Seconds; no lesson or recording is longer, so a later timestamp is damage."""

FaceRow = tuple[int, int, int, int, bytes, bytes | None]
"""frame, place, track, known, reading, keypoints"""


def face_rows(result: FrameResult) -> list[FaceRow]:
    """The rows of table ``face`` for one frame."""
    faces, expressions = result.faces, result.expressions
    readings = np.zeros(len(faces), READING)
    readings["box"] = faces.boxes
    readings["score"] = faces.scores
    readings["probabilities"] = expressions.probabilities
    readings["age"] = expressions.age
    for name in QUALITY:
        readings[name] = getattr(expressions.quality, name)
    points = faces.keypoints.astype("<f4", copy=False)
    given = ~np.isnan(points).all(axis=(1, 2))
    return [
        (
            result.index,
            place,
            int(faces.ids[place]),
            int(expressions.known[place]),
            readings[place].tobytes(),
            points[place].tobytes() if given[place] else None,
        )
        for place in range(len(faces))
    ]


def faces_of(rows: Sequence[FaceRow]) -> tuple[Faces, Expressions]:
    """The faces and expressions that ``face_rows`` made these rows of.

    Raises ValueError where a BLOB has the wrong length or holds impossible numbers.
    """
    if not rows:
        return Faces.empty(), Expressions.unread(0)
    readings = unpack_readings([row[4] for row in rows])
    points = np.full((len(rows), *KEYPOINT_SHAPE), np.nan, np.float32)
    for place, row in enumerate(rows):
        if row[5] is not None:
            points[place] = np.frombuffer(row[5], "<f4").reshape(KEYPOINT_SHAPE)
    faces = Faces.make(
        readings["box"], readings["score"], points, np.array([row[2] for row in rows], np.int32)
    )
    expressions = Expressions(
        readings["probabilities"].astype(np.float32),
        np.array([bool(row[3]) for row in rows]),
        Quality(*(readings[name].astype(np.float32) for name in QUALITY)),
        readings["age"].astype(np.float32),
    )
    return faces, expressions


def unpack_readings(blobs: Sequence[bytes]) -> NDArray[np.void]:
    """(n,) of ``READING``, whatever layouts the rows have.

    Raises ValueError where a BLOB has the length of none.
    """
    lengths = np.array([len(blob) for blob in blobs], np.int64)
    present = set(lengths.tolist())
    if present <= {READING.itemsize}:
        return np.frombuffer(b"".join(blobs), READING)
    if not present <= LAYOUTS.keys():
        raise ValueError(f"expected readings of {list(LAYOUTS)} bytes, got {sorted(present)}")
    readings = np.zeros(len(blobs), READING)
    for length in present:
        rows = np.flatnonzero(lengths == length)
        readings[rows] = _widened(b"".join(blobs[row] for row in rows.tolist()), LAYOUTS[length])
    return readings


def _widened(packed: bytes, layout: np.dtype[np.void]) -> NDArray[np.void]:
    """Readings of an older layout as ``READING``: what was not measured is NaN."""
    old = np.frombuffer(packed, layout)
    readings = np.full(len(old), np.nan, READING)
    for name in layout.names or ():
        readings[name] = old[name]
    if "age" not in (layout.names or ()):
        read = np.isfinite(old["probabilities"]).all(axis=1)
        readings["age"] = np.where(read, 0.0, np.nan)
    return readings


def possible_readings(blobs: Sequence[bytes], known: Sequence[int]) -> NDArray[np.bool_]:
    """(n,) whether each ``face.reading`` holds what ``face_rows`` could have written.

    What was not read is not ``known``, and has no age.
    """
    fits: NDArray[np.bool_] = np.array([len(blob) in LAYOUTS for blob in blobs], bool)
    found = unpack_readings([blob for blob, fit in zip(blobs, fits.tolist(), strict=True) if fit])
    box, score, told, age = (found[one] for one in ("box", "score", "probabilities", "age"))
    read = np.isfinite(told).all(axis=1) & np.isfinite(age) & (age >= 0)
    unread = np.isnan(told).all(axis=1) & np.isnan(age) & ~np.asarray(known, bool)[fits]
    with np.errstate(invalid="ignore", over="ignore"):
        sums = np.abs(told.sum(axis=1) - 1.0) <= 1e-3
        fits[fits] = (
            np.isfinite(box).all(axis=1)
            & (box[:, 2:] > 0).all(axis=1)
            & (score >= 0)
            & (score <= 1)
            & (unread | (read & sums & (told >= 0).all(axis=1)))
        )
    return fits


def possible_time(seconds: object) -> bool:
    """Whether a timestamp can be one."""
    return (
        isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and -LONGEST <= seconds <= LONGEST
    )


def pack_timings(seconds: Iterable[float]) -> bytes:
    """Timings as ``frame.timings`` keeps them."""
    return np.fromiter(seconds, "<f8").tobytes()


def unpack_timings(names: Sequence[str], blob: bytes) -> dict[str, float]:
    """Stage name to seconds; ValueError where they can't be, or are not as many as the names."""
    seconds = np.frombuffer(blob, "<f8")
    if not (np.abs(seconds) <= LONGEST).all():
        raise ValueError("impossible timings")
    return dict(zip(names, seconds.tolist(), strict=True))


def pack_camera(camera: NDArray[np.float64]) -> bytes:
    """A camera transform as ``frame.camera`` keeps it."""
    return camera.astype("<f8", copy=False).tobytes()


def unpack_camera(blob: bytes) -> NDArray[np.float64]:
    """(2, 3); ValueError where the BLOB has another length."""
    return np.frombuffer(blob, "<f8").astype(np.float64).reshape(STILL.shape)


def pack_class(counts: ClassCounts) -> tuple[int, int, int, bytes, bytes]:
    """The row of table ``class_frame``."""
    labels, sums = counts.labels.astype("<i8").tobytes(), counts.sums.astype("<f8").tobytes()
    return counts.index, counts.seen, counts.read, labels, sums


def unpack_class(row: tuple[int, float, int, int, bytes, bytes]) -> ClassCounts:
    """What ``pack_class`` made this row of; the second column is the frame's timestamp.

    Raises ValueError where a BLOB has the wrong length or the numbers don't fit.
    """
    number, timestamp, seen, read, labels, sums = row
    counts = ClassCounts(
        number,
        timestamp,
        seen,
        read,
        np.frombuffer(labels, "<i8").astype(np.int64),
        np.frombuffer(sums, "<f8").astype(np.float64),
    )
    told = ((counts.labels >= 0).all(), (counts.sums >= 0).all(), (counts.sums <= read + 1).all())
    if not all(told) or seen >= MOST_FRAMES:
        raise ValueError("impossible counts")
    return counts
