"""The analysis of one row: what it is told, and what it tells."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.core.errors import LossError, RoomreadError
from app.core.privacy import FaceCover
from app.engine.analyse.estimate import Estimate
from app.engine.analyse.plans import Plan
from app.engine.analyse.queue_row import QueueRow, RowState, Step
from app.engine.rooms import recording_room, room_regions
from app.engine.settings import Settings
from app.session.analysis_files import SESSION_FILE

if TYPE_CHECKING:  # importing it loads OpenCV and the models' runtimes
    from app.engine.analyse.analyze import AnalysisReport
    from app.engine.analyse.batch import Progress
    from app.engine.build import Built

log = logging.getLogger(__name__)

_SECONDS_READ: Final = 0.065
_SECONDS_DECODED: Final = 0.1
_SECONDS_DRAWN: Final = 0.75
"""Of work: a frame that is analysed, a second of a recording that is decoded, and one that is
drawn; measured on two cores with 16 faces at 25 frames a second. Only their ratio matters."""
_SECONDS_SEARCHED: Final = 4.7
"""More for a second that is drawn where somebody is to be hidden: each picture is searched whole,
0.19 s a 720p one."""

Analyze = Callable[..., "AnalysisReport"]
Build = Callable[[Settings, Callable[[str], None]], "Built"]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with; tests give stand-ins.

    Attributes:
        analyze: takes the arguments of ``analyse.analyze.analyze_video``; None: that one.
        build: makes the pipeline; None: the real one.
        rooms: folder with the regions that were drawn; None: the usual one.
        analysed: list that the session files are put on; None: on none.
        consent: file of the purpose; None: the usual one.
    """

    analyze: Analyze | None = None
    build: Build | None = None
    rooms: Path | None = None
    analysed: Path | None = None
    consent: Path | None = None


def reading_share(plan: Plan, hides: bool = False) -> float:
    """Of the work of a row with an annotated video, about; the rest is its drawing.

    Args:
        plan: of the row.
        hides: faces are covered in the video, or seats opted out.
    """
    fps = 25.0 if plan.fps is None else min(plan.fps, 25.0)
    reading = _SECONDS_DECODED + fps * _SECONDS_READ
    drawing = _SECONDS_DRAWN + (_SECONDS_SEARCHED if hides else 0.0)
    return reading / (reading + drawing)


