from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine.door import Responsible, door_path, keep_responsible, load_responsible
from app.engine.settings import settings_path


def test_what_was_typed_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "door.json"
    assert load_responsible(path) == Responsible()
    ada = Responsible("Ada Ott, Grundschule Süd", "Raum 12")
    keep_responsible(ada, path)
    assert load_responsible(path) == ada


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "Ada"}', "null"])
def test_a_damaged_file_is_as_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "door.json"
    path.write_text(text)
    assert load_responsible(path) == Responsible()


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="name and contact can't be kept"):
        keep_responsible(Responsible("Ada"), tmp_path / "file" / "door.json")


def test_it_lies_beside_the_settings() -> None:
    assert door_path().parent == settings_path().parent
