"""A run: one thread takes frames, one follows the faces, one reads them, and none waits in vain.

A camera never waits: between the first two threads lies one slot, in which a newer frame replaces
one that was not followed, and that is counted. A recording never loses: its reader waits until the
slot is free. Between following and reading lies another, and nothing is followed while that is
taken: whatever was followed is read, however the run ends, unless reading itself fails. Of a camera
as much is followed and read as the schedule says (``conductor``), of a recording all.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from app.core.errors import RoomreadError, TruncatedSourceError
from app.core.types import Frame, FrameResult
from app.engine.live.conductor import Conductor
from app.engine.live.pace import Pace
from app.engine.live.rate import Rate, RecentMedian
from app.engine.live.refresh import Refresh
from app.engine.live.state import LiveState, LiveStats, LiveView
from app.engine.pipeline import Followed, Pipeline
from app.engine.settings import LiveSettings
from app.stages.protocols import PatientSource, Source

__all__ = ["STOP_S", "LiveRunner", "LiveState", "LiveStats", "LiveView"]

STOP_S: Final = 8.0
"""Seconds for all threads to end: longer than a stream that hangs takes to say so."""
_FIGURES: Final = 0.25
"""Seconds between two counts of how often the faces are read."""


class _Taken(NamedTuple):
    """A frame, and when it was captured, in seconds of the runner's clock."""

    frame: Frame
    at: float


