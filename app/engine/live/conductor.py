"""Runs the two halves of the pipeline by the schedule, and measures what they take."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from app.core.machine import usable_cores
from app.core.types import Frame, FrameResult
from app.engine.live.reading import Turns
from app.engine.live.schedule import Cost, Plan, Schedule
from app.engine.pipeline import Followed, Pipeline
from app.engine.settings import LiveSettings


class Conductor:
    """Follows and reads a camera's frames as the plan says. One run.

    ``follow`` and ``read`` may be called in a thread each, all else in any.

    Args:
        pipeline: what to run.
        settings: what may be spent, and how often a face is read at best.
        bar: probability from which on an expression is told.
        clock: seconds, monotonic.
        process: seconds of processor time of the whole process.
        cores: that Roomread may use; 0: as many as it may use here.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        settings: LiveSettings,
        bar: float,
        clock: Callable[[], float] = time.monotonic,
        process: Callable[[], float] = time.process_time,
        cores: int = 0,
    ) -> None:
        self._pipeline, self._clock, self._process = pipeline, clock, process
        self._cores = cores or usable_cores()
        self._sweeping = pipeline.sweeping
        self._period = Plan().period if self._sweeping is None else self._sweeping.period
        best = Plan(reads=settings.reads, period=self._period)
        self._turns = Turns(bar, best.reads)
        self._last: float | None = None
        self._lock = threading.Lock()
        # All below is guarded by ``_lock``.
        self._schedule = Schedule(settings.share * self._cores, best)
        self._load = 0.0  # faces, each counted by how often it is read against the usual
        self._plan = best

    @property
    def plan(self) -> Plan:
        """What is aimed at now."""
        return self._plan

    @property
    def busy(self) -> float:
        """Share of the usable cores that the process took lately; NaN before."""
        return self._schedule.busy / self._cores

    def pause(self) -> None:
        """What is spent during a pause does not count."""
        with self._lock:
            self._schedule.pause()

    def close(self) -> None:
        """Leave the detector as it was."""
        if self._sweeping is not None:
            self._sweeping.period = self._period

    def follow(self, frame: Frame, camera_fps: float = math.inf) -> Followed:
        """``Pipeline.follow`` with the plan's period.

        Args:
            frame: the next one.
            camera_fps: frames a second that the camera gives.
        """
        sweeping, plan = self._sweeping, self._plan
        if sweeping is not None and sweeping.period != plan.period:
            sweeping.period = plan.period
        swept = 0.0 if sweeping is None else sweeping.swept
        wall, cpu = self._clock(), time.thread_time()
        followed = self._pipeline.follow(frame)
        cost = Cost(time.thread_time() - cpu, self._clock() - wall)
        swept = 0.0 if sweeping is None else sweeping.swept - swept
        # The search waits for a core no less than the rest of the frame's work.
        part = Cost(swept, cost.wall * min(1.0, swept / cost.cpu) if cost.cpu > 0 else 0.0)
        elapsed = 0.0 if self._last is None else frame.timestamp - self._last
        self._last = frame.timestamp
        with self._lock:
            self._schedule.followed(self._load, cost, part, elapsed)
            self._schedule.spent(self._clock(), self._process(), camera_fps)
            self._plan = self._schedule.plan
        return followed

    def read(self, followed: Followed, take: Callable[[FrameResult], None]) -> FrameResult:
        """``Pipeline.read`` of those whose turn it is; what ``take`` does with it counts too."""
        wall, cpu = self._clock(), time.thread_time()
        faces, now = followed.tracked.faces, followed.frame.timestamp
        number = self._turns.due(faces, now, self._plan.reads)
        result = self._pipeline.read(followed, self._turns.choose(faces, number))
        self._turns.took(result)
        take(result)
        cost = Cost(time.thread_time() - cpu, self._clock() - wall)
        with self._lock:
            self._schedule.read(number, cost)
            self._load = float(self._turns.weights(faces).sum())
        return result
