"""The recordings that are analysed into one folder, kept in it: a run that was killed goes on.

Only one run at a time has a folder; it writes the file whenever a recording begins or ends.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from app.core.errors import ExportError, SettingsError, SourceError
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.sampling import Sampling
from app.engine.keep import keep_text, lock_of
from app.engine.kept_model import for_recording
from app.engine.settings import Settings
from app.session.interval import INTERVAL
from app.session.staging import export_error

MANIFEST: Final = "manifest.json"
OBSERVATIONS: Final = "observations"
"""Folder of the table of all recordings' faces."""
JOINED: Final = ("recordings.csv", "students.csv", "class.csv")
"""Tables of all recordings."""
_RESERVED: Final = (MANIFEST, OBSERVATIONS, *JOINED)
_LONGEST: Final = 230
"""Bytes of a name as the dataset's folder has it, "%20" for a space; a disk takes 255 of a name,
and a number may come behind it."""
_NO_DISK: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
"""What a file's name has on no Windows disk."""
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com.|lpt.|conin\$|conout\$) *(\..*)?", re.IGNORECASE)
"""Names that Windows takes for a device, whatever stands behind a dot."""
_NO_TEXT: Final = re.compile(r"true|false|nan|inf|infinity|null|none", re.IGNORECASE)
"""Words that a reader of the dataset takes for something else."""


class Fingerprint(BaseModel):
    """What an analysis is of: two with the same one come to the same.

    Attributes:
        size, mtime_ns: of the recording, as the file system has them.
        settings: digest of what decides which frames are read, and how.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    mtime_ns: int
    settings: str

    def differs_by(self, new: Fingerprint) -> str:
        """In words what changed since; "" for nothing."""
        if (self.size, self.mtime_ns) != (new.size, new.mtime_ns):
            return "the recording changed"
        return "" if self.settings == new.settings else "the settings changed"


class Stamp(NamedTuple):
    """Attributes: ``size`` and ``mtime_ns`` of a file, which show that it was written again."""

    size: int
    mtime_ns: int


class Found(BaseModel):
    """What an analysis found.

    Attributes:
        students: how many; None in a class-only session.
        read, analysed: frames of the span.
        start, end: timestamps of the first and last analysed frame, seconds; None without any.
        provider: where the model ran.
        model: its name and version.
        elapsed: seconds that it took.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    students: int | None = None
    read: int = 0
    analysed: int = 0
    start: float | None = None
    end: float | None = None
    provider: str = ""
    model: str = ""
    elapsed: float = 0.0


