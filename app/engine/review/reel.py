"""The frames of a recording in any order: decodes on, jumps, and remembers the last ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from typing import Final

from app.core.errors import TruncatedSourceError
from app.core.types import Frame
from app.stages.protocols import Source

EPSILON: Final = 1e-4
"""Seconds within which two times are the same frame."""
KEPT_BYTES: Final = 128 * 1024 * 1024
"""Of pictures that are remembered: 20 frames of 1080p, so that stepping back is quick."""
KEPT_LEAST: Final = 4
"""Frames that are remembered however large they are."""

_NEAR: Final = 2.0  # seconds ahead that are decoded rather than jumped
_LEADS: Final = (0.2, 2.0, 20.0, 120.0)  # seconds before a time to open at, until a frame is there
_BACK: Final = 2.0  # seconds, at most, that are decoded anew to step back


class Reel:
    """Finds frames by their time. For one thread, but for ``stop``.

    Errors of the source pass through; afterwards the reel may be asked again.

    Args:
        open_at: the recording from a time on; it may begin earlier.
    """

    def __init__(self, open_at: Callable[[float], Source]) -> None:
        self._open_at = open_at
        self._source: Source | None = None
        self._frames: Iterator[Frame] = iter(())
        self._kept: list[Frame] = []  # without a gap between them
        self._ended = False
        self._stopped = False
        self.problem = ""
        """What is missing of a recording that is cut off, one line."""

    def at(self, seconds: float, patience: float = float("inf")) -> Frame | None:
        """The frame that is shown at ``seconds``; the first one before that, the last one after.

        Args:
            seconds: of the recording.
            patience: seconds of real time after which an earlier frame will do.

        None where the recording has no frame there.
        """
        until = time.monotonic() + patience
        if not self._reaches(seconds):
            self.jump(seconds)
        while self._kept and self._kept[-1].timestamp <= seconds + EPSILON and self._read():
            if time.monotonic() > until:
                break
        before = [one for one in self._kept if one.timestamp <= seconds + EPSILON]
        return before[-1] if before else next(iter(self._kept), None)

    def jump(self, seconds: float) -> None:
        """Open the recording so that the frame shown at ``seconds`` is among those to come."""
        for lead in _LEADS:
            self.forget()
            if self._stopped:
                return
            self._source = self._open_at(max(0.0, seconds - lead))
            self._frames = self._source.frames()
            if self._read() and (self._kept[0].timestamp <= seconds + EPSILON or seconds <= lead):
                return

    def after(self, frame: Frame) -> Frame | None:
        """The next frame; None at the end."""
        self.at(frame.timestamp)
        later = (one for one in self._kept if one.timestamp > frame.timestamp + EPSILON)
        return next(later, None)

    def before(self, frame: Frame) -> Frame | None:
        """The frame before; None at the beginning."""
        earlier = self._earlier(frame)
        if earlier is None and self._source is not None:
            fps = max(self._source.info.fps, 1.0)
            room = (KEPT_BYTES // frame.image.nbytes + KEPT_LEAST) / 2 / fps
            self.jump(frame.timestamp - min(_BACK, room))
            self.at(frame.timestamp)
            earlier = self._earlier(frame)
        return earlier

    def due(self, frame: Frame) -> float:
        """When the frame after ``frame`` is due, seconds; infinite where it is the last one.

        That of ``frame`` itself where nobody has looked yet.
        """
        for one in self._kept:
            if one.timestamp > frame.timestamp + EPSILON:
                return one.timestamp
        return float("inf") if self._ended else frame.timestamp

    def forget(self) -> None:
        """Close the file; what comes next opens it again."""
        if self._source is not None:
            self._source.close()
        if isinstance(self._frames, Generator):
            self._frames.close()  # it holds the file
        self._source, self._frames, self._kept, self._ended = None, iter(()), [], False

    def stop(self) -> None:
        """From any thread: let what is being decoded end soon, and open nothing more."""
        self._stopped = True
        source = self._source
        if source is not None:
            source.close()

    def _earlier(self, frame: Frame) -> Frame | None:
        before = [one for one in self._kept if one.timestamp < frame.timestamp - EPSILON]
        return before[-1] if before else None

    def _reaches(self, seconds: float) -> bool:
        """Whether the frame is remembered, or a little ahead."""
        if not self._kept or seconds < self._kept[0].timestamp - EPSILON:
            return False
        return self._ended or seconds <= self._kept[-1].timestamp + _NEAR

    def _read(self) -> bool:
        """Decode a frame; False where there is no more."""
        try:
            frame = next(self._frames, None)
        except TruncatedSourceError as error:
            self.problem, frame = str(error), None
        if frame is None:
            self._ended = not self._stopped
            return False
        self._kept.append(frame)
        room = max(KEPT_LEAST, KEPT_BYTES // max(frame.image.nbytes, 1))
        del self._kept[:-room]
        return True
