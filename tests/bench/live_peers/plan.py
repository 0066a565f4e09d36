"""Which frames of a clip everybody looks at, and what is true in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.stages.video import VideoSource
from tests.bench.ground_truth import Boxes, Floats, GroundTruth, Ints, still
from tests.bench.real import CLIP, LABELS, read_labels

NO_LABEL = ""


@dataclass(frozen=True)
class Plan:
    """Frames in the order of looking.

    Attributes:
        clip: the recording.
        numbers: of its frames; a short clip is played forth and back.
        rate: frames of the plan a second.
        warm_up: place of the first frame that counts.
    """

    clip: Path
    numbers: tuple[int, ...]
    rate: float
    warm_up: int


@dataclass(frozen=True, eq=False)
class Answers:
    """What is true in the frames of a plan.

    Attributes:
        truth: who is where; frames are places in the plan.
        labels: (n,) expression shown by each face of ``truth``, "" where it is not known.
    """

    truth: GroundTruth
    labels: tuple[str, ...]


def plan(clip: Path, rate: float, seconds: float, warm_up: float) -> Plan:
    """Frames ``rate`` a second (0: every one) for ``seconds``, of which ``warm_up`` don't count.

    Raises:
        ValueError: the clip has fewer than two frames, or nothing is left to count.
    """
    with_times = _times(clip)
    if len(with_times) < 2:
        raise ValueError(f"{clip} has {len(with_times)} frames: choose a longer clip")
    own = 1.0 / float(np.median(np.diff(with_times)))
    rate = min(rate, own) if rate else own
    count, skipped = round(seconds * rate), round(warm_up * rate)
    if not skipped < count - 1:
        raise ValueError(f"{seconds:g} s with {warm_up:g} s of warm-up leave no frames to count")
    numbers = [forth_and_back(round(i * own / rate), len(with_times)) for i in range(count)]
    return Plan(clip, tuple(numbers), rate, skipped)


def forth_and_back(step: int, frames: int) -> int:
    """The frame at this step of a clip that is played forth and back, over and over."""
    place = step % (2 * frames - 2)
    return place if place < frames else 2 * frames - 2 - place


def answers(given: Plan, truth: Path | None = None) -> Answers:
    """What is true in the plan's frames.

    Args:
        given: the plan.
        truth: as ``tests.classroom`` writes it; None: the file beside the clip, or the hand-drawn
            boxes of the real clip.

    Raises:
        ValueError: nothing is known of the clip.
    """
    beside = truth or given.clip.with_suffix(".json")
    if beside.is_file():
        return _drawn(given, json.loads(beside.read_text(encoding="utf-8")))
    if given.clip.name == CLIP.name:
        return _real(given)
    raise ValueError(f"{beside} is not there: draw the clip with `python -m tests.classroom`")


def _drawn(given: Plan, text: dict) -> Answers:
    frames = [text["frames"][number]["faces"] for number in given.numbers]
    boxes = Boxes.stack(
        [
            (np.array([f["id"] for f in one], np.int64), np.array([f["box"] for f in one], float))
            for one in frames
        ]
    )
    faces = [face for one in frames for face in one]
    visible, yaw, pitch = (
        np.array([face[name] for face in faces], float) for name in ("visible", "yaw", "pitch")
    )
    # An expression that comes or goes is neither the one nor the other.
    labels = tuple(f["label"] if f["strength"] >= 0.5 else NO_LABEL for f in faces)
    return Answers(_truth(given, tuple(text["size"]), boxes, visible, yaw, pitch), labels)


def _real(given: Plan) -> Answers:
    every = read_labels(LABELS, max(given.numbers) + 1)
    cuts = every.offsets(max(given.numbers) + 1)
    rows = [np.arange(cuts[number], cuts[number + 1]) for number in given.numbers]
    boxes = Boxes.stack([(every.ids[r], every.boxes[r]) for r in rows])
    source = VideoSource(given.clip)
    size = source.info.size
    source.close()
    seen, ahead = np.ones(len(boxes)), np.zeros(len(boxes))
    return Answers(_truth(given, size, boxes, seen, ahead, ahead), (NO_LABEL,) * len(boxes))


def _truth(
    given: Plan, size: tuple[int, int], faces: Boxes, visible: Floats, yaw: Floats, pitch: Floats
) -> GroundTruth:
    count = len(given.numbers)
    return GroundTruth(
        name=given.clip.stem,
        size=size,
        timestamps=np.arange(count) / given.rate,
        faces=faces,
        visible=visible,
        yaw=yaw,
        pitch=pitch,
        camera=still(count),
        exposure=np.ones(count),
        blur=np.zeros(count),
        colours={},
    )


def _times(clip: Path) -> Floats:
    source = VideoSource(clip)
    try:
        return np.array([picture.timestamp for picture in source.pictures()])
    finally:
        source.close()


def rows_of(truth: GroundTruth, places: Ints) -> Ints:
    """Rows of the faces that are there at these places of the plan."""
    return np.flatnonzero(np.isin(truth.faces.frame, places))
