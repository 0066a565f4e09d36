"""A copy of the recording with every face marked: a second pass over video and session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from app.core.errors import ExportError, TruncatedSourceError
from app.core.privacy import FaceCover
from app.core.regions import Polygon
from app.core.types import STILL, Frame, FrameResult
from app.session.covering import cover_faces
from app.session.drawing import draw_result
from app.session.hiding import hide_seats, opted_out
from app.session.interpolation import between
from app.session.lingering import SAME_TIME, Around, Strangers, students_at
from app.session.searching import SEARCH, FindFaces, SearchAhead
from app.session.staging import export_error
from app.session.store import Session, Stretch
from app.session.video_writer import VideoWriter
from app.stages.sound import sound_of
from app.stages.video import VideoSource

HOLD: Final = 0.5
"""Seconds that a result is shown on the frames after it that were not analysed."""
_ROUNDING: Final = 1e-4  # seconds; a video keeps time in whole ticks of its clock
CLASS_ONLY: Final = (
    "no annotated video is made of a class-only session: it does not know where faces are, so "
    "they could not be covered; its tables say what it holds"
)


def needs_finding(session: Session, faces: FaceCover | None = None) -> bool:
    """Whether an annotated video needs a face detector, since somebody is to be hidden in it.

    Args:
        session: to be annotated.
        faces: as ``annotate_video``.
    """
    return _cover_of(session, faces) is not FaceCover.SHOW or bool(_seats_of(session))


def annotate_video(
    video: Path,
    session: Session,
    out: Path,
    progress: Callable[[float], None] | None = None,
    faces: FaceCover | None = None,
    find: FindFaces | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Write ``out``: H.264 in MP4 with boxes, marks, ids and expressions, and the sound as AAC.

    It holds the frames from the first to the last analysed one. Each keeps its distance in time
    to the others, whatever the frame rate; the first one is at 0. Frames in between that were
    not analysed show faces moved along (``interpolation``), or, where analysed ones are too far
    apart for that, the last result for up to ``HOLD`` seconds. Opted-out seats are covered, also
    those opted out later. An odd width or height grows by one pixel.

    Where faces are covered, every student's place is, as ``app.session.lingering`` says, and every
    face that ``find`` finds in the frame or found in the seconds before, whoever it is: newcomers,
    and opted-out students away from their seats. Where faces are shown and a seat is opted out,
    those are covered that ``find`` finds and that belong to no student of the session. A face that
    neither the analysis nor ``find`` finds is not covered, so look through the video before you
    pass it on.

    Args:
        video: the recording that the session was made from.
        session: its results.
        out: file to write; replaced when the new one is whole.
        progress: called with the share done, 0 to 1.
        faces: how they are covered; None: as the session's privacy says.
        find: finds all faces of a frame on its own; needed where ``needs_finding`` says so.
        say: told in one line that there is sound, and it can't be read: there is none in ``out``.

    Raises:
        ValueError: ``find`` is needed and missing.
        SourceError: the video can't be read.
        SessionError: the session can't be read.
        ExportError: nothing was analysed, ``out`` can't be written, or the session is class-only:
            it does not know where faces are, so none of them could be covered.
    """
    if session.class_only:
        raise ExportError(CLASS_ONLY)
    stretch = session.stretch
    if stretch is None:
        raise ExportError(f"no frame of {video} was analysed, so there is nothing to annotate")
    if find is None and needs_finding(session, faces):
        raise ValueError("faces are covered or seats opted out: a face detector is needed")
    part = out.with_name(f".{out.name}.part")
    with ExitStack() as stack:
        stack.callback(_drop, part)
        source = VideoSource(video, start=_early(stretch))
        stack.callback(source.close)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            hidden = stack.enter_context(closing(_Hidden(video, session, stretch, faces, find)))
            pictures = _drawn(_frames(source, session, stretch), session, hidden)
            _encode(part, pictures, source, stretch, progress, say)
            os.replace(part, out)
        except OSError as error:
            raise export_error(error, out) from error
        except av.FFmpegError as error:
            raise ExportError(f"can't write {out}: {error}") from error


def _drop(part: Path) -> None:
    with suppress(OSError):
        part.unlink(missing_ok=True)


def _early(stretch: Stretch) -> float:
    """Where to begin to read: its first frame must not fall to a rounding of its timestamp."""
    return max(0.0, stretch.start - 0.5)


def _frames(source: VideoSource, session: Session, stretch: Stretch) -> Iterator[Frame]:
    """The frames of the stretch, with the numbers that the session knows them by."""
    frames = source.frames()
    if session.info.source_live:
        frames = _numbered(frames, session)
    return _within(frames, stretch)


def _cover_of(session: Session, faces: FaceCover | None) -> FaceCover:
    return session.info.privacy.faces if faces is None else faces


def _seats_of(session: Session) -> tuple[Polygon, ...]:
    return opted_out(session.info.settings, session.regions.changes())


