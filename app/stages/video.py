"""Recorded video through PyAV (FFmpeg)."""

from __future__ import annotations

import bisect
import contextlib
import copy
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.core.errors import SourceError, TruncatedSourceError
from app.core.types import Frame
from app.stages.protocols import SourceInfo
from app.stages.turn import Decoded, turn_of

_AnyPacket: TypeAlias = "Packet[Any]"

_MIN_STEP: Final = 0.001
"""Seconds between two frames whose file gives them the same time."""
_JUMP_BACK: Final = 1.0
"""Seconds; a larger step back is a file joined from parts, whose clock starts anew."""
_FORMATS: Final = (
    "mov,mp4,matroska,webm,avi,flv,asf,mpegts,mpeg,mpegvideo,m4v,mxf,ogg,dv,nut,wtv,rm,ivf,"
    "h264,hevc,av1,obu,mjpeg,yuv4mpegpipe,gif,apng"
)
"""What FFmpeg may take a file for. Its other readers draw text files as pictures (tty), or follow
play lists to other files and machines (hls, dash, concat)."""

_INDEXED: Final = frozenset({"mov", "mp4", "matroska", "webm"})
"""Formats whose own index leads to a key frame by its time."""
_MARGINS: Final = (0.1, 1.0, 10.0)
"""Seconds before a time at which to look for its key frame, since indices go by decoding time."""

_OPTIONS: Final = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}


