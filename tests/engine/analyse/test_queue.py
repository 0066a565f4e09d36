from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.privacy import Privacy
from app.core.regions import Regions
from app.engine.analyse.plans import Plan
from app.engine.analyse.queue import AnalysisQueue, video_length
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.queue_run import reading_share
from app.engine.analyse.sampling import Sampling
from app.engine.rooms import recording_room
from app.engine.settings import Settings
from app.session.analysis_files import SESSION_FILE
from tests.engine.analyse.fake_analysis import FakeAnalysis, only, reach, states, videos
from tests.fakes import write_video
from tests.waiting import until

Make = Callable[..., AnalysisQueue]
DONE, WAITING, RUNNING = RowState.DONE, RowState.WAITING, RowState.RUNNING
PAUSED, FAILED, CANCELLED = RowState.PAUSED, RowState.FAILED, RowState.CANCELLED


class TestOneAfterTheOther:
    def test_all_are_analysed_in_order(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis()
        queue = make(analysis)
        queue.add(videos(tmp_path, "a", "b", "c"), Plan(2.0, interval=1.0))
        reach(queue, DONE, DONE, DONE)
        assert [path.stem for path in analysis.calls] == ["a", "b", "c"]
        assert analysis.most_at_once == 1
        assert analysis.sampling[0] == Sampling(fps=2.0)
        assert analysis.given[0]["interval"] == 1.0
        first = queue.view().rows[0]
        assert first.session == tmp_path / "a-roomread" / SESSION_FILE
        assert (first.progress, first.students, first.message) == (1.0, 0, "")
        assert first.elapsed is not None
        assert queue.view().seconds_left == 0.0

    def test_a_failure_is_said_and_the_next_goes_on(self, make: Make, tmp_path: Path) -> None:
        queue = make(FakeAnalysis())
        queue.add(videos(tmp_path, "bad", "fault", "cut", "good"), Plan())
        reach(queue, FAILED, FAILED, DONE, DONE)
        bad, fault, cut, _ = queue.view().rows
        assert bad.message == f"{tmp_path / 'bad.mp4'} is no video"
        assert "fault of its own (ZeroDivisionError: one)" in fault.message
        assert cut.message.endswith("is cut off")

    def test_progress(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a"), Plan())
        for _ in range(4):
            analysis.gate.release()
        until(lambda: only(queue).progress == pytest.approx(0.4))
        assert only(queue).state is RUNNING
        assert only(queue).seconds_left is None, "too soon to say"
        assert queue.view().seconds_left is None

    def test_results_go_where_the_user_says(self, make: Make, tmp_path: Path) -> None:
        queue = make(FakeAnalysis())
        queue.add([tmp_path / "x" / "a.mp4", tmp_path / "y" / "a.mp4"], Plan(), tmp_path / "out")
        reach(queue, DONE, DONE)
        folders = [row.out.relative_to(tmp_path).as_posix() for row in queue.view().rows]
        assert folders == ["out/a-roomread", "out/a-2-roomread"]

    def test_settings_hold_from_the_next_row_on(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a", "b"), Plan(annotate=True))
        until(lambda: len(analysis.calls) == 1)
        queue.set_settings(Settings(privacy=Privacy(class_only=True)))
        analysis.gated = False
        reach(queue, DONE, DONE)
        assert [one.privacy.class_only for one in analysis.settings] == [False, True]
        assert [one["annotate"] for one in analysis.given] == [True, False], "no faces to cover"
        assert [row.students for row in queue.view().rows] == [0, None]

    def test_regions_that_were_drawn_hold(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis()
        queue = make(analysis)
        room = recording_room(tmp_path / "a.mp4", tmp_path / "rooms")
        room.parent.mkdir()
        room.write_text("look = [[[0.0, 0.0], [0.5, 0.0], [0.5, 1.0]]]\n")
        queue.add(videos(tmp_path, "a", "b"), Plan())
        reach(queue, DONE, DONE)
        assert analysis.settings[0].regions.look
        assert analysis.settings[1].regions == Regions()

    def test_damaged_regions_read_nobody(self, make: Make, tmp_path: Path) -> None:
        room = recording_room(tmp_path / "a.mp4", tmp_path / "rooms")
        room.parent.mkdir()
        room.write_text("opt_out = 3\n")
        queue = make(FakeAnalysis())
        queue.add(videos(tmp_path, "a"), Plan())
        reach(queue, FAILED)


class TestPausing:
    def test_within_a_recording(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a", "b"), Plan())
        analysis.gate.release()
        until(lambda: queue.view().rows[0].progress == pytest.approx(0.1))
        queue.pause()
        assert states(queue) == [PAUSED, WAITING]
        for _ in range(20):
            analysis.gate.release()
        time.sleep(0.05)
        assert analysis.frame <= 2, "it stopped after the frame that it was in"
        queue.resume()
        reach(queue, DONE, DONE)

    def test_paused_it_begins_nothing(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis()
        queue = make(analysis)
        queue.pause()
        queue.add(videos(tmp_path, "a"), Plan())
        time.sleep(0.03)
        assert (states(queue), analysis.calls) == ([WAITING], [])
        queue.resume()
        reach(queue, DONE)

    def test_it_waits_for_live_and_goes_on_by_itself(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a"), Plan())
        until(lambda: len(analysis.calls) == 1)
        queue.hold(True)
        analysis.gated = False
        time.sleep(0.03)
        assert (states(queue), queue.view().held, analysis.frame) == ([PAUSED], True, 1)
        queue.hold(False)
        reach(queue, DONE)

    def test_a_pause_is_no_work(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a"), Plan())
        until(lambda: len(analysis.calls) == 1)
        queue.pause()
        analysis.gated = False
        time.sleep(1.5)
        queue.resume()
        reach(queue, DONE)
        assert (only(queue).elapsed or 9.0) < 1.2


class TestStopping:
    def test_a_running_one_keeps_what_was_read(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a", "b"), Plan())
        analysis.gate.release()
        until(lambda: queue.view().rows[0].progress == pytest.approx(0.1))
        queue.cancel({queue.view().rows[0].number})
        reach(queue, CANCELLED, RUNNING)
        row = queue.view().rows[0]
        assert row.session == tmp_path / "a-roomread" / SESSION_FILE
        assert "kept" in row.message

    def test_a_paused_one_and_a_waiting_one(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a", "b"), Plan())
        analysis.gate.release()
        until(lambda: analysis.frame == 2)
        queue.pause()
        analysis.gate.release()
        queue.cancel([row.number for row in queue.view().rows])
        reach(queue, CANCELLED, CANCELLED)

    def test_again_replaces_its_own_results_only(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a"), Plan())
        analysis.gate.release()
        until(lambda: analysis.frame == 2)
        queue.cancel({only(queue).number})
        reach(queue, CANCELLED)
        analysis.gated = False
        queue.retry({only(queue).number})
        reach(queue, DONE)

    def test_removing_the_running_one(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a", "b"), Plan())
        until(lambda: len(analysis.calls) == 1)
        queue.remove({queue.view().rows[0].number})
        until(lambda: len(analysis.calls) == 2)
        assert [row.path.stem for row in queue.view().rows] == ["b"]


class TestResultsOfOthers:
    def occupied(self, tmp_path: Path) -> Path:
        there = tmp_path / "a-roomread" / SESSION_FILE
        there.parent.mkdir()
        there.write_text("mine")
        return there

    def test_they_are_never_replaced_unasked(self, make: Make, tmp_path: Path) -> None:
        there = self.occupied(tmp_path)
        analysis = FakeAnalysis()
        queue = make(analysis)
        queue.add(videos(tmp_path, "a", "b"), Plan())
        reach(queue, FAILED, DONE)
        row = queue.view().rows[0]
        assert row.refused
        assert row.session == there, "the user can look at them"
        queue.retry({row.number})
        time.sleep(0.02)
        assert states(queue) == [FAILED, DONE]
        assert there.read_text() == "mine"

    def test_replace(self, make: Make, tmp_path: Path) -> None:
        there = self.occupied(tmp_path)
        queue = make(FakeAnalysis())
        queue.add(videos(tmp_path, "a"), Plan())
        reach(queue, FAILED)
        queue.replace_results({only(queue).number})
        reach(queue, DONE)
        assert there.read_text() == "a.mp4"

    def test_a_recording_that_is_done_is_not_done_over(self, make: Make, tmp_path: Path) -> None:
        queue = make(FakeAnalysis())
        queue.add(videos(tmp_path, "a"), Plan())
        reach(queue, DONE)
        assert queue.add(videos(tmp_path, "a"), Plan(2.0)).added == 1
        reach(queue, FAILED)
        assert only(queue).refused
        assert only(queue).plan == Plan(2.0)


class TestTheList:
    @pytest.fixture
    def queue(self, make: Make, tmp_path: Path) -> AnalysisQueue:
        queue = make(FakeAnalysis())
        queue.pause()
        queue.add(videos(tmp_path, *"abcde"), Plan())
        return queue

    def order(self, queue: AnalysisQueue) -> str:
        return "".join(row.path.stem for row in queue.view().rows)

    def numbers(self, queue: AnalysisQueue, names: str) -> set[int]:
        return {row.number for row in queue.view().rows if row.path.stem in names}

    @pytest.mark.parametrize(
        ("names", "by", "after"),
        [
            *(("c", -1, "acbde"), ("c", 1, "abdce"), ("a", -1, "abcde"), ("e", 1, "abcde")),
            *(("bd", -1, "badce"), ("ab", -1, "abcde"), ("ac", -1, "acbde"), ("de", 1, "abcde")),
            *(("ab", 1, "cabde"), ("", 1, "abcde")),
        ],
    )
    def test_move(self, queue: AnalysisQueue, names: str, by: int, after: str) -> None:
        queue.move(self.numbers(queue, names), by)
        assert self.order(queue) == after

    def test_the_order_is_that_of_the_work(self, queue: AnalysisQueue) -> None:
        queue.move(self.numbers(queue, "e"), -1)
        queue.remove(self.numbers(queue, "ab"))
        queue.resume()
        reach(queue, DONE, DONE, DONE)
        assert self.order(queue) == "ced"

    def test_what_waits_is_not_added_twice(self, queue: AnalysisQueue, tmp_path: Path) -> None:
        added = queue.add(videos(tmp_path, "a", "z"), Plan())
        assert (added.added, added.known) == (1, 1)
        assert self.order(queue) == "abcdez"

    def test_another_plan_for_what_waits(self, queue: AnalysisQueue) -> None:
        queue.set_plan(self.numbers(queue, "b"), Plan(None))
        assert [row.plan.fps for row in queue.view().rows] == [5.0, None, 5.0, 5.0, 5.0]

    def test_clear_done(self, queue: AnalysisQueue) -> None:
        queue.cancel(self.numbers(queue, "a"))
        queue.resume()
        reach(queue, CANCELLED, DONE, DONE, DONE, DONE)
        queue.clear_done()
        assert self.order(queue) == "a"


def test_the_bar_goes_on_evenly_into_the_drawing() -> None:
    shares = [reading_share(Plan(fps)) for fps in (2.0, 5.0, None)]
    assert shares == sorted(shares)
    assert reading_share(Plan(60.0)) == reading_share(Plan(None))
    assert reading_share(Plan(5.0), hides=True) < reading_share(Plan(5.0)) / 2


def test_length_of_a_recording(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 20)
    (tmp_path / "b.mp4").write_text("no video")
    assert video_length(tmp_path / "a.mp4") == pytest.approx(2.0, abs=0.11)
    assert video_length(tmp_path / "b.mp4") is None
