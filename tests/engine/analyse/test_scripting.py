from __future__ import annotations

import gc
import json
import logging
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import app
from app import cli
from app.core.errors import ExportError, RoomreadError, SourceError, TableError
from app.core.expressions import LABELS
from app.engine import settings as settings_module
from app.engine.analyse import analysed, scripting
from app.engine.analyse import analyze as use_case
from app.engine.analyse.analysed import analysed_sessions
from app.engine.analyse.batch import Progress
from app.engine.analyse.manifest import MANIFEST
from app.engine.analyse.scripting import analyze
from app.engine.notice import NOTICE
from app.engine.settings import Settings, SmootherSettings
from tests.fakes import fake_build, fake_pipeline, write_video
from tests.session.csv_tables import assert_as_csv


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has seen the notice, fast stages, and a folder for temporary files."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "notice-said").touch()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(settings_module, "settings_path", lambda: folder / "settings.toml")
    for module in (analysed, scripting):
        monkeypatch.setattr(module, "analysed_path", lambda: folder / "analysed.json")
    monkeypatch.setattr(use_case, "build_pipeline", fake_build())
    return folder


@pytest.fixture
def video(tmp_path: Path) -> Path:
    write_video(tmp_path / "lesson.mp4", 20)
    return tmp_path / "lesson.mp4"


def left(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "tmp").iterdir())


def interrupt(_: Progress) -> None:
    signal.raise_signal(signal.SIGINT)


