"""Whatever the user does in whatever order, the queue stays whole."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.engine.analyse.plans import Plan
from app.engine.analyse.queue import AnalysisQueue
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.queue_run import Tools
from app.engine.settings import Settings
from tests.engine.analyse.fake_analysis import FakeAnalysis
from tests.waiting import until

_names = st.lists(st.sampled_from(["a", "b", "c", "bad", "fault"]), min_size=1, max_size=4)
_some = st.sets(st.integers(0, 5), max_size=3)


class AnyOrder(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        self.analysis = FakeAnalysis(gated=True)
        self.open()

    def open(self) -> None:
        tools = Tools(self.analysis, rooms=self.root / "rooms")
        self.queue = AnalysisQueue(self.root / "queue.json", Settings(), tools, lambda _: 10.0)
        self.queue.start()
        until(lambda: self.queue.view().loaded)

    def numbers(self, places: set[int]) -> list[int]:
        return [row.number for i, row in enumerate(self.queue.view().rows) if i in places]

    @rule(names=_names, apart=st.booleans())
    def add(self, names: list[str], apart: bool) -> None:
        folder = self.root / "out" if apart else None
        self.queue.add([self.root / f"{name}.mp4" for name in names], Plan(), folder)

    @rule(frames=st.integers(1, 25))
    def work(self, frames: int) -> None:
        for _ in range(frames):
            self.analysis.gate.release()

    @rule(places=_some, what=st.sampled_from(["remove", "retry", "replace_results", "cancel"]))
    def act(self, places: set[int], what: str) -> None:
        getattr(self.queue, what)(self.numbers(places))

    @rule(places=_some, by=st.sampled_from([-1, 1]))
    def move(self, places: set[int], by: int) -> None:
        self.queue.move(self.numbers(places), by)

    @rule(what=st.sampled_from(["pause", "resume", "clear_done"]))
    def press(self, what: str) -> None:
        getattr(self.queue, what)()

    @rule(on=st.booleans())
    def hold(self, on: bool) -> None:
        self.queue.hold(on)

    @rule()
    def restart(self) -> None:
        self.queue.shut_down()
        before = [(row.path, row.out) for row in self.queue.view().rows]
        self.open()
        assert [(row.path, row.out) for row in self.queue.view().rows] == before

    @invariant()
    def whole(self) -> None:
        rows = self.queue.view().rows
        assert len({row.number for row in rows}) == len(rows)
        assert len({row.out for row in rows}) == len(rows)
        assert sum(row.state.active for row in rows) <= 1
        assert self.analysis.most_at_once <= 1
        for row in rows:
            if row.state is RowState.DONE:
                assert row.session is not None
                assert row.session.exists()
            assert not row.refused or row.state is RowState.FAILED
            assert row.progress is None or 0.0 <= row.progress <= 1.0

    def teardown(self) -> None:
        self.analysis.gated = False
        self.queue.hold(False)
        self.queue.resume()
        until(lambda: not self.queue.view().unfinished)
        self.queue.shut_down()
        kept = json.loads((self.root / "queue.json").read_text())["rows"]
        rows = self.queue.view().rows
        assert [one["state"] for one in kept] == [row.state.value for row in rows]
        assert [one["path"] for one in kept] == [str(row.path) for row in rows]
        self.folder.cleanup()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    suppress_health_check=[HealthCheck.too_slow],
)
