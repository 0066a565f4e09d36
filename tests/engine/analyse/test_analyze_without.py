"""Analyses that leave something out on purpose."""

from __future__ import annotations

import threading
from pathlib import Path

from app.core.privacy import Privacy
from app.engine.analyse.analyze import analyze_video
from app.engine.analyse.batch import Progress
from app.engine.analyse.sampling import Sampling
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings
from tests.engine.analyse.test_analyze import PosterTracker
from tests.fakes import FakeDetector, FakeRecognizer, FakeSmoother, fake_build, write_video


def test_abandoned_run_writes_no_tables(tmp_path: Path) -> None:
    video, out = tmp_path / "lesson.mp4", tmp_path / "out"
    write_video(video, 30)
    stop, abandoned = threading.Event(), threading.Event()

    def progress(now: Progress) -> None:
        if now.read == 12:
            abandoned.set()
            stop.set()

    report = analyze_video(
        video,
        out,
        Settings(),
        Sampling(),
        build=fake_build(),
        progress=progress,
        cancelled=stop,
        abandoned=abandoned,
    )
    assert report.counts.analysed == 12
    assert [path.name for path in out.iterdir()] == ["session.roomread"]


def test_class_only_knows_nobody_to_leave_out(tmp_path: Path) -> None:
    write_video(tmp_path / "long.mp4", 60, fps=1.0)
    stages = (FakeDetector(), PosterTracker(), FakeRecognizer(), FakeSmoother())
    report = analyze_video(
        tmp_path / "long.mp4",
        tmp_path / "out",
        Settings(privacy=Privacy(class_only=True)),
        Sampling(),
        build=fake_build(Pipeline(*stages)),
    )
    assert report.students == ()
    assert report.counts.analysed == 60
