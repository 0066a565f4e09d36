from __future__ import annotations

import threading
from pathlib import Path

from app.core.regions import Polygon, Regions
from app.core.types import Expressions, Faces, Frame
from app.engine.build import Built
from app.engine.live.session import LiveSession
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings
from app.session.store import Session
from tests.fakes import CARD, FakeDetector, FakeRecognizer, FakeSmoother, FakeSource, FakeTracker
from tests.waiting import PATIENCE, until


def test_who_opts_out_is_in_no_result_from_that_moment_on(tmp_path: Path) -> None:
    """Nor in the frame that is being read, nor in the one that was followed and waits."""
    reading, gate = threading.Event(), threading.Event()

    class Slow(FakeRecognizer):
        def recognize(self, faces: Faces, frame: Frame) -> Expressions:
            if frame.index >= 3:
                reading.set()
                assert gate.wait(PATIENCE)
            return super().recognize(faces, frame)

    pipeline = Pipeline(FakeDetector(4), FakeTracker(), Slow(), FakeSmoother())
    source = FakeSource(count=8)
    live = LiveSession(source, Built(pipeline, "CPU", CARD), Settings(), tmp_path, realtime=False)
    live.start()
    assert reading.wait(PATIENCE)
    until(lambda: live._runner._followed is not None)
    everywhere: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    live.set_regions(Regions(opt_out=(everywhere,)))
    gate.set()
    until(lambda: live.stats().finished)
    view = live.latest()
    assert view is not None
    assert len(view.opted_out) == len(view.left_out) == 4
    live.stop()
    live.close()
    with Session.open(live.path) as session:
        counts = [len(result.faces) for result in session.results()]
    assert counts == [4, 4, 4, 0, 0, 0, 0, 0]
