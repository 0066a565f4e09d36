"""A copy of the recording with every face marked: a second pass over video and session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
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
from app.session.covering import boxes_between, cover_faces
from app.session.drawing import draw_result
from app.session.export import export_error
from app.session.hiding import hide_seats, opted_out
from app.session.store import Session, Stretch
from app.session.video_writer import VideoWriter
from app.stages.video import VideoSource

HOLD: Final = 0.5
"""Seconds that a result is shown on the frames after it that were not analysed."""
_ROUNDING: Final = 1e-4  # seconds; a video keeps time in whole ticks of its clock
CLASS_ONLY: Final = (
    "no annotated video is made of a class-only session: it does not know where faces are, so "
    "they could not be covered; its tables say what it holds"
)


def annotate_video(
    video: Path,
    session: Session,
    out: Path,
    progress: Callable[[float], None] | None = None,
    faces: FaceCover | None = None,
) -> None:
    """Write ``out``: H.264 in MP4 with boxes, marks, ids and expressions, without sound.

    It holds the frames from the first to the last analysed one. Each keeps its distance in time
    to the others, whatever the frame rate; the first one is at 0. Frames in between that were
    not analysed show the last result for up to ``HOLD`` seconds. Opted-out seats are covered, also
    those opted out later. Every face that was found is covered as ``faces`` says, before anything
    is drawn; one that was never found can't be. An odd width or height grows by one pixel.

    Args:
        video: the recording that the session was made from.
        session: its results.
        out: file to write; replaced when the new one is whole.
        progress: called with the share done, 0 to 1.
        faces: how they are covered; None: as the session's privacy says.

    Raises:
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
    part = out.with_name(f".{out.name}.part")
    # The frame that the stretch starts with must not fall to a rounding of its timestamp.
    source = VideoSource(video, start=max(0.0, stretch.start - 0.5))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        seats = opted_out(session.info.settings, session.regions.changes())
        how = session.info.privacy.faces if faces is None else faces
        frames = source.frames()
        if session.info.source_live:
            frames = _numbered(frames, session)
        pictures = _drawn(_within(frames, stretch), session, seats, how)
        _encode(part, pictures, source.info.fps, stretch, progress)
        os.replace(part, out)
    except OSError as error:
        raise export_error(error, out) from error
    except av.FFmpegError as error:
        raise ExportError(f"can't write {out}: {error}") from error
    finally:
        source.close()
        with suppress(OSError):
            part.unlink(missing_ok=True)


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


def _drawn(
    frames: Iterator[Frame], session: Session, seats: tuple[Polygon, ...], how: FaceCover
) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Every frame's picture with what is known of it drawn in, and its timestamp."""
    # Whoever is left out of the tables is not left uncovered.
    pairs = zip(session.results(), session.results(excluded=True), strict=True)
    latest: FrameResult | None = None
    everyone: FrameResult | None = None
    coming = next(pairs, None)
    first_size = coming[0].size if coming is not None else (0, 0)
    for frame in frames:
        while coming is not None and coming[0].index <= frame.index:
            (latest, everyone), coming = coming, next(pairs, None)
        image = frame.image.copy()
        if everyone is not None:
            between = coming is not None and frame.index > everyone.index
            then = coming[1] if coming is not None and between else everyone
            boxes = boxes_between(everyone.faces, then.faces)
            image = cover_faces(image, boxes, how)
        hide_seats(image, seats, STILL if latest is None else latest.camera, first_size)
        if latest is not None and frame.timestamp - latest.timestamp <= HOLD:
            draw_result(image, latest)
        yield image, frame.timestamp


def _encode(
    part: Path,
    pictures: Iterator[tuple[NDArray[np.uint8], float]],
    fps: float,
    stretch: Stretch,
    progress: Callable[[float], None] | None,
) -> None:
    first = next(pictures, None)
    if first is None:
        raise ExportError("no frame of the video could be read again, so it is not annotated")
    height, width = first[0].shape[:2]
    length = max(stretch.end - stretch.start, 1e-9)
    with VideoWriter(part, (width, height), fps) as writer:
        for image, timestamp in chain([first], pictures):
            writer.add(image, timestamp - first[1])
            if progress is not None:
                progress(min(1.0, (timestamp - stretch.start) / length))
    if progress is not None:
        progress(1.0)
