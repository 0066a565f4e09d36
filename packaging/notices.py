"""What a bundle is built from and under which licences: THIRD-PARTY.txt.

The list is that of the lock file, so nothing is forgotten when a dependency is added; a
distribution without a licence text and without an entry here ends the build.
"""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from av._core import library_meta
from bundle_parts import BuildError

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.txt"
_NAME = re.compile(r"LICEN[CS]E|COPYING|NOTICE|THIRD.?PARTY", re.IGNORECASE)

KNOWN: Final = {
    "flatbuffers": ("Apache-2.0", "../LICENSE"),
    "pyside6-essentials": ("LGPL-3.0-only", "licences/LGPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0-only", "licences/LGPL-3.0.txt"),
}
"""Distributions without a text of their licence: which of their licences holds, and its text."""

LICENCES: Final = {
    "ai-edge-litert": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "LicenseRef-Matplotlib",
    "onnxruntime": "MIT",
    "opencv-python-headless": "Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "defusedxml": "PSF-2.0",
}
"""What those mean whose metadata say it in words of their own (SPDX)."""

HEAD: Final = """\
What Roomread is built from
===========================

Roomread's own code is under the Apache License 2.0, its expression models (folder models) are under
CC BY-NC 4.0: see their cards. Everything below is the work of others, unchanged but for parts
left out, with its licence.

Qt and PySide6 are used under the LGPL 3. They lie beside the program as libraries of their own
({qt}), so that you may put your own build of them in their place; their source is at
https://download.qt.io/official_releases.
PyAV's wheel brings FFmpeg. That calls itself {ffmpeg}, but is linked with
x264 and x265, which are under the GPL 2 or later: we take it that whoever passes this bundle on
does so under the terms of the GPL 3, and that the licences of all other programs in it allow that;
no lawyer has looked at it. The expression models are data beside it and keep their own licence.
Sources: https://ffmpeg.org, https://code.videolan.org/videolan/x264,
https://bitbucket.org/multicoreware/x265_git, and https://github.com/PyAV-Org/pyav-ffmpeg for
PyAV's build of them. On Linux x265 is not there, and neither are SVT-AV1 and VMAF: FFmpeg finds
small stand-ins of ours that do nothing.
"""

DETECTORS: Final = """\
MediaPipe BlazeFace: face_detection_short_range.tflite, face_detection_full_range.tflite,
face_detection_back.tflite. Copyright Google LLC, Apache-2.0, unchanged.
Bazarevsky and others: BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A distribution in the bundle.

    Attributes:
        licence: SPDX expression.
        texts: of its licences and notices, by file.
    """

    name: str
    version: str
    licence: str
    texts: dict[str, str]


def locked(lock: Path = LOCK) -> list[str]:
    """Names of the distributions in a lock file, those for other systems too."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [re.split(r"[=;\s]", line)[0] for line in lines if re.match(r"[a-z]", line)]


def parts() -> list[Part]:
    """The locked distributions that are installed here, and what the bundle adds to them.

    Raises:
        BuildError: a licence is missing, or the lock file's packages are not installed.
    """
    lock = LOCK.read_text(encoding="utf-8")
    found = []
    for name in locked():
        try:
            found.append(_part(distribution(name)))
        except PackageNotFoundError:
            (line,) = re.findall(rf"^{re.escape(name)}==.*$", lock, re.MULTILINE)
            if ";" not in line:
                raise BuildError(f"{name} is not installed: install packaging/requirements.txt"
                ) from None  # fmt: skip
    found.append(_part(distribution("pyinstaller")))  # its starter is the bundle's program
    return [*found, _python()]


def write(target: Path, in_av: Mapping[str, str]) -> list[Part]:
    """Write THIRD-PARTY.txt, with PyAV's libraries and their licences; gives what is in it."""
    found = parts()
    ffmpeg = library_meta["libavcodec"]["license"]
    qt = "Roomread.app/Contents/Frameworks" if sys.platform == "darwin" else "_internal/PySide6"
    text = [HEAD.format(qt=qt, ffmpeg=ffmpeg)]
    width = max(len(one.name) + len(one.version) for one in found) + 1
    text += [f"{one.name} {one.version}".ljust(width) + f"  {one.licence}" for one in found]
    text += ["", title("MediaPipe's face detectors"), DETECTORS]
    text += [title("Libraries in PyAV's wheel")]
    text += [*(f"{name}: {licence}" for name, licence in in_av.items()), ""]
    for one in found:
        text.append(title(f"{one.name} {one.version}: {one.licence}"))
        text += [f"[{file}]\n\n{words}\n" for file, words in one.texts.items()]
    texts = {name: (HERE / path).read_text(encoding="utf-8") for name, path in (
        ("Apache License 2.0", "../LICENSE"),
        ("GNU Lesser General Public License 3", "licences/LGPL-3.0.txt"),
        ("GNU General Public License 3", "licences/GPL-3.0.txt"),
    )}  # fmt: skip
    text += [f"{title(name)}\n{words}" for name, words in texts.items()]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(text), encoding="utf-8", newline="\n")
    return found


def _part(one: Distribution) -> Part:
    name = one.metadata["Name"].lower().replace("_", "-")
    texts = {}
    for file in one.files or []:
        path = Path(str(one.locate_file(file)))
        if _NAME.search(path.name) and path.suffix not in {".py", ".pyc", ".pyi"}:
            words = path.read_text(encoding="utf-8", errors="replace").strip()
            if words and words not in texts.values():
                texts[str(file)] = words
    licence = one.metadata.get("License-Expression") or LICENCES.get(name, "")
    if not texts and name in KNOWN:
        licence, path_ = KNOWN[name]
        texts[Path(path_).name] = f"{licence}: the text is at the end of this file."
    licence = licence or _classifier(one)
    if not texts or not licence:
        lacks = "licence text" if licence else "licence"
        raise BuildError(f"{name} has no {lacks}: add it to packaging/notices.py")
    return Part(name, one.version, licence, texts)


def _classifier(one: Distribution) -> str:
    """The licence in one word, where the metadata has nothing longer."""
    said = str(one.metadata.get("License") or "")
    return (
        said if re.fullmatch(r"[A-Za-z0-9.+-]{2,20}( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", said) else ""
    )


def _python() -> Part:
    name = "LICENSE.txt"
    places = [Path(sysconfig.get_path("stdlib")) / name, Path(sys.base_prefix) / name]
    for path in places:
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            return Part("Python", sys.version.split()[0], "PSF-2.0", {name: text.strip()})
    raise BuildError(f"Python's {name} is in none of {', '.join(map(str, places))}")


def title(name: str) -> str:
    """A heading of the notice."""
    return f"{'=' * 78}\n{name}\n{'=' * 78}\n"
