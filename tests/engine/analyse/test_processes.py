"""Real processes that crash, hang, are stopped and killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from app.engine.analyse.joined import partition
from app.engine.analyse.keeping import FINGERPRINT
from app.engine.analyse.manifest import MANIFEST, Manifest
from app.engine.analyse.many import How, analyze_many
from app.engine.analyse.processes import OnProcesses
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.resume import BREAK
from app.engine.analyse.sampling import Sampling
from app.engine.settings import Settings
from tests.conftest import ROOT
from tests.engine.analyse.quick import FRAMES, LIGHT, SWIFT, analyse
from tests.fakes import write_video

DONE, FAILED, WAITING = RowState.DONE, RowState.FAILED, RowState.WAITING


def files(folder: Path, *names: str) -> list[Path]:
    """Recordings as far as the light analysis is concerned."""
    paths = [folder / f"{name}.mp4" for name in names]
    for path in paths:
        path.write_text(path.name)
    return paths


def test_what_crashes_takes_nothing_else_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    videos = files(tmp_path, "crash", "once", "bad", "good")
    report = analyse(tmp_path / "out", videos, LIGHT, OnProcesses(2))
    states = {row.name: row.state for row in report.rows}
    assert states == {"crash": FAILED, "once": DONE, "bad": FAILED, "good": DONE}
    messages = {row.name: row.message for row in report.rows}
    assert "killed by SIGKILL (too little memory?), 2 times in a row" in messages["crash"]
    assert messages["bad"].endswith("bad.mp4 is no video")
    attempts = {row.name: row.attempts for row in report.rows}
    assert attempts == {"crash": 2, "once": 2, "bad": 1, "good": 1}
    assert "once: the process of once.mp4 ended, killed by SIGKILL" in capsys.readouterr().out
    read = (tmp_path / "frames.txt").read_text().split("\n")
    assert read.count("once 5") == 1  # it went on after it
    assert read.count(f"once {FRAMES - 1}") == 1


def test_what_hangs_is_given_up(tmp_path: Path) -> None:
    run = OnProcesses(2, stall=1.5)
    report = analyse(tmp_path / "out", files(tmp_path, "hang"), LIGHT, run)
    assert report.rows[0].state is FAILED
    assert "no sign of life" in report.rows[0].message


def test_stopped_and_begun_again(tmp_path: Path) -> None:
    videos = files(tmp_path, "a", "b", "c")
    out, stopped = tmp_path / "out", threading.Event()

    def shown(view: object) -> None:
        if (tmp_path / "frames.txt").exists():
            stopped.set()

    how = How(Settings(), Sampling(), tools=LIGHT)
    report = analyze_many(videos, out, how, OnProcesses(2), print, shown, stopped)
    assert report.stopped
    assert WAITING in {row.state for row in report.rows}
    assert {row.state for row in Manifest(out).rows} <= {WAITING, DONE}
    assert all(row.state is DONE for row in analyse(out, videos, LIGHT).rows)
    frames = (tmp_path / "frames.txt").read_text().splitlines()
    assert sorted(frames) == sorted(f"{one} {i}" for one in "abc" for i in range(FRAMES))


def running(out: Path, in_the_middle: bool) -> bool:
    """Whether a recording is in work; ``in_the_middle``: with frames that were read."""
    if not (out / MANIFEST).exists():
        return False
    rows = json.loads((out / MANIFEST).read_text())["recordings"]
    now = [out / row["name"] for row in rows if row["state"] == "running"]
    return any((one / FINGERPRINT).exists() for one in now) if in_the_middle else bool(now)


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_and_nothing_done_twice(tmp_path: Path) -> None:
    rng = random.Random(6)
    (tmp_path / "in").mkdir()
    videos = [tmp_path / "in" / f"{name}.mp4" for name in "ab"]
    for video in videos:
        write_video(video, 60, fps=2.0)
    calm, torn = tmp_path / "calm", tmp_path / "torn"
    command = [sys.executable, "-m", "tests.engine.analyse.quick", str(torn), *map(str, videos)]
    for in_the_middle in (False, True, False, True):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        while not running(torn, in_the_middle) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0.0, 1.0))
        process.kill()
        process.wait()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    analyse(calm, videos, SWIFT)
    assert all(row.state is DONE for row in Manifest(torn).rows)
    assert any(BREAK in path.read_text() for path in torn.glob("*/markers.csv"))
    for name in ("students.csv", "class.csv"):
        assert (torn / name).read_bytes() == (calm / name).read_bytes()
    for video in videos:
        tables = [f"{video.stem}/{name}.csv" for name in ("observations", "class", "students")]
        for table in tables:
            assert (torn / table).read_bytes() == (calm / table).read_bytes()
        parts = [pq.read_table(partition(out, video.stem)) for out in (torn, calm)]
        assert parts[0].equals(parts[1])
