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
from app.engine import how_to_run, tune
from app.engine.settings import RecognizerSettings
from app.engine.tune import Cost, measure, words
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
    return tune_here(settings, load=load(price))[-1].running


def test_each_thing_is_taken_that_pays() -> None:
    def price(running: Running) -> float:
        return (
            abs(running.threads - 4)
            + 2 * (not running.spinning)
            + 3 * (running.level != "extended")
            + running.arena
            + 1
        )

    found = best(RecognizerSettings(), price)
    assert found == Running("cpu", 4, spinning=True, level="extended", arena=False)
    kept = how_to_run.tuned(RecognizerSettings())
    assert kept == found


def test_what_makes_no_difference_is_left_as_it_is() -> None:
    assert best(RecognizerSettings(), lambda _: 1.0) == Running("cpu", threads=1)
    nearly = best(RecognizerSettings(), lambda running: 1.0 - 0.04 * running.spinning)
    assert nearly == Running("cpu", threads=1)


def test_filling_batches_up_is_tried_where_it_is_not_usual() -> None:
    assert best(RecognizerSettings(), lambda one: 1.0 - 0.5 * bool(one.buckets)).buckets


def test_settings_bind_it() -> None:
    asked = RecognizerSettings(threads=3, provider="cpu", half=False)
    trials = tune_here(asked, load=load(lambda running: 1.0 / running.threads))
    assert {(one.running.provider, one.running.threads) for one in trials} == {("cpu", 3)}
    assert not any(one.running.half for one in trials)


def test_a_graphics_card_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.DIRECTML, accelerators.TENSORRT)
    prices = {"cpu": 1.0, "directml": 0.2}
    trials = tune_here(RecognizerSettings(), load=load(lambda one: prices[one.provider]))
    tried = [one.running for one in trials if one.running.provider == "directml"]
    assert trials[-1].running == Running("directml", threads=1)
    usual = Running()
    assert {(one.spinning, one.level, one.arena) for one in tried} == {
        (usual.spinning, usual.level, usual.arena)
    }, "these are the processor's"
    assert {one.buckets for one in tried} == {None, False}


def test_what_does_not_work_is_in_the_table_and_not_taken() -> None:
    def price(running: Running) -> float:
        return np.nan if running.threads > 1 else 1.0

    trials = tune_here(RecognizerSettings(), load=load(price))
    assert [one.running.threads for one in trials if one.cost is None] == [2, 4, 6]
    assert trials[-1].running == Running("cpu", threads=1)


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
    trials = tune_here(RecognizerSettings())
    assert trials[-1].running.provider == ("cpu" if why else "cuda")
    assert [one.problem for one in trials if one.cost is None] == ([why] if why else [])
    asked = RecognizerSettings(provider="cuda")
    if why:
        with pytest.raises(ModelError, match="reads wrongly here"):
            tune_here(asked)
    else:
        assert tune_here(asked)[-1].running.provider == "cuda"


def test_what_was_bound_is_kept_as_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.CUDA)
    tune_here(RecognizerSettings(provider="cpu"), load=load(lambda _: 1.0))
    assert how_to_run.tuned(RecognizerSettings(provider="cpu")) is not None
    assert how_to_run.tuned(RecognizerSettings()) is None


def test_a_busy_moment_does_not_decide() -> None:
    def start(running: Running) -> Callable[[], Cost]:
        true = 0.5 if running.threads == 2 else 1.0
        first: Iterator[float] = iter([9.0] if running.threads == 2 else [])

        def cost() -> Cost:
            milliseconds = next(first, true)
            return Cost(milliseconds, milliseconds, milliseconds, milliseconds)

        return cost

    assert tune_here(RecognizerSettings(), load=start)[-1].running.threads == 2


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
    monkeypatch.setattr(tune, "RUNS", 5)
    crops = np.zeros((10, 1, 4, 4), np.float32)
    quiet = measure(Waiting(0.002, spins=False), crops)
    spinning = measure(Waiting(0.002, spins=True), crops)
    assert quiet.alone_wall >= 0.2
    assert quiet.alone_cpu < 0.15
    # The thread that calculates beside it is not the reader's cost.
    assert quiet.beside_cpu < 0.25
    assert spinning.alone_cpu > quiet.alone_cpu + 0.2


def test_it_says_what_it_does() -> None:
    assert words(Running("cpu", threads=1)) == "CPU, 1 thread"
    every = Running("cpu", 2, spinning=True, level="basic", arena=False, buckets=True)
    assert words(every) == (
        "CPU, 2 threads, waiting busily, graph rewritten less (basic), memory given back, "
        "batches filled up"
    )
    assert words(Running("cuda", 1, buckets=False)) == "CUDA, 1 thread, batches as they come"
