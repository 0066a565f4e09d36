"""Many recordings into one folder: each its own results, and one table of all.

Whatever is done is not done again: a run that was killed, stopped or had failures is begun again
with the same command. Who does the works is the caller's choice: ``processes``, ``on_ray``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from app.core.errors import ExportError, RoomreadError
from app.core.privacy import Purpose
from app.engine.analyse.estimate import Estimate
from app.engine.analyse.joined import NEEDS_PYARROW, has_parquet, join, partition
from app.engine.analyse.keeping import Kept, readable
from app.engine.analyse.manifest import Fingerprint, Manifest, Row, fingerprint_of, held, stamp_of
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.queue_run import Tools
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.work import (
    Begun,
    Ended,
    Event,
    Moved,
    Outcome,
    RunAll,
    Said,
    Work,
    drawn_from,
)
from app.engine.rooms import settings_for
from app.engine.settings import Settings
from app.session.analysis_files import ANNOTATED_FILE, SESSION_FILE
from app.session.interval import INTERVAL, check_interval
from app.session.store import Session

_EVERY: Final = 0.5
"""Seconds between two pictures of how it goes."""


@dataclass(frozen=True, slots=True)
class How:
    """How all recordings are analysed.

    Attributes:
        settings, sampling, annotate, interval, overwrite, purpose: as ``analyze_video`` takes them.
        regions: file of the regions of all; None: of each those that were drawn for it.
        tools: what the works are done with.
    """

    settings: Settings
    sampling: Sampling
    annotate: bool = False
    interval: float = INTERVAL
    overwrite: bool = False
    regions: Path | None = None
    tools: Tools = field(default_factory=Tools)
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class ManyView:
    """How a run goes at one moment.

    Attributes:
        total: recordings that the run was given.
        over: of these, those that are done or failed.
        failed: of these, failed.
        now: those in work, by name, with the share done (None where nobody knows).
        seconds_left: of the whole run; None while nobody can say.
    """

    total: int
    over: int
    failed: int
    now: tuple[tuple[str, float | None], ...]
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class ManyReport:
    """How a run ended.

    Attributes:
        out: the folder of all.
        rows: of the recordings that the run was given.
        before: how many of them were done before it.
        kept: by name, earlier analyses that differ from what was asked for and stay as they are.
        files: tables of all recordings.
        stopped: the user stopped it.
        elapsed: seconds.
    """

    out: Path
    rows: tuple[Row, ...]
    before: int
    kept: Mapping[str, Kept]
    files: tuple[Path, ...]
    stopped: bool
    elapsed: float

    def those(self, state: RowState) -> list[Row]:
        """The rows in this state."""
        return [row for row in self.rows if row.state is state]


def analyze_many(
    videos: Iterable[Path],
    out: Path,
    how: How,
    run: RunAll,
    say: Callable[[str], None],
    shown: Callable[[ManyView], None] | None = None,
    stopped: threading.Event | None = None,
) -> ManyReport:
    """Analyse ``videos`` into folders of their names below ``out``, and join their tables.

    Recordings that an earlier run into ``out`` has done are left alone; those that were interrupted
    go on, those that failed are tried again. Where a recording or the settings changed, it is
    analysed anew unless something would be lost by that (``analyze_video``): then it stays as it
    is. The tables are of all recordings that ``out`` ever got.

    Args:
        videos: the recordings.
        out: folder, made if missing.
        how: see there.
        run: does the works.
        say: told in one line each what goes on.
        shown: told now and then how it goes.
        stopped: once set, the run ends soon; what was read is kept and gone on with next time.

    Raises:
        RoomreadError: nothing can be done at all; what fails of one recording is in its row.
    """
    check_interval(how.interval)
    if how.annotate and how.settings.privacy.class_only:
        from app.session.annotate import CLASS_ONLY  # noqa: PLC0415 - with what draws it

        raise ExportError(CLASS_ONLY)
    single = next(
        (out / name for name in (SESSION_FILE, "session.json") if (out / name).exists()), None
    )
    if single is not None:
        raise ExportError(
            f"{out} holds the results of a single analysis ({single.name}): choose another folder"
        )
    begin = time.monotonic()
    stopped = stopped or threading.Event()
    with held(out) as manifest:
        if manifest.trouble:
            say(manifest.trouble)
        if not has_parquet():
            say(NEEDS_PYARROW)
        names = [row.name for row in manifest.add(videos)]
        works = _Planner(manifest, how, say).works(names)
        before = sum(manifest[one].state is RowState.DONE for one in names)
        clerk = _Clerk(manifest, works, names, how.tools, say, shown)
        if works:
            run(works, clerk.tell, stopped)
        files = join(out, manifest.rows)
        return ManyReport(
            out=out,
            rows=tuple(manifest[one] for one in names),
            before=before,
            kept=clerk.kept,
            files=tuple(files),
            stopped=stopped.is_set(),
            elapsed=time.monotonic() - begin,
        )


class _Planner:
    """Says what is left to do."""

    def __init__(self, manifest: Manifest, how: How, say: Callable[[str], None]) -> None:
        self._manifest, self._how, self._say = manifest, how, say

    def works(self, names: Sequence[str]) -> list[Work]:
        """What is to be done with these, in their order; the manifest is brought up to date."""
        works, rows = [], []
        for name in names:
            row = self._manifest[name]
            try:
                work = self._work(row)
            except RoomreadError as error:  # of this recording: the others are analysed
                row = row.model_copy(update={"state": RowState.FAILED, "message": str(error)})
                self._say(f"{name}: {error}")
                work = None
            if work is not None:
                works.append(work)
                if not work.only_tables:
                    changes = {"state": RowState.WAITING, "fingerprint": work.fingerprint}
                    row = row.model_copy(update=changes)
            rows.append(row)
        self._manifest.put(*rows)
        return works

    def _work(self, row: Row) -> Work | None:
        """What is to be done with it; None for nothing."""
        how, out = self._how, self._manifest.folder
        session = out / row.name / SESSION_FILE
        done = row.state is RowState.DONE and session.exists()
        if done and row.fingerprint is not None and not row.path.exists():
            return self._again(row, row.fingerprint, how.settings)
        rooms, lines = how.tools.rooms, list[str]()
        settings = settings_for(row.path, how.settings, how.regions, lines.append, rooms)
        new = fingerprint_of(row.path, settings, how.sampling)
        changed = row.fingerprint.differs_by(new) if row.fingerprint is not None else ""
        if done and not changed and (not how.overwrite or readable(session)):
            return self._again(row, new, settings)
        if changed and row.attempts:
            self._say(f"{row.name}: {changed} since it was analysed")
        elif row.state is RowState.DONE and not done:
            self._say(f"{row.name}: its session file is gone: it is analysed anew")
        for line in lines:
            self._say(f"{row.name}: {line}")
        return self._made(row, new, settings)

    def _again(self, row: Row, fingerprint: Fingerprint, settings: Settings) -> Work | None:
        """Of one that is done: its tables and video, where they are not those of its session."""
        out, how = self._manifest.folder, self._how
        fresh = row.interval == how.interval and row.tables == stamp_of(
            out / row.name / SESSION_FILE
        )
        class_only = row.found is not None and row.found.students is None
        joined = class_only or not has_parquet() or partition(out, row.name).exists()
        draw = not class_only and self._draw(row)
        if fresh and joined and not draw:
            return None
        what = "its tables and its annotated video are" if draw else "its tables are"
        self._say(f"{row.name}: {what} written again from its session")
        made = self._made(row, fingerprint, settings)
        return replace(made, only_tables=True, annotate=draw)

    def _draw(self, row: Row) -> bool:
        """Whether its annotated video is to be drawn, since it is missing or out of date."""
        folder, asked = self._manifest.folder / row.name, self._how.annotate
        there = (folder / ANNOTATED_FILE).exists()
        if not asked and (row.drawn is None or not there):
            return False
        with Session.open(folder / SESSION_FILE) as session:
            if row.drawn == drawn_from(session) and (there or session.stretch is None):
                return False
        if asked and row.path.exists():
            return True
        what = "shows what held before your last edits" if there else "is missing"
        todo = f"{row.path} is needed to draw it" if asked else "--annotate draws it again"
        self._say(f"{row.name}: {ANNOTATED_FILE} {what}: {todo}")
        return False

    def _made(self, row: Row, fingerprint: Fingerprint, settings: Settings) -> Work:
        how = self._how
        return Work(
            name=row.name,
            video=row.path,
            out=self._manifest.folder,
            settings=settings,
            sampling=how.sampling,
            fingerprint=fingerprint,
            annotate=how.annotate,
            interval=how.interval,
            overwrite=how.overwrite,
            tools=how.tools,
            purpose=how.purpose,
        )


class _Clerk:
    """Hears how the works go, keeps the manifest and tells the user."""

    def __init__(
        self,
        manifest: Manifest,
        works: Sequence[Work],
        names: Sequence[str],
        tools: Tools,
        say: Callable[[str], None],
        shown: Callable[[ManyView], None] | None,
    ) -> None:
        self._manifest, self._names, self._say = manifest, names, say
        self._works = {work.name: work for work in works}
        # Recordings of a camera are alike: so much of their bytes is so much of their length.
        self._sizes = {work.name: max(1, work.fingerprint.size) for work in works}
        self._shares: dict[str, float | None] = {}
        self._over = {name for name in names if name not in self._works}
        self._shown, self._due = shown, 0.0
        self._said: set[str] = set()
        self._estimate = Estimate()
        self.kept: dict[str, Kept] = {}

    def tell(self, event: Event) -> None:
        """Take note."""
        row, work = self._manifest[event.name], self._works[event.name]
        match event:
            case Begun():
                self._shares[event.name] = 0.0
                changes = {"state": RowState.RUNNING, "attempts": row.attempts + 1}
                if not work.only_tables:
                    self._manifest.put(row.model_copy(update=changes))
            case Said():
                if event.text not in self._said:  # which model reads is the same for all
                    self._said.add(event.text)
                    self._say(f"{event.name}: {event.text}")
            case Moved():
                if event.name not in self._over:
                    self._shares[event.name] = event.share
            case Ended():
                if event.outcome.state is not RowState.CANCELLED:
                    self._shares.pop(event.name, None)
                self._end(row, work, event.outcome)
        self._show(isinstance(event, Moved))

    def _end(self, row: Row, work: Work, outcome: Outcome) -> None:
        state = RowState.WAITING if outcome.state is RowState.CANCELLED else outcome.state
        if work.only_tables and state is RowState.WAITING:
            return
        changes: dict[str, object] = {"state": state, "message": outcome.message}
        if state is RowState.DONE:
            changes |= {"tables": outcome.tables, "interval": work.interval}
            if outcome.kept is not None:
                self.kept[row.name] = outcome.kept
                changes |= {"fingerprint": outcome.kept.fingerprint, "attempts": row.attempts - 1}
                changes["found"] = row.found or outcome.found
            elif not work.only_tables:
                changes |= {"found": outcome.found, "drawn": outcome.drawn}
            else:
                changes["message"] = row.message
                if work.annotate:
                    changes["drawn"] = outcome.drawn
        if state.over:
            self._over.add(row.name)
        row = row.model_copy(update=changes)
        self._manifest.put(row)
        if state.over:
            count = f"[{len(self._over)}/{len(self._names)}] {row.name}"
            kept = self.kept.get(row.name)
            self._say(f"{count}: {_words(row, work) if kept is None else _stays(kept)}")

    def _show(self, may_wait: bool) -> None:
        now = time.monotonic()
        if self._shown is None or (may_wait and now < self._due):
            return
        self._due = now + _EVERY
        done = sum(float(size) for name, size in self._sizes.items() if name in self._over)
        done += sum(self._sizes[name] * (share or 0.0) for name, share in self._shares.items())
        self._estimate.update(done / sum(self._sizes.values()), 0.0, now)
        rows = [self._manifest[name] for name in self._names]
        self._shown(
            ManyView(
                total=len(self._names),
                over=len(self._over),
                failed=sum(row.state is RowState.FAILED for row in rows),
                now=tuple(self._shares.items()),
                seconds_left=self._estimate.seconds_left,
            )
        )


def _stays(kept: Kept) -> str:
    return f"stays as it is, its tables too: {kept.reason}"


def _words(row: Row, work: Work) -> str:
    """How it ended, in a line."""
    if row.state is RowState.FAILED or row.found is None:
        return f"failed: {row.message}"
    if work.only_tables:
        return "tables written again" + (", and the annotated video" if work.annotate else "")
    found = row.found
    who = "" if found.students is None else f", {found.students} students"
    cut = f" ({row.message})" if row.message else ""
    return f"done{who}, {found.analysed} frames in {found.elapsed:.0f} s{cut}"
