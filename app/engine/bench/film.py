"""Pictures as a webcam sends them, JPEG by JPEG in one file, with the faces that are in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.errors import ExportError, SourceError
from app.engine.bench.crowd import Shot, seats_for, shots
from app.engine.bench.cut_outs import SECONDS, Cast, beginning, look_at
from app.engine.settings import Settings

FPS: Final = 30.0
LENGTH: Final = 8.0
"""Seconds of a film, which is played forth and back."""
_QUALITY: Final = 85
"""Of the JPEGs; those of webcams are about as large."""


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """A film on disk; the system keeps it in memory while it is played.

    Attributes:
        path: of the JPEGs, one after the other.
        name: what it was made of.
        size: (width, height).
        fps: pictures a second.
        ends: (t,) int64: where each JPEG ends, in bytes.
        boxes: (t, n, 4) float64 x, y, width, height of every face.
        seen: (t, n) bool: False where something hides it, or it is not there.
    """

    path: Path
    name: str
    size: tuple[int, int]
    fps: float
    ends: NDArray[np.int64]
    boxes: NDArray[np.float64]
    seen: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def faces(self) -> int:
        """How many students there are."""
        return int(self.boxes.shape[1])

    def place(self, number: int) -> int:
        """The picture that comes ``number``-th where it is played forth and back for ever."""
        if len(self) < 2:
            return 0
        turn = number % (2 * (len(self) - 1))
        return min(turn, 2 * (len(self) - 1) - turn)


class Reader:
    """Reads the JPEGs of a film. Raises SourceError where it is gone."""

    def __init__(self, film: Film) -> None:
        self._film = film
        try:
            self._file = os.open(film.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise SourceError(f"the film {film.path} can't be read ({error.strerror})") from error

    def __call__(self, place: int) -> NDArray[np.uint8]:
        """(height, width, 3) uint8 BGR, decoded as a webcam's driver does."""
        begin = int(self._film.ends[place - 1]) if place else 0
        os.lseek(self._file, begin, os.SEEK_SET)
        data = os.read(self._file, int(self._film.ends[place]) - begin)
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            raise SourceError(f"the film {self._film.path} is damaged: make it again")
        return np.asarray(image, np.uint8)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def crowd_film(
    cast: Cast,
    faces: int,
    size: tuple[int, int],
    path: Path,
    length: float = LENGTH,
) -> Film:
    """Draw a class of so many ``faces`` into ``path``.

    Args:
        size: (width, height) in pixels.
        length: seconds.

    Raises:
        ExportError: it can't be written.
        SourceError: so many have no room in a picture of this size.
    """
    count = max(2, round(length * FPS))
    seats = seats_for(cast, faces, size)
    drawn = shots(cast, seats, size, count, FPS)
    return _write(path, f"{cast.name}, {faces} faces", size, FPS, drawn)


def clip_film(
    video: Path, settings: Settings, size: tuple[int, int] | None, path: Path,
    say: Callable[[str], None],
    seconds: float = SECONDS,
) -> Film:  # fmt: skip
    """The first ``seconds`` of ``video`` as they are, in another ``size`` if that is given.

    Who is there is what an unhurried look at it finds.

    Raises:
        RoomreadError: it can't be read or written.
    """
    looked = look_at(video, settings, say, seconds)
    tracks = np.stack(list(looked.boxes.values()), axis=1) if looked.boxes else np.zeros((0, 0, 4))
    size = size or looked.size
    scale = np.tile(np.divide(size, looked.size), 2)
    times: list[float] = []

    def pictures() -> Iterator[Shot]:
        for frame in beginning(video, FPS, seconds):
            times.append(frame.timestamp)
            image = frame.image
            if frame.size != size:
                image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
            boxes = _at(looked.timestamps, tracks, frame.timestamp) * scale
            yield Shot(image, boxes, np.isfinite(boxes[:, 0]))

    film = _write(path, f"{video.name} as it is", size, FPS, pictures())
    length = times[-1] - times[0]
    return replace(film, fps=min(FPS, (len(times) - 1) / length) if length > 0 else FPS)


def _at(
    times: NDArray[np.float64], tracks: NDArray[np.float64], time: float
) -> NDArray[np.float64]:
    """(n, 4) boxes at a time, between those of the nearest two pictures (t, n, 4)."""
    if not len(tracks):
        return np.zeros((0, 4))
    after = int(np.clip(np.searchsorted(times, time), 1, max(1, len(times) - 1)))
    if len(times) < 2:
        return np.asarray(tracks[0])
    share = np.clip((time - times[after - 1]) / (times[after] - times[after - 1]), 0, 1)
    return np.asarray(tracks[after - 1] * (1 - share) + tracks[after] * share)


def _write(
    path: Path,
    name: str,
    size: tuple[int, int],
    fps: float,
    drawn: Iterator[Shot],
) -> Film:
    ends: list[int] = []
    boxes, seen, end = [], [], 0
    try:
        with path.open("wb") as file:
            for shot in drawn:
                bgr = cv2.cvtColor(shot.image, cv2.COLOR_RGB2BGR)
                _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
                end += file.write(jpeg.tobytes())
                ends.append(end)
                boxes.append(shot.boxes)
                seen.append(shot.seen)
    except OSError as error:
        raise ExportError(f"the film {path} can't be written ({error.strerror})") from error
    return Film(path, name, size, fps, np.array(ends, np.int64), np.stack(boxes), np.stack(seen))
