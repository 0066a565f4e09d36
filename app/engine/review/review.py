"""A session opened again: what the Review workspace shows of it, and what it can change.

Opening, ``set_video``, edits, markers, labels, exports and pictures touch the disk: call them in a
job, and timelines of a long lesson too. ``at``, ``markers``, ``log`` and ``suggestions`` answer at
once. Nothing here knows Qt; any thread may call.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from app.core.errors import EditError, SessionError, SourceError
from app.core.privacy import FaceCover
from app.core.types import STILL, Frame, FrameResult
from app.engine.review.counts import Columns, People, ReviewCounts
from app.engine.review.edits import EditRow
from app.engine.review.exports import SessionExports
from app.engine.review.timeline import (
    ClassTimeline,
    ReviewStudent,
    StretchSummary,
    StudentTimeline,
)
from app.engine.review.video import PictureCover, check_video, cut_face, find_video
from app.engine.settings import DetectorSettings
from app.session.digest import ClassList, FaceList, FrameList
from app.session.editor import Editor
from app.session.edits import Identities
from app.session.interpolation import between
from app.session.lingering import LINGER, Seen
from app.session.store import Session, SessionInfo
from app.stages.protocols import Source
from app.stages.video import VideoSource

if TYPE_CHECKING:
    from app.session.agreement import Agreement, Moment

__all__ = ["HOLD", "EditRow", "Review"]

HOLD: Final = 0.5
"""Seconds that an analysed frame is shown at least, where no other follows."""

_LATE: Final = 1.5  # usual spans for which one is shown: no camera keeps time exactly
_REMEMBERED: Final = 256  # frames
_EPSILON: Final = 1e-4  # seconds within which two times are the same frame
_NO_VIDEO: Final = "the recording of this session is not at hand: find the video first"


class Review(SessionExports):
    """A finished session. Make one with ``open``; a context manager that closes.

    Attributes:
        faces: how faces are drawn by ``covered`` and ``export_annotated``; at first as the session
            says. The workspace sets it to what the settings say.
        detector: of ``export_annotated``, to find who is to be hidden.
    """

    def __init__(self, session: Session, progress: Callable[[float], None] | None) -> None:
        self._frames = FrameList.of(session)
        if not len(self._frames.times):
            raise SessionError(
                f"session {session.path} holds no analysed frame: choose another session"
            )
        self._faces: FaceList | None = None
        self._classes: ClassList | None = None
        self._probabilities: NDArray[np.float16] | None = None
        self._baseline = False
        if session.class_only:
            self._classes, editor = ClassList.of(session), Editor(session)
        else:
            self._faces = FaceList.of(session, self._frames, progress)
            editor = Editor(session, self._faces.sightings(self._frames))
        super().__init__(session, editor)
        self._moved, self._cameras = session.frames.cameras()
        self._frame = lru_cache(_REMEMBERED)(self._read_frame)
        self._seen = lru_cache(_REMEMBERED)(lambda row: Seen.of(self._frame(row)))
        self._complete, self._message = session.complete, session.message
        self._source: VideoSource | None = None
        self._labels = {(one.frame, one.track): one.label for one in session.hand_labels.all()}
        self.faces = session.info.privacy.faces
        self.detector = DetectorSettings()
        self._cover = PictureCover(session, self._frame(0).size)
        self._take_in_edits()

    @classmethod
    def open(cls, path: Path, progress: Callable[[float], None] | None = None) -> Self:
        """Open a session and read it once; ``progress`` gets the share done, 0 to 1.

        One that is still being written opens with what there is so far, and takes no edits.

        Raises SessionError: missing, no session, damaged, of a newer Roomread, or without a single
        frame.
        """
        session = Session.open(path)
        try:
            review = cls(session, progress)
            if not session.class_only:
                review._source = find_video(session)
        except BaseException:
            session.close()
            raise
        return review

    @property
    def path(self) -> Path:
        """The session file."""
        return self._session.path

    @property
    def info(self) -> SessionInfo:
        """What was known when it began, purpose and privacy among it."""
        return self._session.info

    @property
    def start(self) -> float:
        """Seconds, of the first analysed frame."""
        return float(self._frames.times[0])

    @property
    def end(self) -> float:
        """Seconds, when the last analysed frame ends."""
        return float(self._frames.times[-1]) + self._frames.span

    @property
    def complete(self) -> bool:
        """Whether the whole source was analysed."""
        return self._complete

    @property
    def message(self) -> str:
        """Why it is not complete, one line; "" where it is."""
        return self._message

    # The video

    @property
    def video(self) -> Path | None:
        """The recording, if it is at hand; never of a class-only session, whose faces are not
        known and could not be covered."""
        return None if self._source is None else Path(self._source.info.name)

    def set_video(self, path: Path) -> None:
        """Use this recording.

        Raises:
            SourceError: it can't be this session's, or read; one line.
            EditError: ``class_only``.
        """
        self._require_students()
        self._source = check_video(path, self.info)

    def open_at(self, seconds: float) -> Source:
        """The video from ``seconds`` of the session on, for ``Player``. Raises SourceError."""
        source = self._video()
        length = source.info.duration
        # Past its end there is nothing to find; its last frames are shown there.
        return source.at(seconds if length is None else min(seconds, max(0.0, length - HOLD)))

    def covered(self, frame: Frame) -> Frame:
        """A frame of the video as it may be shown: faces as ``faces`` says, opted-out seats hidden.

        ``Player`` calls it in its own thread (argument ``prepare``).
        """
        if self.faces is FaceCover.SHOW and not self._cover.hides_seats:
            return frame
        row, times, at = self._row(frame.timestamp), self._frames.times, frame.timestamp
        first, last = np.searchsorted(times, (at - LINGER, at + LINGER))
        rows = range(max(0, min(int(first), row)), min(len(times), max(int(last), row + 2)))
        return self._cover.apply(frame, [self._seen(one) for one in rows], self.faces)

    # What is in it

    def at(self, seconds: float, excluded: bool = False) -> FrameResult | None:
        """The analysed frame that is shown at ``seconds``, with students as ids; None in a gap.

        The nearest one not after it, within 0.5 s or one and a half usual spans of a frame. In a
        class-only session it has no faces.

        Args:
            seconds: of the session.
            excluded: with those who are left out.
        """
        row = self._row(seconds)
        if row < 0 or seconds - self._frames.times[row] > max(HOLD, _LATE * self._frames.span):
            return None
        return self._now.seen_in(self._frame(row), excluded)

    def moved_to(self, seconds: float) -> FrameResult | None:
        """As ``at``, with faces where they are at ``seconds``, also between two analysed frames.

        There they are moved along as ``session.interpolation`` says; who is not in both frames
        is not shown. Where the two are too far apart for that, it is ``at``.
        """
        row, times = self._row(seconds), self._frames.times
        if 0 <= row < len(times) - 1 and seconds > times[row] + _EPSILON:
            earlier, later = (self._now.seen_in(self._frame(one)) for one in (row, row + 1))
            share = (seconds - times[row]) / (times[row + 1] - times[row])
            number = earlier.index + round(share * (later.index - earlier.index))
            moved = between(earlier, later, number, seconds)
            if moved is not None:
                return moved
        return self.at(seconds)

    @property
    def frame_times(self) -> NDArray[np.float64]:
        """(f,) seconds of every analysed frame; read only."""
        times = self._frames.times.view()
        times.flags.writeable = False
        return times

    def students(self) -> tuple[ReviewStudent, ...]:
        """Everyone by id, those who are left out too (marked); () where ``class_only``."""
        return self._students

    def class_timeline(
        self, columns: int, start: float | None = None, end: float | None = None
    ) -> ClassTimeline:
        """The class in up to ``columns`` columns from ``start`` to ``end`` (seconds).

        By default over the whole session. There are fewer columns where they would be shorter than
        a frame.
        """
        return self._counts.class_timeline(self._columns(columns, start, end))

    def student_timeline(
        self, columns: int, start: float | None = None, end: float | None = None
    ) -> StudentTimeline:
        """Every student in the same columns. Raises EditError where ``class_only``."""
        self._require_students()
        return self._counts.student_timeline(self._columns(columns, start, end))

    def stretch(self, start: float, end: float) -> StretchSummary:
        """What the session says from ``start`` on and before ``end`` (seconds, in any order)."""
        return self._counts.stretch(min(start, end), max(start, end), self.markers)

    @property
    def class_withheld(self) -> bool:
        """Whether faces were read, and never enough at once for tables to have class shares."""
        return 0 < self._counts.most_read < self.info.privacy.min_group

    @property
    def baseline(self) -> bool:
        """Whether timelines and stretches give the change against each student's rest."""
        return self._baseline

    def set_baseline(self, on: bool, progress: Callable[[float], None] | None = None) -> bool:
        """Turn that on or off. The first time takes a pass over the session: call it in a job.

        Returns whether there is a change to show: rest takes 20 s of readings of a student.

        Raises EditError where ``class_only``.
        """
        self._require_students()
        with self._changing:
            if on and self._probabilities is None and self._faces is not None:
                self._probabilities = self._faces.probabilities(
                    self._session, self._frames, progress
                )
            self._baseline = on
            self._count_anew(self._now)
        change = self.class_timeline(1).change
        return change is not None and bool(np.isfinite(change).any())

    # Can I trust it in my room?

    def moments(self, count: int, seed: int = 0) -> tuple[Moment, ...]:
        """Faces for the user to label, see ``session.agreement.sample_moments``.

        Raises EditError where ``class_only``.
        """
        from app.session.agreement import sample_moments  # noqa: PLC0415  # only when it is asked

        self._require_students()
        return sample_moments(self._session, count, seed)

    def moment_picture(self, moment: Moment, seconds: float = 2.0) -> list[Frame]:
        """The enlarged face around a moment, square pictures of one size in order of time.

        Cut from the video on demand and kept nowhere.

        Raises:
            SourceError: no video is at hand, or it can't be read there.
            EditError: faces are covered on screen (``faces``), so that nobody could label them.
        """
        if self.info.source_live and self.info.privacy.faces is not FaceCover.SHOW:
            raise EditError("faces are covered in the video itself, so nobody can label them")
        if self.faces is not FaceCover.SHOW:
            raise EditError(
                "faces are covered, so nobody can label them: let them be shown in the settings"
            )
        start, end = max(0.0, moment.timestamp - seconds / 2), moment.timestamp + seconds / 2
        low, high = np.searchsorted(self._frames.times, (start - HOLD, end + HOLD))
        results = [self._frame(row) for row in range(int(low), int(high))]
        return cut_face(self._video(), start, end, moment.track, results, self._cover)

    def label(self, moment: Moment, label: int | None) -> None:
        """Say what a face shows: index into ``LABELS``, -1 can't tell, None takes it back."""
        self._require_students()
        with self._changing:
            self._session.hand_labels.set(moment.frame, moment.track, label)
            if label is None:
                self._labels.pop((moment.frame, moment.track), None)
            else:
                self._labels[moment.frame, moment.track] = label

    def labelled(self, moment: Moment) -> int | None:
        """What was said of this face; None where nothing was."""
        return self._labels.get((moment.frame, moment.track))

    def agreement(self) -> Agreement:
        """How well the app agrees with the labels so far. Raises EditError where ``class_only``."""
        from app.session.agreement import agreement  # noqa: PLC0415

        self._require_students()
        return agreement(self._session)

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _video(self) -> VideoSource:
        if self._source is None:
            raise SourceError(_NO_VIDEO)
        return self._source

    def _columns(self, count: int, start: float | None, end: float | None) -> Columns:
        low = self.start if start is None else start
        return Columns.of(self._frames, count, low, self.end if end is None else end)

    def _row(self, seconds: float) -> int:
        """Row of the last frame not after ``seconds``; -1 before the first."""
        return int(np.searchsorted(self._frames.times, seconds + _EPSILON, side="right")) - 1

    def _read_frame(self, row: int) -> FrameResult:
        """A frame as tracked, from the file."""
        number = int(self._frames.numbers[row])
        last = int(np.searchsorted(self._moved, number, side="right")) - 1
        return self._session.frames.one(number, STILL if last < 0 else self._cameras[last])

    def _count_anew(self, now: Identities) -> None:
        people = None
        if self._faces is not None:
            told = self._probabilities if self._baseline else None
            people = People(self._frames, self._faces, now, told)
        self._counts = ReviewCounts(self._frames, people, self._classes, self._baseline)
        self._students = self._counts.students()
