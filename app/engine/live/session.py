"""One analysis in the window, from Start to Stop: runner, session file and class view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from app.core.privacy import FaceCover, Privacy
from app.core.regions import Regions
from app.core.types import FrameResult
from app.engine.consent import load_purpose
from app.engine.face_coverer import Found
from app.engine.live.picture_file import PictureFile
from app.engine.live.runner import LiveRunner, LiveStats, LiveView
from app.engine.live.viewmodel import ClassroomModel, ClassView
from app.engine.pipeline import Followed
from app.engine.settings import Settings
from app.session.editor import Editor
from app.session.export import export_all
from app.session.interval import INTERVAL
from app.session.leftovers import PICTURE_SUFFIX, free_path
from app.session.markers import Marker
from app.session.store import FrameCounts, Session
from app.stages.protocols import Source

if TYPE_CHECKING:  # importing it loads the models' runtimes, which takes seconds
    from app.engine.build import Built


def sessions_folder() -> Path:
    """Where the window keeps its session files: numbers only, unless the user wants a picture."""
    return Path(platformdirs.user_data_dir("roomread", appauthor=False)) / "sessions"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an analysis ended.

    Attributes:
        analysed: frames that the session holds.
        complete: the whole recording was read, or the camera was stopped by the user.
        message: why it is not complete, one line; empty where it is.
        failed: something went wrong, as against the user stopping early.
        picture: where a picture was kept, one line on what is not in it; else empty.
    """

    analysed: int
    complete: bool
    message: str
    failed: bool
    picture: str = ""


