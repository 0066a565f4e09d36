"""The students of a recording, cut out with head and shoulders, each moving as they did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import SourceError
from app.core.types import Frame
from app.engine.build import build_pipeline
from app.engine.settings import RecognizerSettings, Settings
from app.stages.video import VideoSource

SECONDS: Final = 6.0
"""Of the recording that is used, at most."""
FPS: Final = 15.0
"""Pictures a second that are kept of it, at most."""
_SEEN: Final = 0.8
"""Share of the pictures in which a student must be followed."""
_SIDE, _ABOVE, _BELOW = 0.55, 0.45, 0.9
"""What is cut out around the places of a face, in its widths and heights: hair and shoulders."""
_WIDEST: Final = 4.0
"""Of a cut-out, in widths of its face: whoever walks about is left out."""
_CLOSEST: Final = 0.12
"""Of a face's width, that is left around it where a neighbour sits close."""

Rect = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class CutOut:
    """One student over time.

    Attributes:
        pictures: (t, height, width, 3) uint8 RGB.
        boxes: (t, 4) float64 x, y, width, height of the face in pixels of these pictures.
        seen: (t,) bool: False where something hides it.
    """

    pictures: NDArray[np.uint8]
    boxes: NDArray[np.float64]
    seen: NDArray[np.bool_]

    @property
    def face_width(self) -> float:
        """Pixels: the median over time."""
        return float(np.median(self.boxes[:, 2]))


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """All students of a recording that can be cut out.

    Attributes:
        name: of the recording.
        fps: pictures a second of all cut-outs.
        students: at least one.
        room: (height, width, 3) uint8 RGB: the middle picture, faces and all.
    """

    name: str
    fps: float
    students: tuple[CutOut, ...]
    room: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What an unhurried look at a recording found, every picture of it searched.

    Attributes:
        timestamps: (t,) float64 seconds.
        boxes: track to (t, 4) float64 x, y, width, height in pixels; NaN where not followed.
        size: (width, height).
    """

    timestamps: NDArray[np.float64]
    boxes: dict[int, NDArray[np.float64]]
    size: tuple[int, int]


def look_at(
    video: Path, settings: Settings, say: Callable[[str], None], seconds: float = SECONDS
) -> Looked:
    """Follow the faces in the first ``seconds`` of a recording, however long that takes.

    Raises:
        RoomreadError: it can't be read, or a model is missing.
    """
    # The expressions are not read: whichever model loads at once will do.
    quick = settings.model_copy(
        update={"recognizer": RecognizerSettings(shipped="small", provider="cpu")}
    )
    found: list[tuple[float, dict[int, NDArray[np.float32]]]] = []
    size = (0, 0)
    with closing(build_pipeline(quick, _no_word).pipeline) as pipeline:
        say(f"Looking for the students of {video.name} ...")
        for frame in beginning(video, seconds=seconds):
            faces = pipeline.follow(frame).tracked.faces
            found.append((frame.timestamp, dict(zip(faces.ids.tolist(), faces.boxes, strict=True))))
            size = frame.size
    if not found:
        raise SourceError(f"{video.name} holds no pictures: choose another recording")
    tracks = sorted({track for _, faces in found for track in faces})
    nowhere = np.full(4, np.nan)
    boxes = {
        track: np.array([faces.get(track, nowhere) for _, faces in found], np.float64)
        for track in tracks
    }
    return Looked(np.array([time for time, _ in found]), boxes, size)


def cast_of(
    video: Path, settings: Settings, say: Callable[[str], None], seconds: float = SECONDS
) -> Cast:
    """Cut the students of ``video`` out, as they are in its first ``seconds``.

    Raises:
        SourceError: it can't be read, or nobody in it can be followed for long enough.
        ModelError: a model is missing.
    """
    looked = look_at(video, settings, say, seconds)
    places = places_of(looked)
    if not places:
        raise SourceError(
            f"nobody in {video.name} can be followed through its first {seconds:g} s: "
            "choose another recording"
        )
    pictures: dict[int, list[NDArray[np.uint8]]] = {track: [] for track in places}
    room = None
    for number, frame in enumerate(beginning(video, seconds=seconds)):
        for track, (x, y, width, height) in places.items():
            pictures[track].append(frame.image[y : y + height, x : x + width].copy())
        if room is None or number == len(looked.timestamps) // 2:
            room = frame.image.copy()
    assert room is not None  # ``look_at`` has seen one
    students = []
    for track, place in places.items():
        boxes = looked.boxes[track]
        moved = _filled(boxes) - (*place[:2], 0, 0)
        students.append(CutOut(np.stack(pictures[track]), moved, np.isfinite(boxes[:, 0])))
    length = looked.timestamps[-1] - looked.timestamps[0]
    fps = (len(looked.timestamps) - 1) / length if length > 0 else FPS
    return Cast(video.name, fps, tuple(students), room)


def beginning(video: Path, fps: float = FPS, seconds: float = SECONDS) -> Iterator[Frame]:
    """The frames of the first seconds, evenly spaced, about ``fps`` of them a second at most."""
    with closing(VideoSource(video)) as source:
        step = max(1, round(source.info.fps / fps))
        for picture in source.pictures():
            if picture.timestamp > seconds:
                return
            if picture.index % step == 0:
                yield picture.frame()


def places_of(looked: Looked) -> dict[int, Rect]:
    """Track to what is cut out (x, y, width, height): no face of a neighbour is in it."""
    spans = {track: _span(boxes) for track, boxes in looked.boxes.items()}
    places = {}
    for track, boxes in looked.boxes.items():
        if np.isfinite(boxes[:, 0]).mean() < _SEEN:
            continue
        width, height = np.nanmedian(boxes[:, 2:], axis=0)
        left, top, right, bottom = spans[track]
        near = np.array([-width, -height, width, height]) * _CLOSEST
        far = np.array([-_SIDE * width, -_ABOVE * height, _SIDE * width, _BELOW * height])
        place = np.array([left, top, right, bottom]) + far
        place = np.clip(place, 0, (*looked.size, *looked.size))
        others = [span for other, span in spans.items() if other != track]
        kept = _without_neighbours(place, spans[track] + near, others)
        if kept is None or kept[2] - kept[0] > _WIDEST * width:
            continue
        x, y = np.ceil(kept[:2]).astype(int).tolist()
        far_x, far_y = np.floor(kept[2:]).astype(int).tolist()
        places[track] = (x, y, far_x - x, far_y - y)
    return places


def _span(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4,) left, top, right, bottom of all that the boxes (t, 4) ever cover."""
    return np.concatenate(
        [np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, :2] + boxes[:, 2:], axis=0)]
    )


def _without_neighbours(
    place: NDArray[np.float64], own: NDArray[np.float64], others: list[NDArray[np.float64]]
) -> NDArray[np.float64] | None:
    """The place, smaller by what others cover; None where a student can't be had without them."""
    place = place.copy()
    for other in others:
        if (place[:2] >= other[2:]).any() or (other[:2] >= place[2:]).any():
            continue
        # Cut at the side where the least is lost, of those that leave the own face whole.
        cuts = [(2, other[0]), (3, other[1]), (0, other[2]), (1, other[3])]
        whole = [
            (abs(place[side] - at), side, at)
            for side, at in cuts
            if (at >= own[side] if side >= 2 else at <= own[side])
        ]
        if not whole:
            return None
        _, side, at = min(whole)
        place[side] = at
    return place


def _filled(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The boxes (t, 4) with gaps bridged in straight lines."""
    there = np.flatnonzero(np.isfinite(boxes[:, 0]))
    times = np.arange(len(boxes))
    return np.stack([np.interp(times, there, boxes[there, side]) for side in range(4)], axis=1)


def _no_word(_: str) -> None:
    """Say nothing: what is measured says its own."""
