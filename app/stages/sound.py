"""The sound of a recording from some time on, for a video that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from app.core.errors import SourceError
from app.stages.video import opened

RATE: Final = 48_000
"""Samples a second."""
LAYOUT: Final = "stereo"
_CHUNK: Final = 1024
"""Samples of a frame, as AAC has them."""
_SLACK: Final = 0.04
"""Seconds by which sound may lie beside its time stamps, which are rounded."""
_BEFORE: Final = 1.0
"""Seconds before the start at which reading begins: indices go by the video."""


class Sound:
    """Sound in step with the pictures; silent where the file has none, or it can't be read.

    Args:
        path: the recording.
        start: seconds by the file's own clock (``VideoSource.first_time``) that become 0.

    Raises:
        SourceError: the file can't be opened.
    """

    def __init__(self, path: Path, start: float) -> None:
        self._start = start
        self._stack = ExitStack()
        self._container = self._stack.enter_context(opened(path))
        streams = self._container.streams.audio
        self._stream = streams[0] if streams else None
        self._pieces = self._samples()
        self._waiting = np.zeros((2, 0), np.float32)
        self._given = 0

    @property
    def meant(self) -> bool:
        """Whether the file is to have any."""
        return self._stream is not None

    def found(self) -> bool:
        """Whether any can be read; reads ahead to the first of it."""
        if not self._waiting.shape[1]:
            piece = next(self._pieces, None)
            while piece is not None and not piece.shape[1]:
                piece = next(self._pieces, None)
            if piece is None:
                return False
            self._waiting = piece
        return True

    def until(self, seconds: float) -> Iterator[AudioFrame]:
        """What comes before ``seconds`` and was not given before; the last one may go beyond."""
        wanted = seconds * RATE
        while self._given < wanted:
            piece: NDArray[np.float32] | None = self._waiting
            while piece is not None and self._waiting.shape[1] < _CHUNK:
                piece = next(self._pieces, None)
                if piece is not None:
                    self._waiting = np.concatenate([self._waiting, piece], axis=1)
            chunk, self._waiting = self._waiting[:, :_CHUNK], self._waiting[:, _CHUNK:]
            if not chunk.shape[1]:
                return
            frame = AudioFrame.from_ndarray(np.ascontiguousarray(chunk), "fltp", LAYOUT)
            frame.sample_rate, frame.pts = RATE, self._given
            self._given += chunk.shape[1]
            yield frame

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._stack.close()

    def _samples(self) -> Iterator[NDArray[np.float32]]:
        """(2, n) parts that follow one another without a gap, the first one at 0."""
        place = 0
        for time, samples in self._resampled():
            off = 0 if time is None else round(time * RATE) - place
            if place and abs(off) <= _SLACK * RATE:
                off = 0
            for silent in range(0, off, RATE):
                yield np.zeros((2, min(off - silent, RATE)), np.float32)
            kept = samples[:, max(0, -off) :]
            place += max(0, off) + kept.shape[1]
            yield kept

    def _resampled(self) -> Iterator[tuple[float | None, NDArray[np.float32]]]:
        """(2, n) parts, each with its seconds since the start; None: right after the one before."""
        if self._start > _BEFORE:
            with suppress(av.FFmpegError):
                self._container.seek(round((self._start - _BEFORE) * av.time_base))
        resampler, kind = AudioResampler("fltp", LAYOUT, RATE), None
        for frame in self._decoded():
            if kind not in (None, _kind(frame)):  # a file that was joined from parts
                resampler = AudioResampler("fltp", LAYOUT, RATE)
            kind = _kind(frame)
            time = None if frame.time is None else frame.time - self._start
            frame.pts = None
            try:
                parts = resampler.resample(frame)
            except av.FFmpegError:  # channels of which nothing says how to make them two
                resampler = AudioResampler("fltp", LAYOUT, RATE)
                continue
            for part in parts:
                yield time, np.asarray(part.to_ndarray(), np.float32)
                time = None

    def _decoded(self) -> Iterator[AudioFrame]:
        """The frames that can be read; a file that is cut off ends early."""
        if self._stream is None or self._stream.codec_context is None:
            return
        with suppress(av.FFmpegError):
            for packet in self._container.demux(self._stream):
                with suppress(av.FFmpegError):
                    yield from self._stream.decode(packet)


def _kind(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def sound_of(path: Path, start: float, say: Callable[[str], None] = lambda _: None) -> Sound | None:
    """The sound of a recording; None where it has none.

    Args:
        path: as ``Sound``.
        start: as ``Sound``.
        say: told in one line that there is sound, and none of it can be read.
    """
    try:
        sound = Sound(path, start)
    except SourceError:
        return None
    if sound.found():
        return sound
    if sound.meant:
        say(f"The sound of {path.name} can't be read, so the video has none")
    sound.close()
    return None
