"""What a run shows and says of itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.core.types import Frame, FrameResult
from app.engine.live.schedule import Plan


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
        left_out, opted_out: (m, 4) and (k, 4) as ``Followed`` has them of the frame of ``result``.
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
        skipped: captured and not analysed: frames of a camera that a newer one replaced, as most
            are that gives more than are followed, and what was at work when the run failed. At
            the end, ``captured == analysed + skipped``.
        captured_fps, analysed_fps: frames a second over the last 2 s.
        error: one line for the user, None while all is well.
        finished: the source came to its end and all of its frames are dealt with.
        waiting: one line while a camera is gone and is waited for, else "".
        picture: of a session that keeps a picture, one line on what is not in it, else "".
        follow_fps: frames a second in which faces were looked for, over the last 2 s.
        reads: times a second that a face in view is really read, the median of all; NaN where
            there is none.
        reads_least: the same of the face that is read least often.
        busy: share of the usable cores that Roomread took over the last 2 s; NaN before.
        latency: seconds from a frame's capture to its result, the median of the last 2 s; NaN
            before the first.
        plan: what the schedule aims at now; None for a recording, of which all is read.
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
    follow_fps: float = 0.0
    reads: float = math.nan
    reads_least: float = math.nan
    busy: float = math.nan
    latency: float = math.nan
    plan: Plan | None = None
