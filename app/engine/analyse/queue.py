"""Recordings that are analysed one after the other: the view-model of the workspace Analyse."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.core.errors import RoomreadError
from app.engine.analyse.plans import Plan
from app.engine.analyse.queue_file import load_queue, save_queue
from app.engine.analyse.queue_row import QueueRow, QueueView, RowState, out_folder
from app.engine.analyse.queue_run import Run, Tools
from app.engine.analyse.queue_time import time_left
from app.engine.settings import Settings

_LETTING_GO: Final = 2.0
"""Seconds that the shut-down waits for the worker; a download that hangs must not keep it."""


@dataclass(frozen=True, slots=True)
class Added:
    """What ``AnalysisQueue.add`` did: rows that are new or wait again, and those left alone."""

    added: int
    known: int


def video_length(path: Path) -> float | None:
    """Seconds, as the recording's header has it; None where it says nothing, or can't be read."""
    from app.stages.video import VideoSource  # noqa: PLC0415  # takes a second

    with suppress(RoomreadError):
        return VideoSource(path).info.duration
    return None


class AnalysisQueue:
    """A list of recordings and the thread that works through it.

    All methods may be called from any thread and return at once, but for ``shut_down``. A second
    thread reads and keeps the file and asks how long the recordings are.

    Args:
        file: where the list is kept, see ``app.engine.analyse.queue_file``.
        settings: of the stages; what holds when a row begins counts.
        tools: what the rows are run with.
        length: seconds of a recording, None where nobody knows.
        clock: seconds, steady.
    """

    def __init__(
        self,
        file: Path,
        settings: Settings,
        tools: Tools | None = None,
        length: Callable[[Path], float | None] = video_length,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file, self._settings, self._tools = file, settings, tools or Tools()
        self._length, self._clock = length, clock
        self._change = threading.Condition()
        self._rows: list[QueueRow] = []
        self._numbers = itertools.count(1)
        self._paused = self._held = self._loaded = self._closing = self._last_save = False
        self._readable = True
        self._trouble = self._unsaved = ""  # of reading the list, and of keeping it last
        self._version = self._saved = 0
        self._asked: set[int] = set()
        self._paces: dict[Plan, float] = {}
        self._run: Run | None = None
        self._worker: threading.Thread | None = None
        self._clerk: threading.Thread | None = None

    def start(self) -> None:
        """Read the list that was left and go to work; again, and after the end: nothing."""
        with self._change:
            if self._worker is not None or self._closing:
                return
            # Daemons, so that a download that hangs can't keep a closed app alive.
            self._worker = threading.Thread(target=self._work, name="roomread-queue", daemon=True)
            self._clerk = threading.Thread(target=self._keep, name="roomread-list", daemon=True)
            self._worker.start()
            self._clerk.start()

    def shut_down(self) -> None:
        """Stop within about two seconds and keep the list; what was running waits again."""
        with self._change:
            self._closing = True
            if self._run is not None:
                self._run.cancel(abandon=True)
            self._change.notify_all()
        if self._worker is None or self._clerk is None:
            return
        self._worker.join(_LETTING_GO)
        with self._change:
            self._rows = [row.interrupted() if row.state.active else row for row in self._rows]
            self._last_save = True
            self._changed()
        self._clerk.join(_LETTING_GO)

    def view(self) -> QueueView:
        """How things stand."""
        with self._change:
            rows = tuple(self._shown(row) for row in self._rows)
            trouble = self._unsaved or self._trouble
            return QueueView(
                rows, self._paused, self._held, self._left(rows), trouble, self._loaded
            )

    def set_settings(self, settings: Settings) -> None:
        """What holds for rows that begin from now on."""
        with self._change:
            self._settings = settings

    def add(self, paths: Iterable[Path], plan: Plan, folder: Path | None = None) -> Added:
        """Put recordings at the end.

        One that is in the list already waits again, with this plan, unless it still waits or runs.

        Args:
            paths: of the recordings.
            plan: for all of them.
            folder: the results go to a folder each in this one; None: beside each recording.
        """
        added = known = 0
        with self._change:
            for path in paths:
                old = self._find(path, path.parent if folder is None else folder)
                if old is None:
                    out = out_folder(path, folder, {row.out for row in self._rows})
                    self._rows.append(QueueRow(next(self._numbers), path, out, plan))
                    added += 1
                elif old.state.over:
                    owned = old.owned and old.state is not RowState.DONE
                    self._put(replace(old.again(), plan=plan, owned=owned))
                    added += 1
                else:
                    known += 1
            self._changed()
        return Added(added, known)

    def remove(self, numbers: Collection[int]) -> None:
        """Take rows off the list, stopping the one that runs; files that were written stay."""
        with self._change:
            if self._run is not None and self._run.number in numbers:
                self._run.cancel()
            self._rows = [row for row in self._rows if row.number not in numbers]
            self._changed()

    def clear_done(self) -> None:
        """Take the rows that are done off the list; their results stay."""
        with self._change:
            self._rows = [row for row in self._rows if row.state is not RowState.DONE]
            self._changed()

    def move(self, numbers: Collection[int], by: int) -> None:
        """Move rows up (``by`` -1) or down (1) by one place, as a block."""
        with self._change:
            rows = self._rows if by < 0 else self._rows[::-1]
            for place in range(1, len(rows)):
                if rows[place].number in numbers and rows[place - 1].number not in numbers:
                    rows[place - 1], rows[place] = rows[place], rows[place - 1]
            self._rows = rows if by < 0 else rows[::-1]
            self._changed()

    def set_plan(self, numbers: Collection[int], plan: Plan) -> None:
        """Have rows that still wait analysed otherwise."""

        def planned(row: QueueRow) -> QueueRow:
            return replace(row, plan=plan, resumes=row.resumes and row.plan == plan)

        self._update(numbers, RowState.WAITING, planned)

    def retry(self, numbers: Collection[int]) -> None:
        """Let rows that failed or were cancelled wait again; not those that were refused."""

        def again(row: QueueRow) -> QueueRow:
            return row.again() if row.can_retry else row

        self._update(numbers, None, again)

    def replace_results(self, numbers: Collection[int]) -> None:
        """Let rows that were refused wait again, and replace what is in their folder."""

        def again(row: QueueRow) -> QueueRow:
            return replace(row.again(), owned=True) if row.refused else row

        self._update(numbers, RowState.FAILED, again)

    def cancel(self, numbers: Collection[int]) -> None:
        """Stop rows that wait or run; what was read until then is kept."""
        with self._change:
            if self._run is not None and self._run.number in numbers:
                self._run.cancel()
            self._update(
                numbers, RowState.WAITING, lambda row: replace(row, state=RowState.CANCELLED)
            )

    def pause(self) -> None:
        """Stop after the frame that is being read, until ``resume``."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on."""
        self._set_paused(False)

    def hold(self, on: bool) -> None:
        """Wait while something more urgent needs the processor, whatever the user pressed."""
        with self._change:
            self._held = on
            self._change.notify_all()

    def _set_paused(self, on: bool) -> None:
        with self._change:
            self._paused = on
            self._change.notify_all()

    # What follows runs under the lock.

    def _changed(self) -> None:
        self._version += 1
        self._change.notify_all()

    def _find(self, path: Path, parent: Path) -> QueueRow | None:
        same = (row for row in self._rows if row.path == path and row.out.parent == parent)
        return next(same, None)

    def _put(self, row: QueueRow) -> None:
        self._rows = [row if old.number == row.number else old for old in self._rows]

    def _update(
        self,
        numbers: Collection[int],
        state: RowState | None,
        change: Callable[[QueueRow], QueueRow],
    ) -> None:
        with self._change:
            self._rows = [
                change(row) if row.number in numbers and state in {None, row.state} else row
                for row in self._rows
            ]
            self._changed()

    def _shown(self, row: QueueRow) -> QueueRow:
        if not row.state.active:
            return row
        if self._run is not None and self._run.number == row.number:
            row = self._run.shown(row)
        return replace(row, state=RowState.PAUSED) if self._waits() else row

    def _waits(self) -> bool:
        return self._paused or self._held

    def _left(self, rows: tuple[QueueRow, ...]) -> float | None:
        paces = self._paces
        for row in rows:
            if self._run is not None and row.number == self._run.number and row.length:
                pace = self._run.pace(row.length)
                if pace is not None:
                    paces = {**paces, row.plan: pace}
        return time_left(rows, paces)

    def _ready(self) -> QueueRow | None:
        if not self._loaded or self._waits():
            return None
        return next((row for row in self._rows if row.state is RowState.WAITING), None)

    # The worker.

    def _work(self) -> None:
        while (run := self._take()) is not None:
            ended = run.refused()
            if ended is None:
                self._own(run)
                ended = run.run()
            self._settle(run, ended)

    def _take(self) -> Run | None:
        """The next row as soon as there is one to do; None at the end."""
        with self._change:
            self._change.wait_for(lambda: self._closing or self._ready() is not None)
            row = self._ready()
            if self._closing or row is None:
                return None
            row = replace(row.again(), state=RowState.RUNNING, resumes=row.resumes)
            self._put(row)
            self._run = Run(row, self._settings, self._checkpoint, self._clock, self._tools)
            self._changed()
            return self._run

    def _own(self, run: Run) -> None:
        """From now on, what is in the row's folder was written for it."""
        with self._change:
            run.row = replace(run.row, owned=True)
            self._rows = [run.row if one.number == run.number else one for one in self._rows]
            self._changed()

    def _checkpoint(self) -> float:
        """Wait while the queue is paused; the seconds that it took."""
        with self._change:
            run = self._run
            if not self._waits() or run is None:
                return 0.0
            begin = self._clock()
            self._change.wait_for(lambda: not self._waits() or run.cancelled.is_set())
            return self._clock() - begin

    def _settle(self, run: Run, ended: QueueRow) -> None:
        with self._change:
            self._run = None
            now = next((row for row in self._rows if row.number == run.number), None)
            if now is not None and now.state.active:
                ended = replace(ended, length=now.length)
                if run.abandoned.is_set() and ended.state is not RowState.DONE:
                    ended = ended.interrupted()
                self._put(ended)
                if ended.length and ended.elapsed and not ended.resumes:
                    self._paces.pop(ended.plan, None)
                    self._paces[ended.plan] = ended.elapsed / ended.length
            self._changed()

    # The clerk.

    def _keep(self) -> None:
        self._load()
        while True:
            with self._change:
                self._change.wait_for(self._errand)
                rows, version, last = tuple(self._rows), self._version, self._last_save
                stale = version != self._saved
                unasked = self._unasked()
            if stale:
                self._save(rows, version)
            elif last:
                return
            elif unasked is not None:
                self._ask(unasked)

    def _errand(self) -> bool:
        return self._version != self._saved or self._last_save or self._unasked() is not None

    def _unasked(self) -> QueueRow | None:
        waiting = (row for row in self._rows if row.length is None and not row.state.over)
        return next((row for row in waiting if row.number not in self._asked), None)

    def _load(self) -> None:
        kept: list[QueueRow] = []
        trouble, readable = "", True
        try:
            kept, trouble = load_queue(self._file)
        except RoomreadError as error:
            trouble, readable = str(error), False
        with self._change:
            early = self._rows
            self._rows = [replace(row, number=next(self._numbers)) for row in kept]
            self._rows += [one for one in early if self._find(one.path, one.out.parent) is None]
            self._paused = self._paused or any(row.state is RowState.WAITING for row in kept)
            self._loaded, self._readable, self._trouble = True, readable, trouble
            self._changed()

    def _save(self, rows: tuple[QueueRow, ...], version: int) -> None:
        trouble = ""
        try:
            if self._readable:  # a list that could not be read is not written over
                save_queue(self._file, rows)
        except RoomreadError as error:
            trouble = str(error)
        with self._change:
            self._saved = version
            self._unsaved = trouble

    def _ask(self, row: QueueRow) -> None:
        length = self._length(row.path)
        with self._change:
            self._asked.add(row.number)
            now = next((one for one in self._rows if one.number == row.number), None)
            if now is not None and length is not None:
                self._put(replace(now, length=length))
                self._changed()
