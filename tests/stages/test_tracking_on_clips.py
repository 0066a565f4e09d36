"""Detector and tracker together, all defaults, on real and rendered recordings."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.geometry import iou_matrix
from app.core.types import Faces, Frame
from app.engine.settings import DetectorSettings, TrackerSettings
from app.stages.blazeface import BlazeFaceDetector
from app.stages.bytetrack import ByteTracker
from app.stages.camera_motion import CameraMotion
from app.stages.colour_cue import ColourCue
from app.stages.fetch import blazeface_model

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.shared
def test_four_students_last_on_the_real_clip(shared: Path) -> None:
    counts = Counter(
        who for _, faces in _track(shared / "clips" / "classroom.mp4") for who in faces.ids.tolist()
    )
    assert all(counts[who] >= 43 for who in (1, 2, 3, 4))
    assert sum(n > 3 for n in counts.values()) == 4


def test_every_rendered_student_keeps_one_id_while_the_teacher_walks_past() -> None:
    """Three seconds of the demo clip against its truth; some are hidden on the way."""
    truth = json.loads((ROOT / "assets" / "demo.json").read_text(encoding="utf-8"))
    students_of, ids_of = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    visible = found = strangers = 0
    for time, faces in _track(ROOT / "assets" / "demo.mp4", 7.5, 10.5):
        there = truth["frames"][round(time * truth["fps"])]["faces"]
        overlap = iou_matrix(faces.boxes, np.array([face["box"] for face in there], float))
        here = set()
        for row, track_id in enumerate(faces.ids.tolist()):
            best = int(overlap[row].argmax())
            if overlap[row, best] < 0.4:
                strangers += 1
                continue
            student = there[best]["id"]
            here.add(student)
            students_of[track_id].add(student)
            ids_of[student].add(track_id)
        clear = {face["id"] for face in there if face["visible"] > 0.9}
        visible += len(clear)
        found += len(clear & here)
    assert all(len(students) == 1 for students in students_of.values())
    assert all(len(ids) == 1 for ids in ids_of.values())
    assert len(ids_of) == len(truth["students"])
    assert found > 0.97 * visible
    assert strangers < 0.02 * visible


def _track(path: Path, start: float = 0.0, end: float = float("inf")) -> list[tuple[float, Faces]]:
    """Time and tracked faces of each frame from ``start`` to ``end`` seconds, all defaults."""
    look, follow = DetectorSettings(), TrackerSettings()
    detector = BlazeFaceDetector(blazeface_model(), look.tile, look.overlap, look.min_score)
    tracker = ByteTracker(follow.high_score, follow.max_gap, motion=CameraMotion(), cue=ColourCue())
    tracked = []
    with av.open(str(path)) as clip:
        for i, picture in enumerate(clip.decode(video=0)):
            if start <= picture.time < end:
                frame = Frame(picture.to_ndarray(format="rgb24"), i, picture.time)
                seen = detector.detect(frame, tracker.expect(frame).boxes)
                tracked.append((picture.time, tracker.update(seen, frame).faces))
    detector.close()
    return tracked
