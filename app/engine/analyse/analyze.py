"""The use case behind ``roomread analyze`` and ``roomread demo``: a recording in, files out."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import (
    ExportError,
    RoomreadError,
    SettingsError,
    SourceError,
    TruncatedSourceError,
)
from app.core.privacy import Privacy, Purpose
from app.engine.analyse.analysed import on_the_list
from app.engine.analyse.batch import BatchRun, Progress, nothing_there
from app.engine.analyse.corrections import correct
from app.engine.analyse.folder import (
    Asked,
    There,
    look_into,
    prepare,
    purpose_for,
    refuse_another_model,
    refuse_to_lose_work,
)
from app.engine.analyse.resume import Resumed, interrupted, read_out
from app.engine.analyse.sampling import Sampling
from app.engine.build import Built, build_pipeline, session_info, share_cores
from app.engine.cancellable import ended
from app.engine.consent import load_purpose
from app.engine.kept_model import for_recording
from app.engine.settings import Settings
from app.session.analysis_files import ANNOTATED_FILE, SESSION_FILE
from app.session.annotate import CLASS_ONLY, annotate_video
from app.session.database import discard
from app.session.edits import Change
from app.session.export import export_all
from app.session.interval import INTERVAL, check_interval
from app.session.overview import overview_of
from app.session.searching import FindFaces
from app.session.store import FrameCounts, Session, SessionInfo
from app.session.students import StudentSummary
from app.session.two_way import look_both_ways
from app.stages.protocols import Source
from app.stages.video import VideoSource

_STOPPED: Final = "stopped by the user; what was analysed until then is kept"


@dataclass(frozen=True, slots=True)
class AnalysisReport:
    """What an analysis found and where it is.

    Attributes:
        out: the folder.
        session: the session file in it.
        files: everything else that was written.
        counts: frames of the span.
        span: (start, end) timestamps of the first and last analysed frame; None without any.
        students: one summary each, by id; () where only the class was kept.
        shares, most_read: see ``Overview``.
        privacy: what the user chose.
        provider: where the model ran.
        model: its name and version.
        elapsed: seconds that reading and analysing took.
        truncated: one line where the recording is cut off or damaged, else empty.
        cancelled: the user stopped it.
    """

    out: Path
    session: Path
    files: tuple[Path, ...]
    counts: FrameCounts
    span: tuple[float, float] | None
    students: tuple[StudentSummary, ...]
    provider: str
    model: str = ""
    shares: Mapping[int, NDArray[np.float64]] = field(default_factory=dict)
    most_read: int = 0
    privacy: Privacy = field(default_factory=Privacy)
    elapsed: float = 0.0
    truncated: str = ""
    cancelled: bool = False


def _quiet(_: str) -> None:
    """Say nothing."""


def analyze_video(
    video: Path,
    out: Path,
    settings: Settings,
    sampling: Sampling,
    annotate: bool = False,
    interval: float = INTERVAL,
    say: Callable[[str], None] = _quiet,
    progress: Callable[[Progress], None] | None = None,
    annotating: Callable[[float], None] | None = None,
    overwrite: bool = False,
    cancelled: threading.Event | None = None,
    abandoned: threading.Event | None = None,
    build: Callable[[Settings, Callable[[str], None]], Built] | None = None,
    resume: bool = False,
    listed: Path | None = None,
    consent: Path | None = None,
    purpose: Purpose | None = None,
) -> AnalysisReport:
    """Analyse ``video`` into a session file and every table under ``out``.

    A recording that is cut off, and a run that is cancelled, still end with a finished session
    and all tables of what was read. After any other failure the session file keeps every frame
    that was stored, the tables are written where that is possible, and the error is raised.

    Args:
        video: the recording.
        out: folder, made if missing. The same analysis of the same recording in it is taken as it
            is, or gone on with where it was interrupted. Another one is replaced where all of it is
            in the new one; else only with ``overwrite``, and so is one that the user worked on
            (edits, names, markers, hand labels) or that can't be read.
        settings: of the stages.
        sampling: which frames to analyse.
        annotate: write ``annotated.mp4`` too; not after a cancelled run.
        interval: seconds a row of class.csv.
        say: told in one line each what goes on.
        progress: told after every frame.
        annotating: told the share of the annotated video that is written, 0..1.
        overwrite: see ``out``.
        cancelled: once set, the run ends soon.
        abandoned: set before ``cancelled`` where the analysis will be made anew: no table is
            written then.
        build: makes the pipeline; None: ``build_pipeline``.
        resume: an analysis of this recording with this sampling was interrupted: go on with the
            session that it left in ``out``. Where that does not fit, it begins anew.
        listed: list of session files that this one is put on, see ``app.engine.analyse.analysed``;
            None: on none.
        consent: file of the purpose; None: the usual one.
        purpose: what it is for; None: as the file says, or else as the analysis in ``out`` has it.

    Raises:
        LossError: ``out`` holds what would be lost.
        RoomreadError: one line for the user; see above.
    """
    check_interval(interval)
    if annotate and settings.privacy.class_only:
        raise ExportError(CLASS_ONLY)
    cancelled, abandoned = cancelled or threading.Event(), abandoned or threading.Event()
    source = _opened(video, sampling, say)
    prepare(out, video)
    asked = Asked(video, source.info, settings, sampling, purpose)
    there = look_into(out, asked, overwrite, resume)
    built = (build or build_pipeline)(share_cores(for_recording(settings)), say)
    why = purpose_for(out, asked, load_purpose(consent))
    info = session_info(source, built, settings, why, asdict(sampling))
    with (
        contextlib.closing(built.pipeline),
        _session(out, info, there, overwrite, listed, say) as session,
    ):
        reading = _Reading(video, source, built, session, sampling, settings)
        begin = time.monotonic()
        truncated = reading.run(out, interval, progress, cancelled, abandoned, say)
        elapsed, files = time.monotonic() - begin, list[Path]()
        if not abandoned.is_set():
            files = export_all(session, out, interval, overwrite=True)
        if annotate:
            find, target = built.pipeline.find, out / ANNOTATED_FILE
            files += _annotate(video, session, target, annotating, cancelled, find, say)
        report = _report(session, out, files, session.counts)
    return replace(report, elapsed=elapsed, truncated=truncated, cancelled=cancelled.is_set())


def _session(
    out: Path,
    info: SessionInfo,
    there: There,
    overwrite: bool,
    listed: Path | None,
    say: Callable[[str], None],
) -> Session:
    """The session file to write: a new one, or one to go on with or to take as it is, listed."""
    path, name = out / SESSION_FILE, info.recording
    with contextlib.ExitStack() as listing:
        if listed is not None:
            try:
                # Until it is there, nobody may take it off again because it is not.
                listing.enter_context(on_the_list(listed, path))
            except SettingsError as error:
                if info.privacy.retention_days is not None:  # it was promised to delete it
                    raise
                say(str(error))
        if there is There.DONE:
            refuse_another_model(path, info)
            say(f"{name} is analysed already, with these settings: --overwrite does it anew")
            return Session.open(path)
        old = interrupted(path, info) if there is There.BEGUN else None
        if old is None and there is not There.NOTHING:
            if not overwrite:  # what was to be gone on with does not fit
                refuse_to_lose_work(out)
                refuse_another_model(path, info)
            say(f"Replacing the earlier analysis of {name} in {out}")
        with contextlib.suppress(OSError):
            (out / ANNOTATED_FILE).unlink(missing_ok=True)
        if old is None and overwrite:
            discard(path)
        return old or Session.create(path, info)


class _Reading:
    """The frames of a recording on their way into a session."""

    def __init__(
        self,
        video: Path,
        source: Source,
        built: Built,
        session: Session,
        sampling: Sampling,
        settings: Settings,
    ) -> None:
        self._source, self._built, self._sampling = source, built, sampling
        self._session, self._resumed, self._settings = session, None, settings
        if session.stretch is not None and not read_out(session):
            self._resumed = Resumed(session, session.stretch, settings.tracker.max_gap)
            source.close()
            self._source = VideoSource(video, self._resumed.start)

    def run(
        self,
        out: Path,
        interval: float,
        progress: Callable[[Progress], None] | None,
        cancelled: threading.Event,
        abandoned: threading.Event,
        say: Callable[[str], None],
    ) -> str:
        """Read what is missing and put the session right, unless the run was abandoned.

        Returns the line on a recording that is cut off, else "".
        """
        if read_out(self._session):
            self._source.close()
            return self._session.message
        resumed, pipeline = self._resumed, self._built.pipeline
        sink = self._session.append if resumed is None else resumed.append
        earlier = None if resumed is None else resumed.earlier
        run = BatchRun(self._source, pipeline, sink, self._sampling, progress, cancelled, earlier)
        truncated = _run(run, self._session, out, interval)
        for line in self._end(run.counts, truncated, cancelled.is_set(), abandoned.is_set()):
            say(line)
        return truncated

    def _end(
        self, counts: FrameCounts, truncated: str, cancelled: bool, abandoned: bool
    ) -> list[str]:
        """Note that it ended, together with the edits that only the whole recording allows.

        Whoever is killed before has nothing of it, and goes on; afterwards nothing is missing.
        Returns what to say of the edits.
        """
        session, changes = self._session, list[Change]()
        pictures = () if abandoned else session.standing.pictures
        if not (abandoned or session.class_only) and self._settings.tracker.two_way:
            changes = look_both_ways(session.raw_results(), pictures)
        with session.at_once():
            session.finish(
                counts,
                complete=not (truncated or cancelled),
                message=truncated or (_STOPPED if cancelled else ""),
                cut_off=bool(truncated) and not cancelled,
            )
            return correct(session, pictures, changes)


def _report(session: Session, out: Path, files: list[Path], counts: FrameCounts) -> AnalysisReport:
    """What the session holds."""
    stretch, seen = session.stretch, overview_of(session)
    return AnalysisReport(
        out=out,
        session=session.path,
        files=tuple(files),
        counts=counts,
        span=None if stretch is None else (stretch.start, stretch.end),
        students=seen.students,
        provider=session.info.provider,
        model=f"{session.info.model_name} {session.info.model_version}",
        shares=seen.shares,
        most_read=seen.most_read,
        privacy=session.info.privacy,
    )


def _opened(video: Path, sampling: Sampling, say: Callable[[str], None]) -> VideoSource:
    """The recording, with at least a hope of a frame in the span."""
    source = VideoSource(video, sampling.start or 0.0)
    length = source.info.duration
    if sampling.start and length is not None and sampling.start >= length:
        raise SourceError(nothing_there(source.info, sampling))
    if sampling.end is not None and length is not None and sampling.end > length:
        say(
            f"{video.name} is {length:.1f} s long and ends before {sampling.end:g} s: "
            "it is analysed to its end"
        )
    return source


def _run(run: BatchRun, session: Session, out: Path, interval: float) -> str:
    """Read; the line on a recording that is cut off, else ""."""
    try:
        run.run()
    except TruncatedSourceError as error:
        return str(error)
    except BaseException as error:
        with contextlib.suppress(RoomreadError):
            session.finish(run.counts, complete=False, message=_one_line(error))
            if run.counts.analysed:
                export_all(session, out, interval, overwrite=True)
        raise
    return ""


def _annotate(
    video: Path,
    session: Session,
    target: Path,
    annotating: Callable[[float], None] | None,
    cancelled: threading.Event,
    find: FindFaces,
    say: Callable[[str], None],
) -> list[Path]:
    """Draw ``target``; no file where nothing was analysed or the user stopped."""
    if session.stretch is None or cancelled.is_set():
        return []

    def draw(tell: Callable[[float], None]) -> None:
        annotate_video(video, session, target, tell, find=find, say=say)

    return [target] if ended(draw, annotating, cancelled.is_set) else []


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