class VideoSource:
    """The frames of a video file, each at its true presentation time, turned upright.

    The first frame of the recording is at 0.000 s. Memory does not grow with the length.

    Args:
        path: the file.
        start: seconds; frames before it are passed over. Indices and timestamps stay those of
            the whole recording.

    Raises:
        SourceError: the file is missing, is no video, or has no picture in it.
    """

    def __init__(self, path: Path, start: float = 0.0) -> None:
        self._path = path
        self._start = start
        self._jumps = False
        self._closed = threading.Event()
        _check_path(path)
        with opened(path) as container:
            stream = _video_stream(container, path)
            first = _first_frame(container, stream, path)
            self._turn = turn_of(first)
            self._first_pts = first.pts
            self._first_time = float((first.pts or 0) * (stream.time_base or 0))
            width, height = first.width, first.height
            if self._turn.quarters % 2:
                width, height = height, width
            self._info = SourceInfo(
                name=str(path.absolute()),
                live=False,
                size=(width, height),
                fps=_nominal_fps(stream),
                duration=_duration(container, stream),
                frames=stream.frames or None,
            )

    @property
    def info(self) -> SourceInfo:
        """What the file's header says."""
        return self._info

    @property
    def first_time(self) -> float:
        """Seconds of the first frame by the file's own clock, which its sound goes by too."""
        return self._first_time

    def at(self, start: float) -> Self:
        """The same recording from another time on, reached through the file's own index.

        Quick in a long recording, since it isn't read from its beginning; ``Frame.index`` is an
        estimate from the time for that. Formats without a good index are read as ever.
        """
        other = copy.copy(self)
        other._start, other._jumps, other._closed = start, True, threading.Event()
        return other

    def frames(self, apart: float = 0.0) -> Iterator[Frame]:
        """Frames from ``start`` on; (height, width, 3) contiguous uint8 RGB.

        Args:
            apart: seconds; frames that follow sooner on the one before are passed over.

        Raises:
            SourceError: the file vanished since it was opened.
            TruncatedSourceError: after the last readable frame, where the file ends before its
                header says or has parts that can't be decoded.
        """
        return (picture.frame() for picture in self.pictures(apart))

    def pictures(self, apart: float = 0.0) -> Iterator[Decoded]:
        """The same, each made RGB only when it is asked for its frame: half of the work."""
        entry = _FROM_THE_TOP
        if self._start > 0:
            entry = (self._jump() if self._jumps else None) or self._entry()
        with opened(self._path) as container:
            stream = _video_stream(container, self._path)
            stream.thread_type = "AUTO"
            if entry.seek is not None:
                container.seek(entry.seek, stream=stream)
            reader = _Reader(container, stream, entry)
            step = 1.0 / self._info.fps
            timeline = _Timeline(stream.time_base or Fraction(1, 1000), step, self._first_pts)
            index, due = entry.index, self._start
            for picture in reader.pictures():
                if self._closed.is_set():
                    return
                timestamp = timeline.seconds(picture.pts)
                if timestamp >= due:
                    due = timestamp + apart
                    yield Decoded(picture, self._turn, index, timestamp)
                index += 1
            problem = reader.problem(self._path, self._first_pts, self._info.duration)
        if problem:
            raise TruncatedSourceError(problem)

    def close(self) -> None:
        """Stop ``frames`` before its next frame; its file is closed there."""
        self._closed.set()

    def _jump(self) -> _Entry | None:
        """The key frame at or before ``start`` by the file's index; None where that is not good."""
        first = self._first_pts
        with opened(self._path) as container, contextlib.suppress(av.FFmpegError):
            stream = _video_stream(container, self._path)
            base = stream.time_base or Fraction(1, 1000)
            if first is None or not _INDEXED & set(container.format.name.split(",")):
                return None
            for margin in _MARGINS:
                place = max(first, first + int((self._start - margin) / base))
                container.seek(place, stream=stream)
                packets = _of(stream, container.demux())
                pts = next((one.pts for one in packets if one.is_keyframe), None)
                if pts is not None and (pts - first) * base <= self._start:
                    index = round(float((pts - first) * base) * self._info.fps)
                    return _Entry(0, pts, max(0, index), place)
        return None

    def _entry(self) -> _Entry:
        """Where to begin decoding so that the frame at ``start`` comes out whole.

        Packets are counted without being decoded. A frame's index is the number of packets
        that are shown before it.
        """
        first = self._first_pts
        if first is None:
            return _FROM_THE_TOP
        shown: list[int] = []
        key, key_pts = 0, first
        with opened(self._path) as container:
            stream = _video_stream(container, self._path)
            base = stream.time_base or Fraction(1, 1000)
            with contextlib.suppress(av.FFmpegError):
                for ordinal, packet in enumerate(_of(stream, container.demux())):
                    if packet.size == 0:
                        break
                    if packet.pts is None or self._closed.is_set():
                        return _FROM_THE_TOP
                    if packet.pts >= first:
                        bisect.insort(shown, packet.pts)
                    if packet.is_keyframe and (packet.pts - first) * base > self._start:
                        break
                    if packet.is_keyframe:
                        key, key_pts = ordinal, packet.pts
        if key_pts <= first:
            return _FROM_THE_TOP
        return _Entry(key, key_pts, bisect.bisect_left(shown, key_pts))


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where decoding begins: number and time stamp of the packet, index of its frame.

    ``seek``: the stamp to go to first; packets are counted from there.
    """

    packet: int
    pts: int | None
    index: int
    seek: int | None = None


_FROM_THE_TOP: Final = _Entry(0, None, 0)


class _Timeline:
    """Turns presentation stamps into strictly increasing seconds since the first frame.

    Args:
        base: seconds a tick.
        step: seconds a frame, for frames without a stamp.
        first: stamp of the recording's first frame; None where it has none.
    """

    def __init__(self, base: Fraction, step: float, first: int | None) -> None:
        self._base, self._step, self._first = base, step, first
        self._offset = 0.0
        self._last: float | None = None

    def seconds(self, pts: int | None) -> float:
        last = self._last
        if pts is None:
            time = 0.0 if last is None else last + self._step
        else:
            if self._first is None:
                self._first = pts
            time = float((pts - self._first) * self._base) + self._offset
        if last is not None and time < last - _JUMP_BACK:
            self._offset += last + self._step - time
            time = last + self._step
        elif last is not None and time <= last:
            time = last + _MIN_STEP
        self._last = time
        return time


class _Reader:
    """One pass through a file that goes on after what can't be decoded and remembers it."""

    def __init__(self, container: InputContainer, stream: VideoStream, entry: _Entry) -> None:
        self._container, self._stream, self._entry = container, stream, entry
        self._base = stream.time_base or Fraction(1, 1000)
        # A transport stream marks every seam between its parts; most of what follows is whole.
        self._streamed = "mpegts" in container.format.name
        self._damaged = 0
        self._cut = False
        self._file_end = 0.0
        self._any = False
        self._video_end = 0.0

    def pictures(self) -> Iterator[VideoFrame]:
        """Decoded frames in the order they are shown, from the entry on."""
        for ordinal, packet in enumerate(_of(self._stream, self._demux())):
            if packet.size and ordinal < self._entry.packet:
                continue
            yield from self._decoded(packet)
        if self._cut:
            yield from self._decoded(None)

    def _demux(self) -> Iterator[_AnyPacket]:
        try:
            for packet in self._container.demux():
                if packet.pts is not None and packet.time_base is not None:
                    end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                    self._file_end = max(self._file_end, end)
                if packet.is_corrupt and packet.stream is self._stream and not self._streamed:
                    self._damaged += 1
                    continue
                yield packet
        except av.FFmpegError:
            self._cut = True

    def _decoded(self, packet: _AnyPacket | None) -> Iterator[VideoFrame]:
        try:
            frames = self._stream.decode(packet)
        except av.FFmpegError:
            # A recording that starts between two key frames can't be decoded up to the first;
            # nothing is lost that any player would show.
            self._damaged += self._any
            return
        for frame in frames:
            if self._entry.pts is not None and (frame.pts or 0) < self._entry.pts:
                continue
            self._any = True
            if frame.pts is not None:
                end = float((frame.pts + (frame.duration or 0)) * self._base)
                self._video_end = max(self._video_end, end)
            yield frame

    def problem(self, path: Path, first_pts: int | None, duration: float | None) -> str | None:
        """One line on what is missing; None where the file is whole."""
        end = max(0.0, self._video_end - float((first_pts or 0) * self._base))
        if self._cut or self._ends_early(path, end):
            whole = f" of {duration:.1f} s" if duration and duration > end else ""
            return (
                f"{path} is cut off: {end:.1f} s{whole} could be read and are kept; "
                "copy the file again if you still have the original"
            )
        if self._damaged:
            return (
                f"{path} is damaged in places; the frames that could be read are kept; "
                "copy the file again if you still have the original"
            )
        return None

    def _ends_early(self, path: Path, end: float) -> bool:
        """Whether the file promises more than was found; unsure formats are believed."""
        formats = set(self._container.format.name.split(","))
        slack = max(0.5, 3.0 / _nominal_fps(self._stream))
        duration = self._container.duration
        if "mp4" in formats:
            entries = self._stream.index_entries
            if len(entries):
                # The table of samples is exact, unlike durations (edit lists, rounding).
                last = entries[len(entries) - 1]
                return bool(last.pos + last.size > path.stat().st_size)
            return False
        if "avi" in formats and self._stream.frames:
            return end < self._stream.frames / _nominal_fps(self._stream) - slack
        if formats & {"matroska", "webm", "flv"} and duration:
            return self._file_end < duration / av.time_base - slack
        return False


