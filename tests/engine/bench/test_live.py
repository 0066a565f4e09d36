from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.core.errors import SettingsError, SourceError
from app.engine.bench import live
from app.engine.bench.film import crowd_film
from app.engine.bench.live import Asked, beforehand, bench_live, with_choices, with_its_model
from app.engine.bench.live_case import LiveCase, LiveFigures
from app.engine.settings import RecognizerSettings, Settings
from tests.engine.bench import crowds
from tests.engine.bench.live_runs import figures

SIZES = ((320, 180), (400, 300))


@pytest.fixture(autouse=True)
def short_films(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "cast_of", lambda *_: crowds.cast())
    monkeypatch.setattr(live, "crowd_film", partial(crowd_film, length=0.1))


def run(case: LiveCase) -> LiveFigures:
    assert case.film.path.stat().st_size == case.film.ends[-1]
    assert (case.seconds, case.warm_up) == (7.0, 5.0)
    return figures(case.film.faces, case.film.size)


def test_every_case_and_nothing_is_left() -> None:
    films: list[Path] = []

    def noting(case: LiveCase) -> LiveFigures:
        films.append(case.film.path)
        return run(case)

    said: list[str] = []
    told: list[tuple[str, float]] = []
    found = bench_live(
        Asked(Path("v.mp4"), (2, 4), SIZES, 7.0), Settings(), noting, said.append,
        lambda *given: told.append(given),
    )  # fmt: skip
    assert [(one.size, one.faces) for one in found] == [
        (SIZES[0], 2), (SIZES[0], 4), (SIZES[1], 2), (SIZES[1], 4),
    ]  # fmt: skip
    assert said[0] == "Case 1 of 4: 2 faces in 320 x 180 ..."
    assert said[-1] == "Case 4 of 4: 4 faces in 400 x 300 ..."
    assert told == [("Measured", share) for share in (0.25, 0.5, 0.75, 1.0)]
    assert not any(path.exists() for path in films)


def test_a_case_without_room_is_refused_before_the_first_one() -> None:
    with pytest.raises(SourceError, match="200 faces have no room"):
        bench_live(
            Asked(Path("v.mp4"), (2, 200), SIZES[:1], 7.0), Settings(),
            lambda case: pytest.fail("was measured"), print, print,
        )  # fmt: skip


def test_how_long_it_takes_is_said() -> None:
    hd = ((1920, 1080),)
    assert beforehand(Asked(Path("v"), (10,), hd, 3600.0)).startswith("1 case of 3600 s, together ")
    assert "about 61 minutes" in beforehand(Asked(Path("v"), (10, 20), hd, 1800.0))
    assert "about 1 minute," in beforehand(Asked(Path("v"), (), (), 1.0))


def test_a_video_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sizes: list[tuple[int, int] | None] = []

    def as_is(video, settings, size, path, say):
        sizes.append(size)
        return crowds.film(path.parent, length=0.1)

    monkeypatch.setattr(live, "clip_film", as_is)
    for given in ((), SIZES):
        bench_live(Asked(Path("v.mp4"), (), given, 7.0), Settings(), run, print, print)
    assert sizes == [None, *SIZES]


def test_choices_on_the_way() -> None:
    mine = Settings(recognizer=RecognizerSettings(shipped="small"))
    assert with_choices(mine, None, None) == mine
    chosen = with_choices(mine, "cpu", 0.4)
    assert (chosen.recognizer.provider, chosen.live.share) == ("cpu", 0.4)
    assert chosen.recognizer.shipped == "small"
    with pytest.raises(SettingsError, match=r"recognizer\.provider.*--provider"):
        with_choices(mine, "abacus", None)


def test_all_cases_are_read_by_the_model_that_live_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[RecognizerSettings] = []

    def choose(settings: RecognizerSettings) -> object:
        asked.append(settings)
        return SimpleNamespace(card=SimpleNamespace(name="small"))

    monkeypatch.setattr(live, "choose_recognizer", choose)
    assert with_its_model(Settings()).recognizer == RecognizerSettings(shipped="small")
    assert asked[0].threads > 0  # as Live runs it
    named = Settings(recognizer=RecognizerSettings(shipped="base"))
    assert with_its_model(named) == named
    assert len(asked) == 1