class LiveSession:
    """Analyses ``source`` into a new session file under ``folder``.

    Owns the source, the runner and the file; the pipeline stays the caller's. Of a camera or
    stream it also writes a video beside the session where the user asked for that.
    Construction and ``stop`` wait for disk and threads: call them off the window's thread.

    Args:
        realtime: pace a recording by its timestamps; a camera always is.
        interval: seconds a column of the timeline.
        consent: file of the purpose; None: the usual one.

    Raises:
        SessionError: the session file can't be created; the source is closed then.
    """

    def __init__(
        self,
        source: Source,
        built: Built,
        settings: Settings,
        folder: Path,
        realtime: bool = True,
        interval: float = INTERVAL,
        consent: Path | None = None,
    ) -> None:
        self._source = source
        self._interval = interval
        self.model = ClassroomModel(interval, privacy=settings.privacy)
        # Loaded since built exists.
        from app.engine.build import min_confidence, session_info  # noqa: PLC0415

        try:
            info = session_info(source, built, settings, load_purpose(consent))
            self._session = Session.create(free_path(folder), info)
        except BaseException:
            source.close()
            raise
        self._pipeline = built.pipeline
        self._pipeline.set_regions(settings.regions)
        self._wanted = settings.regions  # by the user, now
        self._regions = settings.regions  # as the session file has them
        self.model.set_regions(settings.regions)
        self._picture = _picture_file(source, settings.privacy, self._session.path)
        self._runner = LiveRunner(
            source,
            built.pipeline,
            realtime=realtime,
            watch=self._on_result,
            settings=settings.live,
            bar=min_confidence(settings, built.card),
        )
        self._outcome: Outcome | None = None
        self._pictures: tuple[int, ...] = ()

    @property
    def path(self) -> Path:
        """The session file."""
        return self._session.path

    @property
    def view(self) -> ClassView:
        """The newest view of the class."""
        return self.model.view

    @property
    def picture(self) -> Path | None:
        """Where a video is kept of what the camera sees; None: nowhere."""
        return None if self._picture is None else self._picture.path

    def start(self) -> None:
        """Begin."""
        self._runner.start()

    def pause(self) -> None:
        """Hold the analysis; a camera's frames pass by meanwhile."""
        self._runner.pause()

    def resume(self) -> None:
        """Go on."""
        self._runner.resume()

    def latest(self) -> LiveView | None:
        """Newest frame and newest result; None before the first frame."""
        return self._runner.latest()

    def stats(self) -> LiveStats:
        """Counts, speed and error of the runner, and how the picture fares."""
        return replace(self._runner.stats(), picture=self._picture.note if self._picture else "")

    def set_regions(self, regions: Regions) -> None:
        """Look, ignore and withhold as these say from the next frame on; the session notes it."""
        self._wanted = regions
        self._pipeline.set_regions(regions)
        if self._picture is not None:
            self._picture.hide(regions.opt_out)

    def set_faces(self, how: FaceCover) -> bool:
        """Cover faces in the video so from now on, if that hides more; returns whether it does.

        What is written already stays as it is.
        """
        return self._picture is not None and self._picture.set_cover(how)

    def rename(self, track_id: int, name: str) -> None:
        """Give a student a name, "" to take it away. Raises SessionError."""
        self._session.set_name(track_id, name)
        self.model.set_names(self._session.names())

    def add_marker(self, text: str, moment: float | None = None) -> Marker:
        """Mark a moment: by default of a camera's newest frame, of a recording's newest result.

        Args:
            moment: seconds from the first frame: when the user asked, before the text was typed.

        Raises EditError where the text is empty, SessionError where the file can't be written.
        """
        if moment is None:
            view = self._runner.latest()
            newest = view and (view.frame if self._source.info.live else view.result)
            moment = newest.timestamp if newest else 0.0
        marker = self._session.markers.add(moment, text)
        self.model.set_markers(self._session.markers.all())
        return marker

    def remove_marker(self, number: int) -> None:
        """Take a marker away. Raises EditError where there is none of this number."""
        self._session.markers.remove(number)
        self.model.set_markers(self._session.markers.all())

    def stop(self) -> Outcome:
        """Join every thread and finish the session file; a second call changes nothing.

        A file without a single analysed frame is removed.

        Raises:
            SessionError: the end could not be written; all earlier frames are kept.
        """
        if self._outcome is not None:
            return self._outcome
        self._runner.stop()
        self._source.close()
        if self._picture is not None:
            self._picture.close()
        self.model.refresh()
        stats = self.stats()
        ended = stats.finished or self._source.info.live
        message = stats.error or ("" if ended else "stopped before the end of the recording")
        failed = stats.error is not None
        complete = ended and not failed
        self._outcome = Outcome(stats.analysed, complete, message, failed, stats.picture)
        if stats.analysed:
            counts = FrameCounts(stats.captured, stats.analysed, stats.captured - stats.analysed)
            self._session.finish(counts, self._outcome.complete, message)
            if self._pictures:
                Editor(self._session).leave_out_pictures(self._pictures)
        else:
            self._session.close()
            self._session.path.unlink(missing_ok=True)
        return self._outcome

    def export(self, out: Path) -> list[Path]:
        """Write every table into ``out``. Raises ExportError or SessionError."""
        return export_all(self._session, out, self._interval)

    def close(self) -> None:
        """Stop if need be and close the file. Raises SessionError as ``stop`` does."""
        try:
            self.stop()
        finally:
            self._session.close()

    def _on_result(self, followed: Followed, result: FrameResult) -> None:
        self._session.append(result)
        # Also who opted out after the frame was followed: withheld and hidden at once.
        seats = tuple(dict.fromkeys((*followed.regions.opt_out, *self._wanted.opt_out)))
        regions = replace(followed.regions, opt_out=seats)
        if regions != self._regions:
            self._regions = regions
            self._session.regions.add(result.timestamp, self._regions)
            self.model.set_regions(self._regions)
        self._pictures = result.pictures
        self.model.update(result)
        if self._picture is not None:
            found = Found(result, followed.left_out, followed.opted_out)
            self._picture.put(followed.frame, found, seats)


def _picture_file(source: Source, privacy: Privacy, session: Path) -> PictureFile | None:
    """The video beside ``session``; None where the user did not ask for it, or has one already."""
    if not (privacy.keeps_picture and source.info.live):
        return None
    return PictureFile(session.with_suffix(PICTURE_SUFFIX), privacy.faces, source.info.fps)
