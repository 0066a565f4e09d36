"""Analyses that take no models, for processes of their own; and a program that does many.

``python -m tests.engine.analyse.quick OUT VIDEO ...`` analyses like ``roomread analyze``, with the
real use case over fake stages. Beside the recordings, ``frames.txt`` gets a line a frame.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.engine.analyse.batch import Progress
from app.engine.analyse.many import How, ManyReport, analyze_many
from app.engine.analyse.processes import OnProcesses
from app.engine.analyse.queue_run import Tools
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.work import RunAll
from app.engine.settings import Settings
from app.session.store import FrameCounts, Session

FRAMES = 40
PACE = 0.01


def light(
    video: Path,
    out: Path,
    settings: Settings,
    sampling: Sampling,
    *,
    progress: Callable[[Progress], None],
    cancelled: threading.Event,
    resume: bool,
    build: Callable[..., object],
    **_: object,
) -> Any:
    """In place of ``analyze_video``: ``FRAMES`` frames with two students, stored one by one.

    By the video's name: "bad" is no video, "crash" dies from frame 5 on, "once" at its first
    attempt only, "hang" stays there, and "held" until ``held.begun`` is there.
    """
    from app.core.errors import SourceError
    from tests.session.builders import info, result

    name = video.stem
    if name.startswith("bad"):
        raise SourceError(f"{video} is no video")
    (video.parent / f"{name}.pid").write_text(str(os.getpid()))
    path, first = out / "session.roomread", 0
    if resume and path.exists():
        session = Session.open(path)
        first = session.stretch.last + 1 if session.stretch else 0
        session.go_on() if not session.complete else None
    else:
        out.mkdir(parents=True, exist_ok=True)
        build_nothing(build)
        session = Session.create(path, info(source_name=str(video)))
    with session:
        for i in range(first, FRAMES):
            if cancelled.is_set():
                return _report(session, cancelled=True)
            session.append(result(i, i / 2, {1: "neutral", 2: "happiness"}))
            with (video.parent / "frames.txt").open("a") as file:
                file.write(f"{name} {i}\n")
            progress(Progress(i + 1, i + 1, i / 2, (i + 1) / 2, 0.0, FRAMES / 2, 2, 2 * i))
            _fate(video, i)
            time.sleep(PACE)
        session.finish(FrameCounts(FRAMES, FRAMES, 0), complete=True)
        from app.session.export import export_all

        export_all(session, out, overwrite=True)
        return _report(session, cancelled=False)


def build_nothing(build: Callable[..., object]) -> None:
    """Call ``build`` where the use case does, but for what it makes."""
    from contextlib import suppress

    with suppress(NotImplementedError):
        build(Settings(), print)


def no_pipeline(*_: object) -> Any:
    """In place of ``build_pipeline``."""
    raise NotImplementedError


def _fate(video: Path, index: int) -> None:
    if index < 5:
        return
    begun = video.with_suffix(".begun")
    if video.stem.startswith("crash") or (video.stem.startswith("once") and not begun.exists()):
        begun.touch()
        os.kill(os.getpid(), 9)
    while video.stem.startswith("hang"):
        time.sleep(0.1)
    end = time.monotonic() + 60.0
    while video.stem.startswith("held") and not begun.exists() and time.monotonic() < end:
        time.sleep(0.005)


def _report(session: Session, cancelled: bool) -> Any:
    return SimpleNamespace(
        cancelled=cancelled,
        truncated="",
        span=(0.0, FRAMES / 2),
        counts=FrameCounts(FRAMES, FRAMES, 0),
        students=(1, 2),
        provider="CPU",
        model="fake 1",
        elapsed=1.0,
    )


LIGHT = Tools(light, no_pipeline, Path("/nowhere"), consent=Path("/nowhere"))


def fake_stages(settings: Settings, say: Callable[[str], None], delay: float = 5 * PACE) -> Any:
    """In place of ``build_pipeline``, for the real use case: three students, 20 frames a second."""
    from tests.fakes import fake_build, fake_pipeline

    return fake_build(fake_pipeline(delay=delay))(settings, say)


STAGES = Tools(None, fake_stages, Path("/nowhere"), consent=Path("/nowhere"))
SWIFT = replace(STAGES, build=partial(fake_stages, delay=0.0))


def analyse(
    out: Path, videos: list[Path], tools: Tools = STAGES, run: RunAll | None = None, **how: Any
) -> ManyReport:
    """Analyse many, as the command does."""
    told = How(Settings(), Sampling(), tools=tools, **how)
    return analyze_many(videos, out, told, run or OnProcesses(2), print)


if __name__ == "__main__":
    analyse(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
