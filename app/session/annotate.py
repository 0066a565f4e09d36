"""A copy of the recording with every face marked: a second pass over video and session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from app.core.errors import ExportError, TruncatedSourceError
from app.core.regions import Polygon
from app.core.types import STILL, Frame, FrameResult
from app.session.drawing import draw_result
from app.session.export import export_error
from app.session.hiding import hide_seats, opted_out
from app.session.store import Session, Stretch
from app.stages.video import VideoSource

HOLD: Final = 0.5
"""Seconds that a result is shown on the frames after it that were not analysed."""

_CLOCK: Final = 90_000  # ticks a second, the usual clock of H.264
_OPTIONS: Final = {"preset": "veryfast", "crf": "20", "bf": "0"}


def annotate_video(
    video: Path,
    session: Session,
    out: Path,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write ``out``: H.264 in MP4 with boxes, marks, ids and expressions, without sound.

    It holds the frames from the first to the last analysed one. Each keeps its distance in time
    to the others, whatever the frame rate; the first one is at 0. Frames in between that were
    not analysed show the last result for up to ``HOLD`` seconds. Opted-out seats are covered, also
    those opted out later. An odd width or height grows by one pixel.

    Args:
        video: the recording that the session was made from.
        session: its results.
        out: file to write; replaced when the new one is whole.
        progress: called with the share done, 0 to 1.

    Raises:
        SourceError: the video can't be read.
        SessionError: the session can't be read.
        ExportError: nothing was analysed, or ``out`` can't be written.
    """
    stretch = session.stretch
    if stretch is None:
        raise ExportError(f"no frame of {video} was analysed, so there is nothing to annotate")
    part = out.with_name(f".{out.name}.part")
    # The frame that the stretch starts with must not fall to a rounding of its timestamp.
    source = VideoSource(video, start=max(0.0, stretch.start - 0.5))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(part), "w", format="mp4") as container:
            seats = opted_out(session.info.settings, session.regions.changes())
            pictures = _drawn(_frames(source, stretch), session.results(), seats)
            _encode(container, pictures, source.info.fps, stretch, progress)
        os.replace(part, out)
    except OSError as error:
        raise export_error(error, out) from error
    except av.FFmpegError as error:
        raise ExportError(f"can't write {out}: {error}") from error
    finally:
        source.close()
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _frames(source: VideoSource, stretch: Stretch) -> Iterator[Frame]:
    """The frames of the stretch; a recording that is cut off ends early, as it did before."""
    with suppress(TruncatedSourceError):
        for frame in source.frames():
            if frame.index > stretch.last:
                return
            if frame.index >= stretch.first:
                yield frame
            if frame.index == stretch.last:
                return


def _drawn(
    frames: Iterator[Frame], results: Iterator[FrameResult], seats: tuple[Polygon, ...]
) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Every frame's picture with what is known of it drawn in, and its timestamp."""
    latest: FrameResult | None = None
    coming = next(results, None)
    first_size = coming.size if coming is not None else (0, 0)
    for frame in frames:
        while coming is not None and coming.index <= frame.index:
            latest, coming = coming, next(results, None)
        image = frame.image.copy()
        hide_seats(image, seats, STILL if latest is None else latest.camera, first_size)
        if latest is not None and frame.timestamp - latest.timestamp <= HOLD:
            draw_result(image, latest)
        yield image, frame.timestamp


def _encode(
    container: OutputContainer,
    pictures: Iterator[tuple[NDArray[np.uint8], float]],
    fps: float,
    stretch: Stretch,
    progress: Callable[[float], None] | None,
) -> None:
    first = next(pictures, None)
    if first is None:
        raise ExportError("no frame of the video could be read again, so it is not annotated")
    height, width = first[0].shape[:2]
    size = (width + width % 2, height + height % 2)
    stream = _stream(container, size, fps)
    length = max(stretch.end - stretch.start, 1e-9)
    for image, timestamp in chain([first], pictures):
        picture = av.VideoFrame.from_ndarray(_even(image, size), format="rgb24")
        picture.pts = round((timestamp - first[1]) * _CLOCK)
        picture.time_base = Fraction(1, _CLOCK)
        container.mux(stream.encode(picture))
        if progress is not None:
            progress(min(1.0, (timestamp - stretch.start) / length))
    container.mux(stream.encode(None))
    if progress is not None:
        progress(1.0)


def _stream(container: OutputContainer, size: tuple[int, int], fps: float) -> VideoStream:
    rate = Fraction(fps).limit_denominator(1001)
    stream = container.add_stream("libx264", rate=rate, options=dict(_OPTIONS))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.time_base = stream.codec_context.time_base = Fraction(1, _CLOCK)
    return stream


def _even(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture at exactly ``size``: its edge repeated, or scaled if the video changed size."""
    height, width = image.shape[:2]
    right, below = size[0] - width, size[1] - height
    if right == below == 0:
        return image
    if 0 <= right <= 1 and 0 <= below <= 1:
        grown = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
    else:
        grown = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(grown, np.uint8)
