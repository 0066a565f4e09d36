"""Network cameras and other streams through PyAV (FFmpeg), as they happen."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.core.address import check_address, without_password
from app.core.errors import SourceError
from app.core.types import Frame
from app.stages.protocols import SourceInfo
from app.stages.reconnect import ReconnectingSource

TIMEOUT_S: Final = 5.0
"""Seconds without an answer after which a stream counts as gone."""

_MIN_STEP: Final = 0.001
_OPTIONS: Final = {
    # Files of this machine can't be reached, whatever a play list says.
    "protocol_whitelist": "http,https,tcp,tls,udp,rtp,crypto",
    "format_whitelist": "rtsp,rtp,sdp,hls,mpjpeg,mjpeg,mpegts,mov,mp4,matroska,webm,flv,h264,hevc",
    "rtsp_transport": "tcp",  # over UDP a busy network tears pictures
    "flags": "low_delay",
    "probesize": "1000000",  # bytes and microseconds in which to learn what the stream is
    "analyzeduration": "1000000",
    "http_proxy": "",  # what a class looks like is shown to no machine in between
    "live_start_index": "-1",  # HLS: the newest part
}
_UNREACHABLE: Final = "can't be reached: check the address and the network"
_BROKE_OFF: Final = "broke off: check the camera and the network"
_WORDS: Final[tuple[tuple[tuple[type[Exception], ...], str], ...]] = (
    (
        (av.HTTPUnauthorizedError, av.HTTPForbiddenError),
        "wants another user or password: write them before the host, as in user:password@host",
    ),
    (
        (av.HTTPNotFoundError,),
        "is not there: compare the address with what the camera's manual says",
    ),
    ((av.HTTPError, av.HTTPClientError), "refuses to send: check the camera's settings"),
    (
        (av.ConnectionRefusedError,),
        "refuses the connection: check the port, and that the camera is on",
    ),
    (
        (av.ExitError, TimeoutError),
        "does not answer: check that the camera is on and in this network",
    ),
    (
        (av.InvalidDataError, av.ArgumentError, av.DecoderNotFoundError, av.DemuxerNotFoundError),
        "sends no video that can be read: check the address",
    ),
)


class StreamSource:
    """The newest pictures of an address: RTSP, or HTTP with MJPEG, HLS or a video file.

    A live stream's timestamps are seconds of a monotonic clock since the first frame, since
    many streams have none of their own; a file behind an address keeps its own and is read no
    faster than it plays.

    Args:
        address: rtsp, rtsps, http or https; may hold user and password, which are never shown.
        timeout: seconds, see ``TIMEOUT_S``.
        clock: seconds, monotonic.

    Raises:
        SourceError: the address is none, does not answer, or has no video.
    """

    def __init__(
        self,
        address: str,
        timeout: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        address = check_address(address)
        self._name, self._clock = without_password(address), clock
        self._closed = threading.Event()
        # Held while FFmpeg is at work: to free a container under a running read crashes.
        self._busy = threading.Lock()
        self._container = _opened(address, self._name, timeout)
        try:
            self._stream = self._video()
            self._pictures = self._decoded()
            first = self._next()
            if first is None:
                raise SourceError(f"{self._name} sends no picture: check that the camera is on")
        except SourceError:
            self.close()
            raise
        self._first = first
        self._finite = bool(self._stream.duration or self._container.duration)
        self._info = SourceInfo(
            name=self._name,
            live=True,
            size=(first.width, first.height),
            fps=self._fps(),
            duration=None,
            frames=None,
        )

    @property
    def info(self) -> SourceInfo:
        """What came with the first picture; the name has no password in it."""
        return self._info

    def frames(self) -> Iterator[Frame]:
        """Frames as they come, (height, width, 3) uint8 RGB, until ``close`` or a file's end.

        Raises:
            SourceError: the stream broke off or fell silent.
        """
        began = self._clock()
        last = -_MIN_STEP
        zero = self._first.time or 0.0
        picture: VideoFrame | None = self._first
        index = 0
        try:
            while picture is not None and not self._closed.is_set():
                now = self._clock() - began
                if self._finite and picture.time is not None:
                    due = picture.time - zero
                    if due > now and self._closed.wait(due - now):
                        return
                    now = due
                last = max(now, last + _MIN_STEP)
                rgb = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
                yield Frame(rgb, index, last)
                index += 1
                picture = self._next()
            if not (self._finite or self._closed.is_set()):
                raise SourceError(f"{self._name} {_BROKE_OFF}")
        finally:
            self.close()

    def close(self) -> None:
        """End ``frames``, at the latest when a read that hangs comes back."""
        self._closed.set()
        if self._busy.acquire(timeout=0.5):
            try:
                self._container.close()
            finally:
                self._busy.release()

    def _video(self) -> VideoStream:
        for stream in self._container.streams.video:
            stream.thread_type = "SLICE"  # threads a frame each hold pictures back
            return stream
        raise SourceError(f"{self._name} has no video in it: check the address")

    def _decoded(self) -> Iterator[VideoFrame]:
        for packet in self._container.demux(self._stream):
            # A packet that was torn on its way is passed over; the next ones are whole.
            with contextlib.suppress(av.InvalidDataError):
                yield from self._stream.decode(packet)

    def _next(self) -> VideoFrame | None:
        """The next picture; None at the end and once closed."""
        with self._busy:
            if self._closed.is_set():
                self._container.close()
                return None
            try:
                return next(self._pictures, None)
            except (av.FFmpegError, OSError) as error:
                raise SourceError(_what(error, self._name, _BROKE_OFF)) from None

    def _fps(self) -> float:
        rate = self._stream.average_rate or self._stream.guessed_rate
        return float(rate) if rate and 1 <= rate <= 1000 else 25.0


def open_stream(address: str) -> ReconnectingSource:
    """The stream, waited for whenever it breaks off. Raises SourceError as ``StreamSource``."""
    return ReconnectingSource(StreamSource(address), lambda: StreamSource(address))


def _opened(address: str, name: str, timeout: float) -> InputContainer:
    try:
        return av.open(address, options=_OPTIONS, timeout=(timeout, timeout))
    except (av.FFmpegError, OSError, ValueError) as error:
        # The error repeats the whole address, with the password.
        raise SourceError(_what(error, name)) from None


def _what(error: Exception, name: str, otherwise: str = _UNREACHABLE) -> str:
    """One line for the user."""
    for kinds, text in _WORDS:
        if isinstance(error, kinds):
            return f"{name} {text}"
    return f"{name} {otherwise}"
