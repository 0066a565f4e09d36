"""Files are made in a folder beside their place, and moved there when all are whole.

A failed or stopped export leaves the earlier one as it was.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.errors import ExportError
from app.session.store import Session

PREFIX: Final = ".roomread-export-"
"""Folders of unfinished exports begin so."""
ABOUT_FILE: Final = "session.json"
OTHER_FORMATS: Final = (
    "observations.parquet",
    "students.parquet",
    "class.parquet",
    "openface.csv",
    "pyfeat.csv",
    "boris.boris",
    "boris.tsv",
    "elan.eaf",
    "elan.tsv",
    "frames.jsonl",
    "class.srt",
    "class.vtt",
)
"""Files of the formats other than CSV: they go where another session takes the folder over."""

_OURS: Final = re.compile(r"S\d{2,}\.csv")


@dataclass(frozen=True, slots=True)
class Staging:
    """Where an export is made, and where it goes.

    Attributes:
        folder: to write to; gone afterwards.
        out: where the user wants the files.
        another: ``out`` holds the tables of another session, which go.
    """

    folder: Path
    out: Path
    another: bool

    def move(self, stale: Collection[str] = ()) -> list[Path]:
        """Move every file to its place, the students' files last; returns where they are.

        Files of ``stale`` and of students that an earlier export left are taken away where there
        are no new ones of that name; the students' only where ``stale`` names any.
        """
        plain = sorted(path for path in self.folder.iterdir() if path.is_file())
        students = sorted(self.folder.glob("students/*"), key=lambda path: (len(path.name), path))
        if students:
            (self.out / "students").mkdir(exist_ok=True)
        written: list[Path] = []
        for path in (*plain, *students):
            target = self.out / path.relative_to(self.folder)
            os.replace(path, target)
            written.append(target)
        gone = [self.out / name for name in stale]
        if stale:
            each = self.out.glob("students/*")
            gone += [path for path in each if _OURS.fullmatch(path.name)]
        if self.another:
            gone += [self.out / name for name in OTHER_FORMATS]
        for path in gone:
            if path not in written:
                path.unlink(missing_ok=True)
        return written


@contextmanager
def staged(session: Session, out: Path, overwrite: bool) -> Iterator[Staging]:
    """An empty folder in ``out`` (made if missing) for what is exported of ``session``.

    Raises ExportError, also for an OSError inside: ``out`` is no folder, holds the tables of
    another session and ``overwrite`` is False, can't be written, or the disk is full.
    """
    with _explained(out):
        out.mkdir(parents=True, exist_ok=True)
        if not out.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(out))
        there = _another_there(session, out)
        if there and not overwrite:
            raise ExportError(
                f"{out} holds the tables of another session ({there}): choose another folder"
            )
        for left in out.glob(PREFIX + "*"):  # by an export that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=out) as folder:
            yield Staging(Path(folder), out, bool(there))


def _another_there(session: Session, out: Path) -> str:
    """The source and time of the session whose tables ``out`` holds; empty if it is this one's."""
    try:
        there = json.loads((out / ABOUT_FILE).read_text(encoding="utf-8"))
        made, name = there["created"], there["source"]["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""  # nothing of ours
    return "" if made == session.info.created else f"{name}, {made}"


_ADVICE: Final[Mapping[int, str]] = {
    errno.ENOSPC: "the disk is full: free some space and export again",
    errno.EDQUOT: "your disk quota is full: free some space and export again",
    errno.ENOTDIR: "there is a file of that name: choose a folder",
    errno.EEXIST: "there is a file of that name: choose a folder",
    errno.EROFS: "the disk can only be read: choose another folder",
}


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    """Turn what the system says into the one line that the user needs."""
    try:
        yield
    except OSError as error:
        raise export_error(error, out) from error


def export_error(error: OSError, out: Path) -> ExportError:
    """The one clear line for an error while writing to ``out``."""
    advice = _ADVICE.get(error.errno or 0)
    if advice is None and isinstance(error, PermissionError):
        advice = "you may not write there, or a file is open in another program: close it there "
        advice += "or choose another folder"
    return ExportError(f"can't export to {out}: {advice or error.strerror or error}")
