from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from app.core.errors import ModelError
from app.engine import choose
from app.engine.choose import LIMIT_MS, choose_recognizer
from app.engine.settings import RecognizerSettings
from app.stages.recognizer import SHIPPED_MODELS, shipped_model


class Timed:
    """Stands for a recogniser; how long a face takes is told by its folder."""

    times: ClassVar[dict[str, float]] = {}

    def __init__(self, folder: Path, provider: str, threads: int) -> None:
        self.folder, self.provider, self.threads = folder, provider, threads

    def milliseconds_a_face(self) -> float:
        return self.times[self.folder.name]


@pytest.fixture(autouse=True)
def timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "OnnxRecognizer", Timed)
    monkeypatch.setattr(choose, "SHIPPED_MODELS", ("base", "small"))


def chosen(settings: RecognizerSettings) -> Timed:
    found = choose_recognizer(settings)
    assert isinstance(found, Timed)
    return found


@pytest.mark.parametrize(("milliseconds", "expected"), [(0.9, "base"), (1.1, "small")])
def test_auto_takes_the_best_that_is_fast_enough(
    monkeypatch: pytest.MonkeyPatch, milliseconds: float, expected: str
) -> None:
    monkeypatch.setattr(Timed, "times", {"base": milliseconds * LIMIT_MS})
    assert chosen(RecognizerSettings()).folder == shipped_model(expected)


@pytest.mark.parametrize("name", SHIPPED_MODELS)
def test_a_named_one_is_not_measured(name: str) -> None:
    settings = RecognizerSettings.model_validate({"shipped": name})
    assert chosen(settings).folder == shipped_model(name)


def test_the_users_own_model_comes_first(tmp_path: Path) -> None:
    settings = RecognizerSettings(model=tmp_path, provider="cpu", threads=3, shipped="base")
    found = chosen(settings)
    assert (found.folder, found.provider, found.threads) == (tmp_path, "cpu", 3)


def test_every_shipped_model_is_there_and_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for name in SHIPPED_MODELS:
        recognizer = choose_recognizer(RecognizerSettings.model_validate({"shipped": name}))
        assert recognizer.card.name == name
        assert recognizer.milliseconds_a_face() > 0


def test_a_missing_model_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    with pytest.raises(ModelError, match="missing"):
        choose_recognizer(RecognizerSettings(model=tmp_path))
