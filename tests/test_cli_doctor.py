from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import cli
from app.engine import doctor, how_to_run, tune
from app.engine import settings as settings_module
from app.engine.doctor import Check
from app.engine.tune import Cost, Trial
from app.stages.providers import Running

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "settings_path", lambda: tmp_path / "settings.toml")


def find(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    monkeypatch.setattr(doctor, "examine", lambda _settings, _measure: list(checks))


def test_all_well(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    camera = Check("Camera", False, "none", "plug one in", needed=False)
    find(monkeypatch, Check("Video", True, "PyAV 18"), camera)
    assert cli.main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "ok  Settings  defaults"
    assert lines[2] == "ok  Video     PyAV 18"
    assert lines[3] == "--  Camera    none"
    assert lines[4].strip() == "→ plug one in"


def test_broken(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    find(monkeypatch, Check("Video", False, "no FFmpeg", "install it"))
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "!!  Video     no FFmpeg" in said
    assert "Needs repair: Video" in said


def test_broken_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "settings.toml").write_text("[detector\n")
    find(monkeypatch)
    assert cli.main(["doctor"]) == 1
    assert "no valid TOML" in capsys.readouterr().out


COST = Cost(0.8, 0.8, 0.9, 1.6)


def test_tuning_shows_what_it_tried_and_how_to_undo_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    best = Running("cpu", threads=2)
    trials = [
        Trial(Running("cpu", 1), COST),
        Trial(Running("cuda", 1), None, "reads wrongly"),
        Trial(best, COST),
    ]

    def tuned(_settings: object, say: Callable[[str], None]) -> list[Trial]:
        say("trying CPU, 2 threads")
        return trials

    monkeypatch.setattr(tune, "tune", tuned)
    asked: list[bool] = []
    monkeypatch.setattr(doctor, "examine", lambda _settings, anew: asked.append(anew) or [])
    assert cli.main(["doctor", "--tune"]) == 0
    said = capsys.readouterr()
    assert said.err == "trying CPU, 2 threads …\n"
    lines = said.out.splitlines()
    assert lines[3].split() == ["CPU,", "1", "thread", "0.80", "0.80", "0.90", "1.60"]
    assert lines[4] == "  CUDA, 1 thread   reads wrongly"
    assert lines[5].startswith("* CPU, 2 threads")
    assert "model.json" in lines[6]
    assert "used from now on: CPU, 2 threads. `roomread doctor --tune off` forgets it." in lines[6]
    assert asked == [True], "which model is fast enough is measured anew"


def test_what_was_tuned_is_forgotten(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    find(monkeypatch)
    kept: list[object] = []
    monkeypatch.setattr(how_to_run, "keep_tuned", kept.append)
    assert cli.main(["doctor", "--tune", "off"]) == 0
    assert kept == [None]
    assert "forgotten" in capsys.readouterr().out


def test_tuning_knows_two_words() -> None:
    with pytest.raises(SystemExit):
        cli.main(["doctor", "--tune", "maybe"])
