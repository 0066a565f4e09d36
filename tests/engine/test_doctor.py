from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import onnxruntime as ort
import pytest

from app.core.errors import ModelError
from app.engine import choose, doctor, how_to_run
from app.engine.doctor import Check, examine, examine_settings
from app.engine.settings import DetectorSettings, RecognizerSettings, Settings
from app.stages import fetch, inference
from app.stages.camera import Camera
from app.stages.providers import Running
from app.stages.recognizer import shipped_model
from tests import accelerators
from tests.accelerators import Accelerators

Named = Callable[..., dict[str, list[Check]]]
Kind = Literal["sweep", "tiles", "yunet"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No other process for Qt, no camera and no fetched model of this machine."""
    done = SimpleNamespace(returncode=0, stdout="6.9.0\n", stderr="")
    monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: done)
    monkeypatch.setattr(doctor, "list_cameras", list)
    for module in (doctor, fetch):
        monkeypatch.setattr(module, "models_folder", lambda: tmp_path / "data")
        monkeypatch.setattr(module, "shipped_folder", lambda: tmp_path / "shipped")
    monkeypatch.setattr(inference, "models_folder", lambda: tmp_path / "data")
    for module in (doctor, choose, how_to_run):
        monkeypatch.setattr(module, "choice_path", lambda: tmp_path / "model.json")


@pytest.fixture
def named() -> Named:
    def look(settings: Settings | None = None) -> dict[str, list[Check]]:
        by_name: dict[str, list[Check]] = {}
        for check in examine(settings or Settings()):
            by_name.setdefault(check.name, []).append(check)
        return by_name

    return look


def test_what_is_not_ok_says_what_to_do(named: Named) -> None:
    checks = [check for group in named().values() for check in group]
    assert all(check.ok or check.advice for check in checks)
    assert all("\n" not in check.detail + check.advice for check in checks)


def test_the_model_for_live_is_measured_only_when_asked(named: Named, tmp_path: Path) -> None:
    assert "not measured yet" in named()["Model for Live"][0].detail
    assert not (tmp_path / "model.json").exists(), "looking changes nothing"
    said = {check.name: check.detail for check in examine(Settings(), measure_anew=True)}
    assert "kept in" in said["Model for Live"]
    assert named()["Model for Live"][0].detail == said["Model for Live"]
    own = Settings(recognizer=RecognizerSettings(shipped="small"))
    assert "Model for Live" not in named(own)


def test_what_was_tuned_is_not_forgotten(named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls(2026, 2, 3, 12, tzinfo=tz)

    monkeypatch.setattr(how_to_run, "datetime", Clock)
    assert "Tuned" not in named()
    how_to_run.keep_tuned(Running("cpu", threads=1, spinning=False))
    (check,) = named()["Tuned"]
    off = "`roomread doctor --tune off` forgets it"
    assert check.detail == f"processor, 1 core, measured on 2026-02-03; {off}"
    how_to_run.keep_tuned(None)
    (check,) = named()["Tuned"]
    assert check.detail == (
        f"tried on 2026-02-03, no clear difference: left as it usually is; {off}"
    )


def test_this_machine_is_named(named: Named) -> None:
    found = named()
    assert sys.executable in found["Python"][0].detail
    assert "cores" in found["Platform"][0].detail
    assert found["Video"][0].ok
    assert found["Window"][0].detail == "Qt 6.9.0"


class TestProviders:
    def test_cpu_really_computes(self, named: Named) -> None:
        assert named()["Runs on CPU"][0] == Check("Runs on CPU", True, "yes")

    def test_listed_is_not_usable(self, named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
        Accelerators(monkeypatch, accelerators.CUDA, idle=(accelerators.CUDA,))
        monkeypatch.setattr(doctor, "_has_nvidia", lambda: True)
        (check,) = named()["Runs on CUDA"]
        assert not check.ok
        assert not check.needed
        assert "does not start" in check.detail
        assert "driver" in check.advice
        settings = Settings(recognizer=RecognizerSettings(provider="cuda"))
        assert named(settings)["Runs on CUDA"][0].needed
        assert not check.absent
        monkeypatch.setattr(doctor, "_has_nvidia", lambda: False)
        (check,) = named()["Runs on CUDA"]
        assert check.ok
        assert check.absent

    def test_every_other_that_is_there_is_tried(
        self, named: Named, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        others = (accelerators.DIRECTML, accelerators.OPENVINO, accelerators.TENSORRT)
        Accelerators(monkeypatch, *others, failing=(accelerators.OPENVINO, accelerators.TENSORRT))
        found = named()
        assert found["Runs on DirectML"] == [Check("Runs on DirectML", True, "yes")]
        (broken,) = found["Runs on OpenVINO"]
        assert (broken.ok, broken.needed) == (False, False)
        assert "no kernel image" in broken.detail
        assert "Runs on CoreML" not in found
        assert "Runs on TensorRT" not in found, "it runs only where it is asked for"
        settings = Settings(recognizer=RecognizerSettings(provider="tensorrt"))
        assert named(settings)["Runs on TensorRT"][0].needed

    def test_what_was_asked_for_and_is_not_built_in(self, named: Named) -> None:
        settings = Settings(recognizer=RecognizerSettings(provider="coreml"))
        (check,) = named(settings)["Runs on CoreML"]
        assert (check.ok, check.needed) == (False, True)
        assert "recognizer.provider" in check.advice

    def test_wrong_numbers_are_not_usable(
        self, named: Named, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Wrong:
            def get_providers(self) -> list[str]:
                return ["CPUExecutionProvider"]

            def run(self, *_: Any) -> list[float]:
                return [3.5]

        def no_model(_: Any, keep: bool) -> Any:
            raise ModelError("not asked here: go on")

        monkeypatch.setattr(doctor, "choose_recognizer", no_model)
        monkeypatch.setattr(ort, "InferenceSession", lambda *_, **__: Wrong())
        (check,) = named()["Runs on CPU"]
        assert not check.ok
        assert check.needed
        assert check.detail == "computes wrong results"


class TestPackages:
    @pytest.mark.parametrize(
        ("name", "installed"),
        [
            ("OpenCV", {"opencv-contrib-python": "5.0", "opencv-python": "4.9"}),
            ("ONNX Runtime", {"onnxruntime-gpu": "1.31", "onnxruntime": "1.30"}),
        ],
    )
    def test_two_that_overwrite_each_other(
        self,
        named: Named,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        installed: dict[str, str],
    ) -> None:
        monkeypatch.setattr(doctor, "_version", installed.get)
        (check,) = named()[name]
        assert not check.ok
        first, second = installed
        assert check.advice == (
            f"only one may be installed: run `pip uninstall -y {first} {second}`, "
            f"then `pip install {first}`"
        )

    def test_here_there_is_one_of_each(self, named: Named) -> None:
        found = named()
        assert found["OpenCV"][0].ok
        assert found["ONNX Runtime"][0].ok


class TestModels:
    def test_shipped_model_with_its_checksum(self, named: Named) -> None:
        (check,) = named()["Expression model"]
        assert check.ok
        assert re.search(r"SHA-256 [0-9a-f]{12}, as it should be;", check.detail)
        assert re.search(r"ms a face here: base \d+\.\d\d, small \d+\.\d\d ", check.detail)

    def test_the_users_own_model_is_timed(self, named: Named) -> None:
        own = Settings(recognizer=RecognizerSettings(model=shipped_model("small")))
        (check,) = named(own)["Expression model"]
        assert re.search(r"ms a face here: small \d+\.\d\d \(40", check.detail)

    def test_damaged_model(self, named: Named, tmp_path: Path) -> None:
        folder = tmp_path / "model"
        folder.mkdir()
        shipped = shipped_model()
        (folder / "card.json").write_bytes((shipped / "card.json").read_bytes())
        (folder / "model.onnx").write_bytes(b"not the model")
        (check,) = named(Settings(recognizer=RecognizerSettings(model=folder)))["Expression model"]
        assert not check.ok
        assert check.needed
        assert "damaged" in check.detail
        assert check.advice

    @pytest.mark.parametrize("kind", ["sweep", "tiles", "yunet"])
    def test_face_detector_not_fetched_yet(self, named: Named, kind: Kind) -> None:
        (check,) = named(Settings(detector=DetectorSettings(kind=kind)))["Face detector"]
        assert (check.ok, check.needed, check.to_fetch) == (False, True, True)
        assert kind in check.detail
        assert check.advice == "start Roomread with the internet once, or `roomread demo`"

    @pytest.mark.parametrize("kind", ["sweep", "tiles", "yunet"])
    def test_face_detector_damaged(self, named: Named, tmp_path: Path, kind: Kind) -> None:
        (tmp_path / "data").mkdir()
        for model in doctor.MODELS[kind]:
            (tmp_path / "data" / model.name).write_bytes(b"half")
        (check,) = named(Settings(detector=DetectorSettings(kind=kind)))["Face detector"]
        assert not check.ok
        assert "is damaged" in check.detail

    def test_half_of_a_face_detector_is_none(self, named: Named, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / doctor.MODELS["sweep"][0].name).write_bytes(b"one")
        assert "not on this machine" in named()["Face detector"][0].detail

    def test_face_detector_whole(
        self, named: Named, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "data").mkdir()
        digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        models = [dataclasses.replace(m, sha256=digest) for m in doctor.MODELS["sweep"]]
        for model in models:
            (tmp_path / "data" / model.name).write_bytes(b"abc")
        monkeypatch.setitem(doctor.MODELS, "sweep", tuple(models))
        (check,) = named()["Face detector"]
        assert check.ok
        assert check.detail.count(digest[:12]) == 2
        assert digest[:13] not in check.detail
        assert "as they should be" in check.detail
        assert all(model.name in check.detail for model in models)

    def test_without_litert_tiles_do_the_work(
        self, named: Named, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doctor, "LITERT", "no_such_package")
        (check,) = named()["Face detector"]
        assert not check.ok
        assert not check.needed
        assert "ai-edge-litert" in check.detail

    def test_without_litert_and_mediapipe_nothing_does(
        self, named: Named, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doctor, "LITERT", "no_such_package")
        monkeypatch.setattr(doctor, "MEDIAPIPE", "no_such_package_either")
        (check,) = named()["Face detector"]
        assert (check.ok, check.needed) == (False, True)

    def test_tiles_without_mediapipe(self, named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "MEDIAPIPE", "no_such_package")
        (check,) = named(Settings(detector=DetectorSettings(kind="tiles")))["Face detector"]
        assert not check.ok
        assert "mediapipe" in check.detail
        assert "sweep" in check.advice
        assert "not on this machine yet" in named()["Face detector"][0].detail, "sweep needs none"

    def test_where_the_face_detector_is_from(
        self, named: Named, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        models = [dataclasses.replace(m, sha256=digest) for m in doctor.MODELS["sweep"]]
        monkeypatch.setitem(doctor.MODELS, "sweep", tuple(models))
        for folder, model in zip(("shipped", "data"), models, strict=True):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / model.name).write_bytes(b"abc")
        detail = named()["Face detector"][0].detail
        assert f"as installed in {tmp_path / 'shipped'}" in detail
        assert f"fetched into {tmp_path / 'data'}" in detail
        (tmp_path / "shipped" / models[0].name).write_bytes(b"half")
        (check,) = named()["Face detector"]
        assert not check.ok
        assert check.advice == "install Roomread again"

    def test_own_face_detector(self, named: Named, tmp_path: Path) -> None:
        path = tmp_path / "mine.tflite"
        settings = Settings(detector=DetectorSettings(model=path))
        assert "is not there" in named(settings)["Face detector"][0].detail
        path.write_bytes(b"something else")
        with pytest.raises(ModelError):
            doctor.blazeface_model(path)
        assert not named(settings)["Face detector"][0].ok
        path.write_bytes(b"\x1c\0\0\0TFL3 and so on")
        (check,) = named(settings)["Face detector"]
        assert check.ok
        assert str(path) in check.detail

    def test_own_yunet_must_load(self, named: Named, tmp_path: Path) -> None:
        path = tmp_path / "mine.onnx"
        settings = Settings(detector=DetectorSettings(kind="yunet", yunet=path))
        assert not named(settings)["Face detector"][0].ok
        path.write_bytes(b"no network")
        (check,) = named(settings)["Face detector"]
        assert not check.ok
        assert check.advice


class TestFromAnInstaller:
    """There is neither Python's command nor pip."""

    @pytest.fixture(autouse=True)
    def _bundled(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "frozen", True, raising=False)

    def test_the_window_is_tried_by_roomread_itself(
        self, named: Named, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[list[str]] = []

        def ask(command: list[str], **_: object) -> SimpleNamespace:
            asked.append(command)
            return SimpleNamespace(returncode=0, stdout="6.11.3\n", stderr="")

        monkeypatch.setattr(doctor.subprocess, "run", ask)
        assert named()["Window"][0].detail == "Qt 6.11.3"
        assert asked == [[sys.executable, "--try-window"]]

    def test_packages_without_their_metadata(
        self, named: Named, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doctor, "_version", lambda _: None)
        found = named()
        assert found["ONNX Runtime"] == [Check("ONNX Runtime", True, ort.__version__)]
        assert found["OpenCV"][0].ok

    def test_no_advice_names_pip(self, named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
        done = SimpleNamespace(returncode=1, stdout="", stderr="ImportError: broken\n")
        monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: done)
        monkeypatch.setattr(doctor.av, "codecs_available", set())
        checks = [check for group in named().values() for check in group]
        assert {"Window", "Video"} <= {check.name for check in checks if not check.ok}
        assert not [check.advice for check in checks if re.search(r"pip\b|package", check.advice)]


def test_cameras_by_name(named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
    assert named()["Camera"][0].ok
    cameras = [Camera(0, "Front", 200), Camera(2, "Room", 200)]
    monkeypatch.setattr(doctor, "list_cameras", lambda: cameras)
    details = [check.detail for check in named()["Camera"]]
    assert details == ["Front (number 0)", "Room (number 2)"]


def test_qt_without_a_system_library(named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "ImportError: libEGL.so.1: cannot open shared object file"
    done = SimpleNamespace(returncode=1, stdout="", stderr=f"Traceback\n{reason}\n")
    monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: done)
    (check,) = named()["Window"]
    assert (check.ok, check.needed, check.detail) == (False, False, reason)
    assert "libegl1" in check.advice


def test_qt_that_hangs(named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: Any, **__: Any) -> None:
        raise subprocess.TimeoutExpired("python", 60)

    monkeypatch.setattr(doctor.subprocess, "run", hang)
    assert not named()["Window"][0].ok


def test_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[detector]\ntile = 9\n")
    settings, check = examine_settings(path)
    assert settings == Settings()
    assert not check.ok
    assert "detector.tile" in check.detail
    path.write_text("[detector]\ntile = 200\n")
    settings, check = examine_settings(path)
    assert settings.detector.tile == 200
    assert check.detail == str(path)
