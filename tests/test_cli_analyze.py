"""``roomread analyze`` on many recordings; on one: ``test_cli``."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app import cli, cli_analyze
from app.engine import settings as settings_module
from app.engine.analyse import analysed
from app.engine.analyse import analyze as use_case
from app.engine.analyse.on_ray import OnRay
from app.engine.analyse.processes import OnProcesses
from app.engine.analyse.work import Begun, Ended, Tell, Work, do
from app.session.editor import Editor
from app.session.store import Session
from tests.engine.analyse.harm import no_list, seat_of
from tests.fakes import fake_build, write_video

Out = pytest.CaptureFixture[str]


def here(works: list[Work], tell: Tell, stopped: threading.Event) -> None:
    """Does works in this thread."""
    for work in works:
        if not stopped.is_set():
            tell(Begun(work.name))
            tell(Ended(work.name, do(work, tell, stopped, stopped)))


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "notice-said").touch()
    monkeypatch.setattr(settings_module, "settings_path", lambda: folder / "settings.toml")
    monkeypatch.setattr(analysed, "analysed_path", lambda: folder / "analysed.json")
    monkeypatch.setattr("app.engine.build.build_pipeline", fake_build())
    monkeypatch.setattr(use_case, "build_pipeline", fake_build())
    return folder


@pytest.fixture
def week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cli_analyze, "_runner", lambda _: here)
    folder = tmp_path / "week"
    folder.mkdir()
    for name in ("monday", "tuesday"):
        write_video(folder / f"{name}.mp4", 10)
    return folder


def call(*arguments: object) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_a_folder(week: Path, tmp_path: Path, capsys: Out) -> None:
    (week / "notes.txt").touch()
    out = tmp_path / "o"
    assert call("analyze", week, "--out", out) == 0
    said = capsys.readouterr()
    assert "2 recordings: 2 done, 0 failed" in said.out
    assert "recordings.csv  students.csv  class.csv  observations/" in said.out
    assert "[2/2] tuesday: done, 3 students" in said.err
    assert call("analyze", week / "*.mp4", "--out", out) == 0  # where no shell expands it
    assert "2 done, 2 of them before" in capsys.readouterr().out


def test_failures_and_what_is_no_recording(week: Path, tmp_path: Path, capsys: Out) -> None:
    bad, notes = week / "bad.mp4", week / "notes.txt"
    bad.write_text("x")
    notes.touch()
    assert call("analyze", bad, notes, week / "monday.mp4", "--out", tmp_path / "o") == 1
    said = capsys.readouterr()
    assert f"Passed over {notes}: no recording by its name" in said.err
    assert "Failed:\n  bad: " in said.out
    assert said.err.splitlines()[-1].startswith("roomread: 1 recording failed")
    assert call("analyze", week / "monday.mp4", tmp_path / "x", "--out", tmp_path / "o") == 1
    assert f"{tmp_path / 'x'} does not exist" in capsys.readouterr().err


def test_what_would_be_lost_stays(week: Path, tmp_path: Path, capsys: Out) -> None:
    out = tmp_path / "o"
    call("analyze", week, "--out", out)
    with Session.open(out / "monday" / "session.roomread") as session:
        Editor(session).name(1, "Ada")
    later = time.time() + 10.0
    os.utime(week / "monday.mp4", (later, later))
    capsys.readouterr()
    assert call("analyze", week, "--out", out) == 0
    said = capsys.readouterr()
    assert "2 recordings: 2 done, 1 of them before, 1 kept as they were, 0 failed" in said.out
    assert "in the tables of all:\n  monday: " in said.out
    assert "Ada" in (out / "students.csv").read_text(encoding="utf-8")
    assert call("analyze", week, "--out", out, "--end", "0.5") == 1
    said = capsys.readouterr()
    assert "1 recording was not analysed as you asked" in said.err.splitlines()[-1]
    assert call("analyze", week, "--out", out, "--end", "0.5", "--overwrite") == 0
    assert "Ada" not in (out / "students.csv").read_text(encoding="utf-8")


def test_who_opted_out_since_is_said(week: Path, tmp_path: Path, capsys: Out) -> None:
    out, regions = tmp_path / "o", tmp_path / "regions.toml"
    call("analyze", week, "--out", out)
    session = out / "monday" / "session.roomread"
    with Session.open(session) as opened:
        Editor(opened).name(1, "Ada")
    regions.write_text(f"opt_out = [{[list(corner) for corner in seat_of(2)]}]")
    capsys.readouterr()
    assert call("analyze", week, "--out", out, "--regions", regions) == 1
    assert f"out with `roomread edit {session} exclude S02`" in capsys.readouterr().out
    assert call("edit", session, "exclude", "S02") == 0
    assert call("analyze", week, "--out", out, "--regions", regions) == 0


def test_one_that_cannot_be_read_stays(week: Path, tmp_path: Path, capsys: Out) -> None:
    out = tmp_path / "o"
    for arguments in ((), ("--jobs", 1)):
        folder = out / str(len(arguments))
        call("analyze", week / "monday.mp4", "--out", folder, *arguments)
        (session,) = folder.rglob("session.roomread")
        no_list(session)
        harmed = session.read_bytes()
        capsys.readouterr()
        assert call("analyze", week / "monday.mp4", "--out", folder, "--end", 0.5, *arguments) == 1
        said = capsys.readouterr()
        assert f"`roomread session repair {session} --out NEW`; nothing is" in said.out + said.err
        assert session.read_bytes() == harmed


def test_a_purpose(week: Path, tmp_path: Path, capsys: Out) -> None:
    out, why = tmp_path / "o", ("--purpose", "pilot study", "--basis", "ethics")
    for arguments in (("--jobs", 1, *why), why):
        folder = out / str(len(arguments))
        assert call("analyze", week / "monday.mp4", "--out", folder, *arguments) == 0
        (file,) = folder.rglob("session.roomread")
        with Session.open(file) as session:
            assert session.info.purpose is not None
            assert (session.info.purpose.purpose, session.info.purpose.basis) == why[1::2]
    assert call("analyze", week / "monday.mp4", "--out", folder, *why) == 0
    assert "is analysed already" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        call("analyze", week / "monday.mp4", "--out", folder, "--purpose", "study")
    assert "give both --purpose and --basis" in capsys.readouterr().err


def test_one_that_is_cut_off(week: Path, tmp_path: Path, capsys: Out) -> None:
    path = week / "monday.mp4"
    write_video(path, 60, faststart=True, gop=1)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
    assert call("analyze", week, "--out", tmp_path / "o") == 3
    assert "Cut off or damaged:\n  monday: " in capsys.readouterr().out


def test_ctrl_c(week: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    def stopping(works: list[Work], tell: Tell, stopped: threading.Event) -> None:
        signal.raise_signal(signal.SIGINT)
        here(works, tell, stopped)

    monkeypatch.setattr(cli_analyze, "_runner", lambda _: stopping)
    assert call("analyze", week, "--out", tmp_path / "o") == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_one_into_the_folder_of_many(week: Path, tmp_path: Path, capsys: Out) -> None:
    out = tmp_path / "o"
    call("analyze", week, "--out", out)
    write_video(tmp_path / "friday.mp4", 10)
    assert call("analyze", tmp_path / "friday.mp4", "--out", out) == 1
    assert "add --jobs 1" in capsys.readouterr().err
    assert call("analyze", tmp_path / "friday.mp4", "--out", out, "--jobs", 1) == 0
    assert (out / "friday" / "observations.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "kind"), [(["--jobs", "3"], OnProcesses), (["--ray", "local"], OnRay)]
)
def test_who_does_it(
    arguments: list[str], kind: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind is OnRay:
        pytest.importorskip("ray")
    runs: list[Callable[..., None]] = []

    def many(videos: object, out: object, how: object, run: Callable[..., None], *_: object) -> int:
        runs.append(run)
        raise KeyboardInterrupt

    monkeypatch.setattr("app.engine.analyse.many.analyze_many", many)
    assert call("analyze", tmp_path / "a.mp4", "--out", tmp_path / "o", *arguments) == 130
    assert type(runs[0]) is kind


def test_jobs_and_ray_together(tmp_path: Path, capsys: Out) -> None:
    with pytest.raises(SystemExit):
        call("analyze", "a.mp4", "--out", tmp_path, "--jobs", 2, "--ray", "local")
    assert "not allowed with" in capsys.readouterr().err
