"""One of many recordings: what is to be done with it, and the doing, in a process of its own.

Importing this takes no models' runtimes; only ``do`` does.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from app.core.errors import LossError, RoomreadError
from app.core.privacy import Purpose
from app.engine.analyse.batch import Progress
from app.engine.analyse.joined import has_parquet, write_partition
from app.engine.analyse.keeping import FINGERPRINT, Kept, kept_of
from app.engine.analyse.manifest import Fingerprint, Found, Stamp, stamp_of
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.queue_run import Analyze, Build, Tools
from app.engine.analyse.sampling import Sampling
from app.engine.keep import alone, keep_text, lock_of
from app.engine.settings import Settings
from app.session.analysis_files import ANNOTATED_FILE, SESSION_FILE
from app.session.interval import INTERVAL
from app.session.store import Session

if TYPE_CHECKING:  # importing it loads OpenCV and the models' runtimes
    from app.engine.analyse.analyze import AnalysisReport
    from app.engine.build import Built

log = logging.getLogger(__name__)

_WHAT: Final = "the analysis"


@dataclass(frozen=True, slots=True)
class Work:
    """What to do with a recording; can be sent to another process, or machine.

    Attributes:
        name: of the row.
        video: the recording.
        out: folder of all recordings; its results go to the folder ``name`` in it.
        settings: with the regions of this recording.
        sampling, annotate, interval, overwrite: as ``analyze_video`` takes them.
        fingerprint: of the analysis.
        only_tables: it is analysed already; write its tables again, and draw it where ``annotate``.
        tools: what it is done with; tests give stand-ins.
        purpose: what the user said it is for, for a machine that does not know; None: as ``tools``
            has it.
    """

    name: str
    video: Path
    out: Path
    settings: Settings
    sampling: Sampling
    fingerprint: Fingerprint
    annotate: bool = False
    interval: float = INTERVAL
    overwrite: bool = False
    only_tables: bool = False
    tools: Tools = field(default_factory=Tools)
    purpose: Purpose | None = None

    @property
    def folder(self) -> Path:
        """Of its results."""
        return self.out / self.name

    @property
    def session(self) -> Path:
        """Its session file."""
        return self.folder / SESSION_FILE


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a work ended.

    Attributes:
        state: done, failed or cancelled.
        message: one line for the user, or "".
        found: of an analysis that was done.
        tables: of the session of which the tables are; None where there are none.
        drawn: as ``Row`` has it.
        kept: what is there, of another analysis, and stays; None where it is of this one.
    """

    state: RowState
    message: str = ""
    found: Found | None = None
    tables: Stamp | None = None
    drawn: str | None = None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """The work of this ``name`` goes on somewhere."""

    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """One line, ``text``, on the work of this ``name``."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A ``share``, 0..1, of the work of this ``name`` is done; None where nobody knows."""

    name: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The work of this ``name`` ended, as ``outcome`` says."""

    name: str
    outcome: Outcome


Event: TypeAlias = Begun | Said | Moved | Ended
Tell: TypeAlias = Callable[[Event], None]
RunAll: TypeAlias = Callable[[list[Work], Tell, threading.Event], None]
"""Does all works and tells in the caller's thread how they go; the event stops it, soon. Every
work ends with ``Ended`` but those that were not begun when it was stopped."""


def seldom(tell: Tell, every: float) -> Tell:
    """``tell``, which hears of progress no more often than ``every`` so many seconds."""
    told = 0.0

    def tell_seldom(event: Event) -> None:
        nonlocal told
        now = time.monotonic()
        if isinstance(event, Moved):
            if now - told < every:
                return
            told = now
        tell(event)

    return tell_seldom


def do(
    work: Work,
    tell: Tell,
    cancelled: threading.Event | None = None,
    abandoned: threading.Event | None = None,
) -> Outcome:
    """Do it, here and now; whatever fails is said in the outcome.

    An analysis of the same fingerprint that was interrupted goes on; one that is complete is
    taken as it is.

    Args:
        work: what to do.
        tell: told how it goes; ``Ended`` is left to the caller.
        cancelled, abandoned: as ``analyze_video`` takes them.
    """
    cancelled = cancelled or threading.Event()
    try:
        with alone(work.session, _WHAT):  # of a run that was killed, the process may still end
            outcome = (
                _again(work, tell, cancelled)
                if work.only_tables
                else _analyse_or_keep(work, tell, cancelled, abandoned)
            )
            with suppress(OSError):
                lock_of(work.session).unlink()
    except RoomreadError as error:
        outcome = _failed(work, " ".join(str(error).split()))
    except Exception as error:  # the top frame for this recording: the others go on
        log.exception("the analysis of %s failed", work.video)
        outcome = _failed(
            work,
            f"Roomread ran into a fault of its own ({type(error).__name__}: "
            f"{' '.join(str(error).split())}): try again, and report this if it comes back",
        )
    return outcome


def _failed(work: Work, message: str) -> Outcome:
    """The outcome; a folder without results goes."""
    with suppress(OSError):
        lock_of(work.session).unlink(missing_ok=True)
        work.folder.rmdir()
    return Outcome(RowState.FAILED, message)


def _again(work: Work, tell: Tell, cancelled: threading.Event) -> Outcome:
    from app.session.export import export_all  # noqa: PLC0415 - as the rest of the session's tables

    drawn = None
    with Session.open(work.session) as session:
        export_all(session, work.folder, work.interval, overwrite=True)
        if work.annotate:
            drawn = drawn_from(session)
            if session.stretch is not None and not _drew(work, session, tell, cancelled):
                return Outcome(RowState.CANCELLED)
    return Outcome(RowState.DONE, tables=_partition(work), drawn=drawn)


def _drew(work: Work, session: Session, tell: Tell, cancelled: threading.Event) -> bool:
    """Draw the annotated video; False where cancelled."""
    from app.engine.build import share_cores  # noqa: PLC0415 - takes a second, as what follows
    from app.engine.cancellable import ended  # noqa: PLC0415
    from app.engine.kept_model import for_recording  # noqa: PLC0415
    from app.session.annotate import annotate_video  # noqa: PLC0415

    def say(line: str) -> None:
        tell(Said(work.name, line))

    def moved(share: float) -> None:
        tell(Moved(work.name, share))

    settings = share_cores(for_recording(work.settings))
    built = (work.tools.build or _build_pipeline())(settings, say)
    with closing(built.pipeline) as pipeline:

        def draw(told: Callable[[float], None]) -> None:
            target = work.folder / ANNOTATED_FILE
            annotate_video(work.video, session, target, told, find=pipeline.find, say=say)

        return ended(draw, moved, cancelled.is_set)


def drawn_from(session: Session) -> str:
    """Digest of what a person changes in a session and its annotated video shows.

    These are the edits of who is who, but for names, and the seats that are opted out.

    Raises:
        SessionError: the session can't be read.
    """
    from app.session.edits import Name  # noqa: PLC0415 - as the other parts of a session
    from app.session.hiding import opted_out  # noqa: PLC0415

    changes = [one.change for one in session.log.edits() if not one.undone]
    edits = [repr(change) for change in changes if not isinstance(change, Name)]
    seats = opted_out(session.info.settings, session.regions.changes())
    return hashlib.sha256(json.dumps([edits, seats]).encode()).hexdigest()


def _analyse_or_keep(
    work: Work, tell: Tell, cancelled: threading.Event, abandoned: threading.Event | None
) -> Outcome:
    """Analyse; where what is there would be lost it stays, and its tables follow its edits."""
    try:
        return _analyse(work, tell, cancelled, abandoned)
    except LossError as error:
        kept = kept_of(work.session, error)
        if kept is None:
            raise
        again = _again(replace(work, annotate=False), tell, cancelled)
        return replace(again, message=kept.message, found=kept.found, kept=kept)


def _analyse(
    work: Work, tell: Tell, cancelled: threading.Event, abandoned: threading.Event | None
) -> Outcome:
    file = work.folder / FINGERPRINT
    text = work.fingerprint.model_dump_json() + "\n"
    same = file.is_file() and _text(file) == text
    noted = same

    def progress(now: Progress) -> None:
        nonlocal noted
        if not noted:  # only now is the session in the folder the one of this analysis
            keep_text(file, text, _WHAT)
            noted = True
        tell(Moved(work.name, now.fraction))

    def build(settings: Settings, say: Callable[[str], None]) -> Built:
        if not same:  # from here on the folder may be written, and the session there replaced
            file.unlink(missing_ok=True)
        return (work.tools.build or _build_pipeline())(settings, say)

    report = (work.tools.analyze or _analyze_video())(
        work.video,
        work.folder,
        work.settings,
        work.sampling,
        annotate=work.annotate,
        interval=work.interval,
        say=lambda line: tell(Said(work.name, line)),
        progress=progress,
        annotating=lambda _: tell(Moved(work.name, 1.0)),
        overwrite=work.overwrite,
        cancelled=cancelled,
        abandoned=abandoned,
        build=build,
        resume=same,
        listed=work.tools.analysed,
        consent=work.tools.consent,
        purpose=work.purpose,
    )
    if report.cancelled:
        return Outcome(RowState.CANCELLED)
    drawn = None
    if work.annotate:
        with Session.open(work.session) as session:
            drawn = drawn_from(session)
    found = _found(report, work.settings)
    return Outcome(RowState.DONE, report.truncated, found, _partition(work), drawn)


def _build_pipeline() -> Build:
    from app.engine.build import build_pipeline  # noqa: PLC0415  # takes a second

    return build_pipeline


def _analyze_video() -> Analyze:
    from app.engine.analyse.analyze import analyze_video  # noqa: PLC0415  # takes a second

    return analyze_video


def _text(file: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return file.read_text(encoding="utf-8")
    return ""


def _found(report: AnalysisReport, settings: Settings) -> Found:
    start, end = report.span or (None, None)
    return Found(
        students=None if settings.privacy.class_only else len(report.students),
        read=report.counts.read,
        analysed=report.counts.analysed,
        start=start,
        end=end,
        provider=report.provider,
        model=report.model,
        elapsed=report.elapsed,
    )


def _partition(work: Work) -> Stamp | None:
    """Write its part of the table of all; the stamp of its session."""
    if has_parquet():
        with Session.open(work.session) as session:
            write_partition(session, work.out, work.name)
    return stamp_of(work.session)
