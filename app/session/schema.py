"""What a session file looks like inside, and how a frame's faces become rows and back.

One row a frame and one row a face. A face's float32 numbers lie side by side in one
little-endian BLOB: 56 bytes instead of 126 as SQLite's own 8-byte numbers, and not a bit is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from app.core.expressions import LABELS
from app.core.types import KEYPOINTS, Expressions, Faces, FrameResult, Quality

APPLICATION_ID: Final = 0x526F6F6D
"""SQLite's ``application_id``: "Room" in ASCII; tells a session from any other database."""
VERSION: Final = 1
"""SQLite's ``user_version``: raised when the tables change."""

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
        timings BLOB NOT NULL        -- float64 seconds, in the order of stages.names
    )""",
    """CREATE TABLE face (
        frame INTEGER NOT NULL REFERENCES frame (number),
        place INTEGER NOT NULL,      -- row in its frame
        track INTEGER NOT NULL,
        known INTEGER NOT NULL,
        reading BLOB NOT NULL,       -- box, score, probabilities, sharpness: READING
        keypoints BLOB,              -- float32 x, y of each key point; NULL: none given
        PRIMARY KEY (frame, place)
    ) WITHOUT ROWID""",
    """CREATE TABLE student (
        track INTEGER PRIMARY KEY,
        name TEXT NOT NULL
    )""",
)

READING: Final = np.dtype(
    [
        ("box", "<f4", (4,)),
        ("score", "<f4"),
        ("probabilities", "<f4", (len(LABELS),)),
        ("sharpness", "<f4"),
    ]
)
"""Layout of ``face.reading``."""
KEYPOINT_SHAPE: Final = (len(KEYPOINTS), 2)

FaceRow = tuple[int, int, int, int, bytes, bytes | None]
"""frame, place, track, known, reading, keypoints"""


def face_rows(result: FrameResult) -> list[FaceRow]:
    """The rows of table ``face`` for one frame."""
    faces, expressions = result.faces, result.expressions
    readings = np.zeros(len(faces), READING)
    readings["box"] = faces.boxes
    readings["score"] = faces.scores
    readings["probabilities"] = expressions.probabilities
    readings["sharpness"] = expressions.quality.sharpness
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
    readings = np.frombuffer(b"".join(row[4] for row in rows), READING)
    if len(readings) != len(rows):
        raise ValueError(f"expected {len(rows)} readings, got {len(readings)}")
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
        Quality(
            readings["sharpness"].astype(np.float32), *np.full((2, len(rows)), np.nan, np.float32)
        ),
    )
    return faces, expressions


def pack_timings(seconds: Iterable[float]) -> bytes:
    """Timings as ``frame.timings`` keeps them."""
    return np.fromiter(seconds, "<f8").tobytes()


def unpack_timings(names: Sequence[str], blob: bytes) -> dict[str, float]:
    """Stage name to seconds; ValueError where the number of timings is not that of names."""
    return dict(zip(names, np.frombuffer(blob, "<f8").tolist(), strict=True))