class Row(BaseModel):
    """One recording.

    Attributes:
        name: of its folder in the manifest's, and its value in the column ``recording``.
        path: of the recording.
        state: waiting, running, done or failed.
        message: one line for the user, or "".
        attempts: how often its analysis began.
        fingerprint: of the analysis that is, or will be, in its folder; None before the first.
        interval: seconds a row of its class.csv.
        drawn: digest of what its annotated video was drawn from, see ``work.drawn_from``; None
            where there is none.
        tables: of the session file of which its tables were written; None before.
        found: see there; None before the end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    path: Path
    state: RowState = RowState.WAITING
    message: str = ""
    attempts: int = 0
    fingerprint: Fingerprint | None = None
    interval: float = INTERVAL
    drawn: str | None = None
    tables: Stamp | None = None
    found: Found | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    recordings: list[Row] = []


class Manifest:
    """The rows of a folder, in the order in which they came; made by ``held``.

    Attributes:
        trouble: "" or one line on what was wrong with the file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / MANIFEST
        self.trouble = ""
        self._rows = {row.name: row for row in self._load()}

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them."""
        return tuple(self._rows.values())

    def __getitem__(self, name: str) -> Row:
        return self._rows[name]

    def add(self, videos: Iterable[Path]) -> list[Row]:
        """The rows of these recordings, new ones for those that are not there yet.

        One that was moved keeps its row, where the file is the same by name, size and time.
        """
        by_path = {row.path: row for row in self.rows}
        rows: dict[str, Row] = {}
        for video in videos:
            path = video.absolute()
            row = by_path.get(path) or self._moved(path)
            row = row or Row(name=free_name(path.stem, self._rows), path=path)
            self._rows[row.name] = rows[row.name] = row
        return list(rows.values())

    def put(self, *rows: Row) -> None:
        """Take the rows in place of those of the same name, and write the file.

        Raises:
            SettingsError: it can't be written.
        """
        self._rows |= {row.name: row for row in rows}
        kept = _File(recordings=list(self.rows))
        advice = "free some space or check the folder's permissions"
        text = json.dumps(kept.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
        keep_text(self._file, text, "the list of recordings", advice)

    def _moved(self, path: Path) -> Row | None:
        try:
            now = path.stat()
        except OSError:
            return None
        for row in self.rows:
            old = row.fingerprint
            same = old is not None and (old.size, old.mtime_ns) == (now.st_size, now.st_mtime_ns)
            if same and row.path.name == path.name and not row.path.exists():
                return row.model_copy(update={"path": path})
        return None

    def _load(self) -> list[Row]:
        """What was left; a row that was running waits again."""
        try:
            text = self._file.read_text(encoding="utf-8")
            rows = _File.model_validate_json(text).recordings
        except FileNotFoundError:
            return []
        except (UnicodeDecodeError, ValidationError):
            self._move_aside()
            return []
        except OSError as error:
            raise SettingsError(
                f"the list of recordings in {self._file} can't be read ({error.strerror}): "
                "check its permissions"
            ) from error
        return [
            row.model_copy(update={"state": RowState.WAITING}) if row.state.active else row
            for row in rows
        ]

    def _move_aside(self) -> None:
        aside = self._file.with_name(f"manifest-damaged-{datetime.now():%Y%m%d-%H%M%S}.json")
        try:
            self._file.replace(aside)
        except OSError as error:
            raise SettingsError(
                f"the list of recordings in {self._file} is damaged and can't be moved aside "
                f"({error.strerror}): check the folder's permissions"
            ) from error
        self.trouble = (
            "The list of recordings was damaged, or of a newer version, and begins anew; it was "
            f"moved to {aside}. What is analysed already is used again"
        )


@contextmanager
def held(folder: Path) -> Iterator[Manifest]:
    """The manifest of ``folder`` (made if missing), which nobody else has meanwhile.

    Raises:
        ExportError: another run has it, or it can't be written.
        SettingsError: its file can't be read.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - as in app.engine.keep

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(lock_of(folder / MANIFEST)).acquire(timeout=0)
    except Timeout as error:
        raise ExportError(
            f"another `roomread analyze` is at work in {folder}: wait until it ends, or choose "
            "another folder"
        ) from error
    except OSError as error:
        raise export_error(error, folder) from error
    with lock:
        yield Manifest(folder)


def free_name(stem: str, taken: Collection[str]) -> str:
    """A name for a recording's folder: ``stem``, with a number behind it where it is taken.

    Upper and lower case are the same, as on many disks. What no disk takes is changed, and what is
    too long cut. Readers of Parquet take 0042 for the number 42, 2026-09-14 for a date and so on,
    so whatever does not begin with a letter gets a word in front; that also keeps it from being a
    hidden or a parent folder.
    """
    wanted = _fit(stem)
    others = {one.casefold() for one in (*taken, *_RESERVED)}
    name, number = wanted, 1
    while name.casefold() in others:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _fit(stem: str) -> str:
    """``stem`` as every disk takes it for a folder, and every reader for a text."""
    text = _NO_DISK.sub("_", stem.encode(errors="replace").decode()).rstrip(" .")
    if not text[:1].isalpha() or _DEVICE.fullmatch(text) or _NO_TEXT.fullmatch(text):
        text = f"recording-{text}" if text else "recording"
    while len(quote(text, safe="")) > _LONGEST:
        text = text[:-1]
    return text.rstrip(" .")


def fingerprint_of(video: Path, settings: Settings, sampling: Sampling) -> Fingerprint:
    """The one that an analysis of ``video`` with these would have.

    Raises:
        SourceError: there is no such file.
    """
    try:
        now = video.stat()
    except OSError as error:
        raise SourceError(
            f"{video} does not exist, or can't be looked at: check the path"
        ) from error
    told = {
        "settings": for_recording(settings).model_dump(mode="json", exclude={"appearance"}),
        "sampling": asdict(sampling),
    }
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return Fingerprint(size=now.st_size, mtime_ns=now.st_mtime_ns, settings=digest)


def stamp_of(file: Path) -> Stamp | None:
    """The stamp of a file; None where there is none."""
    try:
        now = file.stat()
    except OSError:
        return None
    return Stamp(now.st_size, now.st_mtime_ns)
