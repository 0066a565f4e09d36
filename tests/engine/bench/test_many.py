from __future__ import annotations

import tempfile
import threading
from pathlib import Path

import pytest

from app import cli
from app.core.errors import RoomreadError
from app.engine import settings as settings_module
from app.engine.analyse import analyze as use_case
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.throwaway import PREFIX
from app.engine.analyse.work import Tell, Work
from app.engine.bench import many as bench
from app.engine.bench.many import Throughput, bench_many, one_after_the_other
from app.engine.settings import Settings
from tests.fakes import fake_build, write_video


@pytest.fixture(autouse=True)
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "settings_path", lambda: tmp_path / "settings.toml")
    monkeypatch.setattr("app.engine.build.build_pipeline", fake_build())
    monkeypatch.setattr(use_case, "build_pipeline", fake_build())


def test_each_way_does_all_copies(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    write_video(video, 20)
    works: list[int] = []

    def other(given: list[Work], tell: Tell, stopped: threading.Event) -> None:
        works.append(len(given))
        one_after_the_other(given, tell, stopped)

    ways = {"one": one_after_the_other, "other": other}
    measured = bench_many(video, 3, ways, Settings(), Sampling.asked(), lambda _: None)
    assert [(one.way, one.recordings) for one in measured] == [("one", 3), ("other", 3)]
    assert works == [3]
    assert all(5.0 < one.recorded <= 6.0 and one.elapsed > 0 for one in measured)


def test_a_recording_that_fails_ends_it(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    ways = {"one": one_after_the_other}
    with pytest.raises(RoomreadError, match="does not exist"):
        bench_many(video, 1, ways, Settings(), Sampling.asked(), lambda _: None)
    video.write_text("x")
    with pytest.raises(RoomreadError, match="one: a-1 failed"):
        bench_many(video, 1, ways, Settings(), Sampling.asked(), lambda _: None)


def test_what_it_leaves_when_it_is_killed_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    video, temporary = tmp_path / "a.mp4", tmp_path / "tmp"
    write_video(video, 5)
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    folders: list[Path] = []

    def looking(works: list[Work], tell: Tell, stopped: threading.Event) -> None:
        folders.extend(temporary.iterdir())
        one_after_the_other(works, tell, stopped)

    bench_many(video, 1, {"one": looking}, Settings(), Sampling.asked(), lambda _: None)
    (folder,) = folders
    assert folder.name.startswith(PREFIX)  # ``remove_leftovers`` knows those
    assert not list(temporary.iterdir())


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def measured(video: Path, copies: int, ways: dict[str, object], *_: object) -> object:
        assert (video.name, copies) == ("demo.mp4", 4)
        return [Throughput(way, copies, 48.0, 12.0 / n) for n, way in enumerate(ways, 1)]

    monkeypatch.setattr(bench, "bench_many", measured)
    assert cli.main(["bench", "many", "--copies", "4", "--jobs", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "4 recordings of 12.0 s each."
    assert lines[2].split() == ["one", "process", "12.0", "4.00", "1.00"]
    assert lines[3].split() == ["--jobs", "3", "6.0", "8.00", "2.00"]