def _check_path(path: Path) -> None:
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder: give a video file")
        if not path.is_file():
            raise SourceError(f"{path} does not exist: check the path")
        if path.stat().st_size == 0:
            raise SourceError(f"{path} is empty: copy or record it again")
    except OSError as error:
        raise SourceError(f"{path} can't be read ({error.strerror}): check the path") from error


@contextlib.contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The file as a container that may reach for no other address; closed at the end."""
    try:
        container = av.open(str(path.absolute()), options=_OPTIONS)
    except (PermissionError, FileNotFoundError) as error:
        raise SourceError(f"{path} can't be opened ({error.strerror})") from error
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceError(
            f"{path} is no video that can be read: check that it plays in a video player, "
            "or copy it again if it was cut off"
        ) from error
    with container:
        yield container


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise SourceError(f"{path} has no video in it, only sound or text: give a video file")


def _first_frame(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    for frame in _Reader(container, stream, _FROM_THE_TOP).pictures():
        return frame
    raise SourceError(f"{path} has no picture that can be read: copy or record it again")


def _of(stream: VideoStream, packets: Iterator[_AnyPacket]) -> Iterator[_AnyPacket]:
    return (packet for packet in packets if packet.stream is stream)


def _nominal_fps(stream: VideoStream) -> float:
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and 0.01 <= rate <= 1000:
            return float(rate)
    return 25.0


def _duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Seconds of video as the header has it, None where it says nothing."""
    if container.format.name == "avi" and stream.frames:
        # The container's own figure is a guess from the file's size.
        return stream.frames / _nominal_fps(stream)
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration:
        return float(container.duration) / av.time_base
    return None