class Run:
    """One row in the worker's hands; ``cancel``, ``shown`` and ``pace`` from any thread.

    Args:
        row: what to do.
        settings: what holds now.
        checkpoint: called after every frame; waits while the queue is paused and returns the
            seconds that it waited.
        clock: seconds, steady.
        tools: see there.
    """

    def __init__(
        self,
        row: QueueRow,
        settings: Settings,
        checkpoint: Callable[[], float],
        clock: Callable[[], float],
        tools: Tools,
    ) -> None:
        self.row = row
        self.cancelled, self.abandoned = threading.Event(), threading.Event()
        self._settings, self._tools = settings, tools
        self._checkpoint, self._clock = checkpoint, clock
        self._annotate = row.plan.annotate and not settings.privacy.class_only
        hides = settings.privacy.faces is not FaceCover.SHOW or bool(settings.regions.opt_out)
        self._reading = reading_share(row.plan, hides) if self._annotate else 1.0
        self._lock = threading.Lock()
        self._estimate = Estimate()
        self._step, self._said = Step.PREPARING, ""
        self._share: float | None = 0.0
        self._media = self._waited = 0.0

    @property
    def number(self) -> int:
        """Of the row."""
        return self.row.number

    def cancel(self, abandon: bool = False) -> None:
        """End soon and keep what was read; ``abandon``: it will start again, so write no tables."""
        if abandon and not self.cancelled.is_set():
            self.abandoned.set()
        self.cancelled.set()

    def shown(self, row: QueueRow) -> QueueRow:
        """``row`` with how far it has come."""
        with self._lock:
            return replace(
                row,
                step=self._step,
                message=self._said,
                progress=self._share,
                seconds_left=self._estimate.seconds_left,
                speed=self._estimate.speed if self._step is Step.READING else None,
            )

    def pace(self, length: float) -> float | None:
        """Seconds of work a second of this recording, ``length`` long; None: too soon to say."""
        with self._lock:
            left = self._estimate.seconds_left
            return None if left is None else (self._estimate.active + left) / length

    def refused(self) -> QueueRow | None:
        """The row as it ends where its folder holds results that are not its own; else None."""
        out = self.row.out
        there = (out / SESSION_FILE).exists() or (out / "session.json").exists()
        return self._refused() if there and not self.row.owned else None

    def _refused(self) -> QueueRow:
        session = self.row.out / SESSION_FILE
        return self.row.refuse(session if session.exists() else None)

    def run(self) -> QueueRow:
        """Analyse; the row as it ends. Whatever fails is said on it."""
        begin = self._clock()
        try:
            ended = self._ended(self._report(), begin)
        except LossError:
            ended = self._refused()
        except RoomreadError as error:
            ended = self._failed(" ".join(str(error).split()))
        except Exception as error:  # the worker's top frame for this row: the next one goes on
            log.exception("the analysis of %s failed", self.row.path)
            ended = self._failed(
                f"Roomread ran into a fault of its own ({type(error).__name__}: {error}). "
                "Please try again, and report this if it comes back."
            )
        return ended

    def _report(self) -> AnalysisReport:
        from app.engine.analyse.analyze import analyze_video  # noqa: PLC0415  # takes a second

        row, plan = self.row, self.row.plan
        resume = row.resumes and row.owned
        regions = room_regions(recording_room(row.path, self._tools.rooms), self._settings)
        return (self._tools.analyze or analyze_video)(
            row.path,
            row.out,
            self._settings.model_copy(update={"regions": regions}),
            plan.sampling,
            annotate=self._annotate,
            interval=plan.interval,
            say=self._say,
            progress=self._read,
            annotating=self._drawn,
            # The queue has made sure that the folder is this row's. What was to be gone on with may
            # have been edited since.
            overwrite=not resume,
            cancelled=self.cancelled,
            abandoned=self.abandoned,
            build=self._tools.build,
            resume=resume,
            listed=self._tools.analysed,
            consent=self._tools.consent,
        )

    def _ended(self, report: AnalysisReport, begin: float) -> QueueRow:
        row, read = self.row, report.counts.analysed > 0
        if report.cancelled:
            return replace(
                row,
                state=RowState.CANCELLED,
                session=report.session if read else None,
                message="What was read until then is kept." if read else "",
                progress=self._share,
            )
        return replace(
            row,
            state=RowState.DONE,
            session=report.session,
            message=report.truncated,
            students=None if self._settings.privacy.class_only else len(report.students),
            elapsed=self._clock() - begin - self._waited,
            progress=1.0,
        )

    def _failed(self, message: str) -> QueueRow:
        return replace(self.row, state=RowState.FAILED, message=message, progress=self._share)

    def _say(self, text: str) -> None:
        with self._lock:
            if self._step is Step.PREPARING:  # later lines are meant for a terminal
                self._said = text

    def _read(self, now: Progress) -> None:
        share = now.fraction
        with self._lock:
            done = share is not None and share >= 1.0
            self._step, self._said = Step.WRITING if done else Step.READING, ""
            if share is not None:
                share *= self._reading
                self._media = now.done
                self._estimate.update(share, now.done, self._clock())
            self._share = share
        self._wait()

    def _drawn(self, share: float) -> None:
        with self._lock:
            self._step = Step.DRAWING
            self._share = self._reading + (1.0 - self._reading) * share
            self._estimate.update(self._share, self._media, self._clock())
        self._wait()

    def _wait(self) -> None:
        waited = self._checkpoint()
        with self._lock:
            self._waited += waited
            self._estimate.skip(waited)
