from __future__ import annotations

from pathlib import Path

import pytest

from app.engine import settings as settings_module
from app.engine.consent import save_purpose
from app.engine.notice import NOTICE, say_notice


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings_module, "settings_path", lambda: tmp_path / "c" / "settings.toml")
    return tmp_path / "c"


def said() -> tuple[str, ...]:
    lines: list[str] = []
    say_notice(lines.append)
    return tuple(lines)


def test_it_is_said_once() -> None:
    assert said() == NOTICE
    assert said() == ()


def test_not_to_who_agreed_in_the_window() -> None:
    save_purpose("study", "ethics")
    assert said() == ()


def test_a_folder_that_can_not_be_written_stops_nobody(config: Path) -> None:
    config.write_text("")
    assert said() == NOTICE
