from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine.analyse.plans import Plan
from app.engine.analyse.queue import AnalysisQueue
from app.engine.analyse.queue_row import INTERRUPTED, RowState
from app.engine.analyse.queue_run import Tools
from app.engine.settings import Settings
from app.session.analysis_files import SESSION_FILE
from tests.engine.analyse.fake_analysis import (
    FRAMES,
    FakeAnalysis,
    only,
    reach,
    states,
    videos,
)
from tests.waiting import PATIENCE, until

Make = Callable[..., AnalysisQueue]
DONE, WAITING, RUNNING = RowState.DONE, RowState.WAITING, RowState.RUNNING


class TestRestart:
    def test_what_was_edited_since_is_not_replaced_unasked(
        self, make: Make, tmp_path: Path
    ) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "edited"), Plan())
        analysis.gate.release()
        until(lambda: states(queue) == [RUNNING] and analysis.frame == 2)
        queue.shut_down()
        again = make(FakeAnalysis())
        until(lambda: again.view().loaded)
        again.resume()
        reach(again, RowState.FAILED)
        row = only(again)
        assert row.refused
        assert "--overwrite" not in row.message
        again.replace_results([row.number])
        reach(again, DONE)

    @pytest.mark.alone
    def test_what_was_running_waits_until_resumed(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a", "b", "c"), Plan())
        for _ in range(FRAMES + 3):
            analysis.gate.release()
        until(lambda: states(queue) == [DONE, RUNNING, WAITING] and analysis.frame == 4)
        begin = time.monotonic()
        queue.shut_down()
        assert time.monotonic() - begin < 2.0
        assert analysis.given[1]["abandoned"].is_set(), "no tables for nothing"  # type: ignore[attr-defined]
        again = make(FakeAnalysis())
        until(lambda: again.view().loaded)
        assert states(again) == [DONE, WAITING, WAITING]
        assert again.view().rows[0].session == tmp_path / "a-roomread" / SESSION_FILE
        assert again.view().rows[1].message == INTERRUPTED
        assert again.view().paused
        again.resume()
        reach(again, DONE, DONE, DONE)

    def test_a_crash_is_like_it(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a"), Plan())
        file = tmp_path / "user" / "queue.json"
        until(lambda: file.exists() and '"owned": true' in file.read_text())
        assert json.loads(file.read_text())["rows"][0]["state"] == "running"
        crashed = file.read_bytes()
        queue.shut_down()
        file.write_bytes(crashed)
        again = make(FakeAnalysis())
        until(lambda: again.view().loaded)
        assert (states(again), only(again).message) == ([WAITING], INTERRUPTED)
        again.resume()
        reach(again, DONE)

    def test_a_list_without_work_left_is_not_paused(self, make: Make, tmp_path: Path) -> None:
        queue = make(FakeAnalysis())
        queue.add(videos(tmp_path, "a"), Plan())
        reach(queue, DONE)
        queue.shut_down()
        again = make(FakeAnalysis())
        again.add(videos(tmp_path, "b"), Plan())
        reach(again, DONE, DONE)

    def test_a_damaged_list_is_said(self, make: Make, tmp_path: Path) -> None:
        (tmp_path / "user").mkdir()
        (tmp_path / "user" / "queue.json").write_text("{")
        queue = make(FakeAnalysis())
        until(lambda: queue.view().loaded)
        assert "damaged" in queue.view().trouble
        queue.add(videos(tmp_path, "a"), Plan())
        reach(queue, DONE)

    def test_a_list_that_cannot_be_kept_is_said(self, make: Make, tmp_path: Path) -> None:
        (tmp_path / "user").touch()
        queue = make(FakeAnalysis())
        queue.add(videos(tmp_path, "a"), Plan())
        reach(queue, DONE)
        until(lambda: "check" in queue.view().trouble)

    def test_that_is_not_said_any_more_once_it_is_kept(
        self, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise SettingsError("the disk is full")

        queue = make(FakeAnalysis())
        with monkeypatch.context() as while_full:
            while_full.setattr("app.engine.analyse.queue.save_queue", full)
            queue.add(videos(tmp_path, "a"), Plan())
            until(lambda: queue.view().trouble == "the disk is full")
            reach(queue, DONE)
        queue.add(videos(tmp_path, "b"), Plan())
        until(lambda: queue.view().trouble == "")

    def test_it_goes_on_unless_it_is_planned_otherwise(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a"), Plan())
        until(lambda: analysis.frame == 1)
        assert analysis.given[0]["resume"] is False
        queue.shut_down()
        for plan, resumed in ((Plan(), True), (Plan(fps=2.0), False)):
            later = FakeAnalysis(gated=True)
            again = make(later)
            until(lambda again=again: again.view().loaded)  # type: ignore[misc]
            again.set_plan([only(again).number], plan)
            again.resume()
            until(lambda later=later: later.frame == 1)  # type: ignore[misc]
            assert later.given[0]["resume"] is resumed
            again.shut_down()

    def test_what_is_tried_again_begins_anew(self, make: Make, tmp_path: Path) -> None:
        analysis = FakeAnalysis(gated=True)
        queue = make(analysis)
        queue.add(videos(tmp_path, "a"), Plan())
        until(lambda: analysis.frame == 1)
        queue.cancel([only(queue).number])
        reach(queue, RowState.CANCELLED)
        queue.retry([only(queue).number])
        until(lambda: len(analysis.given) == 2)
        assert analysis.given[1]["resume"] is False

    def test_an_analysis_that_hangs_is_let_go(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.engine.analyse.queue._LETTING_GO", 0.1)
        hanging, free = threading.Event(), threading.Event()

        def hang(*_: object, **__: object) -> object:
            hanging.set()
            free.wait()
            raise ZeroDivisionError

        file = tmp_path / "queue.json"
        queue = AnalysisQueue(file, Settings(), Tools(hang, rooms=tmp_path), lambda _: None)  # type: ignore[arg-type]
        queue.start()
        queue.add(videos(tmp_path, "a"), Plan())
        assert hanging.wait(PATIENCE)
        queue.shut_down()
        assert json.loads(file.read_text())["rows"][0]["state"] == "waiting"
        free.set()
        until(lambda: "roomread-queue" not in {one.name for one in threading.enumerate()})

    def test_before_it_has_begun(self, tmp_path: Path) -> None:
        queue = AnalysisQueue(tmp_path / "queue.json", Settings())
        queue.shut_down()
        queue.start()
        assert not (tmp_path / "queue.json").exists()
