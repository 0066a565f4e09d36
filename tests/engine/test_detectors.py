from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import ModelError
from app.engine import detectors
from app.engine.detectors import build_detector
from app.engine.settings import DetectorSettings
from app.stages import blazeface, litert

Made = dict[str, tuple[tuple[Any, ...], dict[str, Any]]]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """What each detector was made with; no model is fetched nor loaded."""
    calls: Made = {}
    stand_ins: dict[str, Any] = {
        "BlazeFaceDetector": "tiles",
        "SweepDetector": "sweep",
        "YuNetDetector": "yunet",
        "blazeface_model": Path("sparse"),
        "yunet_model": Path("net"),
        "detector_models": {"short": Path("s"), "full": Path("f")},
    }
    for name, result in stand_ins.items():

        def make(*args: Any, _name: str = name, _result: Any = result, **keywords: Any) -> Any:
            calls[_name] = (args, keywords)
            return _result

        monkeypatch.setattr(detectors, name, make)
    monkeypatch.setattr(litert, "BlazeFaceNet", lambda path, kind, _threads: (path, kind))
    return calls


def test_sweep_is_the_default(made: Made) -> None:
    said: list[str] = []
    built: object = build_detector(DetectorSettings(period=1.5, min_score=0.4), said.append)
    assert built == "sweep"
    assert made["detector_models"][0][1] == ("short", "full")
    assert made["SweepDetector"] == (
        ((Path("s"), "short"), (Path("f"), "full")),
        {"period": 1.5, "min_score": 0.4},
    )
    assert not said


def test_tiles(made: Made) -> None:
    wanted = DetectorSettings(kind="tiles", model=Path("mine"), tile=200, overlap=0.3)
    built: object = build_detector(wanted, print)
    assert built == "tiles"
    assert made["blazeface_model"][0] == (Path("mine"), print)
    assert made["BlazeFaceDetector"] == (
        (Path("sparse"),),
        {"tile": 200, "overlap": 0.3, "min_score": 0.45},
    )
    assert "detector_models" not in made


@pytest.mark.parametrize("own", [None, Path("mine")])
def test_yunet(made: Made, own: Path | None) -> None:
    built: object = build_detector(DetectorSettings(kind="yunet", yunet=own), print)
    assert built == "yunet"
    assert made["YuNetDetector"] == ((own or Path("net"),), {"min_score": 0.45, "say": print})


def test_tiles_do_the_work_where_the_sweeps_models_cant_be_had(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: Any) -> None:
        raise ModelError("the models can't be fetched: connect to the internet once")

    monkeypatch.setattr(detectors, "detector_models", offline)
    said: list[str] = []
    built: object = build_detector(DetectorSettings(), said.append)
    assert built == "tiles"
    assert len(said) == 1
    assert "tile by tile" in said[0]
    assert "connect" in said[0]


def test_tiles_do_the_work_without_litert(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detectors, "LITERT", "no_such_package")
    said: list[str] = []
    built: object = build_detector(DetectorSettings(), said.append)
    assert built == "tiles"
    assert "detector_models" not in made
    assert "ai-edge-litert" in said[0]


@pytest.fixture
def no_mediapipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blazeface, "MEDIAPIPE", "no_such_package")
    monkeypatch.setattr(detectors, "MEDIAPIPE", "no_such_package")


@pytest.mark.usefixtures("no_mediapipe")
class TestWithoutMediapipe:
    def test_sweep_does_not_need_it(self, made: Made) -> None:
        assert str(build_detector(DetectorSettings(), print)) == "sweep"

    def test_tiles_say_what_to_choose(self, made: Made) -> None:
        with pytest.raises(ModelError, match=r"set detector\.kind to sweep") as caught:
            build_detector(DetectorSettings(kind="tiles"), print)
        assert "mediapipe" in str(caught.value)
        assert "blazeface_model" not in made, "nothing is fetched for what can't run"

    def test_no_tiles_instead_of_the_sweep(
        self, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(detectors, "LITERT", "no_such_package")
        said: list[str] = []
        with pytest.raises(ModelError, match=r"ai-edge-litert.*mediapipe") as caught:
            build_detector(DetectorSettings(), said.append)
        assert "\n" not in str(caught.value)
        assert not said, "nothing takes longer, nothing works"

    def test_the_detector_itself_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="mediapipe"):
            blazeface.BlazeFaceDetector(tmp_path / "any", 224, 0.2, 0.45)


def test_both_reasons_are_said_where_tiles_fail_too(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: Any) -> None:
        raise ModelError("the models can't be fetched")

    def broken(*_: Any) -> None:
        raise ModelError("the model is damaged")

    monkeypatch.setattr(detectors, "detector_models", offline)
    monkeypatch.setattr(detectors, "blazeface_model", broken)
    with pytest.raises(ModelError, match=r"can't be fetched.*is damaged"):
        build_detector(DetectorSettings(), lambda _: None)


BLOCKED = """
import sys
sys.modules["mediapipe"] = None
import app.cli, app.engine.build, app.engine.doctor, app.engine.analyse.analyze
import app.engine.bench.detect, app.ui.app
"""


def test_nothing_else_imports_mediapipe() -> None:
    done = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_the_models_of_the_sweep_really_load() -> None:
    detector = build_detector(DetectorSettings(), lambda _: None)
    assert isinstance(detector, detectors.SweepDetector)
    detector.close()
