"""How far a pass over a session is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


class Stopped(Exception):  # noqa: N818
    """The user asked to stop; nothing is wrong."""


class Watch:
    """Counts the frames that pass by.

    Args:
        frames: that all passes together will see.
        progress: called with the share done, 0 to 1, and only where that grew by a hundredth.
        cancelled: asked at every frame; where it says yes, ``Stopped`` is raised.
    """

    def __init__(
        self,
        frames: int = 0,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._frames = max(frames, 1)
        self._progress = progress
        self._cancelled = cancelled
        self._seen = 0
        self._told = -1

    def __call__(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same frames."""
        for item in items:
            if self._cancelled():
                raise Stopped
            self._seen += 1
            yield item
            self._tell()

    def _tell(self) -> None:
        hundredths = min(100, 100 * self._seen // self._frames)
        if self._progress is not None and hundredths > self._told:
            self._told = hundredths
            self._progress(hundredths / 100)
