from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app import cli
from app.core.errors import SettingsError
from app.engine import doctor, how_to_run, kept_model, tune
from app.engine import settings as settings_module
from app.engine.doctor import Check
from app.engine.running_cost import Cost, Gain
from app.engine.settings import RecognizerSettings
from app.engine.tune import Trial, Tuning
from app.stages.providers import Running
from tests.conftest import ROOT

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


def test_what_is_still_to_be_fetched_is_no_repair_and_not_all_well(
    monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    advice = "start Roomread with the internet once, or `roomread demo`"
    detector = Check("Face detector", False, "not on this machine yet", advice, to_fetch=True)
    find(monkeypatch, detector)
    assert cli.main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("!!  Face detector")
    assert lines[-1] == (
        f"Roomread can do its work here once the face detector is fetched: {advice}."
    )
    find(monkeypatch, detector, Check("Video", False, "no FFmpeg", "install it"))
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "Needs repair: Video"


def test_what_is_not_there_and_not_missed_is_neither_good_nor_bad(
    monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    find(monkeypatch, Check("Runs on CUDA", True, "no NVIDIA graphics card", absent=True))
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "--  Runs on CUDA  no NVIDIA graphics card"


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        (["doctor", "off"], "usage: roomread doctor [-h]"),
        (["bench", "live", "--bogus"], "usage: roomread bench live [-h]"),
        (["session", "info", "a.roomread", "b"], "usage: roomread session info [-h]"),
    ],
)
def test_a_command_says_itself_what_it_does_not_know(
    words: list[str], usage: str, capsys: Out
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(usage)
    assert f"unrecognized arguments: {words[-1]}" in said


USUAL = Trial(Running("cpu", 1), Cost(0.8, 0.8, 0.9, 1.6))
BETTER = Trial(Running("cpu", threads=2), Cost(0.7, 0.5, 0.7, 0.9))
BROKEN = Trial(Running("cuda", 1), None, "reads wrongly")


class Tuned:
    """Stands for the tuning; keeps what doctor measures anew."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self.result = Tuning([USUAL, BETTER, BROKEN], BETTER, Gain(0.36, 0.05), False)
        self.tried = 0
        self.anew: list[bool] = []
        self.file = tmp_path / "config" / "model.json"
        monkeypatch.setattr(tune, "tune", self._tune)
        monkeypatch.setattr(doctor, "examine", self._examine)
        for module in (kept_model, how_to_run):
            monkeypatch.setattr(module, "choice_path", lambda: self.file)

    def _tune(self, _settings: object, say: Callable[[str], None]) -> Tuning:
        self.tried += 1
        say("trying: processor, 2 cores")
        return self.result

    def _examine(self, _settings: object, anew: bool) -> list[Check]:
        self.anew.append(anew)
        return [Check("Video", True, "PyAV 18")]


@pytest.fixture
def tuned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tuned:
    return Tuned(monkeypatch, tmp_path)


def test_tuning_shows_what_it_tried_and_how_to_undo_it(tuned: Tuned, capsys: Out) -> None:
    assert cli.main(["doctor", "--tune"]) == 0
    said = capsys.readouterr()
    assert said.err == "trying: processor, 2 cores …\n"
    lines = said.out.splitlines()
    assert lines[2].split() == ["alone", "beside", "other", "work"]
    assert lines[3].split() == ["processor", "answer"] * 2
    assert lines[4].split()[-4:] == ["0.70", "0.50", "0.70", "0.90"]
    assert lines[4].startswith("* processor, 2 cores  "), "the chosen one is the first"
    assert lines[5].startswith("  processor, 1 core (as usual)  ")
    assert lines[6].startswith("  NVIDIA graphics card (CUDA), 1 core")
    assert lines[6].endswith("reads wrongly")
    assert lines[3].index("answer") + len("answer") == lines[4].index("0.50") + 4
    assert lines[7] == (
        "Chosen: processor, 2 cores. There the answer comes soonest beside other work, and "
        "processor time and waiting together are 36% less than usual."
    )
    assert "model.json" in lines[8]
    assert "`roomread doctor --tune off` forgets it." in lines[8]
    assert tuned.anew == [True], "which model is fast enough is measured anew"
    kept = how_to_run.kept_tuning(RecognizerSettings())
    assert kept is not None
    assert kept.running == BETTER.running


def test_a_busy_computer_is_warned_of(tuned: Tuned, capsys: Out) -> None:
    cli.main(["doctor", "--tune"])
    assert "Don't rely on this" not in capsys.readouterr().out
    tuned.result = replace(tuned.result, busy=True)
    cli.main(["doctor", "--tune"])
    assert "Don't rely on this: other work took half" in capsys.readouterr().out


def test_no_clear_difference(tuned: Tuned, capsys: Out) -> None:
    cli.main(["doctor", "--tune"])
    tuned.result = Tuning([USUAL, BETTER], USUAL, None, False)
    capsys.readouterr()
    assert cli.main(["doctor", "--tune"]) == 0
    said = capsys.readouterr().out
    assert "* processor, 1 core (as usual)" in said
    assert "No clear difference: left as it usually is (processor, 1 core)." in said
    assert how_to_run.tuned(RecognizerSettings()) is None, "what was found before is not kept"


def test_what_can_not_be_kept_is_not_measured(tuned: Tuned, capsys: Out) -> None:
    tuned.file.parent.write_text("a file in the folder's place")
    assert cli.main(["doctor", "--tune"]) == 1
    said = capsys.readouterr()
    assert tuned.tried == 0
    assert "not kept, because" in said.err
    assert f"{tuned.file.parent} is a file and should be a folder" in said.err
    assert "permission" not in said.err
    assert "ok  Video" in said.out, "the rest of the report is there"
    assert tuned.anew == [False]


def test_what_was_measured_is_shown_though_it_can_not_be_kept(
    tuned: Tuned, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise SettingsError("what tuning found can't be kept: make room on the disk")

    monkeypatch.setattr(how_to_run, "keep_tuned", full)
    assert cli.main(["doctor", "--tune"]) == 1
    said = capsys.readouterr()
    assert "* processor, 2 cores" in said.out
    assert "ok  Video" in said.out
    assert "not kept, because what tuning found can't be kept: make room" in said.err
    assert tuned.anew == [False]


def test_what_was_tuned_is_forgotten(tuned: Tuned, capsys: Out) -> None:
    how_to_run.keep_tuned(BETTER.running)
    assert cli.main(["doctor", "--tune", "off"]) == 0
    assert "forgotten" in capsys.readouterr().out
    assert how_to_run.kept_tuning(RecognizerSettings()) is None
    assert tuned.anew == [True]


def test_where_nothing_was_tuned_nothing_is_measured_nor_written(tuned: Tuned, capsys: Out) -> None:
    assert cli.main(["doctor", "--tune", "off"]) == 0
    assert "Nothing is tuned here" in capsys.readouterr().out
    assert tuned.anew == [False]
    assert not tuned.file.parent.exists()


def test_tuning_knows_two_words() -> None:
    with pytest.raises(SystemExit):
        cli.main(["doctor", "--tune", "maybe"])


@pytest.mark.parametrize("kind", ["sweep", "tiles"])
def test_it_writes_nothing_into_the_users_folders(tmp_path: Path, kind: str) -> None:
    """MediaPipe brings Matplotlib along, which makes folders where it is imported."""
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[detector]\nkind = "{kind}"\n')
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import sys; from app.cli import main\n"
        f"main(['doctor', '--settings', {str(settings)!r}])\n"
        "print(sorted({'matplotlib', 'mediapipe'} & set(sys.modules)))\n"
    )
    own = {name: path for name, path in os.environ.items() if not name.startswith(("XDG_", "MPL"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
        env={**own, "HOME": str(home), "USERPROFILE": str(home), "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert list(home.iterdir()) == []
