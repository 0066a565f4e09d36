"""Files are made in a folder beside their place, and moved there when all are whole.

A failed or stopped export leaves the earlier one as it was. Files that no longer hold go as soon as
the new ones are whole: those of another session, and those made before the session was edited.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from app.core.errors import ExportError, OccupiedError
from app.session.about import edits_told
from app.session.store import Session

PREFIX: Final = ".roomread-export-"
"""Folders of unfinished exports begin so."""
ABOUT_FILE: Final = "session.json"
STUDENT_FILES: Final = "students/*.csv"
CSV_TABLES: Final = (
    "observations.csv",
    "students.csv",
    "class.csv",
    "statistics.csv",
    "resting.csv",
    "change.csv",
    "agreement.csv",
    "markers.csv",
    STUDENT_FILES,
)
"""Files of the CSV export."""
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
"""Files of the formats other than CSV."""
WITH_NAMES: Final = ("students.csv", "students.parquet")
"""Files that hold the names that the user gave."""

Removed = Callable[[Sequence[Path]], None]
"""Told which files of an earlier export are gone for good."""

_OURS: Final = re.compile(r"S\d{2,}\.csv")
_LOCK: Final = "in-use.lock"
_JUST_MADE: Final = 60.0
"""Seconds for which a folder without a lock may be one that is just being made."""


@dataclass(frozen=True, slots=True)
class Staging:
    """Where an export is made, and where it goes.

    Attributes:
        folder: to write to; gone afterwards.
        out: where the user wants the files.
        outdated: names or patterns of files in ``out`` that don't hold any more.
        removed: see ``Removed``.
    """

    folder: Path
    out: Path
    outdated: Collection[str]
    removed: Removed

    def move(self, stale: Collection[str] = ()) -> list[Path]:
        """Move every file to its place, the students' files last; returns where they are.

        What is outdated is taken away first and session.json is moved before the others: whatever
        happens in between, it never stands beside tables that are not of what it says. Files of
        ``stale`` (names or patterns) are taken away where there are no new ones of that name.
        """
        plain = sorted(path for path in self.folder.iterdir() if path.is_file())
        students = sorted(self.folder.glob("students/*"), key=lambda path: (len(path.name), path))
        files = [path for path in (*plain, *students) if path.name != _LOCK]
        written = {path: self.out / path.relative_to(self.folder) for path in files}
        outdated = self._there(self.outdated)
        for path in outdated:
            path.unlink(missing_ok=True)
        if students:
            (self.out / "students").mkdir(exist_ok=True)
        for path in sorted(files, key=lambda path: path.name != ABOUT_FILE):
            os.replace(path, written[path])
        left = [path for path in self._there(stale) if path not in written.values()]
        for path in left:
            path.unlink(missing_ok=True)
        gone = sorted({*outdated, *left} - {*written.values()})
        if gone:
            self.removed(gone)
        return list(written.values())

    def _there(self, names: Collection[str]) -> list[Path]:
        """Our own files of these names in ``out``."""
        found = [path for name in names for path in self.out.glob(name)]
        return [path for path in found if path.parent == self.out or _OURS.fullmatch(path.name)]


def _tell_nobody(_: Sequence[Path]) -> None:
    """The default of ``Removed``."""


@contextmanager
def staged(
    session: Session, out: Path, overwrite: bool, removed: Removed = _tell_nobody
) -> Iterator[Staging]:
    """An empty folder in ``out`` (made if missing) for what is exported of ``session``.

    Raises ExportError, also for an OSError inside: ``out`` is no folder, can't be written, or the
    disk is full; OccupiedError: it holds the tables of another session and ``overwrite`` is False.
    """
    with _explained(out):
        out.mkdir(parents=True, exist_ok=True)
        if not out.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(out))
        there = _told_there(out)
        another = _another_there(session, there)
        if another and not overwrite:
            raise OccupiedError(
                f"{out} holds the tables of another session ({another}): choose another folder"
            )
        _clear_away(out)
        outdated = (*CSV_TABLES, *OTHER_FORMATS) if another else _outdated(session, there)
        with tempfile.TemporaryDirectory(prefix=PREFIX, dir=out) as folder, _in_use(Path(folder)):
            yield Staging(Path(folder), out, outdated, removed)


def _told_there(out: Path) -> dict[str, Any]:
    """What the session.json in ``out`` says; empty where none of ours is there."""
    try:
        told = json.loads((out / ABOUT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _another_there(session: Session, told: Mapping[str, Any]) -> str:
    """The source and time of the session that ``told`` is of; empty if it is this one."""
    try:
        made, name = told["created"], told["source"]["name"]
    except (KeyError, TypeError):
        return ""  # nothing of ours
    info = session.info
    here = info.recording.encode(errors="replace").decode()  # as session.json has it
    there = PureWindowsPath(str(name)).name  # older versions had its folders, of either kind
    if made == info.created and here in (name, there):
        return ""
    return f"{there}, {made}"


def _outdated(session: Session, told: Mapping[str, Any]) -> Collection[str]:
    """What the earlier export that ``told`` is of has wrong, since the session was edited."""
    before = told.get("edits", [])
    if not isinstance(before, list):
        return (*CSV_TABLES, *OTHER_FORMATS)
    (moved, named), (moved_now, named_now) = map(_that_hold, (before, edits_told(session)))
    if moved != moved_now:
        return (*CSV_TABLES, *OTHER_FORMATS)
    return WITH_NAMES if named != named_now else ()


def _that_hold(edits: Sequence[Mapping[str, Any]]) -> tuple[list[Any], list[Any]]:
    """The edits that say who is who, and those that give names."""
    held = [one for one in edits if not one["undone"] and one["kind"] != "reject"]
    named = [one for one in held if one["kind"] == "name"]
    return [one for one in held if one["kind"] != "name"], named


@contextmanager
def _in_use(folder: Path) -> Iterator[None]:
    """While this lasts no other export takes ``folder`` for one of an export that was killed."""
    from filelock import FileLock  # noqa: PLC0415 - 40 ms of the window's start

    lock = FileLock(folder / _LOCK, thread_local=False)
    with suppress(OSError, NotImplementedError):  # a drive without locks
        lock.acquire(timeout=0)
    try:
        yield
    finally:
        lock.release()


def _clear_away(out: Path) -> None:
    """Remove the folders of exports that were killed."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - as above

    for left in out.glob(PREFIX + "*"):
        # Timeout: it is being written to; OSError: it is just being removed.
        with suppress(Timeout, OSError, NotImplementedError):
            if not (left / _LOCK).exists() and time.time() - left.stat().st_mtime < _JUST_MADE:
                continue
            FileLock(left / _LOCK).acquire(timeout=0).lock.release()
            shutil.rmtree(left, ignore_errors=True)


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
