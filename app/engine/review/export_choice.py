"""What the user chose of an export, kept from one session and one start to the next."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import platformdirs

from app.engine.live.session import sessions_folder
from app.session.analysis_files import SESSION_FILE
from app.session.interval import GAP, INTERVAL, MINIMUM, SHORTEST_INTERVAL

if TYPE_CHECKING:  # importing it loads every format
    from app.session.formats import ExportOptions

LONGEST: Final = 600.0
"""Seconds of an interval, or of an episode, that the window offers at most."""


def offered_folder(session: Path) -> Path:
    """Where what is made of a session is offered to go: beside it.

    Of one in Roomread's own folder, which file managers hide, it is the user's documents, or where
    there is no such folder the user's home.
    """
    if session.absolute().parent != sessions_folder():
        return session.parent
    documents = Path(platformdirs.user_documents_dir())
    return documents if documents.is_dir() else Path.home()


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """Formats, numbers and place.

    Attributes:
        formats: keys of ``session.formats.FORMATS``.
        interval, minimum, gap, every_frame: as ``ExportOptions``.
        folder: in which every session gets a folder of its own; None: see ``offered_folder``.
    """

    formats: tuple[str, ...] = ("csv",)
    interval: float = INTERVAL
    minimum: float = MINIMUM
    gap: float = GAP
    every_frame: bool = False
    folder: Path | None = None

    @property
    def options(self) -> ExportOptions:
        """As an export takes them."""
        from app.session.formats import ExportOptions  # noqa: PLC0415

        return ExportOptions(self.interval, self.minimum, self.gap, self.every_frame)

    def place_for(self, session: Path) -> Path:
        """The folder to offer for a session: two of them in one would replace each other."""
        analysed = session.name == SESSION_FILE  # its tables lie beside it
        if self.folder is None and analysed:
            return session.parent
        folder = offered_folder(session) if self.folder is None else self.folder
        name = session.parent.name if analysed else session.stem
        return folder / f"{name}-export"

    def kept(self) -> dict[str, Any]:
        """As JSON holds it; see ``of``."""
        return {
            "formats": list(self.formats),
            "interval": self.interval,
            "minimum": self.minimum,
            "gap": self.gap,
            "every_frame": self.every_frame,
            "folder": None if self.folder is None else str(self.folder),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """What ``kept`` gave. Raises KeyError, TypeError or ValueError where it is something else.

        Names of formats are not looked at: another version may have had others.
        """
        interval, minimum, gap = (float(kept[name]) for name in ("interval", "minimum", "gap"))
        if not all(math.isfinite(one) and 0 <= one <= LONGEST for one in (interval, minimum, gap)):
            raise ValueError(f"expected seconds from 0 to {LONGEST:g}, got {dict(kept)}")
        return cls(
            tuple(str(name) for name in kept["formats"]),
            max(SHORTEST_INTERVAL, interval),
            minimum,
            gap,
            kept["every_frame"] is True,
            None if kept["folder"] is None else Path(kept["folder"]),
        )