class LiveRunner:
    """Runs ``pipeline`` over ``source`` in the background, once.

    The pipeline stays the caller's; it is reset at the start. The source is closed at the end.
    Every method may be called from any thread and none of them waits for a frame, but for
    ``stop``. Nothing is ever raised in the threads: see ``LiveStats.error``.

    Args:
        source: camera or recording.
        pipeline: what to run.
        sink: takes every result, in order, in the reading thread.
        watch: takes what each result was made of and the result after that, in the same thread.
        realtime: a recording runs no faster than its timestamps; a camera always sets its pace.
        clock: seconds, monotonic.
        settings: what a camera's frames may cost.
        bar: probability from which on an expression is told.
    """

    def __init__(
        self,
        source: Source,
        pipeline: Pipeline,
        sink: Callable[[FrameResult], None] | None = None,
        realtime: bool = True,
        clock: Callable[[], float] = time.monotonic,
        watch: Callable[[Followed, FrameResult], None] | None = None,
        settings: LiveSettings | None = None,
        bar: float = 0.5,
    ) -> None:
        self._source = source
        self._pipeline = pipeline
        self._sink, self._watch = sink, watch
        self._live = source.info.live
        self._realtime = realtime and not self._live
        self._clock = clock
        self._conductor: Conductor | None = None
        if self._live:
            self._conductor = Conductor(pipeline, settings or LiveSettings(), bar, clock)
        self._half = 0.5 / source.info.fps if source.info.fps > 0 else 0.0
        self._refresh, self._counted = Refresh(), -math.inf  # of the reading thread
        self._changed = threading.Condition()
        # All below is guarded by ``_changed``.
        self._state = LiveState.IDLE
        self._slot: _Taken | None = None
        self._due = -math.inf
        self._followed: tuple[Followed, float] | None = None
        self._view: LiveView | None = None
        self._source_ended = self._broken = self._quitting = self._follow_ended = False
        self._finished = False
        self._error: str | None = None
        self._captured = self._analysed = self._skipped = 0
        self._captured_rate, self._followed_rate, self._analysed_rate = Rate(), Rate(), Rate()
        self._latency, self._reads = RecentMedian(), (math.nan, math.nan)
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start all threads. Raises RuntimeError on a second call: a runner runs once."""
        with self._changed:
            if self._state is not LiveState.IDLE:
                raise RuntimeError(f"a runner starts once, this one is {self._state}")
            self._pipeline.reset()
            self._state = LiveState.RUNNING
            work = (self._capture, "capture"), (self._follow, "follow"), (self._read, "read")
            for target, name in work:
                thread = threading.Thread(target=target, name=f"roomread-{name}", daemon=True)
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
                if self._conductor is not None:
                    self._conductor.pause()
                self._changed.notify_all()

    def stop(self, timeout: float = STOP_S) -> bool:
        """End all threads and close the source; may be called at any time and twice.

        What was followed by then is still read.

        Args:
            timeout: seconds after which a thread that hangs in a driver is left behind; that is
                then said in ``stats().error``.

        Returns:
            Whether all threads ended.
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
            with self._changed:
                self._state = LiveState.FAILED
                what = f"{' and '.join(hanging)} did not stop in time: restart Roomread"
                self._error = self._error or what
        return not hanging

    def latest(self) -> LiveView | None:
        """Newest frame and newest result; None before the first frame."""
        with self._changed:
            return self._view

    def stats(self) -> LiveStats:
        """Counts, rates and errors, all of the same moment."""
        with self._changed:
            now, conductor = self._clock(), self._conductor
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
                follow_fps=self._followed_rate.at(now),
                reads=self._reads[0],
                reads_least=self._reads[1],
                busy=math.nan if conductor is None else conductor.busy,
                latency=self._latency.at(now),
                plan=None if conductor is None else conductor.plan,
            )

    def _capture(self) -> None:
        pace = Pace(self._clock)
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
            if self._state is not LiveState.STOPPED and not self._quitting:
                self._error = self._error or message
                self._broken = broken
            self._source_ended = True
            self._changed.notify_all()

    @property
    def _going(self) -> bool:
        return self._state in {LiveState.RUNNING, LiveState.PAUSED} and not self._quitting

    def _offer(self, frame: Frame) -> bool:
        """Put a camera's frame into the slot; False once the run is over."""
        with self._changed:
            if not self._going:
                return False
            if self._state is LiveState.PAUSED:
                return True
            self._drop_slot()
            self._slot = self._captured_now(frame)
            self._view = replace(self._view, frame=frame) if self._view else LiveView(frame, None)
            self._changed.notify_all()
            return True

    def _hand_over(self, frame: Frame, pace: Pace) -> bool:
        """Put a recording's frame into the free slot when its time has come."""
        with self._changed:
            while self._going:
                if self._state is LiveState.PAUSED or self._slot is not None:
                    self._changed.wait()
                    continue
                early = pace.early(frame.timestamp) if self._realtime else 0.0
                if early > 0:
                    self._changed.wait(early)
                    continue
                self._slot = self._captured_now(frame)
                self._view = self._view or LiveView(frame, None)
                self._changed.notify_all()
                return True
            return False

    def _follow(self) -> None:
        try:
            while (taken := self._take()) is not None:
                followed = self._who_is_where(taken.frame)
                with self._changed:
                    self._followed = followed, taken.at
                    self._followed_rate.tick(self._clock())
                    self._changed.notify_all()
        except Exception as error:  # noqa: BLE001 - a thread's top frame: never silence
            self._fail(error)
        finally:
            with self._changed:
                self._follow_ended = True
                self._changed.notify_all()

    def _who_is_where(self, frame: Frame) -> Followed:
        if self._conductor is None:
            return self._pipeline.follow(frame)
        with self._changed:
            camera_fps = self._captured_rate.at(self._clock())
        return self._conductor.follow(frame, camera_fps)

    def _take(self) -> _Taken | None:
        """The next frame to follow, once what was followed before is being read; None at the
        end."""
        with self._changed:
            while self._going:
                running, slot = self._state is LiveState.RUNNING, self._slot
                if running and slot is not None and self._followed is None and self._is_due(slot):
                    self._slot = None
                    self._changed.notify_all()
                    return slot
                if slot is None and self._source_ended:
                    return None
                self._changed.wait()
            return None

    def _is_due(self, slot: _Taken) -> bool:
        """Whether to follow this frame rather than wait for the next one; sets when another is.

        A frame that came half a frame early is as near to its time as one that comes late.
        """
        if self._conductor is None or self._source_ended:
            return True
        if slot.at < self._due - self._half:
            return False
        pause = 1.0 / self._conductor.plan.follow_fps
        self._due = max(self._due + pause, slot.at + pause / 2)
        return True

    def _read(self) -> None:
        try:
            while (waiting := self._next()) is not None:
                self._what_they_show(*waiting)
        except Exception as error:  # noqa: BLE001 - a thread's top frame: never silence
            self._fail(error)
        finally:
            self._end()
            self._source.close()

    def _next(self) -> tuple[Followed, float] | None:
        """The frame to read; None once there will be no more."""
        with self._changed:
            while self._followed is None and not self._follow_ended:
                self._changed.wait()
            waiting, self._followed = self._followed, None
            self._changed.notify_all()
            return waiting

    def _what_they_show(self, followed: Followed, captured_at: float) -> None:
        def take(result: FrameResult) -> None:
            if self._sink is not None:
                self._sink(result)
            if self._watch is not None:
                self._watch(followed.as_told(result), result)
            self._refresh.update(result)

        if self._conductor is None:
            result = self._pipeline.read(followed)
            take(result)
        else:
            result = self._conductor.read(followed, take)
        now = self._clock()
        reads = self._reads
        if now - self._counted >= _FIGURES:
            self._counted, reads = now, self._refresh.spread(result)
        frame, told = followed.frame, followed.as_told(result)
        with self._changed:
            self._analysed += 1
            self._analysed_rate.tick(now)
            self._latency.add(now, now - captured_at)
            self._reads = reads
            newest = self._view.frame if self._live and self._view else frame
            self._view = LiveView(newest, result, told.left_out, told.opted_out, frame)

    def _captured_now(self, frame: Frame) -> _Taken:
        self._captured += 1
        now = self._clock()
        self._captured_rate.tick(now)
        return _Taken(frame, now)

    def _fail(self, error: Exception) -> None:
        """A frame could not be followed or read: end the run for this reason, the first one."""
        said = isinstance(error, RoomreadError)
        message = str(error) if said else f"the analysis failed ({_named(error)})"
        with self._changed:
            self._skipped += 1
            self._error = self._error or message
            self._broken = self._quitting = True
            self._drop_slot()
            self._changed.notify_all()

    def _end(self) -> None:
        """After the last frame was read: wait for the other thread, and say how it ended."""
        with self._changed:
            while not self._follow_ended:
                self._changed.wait()
            self._skipped += self._followed is not None
            self._followed = None
            self._drop_slot()
            if self._conductor is not None:
                self._conductor.close()
            if self._state in {LiveState.RUNNING, LiveState.PAUSED}:
                self._finished = not self._broken
                self._state = LiveState.FAILED if self._broken else LiveState.FINISHED
            self._changed.notify_all()

    def _drop_slot(self) -> None:
        self._skipped += self._slot is not None
        self._slot = None


def _named(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