class TestWithoutAFolder:
    def test_it_gives_tables_and_leaves_nothing(
        self, video: Path, tmp_path: Path, config: Path
    ) -> None:
        with analyze(video, every=1) as results:
            assert len(results.observations) == 60
            assert results.observations["expression"][:3].tolist() == list(LABELS[:3])
            assert results.info.complete
            assert results.path.is_file()
        assert not left(tmp_path)
        assert not (config / "analysed.json").exists()

    def test_nor_does_it_where_nobody_closes_it(self, video: Path, tmp_path: Path) -> None:
        table = analyze(video).students
        gc.collect()
        assert len(table) == 3
        assert not left(tmp_path)

    def test_nor_after_an_error(
        self, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failing = fake_pipeline(fail_at=6, error=SourceError("gone: plug it in"))
        monkeypatch.setattr(use_case, "build_pipeline", fake_build(failing))
        with pytest.raises(SourceError, match="gone"):
            analyze(video, every=1)
        assert not left(tmp_path)

    def test_nor_when_it_is_stopped(self, video: Path, tmp_path: Path) -> None:
        with pytest.raises(KeyboardInterrupt):
            analyze(video, progress=interrupt)
        assert not left(tmp_path)


class TestWithAFolder:
    def test_it_leaves_what_the_command_leaves(
        self, video: Path, tmp_path: Path, config: Path
    ) -> None:
        ours, theirs = tmp_path / "ours", tmp_path / "theirs"
        with analyze(str(video), str(ours), every=2, start=0.3, interval=0.5) as results:
            for name, file in (("classes", "class"), ("observations", "observations")):
                assert_as_csv(getattr(results, name), ours / f"{file}.csv")
        options = ["--every", "2", "--start", "0.3", "--interval", "0.5"]
        assert cli.main(["analyze", str(video), "--out", str(theirs), *options]) == 0
        there = {path.relative_to(theirs) for path in theirs.rglob("*")}
        assert {path.relative_to(ours) for path in ours.rglob("*")} == there
        for file in (one for one in there if one.suffix == ".csv"):
            assert (ours / file).read_bytes() == (theirs / file).read_bytes()
        told = [json.loads((one / "session.json").read_text()) for one in (ours, theirs)]
        assert told[0]["settings"] == told[1]["settings"]
        assert ours / "session.roomread" in analysed_sessions(config / "analysed.json")

    def test_stopped_it_keeps_what_was_analysed(self, video: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        with pytest.raises(KeyboardInterrupt, match="what was analysed until then is in"):
            analyze(video, out, every=1, progress=interrupt)
        with app.open_session(out) as results:
            assert not results.info.complete
            assert len(results.observations) >= 3
            assert_as_csv(results.observations, out / "observations.csv")

    def test_another_analysis_there_is_not_replaced(self, video: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        analyze(video, out).close()
        other = video.rename(tmp_path / "other.mp4")
        with pytest.raises(ExportError, match="holds the analysis of lesson"):
            analyze(other, out)
        with analyze(other, out, overwrite=True) as results:
            assert results.info.source["name"].endswith("other.mp4")
        with pytest.raises(ExportError, match="more than is asked for now"):
            analyze(other, out, end=1)
        with analyze(other, out) as results:
            assert results.info.frames["analysed"] == 10
        (out / MANIFEST).touch()
        with pytest.raises(ExportError, match="many recordings: choose another folder"):
            analyze(other, out, overwrite=True)


class TestWhatIsAsked:
    def test_settings_in_place(self, video: Path) -> None:
        with analyze(video, settings={"privacy": {"class_only": True}}) as results:
            assert results.info.privacy["class_only"]
            with pytest.raises(TableError, match="no observations"):
                _ = results.observations
            assert len(results.classes) == 1

    def test_settings_of_a_file_and_made(self, video: Path, tmp_path: Path) -> None:
        file = tmp_path / "s.toml"
        file.write_text("[smoother]\ntime_constant = 1.5\n")
        made = Settings(smoother=SmootherSettings(time_constant=1.5))
        for number, given in enumerate((file, str(file), made)):
            out = tmp_path / str(number)
            analyze(video, out, settings=given).close()
            told = json.loads((out / "session.json").read_text())
            assert told["settings"]["smoother"]["time_constant"] == 1.5

    def test_regions(self, video: Path, tmp_path: Path) -> None:
        room = tmp_path / "room.toml"
        room.write_text("opt_out = [[[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]]")
        analyze(video, tmp_path / "out", regions=room).close()
        told = json.loads((tmp_path / "out" / "session.json").read_text())
        assert told["settings"]["regions"]["opt_out"] == [[[0.1, 0.1], [0.2, 0.1], [0.2, 0.2]]]

    @pytest.mark.parametrize(
        ("asked", "line"),
        [
            ({"fps": 5, "every": 2}, "not both"),
            ({"every": 0}, "every 0: give a whole number"),
            ({"every": 1.5}, "every 1.5: give a whole number"),
            ({"every": "2"}, "every '2': give a number"),
            ({"fps": -1}, "frames a second -1: give a number above 0"),
            ({"fps": True}, "fps True: give a number"),
            ({"start": "soon"}, "start 'soon': give seconds"),
            ({"start": "0:05"}, "no frame after 5 s, it is 2.0 s long"),
            ({"start": -1}, "start -1: give seconds, 0 or more"),
            ({"end": [1]}, r"end \[1\]: give seconds"),
            ({"interval": "5"}, "interval '5': give a number"),
            ({"minimum": None}, "minimum None: give a number"),
            ({"gap": -1}, "gap"),
            ({"settings": 5}, "settings 5: give the path"),
            ({"regions": 5}, "regions 5: give the path"),
            ({"out": 5}, "out 5: give the path"),
            ({"overwrite": "no"}, "overwrite 'no': give True or False"),
            ({"progress": "no"}, "progress 'no': give True, False or a function"),
            ({"purpose": "study"}, "give both purpose and basis"),
            ({"basis": "ethics"}, "give both purpose and basis"),
            ({"purpose": "study", "basis": "law"}, "basis 'law': give one of consent, ethics"),
            ({"purpose": " ", "basis": "ethics"}, "say in a few words"),
            ({"purpose": 5, "basis": "ethics"}, "purpose 5: give a text"),
            ({"settings": {5: 6}}, "settings: 5: "),
            ({"start": 2.0, "end": 1.0}, "seconds after the start"),
            ({"interval": 0.0}, "interval 0"),
            ({"settings": {"tracker": {"max_gap": -1}}}, r"^settings: tracker\.max_gap: "),
            ({"settings": {"smother": {}}}, "^settings: smother: "),
            ({"settings": "missing.toml"}, "does not exist"),
            ({"regions": "missing.toml"}, "missing.toml"),
        ],
    )
    def test_what_is_wrong_is_one_line(
        self, video: Path, tmp_path: Path, asked: dict[str, object], line: str
    ) -> None:
        with pytest.raises(RoomreadError, match=line) as raised:
            analyze(video, **asked)  # type: ignore[arg-type]
        assert "\n" not in str(raised.value)
        assert not left(tmp_path)

    def test_a_missing_recording(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match=r"missing\.mp4"):
            analyze(tmp_path / "missing.mp4")

    @pytest.mark.parametrize("nothing", [None, 5, "", b"lesson.mp4"])
    def test_no_path(self, nothing: Any) -> None:
        with pytest.raises(RoomreadError, match=r"^video .*: give the path of a file"):
            analyze(nothing)
        with pytest.raises(RoomreadError, match=r"^path .*: give the path of a file"):
            app.open_session(nothing)

    def test_opening_takes_numbers(self, tmp_path: Path) -> None:
        for name in ("interval", "minimum", "gap"):
            with pytest.raises(RoomreadError, match=f"^{name} '1': give a number"):
                app.open_session(tmp_path, **{name: "1"})  # type: ignore[arg-type]
        with pytest.raises(RoomreadError):
            app.open_session(tmp_path / "missing")

    def test_a_purpose(self, video: Path) -> None:
        with analyze(video, purpose="pilot  study", basis="ethics") as results:
            assert results.info.purpose == "pilot study"
            assert results.info.basis.startswith("Research approved")

    @pytest.mark.parametrize(("start", "end"), [(0.5, 1.0), ("0:00.5", "1")])
    def test_a_part_of_it(self, video: Path, start: float | str, end: float | str) -> None:
        with analyze(video, fps=10, start=start, end=end) as results:
            assert np.unique(results.observations["frame"]).tolist() == [5, 6, 7, 8, 9]


class TestWhatIsSaid:
    def test_the_notice_once_and_quietly(
        self, video: Path, config: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (config / "notice-said").unlink()
        for expected in (list(NOTICE), []):
            caplog.clear()
            analyze(video).close()
            loud = [one for one in caplog.records if one.levelno >= logging.WARNING]
            assert [one.getMessage() for one in loud] == expected

    def test_a_recording_that_is_cut_off(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = tmp_path / "cut.mp4"
        write_video(path, 60, faststart=True)
        path.write_bytes(path.read_bytes()[:-1500])
        with analyze(path, every=1) as results:
            assert not results.info.complete
            assert results.info.message in caplog.text

    def test_progress_goes_to_who_asks(
        self, video: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        shares: list[float | None] = []
        analyze(video, progress=lambda now: shares.append(now.fraction)).close()
        assert shares[-1] == 1.0
        for quiet in (True, False):  # no terminal here
            analyze(video, progress=quiet).close()
        told = capsys.readouterr()
        assert told.out == told.err == ""

    def test_a_terminal_gets_a_bar(self, video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        written: list[str] = []
        terminal = type(
            "Terminal",
            (),
            {
                "isatty": lambda _: True,
                "write": lambda _, text: written.append(text),
                "flush": lambda _: None,
            },
        )
        monkeypatch.setattr(sys, "stderr", terminal())
        analyze(video).close()
        assert "Analysing" in "".join(written)
