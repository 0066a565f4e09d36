"""Looks at this machine and says of each thing that Roomread needs: ok, or what to do."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import cv2
import onnxruntime as ort

from app.core.commands import bundled, how_to_repair, roomread
from app.core.errors import ModelError, SettingsError
from app.engine.choose import (
    FACES,
    LIMIT_MS,
    READS,
    choose_recognizer,
    keep_choice,
    kept_choice,
    measure,
    milliseconds_a_face,
)
from app.engine.detectors import LITERT
from app.engine.how_to_run import kept_tuning
from app.engine.kept_model import choice_path, chooses, for_recording
from app.engine.settings import Settings, load_settings, settings_path
from app.engine.tune import words
from app.stages.blazeface import MEDIAPIPE
from app.stages.camera import list_cameras
from app.stages.fetch import (
    DETECTORS,
    SPARSE,
    YUNET,
    Model,
    blazeface_model,
    models_folder,
    place_of,
    shipped_folder,
)
from app.stages.providers import (
    COREML,
    CPU,
    CUDA,
    DIRECTML,
    OPENVINO,
    PROVIDERS,
    TENSORRT,
    Provider,
    listed,
    problem_of,
)
from app.stages.yunet import YuNetDetector

_ONE_OF: Final = (
    (
        "OpenCV",
        cv2.__version__,
        (
            "opencv-contrib-python",
            "opencv-python",
            "opencv-python-headless",
            "opencv-contrib-python-headless",
        ),
    ),
    ("ONNX Runtime", ort.__version__, ("onnxruntime-gpu", "onnxruntime")),
)
"""Packages that write over one another's files, the first one being the one to keep, and which
version was loaded."""


_DRIVER: Final = "update the driver of the graphics card"
_NEEDS: Final = f"that ONNX Runtime {ort.__version__} asks for"
_ADVICE: Final = {
    CUDA.name: f"update the NVIDIA driver and install the CUDA and cuDNN {_NEEDS}",
    TENSORRT.name: f"install the TensorRT, CUDA and cuDNN {_NEEDS}",
    COREML.name: "update macOS",
    DIRECTML.name: _DRIVER,
    OPENVINO.name: how_to_repair("openvino"),
}
"""What to do where a provider is there and does not compute."""

MODELS: Final = {
    "sweep": (DETECTORS["short"], DETECTORS["full"]),
    "tiles": (SPARSE,),
    "yunet": (YUNET,),
}
"""What each kind of face detector needs."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report.

    Attributes:
        name: what was looked at.
        ok: nothing to do.
        detail: what was found.
        advice: what to do; empty where nothing is.
        needed: Roomread can't do its main job while this is not ok.
        absent: it is not there, and not missed; then it is ok.
        to_fetch: it is not ok because it is still to be fetched, which is no repair.
    """

    name: str
    ok: bool
    detail: str
    advice: str = ""
    needed: bool = True
    absent: bool = False
    to_fetch: bool = False


def examine(settings: Settings, measure_anew: bool = False) -> list[Check]:
    """Look at everything but the settings file; takes seconds and fetches nothing.

    It changes nothing either, but with ``measure_anew`` for which model Live reads with.
    """
    return [
        _python(),
        Check("Platform", True, f"{platform.platform()}, {os.cpu_count() or 1} cores"),
        *_packages(),
        *_providers(settings),
        _expression_model(settings),
        *_model_of_live(settings, measure_anew),
        *_tuned(settings),
        _face_detector(settings),
        _video(),
        *_cameras(),
        _window(),
    ]


def examine_settings(path: Path | None = None) -> tuple[Settings, Check]:
    """The settings, or the defaults and what is wrong with the file."""
    try:
        settings = load_settings(path)
    except SettingsError as error:
        return Settings(), Check("Settings", False, str(error), "correct or remove the file")
    path = path or settings_path()
    return settings, Check("Settings", True, str(path) if path.is_file() else "defaults")


def _python() -> Check:
    text = f"{platform.python_implementation()} {platform.python_version()}, {sys.executable}"
    if bundled():
        text = f"{platform.python_version()}, in {sys.executable}"
    fine = sys.version_info >= (3, 11)
    return Check("Python", fine, text, "" if fine else "install Python 3.11 or newer")


def _packages() -> Iterator[Check]:
    for name, loaded, rivals in _ONE_OF:
        found = [(rival, version) for rival in rivals if (version := _version(rival))]
        text = ", ".join(f"{rival} {version}" for rival, version in found) or loaded
        if len(found) > 1:
            every = " ".join(rival for rival, _ in found)
            advice = (
                f"only one may be installed: run `pip uninstall -y {every}`, "
                f"then `pip install {found[0][0]}`"
            )
            yield Check(name, False, text, advice)
        else:
            yield Check(name, True, text)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _providers(settings: Settings) -> Iterator[Check]:
    """The CPU must work, the others may: each has to start and compute."""
    problem = problem_of(CPU)
    yield Check(
        "Runs on CPU",
        not problem,
        problem or "yes",
        "install Roomread again" if problem else "",
    )
    asked = settings.recognizer.provider
    for one in PROVIDERS:
        if one != CPU and (one.name in (CUDA.name, asked) or (one.auto and one in listed())):
            yield _provider(one, one.name == asked)


def _provider(one: Provider, asked: bool) -> Check:
    """Whether a provider computes; it must only where it was ``asked`` for."""
    name = f"Runs on {one.title}"
    if one not in listed():
        advice = "install a build of ONNX Runtime that has it, or set recognizer.provider to auto"
        said = "no, this build of ONNX Runtime is without it"
        return Check(name, not asked, said, advice if asked else "", absent=not asked)
    problem = problem_of(one)
    if not problem:
        return Check(name, True, "yes")
    if one == CUDA and not asked and not _has_nvidia():
        return Check(name, True, "no NVIDIA graphics card: the CPU does the work", absent=True)
    advice = _ADVICE[one.name]
    advice += ", or set recognizer.provider to auto" if asked else "; until then the CPU does it"
    return Check(name, False, f"no: {problem}", advice, needed=asked)


def _has_nvidia() -> bool:
    return Path("/proc/driver/nvidia/version").exists() or any(
        (Path(folder) / name).exists()
        for folder in os.get_exec_path()
        for name in ("nvidia-smi", "nvidia-smi.exe")
    )


def _expression_model(settings: Settings) -> Check:
    try:
        recognizer = choose_recognizer(for_recording(settings).recognizer, keep=False)
        times = milliseconds_a_face(settings.recognizer, recognizer)
    except ModelError as error:
        what, _, advice = str(error).rpartition(": ")
        return Check("Expression model", False, what, advice)
    card = recognizer.card
    speeds = ", ".join(f"{name} {time:.2f}" for name, time in times.items())
    text = (
        f"{card.name} {card.version} on {recognizer.provider}, SHA-256 {_short(card.sha256)}, as "
        f"it should be; ms a face here: {speeds} ({FACES} faces {READS} times a second need "
        f"{LIMIT_MS:g} or less; the setting recognizer.shipped chooses)"
    )
    return Check("Expression model", True, text)


def _model_of_live(settings: Settings, anew: bool) -> Iterator[Check]:
    """Which model is kept for cameras, where the choice is the app's."""
    name, chosen = "Model for Live", settings.recognizer
    if not chooses(chosen):
        return
    try:
        if anew:
            keep_choice(measure(chosen), chosen)
        kept = kept_choice(chosen)
    except ModelError:
        return  # the check of the model has said it
    except SettingsError as error:
        what, _, advice = str(error).rpartition(": ")
        yield Check(name, False, what, advice, needed=False)
        return
    if kept is None:
        text = "not measured yet: that happens once, at the first start of a camera"
        yield Check(name, True, text, absent=True)
    else:
        times = ", ".join(f"{one} {time:.2f} ms a face" for one, time in kept.milliseconds.items())
        text = (
            f"{kept.model}, as measured once on this computer ({times}) and kept in "
            f"{choice_path()}; `{roomread('doctor', '--measure')}` measures anew; recordings are "
            f"always read with {for_recording(settings).recognizer.shipped}"
        )
        yield Check(name, True, text)


