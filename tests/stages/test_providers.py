from __future__ import annotations

import onnxruntime as ort
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from app.stages.providers import CPU, CUDA, problem_of


class Stuck:
    """A session that starts on CUDA and fails when it has to compute."""

    def __init__(self, *_: object, providers: list[str]) -> None:
        self._providers = providers

    def get_providers(self) -> list[str]:
        return self._providers

    def run(self, *_: object) -> object:
        raise ort_errors.Fail("no kernel image is available for execution on the device")


def test_the_cpu_computes() -> None:
    assert problem_of(CPU) == ""


def test_starting_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ort, "InferenceSession", Stuck)
    assert "no kernel image" in problem_of(CUDA)


def test_looking_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    problem_of(CUDA)
    assert capfd.readouterr() == ("", "")
