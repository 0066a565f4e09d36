"""Takes out of a finished Linux bundle what FFmpeg carries for writing what Roomread never writes.

Roomread reads every usual recording and writes H.264. PyAV's wheel links x265 and SVT-AV1, encoders
for H.265 and AV1, and VMAF, which compares videos: 29 MB. FFmpeg can't be loaded without them, so
that each is replaced by a stand-in of a few kilobytes, whose functions say that they failed. H.265
and AV1 are read as before: FFmpeg and dav1d do that.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

from bundle_parts import BuildError

LEFT_OUT: Final = {"libx265": "0", "libSvtAv1Enc": "-1", "libvmaf": "-1"}
"""Libraries, and what each of their functions returns: a null pointer, or an error."""


def leave_out(inside: Path) -> None:
    """Replace the libraries in the bundle's ``av.libs``.

    Raises:
        BuildError: one is not there, or a function of it can't be stood in for.
    """
    everybody = sorted((inside / "av.libs").iterdir()) + sorted((inside / "av").rglob("*.so"))
    asked = {name for path in everybody for name in _symbols(path, "--undefined-only")}
    for name, value in LEFT_OUT.items():
        found = [path for path in everybody if path.name.startswith(f"{name}-")]
        if len(found) != 1:
            raise BuildError(f"PyAV's wheel carries {len(found)} of {name}: mend encoders.py")
        _stand_in(found[0], sorted(asked & _symbols(found[0], "--defined-only")), value)


def _stand_in(library: Path, names: list[str], value: str) -> None:
    if not names or not all(re.fullmatch(r"\w+", name) for name in names):
        raise BuildError(f"{library.name} can't be stood in for ({', '.join(names)})")
    text = "".join(f"long {name}(void) {{ return {value}; }}\n" for name in names)
    command = ["gcc", "-shared", "-fPIC", "-Os", "-s", "-nostdlib", "-x", "c", "-", "-o"]
    command += [str(library), f"-Wl,-soname,{library.name}", "-Wl,--build-id=none"]
    library.unlink()
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    except OSError as error:
        raise BuildError("gcc is not on this machine: install it") from error
    if done.returncode:
        raise BuildError(f"no stand-in for {library.name}: {done.stderr.strip()[:200]}")


def _symbols(path: Path, which: str) -> set[str]:
    """Names of the functions that a library has, or asks others for."""
    command = ["nm", "--dynamic", "--format=posix", which, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildError(f"nm can't look into {path.name} ({error}): install binutils") from error
    found = [line.split()[:2] for line in done.stdout.splitlines()]
    return {name for name, kind in found if kind in {"T", "W", "i", "U", "w"}}