def _numbered(frames: Iterator[Frame], session: Session) -> Iterator[Frame]:
    """The kept pictures of a camera with the numbers that its frames had: by their times."""
    numbers, times = session.frames.numbered()
    for frame in frames:
        row = int(np.searchsorted(times, frame.timestamp + _ROUNDING, side="right")) - 1
        if row >= 0:
            yield replace(frame, index=int(numbers[row]))


def _within(frames: Iterator[Frame], stretch: Stretch) -> Iterator[Frame]:
    """The frames of the stretch; a recording that is cut off ends early, as it did before."""
    with suppress(TruncatedSourceError):
        for frame in frames:
            if frame.index > stretch.last:
                return
            if frame.index >= stretch.first:
                yield frame
            if frame.index == stretch.last:
                return


def _searched(video: Path, stretch: Stretch) -> Iterator[Frame]:
    """The frames in which faces are searched: those of the stretch, and the next one."""
    with suppress(TruncatedSourceError):
        for frame in VideoSource(video, start=_early(stretch)).frames(SEARCH - SAME_TIME):
            yield frame
            if frame.timestamp > stretch.end:
                return


def _drawn(
    frames: Iterator[Frame], session: Session, hidden: _Hidden
) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Every frame's picture with what is known of it drawn in, and its timestamp."""
    results = session.results()
    latest: FrameResult | None = None
    coming = next(results, None)
    for frame in frames:
        while coming is not None and coming.index <= frame.index:
            latest, coming = coming, next(results, None)
        image = hidden.apply(frame, STILL if latest is None else latest.camera)
        shown = None if latest is None else _shown(latest, coming, frame)
        if shown is not None:
            draw_result(image, shown)
        yield image, frame.timestamp


def _shown(latest: FrameResult, coming: FrameResult | None, frame: Frame) -> FrameResult | None:
    """What is drawn into a frame from the latest result on, before the coming one."""
    at = frame.timestamp
    if coming is not None and latest.timestamp < at < coming.timestamp:
        moved = between(latest, coming, frame.index, at)
        if moved is not None:
            return moved
    return latest if at - latest.timestamp <= HOLD else None


class _Hidden:
    """Hides whoever must not be seen in the frames, which come in time order."""

    def __init__(
        self,
        video: Path,
        session: Session,
        stretch: Stretch,
        faces: FaceCover | None,
        find: FindFaces | None,
    ) -> None:
        self._how = _cover_of(session, faces)
        self._seats = _seats_of(session)
        # As tracked: whoever is left out of the tables, or merged, is not left uncovered.
        self._around = Around(session.raw_results())
        self._strangers = Strangers()
        first = next(session.raw_results(), None)
        self._first_size = (0, 0) if first is None else first.size
        self._ahead: SearchAhead | None = None
        if find is not None and needs_finding(session, faces):
            around = Around(session.raw_results())
            self._ahead = SearchAhead(_searched(video, stretch), around, find, self._covers)

    def close(self) -> None:
        """End the search."""
        if self._ahead is not None:
            self._ahead.close()

    @property
    def _covers(self) -> bool:
        return self._how is not FaceCover.SHOW

    def apply(self, frame: Frame, camera: NDArray[np.float64]) -> NDArray[np.uint8]:
        """The picture as it may be written; painted into."""
        image = frame.image
        if self._ahead is not None:
            students = students_at(self._around.at(frame.timestamp), frame.timestamp)
            found = self._ahead.at(frame.timestamp, camera)
            boxes = self._strangers.at(frame.timestamp, camera, found, students)
            if self._covers:
                boxes = np.concatenate([students, boxes])
            image = cover_faces(image, boxes, self._how if self._covers else FaceCover.BLOCK)
        hide_seats(image, self._seats, camera, self._first_size)
        return image


def _encode(
    part: Path,
    pictures: Iterator[tuple[NDArray[np.uint8], float]],
    source: VideoSource,
    stretch: Stretch,
    progress: Callable[[float], None] | None,
    say: Callable[[str], None],
) -> None:
    first = next(pictures, None)
    if first is None:
        raise ExportError("no frame of the video could be read again, so it is not annotated")
    height, width = first[0].shape[:2]
    length = max(stretch.end - stretch.start, 1e-9)
    sound = sound_of(Path(source.info.name), source.first_time + first[1], say)
    with ExitStack() as stack:
        if sound is not None:
            stack.callback(sound.close)
        has_sound = sound is not None
        writer = VideoWriter(part, (width, height), source.info.fps, sound=has_sound)
        stack.enter_context(writer)
        for image, timestamp in chain([first], pictures):
            if sound is not None:
                writer.hear(sound.until(timestamp - first[1]))
            writer.add(image, timestamp - first[1])
            if progress is not None:
                progress(min(1.0, (timestamp - stretch.start) / length))
    if progress is not None:
        progress(1.0)
