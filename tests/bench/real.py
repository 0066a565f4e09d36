"""The real clip and its labels, which were drawn by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.stages.video import VideoSource
from tests.bench.ground_truth import Boxes, GroundTruth, still

LABELS = Path(__file__).parent / "labels" / "classroom.txt"
CLIP = Path("clips") / "classroom.mp4"
"""In the folder of real material."""


def read_labels(path: Path, frames: int) -> Boxes:
    """Boxes of ``frames`` frames from a text file of key frames; straight lines between them."""
    text = path.read_text(encoding="utf-8").splitlines()
    keys = np.array([line.split() for line in text if line and line[0] != "#"], float)
    every = np.arange(frames)
    people = np.unique(keys[:, 1])
    corners = np.empty((frames, len(people), 4))
    for column, who in enumerate(people):
        mine = keys[keys[:, 1] == who]
        for side in range(4):
            corners[:, column, side] = np.interp(every, mine[:, 0], mine[:, 2 + side])
    corners[..., 2:] -= corners[..., :2]
    ids = np.tile(people.astype(np.int64), frames)
    return Boxes(np.repeat(every, len(people)), ids, corners.reshape(-1, 4))


def real_truth(shared: Path) -> GroundTruth:
    """Who is in the real clip."""
    source = VideoSource(shared / CLIP)
    times = np.array([frame.timestamp for frame in source.frames()])
    source.close()
    faces = read_labels(LABELS, len(times))
    return GroundTruth(
        name="real clip",
        size=source.info.size,
        timestamps=times,
        faces=faces,
        visible=np.ones(len(faces)),
        yaw=np.zeros(len(faces)),
        pitch=np.zeros(len(faces)),
        camera=still(len(times)),
        exposure=np.ones(len(times)),
        blur=np.zeros(len(times)),
        colours={},
    )
