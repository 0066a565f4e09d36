"""Sessions to export, and what reads the files again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.core.types import Expressions, Faces, FrameResult, Quality
from app.session.formats import ExportOptions, export_formats
from app.session.store import Session
from tests.session.builders import SIZE, result, write
from tests.session.lessons import lesson

Export = Callable[..., Path]


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def header(path: Path, delimiter: str = ",") -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file, delimiter=delimiter))


def export(path: Path, out: Path, *names: str, **options: float) -> Path:
    """Export the session at ``path``; returns ``out``."""
    with Session.open(path) as session:
        export_formats(session, out, names, ExportOptions(**options))
    return out


def busy_lesson(path: Path, **changes: object) -> Path:
    """Fifty seconds of students who come and go, with markers and a hostile name."""
    lesson(path, **changes)
    with Session.open(path) as session:
        session.markers.add(3.0, 'group <work> & "noise"')
        session.markers.add(10.5, "=cmd\x01|' 'second\there")
        session.set_name(1, '=HYPERLINK("http://x")')
    return path


def measured_face(path: Path) -> Path:
    """One frame with one face of which everything is known, and one of which nothing is."""
    keypoints = np.arange(24, dtype=np.float32).reshape(2, 6, 2) + 100.04
    keypoints[1] = np.nan
    told = np.array([[0.5, 0.1, 0.1, 0.1, 0.1, 0.05, 0.03, 0.02], [np.nan] * 8], np.float32)
    quality = np.array([[0.8, np.nan], [-12.34, np.nan], [0.9, np.nan]], np.float32)
    faces = Faces.make(
        np.array([[10.04, 20.06, 30, 40], [-3.0, 5, 20, 21]]), np.array([0.987, 0.5]), keypoints,
        np.array([3, 120]),
    )  # fmt: skip
    known = Expressions(told, np.array([True, False]), Quality(*quality))
    frame = FrameResult(41, 61.23456, SIZE, faces, known)
    return write(path, [frame, result(42, 61.33456, {})])
