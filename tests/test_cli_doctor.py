from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.engine import doctor
from app.engine import settings as settings_module
from app.engine.doctor import Check

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