def _tuned(settings: Settings) -> Iterator[Check]:
    """What was found by tuning, which is easily forgotten."""
    kept = kept_tuning(settings.recognizer)
    if kept is None:
        return
    day = f" on {kept.day}" if kept.day else ""
    if kept.running is None:
        text = f"tried{day}, no clear difference: left as it usually is"
    else:
        text = f"{words(kept.running)}, measured{day}"
    yield Check("Tuned", True, f"{text}; `{roomread('doctor', '--tune', 'off')}` forgets it")


def _short(sha256: str) -> str:
    """Enough of a checksum to tell two files apart."""
    return sha256[:12]


def _face_detector(settings: Settings) -> Check:
    name, chosen = "Face detector", settings.detector
    own = {"tiles": chosen.model, "yunet": chosen.yunet}.get(chosen.kind)
    if own is not None:
        return _own_face_detector(name, chosen.kind, own)
    problem = _without_its_package(name, chosen.kind)
    if problem is not None:
        return problem
    kept = [(place_of(model), model) for model in MODELS[chosen.kind]]
    if not all(path.is_file() for path, _ in kept):
        advice = f"start Roomread with the internet once, or `{roomread('demo')}`"
        text = f"{chosen.kind}: not on this machine yet, it is fetched on first use"
        return Check(name, False, text, advice, to_fetch=True)
    for path, model in kept:
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            return Check(name, False, f"{path}: {error.strerror}", "check its permissions")
        if found != model.sha256:
            shipped = path.parent == shipped_folder()
            fetch = f"connect to the internet and run `{roomread('demo')}`: it is fetched again"
            advice = "install Roomread again" if shipped else fetch
            return Check(name, False, f"{path} is damaged", advice)
    return Check(name, True, f"{chosen.kind}: {_where(kept)}; as they should be")


