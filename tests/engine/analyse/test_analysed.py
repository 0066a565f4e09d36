from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.core.privacy import Privacy
from app.engine.analyse.analysed import analysed_sessions, forget_sessions, list_session
from app.engine.analyse.analyze import analyze_video
from app.engine.analyse.batch import Sampling
from app.engine.settings import Settings
from tests.fakes import fake_build, write_video


def test_the_list_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "user" / "analysed.json"
    assert analysed_sessions(file) == []
    one, two = tmp_path / "a" / "session.roomread", tmp_path / "b" / "session.roomread"
    for path in (one, two, one):
        list_session(file, path)
    assert analysed_sessions(file) == [one, two]
    forget_sessions(file, [one])
    assert analysed_sessions(file) == [two]
    assert json.loads(file.read_text())["version"] == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 2, "sessions": []}', '{"version": 1}'])
def test_a_damaged_list_is_said_and_not_written_over(text: str, tmp_path: Path) -> None:
    file = tmp_path / "analysed.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match="analysed recordings"):
        list_session(file, tmp_path / "session.roomread")
    assert file.read_text() == text


def test_what_was_promised_to_be_deleted_is_listed_or_not_made(tmp_path: Path) -> None:
    write_video(tmp_path / "lesson.mp4", 5)
    file = tmp_path / "analysed.json"
    file.write_text("{")
    said: list[str] = []

    def analyze(settings: Settings) -> None:
        analyze_video(
            tmp_path / "lesson.mp4",
            tmp_path / "out",
            settings,
            Sampling(),
            say=said.append,
            build=fake_build(),
            listed=file,
        )

    with pytest.raises(SettingsError, match="analysed recordings"):
        analyze(Settings(privacy=Privacy(retention_days=30)))
    assert not (tmp_path / "out" / "session.roomread").exists()
    analyze(Settings())
    assert any("analysed recordings" in line for line in said)
