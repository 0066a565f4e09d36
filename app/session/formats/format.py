"""What an export format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.session.dictionary import Table
from app.session.episodes import Rules
from app.session.interval import GAP, INTERVAL, MINIMUM, check_interval
from app.session.store import Session
from app.session.watch import Watch


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What a user may choose; each format takes of it what it needs.

    Attributes:
        interval: seconds of class tables and subtitles, 0.1 or more.
        minimum: episodes shorter than this (seconds) are dropped, see ``episodes``.
        gap: interruptions of episodes shorter than this (seconds) are bridged.
        every_frame: see ``export.export_all``; of the CSVs only.

    Raises ExportError where a number is out of range.
    """

    interval: float = INTERVAL
    minimum: float = MINIMUM
    gap: float = GAP
    every_frame: bool = False

    def __post_init__(self) -> None:
        check_interval(self.interval)
        Rules(self.gap, self.minimum)

    @property
    def rules(self) -> Rules:
        """Those of episodes."""
        return Rules(self.gap, self.minimum)


Write = Callable[[Session, Path, ExportOptions, Watch], None]
"""Writes the files of a format into a folder inside the one that they are moved to; raises
SessionError, ExportError or OSError. Memory must stay flat, however long the session is, and
``Watch`` must see every frame as often as ``Format.passes`` says."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of export.

    Attributes:
        name: as ``--format`` takes it.
        title: for people: the program or standard.
        files: what it writes, in words.
        of_students: says something of single students: refused for a class-only session.
        write: see ``Write``.
        tables: the data dictionary of its files.
        takes: fields of ``ExportOptions`` that change its files.
        passes: over the session, with these options.
        check: raises ExportError where it can't be written here, before anything is.
    """

    name: str
    title: str
    files: str
    of_students: bool
    write: Write
    tables: tuple[Table, ...]
    takes: frozenset[str] = frozenset()
    passes: Callable[[ExportOptions], int] = lambda _: 1
    check: Callable[[], object] = lambda: None


OF_CLASS: Final = frozenset({"interval"})
OF_EPISODES: Final = frozenset({"minimum", "gap"})
"""What formats take that have the class by intervals, or episodes."""
EVERY_FRAME: Final = "every_frame"
UNTOLD: Final = "empty where the app can't tell"
"""Words of the dictionary that formats share."""
