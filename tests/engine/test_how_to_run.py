from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine import how_to_run as module
from app.engine.how_to_run import (
    forget_tuned,
    how_to_run,
    keep_tuned,
    kept_tuning,
    tuned,
)
from app.engine.kept_model import Choice, Tuned, load_choice, save_choice
from app.engine.settings import RecognizerSettings
from app.stages import inference
from app.stages.providers import Running
from app.stages.recognizer import OnnxRecognizer
from tests import accelerators
from tests.accelerators import Accelerators

AUTO = RecognizerSettings()


class Timed(OnnxRecognizer):
    """Reads; how long a face takes is told by what it runs on."""

    times: ClassVar[dict[str, float]] = {}
    measured: ClassVar[list[str]] = []

    def milliseconds_a_face(self, batch: int = 16) -> float:
        name = self.provider.removesuffix(" (16 bits)")
        self.measured.append(name)
        return self.times[name]


@pytest.fixture(autouse=True)
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(inference, "models_folder", lambda: tmp_path / "models")
    monkeypatch.setattr(module, "OnnxRecognizer", Timed)
    monkeypatch.setattr(Timed, "measured", [])
    times = {"CPU": 1.0, "CUDA": 0.1, "DirectML": 0.2, "OpenVINO": 0.9, "TensorRT": 0.01}
    monkeypatch.setattr(Timed, "times", times)
    path = tmp_path / "model.json"
    monkeypatch.setattr(module, "choice_path", lambda: path)
    return path


def test_where_there_is_only_a_cpu_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    Accelerators(monkeypatch)
    assert how_to_run(AUTO) == Running("cpu")
    assert Timed.measured == []
    assert not file.exists()


def test_the_first_that_is_faster_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.OPENVINO, accelerators.DIRECTML, accelerators.CUDA)
    assert how_to_run(AUTO).provider == "cuda"
    assert Timed.measured == ["CPU", "CUDA"], "those behind it need not be measured"


def test_tensorrt_must_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.TENSORRT)
    assert how_to_run(AUTO).provider == "cpu"
    assert how_to_run(RecognizerSettings(provider="tensorrt")).provider == "tensorrt"
    assert Timed.measured == []


def test_working_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Timed.times, "CUDA", 1.5)
    Accelerators(monkeypatch, accelerators.CUDA, accelerators.OPENVINO)
    assert how_to_run(AUTO).provider == "openvino"
    monkeypatch.setitem(Timed.times, "OpenVINO", 1.0)
    assert how_to_run(RecognizerSettings(threads=1)).provider == "cpu"


@pytest.mark.parametrize("trouble", ["idle", "failing", "wrong"])
def test_what_does_not_work_or_reads_wrongly_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    cuda = {trouble: (accelerators.CUDA,)}
    Accelerators(monkeypatch, accelerators.CUDA, accelerators.DIRECTML, **cuda)
    assert how_to_run(AUTO).provider == "directml"


@pytest.mark.parametrize("readings", [np.nan, np.inf, 0.0])
def test_a_quick_one_must_read_what_the_processor_reads(
    monkeypatch: pytest.MonkeyPatch, readings: float
) -> None:
    class Nonsense(Timed):
        def read(self, crops: NDArray[np.float32]) -> NDArray[np.float32]:
            found = super().read(crops)
            return np.full_like(found, readings) if self.provider.startswith("CUDA") else found

    monkeypatch.setattr(module, "OnnxRecognizer", Nonsense)
    Accelerators(monkeypatch, accelerators.CUDA)
    assert how_to_run(AUTO).provider == "cpu"


def test_it_is_measured_once(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    Accelerators(monkeypatch, accelerators.CUDA)
    assert how_to_run(AUTO, keep=False).provider == "cuda"
    assert not file.exists()
    how_to_run(AUTO)
    monkeypatch.setitem(Timed.times, "CUDA", 9.0)  # a busy moment
    Timed.measured.clear()
    assert how_to_run(AUTO).provider == "cuda"
    assert Timed.measured == []


@pytest.mark.parametrize("change", ["onnxruntime", "processor", "gone", "another", "damage"])
def test_and_anew_when_what_it_holds_for_changes(
    monkeypatch: pytest.MonkeyPatch, file: Path, change: str
) -> None:
    runtime = Accelerators(monkeypatch, accelerators.CUDA)
    how_to_run(AUTO)
    monkeypatch.setitem(Timed.times, "CUDA", 9.0)
    if change == "onnxruntime":
        monkeypatch.setattr(module.ort, "__version__", "99")
    elif change == "processor":
        monkeypatch.setattr(module, "processor", lambda: "another")
    elif change == "gone":
        runtime.idle.add(accelerators.CUDA)
    elif change == "another":
        runtime.listed = (accelerators.CUDA, accelerators.DIRECTML)
    else:
        file.write_text(json.dumps({"fastest": {"provider": "tpu"}}))
    assert how_to_run(AUTO).provider == ("directml" if change == "another" else "cpu")


def test_settings_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.CUDA)
    asked = RecognizerSettings(provider="cpu", threads=3, half=False)
    assert how_to_run(asked) == Running("cpu", threads=3, half=False)
    assert Timed.measured == []


