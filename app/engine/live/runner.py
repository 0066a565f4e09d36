"""The live schedule: one thread takes frames, one analyses them, and neither waits in vain.

A camera never waits: between the threads lies one slot, in which a newer frame replaces one
that the analysis had no time for, and the loss is counted. A recording never loses: its reader
waits until the slot is free.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import RoomreadError, TruncatedSourceError
from app.core.types import Frame, FrameResult
from app.engine.live.rate import Rate
from app.engine.pipeline import Pipeline
from app.stages.protocols import PatientSource, Source

STOP_S: Final = 8.0
"""Seconds for both threads to end: longer than a stream that hangs takes to say so."""
_LATE: Final = 0.1
"""Seconds behind time after which a recording's clock is set anew, so that it never hurries."""


class LiveState(StrEnum):
    """What a runner is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"  # the source came to its end and every frame of it is analysed
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, eq=False)
class LiveView:
    """What can be shown now.

    Attributes:
        frame: the newest frame of a camera; of a recording the frame that was analysed last.
        result: newest result, None before the first. A camera's may belong to an earlier
            frame: compare ``index``.
        left_out, opted_out: (m, 4) and (k, 4) as ``Pipeline`` has them of the frame of ``result``.
        analysed: the frame of ``result``: where faces are covered, the one to show.
    """

    frame: Frame
    result: FrameResult | None
    left_out: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    opted_out: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    analysed: Frame | None = None


@dataclass(frozen=True, slots=True)
class LiveStats:
    """How a run goes.

    Attributes:
        state: see ``LiveState``.
        captured: frames taken from the source, without those that passed during a pause.
        analysed: frames whose result reached the sink.
        skipped: captured and not analysed: frames of a camera that a newer one replaced, and
            one that was at work when the run was stopped or failed. At the end,
            ``captured == analysed + skipped``.
        captured_fps, analysed_fps: frames a second over the last 2 s.
        error: one line for the user, None while all is well.
        finished: the source came to its end and all of its frames are dealt with.
        waiting: one line while a camera is gone and is waited for, else "".
        picture: of a session that keeps a picture, one line on what is not in it, else "".
    """

    state: LiveState
    captured: int
    analysed: int
    skipped: int
    captured_fps: float
    analysed_fps: float
    error: str | None
    finished: bool
    waiting: str = ""
    picture: str = ""


class LiveRunner:
    """Runs ``pipeline`` over ``source`` in the background, once.

    The pipeline stays the caller's; it is reset at the start. The source is closed at the end.
    Every method may be called from any thread and none of them waits for a frame, but for
    ``stop``. Nothing is ever raised in the threads: see ``LiveStats.error``.

    Args:
        source: camera or recording.
        pipeline: what to run.
        sink: takes every result, in order, in the analysis thread.
        watch: takes every frame with its result after that, in the same thread.
        realtime: a recording runs no faster than its timestamps; a camera always sets its pace.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        source: Source,
        pipeline: Pipeline,
        sink: Callable[[FrameResult], None] | None = None,
        realtime: bool = True,
        clock: Callable[[], float] = time.monotonic,
        watch: Callable[[Frame, FrameResult], None] | None = None,
    ) -> None:
        self._source = source
        self._pipeline = pipeline
        self._sink, self._watch = sink, watch
        self._live = source.info.live
        self._realtime = realtime and not self._live
        self._clock = clock
        self._changed = threading.Condition()
        # All below is guarded by ``_changed``.
        self._state = LiveState.IDLE
        self._slot: Frame | None = None
        self._view: LiveView | None = None
        self._source_ended = self._broken = False
        self._finished = False
        self._error: str | None = None
        self._captured = self._analysed = self._skipped = 0
        self._captured_rate, self._analysed_rate = Rate(), Rate()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start both threads. Raises RuntimeError on a second call: a runner runs once."""
        with self._changed:
            if self._state is not LiveState.IDLE:
                raise RuntimeError(f"a runner starts once, this one is {self._state}")
            self._pipeline.reset()
            self._state = LiveState.RUNNING
            for work, name in ((self._capture, "capture"), (self._analyse, "analysis")):
                thread = threading.Thread(target=work, name=f"roomread-{name}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def pause(self) -> None:
        """Hold: a recording keeps its place; a camera's frames pass by, neither shown nor read."""
        with self._changed:
            if self._state is LiveState.RUNNING:
                self._state = LiveState.PAUSED
                if self._live and self._slot is not None:
                    self._slot = None
                    self._captured -= 1
                self._changed.notify_all()

    def resume(self) -> None:
        """Go on after ``pause``."""
        with self._changed:
            if self._state is LiveState.PAUSED:
                self._state = LiveState.RUNNING
                self._changed.notify_all()

    def stop(self, timeout: float = STOP_S) -> bool:
        """End both threads and close the source; may be called at any time and twice.

        Args:
            timeout: seconds after which a thread that hangs in a driver is left behind; that is
                then said in ``stats().error``.

        Returns:
            Whether both threads ended.
        """
        with self._changed:
            if self._state in {LiveState.IDLE, LiveState.RUNNING, LiveState.PAUSED}:
                self._state = LiveState.STOPPED
            self._drop_slot()
            threads = [t for t in self._threads if t is not threading.current_thread()]
            self._changed.notify_all()
        self._source.close()
        deadline = time.monotonic() + timeout
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        hanging = [thread.name for thread in threads if thread.is_alive()]
        if hanging:
            self._fail(f"{' and '.join(hanging)} did not stop in time: restart Roomread")
        return not hanging

    def latest(self) -> LiveView | None:
        """Newest frame and newest result; None before the first frame."""
        with self._changed:
            return self._view

    def stats(self) -> LiveStats:
        """Counts, rates and errors, all of the same moment."""
        with self._changed:
            now = self._clock()
            return LiveStats(
                state=self._state,
                captured=self._captured,
                analysed=self._analysed,
                skipped=self._skipped,
                captured_fps=self._captured_rate.at(now),
                analysed_fps=self._analysed_rate.at(now),
                error=self._error,
                finished=self._finished,
                waiting=self._source.waiting if isinstance(self._source, PatientSource) else "",
            )

    def _capture(self) -> None:
        pace = _Pace(self._clock)
        try:
            for frame in self._source.frames():
                if not (self._offer(frame) if self._live else self._hand_over(frame, pace)):
                    break
        except TruncatedSourceError as error:
            self._end_source(str(error), broken=False)
        except RoomreadError as error:
            self._end_source(str(error), broken=True)
        except Exception as error:  # noqa: BLE001 - a thread's top frame: never silence
            what = f"reading {self._source.info.name} failed ({_named(error)})"
            self._end_source(what, broken=True)
        else:
            self._end_source(None, broken=False)

    def _end_source(self, message: str | None, broken: bool) -> None:
        """No more frames will come; those that came are still analysed."""
        with self._changed:
            # A source that is closed under its reader may complain; the user asked for that.
            if self._state is not LiveState.STOPPED:
                self._error = self._error or message
                self._broken = broken
            self._source_ended = True
            self._changed.notify_all()

    def _offer(self, frame: Frame) -> bool:
        """Put a camera's frame into the slot; False once the run is over."""
        with self._changed:
            if self._state is LiveState.PAUSED:
                return True
            if self._state is not LiveState.RUNNING:
                return False
            self._count_captured()
            self._drop_slot()
            self._slot = frame
            self._view = replace(self._view, frame=frame) if self._view else LiveView(frame, None)
            self._changed.notify_all()
            return True

    def _hand_over(self, frame: Frame, pace: _Pace) -> bool:
        """Put a recording's frame into the free slot when its time has come."""
        with self._changed:
            while self._state in {LiveState.RUNNING, LiveState.PAUSED}:
                if self._state is LiveState.PAUSED or self._slot is not None:
                    self._changed.wait()
                    continue
                early = pace.early(frame.timestamp) if self._realtime else 0.0
                if early > 0:
                    self._changed.wait(early)
                    continue
                self._count_captured()
                self._slot = frame
                self._view = self._view or LiveView(frame, None)
                self._changed.notify_all()
                return True
            return False

    def _analyse(self) -> None:
        try:
            while (frame := self._take()) is not None:
                result = self._pipeline.process(frame)
                if self._sink is not None:
                    self._sink(result)
                if self._watch is not None:
                    self._watch(frame, result)
                self._show(frame, result)
        except RoomreadError as error:
            self._fail(str(error), lost=1)
        except Exception as error:  # noqa: BLE001 - a thread's top frame: never silence
            self._fail(f"the analysis failed ({_named(error)})", lost=1)
        finally:
            self._source.close()

    def _take(self) -> Frame | None:
        """The next frame to analyse; None at the end."""
        with self._changed:
            while self._state in {LiveState.RUNNING, LiveState.PAUSED}:
                if self._state is LiveState.RUNNING and self._slot is not None:
                    frame, self._slot = self._slot, None
                    self._changed.notify_all()
                    return frame
                if self._slot is None and self._source_ended:
                    self._finished = not self._broken
                    self._state = LiveState.FAILED if self._broken else LiveState.FINISHED
                    return None
                self._changed.wait()
            return None

    def _show(self, frame: Frame, result: FrameResult) -> None:
        with self._changed:
            self._analysed += 1
            self._analysed_rate.tick(self._clock())
            newest = self._view.frame if self._live and self._view else frame
            now = self._pipeline
            self._view = LiveView(newest, result, now.left_out, now.opted_out, frame)

    def _count_captured(self) -> None:
        self._captured += 1
        self._captured_rate.tick(self._clock())

    def _fail(self, message: str, lost: int = 0) -> None:
        """End the run for this reason; the first one said is the one that counts."""
        with self._changed:
            self._skipped += lost
            self._error = self._error or message
            self._state = LiveState.FAILED
            self._drop_slot()
            self._changed.notify_all()

    def _drop_slot(self) -> None:
        self._skipped += self._slot is not None
        self._slot = None


class _Pace:
    """Says how long a recording's frame must wait for its time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._zero: float | None = None

    def early(self, timestamp: float) -> float:
        """Seconds until ``timestamp`` is due; 0 or less: it is."""
        now = self._clock()
        if self._zero is None or now - self._zero - timestamp > _LATE:
            self._zero = now - timestamp
        return self._zero + timestamp - now


def _named(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
