"""Progress on a terminal: a bar where there is one, a line now and then where there is not."""

from __future__ import annotations

import contextlib
import math
import shutil
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

from tqdm import tqdm

if TYPE_CHECKING:
    from app.engine.analyse.batch import Progress
    from app.engine.analyse.many import ManyView

_STEP: Final = 0.1
"""Share of the work after which a log file gets its next line."""
_FRAMES: Final = 500
"""Frames after which it does where nobody knows how long the recording is."""
_KNOWN: Final = (
    "{desc}{percentage:3.0f}%|{bar}| {n:.1f}/{total:.1f} s [{elapsed}<{remaining}{postfix}]"
)
_UNKNOWN: Final = "{desc}{n:.1f} s [{elapsed}{postfix}]"
_MANY: Final = "{desc}{percentage:3.0f}%|{bar}| [{elapsed}{postfix}]"
_NAMED: Final = 3
"""Recordings in work that a bar has room for."""
_SHARE: Final = "{desc}{percentage:3.0f}%|{bar}| [{elapsed}<{remaining}]"


class ProgressLine:
    """Shows how an analysis goes; a context manager that leaves a clean line behind.

    Args:
        stream: usually stderr; a bar is drawn only where it is a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._bar: tqdm[Any] | None = None
        self._stage = ""
        self._due = 0.0

    def say(self, text: str) -> None:
        """One line, above the bar."""
        self._write(text)

    def analysing(self, progress: Progress) -> None:
        """Told after every frame."""
        share = progress.fraction
        if self._terminal:
            total = None if progress.end is None else progress.end - progress.start
            bar = self._open("Analysing ", total, _UNKNOWN if total is None else _KNOWN)
            bar.set_postfix_str(f"{progress.faces} faces", refresh=False)
            self._move(bar, progress.done)
        elif share is not None and self._is_due("Analysing", share, _STEP):
            self._write(f"Analysing: {share:.0%}, {progress.done:.1f} s, {progress.faces} faces")
        elif share is None and self._is_due("Analysing", progress.read, _FRAMES):
            self._write(f"Analysing: {progress.done:.1f} s, {progress.faces} faces")

    def many(self, view: ManyView) -> None:
        """Told now and then how the analysis of many recordings goes."""
        if not self._terminal:  # there is a line for each one that ends
            return
        failed = f", {view.failed} failed" if view.failed else ""
        now = [_named(*one) for one in view.now[:_NAMED]]
        now += ["..."] if len(view.now) > _NAMED else []
        parts = [", ".join(now)] if now else []
        if view.seconds_left is not None:
            parts.insert(0, f"{tqdm.format_interval(view.seconds_left)} left")
        bar = self._open("Recordings ", float(view.total), _MANY)
        bar.set_description_str(f"{view.over}/{view.total} recordings{failed} ", refresh=False)
        bar.set_postfix_str("; ".join(parts), refresh=False)
        bar.n = view.over + sum(share or 0.0 for _, share in view.now)
        bar.refresh()

    def annotating(self, share: float) -> None:
        """Told how much of the annotated video is written, 0..1."""
        self.working("Drawing", share)

    def working(self, stage: str, share: float) -> None:
        """Told how much of some work is done, 0..1."""
        if self._terminal:
            self._move(self._open(f"{stage} ", 1.0, _SHARE), share)
        elif self._is_due(stage, share, _STEP):
            self._write(f"{stage}: {share:.0%}")

    def _open(self, stage: str, total: float | None, form: str) -> tqdm[Any]:
        if self._bar is None or self._stage != stage:
            self._close()
            self._stage = stage
            self._bar = tqdm(
                desc=stage,
                total=total,
                bar_format=form,
                file=self._stream,
                ncols=min(100, shutil.get_terminal_size().columns),
            )
        return self._bar

    def _move(self, bar: tqdm[Any], place: float) -> None:
        bar.update(max(0.0, place - bar.n))

    def _is_due(self, stage: str, place: float, step: float) -> bool:
        if self._stage != stage:
            self._stage, self._due = stage, step
        if place < self._due:
            return False
        self._due = (math.floor(place / step + 1e-9) + 1) * step
        return True

    def _write(self, text: str) -> None:
        if self._bar is not None:
            tqdm.write(text, file=self._stream)
            return
        # Progress is a kindness: nobody's analysis may fail as its log can't be written.
        with contextlib.suppress(OSError):
            self._stream.write(f"{text}\n")
            self._stream.flush()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()


def _named(name: str, share: float | None) -> str:
    """A recording in work, short enough for a bar."""
    short = name if len(name) <= 16 else f"{name[:15]}…"
    return short if share is None else f"{short} {share:.0%}"
