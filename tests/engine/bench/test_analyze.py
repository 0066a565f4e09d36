from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from app.engine.analyse.batch import Progress
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.throwaway import PREFIX
from app.engine.bench import analyze as bench
from app.engine.bench.analyze import bench_analyze
from app.engine.settings import Settings
from tests.fakes import fake_build, fake_pipeline, write_video


def test_speed_of_a_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = fake_build(fake_pipeline(students=4))
    monkeypatch.setattr(bench, "build_pipeline", build)
    video = tmp_path / "lesson.mp4"
    write_video(video, 30, fps=15.0)
    temporary, folders = tmp_path / "tmp", set[str]()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    told: list[Progress] = []

    def tell(now: Progress) -> None:
        told.append(now)
        folders.update(one.name[: len(PREFIX)] for one in temporary.iterdir())

    speed = bench_analyze(video, Settings(), Sampling.asked(), lambda _: None, tell)
    assert (speed.name, speed.size, speed.frames, speed.read) == ("lesson.mp4", (160, 120), 30, 10)
    assert speed.seconds == pytest.approx(2.0, abs=0.01)
    assert (speed.faces, speed.provider) == (40, "CPU")
    assert len(told) == 30
    assert folders == {PREFIX}  # where the next run looks for what a killed one left
    assert not list(temporary.iterdir())
    assert speed.elapsed > 0
    assert list(speed.stages) == [
        "decode",
        "convert",
        "detector",
        "tracker",
        "recognizer",
        "smoother",
        "store",
    ]
    assert all(took > 0 for took in speed.stages.values())
