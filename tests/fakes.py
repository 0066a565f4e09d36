"""Stand-ins for cameras, recordings and models, and a writer of tiny videos.

``fake_pipeline`` runs the real ``Pipeline`` over fake stages: ``students`` faces that sit in a
grid, ids 1 to n, each with one fixed expression (student i has ``LABELS[(i - 1) % 8]``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from numpy.typing import NDArray

from app.core.card import CropSpec, ModelCard
from app.core.expressions import LABELS
from app.core.types import STILL, Expressions, Faces, Frame, FrameResult, Quality
from app.engine.pipeline import Pipeline
from app.stages.protocols import Expectation, SourceInfo, Tracked

if TYPE_CHECKING:
    from app.engine.build import Built

SIZE = (160, 120)
"""(width, height) of fake pictures."""


def picture(index: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """(height, width, 3) RGB: eight vertical bars that spell ``index`` in bits, lowest left.

    ``read_picture`` reads the number back, also after lossy compression.
    """
    width, height = size
    bits = (index >> (np.arange(width) * 8 // width)) & 1
    row = np.where(bits, 210, 40).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (height, width, 3)))


def read_picture(image: NDArray[np.uint8]) -> int:
    """The number (0..255) that ``picture`` wrote."""
    height, width = image.shape[:2]
    centres = (np.arange(8) * 2 + 1) * width // 16
    middle = image[height // 4 : height // 4 * 3, centres].mean(axis=(0, 2))
    return int(((middle > 125) << np.arange(8)).sum())


class FakeSource:
    """A camera (``live``) or recording of ``count`` frames; a camera runs until it is closed.

    Args:
        count: frames; None: endless.
        fps: nominal rate, also that of the timestamps.
        live: as ``SourceInfo.live``.
        pace: seconds of real time between frames; 0: as fast as they are taken.
        error: raised after the last of ``count`` frames, or at once where ``count`` is 0.
        block_at: index at which ``frames`` blocks until ``close``, like a camera that hangs.
    """

    def __init__(
        self,
        count: int | None = 10,
        fps: float = 10.0,
        live: bool = False,
        pace: float = 0.0,
        error: Exception | None = None,
        block_at: int | None = None,
        size: tuple[int, int] = SIZE,
    ) -> None:
        self._count, self._fps, self._pace = count, fps, pace
        self._error, self._block_at = error, block_at
        self._closed = threading.Event()
        self.delivered = 0
        self.info = SourceInfo(
            name="fake camera" if live else "fake.mp4",
            live=live,
            size=size,
            fps=fps,
            duration=None if live or count is None else count / fps,
            frames=None if live else count,
        )

    @property
    def closed(self) -> bool:
        return self._closed.is_set()

    def frames(self) -> Iterator[Frame]:
        index = 0
        while self._count is None or index < self._count:
            if index == self._block_at:
                self._closed.wait()
            elif self._pace:
                self._closed.wait(self._pace)
            if self._closed.is_set():
                return
            self.delivered = index + 1
            yield Frame(picture(index, self.info.size), index, index / self._fps)
            index += 1
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        self._closed.set()


def grid_boxes(students: int, size: tuple[int, int] = SIZE) -> NDArray[np.float32]:
    """(students, 4) boxes in a grid that fits ``size``."""
    columns = max(1, int(np.ceil(np.sqrt(students))))
    cell = min(size[0] / columns, size[1] / columns)
    row, column = np.divmod(np.arange(students), columns)
    side = np.full(students, cell * 0.6)
    return np.stack([(column + 0.2) * cell, (row + 0.2) * cell, side, side], 1).astype(np.float32)


class FakeDetector:
    """Finds the same faces in every frame.

    Args:
        students: how many.
        delay: seconds that each frame takes.
        fail_at: frame index at which ``error`` is raised.
        gate: when given, each frame waits for one ``release`` of it.
    """

    def __init__(
        self,
        students: int = 3,
        delay: float = 0.0,
        fail_at: int | None = None,
        error: Exception | None = None,
        gate: threading.Semaphore | None = None,
    ) -> None:
        self._students, self._delay = students, delay
        self._fail_at, self._error, self._gate = fail_at, error, gate
        self.seen: list[int] = []
        self.threads: set[str] = set()
        self.closed = False

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        self.seen.append(frame.index)
        self.threads.add(threading.current_thread().name)
        if self._gate is not None:
            self._gate.acquire()
        if self._delay:
            time.sleep(self._delay)
        if frame.index == self._fail_at:
            raise self._error or RuntimeError("the fake detector failed")
        boxes = grid_boxes(self._students, frame.size)
        return Faces.make(boxes, np.full(self._students, 0.9))

    def reset(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class FakeTracker:
    """Row i is student i + 1; checks the order of timestamps as a real tracker does."""

    def __init__(self) -> None:
        self._last = -np.inf
        self.resets = 0

    def expect(self, frame: Frame) -> Expectation:
        if frame.timestamp <= self._last:
            raise ValueError(f"timestamp {frame.timestamp} does not increase")
        self._last = frame.timestamp
        return Expectation(np.zeros((0, 4)), STILL)

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        ids = np.arange(1, len(faces) + 1)
        return Tracked(Faces.make(faces.boxes, faces.scores, faces.keypoints, ids))

    def reset(self) -> None:
        self._last = -np.inf
        self.resets += 1


class FakeRecognizer:
    """Student i shows ``LABELS[(i - 1) % 8]`` with probability 0.79."""

    provider = "CPU"

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        n = len(faces)
        probabilities = np.full((n, len(LABELS)), 0.03, np.float32)
        probabilities[np.arange(n), (faces.ids - 1) % len(LABELS)] = 0.79
        quality = Quality(*np.array([[10.0], [0.0], [1.0]], np.float32).repeat(n, axis=1))
        return Expressions(probabilities, np.ones(n, bool), quality)


class FakeSmoother:
    """Passes readings on; ``cant_tell`` ids are not known."""

    def __init__(self, cant_tell: Sequence[int] = ()) -> None:
        self._cant_tell = list(cant_tell)

    def smooth(self, faces: Faces, expressions: Expressions, timestamp: float) -> Expressions:
        known = expressions.known & ~np.isin(faces.ids, self._cant_tell)
        return Expressions(expressions.probabilities, known, expressions.quality)

    def reset(self) -> None:
        pass


def fake_pipeline(
    students: int = 3,
    delay: float = 0.0,
    fail_at: int | None = None,
    error: Exception | None = None,
    gate: threading.Semaphore | None = None,
    cant_tell: Sequence[int] = (),
    detector: FakeDetector | None = None,
) -> Pipeline:
    """The real pipeline over fake stages; arguments as ``FakeDetector`` and ``FakeSmoother``."""
    detector = detector or FakeDetector(students, delay, fail_at, error, gate)
    return Pipeline(detector, FakeTracker(), FakeRecognizer(), FakeSmoother(cant_tell))


def fake_results(count: int = 10, students: int = 3, fps: float = 10.0) -> list[FrameResult]:
    """What ``fake_pipeline`` makes of ``FakeSource(count, fps)``."""
    pipeline = fake_pipeline(students)
    return [pipeline.process(frame) for frame in FakeSource(count, fps).frames()]


def write_video(
    path: Path,
    times: Sequence[float] | int = 10,
    fps: float = 10.0,
    size: tuple[int, int] = SIZE,
    codec: str = "libx264",
    rotation: int = 0,
    faststart: bool = False,
    gop: int = 5,
    bframes: int = 0,
    audio_seconds: float = 0.0,
    draw: Callable[[int], NDArray[np.uint8]] | None = None,
) -> list[float]:
    """Write a small video whose frame i shows ``picture(i % 256)``; returns its timestamps.

    Args:
        path: ends in a container's extension (.mp4, .mkv, .avi, .mov, .webm).
        times: presentation times in seconds, or a number of frames at ``fps``.
        rotation: degrees counter-clockwise that a player must turn the picture.
        faststart: header before the data, so that a cut file still opens.
        gop: frames from one key frame to the next.
        audio_seconds: length of a silent sound track; 0: none.
        draw: makes the picture of frame i, (height, width, 3) uint8 RGB.
    """
    stamps = [i / fps for i in range(times)] if isinstance(times, int) else list(times)
    draw = draw or (lambda i: picture(i % 256, size))
    options = {"movflags": "faststart"} if faststart else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1000))
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.gop_size = gop
        stream.codec_context.max_b_frames = bframes
        stream.codec_context.thread_count = 1
        if codec in {"mpeg4", "mpeg2video"}:
            ticks = 1 / Fraction(fps).limit_denominator(1000)
            stream.time_base = stream.codec_context.time_base = ticks
            stream.bit_rate = 8_000_000  # frames of like size, also where they are all noise
        if rotation:
            stream.set_display_rotation(rotation)
        sound = container.add_stream("aac", rate=8000) if audio_seconds else None
        for i, stamp in enumerate(stamps):
            frame = av.VideoFrame.from_ndarray(draw(i), format="rgb24")
            frame.time_base = stream.codec_context.time_base
            frame.pts = round(stamp / frame.time_base)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if sound is not None:
            for i in range(int(audio_seconds * 8000) // 1024):
                silence = av.AudioFrame.from_ndarray(
                    np.zeros((1, 1024), np.float32), "fltp", "mono"
                )
                silence.sample_rate, silence.pts = 8000, i * 1024
                container.mux(sound.encode(silence))
            container.mux(sound.encode())
    return stamps


CARD = ModelCard(
    name="fake",
    version="1",
    sha256="0" * 64,
    labels=LABELS,
    input_size=48,
    colour="grey",
    crop=CropSpec(1.0, (0.0, 0.0), False),
    calibration="none",
    min_confidence=0.5,
    licence="none",
    raw={},
)


def fake_build(pipeline: Pipeline | None = None) -> Callable[[object, object], Built]:
    """A stand-in for ``build_pipeline`` that gives ``pipeline``, by default ``fake_pipeline()``."""
    from app.engine.build import Built  # loads the models' runtimes, which takes seconds

    return lambda _settings, _say: Built(pipeline or fake_pipeline(), "CPU", CARD)
