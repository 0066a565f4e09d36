"""What the queue of recordings shows: one row each, as immutable snapshots."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from app.engine.analyse.plans import Plan

FOLDER_END: Final = "-roomread"
"""A recording's results go to the folder of its name with this behind it."""

INTERRUPTED: Final = "Roomread was closed in the middle of it: it goes on from there."
"""What a row says that was running when the app ended."""


class RowState(StrEnum):
    """Where a recording is on its way."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def active(self) -> bool:
        """It is in the worker's hands."""
        return self in {RowState.RUNNING, RowState.PAUSED}

    @property
    def over(self) -> bool:
        """Nothing more happens unless the user asks for it."""
        return self in {RowState.DONE, RowState.FAILED, RowState.CANCELLED}


class Step(StrEnum):
    """What is going on in a row that runs."""

    PREPARING = "preparing"
    READING = "reading"
    WRITING = "writing"
    DRAWING = "drawing"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One recording.

    Attributes:
        number: of the row, for good; not its place.
        path: of the recording.
        out: folder of the results.
        plan: how it is analysed.
        state: see ``RowState``.
        owned: what is in ``out`` was written for this row, or the user said to replace it.
        resumes: it was interrupted, and the session that it left is gone on with.
        refused: it failed only because ``out`` holds other results; the user may replace them.
        session: session file to open in Review; None while there is none.
        message: one line for the user, or "".
        length: seconds of the recording; None while nobody knows.
        students: found; None before the end, and in a class-only session.
        elapsed: seconds that the analysis took; None before the end.
        step: what goes on while it runs.
        progress: share done, 0..1; None where the recording does not say how long it is.
        seconds_left: of this row; None while too little is done to say.
        speed: seconds of the recording a second; None likewise.
    """

    number: int
    path: Path
    out: Path
    plan: Plan
    state: RowState = RowState.WAITING
    owned: bool = False
    resumes: bool = False
    refused: bool = False
    session: Path | None = None
    message: str = ""
    length: float | None = None
    students: int | None = None
    elapsed: float | None = None
    step: Step = Step.PREPARING
    progress: float | None = 0.0
    seconds_left: float | None = None
    speed: float | None = None

    @property
    def can_retry(self) -> bool:
        """Trying it again may help, without replacing anybody's results."""
        return self.state in {RowState.FAILED, RowState.CANCELLED} and not self.refused

    def again(self) -> QueueRow:
        """The row as it waits for its turn, with nothing done yet."""
        return QueueRow(
            self.number, self.path, self.out, self.plan, owned=self.owned, length=self.length
        )

    def interrupted(self) -> QueueRow:
        """The row as it waits after the app ended in the middle of it."""
        return replace(self.again(), resumes=True, message=INTERRUPTED)

    def refuse(self, session: Path | None) -> QueueRow:
        """The row as it ends where its folder holds other results, with their session file."""
        return replace(
            self,
            state=RowState.FAILED,
            refused=True,
            session=session,
            message=f"{self.out.name} holds results already: look at them, or replace them.",
        )


@dataclass(frozen=True, slots=True)
class QueueView:
    """The whole queue at one moment.

    Attributes:
        rows: in the order in which they are analysed.
        paused: the user paused it, or it came back after a restart with work left.
        held: it waits for the live analysis.
        seconds_left: of everything; None while nobody can say.
        trouble: one line on the file that keeps the queue, or "".
        loaded: what was left from last time is in it.
    """

    rows: tuple[QueueRow, ...] = ()
    paused: bool = False
    held: bool = False
    seconds_left: float | None = None
    trouble: str = ""
    loaded: bool = False

    def count(self, *states: RowState) -> int:
        """Rows in one of these states."""
        return sum(row.state in states for row in self.rows)

    @property
    def unfinished(self) -> int:
        """Rows that wait or run."""
        return sum(not row.state.over for row in self.rows)

    @property
    def working(self) -> bool:
        """A recording is being analysed now, not paused."""
        return any(row.state is RowState.RUNNING for row in self.rows)


def out_folder(path: Path, base: Path | None, taken: Collection[Path]) -> Path:
    """Folder for the results of ``path``: below ``base``, or beside it; none of ``taken``."""
    parent = path.parent if base is None else base
    wanted = parent / f"{path.stem}{FOLDER_END}"
    number = 1
    while wanted in taken:
        number += 1
        wanted = parent / f"{path.stem}-{number}{FOLDER_END}"
    return wanted
