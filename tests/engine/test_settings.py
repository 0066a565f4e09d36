from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.core.privacy import FaceCover, Privacy
from app.core.regions import Regions
from app.engine import settings as module
from app.engine.settings import Appearance, Settings, load_settings, save_settings


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
        ("[nonsense]\n", "nonsense: there is no such setting; there are detector, tracker, "),
        ("[smother]\n", "settings.toml: smother: there is no such setting; did you mean smoother?"),
        (
            "[tracker]\nmaxgap = 3\n",
            "tracker.maxgap: there is no such setting; did you",
        ),
        ("[tracker]\ntile = 3\n", "did you mean detector.tile?"),
        ("class_only = true\n", "did you mean privacy.class_only?"),
        (
            "[privacy]\nclassonly = true\n",
            "did you mean privacy.class_only?",
        ),
        ("[regions]\noptout = []\n", "regions"),
        ("[recognizer]\nprovider = 'tpu'\n", "recognizer.provider"),
        ("[smoother]\nmin_confidence = 2\n", "smoother.min_confidence"),
        ("schema_version = 99\n", "made by a newer Roomread"),
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


def test_what_is_saved_is_loaded_and_comments_stay(tmp_path: Path) -> None:
    path = write(tmp_path, "# mine\n[detector]\nperiod = 1.5  # twice as quick\nmin_score = 0.5\n")
    loaded = load_settings(path)
    changed = loaded.model_copy(
        update={
            "privacy": Privacy(class_only=True, faces=FaceCover.BLUR, retention_days=30),
            "detector": loaded.detector.model_copy(update={"min_score": 0.45}),
            "appearance": Appearance(theme="dark"),
        }
    )
    save_settings(changed, path)
    assert load_settings(path) == changed
    text = path.read_text()
    assert "# mine" in text
    assert "# twice as quick" in text
    assert "min_score" not in text
    assert "tracker" not in text
    save_settings(Settings(), path)
    assert load_settings(path) == Settings()


def test_settings_of_version_1_load_and_are_saved_as_version_2(tmp_path: Path) -> None:
    path = write(tmp_path, "schema_version = 1\n[tracker]\nhigh_score = 0.7\n")
    loaded = load_settings(path)
    assert loaded.tracker.high_score == 0.7
    save_settings(loaded, path)
    assert "schema_version = 2" in path.read_text()
    assert load_settings(path) == loaded


def test_regions_and_paths_are_saved_too(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.toml"
    seat = ((0.1, 0.1), (0.2, 0.1), (0.2, 0.3))
    settings = Settings(regions=Regions(opt_out=(seat,)))
    save_settings(settings, path)
    assert load_settings(path).regions == settings.regions


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    path = write(tmp_path, "[detector\n")
    with pytest.raises(SettingsError, match="no valid TOML"):
        save_settings(Settings(), path)
    assert path.read_text() == "[detector\n"


@pytest.mark.parametrize("text", ["[privacy]\nmin_group = 1\n", "[privacy]\nface = 'blur'\n"])
def test_wrong_privacy_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="privacy"):
        load_settings(write(tmp_path, text))
