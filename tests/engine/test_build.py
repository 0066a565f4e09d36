from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.core.errors import ModelError
from app.engine import build
from app.engine.settings import (
    DetectorSettings,
    RecognizerSettings,
    Settings,
    SmootherSettings,
    TrackerSettings,
)
from app.stages.camera_motion import CameraMotion
from app.stages.colour_cue import ColourCue
from app.stages.providers import Running
from tests.fakes import CARD, FakeDetector, FakeRecognizer, FakeSmoother, FakeTracker

Calls = dict[str, tuple[tuple[Any, ...], dict[str, Any]]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What each stage was made with."""
    made: Calls = {}

    class Recognizer(FakeRecognizer):
        card = CARD

    for name, stage in (
        ("choose_recognizer", Recognizer()),
        ("build_detector", FakeDetector()),
        ("ByteTracker", FakeTracker()),
        ("ExpressionSmoother", FakeSmoother()),
    ):

        def make(*args: Any, _name: str = name, _stage: Any = stage, **keywords: Any) -> Any:
            made[_name] = (args, keywords)
            return _stage

        monkeypatch.setattr(build, name, make)
    return made


def test_every_setting_reaches_its_stage(calls: Calls) -> None:
    settings = Settings(
        detector=DetectorSettings(model=Path("mine"), tile=200, overlap=0.3, min_score=0.4),
        tracker=TrackerSettings(high_score=0.7, max_gap=3.0),
        recognizer=RecognizerSettings(model=Path("folder"), provider="cpu", threads=3),
        smoother=SmootherSettings(
            time_constant=1.0,
            min_face_width=14.0,
            min_sharpness=2.0,
            min_confidence=0.5,
            max_yaw=50.0,
            min_exposure=0.3,
        ),
    )
    said: list[str] = []
    built = build.build_pipeline(settings, said.append)
    assert calls["choose_recognizer"] == ((settings.recognizer,), {})
    assert calls["build_detector"] == ((settings.detector, said.append), {})
    given = calls["ByteTracker"][1]
    assert (given["high_score"], given["max_gap"]) == (0.7, 3.0)
    assert isinstance(given["motion"], CameraMotion)
    assert isinstance(given["cue"], ColourCue)
    assert calls["ExpressionSmoother"] == (
        (1.0, 14.0, 2.0, 0.5),
        {"max_yaw": 50.0, "min_exposure": 0.3},
    )
    assert (built.provider, built.card) == ("CPU", CARD)
    assert said == ["Reading expressions with model fake 1 on CPU"]


def test_pictures_are_looked_for_unless_switched_off(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr(build, "PictureFilter", lambda tracker: made.append(tracker) or tracker)
    build.build_pipeline(Settings(tracker=TrackerSettings(pictures=False)), lambda _: None)
    assert made == []
    build.build_pipeline(Settings(), lambda _: None)
    assert [type(one) for one in made] == [FakeTracker]


def test_the_card_says_when_to_say_cant_tell(calls: Calls) -> None:
    build.build_pipeline(Settings(), lambda _: None)
    assert calls["ExpressionSmoother"][0][3] == CARD.min_confidence


def test_a_missing_model_is_said_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_: Any) -> None:
        raise AssertionError("fetched")

    monkeypatch.setattr(build, "build_detector", fetch)
    settings = Settings(recognizer=RecognizerSettings(model=tmp_path))
    with pytest.raises(ModelError, match="missing"):
        build.build_pipeline(settings, lambda _: None)


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 2), (64, 4)])
def test_a_recording_is_read_on_half_of_the_cores(
    cores: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "tuned", lambda _: None)
    monkeypatch.setattr(build, "usable_cores", lambda: cores)
    assert build.share_cores(Settings()).recognizer.threads == threads
    chosen = Settings(recognizer=RecognizerSettings(threads=3))
    assert build.share_cores(chosen) == chosen


def test_or_on_as_many_threads_as_tuning_found_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "tuned", lambda _: Running(threads=7))
    assert build.share_cores(Settings()).recognizer.threads == 7
