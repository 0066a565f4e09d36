"""The regions of the source that is shown: found, changed and kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.core.regions import Regions, save_regions
from app.engine.live.session import LiveSession
from app.engine.rooms import room_regions
from app.engine.settings import Settings
from app.ui.jobs import Jobs


class Rooms(QObject):
    """Keeps the regions of one source at a time; the disk is waited for in jobs.

    Signals:
        entered: ``Regions`` of another source.
        failed: why regions could not be kept.
    """

    entered = Signal(object)
    failed = Signal(str)

    def __init__(self, jobs: Jobs, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._usual = self._settings = settings
        self._room: Path | None = None
        self._unsaved: tuple[Path, Regions] | None = None
        self._saving = False

    @property
    def settings(self) -> Settings:
        """All settings, with the regions as they are now."""
        return self._settings

    def use(self, settings: Settings) -> None:
        """Take over what the user changed; the regions stay those of the source."""
        self._usual = settings
        self._settings = settings.model_copy(update={"regions": self._settings.regions})

    def find(self, room: Path) -> Regions:
        """What was drawn for a source before; in a job. Raises SettingsError."""
        return room_regions(room, self._usual)

    def enter(self, room: Path, regions: Regions) -> None:
        """Another source is shown; ``regions`` are what ``find`` found."""
        self._room = room
        self._settings = self._usual.model_copy(update={"regions": regions})
        self.entered.emit(regions)

    def change(self, regions: Regions, live: LiveSession | None) -> None:
        """The user drew: for the analysis that runs now, from its next frame, and for later."""
        self._settings = self._settings.model_copy(update={"regions": regions})
        if live is not None:
            live.set_regions(regions)
        if self._room is not None:
            self._unsaved = self._room, regions
            self._save()

    def _save(self) -> None:
        if self._saving or self._unsaved is None:
            return
        (room, regions), self._unsaved, self._saving = self._unsaved, None, True

        def done(_: object) -> None:
            self._saving = False
            self._save()

        def failed(text: str) -> None:
            self._saving = False
            self.failed.emit(text)
            self._save()

        self._jobs.start("regions", lambda: save_regions(room, regions), done, failed)
