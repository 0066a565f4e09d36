"""Libraries in a bundle that are no Python distribution: their licences, in notice and bill.

Two kinds: those that PyAV's wheel carries without naming their licences, and, on Linux, those of
the build machine's system, whose packages say theirs.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import av
from bundle_parts import BuildError
from notices import Part, title

IN_AV: Final = {
    "libavcodec, libavdevice, libavfilter, libavformat, libavutil, libswresample, libswscale":
        "LGPL-2.1-or-later; here with x264 and x265",
    "libx264": "GPL-2.0-or-later",
    "libx265": "GPL-2.0-or-later",
    "libSvtAv1Enc": "BSD-3-Clause-Clear",
    "libdav1d": "BSD-2-Clause",
    "libvpx": "BSD-3-Clause",
    "libopus": "BSD-3-Clause",
    "libmp3lame": "LGPL-2.0-or-later",
    "libwebp, libwebpmux, libsharpyuv": "BSD-3-Clause",
    "libvmaf": "BSD-2-Clause-Patent",
    "libvpl": "MIT",
    "libgnutls": "LGPL-2.1-or-later",
    "libnettle, libhogweed": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "libgmp": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "libunistring": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "libasound": "LGPL-2.1-or-later",
    "libdrm": "MIT",
    "libxcb, libxcb-shm, libxcb-shape, libxcb-xfixes, libXau": "MIT",
}  # fmt: skip
_COMMON: Final = Path("/usr/share/common-licenses")


def list_of_av() -> str:
    """The libraries in PyAV's wheel with their licences, a line each.

    Raises:
        BuildError: it carries one that is not named here; looked at on Linux.
    """
    known = {name for names in IN_AV for name in names.split(", ")}
    folder = Path(str(av.__file__)).parent.parent / "av.libs"
    held = {path.name.rpartition("-")[0] for path in folder.glob("lib*-*.so*")}
    if unknown := sorted(held - known):
        raise BuildError(f"PyAV's wheel carries {', '.join(unknown)}: name it in natives.py")
    return "\n".join(f"{names}: {licence}" for names, licence in IN_AV.items())


def note_system(bundle: Path) -> None:
    """Name the build machine's libraries in the bundle's notice and bill; Linux only.

    Raises:
        BuildError: no package of this machine owns one, or says its licence.
    """
    if not sys.platform.startswith("linux"):
        return
    found = _packages(bundle / "_internal")
    folder = bundle / "_internal" / "assets" / "notices"
    text = [title("Libraries of the system that this was built on, unchanged")]
    text += [f"{one.name} {one.version}: {one.licence}" for one in found]
    for one in found:
        text += [title(f"{one.name} {one.version}"), *one.texts.values()]
    words = "\n".join(text)
    for path in sorted(_COMMON.iterdir()):
        if not path.is_symlink() and re.search(rf"common-licenses/{re.escape(path.name)}\b", words):
            text += [title(f"{_COMMON.name}/{path.name}"), path.read_text(encoding="utf-8")]
    with (folder / "THIRD-PARTY.txt").open("a", encoding="utf-8", newline="\n") as stream:
        stream.write("\n" + "\n".join(text))
    bill = json.loads((folder / "sbom.cdx.json").read_text(encoding="utf-8"))
    for one in found:
        purl = f"pkg:deb/{platform.freedesktop_os_release()['ID']}/{one.name}@{one.version}"
        bill["components"].append(
            {"type": "library", "bom-ref": purl, "name": one.name, "version": one.version,
             "purl": purl, "licenses": [{"license": {"name": one.licence}}]}
        )  # fmt: skip
    (folder / "sbom.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")


def _packages(inside: Path) -> list[Part]:
    names: dict[str, Part] = {}
    for path in sorted(inside.glob("lib*.so*")):
        # Links lead into wheels; Python's own library is Python's.
        if path.is_symlink() or path.name.startswith(("libpython", "libpyside", "libshiboken")):
            continue
        name = _owner(path.name)
        names[name] = names.get(name) or _package(name)
    return list(names.values())


def _owner(library: str) -> str:
    """The package of this machine that brings a library of the system's own folders."""
    lines = _run("dpkg-query", "--search", f"*/{library}").splitlines()
    for line in lines:
        package, _, file = line.partition(": ")
        if re.fullmatch(r"(/usr)?/lib/[\w-]+-linux-gnu/" + re.escape(library), file):
            return package.split(":")[0]
    raise BuildError(f"{library} in the bundle is of no package of this machine")


def _package(name: str) -> Part:
    copyright_ = Path("/usr/share/doc", name, "copyright")
    if not copyright_.is_file():
        raise BuildError(f"{name} has no {copyright_}: its licence is not known")
    text = copyright_.read_text(encoding="utf-8", errors="replace")
    said = sorted(set(re.findall(r"^License:[ \t]*(\S[^\n]*)$", text, re.MULTILINE)))
    version = _run("dpkg-query", "--show", "--showformat=${Version}\\n", name).split()[0]
    return Part(name, version, "; ".join(said) or "see its text", {"copyright": text})


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise BuildError(f"{command[0]} is not on this machine: build on Debian or Ubuntu"
        ) from error  # fmt: skip
    return done.stdout
