from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import platformdirs
import pytest

from app.engine.consent import consent_path, save_purpose
from app.engine.queue_file import queue_path
from app.engine.settings import Settings, save_settings, settings_path
from app.engine.user_data import UserData
from app.engine.window_state import Rect, WindowState, save_window_state, window_state_path
from tests.session.builders import write


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UserData:
    """Everything that a user may have, in a folder of its own."""
    for name in ("user_config_dir", "user_data_dir"):
        monkeypatch.setattr(platformdirs, name, lambda *_, n=name, **__: str(tmp_path / n))
    data = UserData.usual(tmp_path / "user_data_dir" / "sessions", tmp_path / "rooms")
    save_settings(Settings.model_validate({"appearance": {"theme": "dark"}}))
    save_purpose("study", "self")
    save_window_state(WindowState(Rect(0, 0, 1280, 800)), window_state_path())
    data.rooms.mkdir()
    (data.rooms / "front-camera-1234.toml").write_text("[regions]\n")
    queue_path().parent.mkdir(parents=True, exist_ok=True)
    queue_path().write_text('{"version": 1, "rows": []}')
    data.models.mkdir()
    (data.models / "face.tflite").write_bytes(b"model")
    data.sessions.mkdir()
    (data.sessions / "mine.txt").write_text("a note of the user's")
    old, young = (datetime.now(UTC) - timedelta(days=days) for days in (40, 2))
    for number, created in enumerate((old, young)):
        path = data.sessions / f"2026-01-0{number + 1}T08-00-00Z.roomread"
        write(path, [], created=created.isoformat(timespec="seconds"))
    return data


def test_it_counts_what_is_kept(data: UserData) -> None:
    amount = data.measure()
    assert (amount.sessions, amount.rooms) == (2, 1)
    assert amount.size_bytes > 1000


def test_everything_goes_but_what_is_the_users_own(data: UserData, tmp_path: Path) -> None:
    wiped = data.delete_everything()
    assert not wiped.problems
    left = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert left == ["user_data_dir/models/face.tflite", "user_data_dir/sessions/mine.txt"]
    assert wiped.left == (data.models,)
    assert wiped.deleted == 7
    for path in (settings_path(), consent_path(), window_state_path(), queue_path()):
        assert not path.exists()
    again = data.delete_everything()
    assert (again.deleted, again.problems) == (0, ())


def test_old_sessions_go_and_young_ones_stay(data: UserData) -> None:
    old, young = sorted(data.sessions.glob("*.roomread"))
    assert data.expire(365) == ([], ())
    assert data.expire(30) == ([old], ())
    assert not old.exists()
    assert young.exists()
