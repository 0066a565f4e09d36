"""The video beside a live session: off unless the user asks for it, faces covered as they say."""

from __future__ import annotations

import logging
import threading
from collections import deque
from pathlib import Path
from typing import Final, NamedTuple

from app.core.privacy import FaceCover
from app.core.regions import Polygon
from app.core.types import Frame
from app.engine.face_coverer import Coverer, Found, Shot

log = logging.getLogger(__name__)

WAITING: Final = 4
"""Pictures that may wait to be written; 1080p ones take 6 MB each."""


class _Waiting(NamedTuple):
    """A picture to be written; arguments of ``PictureFile.put``."""

    frame: Frame
    found: Found
    seats: tuple[Polygon, ...]


class PictureFile:
    """Writes the analysed pictures in a thread of its own that never holds the analysis up.

    Only pictures that were analysed are written, so that every face is covered where it was
    found, not where it was a moment ago; ``Coverer`` says what else is covered.

    Args:
        path: the MP4 file; playable up to its last second if the program is killed.
        how: how faces are covered.
        fps: nominal, for the file's header.
    """

    def __init__(self, path: Path, how: FaceCover, fps: float) -> None:
        self._path, self._fps = path, fps
        self._coverer = Coverer()
        self._changed = threading.Condition()
        # All below is guarded by ``_changed``.
        self._how = how
        self._shots: deque[_Waiting] = deque()
        self._hidden: tuple[Polygon, ...] = ()  # by the newest ``hide``
        self._ended = False
        self._offered = self._dropped = 0
        self._problem = ""
        self._thread: threading.Thread | None = None

    @property
    def path(self) -> Path:
        """Where the video is written."""
        return self._path

    @property
    def note(self) -> str:
        """One line on what is not in the video, "" while all is."""
        with self._changed:
            if self._problem or not self._dropped:
                return self._problem
            return (
                f"{self._dropped} of {self._offered} pictures are not in the video: "
                "writing it is slower than the analysis"
            )

    def set_cover(self, how: FaceCover) -> bool:
        """Cover faces so from the next picture that is written on, also those that wait.

        Only what hides more takes effect, since the session says how the video began. Returns
        whether it did.
        """
        with self._changed:
            stricter = how.hides_more(self._how)
            if stricter:
                self._how = how
            return stricter

    def hide(self, seats: tuple[Polygon, ...]) -> None:
        """Hide these seats too, in the pictures that wait and in all that come until the next
        call: the seats that come with a picture may be older than these."""
        with self._changed:
            self._hidden = seats
            for place, one in enumerate(self._shots):
                self._shots[place] = one._replace(seats=_both(one.seats, seats))

    def put(self, frame: Frame, found: Found, seats: tuple[Polygon, ...]) -> None:
        """Write this one next; it is dropped and counted where too many wait. Never waits.

        Args:
            frame: that was analysed.
            found: in this very frame.
            seats: opted out, as ``Regions.opt_out``; hidden besides those of ``hide``.
        """
        with self._changed:
            if self._ended or self._problem:
                return
            self._offered += 1
            if len(self._shots) >= WAITING:
                self._dropped += 1
                return
            self._shots.append(_Waiting(frame, found, _both(seats, self._hidden)))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="roomread-picture")
                self._thread.start()
            self._changed.notify_all()

    def close(self) -> None:
        """Write what waits and finish the file; may be called twice."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        from av import FFmpegError  # noqa: PLC0415  # loaded in this thread: it takes a moment

        try:
            self._write()
        except (OSError, FFmpegError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            self._end(f"{self._path.name} can't be written ({reason}); make room on the disk")
        except Exception as error:  # the thread's top frame
            log.exception("the video could not be written")
            what = " ".join(f"{type(error).__name__}: {error}".split())
            self._end(f"Roomread ran into a fault of its own ({what}); please report this")

    def _end(self, why: str) -> None:
        with self._changed:
            self._shots.clear()
            self._problem = f"the video ends here, the session goes on: {why}"

    def _write(self) -> None:
        from app.session.video_writer import GROWING, VideoWriter  # noqa: PLC0415

        shot = self._next(None)
        if shot is None:
            return
        first_size = shot.frame.size
        with VideoWriter(self._path, first_size, self._fps, GROWING, growing=True) as video:
            # Its clock is that of the session, also where the first picture came late.
            if shot.frame.timestamp > 0:
                video.add(self._coverer.cover(shot), 0.0)
            while shot is not None:
                video.add(self._coverer.cover(shot), shot.frame.timestamp)
                shot = self._next(first_size)

    def _next(self, first_size: tuple[int, int] | None) -> Shot | None:
        with self._changed:
            while not self._shots and not self._ended:
                self._changed.wait()
            if not self._shots:
                return None
            one = self._shots.popleft()
            return Shot(one.frame, one.found, self._how, one.seats, first_size or one.frame.size)


def _both(seats: tuple[Polygon, ...], more: tuple[Polygon, ...]) -> tuple[Polygon, ...]:
    return tuple(dict.fromkeys((*seats, *more)))
