from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.core.regions import Regions, save_regions
from app.engine import settings as settings_module
from app.engine.rooms import camera_room, recording_room, room_regions, rooms_folder, settings_for
from app.engine.settings import Settings

DRAWN = Regions(opt_out=(((0.1, 0.1), (0.3, 0.1), (0.3, 0.4)),))
OTHERS = Regions(look=(((0.0, 0.5), (1.0, 0.5), (1.0, 1.0)),))


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config" / "settings.toml"
    monkeypatch.setattr(settings_module, "settings_path", lambda: path)


def test_every_source_has_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = {
        recording_room(tmp_path / "a" / "lesson.mp4"),
        recording_room(tmp_path / "b" / "lesson.mp4"),
        recording_room(tmp_path / "a" / "другой урок.mp4"),
        camera_room("lesson"),
        camera_room("USB: HD/Camera #2"),
        camera_room("…"),
    }
    assert len(rooms) == 6
    assert {room.parent for room in rooms} == {rooms_folder()}
    monkeypatch.chdir(tmp_path)
    assert recording_room(Path("a/lesson.mp4")) == recording_room(tmp_path / "a" / "lesson.mp4")


def test_drawn_regions_come_before_those_of_the_settings() -> None:
    room, settings = camera_room("Front"), Settings(regions=OTHERS)
    assert room_regions(room, settings) == OTHERS
    save_regions(room, DRAWN)
    assert room_regions(room, settings) == DRAWN
    save_regions(room, Regions())
    assert room_regions(room, settings) == Regions()
    room.write_text("look = [")
    with pytest.raises(SettingsError):
        room_regions(room, settings)


def test_an_analysis_uses_what_was_drawn_and_says_so(tmp_path: Path) -> None:
    video, settings = tmp_path / "lesson.mp4", Settings()
    said: list[str] = []
    assert settings_for(video, settings, None, said.append) is settings
    assert said == []
    save_regions(recording_room(video), DRAWN)
    assert settings_for(video, settings, None, said.append).regions == DRAWN
    assert said == [f"Using the regions in {recording_room(video)}"]
    save_regions(tmp_path / "mine.toml", OTHERS)
    assert settings_for(video, settings, tmp_path / "mine.toml", said.append).regions == OTHERS
    with pytest.raises(SettingsError, match="does not exist"):
        settings_for(video, settings, tmp_path / "none.toml", said.append)
