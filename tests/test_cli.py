from __future__ import annotations

import csv
import importlib.resources
import json
import re
import signal
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app import cli
from app.cli_exit import EXIT_TRUNCATED
from app.core.errors import ModelError
from app.core.types import Faces, Frame
from app.engine import settings as settings_module
from app.engine.analyse import analysed
from app.engine.analyse import analyze as use_case
from app.engine.analyse.analysed import analysed_sessions
from tests.fakes import FakeDetector, fake_build, fake_pipeline, write_video

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has seen the notice, and fast stages instead of the models."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "notice-said").touch()
    monkeypatch.setattr(settings_module, "settings_path", lambda: folder / "settings.toml")
    monkeypatch.setattr(analysed, "analysed_path", lambda: folder / "analysed.json")
    monkeypatch.setattr(use_case, "build_pipeline", fake_build())
    return folder


@pytest.fixture
def video(tmp_path: Path) -> Path:
    write_video(tmp_path / "lesson.mp4", 20)
    return tmp_path / "lesson.mp4"


def call(*arguments: object) -> int:
    return cli.main([str(argument) for argument in arguments])


def one_line(capsys: Out) -> str:
    """The only line on stderr."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return str(lines[0])


class TestAnalyze:
    def test_says_what_it_saw_and_where_the_files_are(
        self, video: Path, tmp_path: Path, capsys: Out
    ) -> None:
        assert call("analyze", video, "--out", tmp_path / "o", "--every", 1) == 0
        said = capsys.readouterr().out
        assert "Saw 3 students from 0.0 to 1.9 s: 20 frames analysed" in said
        assert "on CPU" in said
        assert "S02         2.0 s" in said
        assert "happiness (100%)" in said
        assert "Fewer than 5 faces were ever read at once" in said
        assert str(tmp_path / "o") in said
        for name in ("observations.csv", "session.roomread", "students/"):
            assert name in said

    def test_the_class_as_a_whole_and_a_small_group(
        self, video: Path, tmp_path: Path, capsys: Out
    ) -> None:
        settings = tmp_path / "mine.toml"
        settings.write_text("[privacy]\nclass_only = true\nmin_group = 4")
        assert call("analyze", video, "--out", tmp_path / "o", "--settings", settings) == 0
        said = capsys.readouterr().out
        assert "As asked, no student was followed. Read up to 3 faces at once from 0.0 to" in said
        assert "Saw" not in said
        assert "Fewer than 4 faces were ever read at once, so the tables have no shares" in said

    def test_five_frames_a_second_are_read_where_nobody_asks_for_others(
        self, video: Path, tmp_path: Path, capsys: Out
    ) -> None:
        assert call("analyze", video, "--out", tmp_path / "o") == 0
        said = capsys.readouterr().out
        assert "Saw 3 students from 0.0 to 1.8 s: 10 frames analysed, 10 skipped" in said
        told = json.loads((tmp_path / "o" / "session.json").read_text())
        assert told["settings"]["sampling"] == {
            "every": None,
            "fps": 5.0,
            "start": None,
            "end": None,
            "adaptive": True,
        }

    def test_options_reach_the_analysis(self, video: Path, tmp_path: Path) -> None:
        out = tmp_path / "o"
        arguments = ["--every", 3, "--start", "0:00.5", "--end", 1.5, "--interval", 0.5]
        assert call("analyze", video, "--out", out, *arguments) == 0
        with (out / "observations.csv").open() as file:
            assert sorted({row["frame"] for row in csv.DictReader(file)}) == ["11", "14", "5", "8"]
        with (out / "class.csv").open() as file:
            assert len(list(csv.DictReader(file))) >= 2

    def test_regions_file(self, video: Path, tmp_path: Path, capsys: Out) -> None:
        room, out = tmp_path / "room.toml", tmp_path / "o"
        room.write_text("opt_out = [[[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]]")
        assert call("analyze", video, "--out", out, "--regions", room) == 0
        assert f"Using the regions in {room}" in capsys.readouterr().err
        about = json.loads((out / "session.json").read_text())
        assert about["settings"]["regions"]["opt_out"] == [[[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]]
        room.write_text("opt_out = [[0.1, 0.1]]")
        assert call("analyze", video, "--out", out, "--regions", room) == 1
        assert "opt_out, region 1: 0.1 is no corner: give [x, y]" in one_line(capsys)

    def test_the_session_is_known_to_retention(
        self, video: Path, tmp_path: Path, config: Path
    ) -> None:
        assert call("analyze", video, "--out", tmp_path / "o") == 0
        assert analysed_sessions(config / "analysed.json") == [tmp_path / "o" / "session.roomread"]

    def test_settings_file(self, video: Path, tmp_path: Path, capsys: Out) -> None:
        path = tmp_path / "s.toml"
        path.write_text("[detector]\ntile = 1\n")
        assert call("analyze", video, "--out", tmp_path / "o", "--settings", path) == 1
        assert "detector.tile" in one_line(capsys)

    def test_nobody_seen(
        self, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
    ) -> None:
        monkeypatch.setattr(use_case, "build_pipeline", fake_build(fake_pipeline(students=0)))
        assert call("analyze", video, "--out", tmp_path / "o") == 0
        assert "Saw 0 students" in capsys.readouterr().out

    def test_never_read(
        self, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
    ) -> None:
        pipeline = fake_pipeline(students=1, cant_tell=[1])
        monkeypatch.setattr(use_case, "build_pipeline", fake_build(pipeline))
        assert call("analyze", video, "--out", tmp_path / "o") == 0
        said = capsys.readouterr().out
        assert "Saw 1 student from" in said
        assert "0%   can't tell" in said


class TestBadInput:
    def test_one_clear_line(self, tmp_path: Path, capsys: Out) -> None:
        text = tmp_path / "text.mp4"
        text.write_text("no video")
        empty = tmp_path / "empty.mp4"
        empty.touch()
        (tmp_path / "none").mkdir()
        for path, words in (
            (tmp_path / "no.mp4", "does not exist"),
            (text, "is no video"),
            (empty, "is empty"),
            (tmp_path / "none", "no recording to analyse"),
        ):
            assert call("analyze", path, "--out", tmp_path / "o") == 1
            line = one_line(capsys)
            assert line.startswith("roomread: ")
            assert words in line
        assert not (tmp_path / "o").exists()

    def test_cut_off_video_is_kept_exported_and_said(self, tmp_path: Path, capsys: Out) -> None:
        path = tmp_path / "cut.mp4"
        write_video(path, 60, faststart=True, gop=1)
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
        assert call("analyze", path, "--out", tmp_path / "o") == EXIT_TRUNCATED == 3
        captured = capsys.readouterr()
        assert "is cut off" in captured.err.splitlines()[-1]
        assert "Saw 3 students" in captured.out
        assert (tmp_path / "o" / "observations.csv").stat().st_size > 1000

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--every", "0"], "whole number of 1 or more"),
            (["--every", "two"], "whole number of 1 or more"),
            (["--fps", "0"], "number above 0"),
            (["--fps", "inf"], "number above 0"),
            (["--interval", "-1"], "number above 0"),
            (["--interval", "0.01"], "0.1 seconds or more"),
            (["--start", "-3"], "'-3' is below 0: give seconds"),
            (["--start", "1:2:3:4"], "give seconds"),
            (["--end", "soon"], "give seconds"),
            (["--start", "5", "--end", "5"], "give seconds after the start"),
            (["--every", "2", "--fps", "5"], "not allowed with"),
        ],
    )
    def test_wrong_numbers(
        self, video: Path, tmp_path: Path, arguments: list[str], words: str, capsys: Out
    ) -> None:
        with pytest.raises(SystemExit) as caught:
            call("analyze", video, "--out", tmp_path / "o", *arguments)
        assert caught.value.code == 2
        assert words in capsys.readouterr().err
        assert not (tmp_path / "o").exists()

    def test_model_error_while_running(
        self, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
    ) -> None:
        pipeline = fake_pipeline(fail_at=4, error=ModelError("the model broke: reinstall it"))
        monkeypatch.setattr(use_case, "build_pipeline", fake_build(pipeline))
        assert call("analyze", video, "--out", tmp_path / "o") == 1
        assert "roomread: the model broke: reinstall it" in capsys.readouterr().err

    def test_what_should_not_happen_is_one_line_too(
        self, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
    ) -> None:
        pipeline = fake_pipeline(fail_at=4, error=ZeroDivisionError("a\nb"))
        monkeypatch.setattr(use_case, "build_pipeline", fake_build(pipeline))
        assert call("analyze", video, "--out", tmp_path / "o") == 1
        assert "(ZeroDivisionError: a b)" in capsys.readouterr().err.splitlines()[-1]
        monkeypatch.setenv("ROOMREAD_DEBUG", "1")
        with pytest.raises(ZeroDivisionError):
            call("analyze", video, "--out", tmp_path / "o")


class Interrupting(FakeDetector):
    """Presses Ctrl-C at a frame."""

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        if frame.index == 7:
            signal.raise_signal(signal.SIGINT)
        return super().detect(frame, expected)


def test_ctrl_c_keeps_exports_and_says(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    pipeline = fake_pipeline(detector=Interrupting())
    monkeypatch.setattr(use_case, "build_pipeline", fake_build(pipeline))
    before = signal.getsignal(signal.SIGINT)
    assert call("analyze", video, "--out", tmp_path / "o", "--every", 1) == 130
    assert signal.getsignal(signal.SIGINT) is before
    captured = capsys.readouterr()
    assert captured.err.splitlines()[-1].startswith("roomread: stopped")
    found = re.search(r"(\d+) frames analysed", captured.out)
    assert found is not None
    assert 1 <= int(found[1]) <= 12, "frames that were in work are left out, no more are read"
    with (tmp_path / "o" / "observations.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 3 * int(found[1])


def test_ctrl_c_while_the_models_load(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    def build(*_: object) -> object:
        signal.raise_signal(signal.SIGINT)
        raise ModelError("the download was interrupted")

    monkeypatch.setattr(use_case, "build_pipeline", build)
    assert call("analyze", video, "--out", tmp_path / "o") == 130
    assert one_line(capsys) == "roomread: stopped"


class TestDemo:
    def test_analyses_the_clip_that_ships(
        self, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
    ) -> None:
        (tmp_path / "assets").mkdir()
        video.rename(tmp_path / "assets" / "demo.mp4")
        monkeypatch.setattr(importlib.resources, "files", lambda name: tmp_path / name)
        monkeypatch.chdir(tmp_path)
        assert call("demo") == 0
        assert "Saw 3 students" in capsys.readouterr().out
        assert (tmp_path / "roomread-demo" / "students.csv").is_file()

    def test_without_the_clip(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
    ) -> None:
        monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path)
        assert call("demo", "--out", tmp_path / "o") == 1
        assert "the demo clip is missing" in one_line(capsys)


class TestExport:
    def test_of_a_session_or_its_folder(self, video: Path, tmp_path: Path, capsys: Out) -> None:
        call("analyze", video, "--out", tmp_path / "o")
        capsys.readouterr()
        for source in (tmp_path / "o" / "session.roomread", tmp_path / "o"):
            target = tmp_path / source.name / "csv"
            assert call("export", source, "--out", target, "--interval", 1) == 0
            assert f"11 files written to {target}" in capsys.readouterr().out
            assert (target / "observations.csv").is_file()
        assert call("export", tmp_path / "o", "--out", tmp_path / "all", "--every-frame") == 0
        assert (tmp_path / "all" / "observations.csv").read_text().count("\n") == 1 + 3 * 19

    def test_of_nothing(self, tmp_path: Path, capsys: Out) -> None:
        assert call("export", tmp_path / "no.roomread", "--out", tmp_path) == 1
        assert "does not exist" in one_line(capsys)


class TestNotice:
    def test_is_said_once(self, video: Path, tmp_path: Path, config: Path, capsys: Out) -> None:
        (config / "notice-said").unlink()
        call("analyze", video, "--out", tmp_path / "o")
        first = capsys.readouterr().err
        assert "prohibited since 2 February 2025" in first
        assert "consented research" in first
        call("analyze", video, "--out", tmp_path / "o")
        assert "prohibited" not in capsys.readouterr().err

    def test_a_folder_that_cannot_be_written_is_no_hindrance(
        self, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        path = tmp_path / "file" / "below" / "settings.toml"
        monkeypatch.setattr(settings_module, "settings_path", lambda: path)
        assert call("analyze", video, "--out", tmp_path / "o") == 0
