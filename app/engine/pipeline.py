"""The pure pipeline: one frame in, one result out."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.core.regions import Regions
from app.core.types import Frame, FrameResult
from app.stages.protocols import Detector, Recognizer, Smoother, Tracker
from app.stages.regions import RegionFilter


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

    def set_regions(self, regions: Regions) -> None:
        """Work within these from the next frame on; may be called from any thread."""
        self._regions.change(regions)

    @property
    def regions(self) -> Regions:
        """Those within which the last frame was processed."""
        return self._regions.current

    def process(self, frame: Frame) -> FrameResult:
        """Find, follow and read every face of ``frame``."""
        t0 = self._clock()
        expected = self._tracker.expect(frame)
        t1 = self._clock()
        self._regions.begin(frame, expected.camera)
        places = expected.boxes[self._regions.wanted(expected.boxes)]
        found = self._detector.detect(frame, places)
        found = found.select(self._regions.wanted(found.boxes))
        t2 = self._clock()
        tracked = self._regions.withhold(self._tracker.update(found, frame))
        t3 = self._clock()
        read = self._recognizer.recognize(tracked.faces, frame)
        t4 = self._clock()
        steady = self._smoother.smooth(tracked.faces, read, frame.timestamp)
        t5 = self._clock()
        timings = {
            "detector": t2 - t1,
            "tracker": t1 - t0 + t3 - t2,
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
            expected.camera,
            tracked.suggestions,
            tracked.pictures,
        )

    def reset(self) -> None:
        """Forget everyone, as for a new recording."""
        self._detector.reset()
        self._tracker.reset()
        self._regions.reset()
        self._smoother.reset()

    def close(self) -> None:
        """Free the detector."""
        self._detector.close()
