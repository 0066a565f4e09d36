"""What Review writes of a session: tables, a report, a marked video. Base of ``review.Review``.

All of it reads the session to its end: call it in a job.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import ExportError
from app.core.privacy import FaceCover
from app.engine.cancellable import ended
from app.engine.finding import finder
from app.engine.review.edits import SessionEdits
from app.engine.settings import DetectorSettings
from app.session.annotate import annotate_video, needs_finding
from app.session.formats import DEFAULT, ExportOptions, export_formats
from app.session.staging import Removed
from app.session.store import Session
from app.session.watch import Stopped
from app.stages.video import VideoSource

if TYPE_CHECKING:
    from app.session.report.wording import Language


class SessionExports(SessionEdits):
    """Writes what there is after all edits.

    Attributes:
        faces: how faces are drawn in a marked video.
        detector: finds who is to be hidden in it.
    """

    faces: FaceCover
    detector: DetectorSettings

    def export(
        self,
        out: Path,
        names: Sequence[str] = DEFAULT,
        options: ExportOptions | None = None,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        overwrite: bool = False,
        removed: Removed = lambda _: None,
    ) -> list[Path]:
        """Write the session in these formats into the folder ``out``; see ``export_formats``.

        Returns the files; none where ``cancelled`` said stop: nothing is changed then.

        Raises ExportError or SessionError.
        """
        return export_formats(
            self._session, out, names, options, overwrite, progress, cancelled, removed
        )

    def write_report(
        self,
        out: Path,
        compare: Path | None = None,
        language: Language = "en",
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Write the report to ``out`` (.html or .pdf), compared with another session if given.

        Returns whether it was written; False where ``cancelled`` said stop: ``out`` is as it was.

        Raises:
            ExportError: ``out`` can't be written.
            SessionError: a session can't be read.
        """
        from app.session.report.write import write_report  # noqa: PLC0415  # it loads much

        with ExitStack() as opened:
            other = None if compare is None else opened.enter_context(Session.open(compare))
            try:
                write_report(self._session, out, other, language, progress, cancelled)
            except Stopped:
                return False
        return True

    def export_annotated(
        self,
        out: Path,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Write the video with every face marked to the file ``out`` (MP4).

        Returns whether it was written; False where ``cancelled`` said stop: no file is left then.

        Raises:
            EditError: ``class_only``.
            ExportError: ``out`` can't be written.
            ModelError: somebody is to be hidden and the face detector can't be had.
            SourceError: the video is not at hand, or can't be read.
        """
        self._require_students()
        video = Path(self._video().info.name)
        if out.exists() and out.samefile(video):
            raise ExportError(f"{out} is the recording itself: choose another name")
        needed = needs_finding(self._session, self.faces)
        with finder(self.detector) if needed else nullcontext() as find:

            def draw(tell: Callable[[float], None]) -> None:
                annotate_video(video, self._session, out, tell, self.faces, find)

            return ended(draw, progress, cancelled)

    @abstractmethod
    def _video(self) -> VideoSource:
        """The recording. Raises SourceError where it is not at hand."""
