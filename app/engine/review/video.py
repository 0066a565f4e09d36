"""The recording of a session that is reviewed: finding, checking, covering and cutting it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.errors import SourceError, TruncatedSourceError
from app.core.privacy import FaceCover
from app.core.types import Frame, FrameResult
from app.engine.analyse.recordings import DEMO, demo_clip
from app.engine.face_coverer import coarse
from app.session.covering import cover_faces
from app.session.edits import clock
from app.session.hiding import hide_seats, opted_out
from app.session.lingering import LINGER, SAME_TIME, Seen, students_at
from app.session.store import Session, SessionInfo
from app.stages.video import VideoSource

CROP: Final = 224
"""Width and height of the enlarged face in pixels."""

_AROUND: Final = 1.8  # width of a crop in widths of the face
_SLACK_S: Final = 1.0  # seconds by which two lengths of one recording may differ
_SLACK: Final = 0.02  # the same as a share, of length and frame rate


def find_video(session: Session) -> VideoSource | None:
    """The recording that a session was made of, or the video that was kept of a live one.

    Looked for where it was, beside the session, and a folder above; the clip that comes with
    Roomread also where it is now, as an upgrade moves it. None where it isn't there, or is another
    one by now.
    """
    folder, info = session.path.absolute().parent, session.info
    if info.source_live:
        places = [session.path.with_suffix(".mp4")]
    else:
        name = PureWindowsPath(info.source_name).name  # of either kind of path
        places = [Path(info.source_name), folder / name, folder.parent / name]
        if name == DEMO:
            with suppress(SourceError), demo_clip() as clip:
                places.append(clip)
    for place in places:
        with suppress(SourceError, OSError):
            return check_video(place, info)
    return None


def check_video(path: Path, info: SessionInfo) -> VideoSource:
    """Open a recording. Raises SourceError where it can't be the one of this session."""
    source = VideoSource(path)
    found = source.info
    wanted = f"{path.name} is not the recording of this session: "
    other = "choose another file"
    slack = 1 if info.source_live else 0  # an odd size grows by a pixel when it is written
    if max(abs(a - b) for a, b in zip(found.size, info.source_size, strict=True)) > slack:
        sizes = ["{}x{}".format(*size) for size in (found.size, info.source_size)]
        raise SourceError(f"{wanted}its pictures are {sizes[0]}, not {sizes[1]}; {other}")
    if info.source_live:
        return source
    if info.source_fps > 0 and abs(found.fps / info.source_fps - 1) > _SLACK:
        fps = f"{found.fps:.3g} frames a second, not {info.source_fps:.3g}"
        raise SourceError(f"{wanted}it has {fps}; {other}")
    if found.duration is not None and info.source_duration is not None:
        allowed = max(_SLACK_S, _SLACK * info.source_duration)
        if abs(found.duration - info.source_duration) > allowed:
            lengths = f"{clock(found.duration)} long, not {clock(info.source_duration)}"
            raise SourceError(f"{wanted}it is {lengths}; {other}")
    return source


class PictureCover:
    """Covers what must not be seen in pictures of the recording.

    Args:
        session: its opted-out seats are always covered.
        first_size: (width, height) of the first analysed frame.
    """

    def __init__(self, session: Session, first_size: tuple[int, int]) -> None:
        self._seats = opted_out(session.info.settings, session.regions.changes())
        self._first_size = first_size

    @property
    def hides_seats(self) -> bool:
        """Whether there are any."""
        return bool(self._seats)

    def apply(self, frame: Frame, seen: Sequence[Seen], how: FaceCover) -> Frame:
        """The frame with its students covered wherever they may be, and the seats.

        Nobody looks for faces here: a newcomer who was followed only later than ``LINGER``, and an
        opted-out student away from the seat, are not covered.

        Args:
            frame: to cover; not changed.
            seen: as ``students_at`` needs it. Where all of it is farther away than ``LINGER``, the
                whole picture is made coarse.
            how: faces are covered.
        """
        at, image = frame.timestamp, frame.image
        if how is not FaceCover.SHOW:
            if all(abs(one.timestamp - at) > LINGER for one in seen):
                return replace(frame, image=coarse(image))
            image = cover_faces(image, students_at(seen, at), how)
        if self._seats and seen:
            image = image.copy() if image is frame.image else image
            before = [one for one in seen if one.timestamp <= at + SAME_TIME] or seen[:1]
            hide_seats(image, self._seats, before[-1].camera, self._first_size)
        return frame if image is frame.image else replace(frame, image=image)


def cut_face(
    source: VideoSource,
    start: float,
    end: float,
    track: int,
    results: list[FrameResult],
    seats: PictureCover,
) -> list[Frame]:
    """The enlarged face of a track, ``CROP`` by ``CROP`` pixels, in each frame of a stretch.

    Args:
        source: the recording.
        start, end: seconds.
        track: whose face; in ``results`` at least once.
        results: around the stretch, in time order, as tracked.
        seats: covers those who opted out.

    Raises SourceError where the recording can't be read there.
    """
    times = [one.timestamp for one in results if track in one.faces.ids]
    boxes = np.array(
        [one.faces.boxes[one.faces.ids == track][0] for one in results if track in one.faces.ids]
    )
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    side = max(8, round(_AROUND * float(np.median(boxes[:, 2:].max(axis=1)))))
    found: list[Frame] = []
    with suppress(TruncatedSourceError):
        for frame in source.at(start).frames():
            if frame.timestamp > end:
                break
            at = (float(np.interp(frame.timestamp, times, middles[:, k])) for k in (0, 1))
            near = min(results, key=lambda one: abs(one.timestamp - frame.timestamp))
            seen = seats.apply(frame, [Seen.of(near)], FaceCover.SHOW)
            found.append(replace(frame, image=_crop(seen.image, side, tuple(at))))
    if not found:
        raise SourceError(f"{source.info.name} can't be read at {clock(start)}: copy it again")
    return found


def _crop(image: NDArray[np.uint8], side: int, middle: tuple[float, ...]) -> NDArray[np.uint8]:
    part = cv2.getRectSubPix(image, (side, side), (middle[0], middle[1]))
    return np.asarray(cv2.resize(part, (CROP, CROP), interpolation=cv2.INTER_CUBIC), np.uint8)
