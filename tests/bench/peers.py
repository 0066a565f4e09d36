"""HOTA and plain ByteTrack, run in an environment of their own (``requirements-peers.txt``).

Knows nothing of Roomread: numpy files in, numpy files and JSON out. ``python peers.py track IN
OUT`` follows the detections with ByteTrack; ``python peers.py hota IN OUT`` scores. A file holds
several clips, each as arrays named "clip/what". Boxes are x, y, width, height in pixels.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import supervision
from trackers import ByteTrackTracker
from trackeval.metrics import HOTA

BUFFERS = {"ByteTrack": 30, "ByteTrack, patient": 1800}
"""Frames, of 30 a second, for which a lost student is kept: ByteTrack's own second, and a minute,
since the class may be away for longer than a second."""


def track(found: np.ndarray, times: np.ndarray, buffer: int) -> np.ndarray:
    """ByteTrack's defaults on detections (n, 6) of frame, score, box: (m, 6) of frame, id, box."""
    rate = 1.0 / float(np.median(np.diff(times)))
    tracker = ByteTrackTracker(lost_track_buffer=buffer, frame_rate=rate)
    rows = [np.zeros((0, 6))]
    for number, time in enumerate(times):
        here = found[found[:, 0] == number]
        corners = np.concatenate([here[:, 2:4], here[:, 2:4] + here[:, 4:6]], axis=1)
        faces = supervision.Detections(corners, confidence=here[:, 1])
        seen = tracker.update(faces, timestamp=float(time))
        ids = np.asarray(seen.tracker_id)
        known = ids >= 0
        boxes = np.concatenate([seen.xyxy[:, :2], seen.xyxy[:, 2:] - seen.xyxy[:, :2]], axis=1)
        rows.append(np.column_stack([np.full(known.sum(), number), ids[known] + 1, boxes[known]]))
    return np.concatenate(rows)


def hota(faces: np.ndarray, said: np.ndarray, frames: int) -> dict[str, float]:
    """HOTA, DetA and AssA in percent, means over the thresholds 0.05 to 0.95.

    ``faces`` and ``said`` are (n, 6) of frame, id, box.
    """
    there, true_ids = _by_frame(faces, frames)
    here, said_ids = _by_frame(said, frames)
    data = {
        "num_gt_dets": len(faces),
        "num_tracker_dets": len(said),
        "num_gt_ids": len(np.unique(faces[:, 1])),
        "num_tracker_ids": len(np.unique(said[:, 1])),
        "gt_ids": true_ids,
        "tracker_ids": said_ids,
        "similarity_scores": [_iou(a, b) for a, b in zip(there, here, strict=True)],
    }
    found = HOTA().eval_sequence(data)
    return {name: 100.0 * float(np.mean(found[name])) for name in ("HOTA", "DetA", "AssA")}


def _by_frame(rows: np.ndarray, frames: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Boxes and ids, counted from 0 without holes, of every frame."""
    _, ids = np.unique(rows[:, 1], return_inverse=True)
    cuts = np.searchsorted(rows[:, 0], np.arange(1, frames))
    return np.split(rows[:, 2:], cuts), np.split(ids, cuts)


def _iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, :2] + a[:, None, 2:], b[None, :, :2] + b[None, :, 2:])
    overlap = np.clip(high - low, 0, None).prod(axis=2)
    return overlap / (a[:, 2:].prod(axis=1)[:, None] + b[:, 2:].prod(axis=1)[None] - overlap)


def main() -> None:
    """See the module."""
    task, source, target = sys.argv[1:]
    clips: dict[str, dict[str, np.ndarray]] = defaultdict(dict)
    with np.load(source) as arrays:
        for name in arrays:
            clip, what = name.rsplit("/", 1)
            clips[clip][what] = arrays[name]
    if task == "track":
        tracks = {
            f"{clip}/{kind}": track(given["found"], given["times"], buffer)
            for clip, given in clips.items()
            for kind, buffer in BUFFERS.items()
        }
        np.savez_compressed(target, **tracks)
    elif task == "hota":
        scores = {
            clip: hota(given["faces"], given["said"], int(given["frames"]))
            for clip, given in clips.items()
        }
        Path(target).write_text(json.dumps(scores), encoding="utf-8")
    else:
        sys.exit(f"expected track or hota, got {task}")


if __name__ == "__main__":
    main()
