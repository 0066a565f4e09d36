"""What Roomread keeps of its user and of the classes: how much, deleting what is old, or all.

What the user exported, and the results that lie beside recordings, are the user's: they are named
but never touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.engine.consent import consent_path
from app.engine.last_stream import last_stream_path
from app.engine.queue_file import load_queue, queue_path
from app.engine.settings import settings_path
from app.engine.window_state import window_state_path

if TYPE_CHECKING:
    from app.session.library import Library


@dataclass(frozen=True, slots=True)
class Amount:
    """What is kept now.

    Attributes:
        sessions: session files in ``UserData.sessions``.
        size_bytes: of these, with the pictures beside them.
        rooms: recordings and cameras with regions drawn for them.
    """

    sessions: int
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
        files: settings, consent, the window's place and the like.
    """

    sessions: Path
    rooms: Path
    queue: Path
    files: tuple[Path, ...]

    @classmethod
    def usual(cls, sessions: Path, rooms: Path) -> UserData:
        """With the usual places beside ``sessions`` and ``rooms``.

        A settings file of another place, named on the command line, is the user's own.
        """
        return cls(
            sessions,
            rooms,
            queue_path(),
            (
                settings_path(),
                consent_path(),
                consent_path().with_name("notice-said"),
                window_state_path(),
                last_stream_path(),
            ),
        )

    @property
    def models(self) -> Path:
        """Folder of the models that were fetched; holds nothing of anyone."""
        from app.stages.fetch import models_folder  # noqa: PLC0415 - loads SciPy

        return models_folder()

    def measure(self) -> Amount:
        """Count what is there."""
        entries = self._library().entries()
        size = sum(entry.size_bytes for entry in entries)
        return Amount(len(entries), size, len(self._rooms()))

    def expire(self, days: int) -> tuple[list[Path], tuple[str, ...]]:
        """Delete sessions older than ``days``, with what lies beside them.

        Returns those that are gone, and one line for each that could not be deleted.
        """
        library = self._library()
        return library.expire(days, datetime.now(UTC)), library.problems

    def delete_everything(self) -> Wiped:
        """Delete all of it. Nothing may be running: close sessions, queue and cameras first."""
        rows, _ = load_queue(self.queue)
        left = {row.out for row in rows if row.out.is_dir()}
        before = self._files()
        sessions = self._library().delete_all()
        problems = list(sessions.problems)
        for path in before:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                problems.append(f"{path} could not be deleted ({error.strerror})")
        if self.models.is_dir():
            left.add(self.models)
        gone = len(sessions.deleted) + sum(not path.exists() for path in before)
        return Wiped(gone, tuple(problems), tuple(sorted(left)))

    def _library(self) -> Library:
        from app.session.library import Library  # noqa: PLC0415 - asked for in jobs only

        return Library([self.sessions])

    def _rooms(self) -> list[Path]:
        return sorted(self.rooms.glob("*.toml"))

    def _files(self) -> list[Path]:
        queues = sorted(self.queue.parent.glob(f"{self.queue.stem}*{self.queue.suffix}"))
        return [path for path in (*self._rooms(), *queues, *self.files) if path.is_file()]
