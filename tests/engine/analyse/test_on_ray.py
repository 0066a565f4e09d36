"""A cluster of two nodes on this machine, one of whose workers is killed in the middle."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import RoomreadError, SourceError
from app.core.privacy import Purpose
from app.engine.analyse import on_ray
from app.engine.analyse.analysed import analysed_sessions
from app.engine.analyse.manifest import fingerprint_of
from app.engine.analyse.many import How, analyze_many
from app.engine.analyse.on_ray import OnRay, _places, _to_send
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.work import Work, do
from app.engine.consent import load_purpose, save_purpose
from app.engine.settings import Settings
from tests.engine.analyse.quick import FRAMES, LIGHT

MEMORY = 80 * 1024 * 1024


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    head = {"num_cpus": 2, "object_store_memory": MEMORY, "include_dashboard": False}
    made = cluster_utils.Cluster(initialize_head=True, head_node_args=head)
    made.add_node(num_cpus=2, object_store_memory=MEMORY)
    yield made
    made.shutdown()


def kill_in_the_middle(folder: Path) -> None:
    """Kill the process that analyses the recording "a"."""
    frames = folder / "frames.txt"
    end = time.monotonic() + 60.0
    while time.monotonic() < end:
        if frames.exists() and "a 7\n" in frames.read_text():
            os.kill(int((folder / "a.pid").read_text()), signal.SIGKILL)
            return
        time.sleep(0.005)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle(tmp_path: Path, cluster: Any) -> None:
    names = ["a", "b", "bad", "crash", "c"]
    videos = [tmp_path / f"{name}.mp4" for name in names]
    for video in videos:
        video.write_text(video.name)
    killer = threading.Thread(target=kill_in_the_middle, args=(tmp_path,))
    killer.start()
    how = How(Settings(), Sampling(), tools=LIGHT)
    run = OnRay(cluster.address, retries=1)
    report = analyze_many(videos, tmp_path / "out", how, run, print)
    killer.join()
    rows = {row.name: row for row in report.rows}
    assert [row.name for row in report.those(RowState.DONE)] == ["a", "b", "c"]
    assert rows["a"].attempts == 2
    assert rows["bad"].message.endswith("bad.mp4 is no video")
    assert rows["crash"].message == "its process on the cluster died, 2 times in a row"
    frames = (tmp_path / "frames.txt").read_text().split("\n")
    assert [frames.count(f"{one} {FRAMES - 1}") for one in "abc"] == [1, 1, 1]
    assert len(list((tmp_path / "out" / "observations").glob("recording=*"))) == 3


def test_one_actor_a_gpu_or_per_two_cores() -> None:
    def node(alive: bool = True, **resources: float) -> dict[str, Any]:
        return {"Alive": alive, "Resources": resources}

    cpu = {"num_cpus": 2}
    assert _places([node(CPU=5.0), node(CPU=2.0), node(False, CPU=8.0)]) == [cpu, cpu, cpu]
    assert _places([node(CPU=64.0, GPU=2.0), node(CPU=64.0)]) == [{"num_gpus": 1}] * 2
    assert _places([node(CPU=1.0)]) == [{"num_cpus": 1}]


def test_where_ray_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RoomreadError, match=r"pip install 'roomread\[ray\]'"):
        OnRay("local")


def test_a_cluster_that_reports_its_usage_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    kv = pytest.importorskip("ray.experimental.internal_kv")
    told = b'{"ray_version": "2", "git_commit": "1234"}'
    monkeypatch.setattr(kv, "_internal_kv_get", lambda *_, **__: told)
    with pytest.raises(RoomreadError, match="--disable-usage-stats"):
        on_ray._check_reports("head:6379")


def test_a_machine_elsewhere_gets_the_purpose_and_the_list_stays_here(tmp_path: Path) -> None:
    notice, listed = tmp_path / "notice.json", tmp_path / "analysed.json"
    said = save_purpose("study", "ethics", notice)
    video = tmp_path / "a.mp4"
    video.touch()
    tools = replace(LIGHT, analysed=listed, consent=notice)
    fingerprint = fingerprint_of(video, Settings(), Sampling())
    work = Work("a", video, tmp_path / "out", Settings(), Sampling(), fingerprint, tools=tools)
    sent = _to_send(work, lambda _: None)
    assert analysed_sessions(listed) == [work.session]
    assert sent.tools.analysed is None
    notice.unlink()
    found: list[Purpose | None] = []

    def analyze(*_: object, consent: Path, **__: object) -> Any:
        found.append(load_purpose(consent))
        raise SourceError("enough")

    outcome = do(replace(sent, tools=replace(sent.tools, analyze=analyze)), lambda _: None)
    assert (found, outcome.message) == ([said], "enough")
