"""Makes a finished Linux bundle smaller: what wheels carry twice or padded, and debug symbols."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import encoders
from bundle_parts import BuildError
from icu import slim_icu

ELF = b"\x7fELF"
PADDED = {"libxcb", "libxcb-shm", "libxcb-shape", "libxcb-xfixes", "libXau", "libdrm"}


def slim(bundle: Path) -> None:
    """Strip and share libraries in ``bundle``; nothing is done on other systems."""
    if not sys.platform.startswith("linux"):
        return
    _share(bundle / "_internal")
    encoders.leave_out(bundle / "_internal")
    _drop_unneeded(bundle / "_internal")
    for library in bundle.rglob("libicudata.so.*"):
        if not library.is_symlink():
            slim_icu(library)
    for path in sorted(bundle.rglob("*")):
        # Those in *.libs were rewritten by patchelf; stripping breaks some, and gains nothing.
        if path.is_symlink() or not path.is_file() or path.parent.name.endswith(".libs"):
            continue
        with path.open("rb") as stream:
            if stream.read(4) != ELF or path.parent == bundle:  # the starter carries an archive
                continue
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def _share(inside: Path) -> None:
    """Take this machine's X11 libraries instead of those that wheels carry.

    These are the same, but patchelf has padded them to 2 and 6 megabytes each.
    """
    from PyInstaller.depend.bindepend import resolve_library_path  # noqa: PLC0415 - while building

    for path in sorted(inside.glob("*.libs/lib*-*.so.*")):
        soname = _padded(path)
        if not soname:
            continue
        ours = inside / soname  # Qt needs some of them, too
        if ours.is_file():
            path.unlink()
            path.symlink_to(os.path.relpath(ours, path.parent))
        elif found := resolve_library_path(soname):
            shutil.copyfile(found, path)
        else:
            raise BuildError(f"{soname} is not on this machine: install its package")


def _padded(path: Path) -> str:
    """``libxcb-shm.so.0`` of libxcb-shm-0be6dfbf.so.0.0.0; empty: it is none of the padded."""
    name, _, rest = path.name.rpartition("-")
    return f"{name}.so.{rest.split('.')[2]}" if name in PADDED else ""


def shared(inside: Path) -> list[str]:
    """Names of this machine's libraries that lie in wheels' folders instead of theirs."""
    files = [path for path in inside.glob("*.libs/lib*-*.so.*") if not path.is_symlink()]
    return sorted({_padded(path) for path in files} - {""})


def _drop_unneeded(inside: Path) -> None:
    """Delete system libraries that only left-out plug-ins needed, until none is left.

    PyInstaller collects what a plug-in needs before the plug-in is left out.
    """
    while True:
        needed = {name for path in inside.rglob("*.so*") for name in _needed(path)}
        ours = [one for one in inside.glob("lib*.so*") if not one.name.startswith("libpython")]
        unneeded = [one for one in ours if one.name not in needed and not _is_target(one, inside)]
        if not unneeded:
            return
        for one in unneeded:
            one.unlink()


def _is_target(path: Path, inside: Path) -> bool:
    """Whether a wheel's library is a link to this one."""
    links = (one for one in inside.glob("*.libs/*") if one.is_symlink())
    return any(one.resolve() == path.resolve() for one in links)


def _needed(path: Path) -> list[str]:
    """Names of the libraries that this one loads itself."""
    if path.is_symlink() or not path.is_file():
        return []
    done = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=False)
    return re.findall(r"^\s*NEEDED\s+(\S+)", done.stdout, re.MULTILINE)
