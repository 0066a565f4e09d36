"""``from app import analyze``: a recording in, typed tables out, for scripts and notebooks."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.errors import ExportError, RoomreadError, SettingsError
from app.core.privacy import Purpose
from app.engine.analyse.analysed import analysed_path
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.bar import Bar, in_notebook
from app.engine.analyse.batch import Progress
from app.engine.analyse.manifest import MANIFEST
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.throwaway import ThrowawayFolder
from app.engine.consent import purpose_now
from app.engine.notice import say_notice
from app.engine.rooms import settings_for
from app.engine.settings import Settings, checked_settings, load_settings
from app.engine.stoppable import stoppable
from app.session.analysis_files import SESSION_FILE
from app.session.given import (
    number_given,
    path_given,
    text_given,
    time_given,
    whole_given,
    yes_or_no_given,
)
from app.session.interval import GAP, INTERVAL, MINIMUM
from app.session.results import Results, options_given
from app.session.store import Session

log = logging.getLogger(__name__)

Tell = Callable[[Progress], None]


def analyze(
    video: str | Path,
    out: str | Path | None = None,
    *,
    fps: float | None = None,
    every: int | None = None,
    start: float | str | None = None,
    end: float | str | None = None,
    settings: Settings | Mapping[str, Any] | str | Path | None = None,
    regions: str | Path | None = None,
    interval: float = INTERVAL,
    minimum: float = MINIMUM,
    gap: float = GAP,
    overwrite: bool = False,
    purpose: str | None = None,
    basis: str | None = None,
    progress: bool | Tell = True,
) -> Results:
    """Analyse a recording, as ``roomread analyze`` does.

    What ends before the whole recording is read is told in ``Results.info``. Ctrl-C, or a
    notebook's stop button, ends in KeyboardInterrupt: with ``out``, what was analysed until then is
    there, else nothing is.

    Args:
        video: the recording.
        out: folder for the session file and the tables that the command leaves, made if missing;
            None: nothing is left when the results are closed or no longer used.
        fps: frames a second that are read; None: 5, with faces followed in more where much moves.
        every: read every n-th frame, 1: all; not with ``fps``.
        start, end: the span, in seconds or as "1:30"; None: from the beginning, to the end.
        settings: a file of settings, or what it holds ({"privacy": {"class_only": True}}); None:
            the user's own.
        regions: a file of where to look, what to ignore and who has opted out; None: what was drawn
            for this recording in the window.
        interval: seconds a row of ``Results.classes``, 0.1 or more.
        minimum: seconds below which an episode is dropped.
        gap: seconds below which an interruption of an episode is bridged.
        overwrite: replace whatever analysis is in ``out``. Without it, one that was edited, of
            another recording, of more of this one or with other settings stays, and so does one
            that can't be read; that is an error.
        purpose: what the analysis is for, noted in the session; None: as agreed to in the window,
            or else as an earlier analysis in ``out`` has it.
        basis: with ``purpose``, by what right: a key of ``app.core.privacy.BASES``, "ethics".
        progress: show a bar in terminals and notebooks; or what is told after every frame.

    Raises:
        RoomreadError: one line on what is wrong and what to do.
    """
    options = options_given(interval, minimum, gap)
    sampling = _sampling(every, fps, start, end)
    overwrite, why = yes_or_no_given("overwrite", overwrite), _purpose(purpose, basis)
    if not (callable(progress) or isinstance(progress, bool)):
        raise SettingsError(f"progress {progress!r}: give True, False or a function")
    source = path_given("video", video)
    folder = None if out is None else path_given("out", out)
    file = None if regions is None else path_given("regions", regions)
    held = settings_for(source, _settings(settings), file, log.info)
    say_notice(log.warning)
    if folder is not None:
        _check(folder)
        run = _Run(source, folder, held, sampling, options.interval, overwrite, why)
        return Results(Session.open(run.analysed(progress, analysed_path()).session), options)
    scratch = ThrowawayFolder()
    try:
        run = _Run(source, scratch.path, held, sampling, options.interval, False, why)
        run.analysed(progress, None)
        return Results(Session.open(scratch.path / SESSION_FILE), options, scratch.remove)
    except BaseException:  # Ctrl-C too leaves nothing behind
        scratch.remove()
        raise


@dataclass(frozen=True, slots=True)
class _Run:
    """What ``analyze_video`` is given."""

    video: Path
    out: Path
    settings: Settings
    sampling: Sampling
    interval: float
    overwrite: bool
    purpose: Purpose | None

    def analysed(self, progress: bool | Tell, listed: Path | None) -> AnalysisReport:
        """Analyse to the end; KeyboardInterrupt where the user stopped."""
        with stoppable() as stopped, _telling(progress) as tell:
            try:
                report = analyze_video(
                    self.video,
                    self.out,
                    self.settings,
                    self.sampling,
                    interval=self.interval,
                    say=log.info,
                    progress=tell,
                    overwrite=self.overwrite,
                    cancelled=stopped,
                    listed=listed,
                    purpose=self.purpose,
                )
            except RoomreadError:
                if stopped.is_set():  # Ctrl-C also ended whatever it was waiting for
                    raise KeyboardInterrupt from None
                raise
        if report.cancelled:
            where = f"; what was analysed until then is in {self.out}" if listed else ""
            raise KeyboardInterrupt(f"stopped{where}")
        if report.truncated:
            log.warning(report.truncated)
        return report


def _check(out: Path) -> None:
    if (out / MANIFEST).exists():
        raise ExportError(f"{out} holds the analyses of many recordings: choose another folder")


def _sampling(
    every: int | None, fps: float | None, start: float | str | None, end: float | str | None
) -> Sampling:
    try:
        return Sampling.asked(
            None if every is None else whole_given("every", every),
            None if fps is None else number_given("fps", fps),
            time_given("start", start),
            time_given("end", end),
        )
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _purpose(text: str | None, basis: str | None) -> Purpose | None:
    if text is None and basis is None:
        return None
    if text is None or basis is None:
        raise SettingsError("give both purpose and basis: what it is for, and by what right")
    return purpose_now(text_given("purpose", text), text_given("basis", basis))


def _settings(given: Settings | Mapping[str, Any] | str | Path | None) -> Settings:
    if isinstance(given, Settings):
        return given
    if isinstance(given, Mapping):
        return checked_settings(given, "settings")
    return load_settings(None if given is None else path_given("settings", given))


@contextmanager
def _telling(progress: bool | Tell) -> Iterator[Tell | None]:
    """What is told how far the analysis is."""
    if callable(progress):
        yield progress
    elif progress and (sys.stderr.isatty() or in_notebook()):
        with Bar() as bar:
            yield bar.tell
    else:
        yield None
