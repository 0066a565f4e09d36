"""A stand-in for ``analyze_video`` and a queue over it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from app.core.errors import HandWorkError, SourceError
from app.engine.analyse.analyze import AnalysisReport
from app.engine.analyse.batch import Progress
from app.engine.analyse.queue import AnalysisQueue
from app.engine.analyse.queue_row import QueueRow, RowState
from app.engine.analyse.sampling import Sampling
from app.engine.settings import Settings
from app.session.analysis_files import SESSION_FILE
from app.session.store import FrameCounts
from tests.waiting import until

FRAMES = 10


class FakeAnalysis:
    """Reads ``FRAMES`` frames of a second each.

    Names say what happens: "bad" is no video, "fault" meets a fault of ours, "cut" is cut off,
    "edited" was edited since it was interrupted.
    With ``gated``, each frame waits for one ``gate.release()``.
    """

    def __init__(self, gated: bool = False) -> None:
        self.gated, self.gate = gated, threading.Semaphore(0)
        self.calls: list[Path] = []
        self.given: list[dict[str, object]] = []
        self.settings: list[Settings] = []
        self.sampling: list[Sampling] = []
        self.at_once = self.most_at_once = 0
        self.frame = 0

    def __call__(
        self,
        video: Path,
        out: Path,
        settings: Settings,
        sampling: Sampling,
        *,
        progress: Callable[[Progress], None],
        cancelled: threading.Event,
        **more: object,
    ) -> AnalysisReport:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.calls.append(video)
        self.given.append(more)
        self.settings.append(settings)
        self.sampling.append(sampling)
        if video.stem == "edited" and not more["overwrite"]:
            raise HandWorkError("it would be lost: add --overwrite")
        try:
            read = self._read(video, out, progress, cancelled)
        finally:
            self.at_once -= 1
        return AnalysisReport(
            out=out,
            session=out / SESSION_FILE,
            files=(),
            counts=FrameCounts(read, read, 0),
            span=None,
            students=(),
            provider="CPU",
            truncated=f"{video} is cut off" if video.stem == "cut" else "",
            cancelled=cancelled.is_set(),
        )

    def _read(
        self, video: Path, out: Path, progress: Callable[[Progress], None], stop: threading.Event
    ) -> int:
        if video.stem.startswith("bad"):
            raise SourceError(f"{video} is no video")
        out.mkdir(parents=True, exist_ok=True)
        (out / SESSION_FILE).write_text(video.name)
        if video.stem.startswith("fault"):
            raise ZeroDivisionError("one")
        for self.frame in range(1, FRAMES + 1):
            while self.gated and not self.gate.acquire(timeout=0.002) and not stop.is_set():
                pass
            if stop.is_set():
                return self.frame - 1
            now = float(self.frame)
            progress(Progress(self.frame, self.frame, now, now, 0.0, FRAMES, 1, self.frame))
        return FRAMES


def videos(tmp_path: Path, *names: str) -> list[Path]:
    return [tmp_path / f"{name}.mp4" for name in names]


def states(queue: AnalysisQueue) -> list[RowState]:
    return [row.state for row in queue.view().rows]


def only(queue: AnalysisQueue) -> QueueRow:
    (row,) = queue.view().rows
    return row


def reach(queue: AnalysisQueue, *wanted: RowState) -> None:
    until(lambda: states(queue) == list(wanted))
