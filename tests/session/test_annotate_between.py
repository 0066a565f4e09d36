"""Faces in an annotated video, in the frames between two analysed ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.core.types import FrameResult
from app.session.annotate import annotate_video
from app.session.store import Session
from app.stages.video import VideoSource
from tests.fakes import write_video
from tests.session.builders import result, write

GREY = np.full((240, 320, 3), 100, np.uint8)


def moved(index: int, left: float) -> FrameResult:
    """One student, ``left`` pixels from the edge."""
    one = result(index, index / 10, {1: "fear"})
    boxes = np.array([[left, 110.0, 60.0, 60.0]], np.float32)
    return replace(one, size=(320, 240), faces=replace(one.faces, boxes=boxes))


def test_faces_move_along_in_the_frames_between(tmp_path: Path) -> None:
    source = tmp_path / "in.mp4"
    write_video(source, 5, size=(320, 240), draw=lambda _: GREY)
    results = [moved(0, 20.0), moved(4, 180.0)]
    with Session.open(write(tmp_path / "s.roomread", results)) as session:
        annotate_video(source, session, tmp_path / "out.mp4")
    images = [one.image for one in VideoSource(tmp_path / "out.mp4").frames()]
    lefts = []
    for image in images:
        drawn = np.abs(image[120:150].astype(int) - 100).max(axis=(0, 2)) > 60
        lefts.append(int(np.flatnonzero(drawn)[0]))
    np.testing.assert_allclose(np.diff(lefts), 40, atol=2)
