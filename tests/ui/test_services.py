from __future__ import annotations

import pytest

from app.core import machine
from app.engine import build
from app.engine.settings import RecognizerSettings, Settings
from app.ui.services import Services


@pytest.mark.parametrize(("chosen", "threads"), [(0, 1), (3, 3)])
def test_live_shares_two_cores_between_following_and_reading(
    monkeypatch: pytest.MonkeyPatch, chosen: int, threads: int
) -> None:
    built: list[Settings] = []
    monkeypatch.setenv(machine.SHARE, "2")
    monkeypatch.setattr(build, "build_pipeline", lambda settings, say: built.append(settings))
    Services().build(Settings(recognizer=RecognizerSettings(threads=chosen)), print)
    assert [one.recognizer.threads for one in built] == [threads]
