"""Longer sessions to review: students who come and go, an hour of thirty of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.core.types import Expressions, Faces, FrameResult, Quality
from app.session import schema
from app.session.store import FrameCounts, Session
from tests.session.builders import SIZE, info, write

FPS = 4.0


def lesson(path: Path, frames: int = 200, **changes: object) -> Path:
    """Five tracks that come and go; 6 takes over from 2, with two frames in which both are seen.

    Frame k is number 3 k + 1 at k / ``FPS`` seconds.
    """
    rng = np.random.default_rng(3)
    results = []
    for index in range(frames):
        there = [1, *([2] if index < 102 else []), *([6] if index >= 100 else []), 3, 4, 5]
        ids = np.array([one for one in there if one in {1, 2, 6} or rng.random() < 0.7], np.int32)
        n = len(ids)
        told = rng.dirichlet(np.full(8, 0.4), n).astype(np.float32)
        read = Expressions(told, rng.random(n) < 0.8, Quality.unmeasured(n))
        boxes = np.stack([ids * 80.0, 100.0 + index + 0 * ids, 40.0 + 0 * ids, 48.0 + 0 * ids], 1)
        faces = Faces.make(boxes, rng.uniform(0.5, 1, n), ids=ids)
        results.append(FrameResult(3 * index + 1, index / FPS, SIZE, faces, read))
    return write(path, results, **{"source_fps": FPS, **changes})


def long_lesson(path: Path, hours: float = 1.0, fps: float = 2.0, students: int = 30) -> Path:
    """A finished session, written in one go; the first five tracks change half way."""
    rng = np.random.default_rng(5)
    frames = int(hours * 3600 * fps)
    first = np.arange(1, students + 1, dtype=np.int32)
    boxes = np.array([(10 + 40 * k, 100, 20, 24) for k in range(students)], np.float32)
    scores, quality = np.full(students, 0.9, np.float32), Quality.unmeasured(students)
    faces = [Faces.make(boxes, scores, ids=first)]
    faces.append(Faces.make(boxes, scores, ids=np.where(first <= 5, first + 100, first)))
    told = rng.dirichlet(np.full(8, 0.4), (64, students)).astype(np.float32)
    known = rng.random((64, students)) < 0.8
    rows: list[schema.FaceRow] = []
    for k in range(frames):
        read = Expressions(told[k % 64], known[k % 64], quality)
        rows += schema.face_rows(FrameResult(k, k / fps, SIZE, faces[2 * k // frames], read))
    with Session.create(path, info(source_fps=fps, source_duration=frames / fps)) as session:
        db = session._db  # frame by frame, as an analysis does it, would take minutes
        with db.transaction():
            db.execute("INSERT INTO stages (id, names) VALUES (1, '[]')")
            db.insert(
                "INSERT INTO frame VALUES (?, ?, ?, ?, 1, x'', NULL)",
                [(k, k / fps, *SIZE) for k in range(frames)],
            )
            db.insert("INSERT INTO face VALUES (?, ?, ?, ?, ?, ?)", rows)
        session.finish(FrameCounts(frames, frames, 0), complete=True)
    return path
