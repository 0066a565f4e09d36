"""The video beside a live session: off unless the user asks for it, faces covered as they say."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.privacy import FaceCover
from app.core.regions import Polygon
from app.core.types import Frame, FrameResult

if TYPE_CHECKING:  # importing these loads OpenCV and FFmpeg
    from app.session.video_writer import VideoWriter

LINGER: Final = 2.0
"""Seconds for which the place of a face that is not found any more stays covered: a face that is
lost for some frames is still there."""
WAITING: Final = 4
"""Pictures that may wait to be written; 1080p ones take 6 MB each."""


class Shot(NamedTuple):
    """A picture to be written.

    Attributes:
        frame: that was analysed.
        result: of this very frame.
        left_out, opted_out: (m, 4) and (k, 4) as ``Pipeline`` has them of this frame.
        seats: opted out, as ``Regions.opt_out``.
    """

    frame: Frame
    result: FrameResult
    left_out: NDArray[np.float32]
    opted_out: NDArray[np.float32]
    seats: tuple[Polygon, ...]


class PictureFile:
    """Writes the analysed pictures in a thread of its own that never holds the analysis up.

    Only pictures that were analysed are written, so that every face is covered where it was
    found, not where it was a moment ago. Opted-out seats and their students are covered whatever
    the user chose for the others. The thread and the file begin with the first picture.

    Args:
        path: the MP4 file; playable up to its last second if the program is killed.
        how: how faces are covered.
        fps: nominal, for the file's header.
    """

    def __init__(self, path: Path, how: FaceCover, fps: float) -> None:
        self._path, self._how, self._fps = path, how, fps
        self._lost = _Lost()
        self._changed = threading.Condition()
        # All below is guarded by ``_changed``.
        self._shots: deque[Shot] = deque()
        self._ended = False
        self._offered = self._dropped = 0
        self._problem = ""
        self._thread: threading.Thread | None = None

    @property
    def path(self) -> Path:
        """Where the video is written."""
        return self._path

    @property
    def note(self) -> str:
        """One line on what is not in the video, "" while all is."""
        with self._changed:
            if self._problem or not self._dropped:
                return self._problem
            return (
                f"{self._dropped} of {self._offered} pictures are not in the video: "
                "writing it is slower than the analysis"
            )

    def put(self, shot: Shot) -> None:
        """Write this one next; it is dropped and counted where too many wait. Never waits."""
        with self._changed:
            if self._ended or self._problem:
                return
            self._offered += 1
            if len(self._shots) >= WAITING:
                self._dropped += 1
                return
            self._shots.append(shot)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="roomread-picture")
                self._thread.start()
            self._changed.notify_all()

    def close(self) -> None:
        """Write what waits and finish the file; may be called twice."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        from av import FFmpegError  # noqa: PLC0415  # loaded in this thread: it takes a moment

        try:
            self._write()
        except (OSError, FFmpegError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            with self._changed:
                self._shots.clear()
                self._problem = (
                    f"the video ends here, the session goes on: {self._path.name} can't be "
                    f"written ({reason}); make room on the disk"
                )

    def _write(self) -> None:
        from app.session.video_writer import GROWING, VideoWriter  # noqa: PLC0415

        shot = self._next()
        if shot is None:
            return
        first_size = shot.result.size
        with VideoWriter(self._path, shot.frame.size, self._fps, GROWING, growing=True) as video:
            # Its clock is that of the session, also where the first picture came late.
            if shot.frame.timestamp > 0:
                self._add(video, shot, first_size, 0.0)
            while shot is not None:
                self._add(video, shot, first_size, shot.frame.timestamp)
                shot = self._next()

    def _add(
        self, video: VideoWriter, shot: Shot, first_size: tuple[int, int], timestamp: float
    ) -> None:
        left_out = np.concatenate([shot.left_out, self._lost.boxes(shot.result)])
        shot = shot._replace(left_out=left_out)
        video.add(covered(shot, self._how, first_size), timestamp)

    def _next(self) -> Shot | None:
        with self._changed:
            while not self._shots and not self._ended:
                self._changed.wait()
            return self._shots.popleft() if self._shots else None


class _Lost:
    """Where students were last who are not found in a frame."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[float, NDArray[np.float32]]] = {}

    def boxes(self, result: FrameResult) -> NDArray[np.float32]:
        """(k, 4) of those who were found in the last ``LINGER`` seconds, and are not in this."""
        now, faces = result.timestamp, result.faces
        found = dict(zip(faces.ids.tolist(), faces.boxes, strict=True))
        self._last = {k: v for k, v in self._last.items() if now - v[0] <= LINGER}
        lost = [box for track_id, (_, box) in self._last.items() if track_id not in found]
        self._last |= {track_id: (now, box) for track_id, box in found.items()}
        return np.array(lost, np.float32).reshape(-1, 4)


def covered(shot: Shot, how: FaceCover, first_size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture as it may be kept, (height, width, 3) uint8 RGB.

    Args:
        shot: the picture and what was found in it.
        how: how faces are covered.
        first_size: (width, height) of the source's first frame.
    """
    from app.session.covering import cover_faces  # noqa: PLC0415
    from app.session.hiding import hide_seats  # noqa: PLC0415

    boxes = np.concatenate([shot.result.faces.boxes, shot.left_out])
    image = cover_faces(shot.frame.image, boxes, how)
    image = cover_faces(image, shot.opted_out, FaceCover.BLOCK)
    if shot.seats:
        image = image.copy() if image is shot.frame.image else image
        hide_seats(image, shot.seats, shot.result.camera, first_size)
    return image
