"""The pure pipeline: one frame in, one result out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from app.core.regions import Regions
from app.core.similarity import compose
from app.core.types import STILL, Frame, FrameResult
from app.stages.protocols import Detector, Recognizer, Smoother, Tracked, Tracker
from app.stages.regions import RegionFilter

if TYPE_CHECKING:
    from app.stages.scout import Scout


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A frame of which is known who is where, and not yet what they show.

    Attributes:
        frame: as the source gave it.
        tracked: those who are followed.
        camera: (2, 3) as ``FrameResult.camera``.
        detecting, tracking: seconds that it took.
        regions: within which it was looked.
        left_out: (m, 4) faces found in the frame that the result does not hold: not trusted yet,
            outside the regions, or opted out. To cover them, never to read them.
        opted_out: (k, 4) those of them whose student has opted out, wherever they are.
    """

    frame: Frame
    tracked: Tracked
    camera: NDArray[np.float64]
    detecting: float
    tracking: float
    regions: Regions
    left_out: NDArray[np.float32]
    opted_out: NDArray[np.float32]

    def as_told(self, result: FrameResult) -> Followed:
        """The same, with whom ``Pipeline.read`` withheld from its result among those opted out."""
        faces = self.tracked.faces
        kept = np.isin(faces.ids, result.faces.ids)
        if kept.all():
            return self
        late = faces.boxes[~kept]
        return replace(
            self,
            tracked=replace(self.tracked, faces=faces.select(kept)),
            left_out=np.concatenate([self.left_out, late]),
            opted_out=np.concatenate([self.opted_out, late]),
        )


@runtime_checkable
class Sweeping(Protocol):
    """A detector that searches the whole picture once a ``period`` of seconds, bit by bit."""

    period: float
    swept: float
    """Seconds of processor time that this searching has taken so far, in the thread that asked."""


class Pipeline:
    """Detect, track, recognise, smooth; all within the regions that the user drew.

    Faces outside them never reach the tracker, those of opted-out students never the recognizer,
    nor the result.

    Args:
        detector, tracker, recognizer, smoother: the stages; the pipeline owns and closes them.
        clock: seconds, for the stage timings only; results depend on the frames alone.
        regions: see ``set_regions``.
    """

    def __init__(
        self,
        detector: Detector,
        tracker: Tracker,
        recognizer: Recognizer,
        smoother: Smoother,
        clock: Callable[[], float] = time.perf_counter,
        regions: Regions | None = None,
    ) -> None:
        self._detector = detector
        self._tracker = tracker
        self._recognizer = recognizer
        self._smoother = smoother
        self._clock = clock
        self._regions = RegionFilter(regions)
        self._first = STILL

    def set_regions(self, regions: Regions) -> None:
        """Work within these from the next frame on; may be called from any thread."""
        self._regions.change(regions)

    def process(self, frame: Frame) -> FrameResult:
        """Find, follow and read every face of ``frame``."""
        return self.read(self.follow(frame))

    def follow(self, frame: Frame) -> Followed:
        """The first half of ``process``: who is where. Frames in time order, none twice."""
        t0 = self._clock()
        expected = self._tracker.expect(frame)
        t1 = self._clock()
        camera = compose(self._first, expected.camera)
        self._regions.begin(frame, camera)
        places = expected.boxes[self._regions.wanted(expected.boxes)]
        everywhere = self._detector.detect(frame, places)
        found = everywhere.select(self._regions.wanted(everywhere.boxes))
        t2 = self._clock()
        followed = self._tracker.update(found, frame)
        tracked = self._regions.withhold(followed)
        left_out = _without(everywhere.boxes, tracked.faces.boxes)
        opted_out = _without(followed.faces.boxes, tracked.faces.boxes)
        t3 = self._clock()
        return Followed(
            frame,
            tracked,
            camera,
            t2 - t1,
            t1 - t0 + t3 - t2,
            self._regions.current,
            left_out,
            opted_out,
        )

    def read(self, followed: Followed, rows: NDArray[np.integer] | None = None) -> FrameResult:
        """The second half: what they show. Frames in the same order; some may be passed over.

        Each may run in a thread of its own. Whose seat was opted out since the frame was followed,
        also while it is read, is withheld from the result: see ``Followed.as_told``.

        Args:
            followed: as ``follow`` gave it.
            rows: of its faces, those that are really read; the smoother holds what it said of the
                others. None: all.
        """
        frame, tracked = followed.frame, self._withheld(followed)
        t3 = self._clock()
        if rows is None:
            read = self._recognizer.recognize(tracked.faces, frame)
        else:
            rows = np.flatnonzero(np.isin(tracked.faces.ids, followed.tracked.faces.ids[rows]))
            some = self._recognizer.recognize(tracked.faces.select(rows), frame)
            read = some.among(rows, len(tracked.faces))
        asked, tracked = tracked.faces.ids, self._withheld(followed)
        kept = np.isin(asked, tracked.faces.ids)
        read = read if kept.all() else read.select(np.flatnonzero(kept))
        t4 = self._clock()
        steady = self._smoother.smooth(tracked.faces, read, frame.timestamp)
        t5 = self._clock()
        timings = {
            "detector": followed.detecting,
            "tracker": followed.tracking,
            "recognizer": t4 - t3,
            "smoother": t5 - t4,
        }
        return FrameResult(
            frame.index,
            frame.timestamp,
            frame.size,
            tracked.faces,
            steady,
            timings,
            followed.camera,
            tracked.suggestions,
            tracked.pictures,
        )

    def _withheld(self, followed: Followed) -> Tracked:
        """Without those whose seat was opted out since."""
        regions = followed.regions
        return self._regions.withhold_since(followed.tracked, followed.camera, regions)

    @property
    def sweeping(self) -> Sweeping | None:
        """The detector, where it can be told how often to search everywhere; for the thread that
        calls ``follow``."""
        return self._detector if isinstance(self._detector, Sweeping) else None

    @property
    def find(self) -> Scout:
        """Finds all faces of a recording, wherever they are; to cover them.

        The detector forgets what it saw: not between two calls of ``process``.
        """
        from app.stages.scout import Scout  # noqa: PLC0415 - the window begins without OpenCV

        return Scout(self._detector)

    def reset(self, camera: NDArray[np.float64] = STILL) -> None:
        """Forget everyone, as for a new recording.

        ``camera``: ``FrameResult.camera`` of the next frame, where that is not the first one of its
        recording: regions and results go by the picture of the first.
        """
        self._first = camera
        self._detector.reset()
        self._tracker.reset()
        self._regions.reset()
        self._smoother.reset()

    def close(self) -> None:
        """Free the detector."""
        self._detector.close()


def _without(boxes: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """The boxes (n, 4) that are not among the others (m, 4)."""
    same = (boxes[:, None] == others[None]).all(axis=2).any(axis=1)
    return np.asarray(boxes[~same])
