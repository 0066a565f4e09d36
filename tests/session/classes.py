"""Sessions in which expressions come and go as in a lesson, made fast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.types import Expressions, Faces, FrameResult, Quality
from app.session import schema
from app.session.store import FrameCounts, Session
from tests.session.builders import SIZE, info


def drifting(
    rng: np.random.Generator, frames: int, people: int, together: slice | None = None
) -> NDArray[np.float32]:
    """(frames, people, 8) probabilities that change slowly, each student's for itself; and those
    of everyone alike in the frames of ``together``."""
    from scipy.signal import lfilter

    noise = rng.standard_normal((frames, people, 8))
    if together is not None:
        noise[together] = 0.4 * noise[together] + rng.standard_normal((frames, 1, 8))[together]
    odds = np.exp(0.5 * lfilter([1.0], [1.0, -0.8], noise, axis=0))
    found: NDArray[np.float32] = (odds / odds.sum(axis=2, keepdims=True)).astype(np.float32)
    return found


def lesson_of(
    path: Path,
    told: NDArray[np.float32],
    known: NDArray[np.bool_] | None = None,
    fps: float = 1.0,
    **changes: object,
) -> Path:
    """A finished session of (frames, people, 8) probabilities; ``known`` is (frames, people)."""
    frames, people = told.shape[:2]
    known = np.ones((frames, people), bool) if known is None else known
    boxes = np.array([(10 + 40 * k, 100, 20, 24) for k in range(people)], np.float32)
    scores, quality = np.full(people, 0.9, np.float32), Quality.unmeasured(people)
    faces = Faces.make(boxes, scores, ids=np.arange(1, people + 1, dtype=np.int32))
    results = [
        FrameResult(k, k / fps, SIZE, faces, Expressions(told[k], known[k], quality))
        for k in range(frames)
    ]
    kept = info(**{"source_fps": fps, "source_duration": frames / fps, **changes})
    with Session.create(path, kept) as session:
        if kept.privacy.class_only:
            for one in results:
                session.append(one)
        else:
            db = session._db  # frame by frame, as an analysis does it, would take long
            with db.transaction():
                db.execute("INSERT INTO stages (id, names) VALUES (1, '[]')")
                db.insert(
                    "INSERT INTO frame VALUES (?, ?, ?, ?, 1, x'', NULL)",
                    [(k, k / fps, *SIZE) for k in range(frames)],
                )
                rows = [row for one in results for row in schema.face_rows(one)]
                db.insert("INSERT INTO face VALUES (?, ?, ?, ?, ?, ?)", rows)
        session.finish(FrameCounts(frames, frames, 0), complete=True)
    return path
