"""Cameras, streams and recordings: what the user may choose, and a first look at what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core.address import check_address, without_password
from app.core.regions import Regions
from app.core.types import Frame
from app.engine.live.last_stream import keep_stream, last_stream
from app.engine.rooms import camera_room, recording_room
from app.stages.protocols import Source, SourceInfo
from app.ui.jobs import Jobs, nothing
from app.ui.live.rooms import Rooms
from app.ui.services import Services, first_frame
from app.ui.threads import InTurn

if TYPE_CHECKING:  # importing it loads OpenCV, which takes a moment
    from app.stages.camera import Camera

Sizes = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A source that the user chose.

    Attributes:
        name: what people call it; holds no password.
        opener: opens it at its beginning.
        room: the file with its regions.
        network: it is a network camera.
    """

    name: str
    opener: Callable[[], Source]
    room: Path
    network: bool = False


class Sources(QObject):
    """Looks for cameras and at what is chosen, in jobs.

    Signals:
        found: the first ``Frame`` of the source.
        failed: why it can't be opened.
        cameras: those that are plugged in, and the sizes that may be asked for.
        last_stream: the address that was used last, "" for none.
        problem: why cameras can't be listed or an address can't be kept.
    """

    found = Signal(object)
    failed = Signal(str)
    cameras = Signal(object, object)
    last_stream = Signal(str)
    problem = Signal(str)

    def __init__(
        self, jobs: Jobs, services: Services, rooms: Rooms, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._services, self._rooms = jobs, services, rooms
        self._addresses = InTurn(jobs, self.problem.emit)  # the last one must win
        self._request = 0  # answers to an older request are dropped
        self.opener: Callable[[], Source] | None = None
        self.info: SourceInfo | None = None
        self.network = False

    def video(self, path: Path, room: Path | None = None) -> Choice:
        """A recording; ``room``: a file of regions for it."""
        kept = room or recording_room(path, self._services.rooms)
        return Choice(path.name, lambda: self._services.open_video(path), kept)

    def camera(self, camera: Camera, size: tuple[int, int], room: Path | None = None) -> Choice:
        """A camera at a (width, height) in pixels, or the nearest that it has."""
        kept = room or camera_room(camera.name, self._services.rooms)
        return Choice(camera.name, lambda: self._services.open_camera(camera, size), kept)

    def stream(self, address: str, room: Path | None = None) -> Choice:
        """A network camera; the address is kept for the next time, without a password.

        Raises:
            SourceError: it is no address of a stream.
        """
        address = check_address(address)
        shown = without_password(address)
        kept = room or camera_room(shown, self._services.rooms)
        path = self._services.last_stream
        self._addresses.put("address", lambda: keep_stream(address, path), nothing)
        return Choice(shown, lambda: self._services.open_stream(address), kept, True)

    def look(self, choice: Choice, before: Callable[[], None]) -> None:
        """Open it for its first frame, after ``before``; ``found`` or ``failed`` answers."""
        self.forget()
        request = self._request
        self.opener = self.info = None

        def look() -> tuple[SourceInfo, Frame, Regions]:
            before()
            return *first_frame(choice.opener()), self._rooms.find(choice.room)

        def done(found: tuple[SourceInfo, Frame, Regions]) -> None:
            if request == self._request:
                self.opener = choice.opener
                self.info, frame, regions = found
                self.network = choice.network
                self._rooms.enter(choice.room, regions)
                self.found.emit(frame)

        def failed(text: str) -> None:
            if request == self._request:
                self.failed.emit(text)

        self._jobs.start("open", look, done, failed)

    def forget(self) -> None:
        """The answer to the last look is not wanted any more."""
        self._request += 1

    def find_cameras(self) -> None:
        """Look for cameras; ``cameras`` answers."""

        def find() -> tuple[Sequence[Camera], Sizes]:
            from app.stages.camera import SIZES  # noqa: PLC0415  # loads OpenCV

            return self._services.list_cameras(), SIZES

        def failed(text: str) -> None:
            self.cameras.emit((), ())
            self.problem.emit(text)

        self._jobs.start("cameras", find, lambda found: self.cameras.emit(*found), failed)

    def find_last_stream(self) -> None:
        """Read the address that was used last; ``last_stream`` answers."""
        path = self._services.last_stream
        self._jobs.start(
            "address", lambda: last_stream(path), self.last_stream.emit, self.problem.emit
        )
