"""Plays a recording for Review: smoothly, at any speed, and to the frame when scrubbed.

A clock says which time is shown. A thread follows it: it decodes, drops frames that come too late
and waits for those that come too soon, so that a slow machine shows fewer frames and never drifts.
The window polls ``frame`` and ``position`` from a timer and is never kept waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from app.core.errors import RoomreadError
from app.core.types import Frame
from app.engine.review.reel import EPSILON, Reel
from app.stages.protocols import Source

SPEEDS: Final = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
"""What ``Player.speed`` is usually chosen from; anything from the first to the last is taken."""

_PATIENCE: Final = 0.1  # seconds of decoding after which a late frame is shown all the same
_LATE: Final = 1.0  # seconds that a frame may be late before the player jumps ahead
_LONGEST_WAIT: Final = 0.5


class PlayerState(Enum):
    """What a player is doing."""

    PAUSED = auto()
    SEEKING = auto()  # on its way to the frame that was asked for
    PLAYING = auto()
    ENDED = auto()  # at the end; play starts from the beginning
    FAILED = auto()  # the video can't be read, see ``error``; time can still be moved and runs
    CLOSED = auto()


@dataclass(frozen=True, slots=True)
class _Task:
    """What the thread is to do next: show ``position``, or move so many frames from there.

    ``anew``: prepare the frame also where it is shown already.
    """

    position: float
    steps: int
    turn: int
    playing: bool
    anew: bool = False


class Player:
    """Plays from ``start`` to ``end``; begins paused at ``start``.

    Args:
        open_at: the video from a time on (``Review.open_at``); called in the player's thread.
            None where there is no video: time runs all the same, ``frame`` is None.
        start, end: seconds.
        step: seconds that ``step`` moves without a video.
        prepare: makes of every frame what may be shown (``Review.covered``); called in the
            player's thread.
    """

    def __init__(
        self,
        open_at: Callable[[float], Source] | None,
        start: float,
        end: float,
        step: float = 0.04,
        prepare: Callable[[Frame], Frame] | None = None,
    ) -> None:
        self._start, self._end, self._step = start, max(start, end), step
        self._prepare = prepare
        self._changed = threading.Condition()
        self._place = start  # position when the clock last stood still
        self._since: float | None = None  # when it was started; None while it stands still
        self._speed = 1.0
        self._playing = self._failed = self._closed = False
        self._turn, self._done = 1, 0  # number of the newest request, and of the newest answer
        self._steps = 0
        self._anew = False
        self._raw: Frame | None = None
        self._frame: Frame | None = None
        self._error = ""
        self._reel: Reel | None = None
        self._thread: threading.Thread | None = None
        if open_at is None:
            self._done = self._turn
        else:
            self._reel = Reel(open_at)
            self._thread = threading.Thread(target=self._run, name="roomread-player", daemon=True)
            self._thread.start()

    @property
    def state(self) -> PlayerState:
        """What it is doing."""
        with self._changed:
            at_end = self._now() >= self._end
            if self._closed:
                return PlayerState.CLOSED
            if self._waits:
                return PlayerState.SEEKING
            if self._failed:
                return PlayerState.FAILED
            if self._playing:
                return PlayerState.PLAYING
            return PlayerState.ENDED if at_end else PlayerState.PAUSED

    @property
    def playing(self) -> bool:
        """Whether time runs, or will as soon as the frame that was asked for is there."""
        with self._changed:
            self._now()
            return self._playing

    @property
    def position(self) -> float:
        """Seconds: the time that is shown, or was asked for."""
        with self._changed:
            return self._now()

    @property
    def error(self) -> str:
        """Why the video, or its end, can't be read, one line; "" where it can."""
        with self._changed:
            return self._error

    @property
    def speed(self) -> float:
        """Seconds of the recording that pass in a second, 0.25 to 4; others raise ValueError."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if not SPEEDS[0] <= speed <= SPEEDS[-1]:
            raise ValueError(f"speed: expected {SPEEDS[0]} to {SPEEDS[-1]}, got {speed}")
        with self._changed:
            self._hold(self._now())
            self._speed = speed
            self._go_on()

    def frame(self) -> Frame | None:
        """The newest frame to show; the same object until there is another. Never waits."""
        return self._frame

    def play(self) -> None:
        """Go on from here; from the start where it is at its end."""
        with self._changed:
            if self._now() >= self._end - EPSILON:
                self._ask(self._start)
            self._playing = not self._closed
            self._go_on()

    def pause(self) -> None:
        """Stop here."""
        with self._changed:
            self._hold(self._now())
            self._playing = False
            self._changed.notify_all()

    def seek(self, seconds: float) -> None:
        """Show the frame at this time, then play on if it played. Only the newest seek counts."""
        with self._changed:
            self._ask(min(max(seconds, self._start), self._end))
            self._go_on()

    def step(self, frames: int) -> None:
        """Pause and show a later (above 0) or an earlier frame (below 0)."""
        with self._changed:
            place = self._now()
            self._playing = False
            if self._reel is None or self._failed:
                place += frames * self._step
                self._hold(min(max(place, self._start), self._end))
                return
            self._hold(place)
            self._steps += frames
            self._turn += 1
            self._changed.notify_all()

    def refresh(self) -> None:
        """Prepare and show the present frame again, as after ``Review.faces`` changed."""
        with self._changed:
            self._ask(self._now())
            self._anew = True
            self._go_on()

    def close(self) -> None:
        """End the thread and close the file; waits for it. May be called twice."""
        with self._changed:
            self._hold(self._now())
            self._closed, self._playing = True, False
            self._changed.notify_all()
        if self._reel is not None:
            self._reel.stop()
        if self._thread is not None:
            self._thread.join()

    # The clock; call these with the lock held.

    @property
    def _waits(self) -> bool:
        """Whether the frame that was asked for is still to come."""
        return self._done < self._turn

    def _now(self) -> float:
        if self._since is None:
            return self._place
        place = self._place + (time.monotonic() - self._since) * self._speed
        if place >= self._end:
            self._hold(self._end)
            self._playing = False
            return self._end
        return place

    def _hold(self, place: float) -> None:
        self._place, self._since = place, None

    def _ask(self, place: float) -> None:
        """Hold the clock at ``place`` until its frame is shown."""
        self._hold(place)
        self._steps = 0
        if self._reel is not None:
            self._turn += 1

    def _go_on(self) -> None:
        """Let the clock run if it is to run, and nobody waits for a frame."""
        if self._playing and not self._waits and self._since is None:
            self._since = time.monotonic()
        self._changed.notify_all()

    # The thread.

    def _run(self) -> None:
        reel = self._reel
        if reel is None:
            return
        try:
            while (task := self._next(reel)) is not None:
                try:
                    frame = self._find(reel, task)
                    self._show(task, frame, reel.problem)
                except RoomreadError as error:
                    reel.forget()
                    self._fail(task, str(error))
        finally:
            reel.forget()

    def _next(self, reel: Reel) -> _Task | None:
        """Wait for something to do; None when it is over."""
        with self._changed:
            while not self._closed:
                place = self._now()
                if self._waits:
                    task = _Task(place, self._steps, self._turn, playing=False, anew=self._anew)
                    self._steps, self._anew = 0, False
                    return task
                wait = None
                if self._since is not None:
                    wait = _LONGEST_WAIT
                    if self._raw is not None and not self._failed:
                        due = reel.due(self._raw)
                        if place >= due - EPSILON:
                            return _Task(place, 0, self._turn, playing=True)
                        wait = min(wait, (due - place) / self._speed)
                self._changed.wait(wait)
        return None

    def _find(self, reel: Reel, task: _Task) -> Frame | None:
        if task.playing:
            frame = reel.at(task.position, _PATIENCE)
            with self._changed:
                place = self._now()
            if frame is None or place - frame.timestamp <= _LATE:
                return frame
            return frame if reel.due(frame) == float("inf") else self._catch_up(reel)
        frame = reel.at(task.position)
        for _ in range(abs(task.steps)):
            if frame is None:
                break
            frame = (reel.after(frame) if task.steps > 0 else reel.before(frame)) or frame
        return frame

    def _catch_up(self, reel: Reel) -> Frame | None:
        """Jump to where the clock will be when the jump is done."""
        with self._changed:
            place = self._now()
        reel.jump(place + _LATE)
        frame = reel.at(place + _LATE)
        if frame is None:
            return None
        due = frame.timestamp
        with self._changed:
            # It may be early: then it waits, unless something else is asked for.
            self._changed.wait_for(
                lambda: self._closed or self._waits or self._since is None or self._now() >= due,
                timeout=_LATE / self._speed,
            )
            place = self._now()
        return frame if place - due <= _LATE else reel.at(place, _PATIENCE)

    def _show(self, task: _Task, frame: Frame | None, problem: str) -> None:
        """Hand over a frame, and let the clock run on where it waited for it."""
        shown = frame
        if frame is self._raw and not task.anew:
            shown = self._frame
        elif frame is not None and self._prepare is not None:
            shown = self._prepare(frame)
        with self._changed:
            self._raw, self._frame, self._error, self._failed = frame, shown, problem, False
            if task.steps and frame is not None and self._place == task.position:
                self._hold(min(max(frame.timestamp, self._start), self._end))
            self._answered(task)

    def _fail(self, task: _Task, error: str) -> None:
        with self._changed:
            self._error, self._failed, self._raw = error, True, None
            self._answered(task)

    def _answered(self, task: _Task) -> None:
        self._done = max(self._done, task.turn)
        self._go_on()
