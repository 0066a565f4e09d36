"""Writes pictures as a video: H.264 in MP4, each at its own time, whatever the frame rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from app.stages.sound import LAYOUT, RATE

_CLOCK: Final = 90_000  # ticks a second, the usual clock of H.264

SAVED: Final = {"preset": "veryfast", "crf": "20", "bf": "0"}
"""Codec options of a video that is written once and kept."""
GROWING: Final = {"preset": "ultrafast", "crf": "23", "tune": "zerolatency"}
"""Codec options beside a running analysis: no picture is held back, and little work (20 ms for
1080p, where "veryfast" takes 50 ms for a file four fifths as large)."""
_FRAGMENTS: Final = {
    "movflags": "hybrid_fragmented+empty_moov+default_base_moof",
    "frag_duration": "1000000",  # microseconds
    "flush_packets": "1",
}
"""Whole up to its last second if the program is killed; a plain file when it is closed."""


class VideoWriter:
    """A video file that is being written; a context manager that closes.

    An odd width or height grows by one pixel; a picture of another size than the first is scaled.

    Args:
        path: file to write.
        size: (width, height) of the first picture.
        fps: nominal frames a second, for the header only.
        options: of the codec, ``SAVED`` or ``GROWING``.
        growing: the file can be read up to its last second while it is written.
        sound: it has sound, which ``hear`` adds.

    Raises:
        OSError, av.FFmpegError: it can't be written; so do ``add`` and ``close``.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fps: float,
        options: Mapping[str, str] = SAVED,
        growing: bool = False,
        sound: bool = False,
    ) -> None:
        self._size = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        muxer = _FRAGMENTS if growing else {}
        self._container = av.open(str(path), "w", format="mp4", options=dict(muxer))
        rate = Fraction(fps).limit_denominator(1001)
        self._stream = self._container.add_stream("libx264", rate=rate, options=dict(options))
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = self._stream.codec_context.time_base = Fraction(1, _CLOCK)
        if growing:
            self._stream.codec_context.gop_size = 30  # a jump in time decodes no more than these
            self._stream.codec_context.thread_count = 1
        self._sound: AudioStream | None = None
        if sound:
            self._sound = self._container.add_stream("aac", rate=RATE, layout=LAYOUT)

    def add(self, image: NDArray[np.uint8], timestamp: float) -> None:
        """One picture, (height, width, 3) uint8 RGB, at ``timestamp`` seconds; these increase."""
        fitted = np.ascontiguousarray(_fitted(image, self._size))
        picture = av.VideoFrame.from_numpy_buffer(fitted, format="rgb24")  # it is not copied
        picture.pts = round(timestamp * _CLOCK)
        picture.time_base = Fraction(1, _CLOCK)
        self._container.mux(self._stream.encode(picture))

    def hear(self, frames: Iterable[AudioFrame]) -> None:
        """The sound's next frames, as ``app.stages.sound.Sound`` gives them; AAC is written."""
        if self._sound is not None:
            for frame in frames:
                self._container.mux(self._sound.encode(frame))

    def close(self) -> None:
        """Write what is left."""
        try:
            self._container.mux(self._stream.encode(None))
            if self._sound is not None:
                self._container.mux(self._sound.encode(None))
        finally:
            self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self._container.close()


def _fitted(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
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