class TestTuned:
    found = Running("cpu", threads=2, spinning=True, level="extended", arena=False)

    def test_it_is_used_from_then_on(self) -> None:
        keep_tuned(self.found)
        assert how_to_run(AUTO) == self.found
        threads = RecognizerSettings(threads=1)
        assert how_to_run(threads).threads == 1
        assert how_to_run(threads).spinning

    def test_what_a_setting_bound_ends_with_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Accelerators(monkeypatch, accelerators.CUDA)
        asked = RecognizerSettings(provider="cpu", threads=2)
        keep_tuned(self.found, settings=asked)
        assert how_to_run(asked) == self.found
        assert tuned(RecognizerSettings(provider="cpu")) is None
        assert how_to_run(AUTO) == Running("cuda"), "it is free to choose again"

    def test_what_nothing_bound_holds_for_whoever_asks_for_the_same(self) -> None:
        keep_tuned(self.found, settings=AUTO)
        assert how_to_run(RecognizerSettings(provider="cpu")) == self.found

    def test_another_computer_with_the_same_home(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keep_tuned(self.found)
        monkeypatch.setattr(module, "processor", lambda: "another")
        assert tuned(AUTO) is None

    def test_another_provider_is_not_tuned(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keep_tuned(self.found)
        assert how_to_run(RecognizerSettings(provider="cuda")) == Running("cuda")

    def test_the_day_is_kept(self) -> None:
        assert kept_tuning(AUTO) is None
        before = date.today()
        keep_tuned(self.found)
        kept = kept_tuning(AUTO)
        assert kept is not None
        assert kept.running == self.found
        assert before <= date.fromisoformat(kept.day) <= date.today()

    def test_what_was_tuned_before_days_were_kept(self, file: Path) -> None:
        keep_tuned(self.found)
        kept = json.loads(file.read_text())
        del kept["tuned"]["day"]
        file.write_text(json.dumps(kept))
        assert kept_tuning(AUTO) == Tuned(self.found, "")

    def test_nothing_better_was_found(self) -> None:
        keep_tuned(self.found)
        keep_tuned(None)
        assert tuned(AUTO) is None
        assert how_to_run(AUTO) == Running("cpu")
        kept = kept_tuning(AUTO)
        assert kept is not None, "that it was tried is known"
        assert kept.running is None

    def test_it_is_forgotten(self, file: Path) -> None:
        forget_tuned()
        assert not file.exists()
        choice = Choice("small", {"base": 2.0})
        save_choice(choice, file, {"roomread": "1"})
        before = file.stat().st_mtime_ns
        assert not forget_tuned()
        assert file.stat().st_mtime_ns == before, "nothing was tuned, nothing is written"
        keep_tuned(self.found)
        assert load_choice(file, {"roomread": "1"}) == choice, "the rest of the file stays"
        assert forget_tuned()
        assert tuned(AUTO) is None
        assert load_choice(file, {"roomread": "1"}) == choice

    @pytest.mark.parametrize(
        "damage", [{"threads": "many"}, {"provider": "tpu"}, {"level": "most"}]
    )
    def test_damage_is_passed_over(self, file: Path, damage: dict[str, str]) -> None:
        keep_tuned(self.found)
        kept = json.loads(file.read_text())
        kept["tuned"]["running"] |= damage
        file.write_text(json.dumps(kept))
        assert tuned(AUTO) is None

    def test_other_cores_and_a_card_that_is_gone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        runtime = Accelerators(monkeypatch, accelerators.CUDA)
        keep_tuned(Running("cuda", threads=1))
        assert how_to_run(AUTO) == Running("cuda", threads=1)
        runtime.idle.add(accelerators.CUDA)
        assert how_to_run(AUTO) == Running("cpu")
        runtime.idle.clear()
        monkeypatch.setattr(module, "usable_cores", lambda: 99)
        assert tuned(AUTO) is None
