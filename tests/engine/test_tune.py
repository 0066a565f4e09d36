from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from app.core.errors import ModelError
from app.engine import how_to_run, running_cost, tune
from app.engine.kept_model import Fastest
from app.engine.running_cost import Cost, Gain, measure
from app.engine.settings import RecognizerSettings
from app.engine.tune import reason, words
from app.engine.tune import tune as tune_here
from app.stages import inference
from app.stages.providers import Running
from tests import accelerators
from tests.accelerators import Accelerators

Price = Callable[[Running], float]


@pytest.fixture(autouse=True)
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(inference, "models_folder", lambda: tmp_path / "models")
    monkeypatch.setattr(tune, "usable_cores", lambda: 6)
    monkeypatch.setattr(tune, "others_work", lambda: False)
    monkeypatch.setattr(how_to_run, "quickest", lambda *_: Fastest("cpu", {}))
    path = tmp_path / "model.json"
    monkeypatch.setattr(how_to_run, "choice_path", lambda: path)
    return path


def load(price: Price) -> Callable[[Running], Callable[[], Cost]]:
    """Ways of running that cost what ``price`` says; NaN: it does not work."""

    def start(running: Running) -> Callable[[], Cost]:
        milliseconds = price(running)
        if np.isnan(milliseconds):
            raise ModelError("does not work")
        return lambda: Cost(milliseconds, milliseconds, milliseconds, milliseconds)

    return start


def best(settings: RecognizerSettings, price: Price) -> Running:
    return tune_here(settings, load=load(price)).best.running


def test_each_thing_is_taken_that_pays() -> None:
    def price(running: Running) -> float:
        return (
            abs(running.threads - 4)
            + 2 * (not running.spinning)
            + 3 * (running.level != "extended")
            + running.arena
            + 1
        )

    tuning = tune_here(RecognizerSettings(), load=load(price))
    found = Running("cpu", 4, spinning=True, level="extended", arena=False)
    assert tuning.found == tuning.best.running == found
    assert tuning.usual.running == Running("cpu", threads=6)
    assert tuning.gain is not None
    assert tuning.gain.share == pytest.approx(1 - 1 / 9)
    assert "the answer comes soonest beside other work" in reason(tuning)
    assert "89% less than usual" in reason(tuning)


def test_tuning_itself_keeps_nothing(file: Path) -> None:
    tune_here(RecognizerSettings(), load=load(lambda one: one.threads))
    assert not file.exists()


@pytest.mark.parametrize("saving", [0.0, 0.04, 0.09])
def test_what_makes_little_difference_is_left_as_it_is(saving: float) -> None:
    def price(running: Running) -> float:
        return 1.0 - saving * (running.threads == 1)

    tuning = tune_here(RecognizerSettings(), load=load(price))
    assert tuning.best.running == how_to_run.usual(RecognizerSettings(threads=6))
    assert tuning.found is None
    assert reason(tuning).startswith("No clear difference: left as it usually is (processor, 6")


