"""What a bundle holds that is not in the checkout: face detectors, the version for Windows."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.core.errors import ModelError
from app.stages.fetch import detector_models

VERSION_INFO = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers=({numbers}), prodvers=({numbers}), mask=0x3F, flags=0, OS=0x40004,
    fileType=1, subtype=0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "Roomread"), StringStruct("ProductName", "Roomread"),
      StringStruct("FileDescription", "Roomread"), StringStruct("InternalName", "roomread"),
      StringStruct("OriginalFilename", "roomread.exe"),
      StringStruct("FileVersion", "{version}"), StringStruct("ProductVersion", "{version}"),
      StringStruct("LegalCopyright", "Apache-2.0; weights CC BY-NC 4.0")])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])])
  ]
)
"""


class BuildError(Exception):
    """A step failed; the message is one line that says why."""


def detectors(folder: Path) -> None:
    """Copy the face detectors' models, fetched where they are not kept yet, checked by checksum."""
    try:
        found = detector_models(lambda line: print(f"   {line}"))
    except ModelError as error:
        raise BuildError(str(error)) from error
    folder.mkdir(parents=True)
    for path in found.values():
        shutil.copyfile(path, folder / path.name)


def windows_version(path: Path, version: str) -> None:
    """Write what Windows shows of a program's version."""
    numbers = ", ".join([*version.split("."), "0", "0", "0"][:4])
    path.write_text(VERSION_INFO.format(numbers=numbers, version=version), encoding="utf-8")
