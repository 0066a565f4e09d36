"""``from app import analyze``: a recording in, typed tables out, for scripts and notebooks."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.core.errors import ExportError, RoomreadError, SettingsError
from app.engine.analyse.analysed import analysed_path
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.bar import Bar, in_notebook
from app.engine.analyse.batch import Progress
from app.engine.analyse.manifest import MANIFEST
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.throwaway import ThrowawayFolder
from app.engine.notice import say_notice
from app.engine.rooms import settings_for
from app.engine.settings import Settings, checked_settings, load_settings
from app.engine.stoppable import stoppable
from app.session.analysis_files import SESSION_FILE
from app.session.formats import ExportOptions
from app.session.interval import GAP, INTERVAL, MINIMUM
from app.session.results import Results
from app.session.store import Session

log = logging.getLogger(__name__)

Tell = Callable[[Progress], None]


def analyze(
    video: str | Path,
    out: str | Path | None = None,
    *,
    fps: float | None = None,
    every: int | None = None,
    start: float | None = None,
    end: float | None = None,
    settings: Settings | Mapping[str, Any] | str | Path | None = None,
    regions: str | Path | None = None,
    interval: float = INTERVAL,
    minimum: float = MINIMUM,
    gap: float = GAP,
    overwrite: bool = False,
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
        start, end: the span in seconds; None: from the beginning, to the end.
        settings: a file of settings, or what it holds ({"privacy": {"class_only": True}}); None:
            the user's own.
        regions: a file of where to look, what to ignore and who has opted out; None: what was drawn
            for this recording in the window.
        interval: seconds a row of ``Results.classes``, 0.1 or more.
        minimum: seconds below which an episode is dropped.
        gap: seconds below which an interruption of an episode is bridged.
        overwrite: replace the analysis of another video in ``out``, or one that was edited.
        progress: show a bar in terminals and notebooks; or what is told after every frame.

    Raises:
        RoomreadError: one line on what is wrong and what to do.
    """
    options = ExportOptions(interval, minimum, gap)
    sampling = _sampling(every, fps, start, end)
    say_notice(log.warning)
    source = Path(video)
    held = settings_for(
        source, _settings(settings), None if regions is None else Path(regions), log.info
    )
    if out is not None:
        folder = Path(out)
        _check(folder)
        report = _analysed(source, folder, held, sampling, interval, overwrite, progress, True)
        return Results(Session.open(report.session), options)
    scratch = ThrowawayFolder()
    try:
        _analysed(source, scratch.path, held, sampling, interval, False, progress, False)
        return Results(Session.open(scratch.path / SESSION_FILE), options, scratch.remove)
    except BaseException:  # Ctrl-C too leaves nothing behind
        scratch.remove()
        raise


def _analysed(
    video: Path,
    out: Path,
    settings: Settings,
    sampling: Sampling,
    interval: float,
    overwrite: bool,
    progress: bool | Tell,
    kept: bool,
) -> AnalysisReport:
    """Analyse to the end; KeyboardInterrupt where the user stopped."""
    with stoppable() as stopped, _telling(progress) as tell:
        try:
            report = analyze_video(
                video,
                out,
                settings,
                sampling,
                interval=interval,
                say=log.info,
                progress=tell,
                overwrite=overwrite,
                cancelled=stopped,
                listed=analysed_path() if kept else None,
            )
        except RoomreadError:
            if stopped.is_set():  # Ctrl-C also ended whatever it was waiting for
                raise KeyboardInterrupt from None
            raise
    if report.cancelled:
        where = f"; what was analysed until then is in {out}" if kept else ""
        raise KeyboardInterrupt(f"stopped{where}")
    if report.truncated:
        log.warning(report.truncated)
    return report


def _check(out: Path) -> None:
    if (out / MANIFEST).exists():
        raise ExportError(f"{out} holds the analyses of many recordings: choose another folder")


def _sampling(
    every: int | None, fps: float | None, start: float | None, end: float | None
) -> Sampling:
    try:
        return Sampling.asked(every, fps, start, end)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _settings(given: Settings | Mapping[str, Any] | str | Path | None) -> Settings:
    if isinstance(given, Settings):
        return given
    if isinstance(given, Mapping):
        return checked_settings(given, "settings")
    return load_settings(None if given is None else Path(given))


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