class Clock:
    """Time that passes only when somebody reads or waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def read(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds

    def thread_time(self) -> float:
        return 0.0


class Jittery:
    """Takes ``milliseconds``, each batch more or less so, and now and then much more."""

    def __init__(self, clock: Clock, milliseconds: float, chance: np.random.Generator) -> None:
        self._clock, self._milliseconds, self._chance = clock, milliseconds, chance
        self._busy = 1.0

    def settle(self) -> None:
        """How busy the computer is for the next round."""
        self._busy = self._chance.lognormal(0.0, 0.15) * (
            5.0 if self._chance.random() < 0.05 else 1
        )

    def read(self, _crops: object, /) -> None:
        self._clock.pass_(self._busy * self._milliseconds / 1000)


def tuned_with_noise(monkeypatch: pytest.MonkeyPatch, price: Price, seed: int) -> Running | None:
    """What is found on a computer whose times vary, by a clock of its own."""
    clock, chance = Clock(), np.random.default_rng(seed)
    monkeypatch.setattr(
        running_cost,
        "time",
        SimpleNamespace(
            perf_counter=clock.read,
            process_time=clock.read,
            sleep=lambda _: None,
            thread_time=clock.thread_time,
        ),
    )

    def start(running: Running) -> Callable[[], Cost]:
        reader = Jittery(clock, price(running), chance)

        def cost() -> Cost:
            reader.settle()
            return measure(reader, np.zeros((10, 1, 4, 4), np.float32))

        return cost

    return tune_here(RecognizerSettings(), load=start).found


def test_chance_chooses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [tuned_with_noise(monkeypatch, lambda _: 8.0, seed) for seed in range(60)]
    assert sum(one is not None for one in found) <= 1


def test_a_true_gain_is_found_through_the_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    def price(running: Running) -> float:
        return 3.0 if running.threads == 2 else 8.0

    found = [tuned_with_noise(monkeypatch, price, seed) for seed in range(30)]
    assert sum(one == Running("cpu", threads=2) for one in found) >= 29
    assert {*found} <= {Running("cpu", threads=2), None}, "never this once and that once"


def test_noise_is_how_far_the_rounds_lie_apart_but_for_one() -> None:
    def costs(*scores: float) -> list[Cost]:
        return [Cost(1, 1, score / 2, score / 2) for score in scores]

    usual = costs(10, 10, 10, 10, 10)
    busy_once = Gain.over(usual, costs(8, 8.1, 7.9, 90, 8))
    assert (busy_once.share, busy_once.noise) == pytest.approx((0.19, 0.02), abs=0.011)
    assert busy_once.clear
    assert not Gain.over(usual, costs(8, 12, 5, 9, 13)).clear, "as often worse as better"
    assert not Gain.over(usual, costs(9.2, 9.2, 9.2, 9.2, 9.2)).clear, "not worth a change"


def test_other_programs_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter([False, True])
    monkeypatch.setattr(tune, "others_work", lambda: next(asked))
    assert tune_here(RecognizerSettings(), load=load(lambda _: 1.0)).busy


def test_filling_batches_up_is_tried_where_it_is_not_usual() -> None:
    assert best(RecognizerSettings(), lambda one: 1.0 - 0.5 * bool(one.buckets)).buckets


def test_settings_bind_it() -> None:
    asked = RecognizerSettings(threads=3, provider="cpu", half=False)
    trials = tune_here(asked, load=load(lambda running: 1.0 / running.threads)).trials
    assert {(one.running.provider, one.running.threads) for one in trials} == {("cpu", 3)}
    assert not any(one.running.half for one in trials)


def test_a_graphics_card_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.DIRECTML, accelerators.TENSORRT)
    prices = {"cpu": 1.0, "directml": 0.2}
    tuning = tune_here(RecognizerSettings(), load=load(lambda one: prices[one.provider]))
    tried = [one.running for one in tuning.trials if one.running.provider == "directml"]
    assert tuning.found == Running("directml", threads=6)
    usual = Running()
    assert {(one.spinning, one.level, one.arena) for one in tried} == {
        (usual.spinning, usual.level, usual.arena)
    }, "these are the processor's"
    assert {one.buckets for one in tried} == {None, False}


def test_the_processor_is_tried_where_a_card_is_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.CUDA)
    monkeypatch.setattr(how_to_run, "quickest", lambda *_: Fastest("cuda", {}))
    prices = {"cpu": 0.5, "cuda": 1.0}
    tuning = tune_here(RecognizerSettings(), load=load(lambda one: prices[one.provider]))
    assert tuning.usual.running.provider == "cuda"
    assert tuning.best.running.provider == "cpu"


def test_what_does_not_work_is_in_the_table_and_not_taken() -> None:
    def price(running: Running) -> float:
        return np.nan if running.threads < 6 else 1.0

    tuning = tune_here(RecognizerSettings(), load=load(price))
    assert [one.running.threads for one in tuning.trials if one.cost is None] == [1, 2, 4]
    assert tuning.found is None


class Reads:
    """Stands for a recogniser; what it reads is told by its provider."""

    wrong: ClassVar[dict[str, float]] = {}

    def __init__(self, _folder: Path, running: Running) -> None:
        self.card = SimpleNamespace(input_size=4)
        self._share = self.wrong.get(running.provider, 0.0)

    def read(self, crops: np.ndarray) -> np.ndarray:
        """All on the first expression, but for a share on the second."""
        row = np.array([1 - self._share, self._share, 0, 0, 0, 0, 0, 0], np.float32)
        return np.tile(row, (len(crops), 1))


@pytest.mark.parametrize(
    ("share", "why"),
    [
        (np.nan, "reads wrongly here (not numbers, 30% may be)"),
        (1.0, "reads wrongly here (100% apart, 30% may be)"),
        (0.1, ""),
    ],
)
def test_a_quick_one_must_read_what_the_processor_reads(
    monkeypatch: pytest.MonkeyPatch, share: float, why: str
) -> None:
    def quick(reader: Reads, _crops: object) -> Cost:
        return Cost(*[0.1 if reader._share else 1.0] * 4)

    Accelerators(monkeypatch, accelerators.CUDA)
    monkeypatch.setattr(Reads, "wrong", {"cuda": share})
    monkeypatch.setattr(tune, "OnnxRecognizer", Reads)
    monkeypatch.setattr(tune, "measure", quick)
    tuning = tune_here(RecognizerSettings())
    assert tuning.best.running.provider == ("cpu" if why else "cuda")
    assert [one.problem for one in tuning.trials if one.cost is None] == ([why] if why else [])
    asked = RecognizerSettings(provider="cuda")
    if why:
        with pytest.raises(ModelError, match="reads wrongly here"):
            tune_here(asked)
    else:
        assert tune_here(asked).best.running.provider == "cuda"


def test_a_busy_moment_does_not_decide() -> None:
    def start(running: Running) -> Callable[[], Cost]:
        true = 0.5 if running.threads == 2 else 1.0
        first: Iterator[float] = iter([true, true, 9.0] if running.threads == 2 else [])

        def cost() -> Cost:
            milliseconds = next(first, true)
            return Cost(milliseconds, milliseconds, milliseconds, milliseconds)

        return cost

    assert tune_here(RecognizerSettings(), load=start).best.running.threads == 2


def test_no_model_no_tuning(tmp_path: Path, file: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        tune_here(RecognizerSettings(model=tmp_path))
    assert not file.exists()


class Waiting:
    """Reads in no processor time, and leaves a thread that waits busily, as a pool does."""

    def __init__(self, seconds: float, spins: bool) -> None:
        self._seconds, self._spins = seconds, spins

    def read(self, crops: object, /) -> None:
        time.sleep(self._seconds)
        if self._spins:
            thread = threading.Thread(target=self._spin)
            thread.start()

    def _spin(self) -> None:
        end = time.thread_time() + 0.004
        while time.thread_time() < end:
            pass


def test_what_waits_busily_between_batches_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_cost, "RUNS", 5)
    crops = np.zeros((10, 1, 4, 4), np.float32)
    quiet = measure(Waiting(0.002, spins=False), crops)
    spinning = measure(Waiting(0.002, spins=True), crops)
    assert quiet.alone_wall >= 0.2
    assert quiet.alone_cpu < 0.15
    # The thread that calculates beside it is not the reader's cost.
    assert quiet.beside_cpu < 0.25
    assert spinning.alone_cpu > quiet.alone_cpu + 0.2


def test_it_says_what_it_does() -> None:
    assert words(Running("cpu", threads=1)) == "processor, 1 core"
    every = Running("cpu", 2, spinning=True, level="basic", arena=False, buckets=True)
    assert words(every) == (
        "processor, 2 cores, kept awake in pauses, model simplified hardly, memory given back, "
        "groups of faces filled up"
    )
    assert words(Running("cuda", 1, buckets=False)) == (
        "NVIDIA graphics card (CUDA), 1 core, groups of faces as they come"
    )
