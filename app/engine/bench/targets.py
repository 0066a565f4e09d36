"""Looks at the places for figures before anything is measured: minutes of work must not be lost."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.core.errors import ExportError

_ADVICE: Final = "choose another place"


def check_file(path: Path, what: str) -> None:
    """That ``path`` can be written, by what makes missing folders and moves a whole file there.

    Args:
        path: the file; neither it nor its folder need be there yet, and neither is made.
        what: goes there, as the user reads it in an error.

    Raises:
        ExportError: it can't be.
    """
    _check_folder(path.parent, what)
    if path.is_dir():
        raise ExportError(f"{what} can't be kept in {path}: it is a folder; name a file in it")


def check_folder(folder: Path, names: Sequence[str], what: str) -> None:
    """That files with these names can be written into ``folder``, which need not be there yet.

    Raises:
        ExportError: they can't be.
    """
    _check_folder(folder, what)
    for path in (folder / name for name in names):
        try:
            if path.exists():
                path.open("r+b").close()
        except OSError as error:
            raise ExportError(_cannot(what, path, error)) from error


def _check_folder(folder: Path, what: str) -> None:
    there = folder
    try:
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir():
            raise ExportError(f"{what} can't be kept in {there}: it is no folder; {_ADVICE}")
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        raise ExportError(_cannot(what, there, error)) from error


def _cannot(what: str, path: Path, error: OSError) -> str:
    return f"{what} can't be kept in {path} ({error.strerror}): {_ADVICE}"
