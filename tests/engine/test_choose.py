from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from app.core.card import SHIPPED_MODELS
from app.core.errors import ModelError
from app.engine import choose, how_to_run
from app.engine.choose import LIMIT_MS, choose_recognizer, kept_choice, measure
from app.engine.kept_model import for_recording
from app.engine.settings import RecognizerSettings, Settings
from app.stages.providers import Running
from app.stages.recognizer import shipped_model


class Timed:
    """Stands for a recogniser; how long a face takes is told by its folder."""

    times: ClassVar[dict[str, float]] = {}
    busy: ClassVar[list[float]] = []  # runs during which the computer does something else
    measured: ClassVar[list[str]] = []

    def __init__(self, folder: Path, running: Running) -> None:
        self.folder, self.running = folder, running

    def milliseconds_a_face(self) -> float:
        self.measured.append(self.folder.name)
        return self.busy.pop() if self.busy else self.times[self.folder.name]


@pytest.fixture(autouse=True)
def timed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in (choose, how_to_run):
        monkeypatch.setattr(module, "choice_path", lambda: tmp_path / "user" / "model.json")
    monkeypatch.setattr(choose, "PAUSE_S", 0.0)
    monkeypatch.setattr(Timed, "measured", [])
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


def test_a_busy_moment_does_not_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Timed, "times", {"base": 0.9 * LIMIT_MS})
    monkeypatch.setattr(Timed, "busy", [9 * LIMIT_MS, 3 * LIMIT_MS])
    assert chosen(RecognizerSettings()).folder == shipped_model("base")


def test_what_was_measured_once_holds_however_busy_the_computer_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Timed, "times", {"base": 0.9 * LIMIT_MS})
    chosen(RecognizerSettings())
    monkeypatch.setattr(Timed, "times", {"base": 9 * LIMIT_MS})
    assert chosen(RecognizerSettings()).folder == shipped_model("base")
    assert Timed.measured == ["base"]
    kept = kept_choice(RecognizerSettings())
    assert kept is not None
    assert kept.milliseconds == {"base": 0.9 * LIMIT_MS}


def test_nothing_is_kept_where_nothing_shall_be(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def running(_settings: object, _file: object, keep: bool = True) -> Running:
        asked.append(keep)
        return Running()

    monkeypatch.setattr(choose, "how_to_run", running)
    monkeypatch.setattr(Timed, "times", {"base": 0.9 * LIMIT_MS})
    choose_recognizer(RecognizerSettings(), keep=False)
    assert Timed.measured == ["base"]
    assert not choose.choice_path().exists()
    assert not any(asked)


@pytest.mark.parametrize("change", ["roomread", "processor", "threads", "tuned", "damage"])
def test_it_is_measured_anew_when_what_it_holds_for_changes(
    monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(Timed, "times", {"base": 0.9 * LIMIT_MS})
    chosen(RecognizerSettings())
    monkeypatch.setattr(Timed, "times", {"base": 9 * LIMIT_MS})
    if change == "roomread":
        monkeypatch.setattr(choose, "__version__", "99")
    elif change == "processor":
        monkeypatch.setattr(choose, "processor", lambda: "another")
    elif change == "damage":
        choose.choice_path().write_text("[]")
    elif change == "tuned":
        how_to_run.keep_tuned(Running(threads=2))
    settings = RecognizerSettings(threads=2 if change == "threads" else 0)
    assert chosen(settings).folder == shipped_model("small")


def test_where_it_can_not_be_kept_it_is_measured_and_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "user").touch()  # a file where the folder goes
    monkeypatch.setattr(Timed, "times", {"base": 9 * LIMIT_MS})
    assert chosen(RecognizerSettings()).folder == shipped_model("small")
    assert measure(RecognizerSettings()).model == "small"


def test_a_recording_is_read_by_the_most_accurate_one(tmp_path: Path) -> None:
    assert for_recording(Settings()).recognizer.shipped == SHIPPED_MODELS[0]
    for own in (RecognizerSettings(shipped="small"), RecognizerSettings(model=tmp_path)):
        settings = Settings(recognizer=own)
        assert for_recording(settings) == settings


@pytest.mark.parametrize("name", SHIPPED_MODELS)
def test_a_named_one_is_not_measured(name: str) -> None:
    settings = RecognizerSettings.model_validate({"shipped": name})
    assert chosen(settings).folder == shipped_model(name)


def test_the_users_own_model_comes_first(tmp_path: Path) -> None:
    settings = RecognizerSettings(model=tmp_path, provider="cpu", threads=3, shipped="base")
    found = chosen(settings)
    assert (found.folder, found.running) == (tmp_path, Running("cpu", threads=3))


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


class Picky(Timed):
    """Runs on nothing but the processor."""

    def __init__(self, folder: Path, running: Running) -> None:
        if running.provider != "cpu":
            raise ModelError("CUDA was asked for but does not work here")
        super().__init__(folder, running)


def test_a_model_that_the_fastest_can_not_run_is_read_by_the_cpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(choose, "OnnxRecognizer", Picky)
    monkeypatch.setattr(choose, "how_to_run", lambda *_, **__: Running("cuda", threads=2))
    settings = RecognizerSettings(model=tmp_path)
    assert chosen(settings).running == Running("cpu", threads=2)
    with pytest.raises(ModelError, match="asked for"):
        choose_recognizer(settings.model_copy(update={"provider": "cuda"}))
