"""Results and sessions to test with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.core.expressions import LABELS
from app.core.types import STILL, Expressions, Faces, FrameResult, Quality, Suggestion
from app.session.store import Session, SessionInfo

SIZE = (640, 480)


def info(**changes: object) -> SessionInfo:
    fields: dict[str, object] = {
        "app_version": "1.2.3",
        "created": "2025-03-04T05:06:07+00:00",
        "source_name": "lesson.mp4",
        "source_size": SIZE,
        "source_fps": 10.0,
        "source_duration": 12.5,
        "source_live": False,
        "model_name": "base",
        "model_version": "1",
        "model_sha256": "ab" * 32,
        "provider": "CPU",
        "settings": {"detector": {"tile": 224}},
    }
    return SessionInfo(**{**fields, **changes})


def result(
    index: int,
    timestamp: float,
    students: dict[int, str | None],
    width: float = 20.0,
    timings: dict[str, float] | None = None,
    suggestions: tuple[Suggestion, ...] = (),
    age: float = 0.0,
) -> FrameResult:
    """A frame with these students (id: expression, None: can't tell) side by side.

    What they show was read ``age`` seconds before.
    """
    n = len(students)
    boxes = np.array([(10 + 40 * k, 100, width, 24) for k in range(n)], np.float32).reshape(n, 4)
    probabilities = np.full((n, 8), 0.05, np.float32)
    for row, expression in enumerate(students.values()):
        probabilities[row, LABELS.index(expression or "neutral")] = 0.65
    known = np.array([expression is not None for expression in students.values()], bool)
    faces = Faces.make(boxes, np.full(n, 0.9), ids=np.array(list(students), np.int32))
    quality = Quality(*np.full((3, n), 0.5, np.float32))
    expressions = Expressions(probabilities, known, quality, np.full(n, age, np.float32))
    return FrameResult(
        index, timestamp, SIZE, faces, expressions, timings or {}, STILL, suggestions
    )


def random_result(
    rng: np.random.Generator, index: int, timestamp: float, n: int, held: bool = False
) -> FrameResult:
    """n faces with every kind of value: unread faces, absent key points, odd numbers; a camera
    that moves now and then, and suggestions. ``held``: some readings are held."""
    boxes = np.concatenate((rng.normal(200, 300, (n, 2)), rng.uniform(1, 80, (n, 2))), axis=1)
    keypoints = rng.normal(200, 100, (n, 6, 2))
    keypoints[rng.random(n) < 0.3] = np.nan
    keypoints[rng.random((n, 6)) < 0.1] = np.nan
    probabilities = rng.dirichlet(np.full(8, 0.4), n).astype(np.float32)
    unread = rng.random(n) < 0.3
    probabilities[unread] = np.nan
    quality = rng.exponential(5, (3, n)).astype(np.float32)
    quality[:, unread] = np.nan
    age = np.where(unread, np.nan, 0.0).astype(np.float32)
    if held:
        age += (rng.exponential(0.2, n) * (rng.random(n) < 0.5)).astype(np.float32)
    ids = rng.permutation(np.arange(1, 3 * n + 2))[:n]
    return FrameResult(
        index,
        timestamp,
        SIZE,
        Faces.make(boxes, rng.random(n), keypoints, ids),
        Expressions(probabilities, ~unread & (rng.random(n) < 0.8), Quality(*quality), age),
        {"detector": rng.exponential(0.01), "tracker": rng.exponential(0.001)},
        STILL if rng.random() < 0.5 else rng.normal(0, 1, (2, 3)),
        tuple(Suggestion(1, 2 + k, timestamp, rng.random()) for k in range(rng.integers(0, 3))),
    )


def assert_same(one: FrameResult, other: FrameResult) -> None:
    """Equal to the last bit."""
    assert (one.index, one.timestamp, one.size) == (other.index, other.timestamp, other.size)
    assert dict(one.timings) == dict(other.timings)
    assert one.suggestions == other.suggestions
    np.testing.assert_array_equal(one.camera, other.camera)
    for name in ("boxes", "scores", "keypoints", "ids"):
        np.testing.assert_array_equal(getattr(one.faces, name), getattr(other.faces, name), name)
    read, again = one.expressions, other.expressions
    for name in ("probabilities", "known", "age"):
        np.testing.assert_array_equal(getattr(read, name), getattr(again, name), name)
    for name in ("sharpness", "yaw", "exposure"):
        np.testing.assert_array_equal(
            getattr(read.quality, name), getattr(again.quality, name), name
        )


def write(path: Path, results: Iterable[FrameResult], **changes: object) -> Path:
    """A closed session with these results."""
    with Session.create(path, info(**changes)) as session:
        for one in results:
            session.append(one)
    return path


def held_between(results: Sequence[FrameResult], steps: int) -> list[FrameResult]:
    """The results and ``steps - 1`` frames between each two, in which the one before is held.

    Frame numbers are ``steps`` times as high. As Live does it whose students all stay.
    """
    frames = []
    gap = results[1].timestamp - results[0].timestamp
    for one in results:
        for step in range(steps):
            age = np.float32(step * gap / steps)
            read = one.expressions
            frames.append(
                replace(
                    one,
                    index=one.index * steps + step,
                    timestamp=one.timestamp + float(age),
                    expressions=replace(read, age=read.age + age),
                )
            )
    return frames


def steady(times: Sequence[float], students: dict[int, str | None]) -> list[FrameResult]:
    """The same students at each of these times."""
    return [result(index, time, students) for index, time in enumerate(times)]