def _where(kept: Sequence[tuple[Path, Model]]) -> str:
    """The files of a detector with their checksums, and where they are from."""
    origins = {shipped_folder(): "as installed in", models_folder(): "fetched into"}
    by_folder: dict[Path, list[str]] = {}
    for path, model in kept:
        by_folder.setdefault(path.parent, []).append(
            f"{path.name} (SHA-256 {_short(model.sha256)})"
        )
    return "; ".join(
        f"{' and '.join(files)}, {origins.get(folder, 'in')} {folder}"
        for folder, files in by_folder.items()
    )


def _without_its_package(name: str, kind: str) -> Check | None:
    """What is the matter where a kind of detector lacks the package that runs it."""
    lacks = {one for one in (LITERT, MEDIAPIPE) if importlib.util.find_spec(one) is None}
    if kind == "sweep" and LITERT in lacks:
        tiles = MEDIAPIPE not in lacks
        instead = "tiles do the work, slower" if tiles else "and nothing else can find faces"
        text = f"sweep: the package ai-edge-litert is missing; {instead}"
        return Check(name, False, text, "install Roomread again", needed=not tiles)
    if kind == "tiles" and MEDIAPIPE in lacks:
        text = "tiles: this Roomread is without the package mediapipe, which they need"
        return Check(name, False, text, "set detector.kind to sweep")
    return None


def _own_face_detector(name: str, kind: str, path: Path) -> Check:
    """A model file that the user named: it must load."""
    try:
        if kind == "yunet":
            YuNetDetector(path).close()
        else:
            blazeface_model(path)
        found = hashlib.sha256(path.expanduser().read_bytes()).hexdigest()
    except OSError as error:
        return Check(name, False, f"{path}: {error.strerror}", "check the path and its permissions")
    except ModelError as error:
        what, _, advice = str(error).rpartition(": ")
        return Check(name, False, what, advice)
    return Check(name, True, f"{kind}, your own model {path}, SHA-256 {_short(found)}")


def _video() -> Check:
    decoders = {"h264", "hevc", "vp9", "av1", "mjpeg"}
    missing = sorted(decoders - av.codecs_available)
    text = f"PyAV {av.__version__}" + (f", can't read {', '.join(missing)}" if missing else "")
    fine = "h264" not in missing
    return Check("Video", fine, text, "" if fine else how_to_repair("av"))


def _cameras() -> list[Check]:
    cameras = list_cameras()
    if not cameras:
        return [Check("Camera", True, "none found; recordings work without one", absent=True)]
    return [Check("Camera", True, f"{one.name} (number {one.index})") for one in cameras]


def _window() -> Check:
    """Whether Qt loads with all its system libraries; asked of another process, as only the
    window may import Qt."""
    command = [sys.executable, "-c", "from PySide6 import QtWidgets, __version__ as v; print(v)"]
    if bundled():  # there is no Python to ask
        command = [sys.executable, "--try-window"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("Window", False, f"Qt can't be tried: {error}", "try again", needed=False)
    if done.returncode == 0:
        return Check("Window", True, f"Qt {done.stdout.strip()}")
    reason = (done.stderr.strip().splitlines() or ["Qt does not load"])[-1]
    advice = how_to_repair("PySide6-Essentials")
    if ".so" in reason:
        advice = "install the missing system library (on Debian and Ubuntu: libegl1 libgl1)"
    advice += f"; `{roomread('analyze')}` works without the window"
    return Check("Window", False, reason, advice, needed=False)
