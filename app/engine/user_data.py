"""What Roomread keeps of its user and of the classes: how much, deleting what is old, or all.

That is every session file that Roomread knows, also those beside recordings that it analysed. What
was exported from them, tables and marked videos, and the recordings are the user's: the folders
are named but nothing of it is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import SettingsError
from app.engine.analyse.analysed import analysed_sessions, forget_sessions
from app.engine.keep import parts_of

if TYPE_CHECKING:
    from app.session.library import Library


@dataclass(frozen=True, slots=True)
class Amount:
    """What is kept now, as far as it can be read.

    Attributes:
        sessions: session files in ``UserData.sessions``, and those beside recordings.
        leftovers: sessions whose file is gone, and of which a video or a log is left.
        size_bytes: of all these, with the pictures beside them.
        rooms: recordings and cameras with regions drawn for them.
    """

    sessions: int
    leftovers: int
    size_bytes: int
    rooms: int


@dataclass(frozen=True, slots=True)
class Wiped:
    """What a deletion of everything did.

    Attributes:
        deleted: sessions and files that are gone.
        problems: one line for each that could not be deleted.
        left: places with results of the user's own, and downloaded models; not touched.
    """

    deleted: int
    problems: tuple[str, ...]
    left: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class UserData:
    """Where everything lies. Every method touches the disk: call it in a job.

    Attributes:
        sessions: folder of the session files and the pictures beside them.
        rooms: folder of the regions that were drawn.
        queue: file of the recordings that wait for their analysis.
        analysed: list of the session files beside analysed recordings.
        consent: file of the purpose and the consent.
        files: settings, the window's place and the like.
        own: files of the user's own, such as settings named on the command line; never deleted.
        door: file of the name and contact on the notice for the door; None: they are not kept.
    """

    sessions: Path
    rooms: Path
    queue: Path
    analysed: Path
    consent: Path
    files: tuple[Path, ...] = ()
    own: tuple[Path, ...] = ()
    door: Path | None = None

    @property
    def models(self) -> Path:
        """Folder of the models that were fetched; holds nothing of anyone."""
        from app.stages.fetch import models_folder  # noqa: PLC0415 - 15 ms of the window's start

        return models_folder()

    def measure(self) -> Amount:
        """Count what is there."""
        library = self._library(self._beside_recordings()[0])
        entries, leftovers = library.entries(), library.leftovers()
        size = sum(one.size_bytes for one in entries) + sum(one.size_bytes for one in leftovers)
        return Amount(len(entries), len(leftovers), size, len(self._rooms()))

    def expire(self, days: int) -> tuple[list[Path], tuple[str, ...]]:
        """Delete session files older than ``days``, with the pictures beside them.

        Those of analysed recordings too, and pictures whose session file is gone; tables, marked
        videos and recordings stay.

        Returns those that are gone, and one line for each that could not be deleted.
        """
        beside, trouble = self._beside_recordings()
        library = self._library(beside)
        gone = library.expire(days, datetime.now(UTC))
        try:
            # What lies on a drive that is not plugged in now stays on the list.
            forget_sessions(self.analysed, _moved_away)
        except SettingsError as error:
            trouble = trouble or (str(error),)
        return gone, (*trouble, *library.problems)

    def delete_everything(self) -> Wiped:
        """Delete all of it. Nothing may be running: close sessions, queue and cameras first."""
        beside, trouble = self._beside_recordings()
        before = self._files()
        sessions = self._library(beside).delete_all()
        problems = [*trouble, *sessions.problems]
        away = [one for one in beside if not one.exists() and one not in sessions.deleted]
        problems += [f"{one} is not there now: it may lie on another drive" for one in away]
        if not trouble:
            try:
                # Whoever is left, or new, must still be found the next time.
                forget_sessions(
                    self.analysed, lambda one: one in sessions.deleted and not one.exists()
                )
            except SettingsError as error:
                problems.append(str(error))
        for path in before:
            if path == self.analysed:
                continue
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                problems.append(f"{path} could not be deleted ({error.strerror})")
        left = {one.parent for one in beside if one.parent.is_dir() and any(one.parent.iterdir())}
        left |= {path for path in (self.models, *self.own) if path.exists()}
        gone = len(sessions.deleted) + sum(not path.exists() for path in before)
        return Wiped(gone, tuple(problems), tuple(sorted(left)))

    def _library(self, beside: list[Path]) -> Library:
        from app.session.library import Library  # noqa: PLC0415 - asked for in jobs only

        return Library([self.sessions], beside)

    def _beside_recordings(self) -> tuple[list[Path], tuple[str, ...]]:
        """Session files of analysed recordings, and why the list can't be read, if it can't."""
        try:
            return analysed_sessions(self.analysed), ()
        except SettingsError as error:
            return [], (str(error),)

    def _rooms(self) -> list[Path]:
        return sorted(self.rooms.glob("*.toml"))

    def _files(self) -> list[Path]:
        queues = sorted(self.queue.parent.glob(f"{self.queue.stem}*{self.queue.suffix}"))
        door = () if self.door is None else (self.door,)
        own = (*self._rooms(), *queues, self.analysed, self.consent, *door, *self.files)
        parts = [part for path in own for part in parts_of(path)]
        return [path for path in (*own, *parts) if path.is_file() and path not in self.own]


def _moved_away(path: Path) -> bool:
    """It is gone from a folder that is still there: deleted, or the user has put it elsewhere."""
    return path.parent.is_dir() and not path.exists()
