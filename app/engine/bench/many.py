"""How fast many recordings are analysed on this computer, by those who can do it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import RoomreadError, SourceError
from app.engine.analyse.many import How, ManyView, analyze_many
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.throwaway import ThrowawayFolder
from app.engine.analyse.work import Begun, Ended, RunAll, Tell, Work, do
from app.engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Throughput:
    """What was measured.

    Attributes:
        way: who did it.
        recordings: how many.
        recorded: seconds of all of them together.
        elapsed: seconds that it took, with loading the models and all tables.
    """

    way: str
    recordings: int
    recorded: float
    elapsed: float


def one_after_the_other(works: list[Work], tell: Tell, stopped: threading.Event) -> None:
    """Do all in this process; see ``work.RunAll``."""
    for work in works:
        if stopped.is_set():
            return
        tell(Begun(work.name))
        tell(Ended(work.name, do(work, tell, stopped, stopped)))


def bench_many(
    video: Path,
    copies: int,
    ways: Mapping[str, RunAll],
    settings: Settings,
    sampling: Sampling,
    say: Callable[[str], None],
    shown: Callable[[ManyView], None] | None = None,
) -> list[Throughput]:
    """Analyse copies of ``video`` into temporary folders, in each way one after the other.

    Args:
        video: the recording.
        copies: how many.
        ways: name to who does it.
        settings, sampling: as ``analyze_video`` takes them.
        say: told in one line each what goes on.
        shown: told how it goes.

    Raises:
        RoomreadError: there is no such recording, or it could not be analysed.
    """
    if not video.is_file():
        raise SourceError(f"{video} does not exist: check the path")
    measured = []
    with ThrowawayFolder() as folder:
        given = [folder / f"{video.stem}-{number}{video.suffix}" for number in range(1, copies + 1)]
        for one in given:
            shutil.copyfile(video, one)
        for number, (way, run) in enumerate(ways.items()):
            say(f"{way} ...")
            out = folder / f"results-{number}"
            report = analyze_many(given, out, How(settings, sampling), run, say, shown)
            for row in report.those(RowState.FAILED):
                raise RoomreadError(f"{way}: {row.name} failed: {row.message}")
            recorded = sum(row.found.end or 0.0 for row in report.rows if row.found is not None)
            measured.append(Throughput(way, copies, recorded, report.elapsed))
    return measured
