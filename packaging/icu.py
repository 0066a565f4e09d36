"""Leaves Qt's copy of ICU the languages that Roomread speaks: 9 MB instead of 32, on Linux.

Other systems' Qt uses what the system has. What is left out are names of languages, currencies and
places in other languages, their sorting, and character sets older than Unicode, of which Roomread
shows and reads none.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from bundle_parts import BuildError

LANGUAGE = r"(?!(en|de)[_.])[a-z]{2,3}(_\w*)?\.res"
"""A file of a language that goes."""
BY_LANGUAGE = ("curr/", "lang/", "region/", "unit/", "zone/", "rbnf/", "coll/")


def slim_icu(library: Path) -> None:
    """Write ``library`` (libicudata.so.N) anew with less in it.

    Raises:
        BuildError: a tool is missing, or the library is not as expected.
    """
    for tool, package in (("icupkg", "icu-devtools"), ("gcc", "gcc"), ("objdump", "binutils")):
        if shutil.which(tool, path="/usr/sbin:/usr/bin:/bin") is None:
            raise BuildError(f"{tool} is not on this machine: install {package}")
    symbols = _run("objdump", "-T", str(library))
    found = re.search(r"^([0-9a-f]+) .*\.rodata\s+([0-9a-f]+)\s+(icudt(\d+)_dat)$", symbols, re.M)
    section = re.search(
        r"\.rodata\s+\S+\s+(\S+)\s+\S+\s+(\S+)", _run("objdump", "-h", str(library))
    )
    if found is None or section is None:
        raise BuildError(f"{library.name} holds no ICU data where it was expected")
    address, size, symbol, version = found.groups()
    start = int(address, 16) - int(section[1], 16) + int(section[2], 16)
    with tempfile.TemporaryDirectory() as folder:
        name = f"icudt{version}l.dat"  # both: ICU looks its items up under this name
        data, less = Path(folder, name), Path(folder, "less", name)
        less.parent.mkdir()
        data.write_bytes(library.read_bytes()[start : start + int(size, 16)])
        names = _run("icupkg", "-tl", "-l", str(data)).split()
        Path(folder, "remove.txt").write_text("\n".join(n for n in names if not _stays(n)) + "\n")
        _run("icupkg", "-tl", "-r", str(Path(folder, "remove.txt")), str(data), str(less))
        source = Path(folder, "data.s")
        source.write_text(
            f'.section .rodata\n.balign 16\n.globl {symbol}\n.type {symbol},@object\n'
            f'{symbol}:\n.incbin "{less}"\n.size {symbol}, .-{symbol}\n'
            '.section .note.GNU-stack,"",@progbits\n'
        )  # fmt: skip
        made = Path(folder, library.name)
        _run(
            "gcc",
            "-shared",
            "-nostdlib",
            f"-Wl,-soname,{library.name}",
            "-o",
            str(made),
            str(source),
        )
        shutil.copyfile(made, library)


def _stays(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    if file.endswith(".cnv"):
        return False
    if f"{folder}/" in BY_LANGUAGE or not folder:
        return not file.endswith(".res") or re.fullmatch(LANGUAGE, file) is None
    return True


def _run(*command: str) -> str:
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise BuildError(f"{command[0]} failed: {' '.join(done.stderr.split())[:300]}")
    return done.stdout
