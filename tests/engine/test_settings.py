from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine import settings as module
from app.engine.settings import Settings, load_settings


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_values_are_read_and_the_rest_is_default(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "[detector]\ntile = 256\n[smoother]\n"))
    assert settings.detector.tile == 256
    assert settings.tracker == Settings().tracker


def test_defaults_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "settings_path", lambda: tmp_path / "none.toml")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[detector]\ntile = 10\n", "detector.tile"),
        ("[detector]\ntile = 'big'\n", "detector.tile"),
        ("[detector]\nsize = 3\n", "detector.size"),
        ("[detector]\nkind = 'haar'\n", "detector.kind"),
        ("[detector]\nperiod = 0\n", "detector.period"),
        ("[nonsense]\n", "nonsense"),
        ("[recognizer]\nprovider = 'tpu'\n", "recognizer.provider"),
        ("[smoother]\nmin_confidence = 2\n", "smoother.min_confidence"),
        ("schema_version = 99\n", "schema 99"),
        ("[detector\n", "no valid TOML"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_it(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_from_before_there_were_kinds_keeps_its_detector(tmp_path: Path) -> None:
    old = load_settings(write(tmp_path, "[detector]\nmodel = 'mine.tflite'\ntile = 256\n"))
    assert (old.detector.kind, old.detector.tile) == ("tiles", 256)
    new = load_settings(write(tmp_path, "[detector]\nmodel = 'mine.tflite'\nkind = 'sweep'\n"))
    assert new.detector.kind == Settings().detector.kind == "sweep"
    assert Settings.model_validate(old.model_dump(mode="json")) == old


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load_settings(tmp_path / "no.toml")


def test_settings_survive_json(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "[tracker]\nmax_gap = 3.5\n"))
    assert Settings.model_validate(settings.model_dump(mode="json")) == settings


def test_a_file_that_may_not_be_read_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "")

    def locked(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", locked)
    with pytest.raises(SettingsError, match=r"can't be read \(Permission denied\)"):
        load_settings(path)
