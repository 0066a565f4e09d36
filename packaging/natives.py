"""Libraries in a bundle that are no Python distribution: their licences, in notice and bill.

Two kinds: those that PyAV's wheel carries without naming their licences, and, on Linux, those of
the build machine's system, whose packages say theirs. What other wheels carry (OpenBLAS, libtiff)
is named in their own licence texts, and in the bill as a part of them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import av
import encoders
import slim
from av._core import library_meta
from bundle_parts import BuildError
from notices import Part, title

_LGPL_OR_GPL: Final = "LGPL-3.0-or-later OR GPL-2.0-or-later"
_GCC: Final = "GPL-3.0-or-later WITH GCC-exception-3.1"
IN_AV: Final = {
    "GPL-3.0-or-later":
        ("libavcodec", "libavdevice", "libavfilter", "libavformat", "libavutil", "libswresample",
         "libswscale"),
    "GPL-2.0-or-later": ("libx264", "libx265"),
    "BSD-3-Clause-Clear": ("libSvtAv1Enc",),
    "BSD-2-Clause": ("libdav1d",),
    "BSD-3-Clause": ("libvpx", "libopus", "libwebp", "libwebpmux", "libsharpyuv"),
    "BSD-2-Clause-Patent": ("libvmaf",),
    "LGPL-2.0-or-later": ("libmp3lame",),
    "LGPL-2.1-or-later": ("libgnutls", "libasound", "libiconv"),
    _LGPL_OR_GPL: ("libnettle", "libhogweed", "libgmp", "libunistring"),
    "MIT": ("libvpl", "libdrm", "libxcb", "libxcb-shm", "libxcb-shape", "libxcb-xfixes", "libXau"),
    "MIT AND BSD-3-Clause": ("libwinpthread",),
    _GCC: ("libgcc_s_seh", "libstdc++"),
    "Zlib": ("libzlib1",),
}  # fmt: skip
"""Libraries in PyAV's wheels by licence. FFmpeg's own say that they are ``FFMPEG``; built with x264
and x265, as here, all of it is under the GPL 3 or later."""
FFMPEG: Final = "LGPL version 3 or later"
_COMMON: Final = Path("/usr/share/common-licenses")


def libraries_of_av() -> dict[str, str]:
    """The libraries in PyAV's wheel that go into the bundle, with their licences.

    Raises:
        BuildError: it carries one that is not named here, or FFmpeg's licence is another.
    """
    said = {str(one["license"]) for one in library_meta.values()}
    if said != {FFMPEG}:
        raise BuildError(f"FFmpeg calls itself {', '.join(said)} now: look at natives.py")
    package = Path(str(av.__file__)).parent
    folders = (package.parent / "av.libs", package / ".dylibs")  # Linux and Windows; macOS
    held = {library_name(path.name) for folder in folders for path in folder.glob("*")} - {""}
    licences = {name: licence for licence, names in IN_AV.items() for name in names}
    if unknown := sorted(held - set(licences)):
        raise BuildError(f"PyAV's wheel carries {', '.join(unknown)}: name it in natives.py")
    if sys.platform.startswith("linux"):
        held -= {*encoders.LEFT_OUT, *slim.PADDED}  # stand-ins, and the system's in their place
    return {name: licences[name] for name in sorted(held, key=str.lower)}


def library_name(file: str) -> str:
    """``libx264`` of libx264-d6533a8d.so.165, libx264-165-0f71f3.dll and libx264.165.dylib.

    Empty: it is no library.
    """
    if file.endswith(".dll"):
        name = re.sub(r"(-\d+)?-[0-9a-f]{32}$", "", file.removesuffix(".dll"))
        return name if name.startswith("lib") else f"lib{name}"
    if file.endswith(".dylib"):
        return file.partition(".")[0]
    found = re.fullmatch(r"(.+)-[0-9a-f]{8}\.so(\.\d+)*", file)
    return found[1] if found else ""


def note_system(bundle: Path) -> list[Part]:
    """Name the build machine's libraries in the bundle's notice; their packages, on Linux only.

    Raises:
        BuildError: no package of this machine owns one, or says its licence.
    """
    if not sys.platform.startswith("linux"):
        return []
    found = _packages(bundle / "_internal")
    folder = bundle / "_internal" / "assets" / "notices"
    text = [title("Libraries of the system that this was built on, unchanged")]
    text += [f"{one.name} {one.version}: {one.licence or 'see its text below'}" for one in found]
    for one in found:
        text += [title(f"{one.name} {one.version}"), *one.texts.values()]
    words = "\n".join(text)
    for path in sorted(_COMMON.iterdir()):
        if not path.is_symlink() and re.search(rf"common-licenses/{re.escape(path.name)}\b", words):
            text += [title(f"{_COMMON.name}/{path.name}"), path.read_text(encoding="utf-8")]
    with (folder / "THIRD-PARTY.txt").open("a", encoding="utf-8", newline="\n") as stream:
        stream.write("\n" + "\n".join(text))
    return found


def _packages(inside: Path) -> list[Part]:
    names: dict[str, Part] = {}
    top = [path.name for path in sorted(inside.glob("lib*.so*")) if not path.is_symlink()]
    for library in [*top, *slim.shared(inside)]:
        if library.startswith(("libpython", "libpyside", "libshiboken")):  # not the system's
            continue
        name = _owner(library)
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
    return Part(name, version, "; ".join(said), {"copyright": text})


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise BuildError(f"{command[0]} is not on this machine: build on Debian or Ubuntu"
        ) from error  # fmt: skip
    return done.stdout
